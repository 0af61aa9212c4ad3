"""Opens a world's memory, or makes a new one with its people."""

from __future__ import annotations

from pathlib import Path

from simulator import clock, faults, people, qr
from simulator.clock import Clock
from simulator.faults import Dice
from simulator.live import Doorbell
from simulator.messages import Studio
from simulator.push import Postman
from simulator.settings import Settings
from simulator.store import Db, Store
from simulator.world import World


async def found_world(settings: Settings, data: Path, url: str) -> World:
    """Put a world together from its folder; `url` is where it will be reached."""
    folder = data / "media"
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(data / "simulator.sqlite3")
    await store.within(_settle, settings)
    ticking = Clock(await store.within(clock.kept_offset))
    dice = Dice(await store.within(faults.kept_faults), seed=settings.seed)
    doorbell = Doorbell()
    postman = Postman(settings=settings, store=store, clock=ticking, dice=dice, doorbell=doorbell)
    studio = Studio(folder, url, qr.picture("SIMULATED"))
    return World(settings, store, ticking, dice, doorbell, postman, studio, url)


def _settle(db: Db, settings: Settings) -> None:
    for person in settings.people:
        people.enrol(db, seed=settings.seed, accounts=settings.accounts, person=person)
