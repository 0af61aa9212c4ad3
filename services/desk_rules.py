"""How every desk begins: load the case in the actor's scope and ask whether they may."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from domain.access import Action, can
from domain.actors import Actor
from domain.agreements import Agreement
from domain.cases import Case
from domain.errors import BadInput, NotFound, Stale
from domain.ids import AgreementId, CaseId
from domain.ports.store import Work
from domain.scope import scope_of

Choosable = TypeVar("Choosable", bound=StrEnum)


async def case_for(work: Work, actor: Actor, action: Action, case_id: CaseId) -> Case:
    """Return the case if the actor may do this; what is denied looks like what is missing."""
    case = await work.cases.get(case_id, scope_of(actor))
    if not can(actor, action, case).allow:
        raise NotFound(case_id)
    return case


async def agreement_for(
    work: Work, actor: Actor, action: Action, agreement_id: AgreementId
) -> tuple[Agreement, Case]:
    """Return an agreement with its case if the actor may do this to the case."""
    agreement = await work.agreements.get(agreement_id)
    return agreement, await case_for(work, actor, action, agreement.case_id)


def unchanged(case: Case, version: int) -> Case:
    """Refuse an edit that was made on an older state of the case than the kept one."""
    if case.version != version:
        raise Stale(case.id)
    return case


def one_of(kind: type[Choosable], field: str, value: str) -> Choosable:
    """Take a choice of a form; what is not offered is bad input."""
    try:
        return kind(value)
    except ValueError as unknown:
        raise BadInput(field, value) from unknown
