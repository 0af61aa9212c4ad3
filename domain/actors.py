"""Who acts: a resident, somebody of the centre, the system itself, or a stranger with a code."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.ids import PersonId, StaffId

ActorRef: TypeAlias = (
    str  #: ``resident:…``, ``staff:…``, ``system`` or ``visitor``, as history keeps it
)


class Role(enum.StrEnum):
    """What somebody of the centre works as; one session acts in one role."""

    DISPATCHER = "dispatcher"  #: 分派员 of the centre (综治中心)
    MEDIATOR = "mediator"  #: 人民调解员
    GRID_WORKER = "grid-worker"  #: 网格员
    SUPERVISOR = "supervisor"  #: 督办, may hold the seal right
    POLICE_LIAISON = "police-liaison"  #: 公安联络员
    AUDITOR = "auditor"  #: 审计, reads hashes and history, no case data
    ADMINISTRATOR = "administrator"  #: accounts and configuration, no case data


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A resident who logged in, by WeChat or by the number the centre has on file."""

    id: PersonId
    session: str = field(default="", compare=False, repr=False)  #: hash of the log-in they act by

    @property
    def ref(self) -> ActorRef:
        """Name in the history."""
        return f"resident:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Somebody of the centre who logged in, in the role chosen for this session."""

    id: StaffId
    name: str
    role: Role
    region: str  #: prefix of the 12-digit area code they answer for
    seal_right: bool = False  #: a separate grant to a named supervisor (用印权)
    session: str = field(default="", compare=False, repr=False)  #: hash of the log-in they act by

    @property
    def ref(self) -> ActorRef:
        """Name in the history."""
        return f"staff:{self.id}"


@dataclass(frozen=True, slots=True)
class System:
    """The service itself: due rows, jobs, retries."""

    ref: ActorRef = field(default="system", init=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A stranger who scanned a code."""

    ref: ActorRef = field(default="visitor", init=False)


Actor: TypeAlias = Resident | Staff | System | Visitor

SYSTEM = System()
VISITOR = Visitor()
