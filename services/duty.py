"""Who is on duty for a region: the dispatchers first, then the supervisors, the nearest first."""

from __future__ import annotations

from domain.access import Action, can
from domain.actors import Role
from domain.cases import Case
from domain.people import StaffMember
from domain.ports.store import Work


async def on_duty(work: Work, region: str, *, centre: str) -> list[StaffMember]:
    """Give the duty roster (值班表) of a region in the order in which they are called.

    Where nobody answers for the region, those who answer for the centre's own are called.
    """
    for area in (region, centre):
        staff = [
            *await those_over(work, Role.DISPATCHER, area),
            *await those_over(work, Role.SUPERVISOR, area),
        ]
        if staff:
            return list(dict.fromkeys(staff))
    return []


async def those_over(work: Work, role: Role, region: str) -> list[StaffMember]:
    """Give everybody active who has the role and answers for the region, the nearest first."""
    staff = [
        one for one in await those_with(work, role) if one.region and region.startswith(one.region)
    ]
    return sorted(staff, key=lambda one: -len(one.region))


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
