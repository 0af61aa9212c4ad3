"""A person in a room: their seat, and the two connections of their browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from domain.errors import BadInput
from domain.ports.rooms import Seat, SeatRole
from webrtc import wire
from webrtc.codecs import VideoCodec
from webrtc.engine.interface import Stream
from webrtc.peer import Publisher, Subscriber

_COMES_BACK_WITHIN = 30.0  # seconds after a lost connection


class Participant:
    """A member of a room."""

    def __init__(self, seat: Seat, tell: Callable[[wire.News], None], codec: VideoCodec) -> None:
        self.seat: Seat = seat
        self.tell = tell
        self.codec = codec  #: of the room
        self.turn = asyncio.Lock()  #: one thing that this person's page asks for at a time
        self.asked = 0  #: how many of them wait
        self.connected = True
        self.hand = False  #: raised
        self._shown: wire.News | None = None
        self._speaker = ""  #: as the page was told
        self._lost_at = 0.0
        self.may_show = self.leads  #: a screen or a paper
        self._missing: tuple[tuple[str, ...], bool] = ((), False)  #: as the page was told
        self._publisher: Publisher | None = None
        self.share: Publisher | None = None  #: what they show
        self._subscriber: Subscriber | None = None

    def show(self, news: wire.News) -> None:
        """Tell what is seen now, unless that was told last."""
        if news != self._shown:
            self._shown = news
            self.tell(news)

    @property
    def name(self) -> str:
        """The participant's own name in the room."""
        return self.seat.participant

    @property
    def leads(self) -> bool:
        """Whether this is the mediator."""
        return self.seat.role is SeatRole.MEDIATOR

    @property
    def has_media(self) -> bool:
        """Whether there are connections that a page could go on with."""
        return self._subscriber is not None

    @property
    def streams(self) -> tuple[Stream, ...]:
        """What the browser publishes."""
        both = (self._publisher, self.share)
        return tuple(stream for one in both if one is not None for stream in one.streams)

    @property
    def shares(self) -> bool:
        """Whether they show something."""
        return self.share is not None

    @property
    def given(self) -> tuple[Stream, ...]:
        """What the others are given of it: of who is muted by the mediator no sound."""
        muted = self.seat.muted
        return tuple(one for one in self.streams if not (muted and one.kind == "audio"))

    @property
    def resent(self) -> int:
        """How many packets the browser missed and got again."""
        return self._subscriber.resent if self._subscriber else 0

    @property
    def line(self) -> tuple[float, float]:
        """Loss (0 to 1) and queueing (seconds) on the way to the browser."""
        return self._subscriber.line if self._subscriber else (0.0, 0.0)

    def take_loudness(self) -> float:
        """Give how loud they were since the last time, as their browser says."""
        return max(
            (one.take_loudness() for one in self.streams if one.kind == "audio"), default=0.0
        )

    def hear_of(self, speaker: str) -> None:
        """Tell the page who speaks, and show their picture before others on a thin line."""
        if speaker != self._speaker:
            self._speaker = speaker
            self.tell(wire.Speaker(participant=speaker))
        if self._subscriber is not None:
            self._subscriber.prefer(speaker)

    def forget_speaker(self) -> None:
        """Know of nobody who speaks; the page, which sees nobody, need not be told."""
        self._speaker = ""

    def receive(self, stream: Stream) -> None:
        """Show somebody else's stream."""
        if self._subscriber is not None:
            self._subscriber.receive(stream)

    def lose(self, stream: Stream) -> None:
        """Show somebody else's stream no more."""
        if self._subscriber is not None:
            self._subscriber.lose(stream)

    def begin(self, publisher: Publisher | None) -> None:
        """Go on with new connections; without a publisher they only watch and listen."""
        self._publisher = publisher
        self._subscriber = Subscriber(self._offer, self.codec)

    async def restart(self, offer: str) -> str:
        """Move both connections to where the browser is now.  Raises :class:`BadInput`."""
        if self._publisher is None or self._subscriber is None:
            raise BadInput("sdp", "nothing is published")
        answer = await self._publisher.restart(self.name, offer)
        self._subscriber.restart()
        return answer

    def take_answer(self, number: int, answer: str) -> None:
        """Take the page's answer to an offer.  Raises :class:`BadInput`."""
        if self._subscriber is not None:
            self._subscriber.take_answer(number, answer)

    def lose_page(self) -> None:
        """Note that the page does not answer; media may go on meanwhile."""
        self.connected = False
        self._lost_at = time.monotonic()

    def find_page(self, tell: Callable[[wire.News], None]) -> None:
        """Note that the page is back, perhaps through another web process."""
        self.connected = True
        self.tell = tell
        self._shown = None
        self._speaker = ""

    def is_gone(self, now: float) -> bool:
        """Tell whether the page stayed away for too long."""
        return not self.connected and now - self._lost_at > _COMES_BACK_WITHIN

    def is_dead(self, now: float) -> bool:
        """Tell whether the browser's media stayed away for too long."""
        both = (self._publisher, self._subscriber)
        return any(half is not None and half.is_dead(now) for half in both)

    def share_is_dead(self, now: float) -> bool:
        """Tell whether nothing was heard of what they show for too long."""
        return self.share is not None and self.share.is_dead(now)

    def tick(self, now: float) -> None:
        """Send the feedback that is due, and show what the line carries."""
        if self._publisher is not None:
            self._publisher.tick(now)
        if self.share is not None:
            self.share.tick(now)
        if self._subscriber is not None:
            self._subscriber.tick(now)
            self._tell_missing(self._subscriber)

    def _tell_missing(self, subscriber: Subscriber) -> None:
        """Tell the page which pictures are missing, whenever that changes."""
        missing = (subscriber.paused, subscriber.misses_screen)
        if missing != self._missing:
            self._missing = missing
            self.tell(wire.Thin(participants=list(missing[0]), screen=missing[1]))

    async def drop_media(self) -> None:
        """Close every connection; nothing is taken or sent from this call on."""
        publisher, self._publisher = self._publisher, None
        subscriber, self._subscriber = self._subscriber, None
        share, self.share = self.share, None
        every = [one for one in (publisher, share, subscriber) if one is not None]
        await asyncio.gather(*(one.close() for one in every))

    async def _offer(self, number: int, sdp: str) -> None:
        self.tell(wire.Offer(number=number, sdp=sdp))
