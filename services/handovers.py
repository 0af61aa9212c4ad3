"""A resident talks with a human: asked for in the chat, answered by name at the desk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from domain import masking
from domain.access import Action, can
from domain.actors import SYSTEM, Actor, Resident, Role, Staff
from domain.cases import Case
from domain.conversations import Incoming, MessageKind
from domain.deadlines import Due, DueKind
from domain.errors import BadInput, NotFound, Stale
from domain.handovers import Ending, HandOver, HandOverState, Line
from domain.history import Event
from domain.ids import CaseId, MediaId, PersonId, StaffId
from domain.matters import Matter
from domain.media import Medium
from domain.notices import UNHEARD, Delivery, Notice, NoticeKind
from domain.people import WeChatIdentity
from domain.ports.cases import CaseFilter
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING, scope_of
from services.alarms import alarm_of, take_care, tellers_of
from services.contention import built_upon
from services.dues import set_due
from services.duty import on_duty, those_over
from services.notices import NoticeDesk
from services.settings import Centre
from services.tidings import DESK
from services.words import (
    DELIVERIES,
    ENDINGS,
    NOT_READ,
    NOT_WORDS,
    PLACE_SENT,
    PLACE_WITH_POINT,
    POINT,
    WHY_REFUSED,
    WHYS,
    WRITTEN_ON_A_PAGE,
)

logger = logging.getLogger(__name__)
SHOWN_BEFORE = 10  #: messages to the machine that are shown with the person's leave
SHOWN_ENDED = 20
LONGEST_WORDS = 600  #: characters of one answer: as long as one message of the chat
TRIES = 40
REST = 0.1  #: seconds; a message of the person holds their turn for less than that
TURN_SECONDS = 5.0
#: Half an hour without a word is no end for who is in danger, or did not ask for the talk.
QUIET_IN_DANGER = timedelta(hours=24)
NONE_UNSENT: Mapping[str, str] = MappingProxyType({})
UNTOLD = UNHEARD | {Delivery.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """Something said, as the desk shows it."""

    at: datetime
    words: str
    name: str  #: of the member of staff; empty: the resident
    media_id: str
    before: bool
    unsent: str = ""  #: why the resident has not got it yet, or may not have


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverView:
    """A talk as the desk shows it; ``late``: nobody took it within the time set."""

    id: str
    who: str
    phone: str  #: masked
    state: HandOverState
    asked_at: datetime
    changed_at: datetime
    staff_name: str
    late: bool
    mine: bool
    danger: bool  #: whoever writes may be in mortal danger
    rings: bool  #: nobody takes care of that danger yet, and whoever looks may
    seen_by: str  #: who takes care of it
    begun: bool  #: staff spoke first
    ended: str  #: how it ended, in words
    matter_id: str  #: of the daily-life matter of which staff speak
    case_id: str  #: of the case in which danger was told, or of which staff speak
    number: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverDesk:
    """The desk where residents meet a human in the chat."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    centre: Centre

    async def ask(
        self, work: Work, incoming: Incoming, person: PersonId, *, danger: bool = False
    ) -> None:
        """Keep the request and tell who is on duty; asked again, it is the same request.

        One that is about danger belongs to the case of the alarm, which calls who is on duty.
        """
        alarm = await alarm_of(work, person) if danger else None
        open_one = await work.hand_overs.open_of(person)
        if open_one is not None:
            if alarm is not None and open_one.case_id != alarm.id:
                await work.hand_overs.save(open_one.about_danger(alarm))
            return
        now = self.clock()
        cases, _ = await work.cases.page(scope_of(Resident(id=person)), CaseFilter(), limit=1)
        asked = HandOver(
            id=self.chance.id(),
            person_id=person,
            appid=incoming.appid,
            openid=incoming.openid,
            region=cases[0].region if cases else self.centre.region,
            told_at=incoming.sent_at,
            asked_at=now,
            changed_at=now,
        )
        if alarm is not None:
            asked = asked.about_danger(alarm)
        await work.hand_overs.add(asked, self._event(asked, "talk.asked", Resident(id=person)))
        at = now + self.centre.answer_within
        await set_due(work, self.chance, DueKind.UNTAKEN, asked.id, at=at)
        if alarm is not None and alarm.alarmed:
            return  # who is on duty is being called, one after the other
        duty = [one.id for one in await on_duty(work, asked.region, centre=self.centre.region)]
        seen_by = alarm.danger_seen_by if alarm is not None else None
        await self._tell_staff(work, *([seen_by] if seen_by else duty[:1]))

    async def open_for_alarm(self, work: Work, person: PersonId, words: str) -> None:
        """Let whoever takes an alarm from a page answer in the chat, if the person has one."""
        alarm = await alarm_of(work, person)
        if alarm is None:
            return
        line = Line(at=self.clock(), words=WRITTEN_ON_A_PAGE.format(words=words))
        open_one = await work.hand_overs.open_of(person)
        if open_one is not None:
            await work.hand_overs.save(open_one.about_danger(alarm).hear(line))
            return
        account = await chat_with(work, person, self.centre)
        if account is None:
            return
        asked = HandOver(
            id=self.chance.id(),
            person_id=person,
            appid=account.appid,
            openid=account.openid,
            region=alarm.region,
            told_at=line.at,
            asked_at=line.at,
            changed_at=line.at,
            lines=(line,),
        ).about_danger(alarm)
        await work.hand_overs.add(asked, self._event(asked, "talk.asked", Resident(id=person)))
        at = line.at + self.centre.answer_within
        await set_due(work, self.chance, DueKind.UNTAKEN, asked.id, at=at)

    async def share(self, work: Work, incoming: Incoming, person: PersonId) -> bool:
        """Show the last messages to the human, as the person allowed; False if none is asked."""
        open_one = await work.hand_overs.open_of(person)
        if open_one is None:
            return False
        kept = await work.inbox.of_account(
            incoming.appid, incoming.openid, limit=2 * SHOWN_BEFORE + 1
        )
        said = [
            Line(at=one.incoming.sent_at, words=one.incoming.text, before=True)
            for one in reversed(kept)
            if one.incoming.kind is MessageKind.TEXT and one.incoming.sent_at < open_one.told_at
        ]
        await work.hand_overs.save(open_one.share(said[-SHOWN_BEFORE:]))
        return True

    async def hear(
        self, work: Work, incoming: Incoming, person: PersonId, media_id: MediaId | None
    ) -> None:
        """Put what the person says before the human who has the talk, or had one about danger."""
        told = filter(None, (incoming.title, incoming.text, _place_in(incoming)))
        words = "\n".join(told) or NOT_WORDS.get(incoming.kind, NOT_READ)
        line = Line(at=self.clock(), words=words, media_id=media_id)
        talk = await work.hand_overs.open_of(person)
        if talk is None:
            await self._hear_after(work, line, person)
            return
        heard = talk.hear(line)
        await work.hand_overs.save(heard)
        await self._quiet_from_now(work, heard)

    async def _hear_after(self, work: Work, line: Line, person: PersonId) -> None:
        """Keep it with the last talk, if that was about danger; any other is the machine's now."""
        last = next(iter(await work.hand_overs.of_person(person)), None)
        if last is not None and last.danger:
            await work.hand_overs.save(last.hear_after(line))

    async def end_by_person(self, work: Work, person: PersonId) -> None:
        """Let the person end it by a word; the message itself holds their turn."""
        talk = await work.hand_overs.open_of(person)
        if talk is not None:
            await self._close(work, talk, Ending.PERSON, by=Resident(id=person))

    async def listed(self, actor: Actor) -> tuple[HandOverView, ...]:
        """Show the talks of somebody's region, those about danger first, the longest waiting."""
        staff = _answers(actor)
        async with self.store.read() as work:
            found = await work.hand_overs.listed(staff.region, ended=SHOWN_ENDED)
            return tuple([await self._view(work, one, staff) for one in sorted(found, key=_calm)])

    async def of_case(self, actor: Staff, case_id: CaseId) -> str:
        """Name the open talk with whoever reported a case, or told of danger in it last.

        Empty: none this member may see.
        """
        if not can(actor, Action.TALK).allow:
            return ""
        async with self.store.read() as work:
            case = await work.cases.get(case_id, scope_of(actor))
            tellers = [one.person for one in reversed(await tellers_of(work, case))]
            for person in tellers or [case.reporter]:
                talk = await work.hand_overs.open_of(person)
                if talk is not None and talk.region.startswith(actor.region):
                    return talk.id
        return ""

    async def take_alarm(self, actor: Staff, case_id: CaseId) -> str:
        """Take the talk with whoever is in danger, with the alarm; name it, whoever has it."""
        talk_id = await self.of_case(actor, case_id)
        if not talk_id:
            return ""

        async def taking(work: Work) -> HandOver:
            talk = await work.hand_overs.get(talk_id)
            if talk.state is HandOverState.WAITING:
                talk = await self._take(work, talk, actor)
            return talk

        try:
            await self._patiently(taking)
        except Stale:  # the alarm is seen all the same: the talk can be taken on its page
            logger.warning("talk %s could not be taken with its alarm", talk_id)
        return talk_id

    async def late(self, actor: Actor) -> int:
        """Count who waits for a human longer than they should."""
        staff, before = _answers(actor), self.clock() - self.centre.answer_within
        async with self.store.read() as work:
            return await work.hand_overs.count_waiting(staff.region, since=before)

    async def view(self, actor: Actor, hand_over_id: str) -> HandOverView:
        """Show one talk."""
        staff = _answers(actor)
        async with self.store.read() as work:
            talk = await self._mine(work, staff, hand_over_id)
            return await self._view(work, talk, staff, await self._unsent(work, talk))

    async def medium(self, actor: Actor, hand_over_id: str, media_id: MediaId) -> Medium:
        """Name a picture or voice of a talk."""
        staff = _answers(actor)
        async with self.store.read() as work:
            talk = await self._mine(work, staff, hand_over_id)
            if media_id not in {line.media_id for line in talk.lines}:
                raise NotFound(media_id)
            medium = await work.media.get(media_id)
        if not medium.object_key:
            raise NotFound(media_id)
        return medium

    async def take(self, actor: Actor, hand_over_id: str) -> None:
        """Answer this person from now on, by name; the machine is silent, danger aside.

        Who answers somebody in danger takes care of it: the alarm that still rings is theirs, too.
        """
        staff = _answers(actor)

        async def taking(work: Work) -> HandOver:
            talk = await self._mine(work, staff, hand_over_id)
            taken = await self._take(work, talk, staff)
            await self._come(work, taken, staff)
            return taken

        await self._patiently(taking)

    async def begin(self, staff: Staff, person: PersonId, about: Case | Matter) -> str:
        """Speak first with somebody who follows the account, by name; name the talk.

        One that waits is taken; one that a colleague has stays theirs.
        """

        async def beginning(work: Work) -> HandOver:
            talk = await work.hand_overs.open_of(person)
            if talk is None:
                talk = await self._begin(work, staff, person, about)
            else:
                talk = await self._mine(work, staff, talk.id)
                if talk.state is not HandOverState.WAITING:
                    return talk
                talk = await self._take(work, talk, staff)
            await self._come(work, talk, staff)
            return talk

        return (await self._patiently(beginning)).id

    async def _begin(
        self, work: Work, staff: Staff, person: PersonId, about: Case | Matter
    ) -> HandOver:
        account = await chat_with(work, person, self.centre)
        if account is None:
            raise NotFound(person)
        now = self.clock()
        begun = HandOver(
            id=self.chance.id(),
            person_id=person,
            appid=account.appid,
            openid=account.openid,
            region=about.region,
            told_at=now,
            asked_at=now,
            changed_at=now,
            case_id=about.id if isinstance(about, Case) else None,
            matter_id=about.id if isinstance(about, Matter) else None,
            danger=isinstance(about, Case) and bool(about.danger),
            begun=True,
        ).take(staff, at=now)
        await self._hold_turn(work, begun, staff.name)
        first = self._event(begun, "talk.begun", staff)
        if isinstance(about, Case):
            first = replace(first, case_id=about.id)
        else:
            first = replace(first, subject=about.id, kind="matter.talk-begun")
        await work.hand_overs.add(begun, first, self._event(begun, "talk.taken", staff))
        await self._quiet_from_now(work, begun)
        return begun

    async def _take(self, work: Work, talk: HandOver, staff: Staff) -> HandOver:
        taken = talk.take(staff, at=self.clock())
        await self._hold_turn(work, taken, staff.name)
        await work.hand_overs.save(taken, self._event(taken, "talk.taken", staff))
        await work.dues.drop(DueKind.UNTAKEN, taken.id)
        await self._quiet_from_now(work, taken)
        return taken

    async def _come(self, work: Work, talk: HandOver, staff: Staff) -> None:
        """Tell whoever writes by name that somebody is there; that danger was seen tells it too."""
        if talk.person_id not in await self._take_alarm_of(work, talk, staff):
            await self._tell(work, NoticeKind.HUMAN_CAME, talk)

    async def _take_alarm_of(
        self, work: Work, talk: HandOver, staff: Staff
    ) -> Collection[PersonId]:
        """Take the alarm that rings for a talk about danger, if they may; name who heard of it."""
        if not talk.danger or talk.case_id is None:
            return ()
        case = await work.cases.get(talk.case_id, EVERYTHING)
        if not _may_take_care(staff, case):
            return ()
        return await take_care(work, case, staff, notices=self.notices, at=self.clock())

    @built_upon
    async def say(self, actor: Actor, hand_over_id: str, words: str) -> None:
        """Answer in the chat; only who took the talk may."""
        staff = _answers(actor)
        if not words.strip() or len(words) > LONGEST_WORDS:
            raise BadInput("words", f"1 to {LONGEST_WORDS} characters")
        async with self.store.begin() as work:
            talk = await self._own(work, staff, hand_over_id)
            line = Line(at=self.clock(), words=words.strip(), name=staff.name)
            heard = talk.hear(line)
            await work.hand_overs.save(heard)
            await self._quiet_from_now(work, heard)
            await self._tell(work, NoticeKind.HUMAN_SAID, talk, say=words.strip())
        await self._tell_desk(heard)

    async def end(self, actor: Actor, hand_over_id: str, *, words: str = "") -> None:
        """Give the talk back to the machine; of one about danger say in words why it may end."""
        staff, told = _answers(actor), words.strip()

        async def ending(work: Work) -> HandOver:
            talk = await self._own(work, staff, hand_over_id)
            if talk.danger and not 1 <= len(told) <= LONGEST_WORDS:
                raise BadInput("words", f"1 to {LONGEST_WORDS} characters: about danger")
            await self._hold_turn(work, talk, "")
            await self._close(work, talk, Ending.STAFF, by=staff, words=told)
            return talk

        await self._patiently(ending)

    async def act(self, work: Work, due: Due) -> None:
        """Nobody took it: the supervisors hear of it; nobody speaks any more: it ends."""
        talk = await work.hand_overs.get(due.subject)
        if due.kind is DueKind.UNTAKEN and talk.state is HandOverState.WAITING:
            own = await those_over(work, Role.SUPERVISOR, talk.region)
            others = own or await those_over(work, Role.SUPERVISOR, self.centre.region)
            await self._tell_staff(work, *(one.id for one in others))
        elif due.kind is DueKind.QUIET and talk.state is HandOverState.TAKEN:
            await self._hold_turn(work, talk, "")
            await self._close(work, talk, Ending.QUIET, by=SYSTEM)

    async def _close(
        self, work: Work, talk: HandOver, why: Ending, *, by: Actor, words: str = ""
    ) -> None:
        ended = self._event(talk, f"talk.ended-{why}", by)
        if talk.danger and talk.case_id is not None:  # whoever looks after the case has to know
            detail = {"words": words} if words else {}
            ended = replace(ended, case_id=talk.case_id, detail=detail)
        await work.hand_overs.save(talk.end(why, at=self.clock()), ended)
        for kind in (DueKind.UNTAKEN, DueKind.QUIET):
            await work.dues.drop(kind, talk.id)
        if why is not Ending.PERSON:
            await self._tell(work, NoticeKind.HUMAN_LEFT, talk)

    async def _hold_turn(self, work: Work, talk: HandOver, human: str) -> None:
        """Put down in the dialogue who has it; no message of the person is at work meanwhile."""
        whose, holder = (talk.appid, talk.openid), self.chance.id()
        if not await work.talks.take_lease(*whose, holder, seconds=TURN_SECONDS):
            raise Stale("the person is just writing")
        await work.talks.give_to_human(*whose, human)
        await work.talks.release(*whose, holder)

    async def _patiently(self, deed: Callable[[Work], Awaitable[HandOver]]) -> HandOver:
        """Try until no message of the person holds their turn."""
        for _ in range(TRIES):
            try:
                async with self.store.begin() as work:
                    done = await deed(work)
            except Stale:
                await asyncio.sleep(REST)
            else:
                await self._tell_desk(done)
                return done
        raise Stale("the person keeps writing")

    async def _quiet_from_now(self, work: Work, talk: HandOver) -> None:
        patient = talk.danger or talk.awaited
        silence = QUIET_IN_DANGER if patient else self.centre.quiet_after
        at = self.clock() + silence
        await set_due(work, self.chance, DueKind.QUIET, talk.id, at=at)

    async def _mine(self, work: Work, staff: Staff, hand_over_id: str) -> HandOver:
        talk = await work.hand_overs.get(hand_over_id)
        if not talk.region.startswith(staff.region):
            raise NotFound(hand_over_id)
        return talk

    async def _own(self, work: Work, staff: Staff, hand_over_id: str) -> HandOver:
        talk = await self._mine(work, staff, hand_over_id)
        if talk.staff_id != staff.id:
            raise NotFound(hand_over_id)
        return talk

    async def _unsent(self, work: Work, talk: HandOver) -> Mapping[str, str]:
        """Say of what staff wrote, by its words, why the person has not got it."""
        told = await work.notices.of_person(talk.person_id)
        return {
            one.facts.get("say", ""): _why(one)
            for one in reversed(told)
            if one.kind is NoticeKind.HUMAN_SAID
            and one.made_at >= talk.asked_at
            and one.state in UNTOLD
        }

    async def _view(
        self, work: Work, talk: HandOver, staff: Staff, unsent: Mapping[str, str] = NONE_UNSENT
    ) -> HandOverView:
        person = await work.people.get(talk.person_id)
        case = await work.cases.get(talk.case_id, EVERYTHING) if talk.case_id else None
        waits = talk.state is HandOverState.WAITING
        return HandOverView(
            id=talk.id,
            who=masking.name(person.name),
            phone=masking.phone(person.phone) if person.phone else "",
            state=talk.state,
            asked_at=talk.asked_at,
            changed_at=talk.changed_at,
            staff_name=talk.staff_name,
            late=waits and self.clock() - talk.asked_at >= self.centre.answer_within,
            mine=talk.staff_id == staff.id and talk.state is HandOverState.TAKEN,
            danger=talk.danger,
            rings=talk.danger and case is not None and _may_take_care(staff, case),
            seen_by=await _seen_by(work, case) if talk.danger else "",
            begun=talk.begun,
            ended=ENDINGS[talk.ended].format(name=talk.staff_name) if talk.ended else "",
            matter_id=talk.matter_id or "",
            case_id=talk.case_id or "",
            number=case.number if case else "",
            lines=tuple(
                LineView(
                    at=line.at,
                    words=line.words,
                    name=line.name,
                    media_id=line.media_id or "",
                    before=line.before,
                    unsent=unsent.get(line.words, "") if line.name else "",
                )
                for line in talk.lines
            ),
        )

    async def _tell(self, work: Work, kind: NoticeKind, talk: HandOver, say: str = "") -> None:
        facts = {"name": talk.staff_name, "say": say}
        await self.notices.post(work, kind, case_id=None, to_person=talk.person_id, facts=facts)

    async def _tell_staff(self, work: Work, *staff: StaffId) -> None:
        for one in staff:
            await self.notices.post(
                work,
                NoticeKind.ASKED_FOR_HUMAN,
                case_id=None,
                to_staff=one,
                facts={"url": f"{self.centre.public_url}/desk/talks"},
            )

    async def _tell_desk(self, talk: HandOver) -> None:
        """Let the open workbenches ask again: its page, and that of the case it is about."""
        await self.bus.publish(DESK, {"talk": talk.id, "case": talk.case_id or ""})

    def _event(self, talk: HandOver, kind: str, by: Actor) -> Event:
        return Event(subject=talk.id, case_id="", kind=kind, by=by.ref, at=self.clock())


