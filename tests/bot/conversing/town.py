"""Residents, the simulated platform and the bot in one loop, where processes can be killed.

The bot is the real one; around it stands a clerk who marks each answer and notes in the talk, in
the transaction of the answer, that the message had its effect.  So every effect and every answer
can be counted afterwards.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import aiohttp
from aiohttp import web
from sqlalchemy import Engine, select, update

from bot.callback import DEADLINE_SECONDS, Callbacks
from bot.chat import WeChatChat
from bot.client import Bases, WeChatClient
from bot.pushes import read_message
from bot.tokens import SharedTokens
from bot.wechat import Account
from bot.words import NoticeWords
from domain.actors import Resident
from domain.conversations import Answer, Incoming, Known, Talk
from domain.errors import NotFound, Unavailable
from domain.glances import Glance
from domain.notices import Delivery
from domain.ports.cases import CaseFilter
from domain.ports.talks import Kept
from domain.scope import EVERYTHING
from services.conversations import TURN_SECONDS, ConversationDesk
from services.courier import Courier
from services.rounds import Rounds
from simulator import deliveries
from simulator.founding import found_world
from simulator.settings import OFFICIAL, PushRules, Settings
from simulator.site import make_site
from simulator.world import World
from storage.engines import job_engine
from storage.store import SqlStore
from storage.talks import LEASES
from tests.bot.office import APPID, DrawnCodes, Office, an_office
from tests.simulator.stage import address, listening, serving

T = TypeVar("T")

NOTED = "noted"  #: the answer of a talk in which the clerk notes effects
SETTLED_WITHIN = 60.0
MOST_LISTED = 1000  #: messages of a person that are looked at; a walk makes far fewer
MOST_RELEASES = 20  #: times that people write again to hear what waits for them


@dataclass(frozen=True)
class Scale:
    """How long everybody waits, in seconds; as in reality unless something else is said."""

    limit: float = PushRules().limit_seconds  #: until the platform hangs up
    deadline: float = DEADLINE_SECONDS  #: until the bot says ``success``
    patience: float = TURN_SECONDS  #: that a message waits for its turn


HASTY = Scale(limit=0.6, deadline=0.2, patience=0.5)  #: for walks of many messages


class ProcessDiedError(Exception):
    """What a killed process began it never ends."""


@dataclass
class MortalStore:
    """The ledger as one process sees it, until the process is killed."""

    ledger: SqlStore
    left: int | None = None  #: transactions until then; None: it lives on

    @property
    def dead(self) -> bool:
        """Is the process killed?"""
        return self.left == 0

    def _count(self) -> None:
        if self.dead:
            raise ProcessDiedError
        if self.left is not None:
            self.left -= 1

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        """Write; whoever is killed before the commit has written nothing."""
        self._count()
        async with self.ledger.begin() as work:
            yield work
            self._count()

    async def together(self, deed: Callable[[Any], Awaitable[T]]) -> T:
        """Write in one go, killed like any other."""

        async def counted(work: Any) -> T:
            done = await deed(work)
            self._count()
            return done

        self._count()
        return await self.ledger.together(counted)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        """Read."""
        self._count()
        async with self.ledger.read() as work:
            yield work


@dataclass
class Clerk:
    """The bot, whose answers are marked and whose effects are noted."""

    office: Office
    doors: list[asyncio.Event] = field(default_factory=list)
    slow: bool = False

    async def answer(self, message: Incoming, known: Known) -> Answer:
        if self.slow:
            door = asyncio.Event()
            self.doors.append(door)
            await door.wait()
        told = dict(known.talk.answers)
        noted = told.pop(NOTED, "")
        unseen = _with_talk(known, replace(known.talk, answers=told))
        answer = await self.office.thinker.bot.answer(message, unseen)
        told = {**answer.talk.answers, NOTED: f"{noted} {message.key}"}
        marked = replace(answer.reply, text=f"{mark(message.key)}{answer.reply.text}")
        return replace(answer, reply=marked, talk=replace(answer.talk, answers=told))


def _with_talk(known: Known, talk: Talk) -> Known:
    """Hand on what is known, as much or as little as it is."""
    if not isinstance(known, Glance):
        return replace(known, talk=talk)
    return Glance(
        talk=talk,
        named=known.named,
        office_phone=known.office_phone,
        pages_url=known.pages_url,
    )


def mark(key: str) -> str:
    """The sign of a message on its answer."""
    return f"〔{key[:16]}〕"


@dataclass
class Process:
    """A web process of the product; a killed one answers nobody."""

    store: MortalStore
    clerk: Clerk
    desk: ConversationDesk
    callbacks: Callbacks

    async def hear(self, request: web.Request) -> web.StreamResponse:
        """Answer a push, unless the process is killed meanwhile: then the line is cut."""
        with suppress(ProcessDiedError):
            answer = await self.callbacks.hear_official(request)
            if not self.store.dead:
                return answer
        if request.transport is not None:
            request.transport.abort()
        raise web.HTTPServiceUnavailable


@dataclass
class Town:
    """Everything together."""

    office: Office
    world: World
    url: str  #: of the platform
    http: aiohttp.ClientSession
    account: Account
    ledger: Engine  #: past the product
    chat: WeChatChat
    scale: Scale = HASTY
    people: list[str] = field(default_factory=list)
    process: Process = field(init=False)
    processes: list[Process] = field(default_factory=list)
    heard: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.process = self.start()

    # Processes.

    def start(self, *, dies_after: int | None = None) -> Process:
        """Start a process on the same ledger."""
        store, clerk = MortalStore(self.office.store, dies_after), Clerk(self.office)
        desk = replace(
            self.office.desk,
            store=store,
            dialogues=clerk,
            late=replace(self.office.desk.late, store=store, chats={APPID: self.chat}),
            rounds=Rounds(store, self.office.clock),
            lines=WeakValueDictionary(),
            patience=self.scale.patience,
            resting={},
        )
        callbacks = Callbacks(
            desk=desk,
            clock=self.office.clock,
            official=self.account,
            miniprogram=self.account,
            deadline=self.scale.deadline,
        )
        started = Process(store, clerk, desk, callbacks)
        self.processes.append(started)
        return started

    def restart(self) -> None:
        """Start the next process, unless somebody just did."""
        if self.process.store.dead:
            self.process = self.start()

    async def half_a_minute_later(self) -> None:
        """Let the leases of dead processes end."""

        idle = select(LEASES.c.openid).with_for_update(skip_locked=True)  # nobody dead holds a lock
        over = update(LEASES).where(LEASES.c.openid.in_(idle)).values(until=0)

        def ended() -> None:
            with self.ledger.begin() as ledger:
                ledger.execute(over)

        await asyncio.to_thread(ended)

    async def hear(self, request: web.Request) -> web.StreamResponse:
        """Take a push; where the process is dead the supervisor starts the next."""
        if self.process.store.dead:
            await self.half_a_minute_later()
            self.restart()
        task = asyncio.current_task()
        assert task is not None
        self.heard.add(task)
        task.add_done_callback(self.heard.discard)
        return await self.process.hear(request)

    # People.

    async def control(self, path: str, **asked: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}/_sim/{path}", json=asked) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def settle_people(self, count: int) -> None:
        """Let so many people follow."""
        async with self.http.get(f"{self.url}/_sim/users") as answer:
            users = (await answer.json())["users"][:count]
        self.people = [str(user["openids"]["official"]) for user in users]
        for openid in self.people:
            await self.control("follow", openid=openid)

    async def write(self, letters: list[tuple[int, str]], **faults: Any) -> None:
        """Let people write at once, each text on its way with these faults of the network."""
        await self.control("faults", **faults)
        sent = (
            self.control("send", openid=self.people[who], type="text", text=text)
            for who, text in letters
        )
        await asyncio.gather(*sent)
        await self.control("faults")

    # Workers.

    async def answer_pending(self, *, dies_after: int | None = None) -> int:
        """Let a job worker answer what nobody works on; how many were answered."""
        await self.half_a_minute_later()
        worker = self.start(dies_after=dies_after)
        with suppress(ProcessDiedError):
            return await worker.desk.run_pending()
        return 0

    async def bring_answers(self, *, dies_after: int | None = None, **faults: Any) -> None:
        """Let a courier bring every answer that was promised, as the job of each does."""
        await self.control("faults", **faults)
        courier = self.start(dies_after=dies_after)
        with suppress(ProcessDiedError):
            await self.sweeper(courier.store).let_go()
        for kept in await self.kept():
            if kept.reply is not None and not kept.delivered:
                with suppress(ProcessDiedError, Unavailable):
                    await courier.desk.late.bring(kept.incoming.key)
        await self.control("faults")

    def sweeper(self, store: MortalStore) -> Courier:
        """Whoever sends on what waited for people who wrote meanwhile."""
        return Courier(
            store=store,
            clock=self.office.clock,
            chats={APPID: self.chat},
            sms=self.office.sms,
            words=NoticeWords(),
            outreach=self.office.desk.late.outreach,
        )

    async def end(self) -> None:
        """Let everything under way end well: no more faults, no more deaths."""
        await self.quiet()
        for _ in range(MOST_RELEASES):
            if not (waiting := await self.held()):
                break
            await self.control("clock", advance_seconds=1)  # a window opens by a later second
            await self.write([(who, "帮助") for who in waiting])
            await self.quiet()
        await self.world.postman.close()  # copies that still travel arrive nowhere
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until nobody works on anything and every answer that may go out has gone."""
        await self.all_thought()
        async with asyncio.timeout(SETTLED_WITHIN):
            while await self.answer_pending():
                pass
            await self.bring_answers()

    async def all_thought(self) -> None:
        """Let the bot end thinking, and everybody be answered who waits."""
        async with asyncio.timeout(SETTLED_WITHIN):
            while self.heard or any(one.callbacks.tasks for one in self.processes):
                self.open_doors()
                await asyncio.sleep(0.02)

    async def held(self) -> list[int]:
        """Who has an answer that waits until they write again (no reply window is open)."""
        waiting = {
            self.people.index(one.incoming.openid)
            for one in await self.kept()
            if (await self.fate(one.incoming.key)).startswith(Delivery.HELD)
        }
        return sorted(waiting)

    def open_doors(self) -> None:
        """Let the bot end thinking, in whatever process."""
        for one in self.processes:
            one.clerk.slow = False
            while one.clerk.doors:
                one.clerk.doors.pop().set()

    async def kill_while_thinking(self, letters: list[tuple[int, str]]) -> None:
        """Kill the process while the bot thinks about what was written."""
        thinking = self.process
        thinking.clerk.slow = True
        writing = asyncio.create_task(self.write(letters))
        while not (thinking.clerk.doors or writing.done()):
            await asyncio.sleep(0.01)
        thinking.store.left = 0
        await writing

    # What came of it.

    async def kept(self) -> list[Kept]:
        """Every message of the ledger."""
        found = []
        async with self.office.store.read() as work:
            for row in await self.deliveries():
                kept = await work.inbox.find(key_of(row))
                if kept is not None:
                    found.append(kept)
        return found

    async def deliveries(self) -> list[deliveries.Delivery]:
        """Every message of the platform."""

        def everything(db: sqlite3.Connection) -> list[deliveries.Delivery]:
            numbers = [row["id"] for row in db.execute("SELECT id FROM deliveries ORDER BY id")]
            return [deliveries.load(db, number) for number in numbers]

        return await self.world.store.within(everything)

    async def effects(self) -> Counter[str]:
        """How often each message was noted."""
        noted: Counter[str] = Counter()
        async with self.office.store.read() as work:
            for openid in self.people:
                talk = await work.talks.get(APPID, openid)
                noted.update(talk.answers.get(NOTED, "").split())
        return noted

    async def answers(self) -> Counter[str]:
        """How often each mark stands on a screen."""
        shown: Counter[str] = Counter()
        for openid in self.people:
            async with self.http.get(f"{self.url}/_sim/users/{openid}/inbox") as answer:
                bubbles = (await answer.json())["inbox"]
            texts = [str(one["body"].get("text", "")) for one in bubbles if one["side"] == "them"]
            shown.update(text[: len(mark("0" * 16))] for text in texts)
        return shown

    async def fate(self, key: str) -> str:
        """What staff see of the answer that was promised; empty: none was."""
        async with self.office.store.read() as work:
            with suppress(NotFound):
                notice = await work.notices.get(notice_of(key))
                return f"{notice.state} {notice.why or ''}".strip()
        return ""

    async def doubted(self) -> set[str]:
        """Every message of which a person reads in their own list that it may be lost."""
        found: set[str] = set()
        for openid in self.people:
            async with self.office.store.read() as work:
                account = await work.people.identity(APPID, openid)
            if account is not None:
                reader = Resident(id=account.person_id)
                mine, _ = await self.office.notices.list_mine(reader, limit=MOST_LISTED)
                found.update(one.id for one in mine.items if one.doubt)
        return found

    async def unknown(self) -> set[str]:
        """Every message of which nobody can know whether it came."""
        async with self.office.store.read() as work:
            return {notice.id for notice in await work.notices.unknown()}

    async def figures(self) -> Counter[str]:
        """What this walk was made of."""
        sent = await self.deliveries()
        outcomes = Counter(one.outcome for one in sent)
        kept = await self.kept()
        return Counter(
            messages=len(sent),
            acknowledged=outcomes["replied"] + outcomes["success"],
            replied=outcomes["replied"],
            later=sum(one.late for one in kept),
            unknown=sum(
                [(await self.fate(one.incoming.key)).startswith(Delivery.UNKNOWN) for one in kept]
            ),
            processes=len(self.processes),
            killed=sum(one.store.dead for one in self.processes),
            cases=len(await self.case_numbers()),
        )

    async def case_numbers(self) -> list[str]:
        """The numbers of the cases that were made."""
        async with self.office.store.read() as work:
            cases, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=100)
        return [case.number for case in cases]


