"""A pipe from parent to child that nothing is written to: when it closes, the parent is gone."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import Self

_SOME = 4096


@dataclass(slots=True)
class Lifeline:
    """Both ends of the pipe, as the parent holds them."""

    theirs: int  #: the end that the child inherits
    _ours: int | None

    @classmethod
    def opened(cls) -> Self:
        """Make the pipe; no other child inherits either end."""
        return cls(*os.pipe())

    def hand_over(self) -> None:
        """Forget the child's end once the child has it."""
        os.close(self.theirs)

    def let_go(self) -> None:
        """Close our end; the child sees it.  Doing so twice does no harm."""
        ours, self._ours = self._ours, None
        if ours is not None:
            os.close(ours)


async def closed(fd: int) -> None:
    """Wait until the parent closes its end or dies, however it dies."""
    loop = asyncio.get_running_loop()
    gone = loop.create_future()
    os.set_blocking(fd, False)
    loop.add_reader(fd, _read, fd, gone)
    try:
        await gone
    finally:
        loop.remove_reader(fd)


def _read(fd: int, gone: asyncio.Future[None]) -> None:
    try:
        rest = os.read(fd, _SOME)
    except BlockingIOError:
        return
    if not rest and not gone.done():
        gone.set_result(None)