def _calm(talk: HandOver) -> tuple[bool, bool]:
    """Those who may be in danger come first, of the others who still talks or waits."""
    over = talk.state is HandOverState.ENDED
    return over, not talk.danger


def _may_take_care(staff: Staff, case: Case) -> bool:
    """Does the alarm of a case ring, and may they take it?"""
    return case.alarmed and can(staff, Action.ACKNOWLEDGE, case).allow


async def _seen_by(work: Work, case: Case | None) -> str:
    if case is None or case.danger_seen_by is None:
        return ""
    return (await work.staff.get(case.danger_seen_by)).name


def _place_in(incoming: Incoming) -> str:
    """Tell a point in words: whoever goes there must find it."""
    if incoming.latitude is None or incoming.longitude is None:
        return incoming.label
    point = POINT.format(latitude=incoming.latitude, longitude=incoming.longitude)
    return PLACE_WITH_POINT.format(words=incoming.label or PLACE_SENT, point=point)


def _why(notice: Notice) -> str:
    """Tell what is known of words that did not go out."""
    why = WHYS.get(notice.why, WHY_REFUSED) if notice.why else ""
    return "，".join(filter(None, (DELIVERIES[notice.state], why)))


async def chat_with(work: Work, person: PersonId, centre: Centre) -> WeChatIdentity | None:
    """Name the account by which somebody can be answered in the chat; None: they follow us not."""
    accounts = await work.people.identities(person)
    ours = [one for one in accounts if one.following and one.appid == centre.official_appid]
    return next(iter(ours), None)


def _answers(actor: Actor) -> Staff:
    """Whoever answers residents; for anybody else there are no such talks."""
    if not isinstance(actor, Staff) or not actor.region or not can(actor, Action.TALK).allow:
        raise NotFound("talks")
    return actor
