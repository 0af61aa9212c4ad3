"""The talk with residents: every message of a person has its effect exactly once.

The order is always the same: in one step look for the kept reply, take the person's turn and load
the talk; let the dialogue think; and then one short transaction for everything the message caused.
Both steps are done together for all messages of the same moment (:mod:`services.rounds`), unless a
message causes more than a reply: then the second is a transaction of its own.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from domain.cases import Spot
from domain.conversations import (
    Answer,
    AskHuman,
    CheckText,
    EndHuman,
    FileMatter,
    Incoming,
    Known,
    MessageKind,
    PassOn,
    RateMatter,
    Reply,
    Sender,
    ShareTalk,
    Talk,
    TellMatter,
)
from domain.errors import Replayed, Stale, Unavailable
from domain.glances import MoreToKnow
from domain.ids import CaseId, PersonId
from domain.long_answers import lead_to_its_page
from domain.people import Person, WeChatIdentity
from domain.ports.outside import (
    Bus,
    Chance,
    Clock,
    Dialogues,
)
from domain.ports.store import Store, Work
from domain.ports.talks import Kept, Lease, Stamp
from services.acquaintance import Acquaintance
from services.late_answers import LateAnswers
from services.persons import ask_who
from services.rounds import Claim, Done, Found, Rounds
from services.talk_deeds import TalkDeeds
from services.tidings import DESK, case_changed

logger = logging.getLogger(__name__)

TO_THE_DESK = (
    AskHuman,
    CheckText,
    FileMatter,
    PassOn,
    RateMatter,
    ShareTalk,
    TellMatter,
    EndHuman,
)  #: the desk sees these without reloading
THINKING_SECONDS = 20.0  #: a dialogue that thinks longer is given up while the turn is still ours
TURN_SECONDS = 4.0  #: how long a message waits for its turn; WeChat hangs up after 5 s
LOOK_SECONDS = 0.1
TRIES = 3
REST_SECONDS = 60.0  #: before a pending message that failed is tried again
ANSWERABLE = timedelta(hours=48)  #: after a message of a person; later WeChat refuses (45015)
CLOCKS_DIFFER = timedelta(minutes=5)  #: how far WeChat's clock, which stamps messages, may be ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What a dialogue made of a message, and what it was based on."""

    key: str  #: of the message
    answer: Answer
    found: Found
    person: Person  #: not kept yet, if none was found

    @property
    def only_talks(self) -> bool:
        """Does it cause nothing but the reply, told at once, and how the talk goes on?"""
        new_or_late = self.found.person is None or self.found.kept is not None
        return not (new_or_late or self.answer.intents or self.answer.reply.picture)

    def whole(self, filled: Reply) -> Reply:
        """The reply as it is kept and told, once nothing is missing in its words."""
        return lead_to_its_page(filled, self.answer.door, key=self.key)

    def moved(self, at: datetime) -> Talk | None:
        """The talk as it goes on, if it does; what was said besides is no answer to a question."""
        now, before = self.answer.talk, self.found.talk
        if now == before:
            return None
        said = replace(before, nearly=now.nearly, nearly_at=now.nearly_at)
        return replace(now, changed_at=before.changed_at if now == said else at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDesk:
    """Answers messages, each once."""

    store: Store
    dialogues: Dialogues
    clock: Clock
    chance: Chance
    bus: Bus
    acquaintance: Acquaintance
    deeds: TalkDeeds
    late: LateAnswers
    rounds: Rounds
    lines: WeakValueDictionary[Sender, asyncio.Lock] = field(
        default_factory=WeakValueDictionary, repr=False
    )  #: who waits for an earlier message of the same person
    patience: float = TURN_SECONDS
    resting: dict[str, float] = field(default_factory=dict, repr=False)  #: failed, by key

    async def receive(self, incoming: Incoming, stamp: Stamp | None = None) -> Reply | None:
        """Answer the message, or repeat the answer it got; None: the courier brings it.

        Raises :class:`~domain.errors.Unavailable` if its turn did not come within 4 s, and
        :class:`~domain.errors.Replayed` if its stamp belongs to another message.
        """
        give_up = asyncio.get_running_loop().time() + self.patience
        line = self.lines.setdefault(incoming.sender, asyncio.Lock())
        async with line:  # the messages of a person go one by one, in the order they came
            for _ in range(TRIES):
                try:
                    return _passive(await self._receive(incoming, stamp, give_up))
                except Stale:  # somebody was faster: with this message, or with this person
                    continue
        raise Unavailable("this person's talk keeps changing")

    async def postpone(self, incoming: Incoming, stamp: Stamp | None = None) -> Reply | None:
        """Keep the message before WeChat hears ``success``; its reply if it was just done.

        Raises :class:`~domain.errors.Replayed` if its stamp belongs to another message.
        """
        async with self.store.begin() as work:
            if stamp and await work.inbox.replayed([stamp], at=self.clock()):
                raise Replayed("postponed")
            if await work.inbox.postpone(incoming):
                return None
            kept = await work.inbox.find(incoming.key)
        return _passive(kept) if kept is not None else None

    async def run_pending(self, *, limit: int = 50) -> int:
        """Answer the messages that nobody works on any more; how many were answered."""
        self._wake()
        before, most = self.clock() + CLOCKS_DIFFER, limit + len(self.resting)
        async with self.store.read() as work:
            pending = await work.inbox.pending(before=before, limit=most)
        awake = [message for message in pending if message.key not in self.resting]
        return sum([await self._run(message) for message in awake[:limit]])

    def _wake(self) -> None:
        """Forget whose rest is over; also those that were answered elsewhere meanwhile."""
        now = asyncio.get_running_loop().time()
        for key in [key for key, until in self.resting.items() if until <= now]:
            del self.resting[key]

    async def _run(self, incoming: Incoming) -> bool:
        """Answer a pending message; one that fails rests, and is closed when it is too late."""
        try:
            if self.clock() - incoming.sent_at > ANSWERABLE:
                logger.error("a message could not be answered for two days: %s", incoming.key)
                await self._close(incoming)
            else:
                await self.receive(incoming)
        except Exception:  # one message must not keep the others waiting; it stays pending
            logger.exception("a pending message could not be answered")
            self.resting[incoming.key] = asyncio.get_running_loop().time() + REST_SECONDS
            return False
        return True

    async def _close(self, incoming: Incoming) -> None:
        async with self.store.begin() as work:
            await work.inbox.finish(incoming, Reply(text=""))

    async def _receive(self, incoming: Incoming, stamp: Stamp | None, give_up: float) -> Kept:
        """Take the person's lease, answer, and give it back whatever happens."""
        lease = Lease(incoming.sender, self.chance.id())
        try:
            claim = Claim(incoming=incoming, lease=lease, stamp=stamp)
            found = await self._take_turn(claim, give_up)
            if not found.taken and found.kept is not None:
                return found.kept
            return await self._answer(incoming, lease, found)
        except BaseException:  # also when cancelled: the person would be unheard for 30 s
            await self.rounds.release(lease)
            raise

    async def _take_turn(self, claim: Claim, give_up: float) -> Found:
        """Take the lease, which another process may have, unless the message is done."""
        while True:
            found = await self.rounds.claim(claim)
            if found.replayed:
                raise Replayed(claim.incoming.key)
            if found.taken or found.is_done:
                return found
            if asyncio.get_running_loop().time() > give_up:
                raise Unavailable("another message of this person takes too long")
            await asyncio.sleep(LOOK_SECONDS)

    async def _answer(self, incoming: Incoming, lease: Lease, found: Found) -> Kept:
        thought = await self._think(incoming, found)
        if thought.only_talks:
            reply, moved = thought.whole(thought.answer.reply), thought.moved(self.clock())
            await self.rounds.keep(Done(incoming=incoming, lease=lease, reply=reply, talk=moved))
            return Kept(incoming=incoming, reply=reply, late=False, delivered=False)
        kept, case_id = await self._finish(incoming, lease, thought)
        if case_id is not None:
            await case_changed(self.bus, case_id)
        if any(isinstance(one, TO_THE_DESK) for one in thought.answer.intents):
            await self.bus.publish(DESK, {"talk": ""})
        return kept

    async def _think(self, incoming: Incoming, found: Found) -> Thought:
        """Let the dialogue answer, outside of any transaction that writes."""
        person = found.person or Person(id=PersonId(self.chance.id()))
        try:
            answer = await self._ask(incoming, self.acquaintance.glance(person, found.talk))
        except MoreToKnow:
            async with self.store.read() as work:
                known = await self.acquaintance.known(
                    work, person, found.talk, point=_point(incoming)
                )
            answer = await self._ask(incoming, known)
        return Thought(key=incoming.key, answer=answer, found=found, person=person)

    async def _ask(self, incoming: Incoming, known: Known) -> Answer:
        try:
            async with asyncio.timeout(THINKING_SECONDS):
                return await self.dialogues.answer(incoming, known)
        except TimeoutError as error:
            raise Unavailable("the dialogue thinks too long") from error

    async def _finish(
        self, incoming: Incoming, lease: Lease, thought: Thought
    ) -> tuple[Kept, CaseId | None]:
        """Keep everything the message caused, at once or not at all; name the case it changed."""
        appid, openid = incoming.sender
        async with self.store.begin() as work:
            if not await work.talks.release(appid, openid, lease.holder):
                raise Stale("somebody else took the turn over")
            if await work.talks.get(appid, openid) != thought.found.talk:
                raise Stale("the talk changed while the dialogue thought")
            if thought.found.person is None:
                await self._welcome(work, incoming, thought.person)
            elif await work.people.hold(thought.person.id) != thought.person.id:
                raise Stale("this person turned out to be another while the dialogue thought")
            person_id = thought.person.id
            reply, case_id = await self.deeds.do(work, thought.answer, incoming, person_id)
            reply = thought.whole(reply)
            late = await work.inbox.finish(incoming, reply)
            moved = thought.moved(self.clock())
            if moved is not None:
                await work.talks.save(appid, openid, moved)
            await self.late.promise(work, incoming.key, reply, person_id, late=late)
        return Kept(incoming=incoming, reply=reply, late=late, delivered=False), case_id

    async def _welcome(self, work: Work, incoming: Incoming, person: Person) -> None:
        """Keep who wrote for the first time: whoever writes is somebody."""
        if await work.people.by_openid(incoming.appid, incoming.openid) is not None:
            raise Stale("this person logged in on a page meanwhile")
        await work.people.add(person)
        await work.people.link(
            WeChatIdentity(appid=incoming.appid, openid=incoming.openid, person_id=person.id)
        )
        await ask_who(work, incoming.appid, incoming.openid, about=incoming.key)


def _point(incoming: Incoming) -> Spot | None:
    """The place on the map, if that is what was sent."""
    if incoming.kind is not MessageKind.LOCATION:
        return None
    return Spot(words=incoming.label, latitude=incoming.latitude, longitude=incoming.longitude)


def _passive(kept: Kept) -> Reply | None:
    """What this delivery is answered with; never what the courier brings."""
    return None if kept.late else kept.reply
