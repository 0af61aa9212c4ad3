"""What a line cannot take at once waits a moment: a whole picture is a burst of a hundred packets.

A way down may be given so many octets for each moment; beyond that pictures wait for the next, in
order.  Sound never waits, and what a browser asked for again goes before what is new.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # what waits knows whose it is, and that knows its way down
    from webrtc.engine.copy import Copy

FASTER = 2.5  #: than what the line is known to carry, so that a picture comes while it is news
DEEP = 0.06  #: seconds of that which may go at once: a busy worker looks after it that seldom
_MOST = 1024  # packets; what comes then is left for the browser to ask for again


class Held(NamedTuple):
    """A packet that is not sealed yet."""

    copy: Copy
    word: int  #: the first of its header
    timestamp: int
    head: bytes
    payload: bytes | bytearray


class Queue:
    """What waits for one way down."""

    def __init__(self) -> None:
        self._again: deque[Held] = deque()
        self._pictures: deque[Held] = deque()

    def __len__(self) -> int:
        return len(self._again) + len(self._pictures)

    def put(self, held: Held) -> None:
        """Let a packet wait."""
        if len(self) < _MOST:
            self._pictures.append(held)

    def put_again(self, held: Held) -> None:
        """Let a packet wait that was asked for."""
        if len(self) < _MOST:
            self._again.append(held)

    def take(self) -> Held:
        """Give the packet that comes next."""
        return (self._again or self._pictures).popleft()

    def drop(self, copy: Copy) -> None:
        """Forget what waits of a copy."""
        self._again = deque(held for held in self._again if held.copy is not copy)
        self._pictures = deque(held for held in self._pictures if held.copy is not copy)
