"""A whole centre for stories: every desk on the real ledger, fakes only for the outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from documents.personal_copy import CopyZip
from domain.actors import Resident, Staff
from domain.agreements import Agreement
from domain.cases import Case
from domain.consents import SIGNING
from domain.errors import NotFound, Stale, Unavailable
from domain.ids import AgreementId, CaseId, MeetingId, PersonId
from domain.jobs import (
    ActOnDue,
    AskWho,
    DropObject,
    EndCopy,
    EraseData,
    FetchPicture,
    HandBackCases,
    HearVoice,
    Job,
    MakeCopy,
    MakeFilm,
    MakeManifest,
    MakePaper,
    MakePlayable,
    PutSeal,
    PutSignature,
    ReadAloud,
    ReviewRooms,
    SendNotice,
    SendSms,
    StoreRecording,
)
from domain.notices import Way
from domain.people import WeChatIdentity
from domain.scope import EVERYTHING
from domain.templates import EVERY, Template, TemplateBook, TemplateUse
from services.agreements import AgreementDesk
from services.cases import CaseDesk
from services.courier import Courier
from services.deadlines import DeadlineDesk
from services.departures import DepartureDesk
from services.evidence import SignInput
from services.films import FilmDesk
from services.followups import FollowUpDesk
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.identity import IdentityDesk
from services.intake import Intake
from services.invitations import Invitations
from services.manifests import ManifestDesk
from services.matters import MatterDesk
from services.media import MediaDesk
from services.meetings import MeetingDesk
from services.notices import NoticeDesk
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
from services.settings import Centre
from services.signers import consent_of
from services.signing import SigningDesk
from services.subscriptions import SubscriptionDesk
from services.verifying import VerifyDesk
from services.voices import VoiceDesk
from speech.voices import ChildVoices
from storage.due_rows import Sweeper
from storage.store import SqlStore
from tests.factories import (
    CLERK,
    LI,
    ZHAO,
    a_cell,
    a_content,
    a_handwriting,
    a_member,
    a_report,
)
from tests.fakes import (
    QUICK_PASSWORDS,
    FakeAttestor,
    FakeBus,
    FakeChance,
    FakeChat,
    FakeClock,
    FakeCodePictures,
    FakeFilms,
    FakeObjects,
    FakePapers,
    FakeReader,
    FakeRecordings,
    FakeRooms,
    FakeSms,
    FakeWords,
    QueuingStore,
    one_time_code,
)
from tests.stores import a_store

APPID, MINI = "wx-official", "wx-mini"
WANG_PHONE, ZHANG_PHONE = "10000000001", "10000000002"
PASSWORD = "枫桥经验-1963"
TOTP_SECRETS = {
    CLERK.id: "JBSWY3DPEHPK3PXP",
    LI.id: "KRSXG5CTMVRXEZLU",
    ZHAO.id: "MFRGGZDFMZTWQ2LK",
}
PUBLIC_URL = "https://fengqiao.example"
CENTRE = Centre(
    name="枫桥镇综治中心",
    committee="枫桥镇人民调解委员会",
    phone="0575-87011234",
    region="999999001001",
    zone=ZoneInfo("Asia/Shanghai"),
    public_url=PUBLIC_URL,
    number_word="枫",
    official_appid=APPID,
    miniprogram_appid=MINI,
    demo=True,
)

#: A template message for everything, and a subscription message of the mini-program for two kinds.
BOOK = TemplateBook(
    (
        TemplateUse(way=Way.TEMPLATE, kind=EVERY, template=Template(id="T")),
        TemplateUse(way=Way.MINI_SUBSCRIBED, kind="rate", template=Template(id="S-rate")),
        TemplateUse(
            way=Way.MINI_SUBSCRIBED,
            kind="follow-up",
            template=Template(id="S-long", long_term=True),
        ),
    )
)


@dataclass(kw_only=True)
class House:
    """The centre, its people and the outside."""

    store: QueuingStore
    clock: FakeClock
    chat: FakeChat
    mini: FakeChat  #: the mini-program's
    sms: FakeSms
    bus: FakeBus
    objects: FakeObjects
    papers: FakePapers
    rooms: FakeRooms
    recordings: FakeRecordings
    media: MediaDesk
    voices: VoiceDesk
    reading: ReadingDesk
    alarms: AlarmDesk
    reports: ReportDesk
    cases: CaseDesk
    parties: PartyDesk
    manifests: ManifestDesk
    films: FilmDesk
    maker: FakeFilms
    playback: PlaybackDesk
    meetings: MeetingDesk
    departures: DepartureDesk
    agreements: AgreementDesk
    signing: SigningDesk
    originals: OriginalDesk
    paperwork: Paperwork
    followups: FollowUpDesk
    questions: QuestionDesk
    identity: IdentityDesk
    persons: PersonDesk
    notices: NoticeDesk
    courier: Courier
    outreach: Outreach
    subscriptions: SubscriptionDesk
    deadlines: DeadlineDesk
    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    matters: MatterDesk
    verifying: VerifyDesk

    async def work_off(self) -> None:
        """Do every waiting job, and those that they cause, one after the other."""
        while self.store.waiting:
            await self.do(self.store.waiting.pop(0))

    async def work_off_together(self) -> None:
        """Do what waits now at the same time, as several workers would."""
        waiting, self.store.waiting[:] = list(self.store.waiting), []
        await asyncio.gather(*(self.do(job) for job in waiting))

    async def do(self, job: Job) -> None:
        """Do one job; what went stale or is unavailable is tried again, as a worker does."""
        for _ in range(4):
            try:
                return await self._handler(job)(job)
            except (Stale, Unavailable):
                continue
        return await self._handler(job)(job)

    async def sweep(self, after: timedelta = timedelta(0)) -> None:
        """Let time pass and do what fell due."""
        self.clock.forward(after)
        await Sweeper(store=self.store, clock=self.clock).sweep()
        await self.work_off()

    async def case(self, case_id: CaseId) -> Case:
        """Look up a case."""
        async with self.store.read() as work:
            return await work.cases.get(case_id, EVERYTHING)

    async def agreement(self, agreement_id: AgreementId) -> Agreement:
        """Look up an agreement."""
        async with self.store.read() as work:
            return await work.agreements.get(agreement_id)

    async def kinds(self, case_id: CaseId) -> list[str]:
        """Tell the history of a case by its kinds of events."""
        async with self.store.read() as work:
            return [event.kind for event in await work.cases.history(case_id)]

    async def follower(self, openid: str) -> Resident:
        """Somebody logs in by WeChat and follows the account."""
        opened = await self.identity.wechat_login(APPID, openid)
        assert isinstance(opened.actor, Resident)
        identity = WeChatIdentity(appid=APPID, openid=openid, person_id=opened.actor.id)
        async with self.store.begin() as work:
            await work.people.link(identity)
        return opened.actor

    def one_time_code(self, staff: Staff) -> str:
        """Look at somebody's authenticator; each look is half a minute later than the last."""
        self.clock.forward(timedelta(seconds=30))
        return one_time_code(TOTP_SECRETS[staff.id], self.clock())

    def last_link(self, phone: str, kind: str) -> str:
        """Return the secret of the last link of this kind that a phone got by SMS."""
        told = [text for text in self.sms.to(f"+86{phone}") if text.startswith(f"{kind} ")]
        return told[-1].rpartition("/")[2]

    def last_code(self, phone: str) -> str:
        """Return the last code that a phone got, to log in or to sign."""
        return self.sms.to(f"+86{phone}")[-1].split()[-1]

    def _handler(self, job: Job) -> Callable[[Any], Awaitable[None]]:
        handlers: dict[type[Job], Callable[[Any], Awaitable[None]]] = {
            SendNotice: self.courier.send,
            SendSms: self.courier.send_sms,
            AskWho: self.persons.learn,
            FetchPicture: self.media.fetch,
            MakePlayable: self.voices.make_playable,
            HearVoice: self.voices.hear,
            ReadAloud: self.reading.read,
            ActOnDue: self.deadlines.act,
            MakePaper: self.paperwork.make,
            PutSignature: self.paperwork.put_signature,
            PutSeal: self.paperwork.put_seal,
            ReviewRooms: self.meetings.review,
            HandBackCases: self.departures.hand_back,
            StoreRecording: self.meetings.store_recording,
            MakeManifest: self.manifests.make,
            MakeFilm: self.films.make,
            EraseData: self.privacy.erase,
            MakeCopy: self.privacy.make_copy,
            EndCopy: self.privacy.end_copy,
            DropObject: self.privacy.drop_object,
        }
        return handlers[type(job)]


