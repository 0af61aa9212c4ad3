"""What the open workbenches hear: ids only; whoever hears one asks again."""

from __future__ import annotations

from domain.ids import CaseId
from domain.ports.outside import Bus

DESK = "desk"  #: the topic of everything that changes at the centre


async def case_changed(bus: Bus, case_id: CaseId) -> None:
    """Say that a case changed; after the commit, so that whoever asks again sees it."""
    await bus.publish(DESK, {"case": case_id})
