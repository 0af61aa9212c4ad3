"""An app's access token: one fetch however many callers and processes want it.

Source: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken. ``stable_token`` in
its normal mode gives every caller the same token; ``force_refresh`` is never used by itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from domain.errors import Unavailable
from domain.platform import PlatformToken, Rest
from domain.ports.outside import Clock
from domain.ports.store import Store

RENEW_BEFORE = timedelta(minutes=5)  #: old and new token are both valid for so long
FETCH_SECONDS = 30.0  #: whoever fetches a token has so long; then another process may
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 20.0

Fetch = Callable[[], Awaitable[PlatformToken]]


class Tokens(Protocol):
    """Where an app's token is held, and which calls rest."""

    async def current(self, appid: str) -> PlatformToken | None:
        """Return a token that is good for some minutes more."""
        ...

    async def renewed(self, appid: str, bad: PlatformToken | None, fetch: Fetch) -> PlatformToken:
        """Return a token other than the bad one; many callers cause one fetch."""
        ...

    async def rest(self, rest: Rest) -> None:
        """Keep that a call rests."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensInMemory:
    """The tokens of one process alone."""

    clock: Clock
    held: dict[str, PlatformToken] = field(default_factory=dict, repr=False)
    rests: list[Rest] = field(default_factory=list)
    locks: dict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), repr=False
    )

    async def current(self, appid: str) -> PlatformToken | None:
        """Return a token that is good for some minutes more."""
        return good(self.held.get(appid), self.clock)

    async def renewed(self, appid: str, bad: PlatformToken | None, fetch: Fetch) -> PlatformToken:
        """Return a token other than the bad one; many callers cause one fetch."""
        async with self.locks[appid]:
            if (held := newer(good(self.held.get(appid), self.clock), bad)) is not None:
                return held
            before = self.held.get(appid)
            fetched = await fetch()
            number = before.generation + 1 if before else 1
            self.held[appid] = replace(fetched, generation=number)
            return self.held[appid]

    async def rest(self, rest: Rest) -> None:
        """Keep that a call rests."""
        self.rests.append(rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTokens:
    """The tokens that every process shares by the ledger; a copy is held here for speed."""

    store: Store
    clock: Clock
    patience: float = PATIENCE_SECONDS
    held: dict[str, PlatformToken] = field(default_factory=dict, repr=False)
    locks: dict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), repr=False
    )

    async def current(self, appid: str) -> PlatformToken | None:
        """Return a token that is good for some minutes more, the ledger's if ours is old."""
        if (held := good(self.held.get(appid), self.clock)) is not None:
            return held
        async with self.store.read() as work:
            kept = await work.platform.token(appid)
        return self._hold(appid, good(kept, self.clock))

    async def renewed(self, appid: str, bad: PlatformToken | None, fetch: Fetch) -> PlatformToken:
        """Return a token other than the bad one: the ledger's, or one that we fetch alone.

        Raises :class:`~domain.errors.Unavailable` if another process fetches for too long.
        """
        async with self.locks[appid]:
            if (held := newer(good(self.held.get(appid), self.clock), bad)) is not None:
                return held
            give_up = asyncio.get_running_loop().time() + self.patience
            while asyncio.get_running_loop().time() < give_up:
                found, generation = await self._found_or_ours(appid, bad)
                if found is not None:
                    return found
                if generation is not None:
                    return await self._fetched(appid, generation + 1, fetch)
                await asyncio.sleep(LOOK_SECONDS)
        raise Unavailable("another process fetches the access token")

    async def rest(self, rest: Rest) -> None:
        """Keep that a call rests, for every process."""
        async with self.store.begin() as work:
            await work.platform.rest(rest)

    async def _found_or_ours(
        self, appid: str, bad: PlatformToken | None
    ) -> tuple[PlatformToken | None, int | None]:
        """Give the ledger's token if it is another one, or the generation that we may renew."""
        async with self.store.begin() as work:
            kept = await work.platform.token(appid)
            if (found := newer(good(kept, self.clock), bad)) is not None:
                return self._hold(appid, found), None
            generation = kept.generation if kept else 0
            ours = await work.platform.may_renew(appid, generation, seconds=FETCH_SECONDS)
        return None, generation if ours else None

    async def _fetched(self, appid: str, generation: int, fetch: Fetch) -> PlatformToken:
        try:
            token = replace(await fetch(), generation=generation)
        except BaseException:  # also when cancelled: nobody else would fetch until it lapses
            async with self.store.begin() as work:
                await work.platform.leave_renewal(appid)
            raise
        async with self.store.begin() as work:
            await work.platform.keep_token(appid, token)
        self.held[appid] = token
        return token

    def _hold(self, appid: str, token: PlatformToken | None) -> PlatformToken | None:
        if token is not None:
            self.held[appid] = token
        return token


def good(token: PlatformToken | None, clock: Clock) -> PlatformToken | None:
    """Return the token unless it ends soon."""
    return token if token and token.ends_at - clock() > RENEW_BEFORE else None


def newer(token: PlatformToken | None, bad: PlatformToken | None) -> PlatformToken | None:
    """Return the token unless it is the one that was no good."""
    if token is None or bad is None:
        return token
    return None if token.text == bad.text else token
