"""The talk with residents: every message of a person has its effect exactly once.

The order is always the same: look for the kept reply, wait for the person's turn, look again,
load, let the dialogue think, and then one short transaction for everything the message caused.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from domain.cases import Report, Spot
from domain.conversations import (
    Answer,
    AskHuman,
    FetchMedia,
    FileReport,
    Follow,
    Incoming,
    Intent,
    Known,
    MessageKind,
    RaiseAlarm,
    RateCase,
    Reply,
    Talk,
)
from domain.errors import AlreadyRated, NotFound, Stale, Unavailable
from domain.ids import CaseId, MediaId, PersonId
from domain.jobs import AnswerLate
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import Person, WeChatIdentity
from domain.ports.outside import Bus, Chance, Chat, Clock, Dialogues, Refusal, Uncertain
from domain.ports.store import Store, Work
from domain.ports.talks import Kept
from services.persons import ask_who
from services.reports import Filed
from services.tidings import case_changed

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30.0  #: how long a message may keep its person's turn before another takes over
THINKING_SECONDS = 20.0  #: a dialogue that thinks longer is given up while the turn is still ours
TURN_SECONDS = 4.0  #: how long a message waits for its turn; WeChat hangs up after 5 s
LOOK_SECONDS = 0.1
TRIES = 3
REST_SECONDS = 60.0  #: before a pending message that failed is tried again
ANSWERABLE = timedelta(hours=48)  #: after a message of a person; later WeChat refuses (45015)
CLOCKS_DIFFER = timedelta(minutes=5)  #: how far WeChat's clock, which stamps messages, may be ahead


class Reports(Protocol):
    """What the centre does with what people tell; every deed joins the caller's transaction."""

    async def known(
        self, work: Work, person: Person, talk: Talk, *, point: Spot | None = None
    ) -> Known:
        """Say what a dialogue may know; the person may be new and not kept yet."""
        ...

    async def file(self, work: Work, report: Report, *, reporter: PersonId) -> Filed:
        """Make a case of the report, and take its media into the case."""
        ...

    async def raise_alarm(self, work: Work, alarm: RaiseAlarm, *, person: PersonId) -> Filed:
        """Tell the people on duty of mortal danger, case or no case yet."""
        ...

    async def ask_human(self, work: Work, *, person: PersonId, text: str) -> None:
        """Tell the centre that the person wants to talk to somebody."""
        ...

    async def keep_fetchable(
        self,
        work: Work,
        *,
        person: PersonId,
        media_id: MediaId,
        appid: str,
        platform_id: str,
        kind: str,
    ) -> None:
        """Note a picture or voice that has to be fetched before it expires at the platform."""
        ...


class Care(Protocol):
    """What the centre does beside cases; every deed joins the caller's transaction."""

    async def carry_out(self, work: Work, intent: Intent, person: PersonId) -> Mapping[str, str]:
        """Do it, and give the facts that the reply names in braces."""
        ...


