"""A resident talks with a human: asked for in the chat, answered by name at the desk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeGuard

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
from domain.notices import NoticeKind
from domain.people import WeChatIdentity
from domain.ports.cases import CaseFilter
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING, scope_of
from services.alarms import alarm_in, alarm_of, take_care
from services.contention import built_upon
from services.dues import set_due
from services.duty import on_duty, those_over
from services.following import chat_with
from services.handover_views import HandOverView, HandOverViews, may_take_care
from services.notices import NoticeDesk
from services.settings import Centre
from services.tidings import DESK
from services.words import (
    NOT_READ,
    NOT_WORDS,
    PLACE_SENT,
    PLACE_WITH_POINT,
    POINT,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverDesk:
    """The desk where residents meet a human in the chat."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    centre: Centre

    @property
    def _views(self) -> HandOverViews:
        return HandOverViews(centre=self.centre, clock=self.clock)

    async def ask(
        self, work: Work, incoming: Incoming, person: PersonId, *, danger: bool = False
    ) -> None:
        """Keep the request and tell who is on duty; asked again, it is the same request.

        One that is about danger belongs to the case of the alarm, which calls who is on duty.
        """
        alarm = await alarm_of(work, person) if danger else None
        open_one = await work.hand_overs.open_of(person)
        if open_one is not None:
            told = open_one.about(alarm.case) if alarm is not None else open_one
            if told != open_one:
                await self._keep(work, told)
            return
        cases, _ = await work.cases.page(scope_of(Resident(id=person)), CaseFilter(), limit=1)
        region = cases[0].region if cases else self.centre.region
        asked = self._new(incoming, person, region, told_at=incoming.sent_at)
        if alarm is not None:
            asked = asked.about(alarm.case)
        await self._await(work, asked)
        if alarm is not None and alarm.case.alarmed:
            return  # who is on duty is being called, one after the other
        duty = [one.id for one in await on_duty(work, asked.region, centre=self.centre.region)]
        seen_by = alarm.case.danger_seen_by if alarm is not None else None
        await self._tell_staff(work, *([seen_by] if seen_by else duty[:1]))

    async def open_for_alarm(self, work: Work, person: PersonId, words: str) -> None:
        """Let whoever takes an alarm from a page answer in the chat, if the person has one."""
        alarm = await alarm_of(work, person)
        if alarm is None:
            return
        line = Line(at=self.clock(), words=WRITTEN_ON_A_PAGE.format(words=words))
        open_one = await work.hand_overs.open_of(person)
        if open_one is not None:
            await self._keep(work, open_one.about(alarm.case).hear(line))
            return
        account = await chat_with(work, person, self.centre)
        if account is None:
            return
        asked = self._new(account, person, alarm.case.region, told_at=line.at)
        await self._await(work, asked.about(alarm.case).hear(line))

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
        await self._keep(work, talk.hear(line))

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
            views = self._views
            return tuple([await views.line(work, one, staff) for one in sorted(found, key=_calm)])

    async def of_case(self, actor: Staff, case_id: CaseId) -> str:
        """Name the open talk with whoever reported a case, or told of danger in it last.

        Empty: none this member may see.
        """
        if not can(actor, Action.TALK).allow:
            return ""
        async with self.store.read() as work:
            case = await work.cases.get(case_id, scope_of(actor))
            for person in (await alarm_in(work, case)).meant:
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
            return await self._views.whole(work, talk, staff)

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
        new = self._new(account, person, about.region, told_at=now)
        begun = replace(new.about(about), begun=True).take(staff, at=now)
        await self._hold_turn(work, begun, staff.name)
        first = self._event(begun, "talk.begun", staff)
        if isinstance(about, Case):
            first = replace(first, case_id=about.id)
        else:
            first = replace(first, subject=about.id, kind="matter.talk-begun")
        await work.hand_overs.add(begun, first, self._event(begun, "talk.taken", staff))
        await self._quiet_from_now(work, begun)
        return begun

    def _new(
        self, by: Incoming | WeChatIdentity, person: PersonId, region: str, *, told_at: datetime
    ) -> HandOver:
        now = self.clock()
        return HandOver(
            id=self.chance.id(),
            person_id=person,
            appid=by.appid,
            openid=by.openid,
            region=region,
            told_at=told_at,
            asked_at=now,
            changed_at=now,
        )

    async def _await(self, work: Work, asked: HandOver) -> None:
        """Keep a new request, and let the supervisors hear of it if nobody takes it."""
        by = Resident(id=asked.person_id)
        await work.hand_overs.add(asked, self._event(asked, "talk.asked", by))
        at = asked.asked_at + self.centre.answer_within
        await set_due(work, self.chance, DueKind.UNTAKEN, asked.id, at=at)

    async def _keep(self, work: Work, talk: HandOver) -> None:
        """Keep what was said, or what it is about now: how long it may be quiet begins anew."""
        await work.hand_overs.save(talk)
        await self._quiet_from_now(work, talk)

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
        if not may_take_care(staff, case):
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
            await self._keep(work, heard)
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


def _place_in(incoming: Incoming) -> str:
    """Tell a point in words: whoever goes there must find it."""
    if incoming.latitude is None or incoming.longitude is None:
        return incoming.label
    point = POINT.format(latitude=incoming.latitude, longitude=incoming.longitude)
    return PLACE_WITH_POINT.format(words=incoming.label or PLACE_SENT, point=point)


def may_answer(actor: Actor) -> TypeGuard[Staff]:
    """May they answer residents? The same who may take a talk may begin one."""
    return isinstance(actor, Staff) and bool(actor.region) and can(actor, Action.TALK).allow


def _answers(actor: Actor) -> Staff:
    """Whoever answers residents; for anybody else there are no such talks."""
    if not may_answer(actor):
        raise NotFound("talks")
    return actor
