"""The talk with residents: every message of a person has its effect exactly once.

The order is always the same: in one step look for the kept reply, take the person's turn and load
the talk; let the dialogue think; and then one short transaction for everything the message caused.
Both steps are done together for all messages of the same moment (:mod:`services.rounds`), unless a
message causes more than a reply: then the second is a transaction of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from domain.cases import Spot
from domain.channels import Why
from domain.conversations import (
    Answer,
    AskHuman,
    AskMediator,
    BindStaff,
    CheckText,
    EndHuman,
    FetchMedia,
    FileMatter,
    FileReport,
    Follow,
    Incoming,
    Intent,
    JudgeHeard,
    Known,
    MessageKind,
    PassOn,
    RaiseAlarm,
    RateCase,
    RateMatter,
    Reply,
    Sender,
    ShareTalk,
    TakeNote,
    Talk,
    TellMatter,
    TellPlace,
)
from domain.errors import AlreadyRated, NotFound, Replayed, Stale, Unavailable
from domain.glances import MoreToKnow
from domain.ids import CaseId, PersonId
from domain.jobs import AnswerLate
from domain.long_answers import lead_to_its_page
from domain.media import Medium
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.people import Person, WeChatIdentity
from domain.ports.outside import (
    Bus,
    Chance,
    Chat,
    Clock,
    Dialogues,
    Refusal,
    Resting,
    Uncertain,
)
from domain.ports.store import Store, Work
from domain.ports.talks import Kept, Lease, Stamp
from services.acquaintance import Acquaintance
from services.bindings import BindingDesk
from services.care import CareDesk
from services.courier import WINDOW_CLOSED
from services.filed import Filed
from services.followups import FollowUpDesk
from services.media import MediaDesk
from services.outreach import INBOX_KEY, Outreach
from services.persons import ask_who
from services.questions import QuestionDesk
from services.raising import AlarmDesk
from services.reports import ReportDesk
from services.rounds import Claim, Done, Found, Rounds
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
class Effect:
    """What an intent changed: a case that was filed, or told of, or other words to say."""

    case_id: CaseId | None = None
    filed: Filed | None = None
    shows_code: bool = True  #: in danger nobody needs a picture
    instead: str = ""  #: what to say in place of the dialogue's words

    def tell(self, reply: Reply) -> Reply:
        """Put what came of it into the reply."""
        if self.filed is not None:
            told = _with_case(reply, self.filed)
            return replace(told, picture=self.filed.code_url if self.shows_code else "")
        return replace(reply, text=self.instead) if self.instead else reply


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
    """Answers messages, each once, and brings the answers that were not ready in time."""

    store: Store
    dialogues: Dialogues
    clock: Clock
    chance: Chance
    bus: Bus
    acquaintance: Acquaintance
    alarms: AlarmDesk
    reports: ReportDesk
    care: CareDesk
    followups: FollowUpDesk
    questions: QuestionDesk
    media: MediaDesk
    bindings: BindingDesk
    chats: Mapping[str, Chat] = field(repr=False)  #: by appid: an openid belongs to one app
    rounds: Rounds
    lines: WeakValueDictionary[Sender, asyncio.Lock] = field(
        default_factory=WeakValueDictionary, repr=False
    )  #: who waits for an earlier message of the same person
    outreach: Outreach
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

    async def answer_late(self, key: str) -> None:
        """Bring what was not told at once, piece by piece, each claimed before it is sent.

        What may not be sent now waits until the person writes again.  Raises
        :class:`~domain.errors.Unavailable` if a piece surely did not go out: try again.
        """
        async with self.store.read() as work:
            kept = await work.inbox.find(key)
        if kept is None or kept.reply is None:
            raise NotFound(key)
        if kept.delivered:
            return
        pieces = tuple(_pieces(key, kept.reply, late=kept.late))
        if not all([await self._bring(name, kept.incoming, piece) for name, piece in pieces]):
            return
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
            reply, case_id = thought.answer.reply, None
            for intent in thought.answer.intents:
                await self._carry_out(work, intent, incoming, thought.person.id)
                effect = await self._for_case(work, intent, thought.person.id)
                if effect is not None:
                    reply, case_id = effect.tell(reply), effect.case_id or case_id
                facts = await self.care.carry_out(work, intent, incoming, thought.person.id)
                reply = _with_facts(reply, facts)
            reply = thought.whole(reply)
            late = await work.inbox.finish(incoming, reply)
            moved = thought.moved(self.clock())
            if moved is not None:
                await work.talks.save(appid, openid, moved)
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

    async def _for_case(self, work: Work, intent: Intent, person: PersonId) -> Effect | None:
        """Do what the dialogue wants done to one of the person's cases."""
        match intent:
            case FileReport():
                return await self._file(work, intent, person)
            case RaiseAlarm() | TellPlace() | PassOn(for_alarm=True):
                return await self._alarm(work, intent, person)
            case AskMediator(case_id=case_id, text=text):
                await self.questions.ask(work, case_id, person=person, text=text)
                return Effect(case_id=case_id)
            case RateCase():
                return await self._rate(work, intent, person)
            case BindStaff(code=code, refused=refused):
                bound = await self.bindings.bind(work, person, code)
                return None if bound else Effect(instead=refused)
            case _:
                return None

    async def _alarm(
        self, work: Work, intent: RaiseAlarm | TellPlace | PassOn, person: PersonId
    ) -> Effect | None:
        if isinstance(intent, PassOn):
            shown = intent.media_id and await self.alarms.show(work, intent.media_id, person)
            return Effect(case_id=shown) if shown else None
        if isinstance(intent, TellPlace):
            placed = await self.alarms.tell_place(work, intent, person=person)
            return Effect(case_id=placed.case_id) if placed else None
        filed = await self.alarms.raise_alarm(work, intent, person=person)
        return Effect(case_id=filed.case_id, filed=filed, shows_code=False)

    async def _carry_out(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> None:
        """Do what the dialogue wants done that is about no case."""
        match intent:
            case FetchMedia() | JudgeHeard():
                await self._look_after(work, intent, incoming, person)
            case Follow(following=following):
                await self._follow(work, incoming, person, following=following)
            case TakeNote():
                await self.outreach.take_note(work, incoming)

    async def _file(self, work: Work, told: FileReport, person: PersonId) -> Effect:
        if told.helped is None:
            filed = await self.reports.file(work, told.report, reporter=person)
        elif await self.reports.may_help(work, person):
            filed = await self.reports.file_for(work, told.report, told.helped, teller=person)
        else:
            return Effect(instead=told.refused)
        return Effect(case_id=filed.case_id, filed=filed)

    async def _rate(self, work: Work, rating: RateCase, person: PersonId) -> Effect:
        try:
            await self.followups.rate_by_chat(
                work, rating.case_id, person=person, stars=rating.stars, words=rating.words
            )
        except AlreadyRated:
            return Effect(case_id=rating.case_id, instead=rating.rated_before)
        return Effect(case_id=rating.case_id)

    async def _look_after(
        self, work: Work, intent: FetchMedia | JudgeHeard, incoming: Incoming, person: PersonId
    ) -> None:
        if isinstance(intent, FetchMedia):
            await self.media.keep_fetchable(work, self._medium(intent, incoming, person))
        else:
            await self.media.judge(work, intent.media_id, person=person, right=intent.right)

    def _medium(self, wanted: FetchMedia, incoming: Incoming, person: PersonId) -> Medium:
        return Medium(
            id=wanted.media_id,
            person_id=person,
            case_id=None,
            kind=wanted.kind,
            appid=incoming.appid,
            openid=incoming.openid,
            platform_id=wanted.platform_id,
            received_at=self.clock(),
        )

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
                    facts={INBOX_KEY: key},
                    made_at=self.clock(),
                    way=Way.CHAT,
                )
            )
        if pieces:
            await work.jobs.add(AnswerLate(key), key=f"answer-late:{key}")

    async def _bring(self, notice_id: str, incoming: Incoming, piece: Reply) -> bool:
        """Send one piece unless somebody did or may have done so; False if it has to wait."""
        if (claimed := await self._claim(notice_id, incoming)) is not Delivery.SENDING:
            return claimed is not Delivery.HELD
        try:
            await self.chats[incoming.appid].say(key=notice_id, openid=incoming.openid, reply=piece)
        except Refusal as refusal:
            return await self._refused(notice_id, incoming, refusal.code)
        except Uncertain:
            await self._settle(notice_id, Delivery.UNKNOWN)
        except (Unavailable, Resting) as error:
            await self._put_back(notice_id, incoming)
            raise Unavailable(f"a late answer has to wait: {error}") from error
        else:
            await self._settle(notice_id, Delivery.SENT)
        return True

    async def _claim(self, notice_id: str, incoming: Incoming) -> Delivery | None:
        """Mark the piece as being sent and pay for it; what a dead worker left so is unknown."""
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            notice = replace(notice, way=self.outreach.chat_of(incoming.appid))
            state = await self._claimable(work, notice, incoming)
            if state is not None:
                await self._say_why(work, notice, state)
            return state

    async def _claimable(self, work: Work, notice: Notice, incoming: Incoming) -> Delivery | None:
        """Say what becomes of a piece now; None: it is settled."""
        if notice.state is Delivery.SENDING:
            return Delivery.UNKNOWN
        if notice.state is Delivery.HELD:
            return Delivery.HELD
        if notice.state is not Delivery.WAITING:
            return None
        open_now = await self.outreach.spend_answer(work, incoming.appid, incoming.openid)
        return Delivery.SENDING if open_now else Delivery.HELD

    async def _say_why(self, work: Work, notice: Notice, state: Delivery) -> None:
        if state is notice.state:
            return
        why = Why.WINDOW_CLOSED if state is Delivery.HELD else Why.WINDOW
        await work.notices.save(replace(notice, state=state, why=why))
        if state is Delivery.HELD and notice.to_person is not None:
            await self.outreach.hold(work, notice.to_person)

    async def _refused(self, notice_id: str, incoming: Incoming, code: str) -> bool:
        """Correct the ledger where the platform knows better; any other refusal is the end."""
        logger.warning("a late answer was refused: %s", code)
        async with self.store.begin() as work:
            if code not in WINDOW_CLOSED:  # it did not go out, so it costs nothing
                await self.outreach.return_answer(work, incoming.appid, incoming.openid)
                notice = await work.notices.get(notice_id)
                await work.notices.save(replace(notice, state=Delivery.FAILED, why=code))
                return True
            await self.outreach.close_window(work, incoming.appid, incoming.openid)
            await self._say_why(work, await work.notices.get(notice_id), Delivery.HELD)
        return False

    async def _put_back(self, notice_id: str, incoming: Incoming) -> None:
        async with self.store.begin() as work:
            await self.outreach.return_answer(work, incoming.appid, incoming.openid)
            notice = await work.notices.get(notice_id)
            await work.notices.save(replace(notice, state=Delivery.WAITING))

    async def _settle(self, notice_id: str, state: Delivery) -> None:
        async with self.store.begin() as work:
            notice = await work.notices.get(notice_id)
            await work.notices.save(replace(notice, state=state, why=Why.WINDOW))


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
    text = _filled(reply.text, facts)
    links = tuple(replace(link, url=_filled(link.url, facts)) for link in reply.links)
    return replace(reply, text=text.strip() if facts else text, links=links)


def _filled(words: str, facts: Mapping[str, str]) -> str:
    for name, fact in facts.items():
        words = words.replace(f"{{{name}}}", fact)
    return words


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
    )
