"""Live updates between the processes of many machines, over Redis or Valkey."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping

from redis.asyncio import Redis
from redis.exceptions import RedisError

from storage.fanout import Fanout, line_of, told_by

log = logging.getLogger(__name__)

CHANNEL = "fengqiao"
FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0  #: seconds between attempts to reach the server


class RedisBus:
    """One process's end of the bus; each process hears all and hands out what is asked for."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=5)
        self._fanout = Fanout()
        self._connected = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to connect."""
        self._listening = asyncio.create_task(self._stay_connected(), name="bus")

    async def connected(self) -> None:
        """Wait for the server."""
        await self._connected.wait()

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Tell everybody who listens now; without a server only this process hears it."""
        line = line_of(topic, message)
        try:
            await self._redis.publish(CHANNEL, line)
        except (RedisError, OSError):
            log.warning("the bus is away: a live update stays in this process")
            self._fanout.hand_out(topic, dict(message))

    def subscribe(self, topic: str) -> AsyncIterator[Mapping[str, str]]:
        """Listen from now on until the iterator is closed."""
        return self._fanout.listen(topic)

    async def close(self) -> None:
        """Stop listening and telling."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        self._fanout.close()
        await self._redis.aclose()

    async def _stay_connected(self) -> None:
        wait = FIRST_WAIT
        while True:
            with contextlib.suppress(RedisError, OSError, ValueError):
                await self._listen()
                wait = FIRST_WAIT
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=False) as channel:
            await channel.subscribe(CHANNEL)
            try:
                async for told in channel.listen():
                    if told["type"] == "subscribe":
                        self._connected.set()
                    elif told["type"] == "message":
                        self._fanout.hand_out(*told_by(told["data"]))
            finally:
                self._connected.clear()
