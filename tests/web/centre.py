"""A centre to test the pages against: real desks over a real ledger on SQLite."""

from __future__ import annotations

import base64
import hmac
import re
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.words import NoticeWords
from documents import case_code
from documents.personal_copy import CopyZip
from domain.actors import Resident, Role
from domain.cases import Report, Spot
from domain.codes import Purpose
from domain.conversations import RaiseAlarm
from domain.errors import NotFound, WrongCredentials
from domain.ids import CaseId, CellId, MeetingId, PersonId, StaffId
from domain.jobs import (
    AskWho,
    HandBackCases,
    Job,
    MakeFilm,
    MakeManifest,
    MakePaper,
    PutSeal,
    PutSignature,
    ReadAloud,
    ReviewRooms,
    SendNotice,
    SendSms,
    StoreRecording,
)
from domain.notices import Way
from domain.people import StaffMember, WeChatIdentity
from domain.places import Cell
from domain.ports.papers import Papers
from domain.ports.rooms import Segment
from domain.ports.running import ProcessLife
from domain.templates import EVERY, Template, TemplateBook, TemplateUse
from services.accounts import AccountDesk
from services.agreements import AgreementDesk
from services.bindings import BindingDesk
from services.cases import CaseDesk
from services.checks import CheckDesk
from services.courier import Courier
from services.departures import DepartureDesk
from services.filed import Filed
from services.films import FilmDesk
from services.followups import FollowUpDesk
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.identity import IdentityDesk
from services.intake import Intake
from services.invitations import Invitations
from services.joining import JoiningDesk
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
from services.said import SaidDesk
from services.settings import Centre
from services.signing import SigningDesk
from services.staff_phones import StaffPhoneDesk
from services.subscriptions import SubscriptionDesk
from services.verifying import VerifyDesk
from services.warnings import WarningDesk
from storage.chance import SystemChance
from storage.objects import FolderObjects
from storage.store import SqlStore
from tests.fakes import (
    QUICK_PASSWORDS,
    FakeAttestor,
    FakeBus,
    FakeChat,
    FakeFailedJobs,
    FakeFilms,
    FakeRecordings,
    FakeRooms,
    FakeSms,
)
from tests.stores import a_store, sqlite_url
from tests.voices import ToneReader
from web.desks import Desks
from web.ports import Authority, Pages
from web.settings import WebSettings

PASSWORD = "twelve-bridges"
TOTP_SECRET = "MZSW443JNZTW6ZDPNZTG6ZDF"
REGION = "999999001"
CELL = CellId("cell-1")
STORY = "楼上漏水，我家卫生间天花板坏了，找他三次都不肯修"


@dataclass
class MovableClock:
    """Stands still until a test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 4, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **span: float) -> None:
        self.now += timedelta(**span)


class KnownAccounts:
    """WeChat's log-in: a code names its account."""

    async def by_oauth_code(self, code: str) -> tuple[str, str, str]:
        if code == "unforeseen":
            raise RuntimeError("王秀兰 12000000001")
        if not code.startswith("code-"):
            raise WrongCredentials(code)
        return "wx-official", code.removeprefix("code-"), ""

    async def by_mini_code(self, code: str) -> tuple[str, str, str]:
        return await self.by_oauth_code(code)

    async def phone_by_mini_code(self, code: str, openid: str) -> str:
        if code != f"phone-{openid}":
            raise WrongCredentials(code)
        return "+8612000000009"

    @property
    def mini_appid(self) -> str:
        return "wx-official"


class CodeDrawing:
    """Draws case codes."""

    def png(self, address: str) -> bytes:
        return case_code.as_png(address)


@cache
def hashed_password() -> str:
    """The password of everybody here; hashing is slow on purpose."""
    return QUICK_PASSWORDS.hash(PASSWORD)


def handwriting() -> list[list[list[float]]]:
    """Two strokes that somebody could have written."""
    first = [[100 + 8 * n, 120 + 40 * (n % 5), 12 * n, 0.5] for n in range(30)]
    second = [[380 + 6 * n, 90 + 55 * (n % 4), 500 + 12 * n, 0.5] for n in range(30)]
    return [first, second]


