"""Messages of the same moment share transactions and nothing else: each fails for itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar
from weakref import WeakValueDictionary

import pytest
from sqlalchemy import text

from bot.answering import Bot
from bot.texts import chat as texts
from domain.conversations import Incoming, MessageKind, Reply, Talk
from domain.errors import LedgerAway, Stale, Unavailable
from domain.glances import MoreToKnow
from domain.ids import PersonId
from domain.jobs import EraseData
from domain.people import Person
from domain.ports.store import Work
from domain.ports.talks import Lease, Stamp
from domain.privacy import Cause
from services.rounds import Claim, Done, Rounds
from storage.store import SqlStore
from tests.bot.office import APPID, Office, Thinker, an_office, message, on_another_process

T = TypeVar("T")
PEOPLE = [f"o-{number}" for number in range(12)]
UNWRITABLE = "漏水\ud800"  # half a surrogate pair: no encoding can keep it


@dataclass
class WatchedStore:
    """The real ledger; counts what writes, and dies before a commit when it is told to."""

    ledger: SqlStore
    begun: int = 0
    dies: asyncio.Event = field(default_factory=asyncio.Event)
    away: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """Open a transaction that may write."""
        self.begun += 1
        if self.away.is_set():
            raise LedgerAway("locked")
        async with self.ledger.begin() as work:
            yield work
            if self.dies.is_set():
                raise OSError("killed before the commit")

    async def together(self, deed: Callable[[Work], Awaitable[T]]) -> T:
        """Do it in one transaction."""
        async with self.begin() as work:
            return await deed(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction that only reads."""
        async with self.ledger.read() as work:
            yield work