@asynccontextmanager
async def a_house(url: str) -> AsyncIterator[House]:
    """Open a centre with its staff and one grid cell."""
    async with a_store(url) as ledger:
        house = _build(ledger)
        await _settle_in(house)
        yield house


def _build(ledger: SqlStore) -> House:
    outside: dict[str, Any] = {
        "store": QueuingStore(ledger),
        "clock": FakeClock(),
        "bus": FakeBus(),
        "objects": FakeObjects(),
    }
    store, clock, bus = outside["store"], outside["clock"], outside["bus"]
    chance, chat, sms, papers = FakeChance(), FakeChat(), FakeSms(), FakePapers()
    mini = FakeChat()
    rooms, recordings = FakeRooms(), FakeRecordings()
    maker = FakeFilms(outside["objects"])
    notices = NoticeDesk(
        store=store,
        clock=clock,
        chance=chance,
        words=FakeWords(),
        centre=CENTRE,
    )
    outreach = Outreach(clock=clock, centre=CENTRE, book=BOOK)
    invitations = Invitations(chance=chance, clock=clock, public_url=PUBLIC_URL)
    identity = IdentityDesk(
        store=store,
        clock=clock,
        chance=chance,
        passwords=QUICK_PASSWORDS,
        notices=notices,
        centre=CENTRE,
    )
    agreements = AgreementDesk(
        **outside,
        chance=chance,
        papers=papers,
        notices=notices,
        invitations=invitations,
        centre=CENTRE,
    )
    pictures = FakeCodePictures()
    hand_overs = HandOverDesk(
        store=store,
        clock=clock,
        chance=chance,
        bus=bus,
        notices=notices,
        centre=CENTRE,
    )
    guards = GuardDesk(clock=clock, chance=chance, notices=notices)
    privacy = PrivacyDesk(
        store=store,
        clock=clock,
        chance=chance,
        objects=outside["objects"],
        notices=notices,
        guards=guards,
        writer=CopyZip(),
        centre=CENTRE,
    )
    meetings = MeetingDesk(
        store=store,
        clock=clock,
        chance=chance,
        bus=bus,
        notices=notices,
        invitations=invitations,
        rooms=rooms,
        recordings=recordings,
        centre=CENTRE,
    )
    reading = ReadingDesk(
        store=store, clock=clock, chance=chance, objects=outside["objects"], reader=FakeReader()
    )
    media = MediaDesk(
        **outside,
        chance=chance,
        notices=notices,
        chats={CENTRE.official_appid: chat},
        centre=CENTRE,
    )
    intake = Intake(clock=clock, chance=chance, notices=notices, media=media, centre=CENTRE)
    heard: dict[str, Any] = {
        "store": store,
        "clock": clock,
        "chance": chance,
        "bus": bus,
        "guards": guards,
        "hand_overs": hand_overs,
        "intake": intake,
    }
    alarms, reports = AlarmDesk(**heard), ReportDesk(**heard)
    matters = MatterDesk(
        store=store,
        clock=clock,
        chance=chance,
        bus=bus,
        notices=notices,
        alarms=alarms,
        reports=reports,
        centre=CENTRE,
    )
    return House(
        **outside,
        media=media,
        matters=matters,
        reading=reading,
        voices=VoiceDesk(**outside, voices=ChildVoices(), transcriber=None),
        chat=chat,
        mini=mini,
        sms=sms,
        papers=papers,
        rooms=rooms,
        recordings=recordings,
        alarms=alarms,
        reports=reports,
        cases=CaseDesk(
            **outside,
            chance=chance,
            notices=notices,
            meetings=meetings,
            pictures=pictures,
            centre=CENTRE,
        ),
        parties=PartyDesk(**outside, chance=chance, centre=CENTRE),
        meetings=meetings,
        playback=PlaybackDesk(store=store, clock=clock),
        maker=maker,
        films=FilmDesk(
            store=store, clock=clock, centre=CENTRE, objects=outside["objects"], maker=maker
        ),
        manifests=ManifestDesk(
            store=store,
            clock=clock,
            centre=CENTRE,
            objects=outside["objects"],
            recordings=recordings,
            attestor=FakeAttestor(),
        ),
        departures=DepartureDesk(store=store, clock=clock, bus=bus, meetings=meetings),
        agreements=agreements,
        signing=SigningDesk(
            store=store,
            clock=clock,
            bus=bus,
            notices=notices,
            identity=identity,
            invitations=invitations,
            agreements=agreements,
            alarms=alarms,
        ),
        originals=OriginalDesk(
            **outside,
            chance=chance,
            papers=papers,
            notices=notices,
            identity=identity,
            agreements=agreements,
            centre=CENTRE,
        ),
        paperwork=Paperwork(
            **outside,
            chance=chance,
            papers=papers,
            notices=notices,
            invitations=invitations,
            centre=CENTRE,
        ),
        questions=QuestionDesk(
            store=store, clock=clock, chance=chance, bus=bus, notices=notices, centre=CENTRE
        ),
        followups=FollowUpDesk(
            store=store,
            clock=clock,
            bus=bus,
            notices=notices,
            invitations=invitations,
            alarms=alarms,
            centre=CENTRE,
        ),
        identity=identity,
        persons=PersonDesk(
            store=store, clock=clock, chats={CENTRE.official_appid: chat}, centre=CENTRE
        ),
        notices=notices,
        courier=Courier(
            store=store,
            clock=clock,
            chats={APPID: chat, MINI: mini},
            sms=sms,
            words=FakeWords(),
            outreach=outreach,
        ),
        outreach=outreach,
        subscriptions=SubscriptionDesk(store=store, outreach=outreach),
        deadlines=DeadlineDesk(
            store=store,
            clock=clock,
            chance=chance,
            bus=bus,
            notices=notices,
            agreements=agreements,
            privacy=privacy,
            hand_overs=hand_overs,
            invitations=invitations,
            media=media,
            matters=matters,
            reading=reading,
            centre=CENTRE,
        ),
        privacy=privacy,
        hand_overs=hand_overs,
        verifying=VerifyDesk(store=store, clock=clock, papers=papers, centre=CENTRE),
    )


