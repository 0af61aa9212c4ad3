"""Everything that the faces share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from simulator.clock import Clock
from simulator.faults import Dice
from simulator.live import Doorbell
from simulator.messages import Studio
from simulator.push import Postman
from simulator.settings import Settings
from simulator.store import Store


@dataclass(frozen=True)
class World:
    """One simulated platform with its people, as one process holds it."""

    settings: Settings
    store: Store
    clock: Clock
    dice: Dice
    doorbell: Doorbell
    postman: Postman
    studio: Studio
    base_url: str


WORLD: Final = web.AppKey("WORLD", World)
