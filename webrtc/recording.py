"""Recording a room: a member that takes everything, and the desk that lets it in and out."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from domain.errors import NotReady
from domain.ports.outside import Clock
from domain.ports.rooms import Seat
from webrtc.codecs import VideoCodec
from webrtc.consents import Consents
from webrtc.control import Recorded
from webrtc.engine.interface import Packet, SenderReport, Stream
from webrtc.journal import NANOSECONDS, Kind
from webrtc.pipe import OPEN, SHUT
from webrtc.rooms import Room
from webrtc.rtp import HEADER

_SOUND = 111  # payload type, as the journal's description says
_MARK = struct.Struct("!QI")
_KEYFRAME_EVERY = 10.0  # seconds: how much of a picture a lost packet may cost at most

State = Literal["off", "waiting", "starting", "on", "failed"]


class Process(Protocol):
    """What the recorder needs of its process."""

    @property
    def runs(self) -> bool:
        """Whether it can take packets."""
        ...

    def new_channel(self, told: Callable[[dict[str, Any]], None]) -> int:
        """Give a number for one segment."""
        ...

    def forget(self, channel: int) -> None:
        """Hear no more about a segment."""
        ...

    def send(self, channel: int, kind: int, arrival: int, *data: bytes) -> None:
        """Take a frame, in pieces, never waiting."""
        ...


@dataclass(slots=True)
class Segment:
    """The recording of one participant, or of what they show, in the making."""

    channel: int
    started: int  #: ns since 1970, by the centre's clock
    opened: float  #: the same moment on the machine's even clock
    taps: dict[int, tuple[Stream, Tap]] = field(default_factory=dict)

    def moment(self, now: float) -> int:
        """Give the centre's time at this moment: a clock that is set meanwhile changes nothing."""
        return self.started + int(max(0.0, now - self.opened) * NANOSECONDS)


class Tap:
    """Takes one stream for a segment."""

    def __init__(self, process: Process, segment: Segment, stream: Stream, now: float) -> None:
        self._process = process
        self._segment = segment
        self._stream = stream
        audio = stream.kind == "audio"
        self._kind = Kind.AUDIO if audio else Kind.VIDEO
        self._mark = Kind.AUDIO_MARK if audio else Kind.VIDEO_MARK
        self._type = _SOUND if audio else stream.codec.payload_type
        self._ssrc = stream.ssrc or 0
        self._begun = audio  #: a picture can be played only from a whole one on
        self._keyframe_at = now + _KEYFRAME_EVERY

    def write(self, packet: Packet, now: float) -> None:
        """Take a packet; now and then ask for a whole picture."""
        second = self._type | 0x80 if packet.marker else self._type
        header = HEADER.pack(0x80, second, packet.sequence, packet.timestamp, self._ssrc)
        segment = self._segment
        self._process.send(segment.channel, self._kind, segment.moment(now), header, packet.payload)
        if not self._begun:
            self._begun = self._stream.codec.begins(packet.payload)
        # A stream asks seldom: the wish at the start may be lost behind somebody else's.
        if not self._begun or now >= self._keyframe_at:
            self._keyframe_at = now + _KEYFRAME_EVERY
            self._stream.want_keyframe(now)

    def mark(self, report: SenderReport) -> None:
        """Take a clock mark."""
        moment = self._segment.moment(time.monotonic())
        data = _MARK.pack(report.ntp, report.timestamp)
        self._process.send(self._segment.channel, self._mark, moment, data)


Told = Callable[[Recorded | None, str], None]