class FollowUps(Protocol):
    """How people rate the service from the chat; the deed joins the caller's transaction."""

    async def rate_by_chat(
        self, work: Work, case_id: CaseId, *, person: PersonId, stars: int, words: str
    ) -> None:
        """Keep the rating; raises AlreadyRated, or NotFound if none was asked for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an intent changed: a case that was filed, or told of, or other words to say."""

    case_id: CaseId
    filed: Filed | None = None
    instead: str = ""  #: what to say in place of the dialogue's words

    def tell(self, reply: Reply) -> Reply:
        """Put what came of it into the reply."""
        if self.filed is not None:
            return _with_case(reply, self.filed)
        return replace(reply, text=self.instead) if self.instead else reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What a dialogue made of a message, and what it was based on."""

    answer: Answer
    before: Talk
    person: Person
    new: bool  #: the person is not kept yet


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDesk:
    """Answers messages, each once, and brings the answers that were not ready in time."""

    store: Store
    dialogues: Dialogues
    clock: Clock
    chance: Chance
    bus: Bus
    reports: Reports
    care: Care
    followups: FollowUps
    chats: Mapping[str, Chat] = field(repr=False)  #: by appid: an openid belongs to one app
    patience: float = TURN_SECONDS
    resting: dict[str, float] = field(default_factory=dict, repr=False)  #: failed, by key

    async def receive(self, incoming: Incoming) -> Reply | None:
        """Answer the message, or repeat the answer it got; None: the courier brings it.

        Raises :class:`~domain.errors.Unavailable` if its turn did not come within 4 s.
        """
        holder = self.chance.id()
        kept = await self._wait_for_turn(incoming, holder)
        if kept is not None:
            return _passive(kept)
        try:
            return _passive(await self._answer(incoming))
        finally:
            async with self.store.begin() as work:
                await work.talks.release(incoming.appid, incoming.openid, holder)

    async def postpone(self, incoming: Incoming) -> Reply | None:
        """Keep the message before WeChat hears ``success``; its reply if it was just done."""
        async with self.store.begin() as work:
            if await work.inbox.postpone(incoming):
                return None
            kept = await work.inbox.find(incoming.key)
        return _passive(kept) if kept is not None else None

    async def is_no_replay(
        self, incoming: Incoming, *, stamp: tuple[str, str], digest: str
    ) -> bool:
        """Say whether this (timestamp, nonce) never came with another message: no replay."""
        timestamp, nonce = stamp
        async with self.store.begin() as work:
            first = await work.inbox.first_seen(
                timestamp, f"{incoming.appid}:{nonce}", digest, at=self.clock()
            )
        return first == digest

    async def run_pending(self, *, limit: int = 50) -> int:
        """Answer the messages that nobody works on any more; how many were answered."""
        async with self.store.read() as work:
            pending = await work.inbox.pending(before=self.clock() + CLOCKS_DIFFER, limit=limit)
        now = asyncio.get_running_loop().time()
        rested = [message for message in pending if self.resting.get(message.key, now) <= now]
        return sum([await self._run(message) for message in rested])

    async def answer_late(self, key: str) -> None:
        """Bring what was not told at once, piece by piece, each claimed before it is sent.

        Raises :class:`~domain.errors.Unavailable` if a piece surely did not go out: try again.
        """
        async with self.store.read() as work:
            kept = await work.inbox.find(key)
        if kept is None or kept.reply is None:
            raise NotFound(key)
        if kept.delivered:
            return
        for notice_id, piece in _pieces(key, kept.reply, late=kept.late):
            await self._bring(notice_id, kept.incoming, piece)
        async with self.store.begin() as work:
            await work.inbox.delivered(key)

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
        self.resting.pop(incoming.key, None)
        return True

    async def _close(self, incoming: Incoming) -> None:
        async with self.store.begin() as work:
            await work.inbox.finish(incoming, Reply(text=""))

    async def _wait_for_turn(self, incoming: Incoming, holder: str) -> Kept | None:
        """Take the person's lease, or return what is kept once the message is done."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self.patience
        while True:
            async with self.store.begin() as work:
                kept = await work.inbox.find(incoming.key)
                if kept is not None and kept.reply is not None:
                    return kept
                if await work.talks.take_lease(
                    incoming.appid, incoming.openid, holder, seconds=LEASE_SECONDS
                ):
                    return None
            if loop.time() > give_up:
                raise Unavailable("another message of this person takes too long")
            await asyncio.sleep(LOOK_SECONDS)

    async def _answer(self, incoming: Incoming) -> Kept:
        """Answer; if somebody was faster with this message, their answer is the answer."""
        for _ in range(TRIES):
            try:
                return await self._answer_once(incoming)
            except Stale:
                async with self.store.read() as work:
                    kept = await work.inbox.find(incoming.key)
                if kept is not None and kept.reply is not None:
                    return kept
        raise Unavailable("this person's talk keeps changing")

    async def _answer_once(self, incoming: Incoming) -> Kept:
        thought = await self._think(incoming)
        kept, case_id = await self._finish(incoming, thought)
        if case_id is not None:
            await case_changed(self.bus, case_id)
        return kept

    async def _think(self, incoming: Incoming) -> Thought:
        """Load and let the dialogue answer, outside of any transaction that writes."""
        async with self.store.read() as work:
            talk = await work.talks.get(incoming.appid, incoming.openid)
            found = await work.people.by_openid(incoming.appid, incoming.openid)
            person = found or Person(id=PersonId(self.chance.id()))
            known = await self.reports.known(work, person, talk, point=_point(incoming))
        try:
            async with asyncio.timeout(THINKING_SECONDS):
                answer = await self.dialogues.answer(incoming, known)
        except TimeoutError as error:
            raise Unavailable("the dialogue thinks too long") from error
        return Thought(answer=answer, before=talk, person=person, new=found is None)

    async def _finish(self, incoming: Incoming, thought: Thought) -> tuple[Kept, CaseId | None]:
        """Keep everything the message caused, at once or not at all; name the case it changed."""
        appid, openid, answer = incoming.appid, incoming.openid, thought.answer
        async with self.store.begin() as work:
            if await work.talks.get(appid, openid) != thought.before:
                raise Stale("the talk changed while the dialogue thought")
            if thought.new:
                await self._welcome(work, incoming, thought.person)
            elif await work.people.hold(thought.person.id) != thought.person.id:
                raise Stale("this person turned out to be another while the dialogue thought")
            reply, case_id = answer.reply, None
            for intent in answer.intents:
                effect = await self._carry_out(work, intent, incoming, thought.person.id)
                if effect is not None:
                    reply, case_id = effect.tell(reply), effect.case_id
                facts = await self.care.carry_out(work, intent, thought.person.id)
                reply = _with_facts(reply, facts)
            late = await work.inbox.finish(incoming, reply)
            if answer.talk != thought.before:
                after = replace(answer.talk, changed_at=self.clock())
                await work.talks.save(appid, openid, after)
            await self._promise_pieces(work, incoming.key, reply, thought.person.id, late=late)
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

    async def _carry_out(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> Effect | None:
        """Do what the dialogue wants done."""
        match intent:
            case FileReport(report=report):
                filed = await self.reports.file(work, report, reporter=person)
                return Effect(case_id=filed.case_id, filed=filed)
            case RaiseAlarm():
                filed = await self.reports.raise_alarm(work, intent, person=person)
                filed = replace(filed, code_picture_key="")  # in danger nobody needs a picture
                return Effect(case_id=filed.case_id, filed=filed)
            case RateCase():
                return await self._rate(work, intent, person)
            case AskHuman(text=text):
                await self.reports.ask_human(work, person=person, text=text)
            case FetchMedia(media_id=media_id, platform_id=platform_id, kind=kind):
                await self.reports.keep_fetchable(
                    work,
                    person=person,
                    media_id=media_id,
                    appid=incoming.appid,
                    platform_id=platform_id,
                    kind=kind,
                )
            case Follow(following=following):
                await self._follow(work, incoming, person, following=following)
        return None

    async def _rate(self, work: Work, rating: RateCase, person: PersonId) -> Effect:
        try:
            await self.followups.rate_by_chat(
                work, rating.case_id, person=person, stars=rating.stars, words=rating.words
            )
        except AlreadyRated:
            return Effect(case_id=rating.case_id, instead=rating.rated_before)
        return Effect(case_id=rating.case_id)

    async def _follow(
        self, work: Work, incoming: Incoming, person: PersonId, *, following: bool
    ) -> None:
        for known in await work.people.identities(person):
            if (known.appid, known.openid) == (incoming.appid, incoming.openid):
                await work.people.link(replace(known, following=following))
                if following and not known.unionid:
                    await ask_who(work, incoming.appid, incoming.openid, about=incoming.key)

    async def _promise_pieces(
        self, work: Work, key: str, reply: Reply, person: PersonId, *, late: bool
    ) -> None:
        """Leave the courier what the passive reply does not carry."""
        pieces = tuple(_pieces(key, reply, late=late))
        for notice_id, _ in pieces:
            await work.notices.add(
                Notice(
                    id=notice_id,
                    kind=NoticeKind.ANSWER,
                    case_id=None,
                    to_person=person,
                    made_at=self.clock(),
                    way=Way.CHAT,
                )
            )
        if pieces:
            await work.jobs.add(AnswerLate(key), key=f"answer-late:{key}")

    async def _bring(self, notice_id: str, incoming: Incoming, piece: Reply) -> None:
        """Send one piece unless somebody did or may have done so already."""
        if not await self._claim(notice_id):
            return
        try:
            await self.chats[incoming.appid].say(key=notice_id, openid=incoming.openid, reply=piece)
        except Refusal as refusal:
            logger.warning("a late answer was refused: %s", refusal.code)
            await self._settle(notice_id, Delivery.FAILED)
        except Uncertain:
            await self._settle(notice_id, Delivery.UNKNOWN)
        except Unavailable:
            await self._settle(notice_id, Delivery.WAITING)
            raise
        else:
            await self._settle(notice_id, Delivery.SENT)

    async def _claim(self, notice_id: str) -> bool:
        """Mark the piece as being sent; one that a dead worker left so is shown as unknown."""
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            if notice.state is Delivery.WAITING:
                await work.notices.save(replace(notice, state=Delivery.SENDING))
                return True
            if notice.state is Delivery.SENDING:
                await work.notices.save(replace(notice, state=Delivery.UNKNOWN))
            return False

    async def _settle(self, notice_id: str, state: Delivery) -> None:
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            await work.notices.save(replace(notice, state=state))


def _point(incoming: Incoming) -> Spot | None:
    """The place on the map, if that is what was sent."""
    if incoming.kind is not MessageKind.LOCATION:
        return None
    return Spot(words=incoming.label, latitude=incoming.latitude, longitude=incoming.longitude)


def _passive(kept: Kept) -> Reply | None:
    """What this delivery is answered with; never what the courier brings."""
    return None if kept.late else kept.reply


def _pieces(key: str, reply: Reply, *, late: bool) -> Iterator[tuple[str, Reply]]:
    """Part what the courier has to bring into messages that are claimed one by one."""
    name = hashlib.sha256(key.encode()).hexdigest()[:26]
    if late and reply.text:
        yield f"answer-{name}", replace(reply, picture="")
    if reply.picture:
        yield f"picture-{name}", Reply(text="", picture=reply.picture)


def _with_facts(reply: Reply, facts: Mapping[str, str]) -> Reply:
    """Put into the reply what only the ledger knows."""
    text = reply.text
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact)
    return replace(reply, text=text)


def _with_case(reply: Reply, filed: Filed) -> Reply:
    """Put the number and the code of the new case into the reply."""

    def told(words: str) -> str:
        facts = {
            "{alarm_told}": filed.alarm_told,
            "{case_number}": filed.case_number,
            "{case_code}": filed.code_url,
        }
        for name, fact in facts.items():
            words = words.replace(name, fact)
        return words

    return Reply(
        text=told(reply.text),
        links=tuple(replace(link, url=told(link.url)) for link in reply.links),
        picture=filed.code_picture_key,
    )
