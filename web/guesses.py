"""Codes that lead nowhere are counted: an address that keeps guessing is kept waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from domain.errors import NotFound
from web.addresses import client_address
from web.keys import RATES, SETTINGS
from web.rates import Rate


@asynccontextmanager
async def counting_misses(request: web.Request) -> AsyncIterator[None]:
    """Count a NotFound against the address; raises TooManyTries once there were too many."""
    address = client_address(request, request.app[SETTINGS].trusted_proxies)
    rates = request.app[RATES]
    await rates.check(Rate.MISS, address)
    try:
        yield
    except NotFound:
        await rates.count(Rate.MISS, address)
        raise