class Recorder:
    """The member of a room that records; without everybody's consent there is none."""

    name = "recorder"
    seat: Seat | None = None

    def __init__(
        self,
        consents: Consents,
        codec: VideoCodec,
        process: Process,
        clock: Clock,
        told: Told,
    ) -> None:
        self.consents = consents
        self._codec = codec
        self.ended = "away"  #: why a segment ends now: they left, or their line is made anew
        self._process = process
        self._clock = clock
        self._told = told
        self._segments: dict[tuple[str, str], Segment] = {}  # by participant and source

    def receive(self, stream: Stream) -> None:
        """Take a participant's stream into their segment."""
        whose = (stream.participant, stream.source)
        segment = self._segments.get(whose) or self._open(*whose)
        now = time.monotonic()
        tap = Tap(self._process, segment, stream, now)
        segment.taps[id(stream)] = (stream, tap)
        stream.feed(tap, now)

    def lose(self, stream: Stream) -> None:
        """Stop taking a stream; with the last one the segment ends."""
        segment = self._segments.get((stream.participant, stream.source))
        if segment is None or id(stream) not in segment.taps:
            return
        _, tap = segment.taps.pop(id(stream))
        stream.starve(tap)
        if not segment.taps:
            del self._segments[stream.participant, stream.source]
            at = segment.moment(time.monotonic())
            self._process.send(segment.channel, SHUT, at, self.ended.encode())

    def _open(self, participant: str, source: str) -> Segment:
        channel = self._process.new_channel(self._hear)
        started = int(self._clock().timestamp() * NANOSECONDS)
        segment = Segment(channel, started, opened=time.monotonic())
        self._segments[participant, source] = segment
        whose = {
            "meeting": self.consents.meeting_id,
            "participant": participant,
            "source": source,
            "codec": self._codec.name,
        }
        self._process.send(channel, OPEN, started, json.dumps(whose).encode())
        return segment

    def _hear(self, message: dict[str, Any]) -> None:
        if "over" in message:
            self._process.forget(message["channel"])
        elif "failed" in message:
            self._told(None, message["failed"])
        elif "segment" in message:
            self._told(Recorded(**message["segment"]), "")


class Books(Protocol):
    """Where the desk notes what happened."""

    def recorded(self, segment: Recorded) -> None:
        """Note how far a segment is on disk."""
        ...

    def turned(self, *, on: bool, wanted: bool, by: str) -> None:
        """Note that recording began or stopped, or is wanted or not any more."""
        ...

    def changed(self) -> None:
        """Note that the state of recording is another one."""
        ...


class RecordingDesk:
    """Decides, after every change in the room, whether the recorder is in it."""

    def __init__(self, room: Room, process: Process, clock: Clock, books: Books) -> None:
        self._room = room
        self._process = process
        self._clock = clock
        self._books = books
        self._wanted_by = ""
        self._recorder: Recorder | None = None
        self.state: State = "off"
        self.reason = ""

    def start(self, by: str) -> None:
        """Record as soon as everybody agrees; what is asked for already goes on."""
        if self._wanted_by:
            return
        self._wanted_by = by
        self._move("starting", "")
        self.review()

    def stop(self, reason: str = "") -> None:
        """Record no more, until somebody starts again."""
        self._let_go(reason or "stopped")
        self._move("off", reason)
        self._wanted_by = ""

    def interrupt(self) -> None:
        """End what is being written, because the worker ends; the wish to record stays."""
        self._let_go("worker")

    def review(self) -> None:
        """Look at the room again: somebody came, went, agreed or withdrew; the process changed."""
        if not self._wanted_by:
            return
        if self._recorder is not None and not self._process.runs:
            self._let_go("recorder")
            self._move("starting", "interrupted")
        if not self._process.runs:
            return
        try:
            consents = Consents(self._room)
        except NotReady:
            why = "consent" if self._room.seats else "recess"
            self._let_go(why)
            self._move("waiting", why)
            return
        if self._recorder is None:
            self._move("starting", self.reason if self.reason == "interrupted" else "")
            self._recorder = self._new_recorder(consents)
            self._room.join(self._recorder)

    def _new_recorder(self, consents: Consents) -> Recorder:
        return Recorder(consents, self._room.codec, self._process, self._clock, self._hear)

    def _hear(self, segment: Recorded | None, failed: str) -> None:
        if failed:
            self._let_go(failed)
            self._move("failed", failed)
            self._wanted_by = ""
        elif segment is not None:
            self._books.recorded(segment)
            if self.state == "starting" and not segment.ended:
                self._move("on", "")

    def _let_go(self, why: str) -> None:
        if self._recorder is not None:
            self._recorder.ended = why
            self._recorder = None
            self._room.leave(Recorder.name)

    def _move(self, state: State, reason: str) -> None:
        if (state, reason) == (self.state, self.reason):
            return
        before, self.state, self.reason = self.state, state, reason
        on, wanted = _noted(state)
        if (on, wanted) != _noted(before):
            self._books.turned(on=on, wanted=wanted, by=self._wanted_by)
        self._books.changed()


def _noted(state: State) -> tuple[bool, bool]:
    """Say whether it is recorded, and whether it is wanted."""
    return state == "on", state not in ("off", "failed")
