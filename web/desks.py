"""Everything the pages may ask: the desks, and the ports beside them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ports.outside import Bus, Clock, Objects
from services.accounts import AccountDesk
from services.agreements import AgreementDesk
from services.bindings import BindingDesk
from services.cases import CaseDesk
from services.checks import CheckDesk
from services.films import FilmDesk
from services.followups import FollowUpDesk
from services.handovers import HandOverDesk
from services.identity import IdentityDesk
from services.joining import JoiningDesk
from services.manifests import ManifestDesk
from services.matters import MatterDesk
from services.media import MediaDesk
from services.meetings import MeetingDesk
from services.notices import NoticeDesk
from services.operations import OperationsDesk
from services.originals import OriginalDesk
from services.parties import PartyDesk
from services.playback import PlaybackDesk
from services.privacy import PrivacyDesk
from services.questions import QuestionDesk
from services.raising import AlarmDesk
from services.reaching import Reaching
from services.reading import ReadingDesk
from services.reports import ReportDesk
from services.said import SaidDesk
from services.signing import SigningDesk
from services.staff_phones import StaffPhoneDesk
from services.subscriptions import SubscriptionDesk
from services.verifying import VerifyDesk
from services.warnings import WarningDesk
from web.ports import Authority, Pages, Readiness, WeChatLogin


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The desks of the centre, made once by ``server.py``."""

    identity: IdentityDesk
    joining: JoiningDesk
    accounts: AccountDesk
    alarms: AlarmDesk
    reports: ReportDesk
    media: MediaDesk
    reading: ReadingDesk
    said: SaidDesk
    cases: CaseDesk
    parties: PartyDesk
    meetings: MeetingDesk
    manifests: ManifestDesk
    films: FilmDesk
    playback: PlaybackDesk
    agreements: AgreementDesk
    signing: SigningDesk
    originals: OriginalDesk
    verifying: VerifyDesk
    followups: FollowUpDesk
    questions: QuestionDesk
    bindings: BindingDesk
    staff_phones: StaffPhoneDesk
    warnings: WarningDesk
    operations: OperationsDesk
    privacy: PrivacyDesk
    notices: NoticeDesk
    subscriptions: SubscriptionDesk
    hand_overs: HandOverDesk
    checks: CheckDesk
    matters: MatterDesk
    objects: Objects
    bus: Bus
    clock: Clock
    wechat: WeChatLogin
    pages: Pages
    authority: Authority
    ready: Readiness

    @property
    def reaching(self) -> Reaching:
        """Where staff speak first."""
        return Reaching(hand_overs=self.hand_overs)
