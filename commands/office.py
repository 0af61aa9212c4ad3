"""Every desk of the centre, and what each is handed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from bot.answering import Bot
from bot.sms import SmsGateway
from bot.words import NoticeWords
from commands import files
from commands.accounts import accounts
from commands.centre import login_terms
from commands.films import film_maker
from commands.ground import Ground
from commands.lives import process_lives
from commands.places import media_sockets, pki_dir
from commands.speech import reader, transcriber
from commands.wechat import WordsLookedAt, chats, outreach, wechat_client
from documents.attesting import Attestor
from documents.case_code import CodeDrawing
from documents.personal_copy import CopyZip
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.papers import Papers
from services.accounts import AccountDesk
from services.acquaintance import Acquaintance
from services.agreements import AgreementDesk
from services.bindings import BindingDesk
from services.care import CareDesk
from services.cases import CaseDesk
from services.checks import CheckDesk
from services.content import ContentDesk
from services.conversations import ConversationDesk
from services.courier import Courier
from services.deadlines import DeadlineDesk
from services.departures import DepartureDesk
from services.films import FilmDesk
from services.followups import FollowUpDesk
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.identity import IdentityDesk
from services.intake import Intake
from services.invitations import Invitations
from services.joining import JoiningDesk
from services.late_answers import LateAnswers
from services.manifests import ManifestDesk
from services.matters import MatterDesk
from services.media import MediaDesk
from services.meetings import MeetingDesk
from services.notices import NoticeDesk
from services.operations import OperationsDesk
from services.originals import OriginalDesk
from services.outreach import Outreach
from services.paperwork import Paperwork
from services.parties import PartyDesk
from services.persons import PersonDesk
from services.playback import PlaybackDesk
from services.privacy import PrivacyDesk
from services.questions import QuestionDesk
from services.raising import AlarmDesk
from services.reading import ReadingDesk
from services.reports import ReportDesk
from services.rounds import Rounds
from services.said import SaidDesk
from services.settings import Centre
from services.signing import SigningDesk
from services.staff_phones import StaffPhoneDesk
from services.talk_deeds import TalkDeeds
from services.verifying import VerifyDesk
from services.voices import VoiceDesk
from services.warnings import WarningDesk
from speech.voices import ChildVoices
from storage.passwords import Argon2Passwords
from storage.store import SqlStore
from webrtc.commands import RoomCommands


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Every desk of the centre."""

    conversations: ConversationDesk
    alarms: AlarmDesk
    reports: ReportDesk
    media: MediaDesk
    voices: VoiceDesk
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
    paperwork: Paperwork
    verifying: VerifyDesk
    followups: FollowUpDesk
    questions: QuestionDesk
    bindings: BindingDesk
    staff_phones: StaffPhoneDesk
    warnings: WarningDesk
    joining: JoiningDesk
    deadlines: DeadlineDesk
    identity: IdentityDesk
    persons: PersonDesk
    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    checks: CheckDesk
    matters: MatterDesk
    accounts: AccountDesk
    operations: OperationsDesk
    departures: DepartureDesk
    notices: NoticeDesk
    courier: Courier
    outreach: Outreach
    content: ContentDesk


class _Core(TypedDict):
    """What every desk stands on."""

    store: SqlStore
    clock: Clock
    centre: Centre


class _Told(_Core):
    """What a desk needs whose deeds people hear of."""

    chance: Chance
    bus: Bus
    notices: NoticeDesk


class _Heard(TypedDict):
    """What a desk needs that hears of danger."""

    store: SqlStore
    clock: Clock
    chance: Chance
    bus: Bus
    guards: GuardDesk
    hand_overs: HandOverDesk
    intake: Intake


class _Written(_Told):
    """What a desk needs that makes papers."""

    objects: Objects
    papers: Papers


