"""The load: WeChat's side of many people at once, on kept connections and as light as can be.

A client library would cost more than the bare callback and hide what is measured.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

from tests.bench.callbacks import Server
from tests.bot.platform import Delivery, deliver, opened, text_message

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Figures:
    """What some messages took."""

    seconds: list[float] = field(default_factory=list)  #: of each answer
    wall: float = 0.0
    cpu: float = 0.0  #: of the server

    def __iadd__(self, other: Figures) -> Self:
        self.seconds += other.seconds
        self.wall += other.wall
        self.cpu += other.cpu
        return self

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.wall

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred were answered."""
        return 1000 * statistics.quantiles(self.seconds, n=100)[percent - 1]

    def row(self, name: str) -> str:
        """Return the line of the report."""
        each = 1000 * self.cpu / len(self.seconds)
        return (
            f"| {name} | {len(self.seconds)} | {self.rate:.0f} | {self.percentile(50):.1f} "
            f"| {self.percentile(99):.1f} | {each:.2f} |"
        )


def letters(people: Sequence[int], words: str, *, kind: str) -> list[Delivery]:
    """Seal one message of each person, in their own words, before the clock runs."""
    return [
        deliver(
            text_message(words.format(one), msg_id=f"{kind}{one}", openid=f"o-{one}"),
            nonce=f"{kind}{one}",
        )
        for one in people
    ]


async def send(
    server: Server, path: str, sent: Sequence[Delivery], *, at_once: int, rate: float = 0.0
) -> tuple[Figures, list[str]]:
    """Send them all and return the opened answers in the order of the messages.

    Without a rate each connection sends as soon as it was answered; with one, messages start at
    their appointed times, and what they wait for a free connection counts as theirs.
    """
    posts = [_post(path, letter) for letter in sent]
    answers, figures, left = [""] * len(sent), Figures(), iter(range(len(sent)))
    cpu, began = server.cpu(), time.perf_counter()

    async def one_after_the_other() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for number in _due(left):
            start = await _appointed(began + number / rate) if rate else time.perf_counter()
            writer.write(posts[number])
            body = await _answer(reader)
            figures.seconds.append(time.perf_counter() - start)
            bodies[number] = body
        writer.close()
        await writer.wait_closed()

    bodies: dict[int, bytes] = {}
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    figures.wall, figures.cpu = time.perf_counter() - began, server.cpu() - cpu
    for number, body in bodies.items():
        answers[number] = body.decode() if body == b"success" else opened(body)["xml"]
    return figures, answers


def _due(left: Iterator[int]) -> Iterator[int]:
    yield from left


async def _appointed(moment: float) -> float:
    wait = moment - time.perf_counter()
    if wait > 0:
        await asyncio.sleep(wait)
    return moment


def _post(path: str, letter: Delivery) -> bytes:
    head = (
        f"POST {path}?{urlencode(letter.query)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(letter.body)}\r\n\r\n"
    )
    return head.encode() + letter.body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = LENGTH.search(head)
    assert length, head
    return await reader.readexactly(int(length[1]))