@dataclass
class Gate:
    """Holds a dialogue until the test opens it."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> None:
        self.reached.set()
        await self.open.wait()


def watched(office: Office, *, lease_seconds: float = 30) -> tuple[Office, WatchedStore]:
    """Another process of the office, whose ledger is watched."""
    store, thinker = WatchedStore(office.store), Thinker(office.thinker.bot)
    desk = replace(
        office.desk,
        store=store,
        dialogues=thinker,
        rounds=Rounds(store, office.clock, lease_seconds),
        lines=WeakValueDictionary(),
        resting={},
    )
    return replace(office, desk=desk, thinker=thinker), store


@pytest.fixture
async def office(url):
    """A centre that everybody has written to once."""
    async with an_office(url) as opened:
        for openid in PEOPLE:
            await opened.desk.receive(message("我要反映纠纷", openid=openid))
        yield opened


def claim_of(story: Incoming) -> Claim:
    return Claim(incoming=story, lease=Lease(story.sender, "us"), stamp=None)


def stories(words: str = "楼上漏水，说了两次不管"):
    return [message(words, openid=openid) for openid in PEOPLE]


async def test_messages_of_the_same_moment_share_transactions(office):
    process, store = watched(office)

    replies = await asyncio.gather(*(process.desk.receive(story) for story in stories()))

    assert {reply.text for reply in replies if reply} == {texts.WHERE_WAS_IT}
    assert store.begun <= 4


async def test_a_message_that_cannot_be_kept_fails_alone(office):
    good = stories()
    bad = message(UNWRITABLE, openid=PEOPLE[3])
    good.pop(3)

    failing = asyncio.create_task(office.desk.receive(bad))
    replies = await asyncio.gather(*(office.desk.receive(one) for one in good))
    with pytest.raises(ValueError, match="surrogates"):
        await failing

    assert {reply.text for reply in replies} == {texts.WHERE_WAS_IT}
    assert await office.talk_of(PEOPLE[3]) == "report:what"
    again = await office.desk.receive(message("楼上漏水，说了两次不管", openid=PEOPLE[3]))
    assert again == replies[0]


async def test_two_processes_answer_the_same_people_each_message_once(office):
    other = on_another_process(office)

    for words in ("楼上漏水，说了两次不管", "枫桥路18号", "跳过"):
        told = stories(words)
        deliveries = [desk.receive(one) for one in told for desk in (office.desk, other.desk)]
        replies = await asyncio.gather(*deliveries)
        assert replies[::2] == replies[1::2]

    thought = [*office.thinker.thought[len(PEOPLE) :], *other.thinker.thought]
    assert len(thought) == len(set(thought)) == 3 * len(PEOPLE)
    assert {await office.talk_of(openid) for openid in PEOPLE} == {"report:danger"}


async def test_what_died_before_its_commit_is_answered_by_another_process(office):
    dying, store = watched(office, lease_seconds=1)
    gate = Gate()
    dying.thinker.gates.append(gate)
    story = message("楼上漏水，说了两次不管", openid=PEOPLE[0])
    first = asyncio.create_task(dying.desk.receive(story))
    await asyncio.wait_for(gate.reached.wait(), 20)

    store.dies.set()
    gate.open.set()
    with pytest.raises(OSError, match="killed"):
        await first
    state = await office.talk_of(PEOPLE[0])
    reply = await office.desk.receive(story)

    assert state == "report:what"
    assert reply.text == texts.WHERE_WAS_IT
    assert await office.talk_of(PEOPLE[0]) == "report:where"


async def test_a_turn_that_was_taken_over_has_no_effect(office):
    slow, _ = watched(office, lease_seconds=0.2)
    gate = Gate()
    slow.thinker.gates.append(gate)
    story = message("楼上漏水，说了两次不管", openid=PEOPLE[0])
    first = asyncio.create_task(slow.desk.receive(story))
    await asyncio.wait_for(gate.reached.wait(), 20)

    told = await office.desk.receive(story)
    moved_on = await office.desk.receive(message("枫桥路18号", openid=PEOPLE[0]))
    gate.open.set()

    assert await first == told
    assert moved_on.text == texts.WHO_WITH_YOU
    assert await office.talk_of(PEOPLE[0]) == "report:who"


async def test_what_somebody_else_was_faster_with_repeats_nobody_elses_work(office):
    process, store = watched(office)
    claims = [claim_of(story) for story in stories()]
    done = [
        Done(incoming=one.incoming, lease=one.lease, reply=Reply(text="好"), talk=Talk(state="x"))
        for one in claims
    ]
    await asyncio.gather(*(process.desk.rounds.claim(claim) for claim in claims))
    async with office.store.begin() as work:
        await work.talks.end_turn(*claims[3].incoming.sender)
        await work.inbox.postpone(claims[5].incoming)
    store.begun = 0

    told = await asyncio.gather(
        *(process.desk.rounds.keep(one) for one in done), return_exceptions=True
    )

    failed = {PEOPLE[at] for at, one in enumerate(told) if isinstance(one, Stale)}
    moved = {openid for openid in PEOPLE if await office.talk_of(openid) == "x"}
    assert (store.begun, failed) == (1, {PEOPLE[3], PEOPLE[5]})
    assert moved == set(PEOPLE) - failed


async def test_a_talk_that_was_deleted_meanwhile_is_not_brought_back(office):
    await office.desk.receive(message("楼上漏水，说了两次不管", openid=PEOPLE[0]))
    process, _ = watched(office)
    gate = Gate()
    process.thinker.gates.append(gate)
    place = message("枫桥路18号", openid=PEOPLE[0])
    answered = asyncio.create_task(process.desk.receive(place))
    await asyncio.wait_for(gate.reached.wait(), 20)

    async with office.store.begin() as work:
        await work.talks.forget(*place.sender)
    gate.open.set()
    await answered

    assert not (await office.talk_of(PEOPLE[0])).startswith("report:")
    assert set(process.thinker.thought[1:]) == {place.key}


async def test_a_place_that_was_deleted_meanwhile_is_not_brought_back(office):
    await office.desk.receive(message("楼上漏水，说了两次不管", openid=PEOPLE[0]))
    spot = replace(
        message("", openid=PEOPLE[0]),
        kind=MessageKind.LOCATION,
        latitude=30.0,
        longitude=120.0,
        label="和平小区",
    )
    await office.desk.receive(spot)
    assert "latitude" in (await talk_with(office, PEOPLE[0])).answers
    process, _ = watched(office)
    gate = Gate()
    process.thinker.gates.append(gate)
    who = message("王大哥", openid=PEOPLE[0])
    answered = asyncio.create_task(process.desk.receive(who))
    await asyncio.wait_for(gate.reached.wait(), 20)

    async with office.store.begin() as work:
        person = await work.people.by_openid(*who.sender)
        await office.privacy.heard(work, person.id, Cause.REVOKED, ["13"])
    for job in await office.store.waiting_jobs():
        if isinstance(job, EraseData):
            await office.privacy.erase(job)
    gate.open.set()
    await answered

    told = (await talk_with(office, PEOPLE[0])).answers
    assert told["story"] == "楼上漏水，说了两次不管"
    assert "latitude" not in told
    assert "place" not in told


async def talk_with(office, openid):
    async with office.store.read() as work:
        return await work.talks.get(APPID, openid)


async def test_a_stamp_is_remembered_while_its_message_may_be_sent_again_and_then_forgotten(office):
    rounds, story = office.desk.rounds, stories()[0]
    first, other = Stamp("1", "nonce", "digest"), Stamp("1", "nonce", "another digest")
    await rounds.claim(replace(claim_of(story), stamp=first))

    office.clock.moves(hours=23)
    the_same_day = await rounds.claim(replace(claim_of(story), stamp=other))
    office.clock.moves(hours=2)
    the_day_after = await rounds.claim(replace(claim_of(story), stamp=other))

    assert (the_same_day.replayed, the_day_after.replayed) == (True, False)


async def test_the_messages_of_a_person_are_answered_in_the_order_they_came(office):
    words = ("楼上漏水，说了两次不管", "枫桥路18号", "张三", "1")
    told = [message(one, openid=PEOPLE[0]) for one in words]

    await asyncio.gather(*(office.desk.receive(one) for one in [*told, *stories()[1:]]))

    assert [key for key in office.thinker.thought if key in {one.key for one in told}] == [
        one.key for one in told
    ]
    assert await office.talk_of(PEOPLE[0]) == "report:pictures"


async def test_a_slow_dialogue_holds_nobody_up(office):
    gate = Gate()
    office.thinker.gates.append(gate)
    told = stories()

    slow, *fast = [asyncio.create_task(office.desk.receive(one)) for one in told]
    await asyncio.wait_for(asyncio.gather(*fast), 20)
    still_thinking = not slow.done()
    gate.open.set()

    assert still_thinking
    assert (await slow).text == texts.WHERE_WAS_IT


async def test_a_message_that_is_given_up_while_it_waits_leaves_no_turn_taken(office):
    story = message("楼上漏水，说了两次不管", openid=PEOPLE[0])
    given_up = asyncio.create_task(office.desk.receive(story))
    await asyncio.sleep(0)

    given_up.cancel()
    await asyncio.wait({given_up})
    async with office.store.begin() as work:
        free = await work.talks.take_leases([Lease(story.sender, "next")], seconds=1)

    assert len(free) == 1


async def test_a_ledger_that_is_away_is_told_to_each(office):
    process, store = watched(office)
    store.dies.set()

    told = await asyncio.gather(
        *(process.desk.receive(story) for story in stories()), return_exceptions=True
    )

    assert {type(one) for one in told} == {OSError}


async def test_a_locked_ledger_is_asked_once_for_the_whole_round(office):
    process, store = watched(office)
    store.away.set()
    claims = [claim_of(story) for story in stories()]

    told = await asyncio.gather(
        *(process.desk.rounds.claim(claim) for claim in claims), return_exceptions=True
    )

    assert {type(one) for one in told} == {LedgerAway}
    assert store.begun == 1


async def test_a_value_that_cannot_be_opened_fails_only_who_asked_for_it(office):
    process, _ = watched(office)
    claims = [claim_of(story) for story in stories()]
    async with office.store._writer.begin() as connection:
        spoil = text("UPDATE talks SET talk = :bytes WHERE openid = :openid")
        await connection.execute(spoil, {"bytes": b"damaged", "openid": PEOPLE[3]})

    told = await asyncio.gather(
        *(process.desk.rounds.claim(claim) for claim in claims), return_exceptions=True
    )

    assert [isinstance(one, Unavailable) for one in told] == [at == 3 for at in range(len(told))]


async def test_who_gave_up_is_not_asked_for_when_the_round_is_done_one_by_one(office):
    process, store = watched(office)
    store.dies.set()
    asking = [
        asyncio.ensure_future(process.desk.rounds.claim(claim_of(story))) for story in stories()
    ]
    asking[0].add_done_callback(lambda _: [one.cancel() for one in asking[2:]])

    told = await asyncio.gather(*asking, return_exceptions=True)

    assert [type(one) for one in told[:2]] == [OSError, OSError]
    assert {type(one) for one in told[2:]} == {asyncio.CancelledError}
    assert store.begun == 3  # together, and twice alone


async def test_who_asks_for_their_cases_is_told_of_them(office):
    for words in ("楼上漏水，说了两次不管", "枫桥路18号", "跳过", "1", "跳过"):
        await office.desk.receive(message(words, openid=PEOPLE[0]))
    filed = await office.desk.receive(message("确认", openid=PEOPLE[0]))

    reply = await office.desk.receive(message("我的案件", openid=PEOPLE[0]))

    number = filed.text[filed.text.index("〔") : filed.text.index("号") + 1]
    assert number in reply.text


async def test_a_glance_owns_up_to_what_it_does_not_know(office):
    knows_little = office.desk.acquaintance.glance(Person(id=PersonId("p")), Talk())

    with pytest.raises(MoreToKnow, match="cases"):
        await Bot(office.desk.chance).answer(message("我的案件"), knows_little)