def totp(at: datetime, secret: str = TOTP_SECRET) -> str:
    """The one-time code of this moment (RFC 6238)."""
    counter = struct.pack(">Q", int(at.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@dataclass(frozen=True, kw_only=True)
class Office:
    """Everything behind the pages, for tests to reach into."""

    desks: Desks
    settings: WebSettings
    store: SqlStore
    clock: MovableClock
    courier: Courier
    sms: FakeSms
    paperwork: Paperwork
    departures: DepartureDesk
    persons: PersonDesk
    bus: FakeBus
    done: list[Job] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)

    async def staff_session(self, login: str) -> str:
        """Log somebody of the centre in and give the secret; an open session is used again."""
        if login in self.sessions:
            return self.sessions[login]
        self.clock.moves(seconds=30)
        opened = await self.desks.identity.staff_login(
            login, PASSWORD, totp(self.clock.now), address="127.0.0.1"
        )
        self.sessions[login] = opened.secret
        return opened.secret

    async def resident_session(self, openid: str) -> str:
        """Log a resident in by WeChat and give the secret."""
        opened = await self.desks.identity.wechat_login("wx-official", openid)
        return opened.secret

    async def resident(self, openid: str) -> Resident:
        """The resident with this account."""
        opened = await self.desks.identity.wechat_login("wx-official", openid)
        assert isinstance(opened.actor, Resident)
        return opened.actor

    async def mini_account(self, openid: str) -> None:
        """The same person also uses the mini-program."""
        person = await self.resident(openid)
        account = WeChatIdentity(appid="wx-mini", openid=f"m-{openid}", person_id=person.id)
        async with self.store.begin() as work:
            await work.people.link(account)

    async def staff(self, login: str):
        """Somebody of the centre."""
        return await self.desks.identity.who(await self.staff_session(login))

    async def reported(self, openid: str = "o-wang", story: str = STORY) -> CaseId:
        """A case as its reporter left it."""
        report = Report(story=story, spot=Spot(words="枫溪路18号"))
        filed = await self.desks.reports.file_own(await self.resident(openid), report)
        return filed.case_id

    async def alarmed(self, openid: str) -> Filed:
        """Somebody told the chat of danger, and nothing else yet."""
        alarm = RaiseAlarm(words="拿着刀", text="他拿着刀来了")
        resident = await self.resident(openid)
        async with self.store.begin() as work:
            return await self.desks.alarms.raise_alarm(work, alarm, person=resident.id)

    async def version(self, case_id: CaseId) -> int:
        """The version a form of the case would hold now."""
        return (await self.desks.cases.view(await self.staff("fenpai"), case_id)).version

    async def accepted(self, openid: str = "o-wang", phone: str = "12000000001") -> CaseId:
        """A case whose mediator took it, with both parties named and reachable."""
        case_id = await self.reported(openid)
        cases, clerk, mediator = (
            self.desks.cases,
            await self.staff("fenpai"),
            await self.staff("tiaojie"),
        )
        await cases.register(clerk, case_id, version=0, type_code="02", cell=CELL)
        await cases.dispatch(clerk, case_id, version=1, mediator="staff-tiaojie")
        await cases.accept(mediator, case_id, version=2)
        await self.desks.parties.add(
            mediator,
            case_id,
            version=3,
            name="刘大勇",
            phone="12000000002",
            side="respondent",
        )
        reporter = await self.resident(openid)
        await self.desks.parties.name(mediator, case_id, reporter.id, name="王秀兰", phone=phone)
        return case_id

    async def meeting(self, case_id: CaseId):
        """A meeting in an hour."""
        return await self.desks.meetings.fix(
            await self.staff("tiaojie"),
            case_id,
            version=await self.version(case_id),
            starts_at=self.clock.now + timedelta(hours=1),
        )

    async def link(self, purpose: Purpose, case_id: CaseId, person: PersonId) -> str:
        """The path of the invitation that was sent to a person."""
        async with self.store.read() as work:
            secret = await work.tokens.text(purpose, f"{case_id}/{person}")
        return f"/{purpose}/{secret}"

    async def work(self) -> None:
        """Do every job that waits, once, as a job worker would."""
        while fresh := [job for job in await self.store.waiting_jobs() if job not in self.done]:
            for job in fresh:
                self.done.append(job)
                await self._do(job)

    async def code_sent(self, phone: str) -> str:
        """The six digits of the last code sent to this number."""
        await self.work()
        text = [words for words in self.sms.to(phone) if "验证码" in words][-1]
        found = re.search(r"\d{6}", text)
        assert found, text
        return found.group()

    async def _do(self, job: Job) -> None:
        handlers: Mapping[type[Job], Callable[[Any], Awaitable[None]]] = {
            AskWho: self.persons.learn,
            SendSms: self.courier.send_sms,
            SendNotice: self.courier.send,
            MakePaper: self.paperwork.make,
            PutSignature: self.paperwork.put_signature,
            PutSeal: self.paperwork.put_seal,
            HandBackCases: self.departures.hand_back,
            ReviewRooms: self.desks.meetings.review,
            StoreRecording: self.desks.meetings.store_recording,
            MakeManifest: self.desks.manifests.make,
            MakeFilm: self.desks.films.make,
            ReadAloud: self.desks.reading.read,
        }
        await handlers[type(job)](job)


def _centre(port: int) -> Centre:
    return Centre(
        name="枫溪街道综治中心",
        committee="枫溪街道人民调解委员会",
        phone="0999-12345678",
        region="999999001001",
        zone=ZoneInfo("Asia/Shanghai"),
        public_url=f"http://127.0.0.1:{port}",
        number_word="枫",
        official_appid="wx-official",
        miniprogram_appid="wx-mini",
        demo=True,
    )


@asynccontextmanager
async def an_office(folder: Path, port: int, papers: Papers, pages: Pages) -> AsyncIterator[Office]:
    """Open a settled centre."""
    async with a_store(sqlite_url(folder)) as store:
        office = _office(store, folder, _centre(port), papers, pages)
        await _settle(store)
        yield office


def _office(store: SqlStore, folder: Path, centre: Centre, papers: Papers, pages: Pages) -> Office:
    clock, chance, bus, sms = MovableClock(), SystemChance(), FakeBus(), FakeSms()
    objects = FolderObjects(folder / "objects")
    chat = FakeChat()
    ground: dict[str, Any] = {"store": store, "clock": clock, "centre": centre}
    notices = NoticeDesk(**ground, chance=chance, words=NoticeWords())
    template = TemplateUse(way=Way.TEMPLATE, kind=EVERY, template=Template(id="T"))
    asked = TemplateUse(way=Way.MINI_SUBSCRIBED, kind="rate", template=Template(id="S-rate"))
    book = TemplateBook((template, asked))
    outreach = Outreach(clock=clock, centre=centre, book=book)
    invitations = Invitations(chance=chance, clock=clock, public_url=centre.public_url)
    identity = IdentityDesk(**ground, chance=chance, passwords=QUICK_PASSWORDS, notices=notices)
    live: dict[str, Any] = {**ground, "bus": bus, "notices": notices}
    paper: dict[str, Any] = {**live, "chance": chance, "objects": objects, "papers": papers}
    drawing = CodeDrawing()
    agreements = AgreementDesk(**paper, invitations=invitations)
    meetings = MeetingDesk(
        **live,
        chance=chance,
        invitations=invitations,
        rooms=FakeRooms(),
        recordings=FakeRecordings(),
    )
    media = MediaDesk(**live, chance=chance, objects=objects, chats={})
    bindings = BindingDesk(store=store, clock=clock, chance=chance)
    checks = CheckDesk(**live, chance=chance)
    guards = GuardDesk(clock=clock, chance=chance, notices=notices)
    hand_overs = HandOverDesk(**live, chance=chance)
    heard: dict[str, Any] = {
        "store": store,
        "clock": clock,
        "bus": bus,
        "chance": chance,
        "guards": guards,
        "hand_overs": hand_overs,
        "intake": Intake(clock=clock, chance=chance, notices=notices, media=media, centre=centre),
    }
    alarms, reports = AlarmDesk(**heard), ReportDesk(**heard)
    desks = Desks(
        identity=identity,
        joining=JoiningDesk(**ground, identity=identity),
        accounts=AccountDesk(**ground, chance=chance, passwords=QUICK_PASSWORDS, pictures=drawing),
        alarms=alarms,
        reports=reports,
        matters=MatterDesk(**live, chance=chance, alarms=alarms, reports=reports),
        media=media,
        said=SaidDesk(store=store),
        reading=ReadingDesk(
            store=store, clock=clock, chance=chance, objects=objects, reader=ToneReader()
        ),
        cases=CaseDesk(**live, chance=chance, objects=objects, meetings=meetings, pictures=drawing),
        parties=PartyDesk(**ground, chance=chance, bus=bus, objects=objects),
        meetings=meetings,
        playback=PlaybackDesk(store=store, clock=clock),
        films=FilmDesk(**ground, objects=objects, maker=FakeFilms(objects)),
        manifests=ManifestDesk(
            **ground, objects=objects, recordings=FakeRecordings(), attestor=FakeAttestor()
        ),
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
        originals=OriginalDesk(**paper, identity=identity, agreements=agreements),
        verifying=VerifyDesk(**ground, papers=papers),
        followups=FollowUpDesk(**live, invitations=invitations, alarms=alarms),
        questions=QuestionDesk(**live, chance=chance),
        bindings=bindings,
        staff_phones=StaffPhoneDesk(
            store=store, clock=clock, chance=chance, identity=identity, bindings=bindings
        ),
        warnings=WarningDesk(store=store, checks=checks, guards=guards, alarms=alarms),
        operations=OperationsDesk(
            store=store, clock=clock, jobs=FakeFailedJobs(), processes=_processes
        ),
        checks=checks,
        hand_overs=hand_overs,
        privacy=PrivacyDesk(
            store=store,
            clock=clock,
            chance=chance,
            objects=objects,
            notices=notices,
            guards=guards,
            writer=CopyZip(),
            centre=centre,
        ),
        notices=notices,
        subscriptions=SubscriptionDesk(store=store, outreach=outreach),
        objects=objects,
        bus=bus,
        clock=clock,
        wechat=KnownAccounts(),
        pages=pages,
        authority=_authority(),
        ready=_ready,
    )
    return Office(
        desks=desks,
        settings=WebSettings(centre=centre, open_base="https://open.example", version="0.1.0"),
        store=store,
        clock=clock,
        courier=Courier(
            store=store,
            clock=clock,
            chats={centre.official_appid: chat, centre.miniprogram_appid: chat},
            sms=sms,
            words=NoticeWords(),
            outreach=outreach,
        ),
        departures=DepartureDesk(store=store, clock=clock, bus=bus, meetings=meetings),
        sms=sms,
        persons=PersonDesk(**ground, chats={centre.official_appid: chat}),
        paperwork=Paperwork(**paper, invitations=invitations),
        bus=bus,
    )


def _authority() -> Authority:
    async def echo(query: bytes) -> bytes:
        return query

    async def root() -> bytes:
        return b"-----BEGIN CERTIFICATE-----\n"

    async def crl(name: str) -> bytes:
        if name != "root":
            raise NotFound(name)
        return b"\x30\x00"

    return Authority(stamp=echo, root=root, crl=crl)


def _processes() -> Sequence[ProcessLife]:
    since = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    return [
        ProcessLife(name="web", alive=True, restarts=0, since=since, ended=""),
        ProcessLife(name="media-0", alive=True, restarts=2, since=since, ended="SIGKILL"),
    ]


async def _ready() -> Mapping[str, str]:
    return {}


MEMBERS = (
    ("fenpai", "陈晓分", Role.DISPATCHER),
    ("wangge", "陈网格", Role.GRID_WORKER),
    ("tiaojie", "李春和", Role.MEDIATOR),
    ("tiaojie2", "周平安", Role.MEDIATOR),
    ("duban", "赵明德", Role.SUPERVISOR),
    ("shenji", "钱公正", Role.AUDITOR),
    ("guanli", "孙守一", Role.ADMINISTRATOR),
)


async def _settle(store: SqlStore) -> None:
    async with store.begin() as work:
        for login, name, role in MEMBERS:
            await work.staff.add(
                StaffMember(
                    id=StaffId(f"staff-{login}"),
                    login=login,
                    name=name,
                    phone="+8612000000100",
                    region=REGION,
                    roles=(role,),
                    password=hashed_password(),
                    totp_secret=TOTP_SECRET,
                    seal_right=role is Role.SUPERVISOR,
                    skills=("02",) if login == "tiaojie" else (),
                )
            )
        await work.cells.add(
            Cell(
                id=CELL,
                name="枫溪社区第一网格",
                region="999999001001",
                words=("枫溪路",),
                outline=((120.0, 30.0), (120.01, 30.0), (120.01, 30.01), (120.0, 30.01)),
                mediators=(StaffId("staff-tiaojie"),),
            )
        )


def framed(office: Office, origin: str) -> WebSettings:
    """The settings of a demo whose pages the simulator may frame."""
    return replace(office.settings, frame_origin=origin)


async def a_recorded_meeting(office: Office) -> tuple[CaseId, MeetingId]:
    """A case with a meeting that is over, of which ten seconds of the party are kept."""
    case_id = await office.accepted()
    meeting_id = await office.meeting(case_id)
    meetings, mediator = office.desks.meetings, await office.staff("tiaojie")
    seat = await meetings.enter(await meetings.ticket(mediator, meeting_id))
    await meetings.recorded(
        Segment(
            meeting_id=meeting_id,
            participant=seat.participant,
            number=1,
            started=office.clock.now,
            seconds=10.0,
            journal="m1/li/0001.journal",
            playback="m1/li/0001.webm",
            sha256="ab" * 32,
            closed=True,
            lost=3.0,
            ended="stopped",
        )
    )
    await meetings.end(seat)
    await office.work()
    return case_id, meeting_id
