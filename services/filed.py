"""What a reporter gets for a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.cases import Case
from domain.codes import Purpose
from domain.ids import CaseId
from domain.people import StaffMember
from domain.ports.store import Work
from services.settings import Centre
from services.who_hears import called


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the reporter gets: the number, and the code that shows what happens next."""

    case_id: CaseId
    case_number: str
    code_url: str
    alarm_told: str  #: who hears of danger in this case, in words for the reporter


async def filed_as(work: Work, case: Case, roster: Sequence[StaffMember], centre: Centre) -> Filed:
    """Say as what a report was filed, and who hears of danger in it."""
    secret = await work.tokens.text(Purpose.CASE, case.id)
    return Filed(
        case_id=case.id,
        case_number=case.number,
        code_url=centre.case_code(secret),
        alarm_told=called(roster),
    )