async def _settle_in(house: House) -> None:
    async with house.store.begin() as work:
        for acting in (CLERK, LI, ZHAO):
            await work.staff.add(a_member(acting, totp_secret=TOTP_SECRETS[acting.id]))
        await work.cells.add(a_cell("cell-1", LI.id))


@dataclass(kw_only=True)
class Quarrel:
    """One case on its way, and its people."""

    house: House
    case_id: CaseId
    wang: Resident
    zhang: Resident | None = None

    async def version(self) -> int:
        """Give the version of the case as kept now."""
        return (await self.house.case(self.case_id)).version


async def a_report_filed(house: House, story: str = "楼上漏水，把我家天花板泡坏了") -> Quarrel:
    """王小明 follows the account and reports."""
    wang = await house.follower("o-wang")
    filed = await house.reports.file_own(wang, a_report(story))
    return Quarrel(house=house, case_id=filed.case_id, wang=wang)


async def registered(quarrel: Quarrel) -> Quarrel:
    """The dispatcher takes the case on."""
    await quarrel.house.cases.register(
        CLERK, quarrel.case_id, version=await quarrel.version(), type_code="02", cell="cell-1"
    )
    return quarrel


async def accepted(quarrel: Quarrel) -> Quarrel:
    """The mediator has the case, and both sides are named."""
    cases, case_id = quarrel.house.cases, quarrel.case_id
    await registered(quarrel)
    await cases.dispatch(CLERK, case_id, version=await quarrel.version(), mediator=LI.id)
    await cases.accept(LI, case_id, version=await quarrel.version())
    await quarrel.house.parties.name(LI, case_id, quarrel.wang.id, name="王小明", phone=WANG_PHONE)
    zhang = await quarrel.house.parties.add(
        LI,
        case_id,
        version=await quarrel.version(),
        name="张三",
        phone=ZHANG_PHONE,
        side="respondent",
    )
    return replace(quarrel, zhang=Resident(id=zhang))