def key_of(delivery: deliveries.Delivery) -> str:
    """The key under which the product knows the platform's message."""
    return read_message(APPID, delivery.fields, "").key


def notice_of(key: str) -> str:
    """The name of the notice that brings the late answer to the message with this key."""
    return f"answer-{hashlib.sha256(key.encode()).hexdigest()[:26]}"


@asynccontextmanager
async def a_town(
    folder: Path, ledger_url: str, *, people: int, scale: Scale = HASTY
) -> AsyncIterator[Town]:
    """Raise a town in an empty folder, over an empty ledger."""
    theirs, ours = listening(), listening()
    official = replace(OFFICIAL, appid=APPID, callback_url=f"{address(theirs)}/wechat/official")
    rules = PushRules(limit_seconds=scale.limit, attempts=3, job_finish_seconds=0.0)
    settings = Settings(official=official, push=rules)
    account = Account(appid=APPID, token=official.token, encoding_aes_key=official.encoding_aes_key)
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(an_office(ledger_url))
        office.clock.now = datetime.now(UTC)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        url = address(ours)
        world = await found_world(settings, folder, url)
        client = WeChatClient(
            session=http,
            appid=APPID,
            secret=official.secret,
            clock=office.clock,
            bases=Bases(api=url, open=url, mp=url),
            tokens=SharedTokens(store=office.store, clock=office.clock),
        )
        chat = WeChatChat(client=client, pictures=DrawnCodes())
        ledger = job_engine(ledger_url)
        stack.callback(ledger.dispose)
        town = Town(office, world, url, http, account, ledger, chat, scale)
        app = web.Application()
        app.router.add_post("/wechat/official", town.hear)
        await stack.enter_async_context(serving(app, theirs))
        await stack.enter_async_context(serving(make_site(world), ours))
        await town.settle_people(people)
        yield town
