"""A bad line: a UDP relay that loses packets by a seeded chance, both ways."""

import asyncio
import random

from typing_extensions import override


class BadLine(asyncio.DatagramProtocol):
    """Stands between browsers and the worker's port."""

    def __init__(self, port: int, *, loss: float, seed: int) -> None:
        self._there = ("127.0.0.1", port)
        self.loss = loss
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
            self._ways[addr].forward(data)

    def lets_through(self, data: bytes) -> bool:
        """Lose media only: the question is what becomes of the picture."""
        is_media = len(data) > 1 and 127 < data[0] < 192 and not 191 < data[1] < 224
        if is_media and self._chance.random() < self.loss:
            self.lost += 1
            return False
        self.carried += 1
        return True

    def back(self, data: bytes, source) -> None:
        if self._transport is not None and self.lets_through(data):
            self._transport.sendto(data, source)


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
        else:
            self._transport.sendto(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