async def meeting_fixed(quarrel: Quarrel) -> MeetingId:
    """The mediator fixes tomorrow."""
    return await quarrel.house.meetings.fix(
        LI,
        quarrel.case_id,
        version=await quarrel.version(),
        starts_at=quarrel.house.clock() + timedelta(days=1),
    )


async def frozen(quarrel: Quarrel) -> AgreementId:
    """Both sides confirmed the words, and the paper collects signatures."""
    house, agreements = quarrel.house, quarrel.house.agreements
    paper = await agreements.draft(LI, quarrel.case_id, a_content())
    await agreements.ask_review(LI, paper)
    for party in (quarrel.wang, other_side(quarrel)):
        version = (await house.agreement(paper)).version
        await agreements.confirm(party, paper, version=version)
    await agreements.freeze(LI, paper, version=(await house.agreement(paper)).version)
    await house.work_off()
    return paper


async def signed(quarrel: Quarrel, paper: AgreementId) -> None:
    """Both parties and the mediator signed."""
    for signer in (quarrel.wang, other_side(quarrel), LI):
        await give_signature(quarrel.house, signer, paper)
        await quarrel.house.work_off()


async def sealed(quarrel: Quarrel, paper: AgreementId) -> None:
    """The committee's seal is on, the agreement in effect."""
    house = quarrel.house
    await house.signing.seal(ZHAO, paper, reason="各方已签", code=house.one_time_code(ZHAO))
    await house.work_off()