def office(on: Ground, papers: Papers) -> Office:
    """Set up every desk."""
    by_app, drawing = chats(on), CodeDrawing()
    core: _Core = {"store": on.store, "clock": on.clock, "centre": on.centre}
    ways = outreach(on)
    notices = NoticeDesk(**core, chance=on.chance, words=NoticeWords())
    told: _Told = {**core, "chance": on.chance, "bus": on.bus, "notices": notices}
    written: _Written = {**told, "objects": on.objects, "papers": papers}
    invitations = Invitations(chance=on.chance, clock=on.clock, public_url=on.centre.public_url)
    identity = IdentityDesk(
        **core,
        chance=on.chance,
        passwords=Argon2Passwords(),
        notices=notices,
        terms=login_terms(on.config),
    )
    media = MediaDesk(**told, objects=on.objects, chats=by_app)
    reading = ReadingDesk(
        store=on.store,
        clock=on.clock,
        chance=on.chance,
        objects=on.objects,
        reader=reader(on.session, on.config.speech),
    )
    listener = transcriber(on.session, on.config.speech)
    guards = GuardDesk(clock=on.clock, chance=on.chance, notices=notices)
    hand_overs = HandOverDesk(**told)
    intake = Intake(
        clock=on.clock, chance=on.chance, notices=notices, media=media, centre=on.centre
    )
    heard: _Heard = {
        "store": on.store,
        "clock": on.clock,
        "chance": on.chance,
        "bus": on.bus,
        "guards": guards,
        "hand_overs": hand_overs,
        "intake": intake,
    }
    alarms = AlarmDesk(**heard)
    reports = ReportDesk(**heard)
    meetings = MeetingDesk(
        **told,
        invitations=invitations,
        rooms=RoomCommands(media_sockets(on.config, on.places)),
        recordings=files.recordings(on.config, on.places),
    )
    manifests = ManifestDesk(
        **core,
        objects=on.objects,
        recordings=files.recordings(on.config, on.places),
        attestor=Attestor(pki_dir(on.config)),
    )
    films = FilmDesk(
        **core,
        objects=on.objects,
        maker=film_maker(on.config, on.places),
    )
    agreements = AgreementDesk(**written, invitations=invitations)
    privacy = PrivacyDesk(
        **core,
        chance=on.chance,
        objects=on.objects,
        notices=notices,
        guards=guards,
        writer=CopyZip(),
    )
    followups = FollowUpDesk(
        **core, bus=on.bus, notices=notices, invitations=invitations, alarms=alarms
    )
    questions = QuestionDesk(**told)
    checks = CheckDesk(**told)
    matters = MatterDesk(**told, alarms=alarms, reports=reports)
    bindings = BindingDesk(store=on.store, clock=on.clock, chance=on.chance)
    return Office(
        conversations=ConversationDesk(
            store=on.store,
            dialogues=Bot(on.chance),
            clock=on.clock,
            chance=on.chance,
            bus=on.bus,
            acquaintance=Acquaintance(
                centre=on.centre, clock=on.clock, listens=listener is not None
            ),
            deeds=TalkDeeds(
                clock=on.clock,
                alarms=alarms,
                reports=reports,
                care=CareDesk(
                    privacy=privacy,
                    hand_overs=hand_overs,
                    checks=checks,
                    guards=guards,
                    matters=matters,
                ),
                followups=followups,
                questions=questions,
                media=media,
                bindings=bindings,
                outreach=ways,
            ),
            late=LateAnswers(store=on.store, clock=on.clock, chats=by_app, outreach=ways),
            rounds=Rounds(on.store, on.clock),
        ),
        courier=Courier(
            store=on.store,
            clock=on.clock,
            chats=by_app,
            sms=SmsGateway(
                session=on.session, url=on.config.sms.url, key=on.config.sms.key, clock=on.clock
            ),
            words=NoticeWords(),
            outreach=ways,
        ),
        outreach=ways,
        content=ContentDesk(
            **core, check=WordsLookedAt(wechat_client(on, on.config.wechat.miniprogram))
        ),
        alarms=alarms,
        reports=reports,
        media=media,
        said=SaidDesk(store=on.store),
        reading=reading,
        voices=VoiceDesk(
            store=on.store,
            clock=on.clock,
            bus=on.bus,
            objects=on.objects,
            voices=ChildVoices(),
            transcriber=listener,
        ),
        cases=CaseDesk(**told, objects=on.objects, meetings=meetings, pictures=drawing),
        parties=PartyDesk(**core, chance=on.chance, bus=on.bus, objects=on.objects),
        meetings=meetings,
        manifests=manifests,
        films=films,
        playback=PlaybackDesk(store=on.store, clock=on.clock),
        departures=DepartureDesk(store=on.store, clock=on.clock, bus=on.bus, meetings=meetings),
        agreements=agreements,
        signing=SigningDesk(
            store=on.store,
            clock=on.clock,
            bus=on.bus,
            notices=notices,
            identity=identity,
            invitations=invitations,
            agreements=agreements,
            alarms=alarms,
        ),
        originals=OriginalDesk(**written, identity=identity, agreements=agreements),
        paperwork=Paperwork(**written, invitations=invitations),
        verifying=VerifyDesk(**core, papers=papers),
        followups=followups,
        questions=questions,
        bindings=bindings,
        staff_phones=StaffPhoneDesk(
            store=on.store,
            clock=on.clock,
            chance=on.chance,
            identity=identity,
            bindings=bindings,
        ),
        warnings=WarningDesk(store=on.store, checks=checks, guards=guards, alarms=alarms),
        joining=JoiningDesk(**core, identity=identity),
        deadlines=DeadlineDesk(
            **told,
            agreements=agreements,
            privacy=privacy,
            hand_overs=hand_overs,
            invitations=invitations,
            media=media,
            matters=matters,
            reading=reading,
        ),
        identity=identity,
        persons=PersonDesk(store=on.store, clock=on.clock, chats=by_app, centre=on.centre),
        privacy=privacy,
        hand_overs=hand_overs,
        checks=checks,
        matters=matters,
        accounts=accounts(on.store, on.clock, on.centre),
        operations=OperationsDesk(
            store=on.store,
            clock=on.clock,
            jobs=on.store,
            processes=partial(process_lives, on.places),
        ),
        notices=notices,
    )
