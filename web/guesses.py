"""Codes that lead nowhere are counted: whoever keeps guessing is told to wait.

A right code is always answered: many phones share one address behind a carrier, and a code of 128
bits is not guessed.
"""

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
    try:
        yield
    except NotFound:
        address = client_address(request, request.app[SETTINGS].trusted_proxies)
        await request.app[RATES].count(Rate.MISS, address)
        raise
