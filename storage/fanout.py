"""Those who listen in this process: each has a short queue, and the oldest news goes first."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any, Self

LONGEST_LINE = 16 * 1024  #: bytes of one message with its topic
MOST_WAITING = 256  #: messages per listener; whoever is slower asks again anyway


class Fanout:
    """Hands each message to everybody who listens to its topic."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)

    def listen(self, topic: str) -> Listener:
        """Listen from this moment on."""
        listener = Listener(self, topic)
        self._listeners[topic].add(listener)
        return listener

    def hand_out(self, topic: str, message: Mapping[str, str]) -> None:
        """Tell those who listen to the topic."""
        for listener in self._listeners.get(topic, ()):
            listener.hear(message)

    def leave(self, listener: Listener) -> None:
        """Listen no longer."""
        listeners = self._listeners.get(listener.topic, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(listener.topic, None)

    def close(self) -> None:
        """Let everybody's listening end."""
        for listeners in list(self._listeners.values()):
            for listener in list(listeners):
                listener.end()
        self._listeners.clear()


class Listener:
    """What one listener has not heard yet; iterating waits for more."""

    def __init__(self, fanout: Fanout, topic: str) -> None:
        self.topic = topic
        self._fanout = fanout
        self._waiting: deque[Mapping[str, str]] = deque(maxlen=MOST_WAITING)
        self._news = asyncio.Event()
        self._ended = False

    def hear(self, message: Mapping[str, str]) -> None:
        """Keep a message until it is asked for; the oldest gives way."""
        self._waiting.append(message)
        self._news.set()

    def end(self) -> None:
        """Let the iteration end after what was heard."""
        self._ended = True
        self._news.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Mapping[str, str]:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()

    async def aclose(self) -> None:
        """Stop listening."""
        self._fanout.leave(self)
        self.end()


def line_of(topic: str, message: Mapping[str, str]) -> bytes:
    """Write a message as one line of JSON; raises ValueError if it is too long: send ids only."""
    line = json.dumps({"topic": topic, "message": dict(message)}, ensure_ascii=False).encode()
    if len(line) >= LONGEST_LINE:
        raise ValueError(f"{topic}: a message of {len(line)} bytes; live updates carry ids only")
    return line + b"\n"


def told_by(line: bytes) -> tuple[str, Mapping[str, str]]:
    """Read a line; raises ValueError for anything but a topic and a flat message."""
    match json.loads(line):
        case {"topic": str(topic), "message": dict(message), **rest} if not rest:
            return topic, _flat(message)
        case _:
            raise ValueError("not a message")


def _flat(message: dict[Any, Any]) -> Mapping[str, str]:
    if not all(isinstance(value, str) for value in message.values()):
        raise ValueError("not a flat message")
    return message
