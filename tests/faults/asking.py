"""How people and their programs go on when a line breaks: look, and only then do it again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

T = TypeVar("T")
PATIENCE = 120.0  #: seconds until somebody gives up
PAUSE = 0.3
AWAY = {502, 503, 504}  #: come back later; a 500 is a fault of ours


class Broken(Exception):
    """No answer, or one that says to come back: what happened is not known."""


class Refused(Exception):
    """The product answered, and said no."""

    def __init__(self, status: int, code: str, told: Any) -> None:
        super().__init__(status, code, told)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Asker:
    """Somebody's program at one address, logged in or not."""

    http: aiohttp.ClientSession
    base: str
    secret: str = ""

    async def get(self, path: str) -> Any:
        return await again(lambda: self.once("GET", path))

    async def post(self, path: str, body: Any = None) -> Any:
        return await self.once("POST", path, body)

    async def put(self, path: str, body: Any) -> Any:
        return await self.once("PUT", path, body)

    async def once(self, method: str, path: str, body: Any = None) -> Any:
        """Ask once; raises Broken or Refused."""
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/pdf"
        try:
            async with self.http.request(
                method, f"{self.base}{path}", headers=headers, **sent
            ) as answer:
                return await _read(answer)
        except (aiohttp.ClientError, TimeoutError) as why:
            raise Broken(path) from why


async def _read(answer: aiohttp.ClientResponse) -> Any:
    if answer.status in AWAY:
        raise Broken(answer.status, await answer.text())
    if answer.content_type == "application/pdf":
        return await answer.read()
    told = await answer.json(content_type=None) if answer.content_length != 0 else None
    if not answer.ok:
        raise Refused(answer.status, (told or {}).get("code", ""), told)
    return told


async def again(deed: Callable[[], Awaitable[T]], *, within: float = PATIENCE) -> T:
    """Do what may be done any number of times until it is answered."""
    deadline = time.monotonic() + within
    while True:
        try:
            return await deed()
        except Broken:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(PAUSE)


async def persist(
    deed: Callable[[], Awaitable[object]],
    seen: Callable[[], Awaitable[object]],
    *,
    within: float = PATIENCE,
) -> None:
    """Do a deed; when the line broke, look whether it happened, and only then do it again."""
    deadline = time.monotonic() + within
    broke = False
    while True:
        try:
            if broke and await seen():
                return
            await deed()
        except (Broken, Refused) as why:
            # A refusal is believed, unless an attempt before it may have been heard.
            if time.monotonic() > deadline or (isinstance(why, Refused) and not broke):
                raise
            broke = True
            await asyncio.sleep(PAUSE)
        else:
            return
