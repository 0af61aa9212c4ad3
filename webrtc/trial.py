"""Somebody tries devices and line before a meeting: what they send comes back to them alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from domain.errors import DomainError, TooManyTries
from webrtc import wire
from webrtc.codecs import VideoCodec
from webrtc.engine.interface import Stream
from webrtc.peer import Publisher, Subscriber, answered

_log = structlog.get_logger()
SECONDS = 20.0  #: after which a trial ends by itself


class Trial:
    """One person's two connections, of which the second shows what the first publishes.

    It is in no room: nobody sees it, no recorder gets it.
    """

    def __init__(
        self,
        participant: str,
        codec: VideoCodec,
        tell: Callable[[wire.News], None],
        now: float,
    ) -> None:
        self.tell = tell
        self._participant = participant
        self._codec = codec
        self._ends_at = now + SECONDS
        self._asked = self._closed = False
        self._publisher: Publisher | None = None
        self._subscriber: Subscriber | None = None
        tell(wire.Trying(seconds=SECONDS))

    @property
    def streams(self) -> tuple[Stream, ...]:
        """What goes back and forth."""
        return self._publisher.streams if self._publisher else ()

    def is_over(self, now: float) -> bool:
        """Tell whether it took its time, or the page cannot be understood."""
        broken = self._subscriber is not None and self._subscriber.is_dead(now)
        return broken or now >= self._ends_at

    async def do(self, deed: wire.Trial) -> None:
        """Do what the page asks for."""
        try:
            if isinstance(deed, wire.Publish):
                await self._publish(deed.sdp)
            elif self._subscriber is not None:
                self._subscriber.take_answer(deed.number, deed.sdp)
        except DomainError as reason:
            _log.info("trial-refused", deed=deed.type, code=reason.code, why=str(reason))
            self.tell(wire.Problem(code=reason.code))

    def tick(self, now: float) -> None:
        """Send the feedback that is due, and show what the line carries."""
        if self._publisher is not None:
            self._publisher.tick(now)
        if self._subscriber is not None:
            self._subscriber.tick(now)

    async def close(self) -> None:
        """End both connections; from this call on nothing goes back."""
        self._closed = True
        publisher, self._publisher = self._publisher, None
        subscriber, self._subscriber = self._subscriber, None
        await asyncio.gather(*(one.close() for one in (subscriber, publisher) if one is not None))

    async def _publish(self, offer: str) -> None:
        """Answer the offer and send everything back; once, for connections cost work."""
        if self._asked:
            raise TooManyTries("published already")
        self._asked = True
        publisher, answer = await answered(self._participant, offer, self._codec)
        if self._closed:
            await publisher.close()
            return
        self._publisher = publisher
        self.tell(wire.Published(sdp=answer))
        self._subscriber = Subscriber(self._offer, self._codec)
        for stream in publisher.streams:
            self._subscriber.receive(stream)

    async def _offer(self, number: int, sdp: str) -> None:
        self.tell(wire.Offer(number=number, sdp=sdp))
