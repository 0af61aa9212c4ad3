"""A daily-life matter (民生事项): a wish to the authorities, answered by a unit, and no quarrel."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.actors import Actor, Staff
from domain.cases import LONGEST_STORY, MOST_TOLD, Spot
from domain.errors import AlreadyRated, BadInput, IllegalMove
from domain.history import Event
from domain.ids import CaseId, CellId, MatterId, MediaId, PersonId, StaffId

SHORTEST_TOLD = 4  #: characters that can say what it is
LONGEST_TOLD = LONGEST_STORY  #: told at once; a report may go on as a matter
LONGEST_ANSWER = 500  #: one message of the chat, with its address behind it
LONGEST_UNIT = 50
MOST_MEDIA = 9
MOST_MORE = 20  #: additions of the resident
NEVER = timedelta()


class MatterState(enum.StrEnum):
    """Where a matter stands."""

    RECEIVED = "received"  #: 已收到: the centre has not looked yet
    IN_HAND = "in-hand"  #: 正在办: a named unit has it
    ANSWERED = "answered"  #: 已答复: the resident is asked whether that is good
    CLOSED = "closed"  #: 已办结: rated, or nobody objected in time; for some days 不满意 reopens it
    REFUSED = "refused"  #: 不属于本中心: with the reason and where to go instead
    DISPUTE = "dispute"  #: 已转为纠纷: a case goes on with it


MOVES: Mapping[MatterState, frozenset[MatterState]] = MappingProxyType(
    {
        MatterState.RECEIVED: frozenset(
            {
                MatterState.IN_HAND,
                MatterState.ANSWERED,
                MatterState.REFUSED,
                MatterState.DISPUTE,
            }
        ),
        MatterState.IN_HAND: frozenset(
            {
                MatterState.IN_HAND,
                MatterState.ANSWERED,
                MatterState.REFUSED,
                MatterState.DISPUTE,
            }
        ),
        MatterState.ANSWERED: frozenset({MatterState.CLOSED, MatterState.IN_HAND}),
        MatterState.CLOSED: frozenset({MatterState.IN_HAND}),
        MatterState.REFUSED: frozenset(),
        MatterState.DISPUTE: frozenset(),
    }
)
#: In these states somebody of the centre has something to do.
OPEN = frozenset({MatterState.RECEIVED, MatterState.IN_HAND})
#: In these states nothing happens any more, unless who reported it objects in time.
OVER = frozenset({MatterState.CLOSED, MatterState.REFUSED, MatterState.DISPUTE})


class Grade(enum.StrEnum):
    """How satisfied the resident is with an answer."""

    SATISFIED = "satisfied"  #: 满意
    MOSTLY = "mostly"  #: 基本满意
    UNSATISFIED = "unsatisfied"  #: 不满意


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterReport:
    """What a person told, complete enough to become a matter."""

    told: str
    spot: Spot
    media: tuple[MediaId, ...] = ()

    def __post_init__(self) -> None:
        if not SHORTEST_TOLD <= len(self.told.strip()) <= MOST_TOLD:
            raise BadInput("told", f"{SHORTEST_TOLD} to {MOST_TOLD} characters")
        if not self.spot.known:
            raise BadInput("spot", "words or a point")
        if len(self.media) > MOST_MEDIA:
            raise BadInput("media", f"{MOST_MEDIA} at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterAnswer:
    """One answer by name, and what the resident thinks of it."""

    words: str
    by: StaffId
    name: str
    at: datetime
    grade: Grade | None = None  #: None: not rated, or not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterAddition:
    """What the resident said of it later."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One daily-life matter, from the first word to the rating."""

    id: MatterId
    number: str  #: 枫民2026第12号, a label and never an id
    reporter: PersonId
    told: str
    spot: Spot
    region: str  #: 12-digit area code
    reported_at: datetime
    reply_by: datetime  #: the end of the last working day for an answer
    cell: CellId | None = None
    media: tuple[MediaId, ...] = ()
    state: MatterState = MatterState.RECEIVED
    unit: str = ""  #: the unit (单位) that has it in hand
    staff: StaffId | None = None  #: who gave it to the unit, or answered
    answers: tuple[MatterAnswer, ...] = ()  #: the second one after a 不满意
    more: tuple[MatterAddition, ...] = ()
    reason: str = ""  #: of a refusal
    instead: str = ""  #: where to go with what was refused
    case_id: CaseId | None = None
    closed_at: datetime | None = None
    version: int = 0

    def take(self, unit: str, *, by: Staff, at: datetime) -> tuple[Matter, Event]:
        """Give the matter to a unit (交办), or to another one."""
        name = _said("unit", unit, LONGEST_UNIT)
        moved = replace(self._moved(MatterState.IN_HAND, OPEN), unit=name, staff=by.id)
        return moved, self._event("matter.taken", by, at, unit=name)

    def answer(self, words: str, *, by: Staff, at: datetime) -> tuple[Matter, Event]:
        """Tell the resident what became of it (答复)."""
        said = MatterAnswer(
            words=_said("words", words, LONGEST_ANSWER), by=by.id, name=by.name, at=at
        )
        moved = self._moved(MatterState.ANSWERED)
        moved = replace(moved, answers=(*self.answers, said), staff=by.id)
        return moved, self._event("matter.answered", by, at)

    def refuse(self, reason: str, instead: str, *, by: Staff, at: datetime) -> tuple[Matter, Event]:
        """Not take it on, with the reason and where to go instead (不予受理并告知)."""
        moved = replace(
            self._moved(MatterState.REFUSED),
            reason=_said("reason", reason, LONGEST_ANSWER),
            instead=_said("instead", instead, LONGEST_ANSWER),
            staff=by.id,
        )
        return moved, self._event("matter.refused", by, at)

    def become_case(self, case_id: CaseId, *, by: Staff, at: datetime) -> tuple[Matter, Event]:
        """Go on as a dispute: people quarrel about it (转为纠纷)."""
        moved = replace(self._moved(MatterState.DISPUTE), case_id=case_id, staff=by.id)
        return moved, self._event("matter.became-case", by, at, case=case_id)

    def rate(
        self,
        grade: Grade,
        *,
        reply_by: datetime,
        by: Actor,
        at: datetime,
        reopens_within: timedelta = NEVER,
    ) -> tuple[Matter, Event]:
        """Keep what the resident thinks; the first 不满意 opens it again until ``reply_by``.

        That may be said also within some days of the end, whatever was said before.
        """
        objects = grade is Grade.UNSATISFIED and self.may_object(at, within=reopens_within)
        if self.state is not MatterState.ANSWERED and self.rated and not objects:
            raise AlreadyRated(self.id)
        again = grade is Grade.UNSATISFIED and len(self.answers) == 1
        from_states = {MatterState.ANSWERED, *({MatterState.CLOSED} if objects else ())}
        if again:
            moved = replace(self._moved(MatterState.IN_HAND, from_states), reply_by=reply_by)
        else:
            moved = self if objects else self._moved(MatterState.CLOSED, from_states)
        rated = replace(self.answers[-1], grade=grade)
        ended = None if again else self.closed_at or at
        moved = replace(moved, answers=(*self.answers[:-1], rated), closed_at=ended)
        kind = "matter.reopened" if again else "matter.rated"
        return moved, self._event(f"{kind}-late" if objects else kind, by, at, grade=grade)

    def may_object(self, at: datetime, *, within: timedelta) -> bool:
        """May the resident still say that it is not good, though it is closed?"""
        if self.state is not MatterState.CLOSED or self.closed_at is None or not self.answers:
            return False
        said_so = self.answers[-1].grade is Grade.UNSATISFIED
        return not said_so and at < self.closed_at + within

    def close(self, *, heard: bool, by: Actor, at: datetime) -> tuple[Matter, Event]:
        """End it without a rating: nobody objected in time, or the answer reached nobody."""
        moved = replace(self._moved(MatterState.CLOSED, {MatterState.ANSWERED}), closed_at=at)
        kind = "matter.closed" if heard else "matter.closed-unheard"
        return moved, self._event(kind, by, at)

    def tell_more(self, words: str, *, by: Actor, at: datetime) -> tuple[Matter, Event]:
        """Add what the resident says of it, as long as somebody may act on it."""
        if not self.hears_more or len(self.more) >= MOST_MORE:
            raise IllegalMove(f"matter {self.id}: nothing more is expected")
        more = MatterAddition(words=_said("words", words, MOST_TOLD), at=at)
        return replace(self, more=(*self.more, more)), self._event("matter.told-more", by, at)

    def show_more(self, media: MediaId, *, by: Actor, at: datetime) -> tuple[Matter, Event]:
        """Add a picture or voice that the resident sends later."""
        if not self.hears_more or len(self.media) >= MOST_MEDIA:
            raise IllegalMove(f"matter {self.id}: nothing more is expected")
        return replace(self, media=(*self.media, media)), self._event("matter.told-more", by, at)

    @property
    def rated(self) -> bool:
        """Was the last answer rated?"""
        return bool(self.answers) and self.answers[-1].grade is not None

    @property
    def reopened(self) -> bool:
        """Was an answer not good enough?"""
        return bool(self.answers) and self.answers[0].grade is Grade.UNSATISFIED

    @property
    def hears_more(self) -> bool:
        """Would somebody read what the resident adds? After a 不满意 always."""
        return self.state in OPEN or self.to_call

    @property
    def to_call(self) -> bool:
        """Was the last answer not good enough either? Then somebody calls, as was promised."""
        unhappy = self.rated and self.answers[-1].grade is Grade.UNSATISFIED
        return self.state is MatterState.CLOSED and unhappy

    def overdue(self, at: datetime) -> bool:
        """Is the answer late?"""
        return self.state in OPEN and at > self.reply_by

    def _moved(
        self, to: MatterState, only_from: Collection[MatterState] = frozenset(MatterState)
    ) -> Matter:
        if to not in MOVES[self.state] or self.state not in only_from:
            raise IllegalMove(f"matter {self.id}: {self.state} -> {to}")
        return replace(self, state=to)

    def _event(self, kind: str, by: Actor, at: datetime, **detail: str) -> Event:
        return Event(subject=self.id, case_id="", kind=kind, by=by.ref, at=at, detail=detail)


def _said(field: str, words: str, most: int) -> str:
    said = words.strip()
    if not 1 <= len(said) <= most:
        raise BadInput(field, f"1 to {most} characters")
    return said
