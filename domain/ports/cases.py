"""Where cases, grid cells and areas are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.areas import Area
from domain.cases import Case, CaseState
from domain.history import Event
from domain.ids import CaseId, CellId, PersonId, StaffId
from domain.places import Cell
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases of the scope a list shows; the alarmed stand first."""

    states: frozenset[CaseState] = frozenset()  #: empty = all
    words: str = ""  #: in number or story
    mediator: StaffId | None = None
    without_mediator: bool = False  #: only those that nobody mediates
    oldest_first: bool = False  #: after the alarmed; else the newest come first


class Cases(Protocol):
    """The cases."""

    async def add(self, case: Case, *events: Event) -> None:
        """Keep a new case."""
        ...

    async def get(self, case_id: CaseId, scope: Scope) -> Case:
        """Return the case."""
        ...

    async def save(self, case: Case, *events: Event) -> None:
        """Keep the changed case."""
        ...

    async def unfinished_of(self, reporter: PersonId) -> Case | None:
        """Return the case that still waits for this person's report, if there is one."""
        ...

    async def page(
        self, scope: Scope, wanted: CaseFilter, *, limit: int, after: str = ""
    ) -> tuple[Sequence[Case], str]:
        """Return up to ``limit`` cases behind the key ``after``, and the next key or ``""``."""
        ...

    async def open_counts(self) -> Mapping[StaffId, int]:
        """Count the open cases of each mediator."""
        ...

    async def counts(self, scope: Scope) -> Mapping[CaseState, int]:
        """Count the cases of the scope by state."""
        ...

    async def history(self, case_id: CaseId) -> Sequence[Event]:
        """Return every event of the case, or with an empty id those of none, oldest first."""
        ...

    async def note(self, event: Event) -> None:
        """Keep an event that changes no row."""
        ...

    async def next_number(self, kind: str, year: int) -> int:
        """Count up the label of a year; labels are never ids. ``kind``: ``case``, ``paper``."""
        ...


class Cells(Protocol):
    """The grid cells."""

    async def add(self, cell: Cell) -> None:
        """Keep a new cell."""
        ...

    async def get(self, cell_id: CellId) -> Cell:
        """Return the cell."""
        ...

    async def all(self) -> Sequence[Cell]:
        """Return every cell."""
        ...


class Areas(Protocol):
    """The areas of the country, as far as they were imported."""

    async def add_all(self, areas: Sequence[Area]) -> int:
        """Keep these areas, renamed or moved where they are known; count what changed."""
        ...

    async def get(self, code: str) -> Area:
        """Return the area with this 12-digit code."""
        ...

    async def children(self, code: str) -> Sequence[Area]:
        """Return what lies directly in the area, by code; in ``""`` lie the provinces."""
        ...
