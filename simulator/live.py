"""Tells open phone pages that something on their screen changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Doorbell:
    """Rings at every open page; pages then fetch what changed."""

    def __init__(self) -> None:
        self._open: set[asyncio.Event] = set()
        self.closing = False

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at every ring."""
        rung = asyncio.Event()
        self._open.add(rung)
        try:
            yield rung
        finally:
            self._open.discard(rung)

    def ring(self) -> None:
        """Wake every open page."""
        for rung in self._open:
            rung.set()

    def close(self) -> None:
        """Send the pages away."""
        self.closing = True
        self.ring()
