"""How often one address may try: log-ins, codes, verifications, codes that lead nowhere."""

from __future__ import annotations

import enum

from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.storage import storage_from_string

from domain.errors import TooManyTries


class Rate(enum.StrEnum):
    """What is counted, with how many an address has; desks count per person besides."""

    LOGIN = "60 per minute"
    CODE = "300 per 10 minute"  #: behind an invitation's secret, and few for each number besides
    VERIFY = "60 per 10 minute"
    MISS = "20 per 10 minute"  #: case or paper codes that lead nowhere: somebody is guessing
    UPLOAD = "120 per 10 minute"
    STAMP = "60 per minute"  #: each costs a signature


class Rates:
    """Counts tries by address, in memory or in Redis."""

    def __init__(self, url: str) -> None:
        storage = storage_from_string(url)
        assert isinstance(storage, Storage), (
            "an asynchronous storage: async+memory:// or async+redis://"
        )
        self._limiter = FixedWindowRateLimiter(storage)
        self._items: dict[Rate, RateLimitItem] = {rate: parse(rate.value) for rate in Rate}

    async def count(self, rate: Rate, address: str) -> None:
        """Count one try; raises TooManyTries beyond the limit."""
        if not await self._limiter.hit(self._items[rate], rate.name, address):
            raise TooManyTries(rate.name)
