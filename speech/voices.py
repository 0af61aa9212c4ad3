"""Voices made playable, one at a time, each by a child that may take no more than its share."""

from __future__ import annotations

import asyncio

from typing_extensions import override

from domain.ports.speech import NotPlayable, Playable, Voices, WhyNot
from speech import child
from speech.making_playable import HEAD, REFUSED

LONGEST = 60.0  #: seconds on a busy machine, after which the child is killed
LARGEST = 16 * 1024 * 1024  #: of the copy; ten minutes are 2.4 MB
_WHY = {status: WhyNot(why) for why, status in REFUSED.items()}


class ChildVoices(Voices):
    """Makes copies in children; what a voice does to one of them is that child's end alone."""

    def __init__(self, *, seconds: float = LONGEST) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(1)  # a burst of voices must not fill the machine

    @override
    async def playable(self, original: bytes) -> Playable:
        """Make a copy that browsers play; raises :class:`NotPlayable`."""
        async with self._turns:
            try:
                made = await child.run(
                    "speech.making_playable", original, seconds=self._seconds, largest=LARGEST
                )
            except child.Ended as end:
                raise NotPlayable(_WHY.get(end.status, WhyNot.TOO_MUCH)) from end
        (seconds,) = HEAD.unpack_from(made)
        return Playable(data=made[HEAD.size :], seconds=seconds)
