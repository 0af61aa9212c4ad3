"""A talk handed to a human (人工): asked for, taken by somebody by name, ended."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from domain.actors import Staff
from domain.cases import Case
from domain.errors import IllegalMove, TalkOver
from domain.ids import CaseId, MatterId, MediaId, PersonId, StaffId
from domain.matters import Matter

MOST_LINES = 500  #: of one talk; older ones give way, the person's own messages stay kept


class HandOverState(enum.StrEnum):
    """Where a request for a human stands."""

    WAITING = "waiting"  #: nobody has taken it; the machine goes on answering
    TAKEN = "taken"  #: somebody answers by name; the machine is silent, danger aside
    ENDED = "ended"


MOVES: Mapping[HandOverState, frozenset[HandOverState]] = MappingProxyType(
    {
        HandOverState.WAITING: frozenset({HandOverState.TAKEN, HandOverState.ENDED}),
        HandOverState.TAKEN: frozenset({HandOverState.ENDED}),
        HandOverState.ENDED: frozenset(),
    }
)


class Ending(enum.StrEnum):
    """Why a talk with a human ended."""

    STAFF = "staff"
    PERSON = "person"
    QUIET = "quiet"  #: nobody said anything for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something said in the talk; without a name the resident said it."""

    at: datetime
    words: str = ""
    name: str = ""  #: of the member of staff
    media_id: MediaId | None = None  #: a picture or voice
    before: bool = False  #: said to the machine before, and shown with the person's leave


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """One talk of a resident with a human."""

    id: str
    person_id: PersonId
    appid: str
    openid: str
    region: str
    told_at: datetime  #: when the message that asked was sent
    asked_at: datetime
    state: HandOverState = HandOverState.WAITING
    lines: tuple[Line, ...] = ()
    staff_id: StaffId | None = None
    staff_name: str = ""
    changed_at: datetime
    ended: Ending | None = None
    danger: bool = False  #: whoever asks may be in mortal danger
    case_id: CaseId | None = None  #: the case of that danger, or of which staff speak
    matter_id: MatterId | None = None  #: the daily-life matter of which staff speak
    begun: bool = False  #: staff spoke first
    version: int = 0

    @property
    def awaited(self) -> bool:
        """Did staff speak first, and is no word of the person there yet?"""
        return self.begun and all(one.name for one in self.lines)

    def take(self, by: Staff, *, at: datetime) -> HandOver:
        """Let somebody answer from now on; only the first gets it."""
        moved = self._to(HandOverState.TAKEN, at)
        return replace(moved, staff_id=by.id, staff_name=by.name)

    def about(self, what: Case | Matter) -> HandOver:
        """Let it be about a matter, or a case and the danger in it, and belong to its region."""
        if isinstance(what, Matter):
            return replace(self, matter_id=what.id, region=what.region)
        danger = self.danger or bool(what.danger)
        return replace(self, danger=danger, case_id=what.id, region=what.region)

    def hear(self, line: Line) -> HandOver:
        """Add what was said, the first and the newest kept; a talk that is over takes no more."""
        if self.state is HandOverState.ENDED:
            raise TalkOver(f"hand-over {self.id} is over")
        return replace(self._with(line), changed_at=line.at)

    def hear_after(self, line: Line) -> HandOver:
        """Add what whoever was in danger says once the talk is over; it stays over."""
        if self.state is not HandOverState.ENDED or not self.danger:
            raise IllegalMove(f"hand-over {self.id} is no talk about danger that is over")
        return self._with(line)

    def share(self, lines: Sequence[Line]) -> HandOver:
        """Show what was said before, once."""
        if any(one.before for one in self.lines):
            return self
        return replace(self, lines=(*lines, *self.lines))

    def end(self, why: Ending, *, at: datetime) -> HandOver:
        """Give the talk back to the machine."""
        return replace(self._to(HandOverState.ENDED, at), ended=why)

    def _with(self, line: Line) -> HandOver:
        since = (*self.lines[1:], line)[-(MOST_LINES - 1) :] if self.lines else (line,)
        return replace(self, lines=(*self.lines[:1], *since))

    def _to(self, state: HandOverState, at: datetime) -> HandOver:
        if state not in MOVES[self.state]:
            raise IllegalMove(f"hand-over {self.id}: {self.state} -> {state}")
        return replace(self, state=state, changed_at=at)
