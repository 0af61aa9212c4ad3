"""A participant's browser: one connection for what it publishes, one for what it is shown."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable

import structlog
from aiortc import RTCPeerConnection, RTCRtpTransceiver, RTCSessionDescription
from aiortc.exceptions import InvalidStateError

from domain.errors import BadInput
from webrtc import sdp, seams
from webrtc.agent import LiteAgent
from webrtc.codecs import VP8, VideoCodec
from webrtc.engine.interface import Downlink, MediaKind, Source, Stream, Uplink
from webrtc.lines import OutgoingLine
from webrtc.showing import Showing

_log = structlog.get_logger()
_ANSWER_WITHIN = 8.0  # seconds; a page that does not answer is gone or starts over
_CLOSE_WITHIN = 2.0
_DEAD_AFTER = 30.0  # seconds without a signed check (RFC 7675: consent expires after 30 s)
_PUBLISHED = 2  # m-lines a browser may offer: one of sound and one of pictures
_OF_SCREEN = ["video"]
_SHOWN = 64
_NAMES: dict[Source, str] = {"camera": "p", "screen": "s"}  # how their streams' names begin

Offer = Callable[[int, str], Awaitable[None]]


class Publisher:
    """A connection that the browser offers: of camera and microphone, or of what it shows."""

    def __init__(self, codec: VideoCodec = VP8, source: Source = "camera") -> None:
        self._codec = codec
        self._source: Source = source
        self._connection = seams.new_connection()
        self._agent: LiteAgent | None = None
        self._uplink: Uplink | None = None

    @property
    def streams(self) -> tuple[Stream, ...]:
        """What the browser publishes."""
        return tuple(self._uplink.streams) if self._uplink else ()

    async def answer(self, participant: str, offer: str) -> str:
        """Answer an offer.  Raises :class:`BadInput` for one that cannot be understood."""
        checked = sdp.checked(offer, media=_PUBLISHED, each=1)  # a second picture spoils the film
        description = RTCSessionDescription(checked, "offer")
        await _understood(self._connection.setRemoteDescription(description))
        self._check_lines()
        seams.take_only(self._connection, self._codec.name)
        seams.unstamp_sound(self._connection)
        layers = sdp.layers(offer)
        if self._uplink is None:
            self._uplink = self._listen(participant, layers)
        await _understood(self._connection.setLocalDescription())
        return sdp.with_layers(str(self._connection.localDescription.sdp), layers)

    def _check_lines(self) -> None:
        """Refuse sound beside a screen: it would belong to nobody."""
        kinds = [transceiver.kind for transceiver in self._connection.getTransceivers()]
        if self._source == "screen" and kinds != _OF_SCREEN:
            raise BadInput("sdp", "a screen is a picture")

    async def restart(self, participant: str, offer: str) -> str:
        """Answer an ICE restart under new credentials; the media goes on."""
        if self._agent is None:
            raise BadInput("sdp", "nothing is published")
        self._agent.restart()
        return await self.answer(participant, offer)

    def tick(self, now: float) -> None:
        """Send the feedback that is due."""
        if self._uplink is not None:
            self._uplink.tick(now)

    def is_dead(self, now: float) -> bool:
        """Tell whether the browser has not been heard of for too long."""
        return self._agent is not None and now - self._agent.last_check > _DEAD_AFTER

    async def close(self) -> None:
        """End the connection; from this call on nothing is taken."""
        if self._agent is not None:
            await self._agent.close()
        await _closed(self._connection)

    def _listen(self, participant: str, layers: list[tuple[str, ...]]) -> Uplink:
        agent = self._agent = seams.agent_of(self._connection)
        uplink = agent.port.engine.uplink()
        for transceiver, rids in zip(self._connection.getTransceivers(), layers, strict=False):
            kind: MediaKind = "audio" if transceiver.kind == "audio" else "video"  # no third
            stream = uplink.add(participant, kind, rids, self._source, self._codec)
            settle = functools.partial(uplink.settle, stream)
            seams.receiver_of(transceiver).settled = settle
        seams.when_secured(self._connection, functools.partial(agent.begin, uplink))
        seams.be_passive(self._connection)
        return uplink


async def answered(
    participant: str, offer: str, codec: VideoCodec, source: Source = "camera"
) -> tuple[Publisher, str]:
    """Make a connection as a browser offers it, and its answer.  Raises :class:`BadInput`."""
    publisher = Publisher(codec, source)
    try:
        return publisher, await publisher.answer(participant, offer)
    except BadInput:
        await publisher.close()
        raise


class Subscriber:
    """The connection that we offer, one offer at a time, with m-lines used again."""

    def __init__(self, offer: Offer, codec: VideoCodec = VP8) -> None:
        self._offer = offer
        self._codec = codec
        self._connection = seams.new_connection()
        self._agent: LiteAgent | None = None
        self._downlink: Downlink | None = None
        self._showing = Showing()
        self._wanted: list[Stream] = []
        self._lines: dict[RTCRtpTransceiver, Stream | None] = {}
        self._changed = asyncio.Event()
        self._number = 0
        self._answer: asyncio.Future[str] | None = None
        self._broken = False  #: the page answers what is no answer; only a new connection helps
        self._task = asyncio.create_task(self._negotiate())

    @property
    def resent(self) -> int:
        """How many packets were sent again."""
        return self._downlink.resent if self._downlink else 0

    @property
    def line(self) -> tuple[float, float]:
        """The share of packets lost on the way down, and the seconds they wait in queues."""
        down = self._downlink
        return (down.loss, down.queueing) if down else (0.0, 0.0)

    @property
    def paused(self) -> tuple[str, ...]:
        """Whose picture the line does not carry."""
        return self._showing.paused

    @property
    def misses_screen(self) -> bool:
        """Whether the line does not carry what somebody shows."""
        return self._showing.misses_screen

    def tick(self, now: float) -> None:
        """Show what the line carries."""
        if self._downlink is not None:
            self._downlink.tick(now)
            self._showing.review(self._downlink, self._wanted, now)

    def receive(self, stream: Stream) -> None:
        """Show one more stream."""
        self._wanted.append(stream)
        self._changed.set()

    def lose(self, stream: Stream) -> None:
        """Show a stream no more; its packets stop at once, its m-line with the next offer."""
        self._wanted = [other for other in self._wanted if other is not stream]
        for transceiver, shown in self._lines.items():
            if shown is stream:  # shown again, it takes new numbers, even before the next offer
                self._lines[transceiver] = None
        if self._downlink is not None:
            self._downlink.drop(stream)
        self._changed.set()

    def prefer(self, participant: str) -> None:
        """Show this one before the others where the line does not carry all."""
        self._showing.first = participant

    def take_answer(self, number: int, answer: str) -> None:
        """Take the browser's answer to the offer of this number; a late one is ignored."""
        checked = sdp.checked(answer, media=_SHOWN)
        if number == self._number and self._answer is not None and not self._answer.done():
            self._answer.set_result(checked)

    def restart(self) -> None:
        """Offer again under new ICE credentials."""
        if self._agent is not None:
            self._agent.restart()
        self._changed.set()

    def is_dead(self, now: float) -> bool:
        """Tell whether the browser has not been heard of for too long, or is not understood."""
        return self._broken or (
            self._agent is not None and now - self._agent.last_check > _DEAD_AFTER
        )

    async def close(self) -> None:
        """End the connection; from this call on nothing is sent."""
        self._task.cancel()
        if self._downlink is not None:
            self._downlink.drop_all()
        if self._agent is not None:
            await self._agent.close()
        await _closed(self._connection)

    async def _negotiate(self) -> None:
        """Offer whenever something changed, and wait for the answer before the next offer."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not self._wanted and not self._lines:
                continue
            try:
                await self._negotiate_once()
            except BadInput as reason:
                _log.info("answer-refused", why=reason.why)
                self._broken = True
                return
            except InvalidStateError:
                return  # it was closed meanwhile
            except TimeoutError:
                _log.info("answer-missing")
                self._changed.set()

    async def _negotiate_once(self) -> None:
        self._arrange_lines()
        await self._connection.setLocalDescription()
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        await self._offer(self._number, str(self._connection.localDescription.sdp))
        answer = await asyncio.wait_for(self._answer, _ANSWER_WITHIN)
        await _understood(
            self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        )

    def _arrange_lines(self) -> None:
        for transceiver, stream in list(self._lines.items()):
            if stream is None:
                transceiver.direction = "inactive"
                seams.sender_of(transceiver).settled = None
        for stream in self._wanted:
            if stream not in self._lines.values():
                self._put_on_line(stream)
        if self._downlink is None:
            agent = self._agent = seams.agent_of(self._connection)
            self._downlink = agent.port.engine.downlink()
            seams.when_secured(self._connection, functools.partial(agent.begin, self._downlink))

    def _put_on_line(self, stream: Stream) -> None:
        free = [t for t, shown in self._lines.items() if shown is None and t.kind == stream.kind]
        transceiver = free[0] if free else self._new_line(stream)
        transceiver.direction = "sendonly"
        self._lines[transceiver] = stream
        sender = seams.sender_of(transceiver)
        name = f"{_NAMES[stream.source]}-{stream.participant}"
        sender.renew(stream=name, track=f"{stream.kind}-{id(stream):x}")
        sender.settled = functools.partial(self._carry, stream)

    def _new_line(self, stream: Stream) -> RTCRtpTransceiver:
        transceiver = self._connection.addTransceiver(stream.kind)
        if stream.kind == "video":
            seams.offer_only(transceiver, self._codec.name)
        return transceiver

    def _carry(self, stream: Stream, line: OutgoingLine) -> None:
        if self._downlink is not None and stream in self._wanted:
            self._downlink.carry(stream, line)


async def _understood(step: Awaitable[None]) -> None:
    """Take a step of aiortc, which answers odd SDP with seven kinds of exceptions."""
    try:
        await step
    except Exception as reason:
        raise BadInput("sdp", type(reason).__name__) from reason


async def _closed(connection: RTCPeerConnection) -> None:
    """Close whatever state the connection is in; aiortc's close raises for some broken offers."""
    try:
        await asyncio.wait_for(connection.close(), _CLOSE_WITHIN)
    except Exception as reason:  # noqa: BLE001 (nothing can be done with a connection that is gone)
        _log.info("close-failed", why=type(reason).__name__)
