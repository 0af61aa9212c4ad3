"""Lets the asked-for faults happen to a request, before or after its effect."""

from __future__ import annotations

import asyncio

from aiohttp import web

from simulator.world import World


async def strikes_before(world: World, request: web.Request) -> web.Response | None:
    """Delay, cut or fail a request that has had no effect yet."""
    dice = world.dice
    if not dice.concerns(request.path):
        return None
    await asyncio.sleep(dice.faults.api_delay_seconds)
    if dice.falls(dice.faults.reset_before_effect_percent):
        _cut(request)
        return web.Response()
    if dice.falls(dice.faults.server_error_percent):
        return web.Response(status=502, text="Bad Gateway")
    return None


def strikes_after(world: World, request: web.Request) -> None:
    """Cut the connection of a request that had its effect."""
    if world.dice.concerns(request.path) and world.dice.falls(
        world.dice.faults.reset_after_effect_percent
    ):
        _cut(request)


def system_error(world: World, request: web.Request) -> bool:
    """Tell whether the platform answers -1 to this one."""
    dice = world.dice
    return dice.concerns(request.path) and dice.falls(dice.faults.system_error_percent)


def _cut(request: web.Request) -> None:
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
