"""The centre's desks over a real ledger; only WeChat and the gateway are played."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from bot.answering import Bot
from bot.words import NoticeWords
from documents import case_code
from documents.personal_copy import CopyZip
from domain.actors import Staff
from domain.conversations import Answer, Incoming, Known, Link, MessageKind, Reply
from domain.templates import Card
from services.acquaintance import Acquaintance
from services.bindings import BindingDesk
from services.care import CareDesk
from services.checks import CheckDesk
from services.conversations import ConversationDesk
from services.followups import FollowUpDesk
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.intake import Intake
from services.invitations import Invitations
from services.late_answers import LateAnswers
from services.matters import MatterDesk
from services.media import MediaDesk
from services.notices import NoticeDesk
from services.outreach import Outreach
from services.privacy import PrivacyDesk
from services.questions import QuestionDesk
from services.raising import AlarmDesk
from services.reports import ReportDesk
from services.rounds import Rounds
from services.settings import Centre
from services.talk_deeds import TalkDeeds
from storage.chance import SystemChance
from storage.store import SqlStore
from tests.factories import CLERK, ZHAO, a_member
from tests.fakes import FakeBus, FakeObjects, FakeSms
from tests.stores import a_store

APPID = "wxba5fad812f8e6fb9"
NOON = datetime.fromtimestamp(1763784000, UTC)
CENTRE = Centre(
    name="枫溪综治中心",
    committee="枫溪人民调解委员会",
    phone="0575-12345678",
    region="999999001001",
    zone=ZoneInfo("Asia/Shanghai"),
    public_url="https://mediate.example",
    number_word="枫",
    official_appid=APPID,
    demo=True,
    official_numbers={"96110": "反诈专线"},
)


@dataclass
class MovableClock:
    """Stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **span: float) -> None:
        self.now += timedelta(**span)


class DrawnCodes:
    """Draws a code as the product does, where a platform looks at it."""

    def png(self, address: str) -> bytes:
        return case_code.as_png(address)


