"""A bad line: a UDP relay that loses, delays and reorders packets by a seeded chance, both ways."""

import asyncio
import random
from collections.abc import Callable

from typing_extensions import override


class BadLine(asyncio.DatagramProtocol):
    """Stands between browsers and the worker's port.

    ``delay`` is of each way, in seconds; of ``reordered`` packets each is ``behind`` so much later
    than its time, so that others overtake it.
    """

    def __init__(
        self,
        port: int,
        *,
        loss: float,
        seed: int,
        delay: float = 0.0,
        reordered: float = 0.0,
        behind: float = 0.03,
    ) -> None:
        self._there = ("127.0.0.1", port)
        self.loss, self.delay, self.reordered, self.behind = loss, delay, reordered, behind
        self._chance = random.Random(seed)
        self.lost = self.carried = 0
        self._ways: dict[tuple, _Way] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> int:
        """Listen; give the port that browsers should use instead."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        return int(self._transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        for way in self._ways.values():
            way.close()
        if self._transport is not None:
            self._transport.close()

    @override
    def datagram_received(self, data: bytes, addr) -> None:
        if addr not in self._ways:
            self._ways[addr] = _Way(self, addr, self._there)
        if self.lets_through(data):
            self.later(self._ways[addr].forward, data)

    def lets_through(self, data: bytes) -> bool:
        """Lose media only: the question is what becomes of the picture."""
        if is_media(data) and self._chance.random() < self.loss:
            self.lost += 1
            return False
        self.carried += 1
        return True

    def later(self, carry: Callable[[bytes], None], data: bytes) -> None:
        """Carry it when its time has come."""
        late = self.behind if self.reordered and self._chance.random() < self.reordered else 0.0
        if self.delay + late:
            asyncio.get_running_loop().call_later(self.delay + late, carry, data)
        else:
            carry(data)

    def back(self, data: bytes, source) -> None:
        if self.lets_through(data):
            self.later(lambda data: self._deliver(data, source), data)

    def _deliver(self, data: bytes, source) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, source)


def is_media(data: bytes) -> bool:
    """Tell media from checks, handshakes and control packets (RFC 7983, RFC 5761)."""
    return len(data) > 1 and 127 < data[0] < 192 and not 191 < data[1] < 224


class _Way(asyncio.DatagramProtocol):
    """The line of one browser's connection."""

    def __init__(self, line: BadLine, source, there) -> None:
        self._line = line
        self._source = source
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: list[bytes] = []
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(
            loop.create_datagram_endpoint(lambda: self, remote_addr=there)
        )

    @override
    def connection_made(self, transport) -> None:
        self._transport = transport
        for data in self._waiting:
            transport.sendto(data)

    @override
    def datagram_received(self, data: bytes, addr) -> None:
        self._line.back(data, self._source)

    def forward(self, data: bytes) -> None:
        if self._transport is None:
            self._waiting.append(data)
        elif not self._transport.is_closing():
            self._transport.sendto(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
