"""Who is on duty: the dispatchers first, then the supervisors."""

from __future__ import annotations

from domain.access import Action, can
from domain.actors import Role
from domain.cases import Case
from domain.people import StaffMember
from domain.ports.store import Work


async def on_duty(work: Work) -> list[StaffMember]:
    """Give the duty roster (值班表) in the order in which they are called."""
    staff = [*await those_with(work, Role.DISPATCHER), *await those_with(work, Role.SUPERVISOR)]
    return list(dict.fromkeys(staff))


async def those_with(work: Work, role: Role) -> list[StaffMember]:
    """Give everybody active who has the role, by log-in."""
    staff = [one for one in await work.staff.all() if role in one.roles]
    return sorted(staff, key=lambda one: one.login)


async def seal_holders(work: Work, case: Case) -> list[StaffMember]:
    """Give everybody active who may seal a paper of this case (用印权), by log-in."""
    return [
        one
        for one in await those_with(work, Role.SUPERVISOR)
        if can(one.acting_as(Role.SUPERVISOR), Action.SEAL, case).allow
    ]
