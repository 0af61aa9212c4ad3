"""What part of the ledger an actor can see at all: every query takes one."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import Actor, Resident, Role, Staff, System
from domain.ids import PersonId, StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Cases of a person, a mediator, a region, a grid worker who helped, or (system) all."""

    region: str | None = None  #: prefix of the 12-digit area code
    person: PersonId | None = None
    mediator: StaffId | None = None
    helper: StaffId | None = None
    everything: bool = False


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def scope_of(actor: Actor) -> Scope:
    """Give the part of the ledger that this actor can see."""
    match actor:
        case System():
            return EVERYTHING
        case Resident(id=person):
            return Scope(person=person)
        case Staff(role=Role.MEDIATOR, id=staff):
            return Scope(mediator=staff)
        case Staff(role=Role.GRID_WORKER, id=staff):
            return Scope(helper=staff)
        case Staff(role=Role.DISPATCHER | Role.SUPERVISOR | Role.AUDITOR, region=region):
            return Scope(region=region)
        case _:
            return NOTHING