@dataclass
class HeardChat:
    """Remembers what was said, and by which key; fails first in the ways it is given."""

    heard: list[tuple[str, Reply]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    async def say(self, *, key: str, openid: str, reply: Reply) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.keys.append(key)
        self.heard.append((openid, reply))

    async def notify(self, *, key: str, openid: str, card: Card) -> str:
        words = "\n".join([card.title, *card.lines.values()])
        link = Link(title=card.title, url=card.url)
        await self.say(key=key, openid=openid, reply=Reply(text=words, links=(link,)))
        return f"{card.template.id}-{key}"

    async def remind(self, *, key: str, openid: str, card: Card) -> str:
        return await self.notify(key=key, openid=openid, card=card)

    async def unionid(self, openid: str) -> str:
        return f"u-{openid}"

    async def fetch(self, platform_id: str) -> tuple[bytes, str]:
        return platform_id.encode(), "image/jpeg"


@dataclass
class Thinker:
    """The real bot; counts how often it thought, and can be made to wait or fail."""

    bot: Bot
    thought: list[str] = field(default_factory=list)
    gates: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    async def answer(self, message: Incoming, known: Known) -> Answer:
        self.thought.append(message.key)
        if self.gates:
            await self.gates.pop(0)()
        return await self.bot.answer(message, known)


@dataclass
class Office:
    """Everything of one process that talks with residents."""

    store: SqlStore
    clock: MovableClock
    chat: HeardChat
    bus: FakeBus
    objects: FakeObjects
    thinker: Thinker
    followups: FollowUpDesk
    desk: ConversationDesk
    questions: QuestionDesk
    bindings: BindingDesk
    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    checks: CheckDesk
    matters: MatterDesk
    notices: NoticeDesk
    sms: FakeSms

    async def talk_of(self, openid: str = "o-li") -> str:
        async with self.store.read() as work:
            return (await work.talks.get(APPID, openid)).state


def message(text: str, *, key: str = "", openid: str = "o-li", at: datetime = NOON) -> Incoming:
    return Incoming(
        key=key or secrets.token_hex(8),
        appid=APPID,
        openid=openid,
        kind=MessageKind.TEXT,
        sent_at=at - timedelta(seconds=1),
        text=text,
    )


@asynccontextmanager
async def an_office(url: str) -> AsyncIterator[Office]:
    async with a_store(url) as store:
        yield make_office(store)


@asynccontextmanager
async def a_staffed_office(url: str, *staff: Staff) -> AsyncIterator[Office]:
    """An office with these people, a clerk and a supervisor unless others are named."""
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in staff or (CLERK, ZHAO):
                await work.staff.add(a_member(acting))
        yield opened


async def tell(office: Office, *told: str, openid: str = "o-li") -> str:
    """Write messages one after the other, a second apart, and give the last answer."""
    reply = None
    for words in told:
        reply = await office.desk.receive(message(words, openid=openid, at=office.clock()))
        office.clock.moves(seconds=1)
    return reply.text if reply else ""


async def send(office: Office, kind: MessageKind, platform_id: str) -> str:
    """Send a picture or voice, and give the answer."""
    sent = replace(message("", at=office.clock()), kind=kind, media_id=platform_id)
    reply = await office.desk.receive(sent)
    office.clock.moves(seconds=1)
    return reply.text if reply else ""


def make_office(store: SqlStore) -> Office:
    clock, chance, chat, bus = MovableClock(), SystemChance(), HeardChat(), FakeBus()
    objects, sms = FakeObjects(), FakeSms()
    notices = NoticeDesk(
        store=store,
        clock=clock,
        chance=chance,
        words=NoticeWords(),
        centre=CENTRE,
    )
    media = MediaDesk(
        store=store,
        clock=clock,
        chance=chance,
        objects=objects,
        bus=bus,
        notices=notices,
        chats={CENTRE.official_appid: chat},
        centre=CENTRE,
    )
    guards = GuardDesk(clock=clock, chance=chance, notices=notices)
    hand_overs = HandOverDesk(
        store=store,
        clock=clock,
        chance=chance,
        bus=bus,
        notices=notices,
        centre=CENTRE,
    )
    heard: dict[str, Any] = {
        "store": store,
        "clock": clock,
        "chance": chance,
        "bus": bus,
        "guards": guards,
        "hand_overs": hand_overs,
        "intake": Intake(clock=clock, chance=chance, notices=notices, media=media, centre=CENTRE),
    }
    alarms, reports = AlarmDesk(**heard), ReportDesk(**heard)
    privacy = PrivacyDesk(
        store=store,
        clock=clock,
        chance=chance,
        objects=objects,
        notices=notices,
        guards=guards,
        writer=CopyZip(),
        centre=CENTRE,
    )
    followups = FollowUpDesk(
        store=store,
        clock=clock,
        bus=bus,
        notices=notices,
        invitations=Invitations(chance=chance, clock=clock, public_url=CENTRE.public_url),
        alarms=alarms,
        centre=CENTRE,
    )
    checks = CheckDesk(
        store=store,
        clock=clock,
        chance=chance,
        bus=bus,
        notices=notices,
        centre=CENTRE,
    )
    questions = QuestionDesk(
        store=store, clock=clock, chance=chance, bus=bus, notices=notices, centre=CENTRE
    )
    bindings = BindingDesk(store=store, clock=clock, chance=chance)
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
    thinker, outreach = Thinker(Bot(chance)), Outreach(clock=clock, centre=CENTRE)
    desk = ConversationDesk(
        store=store,
        dialogues=thinker,
        clock=clock,
        chance=chance,
        bus=bus,
        acquaintance=Acquaintance(centre=CENTRE, clock=clock),
        deeds=TalkDeeds(
            clock=clock,
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
            outreach=outreach,
        ),
        late=LateAnswers(store=store, clock=clock, chats={APPID: chat}, outreach=outreach),
        rounds=Rounds(store, clock),
    )
    return Office(
        store,
        clock,
        chat,
        bus,
        objects,
        thinker,
        followups,
        desk,
        questions,
        bindings,
        privacy,
        hand_overs,
        checks,
        matters,
        notices,
        sms,
    )


def on_another_process(office: Office) -> Office:
    """The same ledger and outside, with dialogues and desk of their own."""
    thinker = Thinker(office.thinker.bot)
    rounds = Rounds(office.store, office.clock)
    desk = replace(
        office.desk, dialogues=thinker, rounds=rounds, lines=WeakValueDictionary(), resting={}
    )
    return replace(office, thinker=thinker, desk=desk)