async def in_effect(house: House) -> tuple[Quarrel, AgreementId]:
    """A quarrel that ended with an agreement in effect."""
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    await signed(quarrel, paper)
    await sealed(quarrel, paper)
    return quarrel, paper


async def give_signature(house: House, signer: Resident | Staff, paper: AgreementId) -> None:
    """Prove to be there and sign by hand what is shown."""
    await house.signing.sign(signer, paper, await signature_of(house, signer, paper))


async def signature_of(house: House, signer: Resident | Staff, paper: AgreementId) -> SignInput:
    """What a signing page sends for this signer now."""
    agreement = await house.agreement(paper)
    return SignInput(
        strokes=a_handwriting(),
        pages_read=tuple(range(1, getattr(agreement, "pages", 1) + 1)),
        seconds_read=31.5,
        consent_version=_consent(agreement, signer),
        code=await _code(house, signer, paper),
        device="Chromium",
        shown_sha256=getattr(agreement, "head", ""),
    )


def _consent(agreement: Agreement, signer: Resident | Staff) -> str:
    try:
        return consent_of(agreement.signer(agreement.field_of(signer.id))).version
    except NotFound:
        return SIGNING.version


async def _code(house: House, signer: Resident | Staff, paper: AgreementId) -> str:
    if isinstance(signer, Staff):
        return house.one_time_code(signer)
    await house.signing.ask_intent_code(signer, paper)
    await house.work_off()
    async with house.store.read() as work:
        phone = (await work.people.get(signer.id)).phone
    return house.last_code(phone.removeprefix("+86"))


def other_side(quarrel: Quarrel) -> Resident:
    """张三, once named."""
    assert quarrel.zhang is not None
    return quarrel.zhang


def stranger() -> Resident:
    """Somebody who has nothing to do with the case."""
    return Resident(id=PersonId("sun"))
