"""The desk that gives log-ins, which commands need without any other."""

from __future__ import annotations

from documents.case_code import CodeDrawing
from domain.ports.outside import Clock
from domain.ports.store import Store
from services.accounts import AccountDesk
from services.settings import Centre
from storage.chance import SystemChance
from storage.passwords import Argon2Passwords


def accounts(store: Store, clock: Clock, centre: Centre) -> AccountDesk:
    """Set up the desk that gives log-ins; commands need nothing else."""
    return AccountDesk(
        store=store,
        clock=clock,
        chance=SystemChance(),
        passwords=Argon2Passwords(),
        pictures=CodeDrawing(),
        centre=centre,
    )
