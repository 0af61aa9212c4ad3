"""What every process of the product stands on: ledger, files, clock, live updates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.tokens import SharedTokens
from commands import files
from commands.centre import centre_of
from commands.places import Places, database_url
from config import Config
from domain.ports.outside import Bus, Chance, Clock, Objects
from processes.clock import clock_for, machine_clock
from services.settings import Centre
from storage import keys
from storage.bus import BusHub, LiveBus, SocketBus
from storage.chance import SystemChance
from storage.store import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the desks stand on in one process."""

    config: Config
    places: Places
    centre: Centre
    clock: Clock
    chance: Chance
    store: SqlStore
    objects: Objects
    bus: Bus
    session: aiohttp.ClientSession
    tokens: SharedTokens


@asynccontextmanager
async def ground(config: Config, *, hub: bool = False) -> AsyncIterator[Ground]:
    """Open everything a process needs; with ``hub`` this process also carries live updates."""
    places = Places(data=config.data.dir)
    store = await SqlStore.open(database_url(config), keys.load(places.keys))
    try:
        async with (
            clock_for(config.clock.url) as followed,
            aiohttp.ClientSession() as session,
            _bus(config, places, hub=hub) as bus,
        ):
            clock = followed or machine_clock
            yield Ground(
                config=config,
                places=places,
                centre=centre_of(config, demo=places.demo),
                clock=clock,
                tokens=SharedTokens(store=store, clock=clock),
                chance=SystemChance(),
                store=store,
                objects=files.objects(config, places),
                bus=bus,
                session=session,
            )
    finally:
        await store.close()


@asynccontextmanager
async def _bus(config: Config, places: Places, *, hub: bool) -> AsyncIterator[LiveBus]:
    """Live updates by Redis if there is one, else by a socket whose hub is in the web process."""
    socket = places.run / "bus.sock"
    centre = BusHub(socket) if hub and not config.redis.url else None
    if centre is not None:
        await centre.start()
    bus = _redis(config.redis.url) if config.redis.url else SocketBus(socket)
    await bus.start()
    try:
        yield bus
    finally:
        await bus.close()
        if centre is not None:
            await centre.close()


def _redis(url: str) -> LiveBus:
    from storage.redis_bus import RedisBus  # noqa: PLC0415  # most run without, and start sooner

    return RedisBus(url)
