"""How a daily-life matter is shown: one place decides what is masked and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import masking
from domain.access import Action, can
from domain.actors import Actor, Resident
from domain.conversations import MatterLine
from domain.danger import alarms
from domain.headline import headline
from domain.history import Event
from domain.ids import CaseId, MatterId, StaffId
from domain.matters import OPEN, OVER, Grade, Matter, MatterState
from domain.ports.outside import Clock
from domain.ports.store import Work
from domain.scope import EVERYTHING
from services import matter_words as words
from services.alarms import alarm_of
from services.case_views import medium_view
from services.following import chat_with
from services.settings import Centre
from services.views import HistoryLine, MediumView, NextStep

TOLD_IN_LIST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLineView:
    """A matter in a list."""

    id: MatterId
    number: str
    state: MatterState
    state_words: str
    told: str  #: its beginning
    place: str
    unit: str
    reopened: bool  #: an answer was not good enough
    danger: bool  #: for staff: its words are of danger, and rang when they came
    reported_at: datetime
    reply_by: datetime
    next_step: NextStep


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterAnswerView:
    """One answer, and what the resident thinks of it."""

    words: str
    name: str
    at: datetime
    grade: Grade | None
    grade_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterAdditionView:
    """What the resident said of it later."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterView:
    """One matter as this viewer may see it."""

    line: MatterLineView
    version: int
    told: str
    latitude: float | None
    longitude: float | None
    cell: str
    media: tuple[MediumView, ...]
    more: tuple[MatterAdditionView, ...]
    answers: tuple[MatterAnswerView, ...]
    reason: str  #: of a refusal
    instead: str  #: where to go with what was refused
    case_id: CaseId | None
    case_number: str
    alarm: CaseId | None  #: the case of the danger it tells, if the viewer may open that
    who: str  #: the reporter, masked; empty for themselves
    phone: str  #: masked unless they are to be called; empty for themselves
    handles: bool  #: may the viewer give it to a unit, answer, refuse, make a case of it now?
    rates: bool  #: may the viewer rate the answer now?
    objects: bool  #: may they still say that it is not good, though it is closed?
    adds: bool  #: may the viewer say more of it now?
    history: tuple[HistoryLine, ...]  #: for the centre


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterViews:
    """Makes the views of one centre's matters within a running transaction."""

    centre: Centre
    clock: Clock

    async def line(self, work: Work, matter: Matter, *, staff: bool) -> MatterLineView:
        """Show a matter in a list."""
        return MatterLineView(
            id=matter.id,
            number=matter.number,
            state=matter.state,
            state_words=words.MATTER_STATES[matter.state],
            told=headline(" ".join(matter.told.split()), longest=TOLD_IN_LIST),
            place=matter.spot.words,
            unit=matter.unit,
            reopened=matter.reopened,
            danger=staff and _speaks_of_danger(matter),
            reported_at=matter.reported_at,
            reply_by=matter.reply_by,
            next_step=await self.next_step(work, matter, staff=staff),
        )

    async def next_step(self, work: Work, matter: Matter, *, staff: bool) -> NextStep:
        """Say what happens next and by when."""
        case = await _case_number(work, matter)
        phone = self.centre.phone if matter.to_call and await self._no_way(work, matter) else ""
        said = words.next_step(matter, case=case, staff=staff, phone=phone)
        if matter.state is MatterState.ANSWERED and matter.answers:
            closes = matter.answers[-1].at + self.centre.matter_closes_after
            return NextStep(words=said, due=closes, by=words.CLOSES)
        if matter.state not in OPEN:
            return NextStep(words=said)
        if matter.overdue(self.clock()):
            return NextStep(words=said, due=matter.reply_by, by=words.OVERDUE, overdue=True)
        return NextStep(words=said, due=matter.reply_by)

    async def _no_way(self, work: Work, matter: Matter) -> bool:
        """Can nobody speak with who reported it, in the chat or by phone?"""
        if (await work.people.get(matter.reporter)).phone:
            return False
        return await chat_with(work, matter.reporter, self.centre) is None

    async def spoken(self, work: Work, matter: Matter) -> MatterLine:
        """Show a matter as the chat tells it."""
        step = await self.next_step(work, matter, staff=False)
        last = matter.answers[-1] if matter.answers else None
        return MatterLine(
            matter_id=matter.id,
            number=matter.number,
            state=words.MATTER_STATES[matter.state],
            next_step=step.words,
            due=None if step.overdue or matter.state not in OPEN else step.due,
            answer=last.words if last and matter.state not in OPEN else "",
            reason=matter.reason,
            url=self.centre.matter_page(matter.id),
            to_rate=matter.state is MatterState.ANSWERED,
            reopened=matter.reopened,
            over=matter.state in OVER,
            reopens=self._may_object(matter),
            told=headline(" ".join(matter.told.split()), longest=TOLD_IN_LIST),
        )

    def _may_object(self, matter: Matter) -> bool:
        return matter.may_object(self.clock(), within=self.centre.matter_reopens_within)

    async def whole(self, work: Work, matter: Matter, actor: Actor) -> MatterView:
        """Show everything of a matter that this actor may see."""
        staff = not isinstance(actor, Resident)
        person = await work.people.get(matter.reporter)
        rates = can(actor, Action.RATE_MATTER, matter).allow
        names = {one.id: one.name for one in await work.staff.everybody()} if staff else {}
        cells = {one.id: one.name for one in await work.cells.all()}
        history = await work.matters.history(matter.id) if staff else ()
        return MatterView(
            line=await self.line(work, matter, staff=staff),
            version=matter.version,
            told=matter.told,
            latitude=matter.spot.latitude,
            longitude=matter.spot.longitude,
            cell=cells.get(matter.cell, "") if matter.cell else "",
            media=tuple([medium_view(await work.media.get(one)) for one in matter.media]),
            more=tuple(MatterAdditionView(words=one.words, at=one.at) for one in matter.more),
            answers=tuple(
                MatterAnswerView(
                    words=one.words,
                    name=one.name,
                    at=one.at,
                    grade=one.grade,
                    grade_words=words.GRADES[one.grade] if one.grade else "",
                )
                for one in matter.answers
            ),
            reason=matter.reason,
            instead=matter.instead,
            case_id=matter.case_id,
            case_number=await _case_number(work, matter),
            alarm=await _alarm(work, matter, actor) if staff else None,
            who=masking.name(person.name) if staff else "",
            phone=_number(person.phone, matter) if staff else "",
            handles=can(actor, Action.HANDLE_MATTER, matter).allow and matter.state in OPEN,
            rates=rates and matter.state is MatterState.ANSWERED,
            objects=rates and self._may_object(matter),
            adds=rates and matter.hears_more,
            history=tuple(_told(one, names) for one in history),
        )


def _speaks_of_danger(matter: Matter) -> bool:
    told = "\n".join([matter.told, *(one.words for one in matter.more)])
    return bool(alarms(told))


async def _alarm(work: Work, matter: Matter, actor: Actor) -> CaseId | None:
    """Name the case in which the danger that the matter tells is looked after."""
    rang = await alarm_of(work, matter.reporter) if _speaks_of_danger(matter) else None
    if rang is None or not can(actor, Action.SEE, rang.case).allow:
        return None
    return rang.case.id


async def _case_number(work: Work, matter: Matter) -> str:
    if matter.case_id is None:
        return ""
    return (await work.cases.get(matter.case_id, EVERYTHING)).number


def _told(event: Event, names: Mapping[StaffId, str]) -> HistoryLine:
    kind, _, key = event.by.partition(":")
    by = names.get(StaffId(key), "") if kind == "staff" else words.ACTORS.get(kind, "")
    return HistoryLine(at=event.at, words=words.event(event), by=by)


def _number(phone: str, matter: Matter) -> str:
    """Show the number to who handles it, whole only where a call was promised."""
    return phone if matter.to_call or not phone else masking.phone(phone)
