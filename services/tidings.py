"""What the open workbenches hear: ids only; whoever hears one asks again."""

from __future__ import annotations

from domain.ids import CaseId, MatterId
from domain.media import Medium
from domain.ports.outside import Bus

DESK = "desk"  #: the topic of everything that changes at the centre


async def case_changed(bus: Bus, case_id: CaseId) -> None:
    """Say that a case changed; after the commit, so that whoever asks again sees it."""
    await bus.publish(DESK, {"case": case_id})


async def matter_changed(bus: Bus, matter_id: MatterId) -> None:
    """Say that a daily-life matter changed; after the commit."""
    await bus.publish(DESK, {"matter": matter_id})


async def medium_changed(bus: Bus, medium: Medium) -> None:
    """Say that what a picture or voice belongs to changed, if it belongs to anything."""
    if medium.case_id is not None:
        await case_changed(bus, medium.case_id)
    if medium.matter_id is not None:
        await matter_changed(bus, medium.matter_id)
