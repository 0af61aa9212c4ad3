"""A playable file from recorded packets, without transcoding: WebM with VP8 and Opus."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from io import IOBase
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from sealing.growing import SealedFile
from webrtc.journal import NANOSECONDS, Kind, Record, read
from webrtc.rtp import CLOCKS, HEADER, vp8_frame_offset, vp8_size

FILM = ".webm"  #: how the playable file beside a journal ends
_REORDER = 0.5  # seconds to wait for a packet that was lost on the way and asked for again
_HOLD = 4.0  # seconds to wait for both clock marks; Chromium's first for audio comes after 2.5
_OPTIONS = {"cluster_time_limit": "1000", "max_interleave_delta": "2000000"}
_OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 312, 48_000, 0, 0)  # RFC 7845, 5.1
_OPUS_FRAME = 960  # 20 ms
_MARK = struct.Struct("!QI")  # NTP time, RTP timestamp
_RTP_HEADER = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture or 20 ms of sound, ready to be written."""

    kind: str
    timestamp: int  #: extended beyond 32 bits
    arrival: float  #: seconds
    data: bytes
    key: bool


@dataclass(slots=True)
class Line:
    """One kind of media: packets put in order, joined to frames, and its two clocks."""

    kind: str
    gaps: int = 0
    _next: int | None = None
    _waiting: dict[int, tuple[float, bytes]] = field(default_factory=dict)
    _parts: list[bytes] = field(default_factory=list)
    _whole: bool = False  # every packet since the last key frame is here
    _extended: int | None = None
    _mark: tuple[float, int] | None = None
    _first: tuple[float, int] | None = None

    @property
    def has_mark(self) -> bool:
        """Whether the publisher has said what time it is."""
        return self._mark is not None

    def mark(self, data: bytes) -> None:
        """Take a clock mark."""
        ntp, timestamp = _MARK.unpack(data)
        self._mark = (ntp / 2**32, timestamp)

    def by_mark(self, timestamp: int) -> float:
        """Give the time on the publisher's clock."""
        assert self._mark is not None
        seconds, marked = self._mark
        difference = ((timestamp - marked) + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return seconds + difference / CLOCKS[self.kind]

    def by_arrival(self, frame: Frame) -> float:
        """Give the time on our clock, when there is no mark."""
        if self._first is None:
            self._first = (frame.arrival, frame.timestamp)
        return self._first[0] + (frame.timestamp - self._first[1]) / CLOCKS[self.kind]

    def take(self, packet: bytes, arrival: float) -> Iterator[Frame]:
        """Take a packet and give the frames that are complete with it."""
        if len(packet) <= _RTP_HEADER:
            return
        sequence = HEADER.unpack_from(packet)[2]
        if self._next is None:
            self._next = sequence
        if (sequence - self._next) & 0x8000:
            return
        self._waiting[sequence] = (arrival, packet)
        yield from self.drain(arrival)

    def drain(self, now: float) -> Iterator[Frame]:
        """Give what is in order; give up on a packet that is missing for too long."""
        while self._waiting and self._next is not None:
            found = self._waiting.pop(self._next, None)
            if found is None:
                after = self._next
                nearest = min(self._waiting, key=lambda seq: (seq - after) & 0xFFFF)
                if now - self._waiting[nearest][0] < _REORDER:
                    return
                self.gaps += 1
                self._next, self._parts, self._whole = nearest, [], False
                continue
            self._next = (self._next + 1) & 0xFFFF
            frame = self._frame(*found)
            if frame is not None:
                yield frame

    def _frame(self, arrival: float, packet: bytes) -> Frame | None:
        _, second, _, timestamp, _ = HEADER.unpack_from(packet)
        payload = packet[_RTP_HEADER:]
        if self.kind == "audio":
            return Frame("audio", self._extend(timestamp), arrival, payload, key=True)
        if payload[0] & 0x17 == 0x10:  # noqa: PLR2004 (first packet of a picture, RFC 7741)
            self._parts = []
        elif not self._parts:
            return None
        self._parts.append(payload[vp8_frame_offset(payload) :])
        if not second & 0x80:
            return None
        data, self._parts = b"".join(self._parts), []
        key = bool(data) and not data[0] & 1
        self._whole = bool(data) and (self._whole or key)
        if not self._whole:
            return None
        return Frame("video", self._extend(timestamp), arrival, data, key=key)

    def _extend(self, timestamp: int) -> int:
        if self._extended is None:
            self._extended = timestamp
        step = ((timestamp - self._extended) + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        self._extended += step
        return self._extended


class WebM:
    """The file: sound and picture put side by side by the publisher's own clock.

    Frames are held back until both clock marks are known, because the order of arrival says
    nothing about lip sync; after that each is written at once, a cluster a second.
    """

    def __init__(self, opened: Callable[[], IOBase]) -> None:
        """``opened`` gives the file, once there is something to write."""
        self._opened = opened
        self._file: IOBase | None = None
        self._lines = {kind: Line(kind) for kind in CLOCKS}
        self._held: list[Frame] = []
        self._since: float | None = None
        self._origin = 0.0
        self._marked = False
        self._container: av.container.OutputContainer | None = None
        self._streams: dict[str, VideoStream | AudioStream] = {}
        self._last: dict[str, int] = {}

    @property
    def gaps(self) -> int:
        """How often packets stayed missing."""
        return sum(line.gaps for line in self._lines.values())

    def has_begun_without(self, kind: str) -> bool:
        """Tell whether the file was begun and has no track for this."""
        return self._container is not None and kind not in self._streams

    def take(self, record: Record) -> None:
        """Take one record of the journal."""
        arrival = record.arrival / NANOSECONDS
        kind = "audio" if record.kind in {Kind.AUDIO, Kind.AUDIO_MARK} else "video"
        if record.kind in {Kind.AUDIO_MARK, Kind.VIDEO_MARK}:
            self._lines[kind].mark(record.data)
        elif record.kind in {Kind.AUDIO, Kind.VIDEO}:
            for frame in self._lines[kind].take(record.data, arrival):
                self._place(frame)

    def close(self) -> None:
        """Write what is still held and finish the file."""
        for line in self._lines.values():
            for frame in line.drain(float("inf")):
                self._place(frame)
        if self._container is None and self._held:
            self._begin()
        if self._container is not None and self._file is not None:
            self._container.close()
            self._file.close()

    def _place(self, frame: Frame) -> None:
        if self._container is not None:
            self._write(frame)
            return
        self._held.append(frame)
        self._since = frame.arrival if self._since is None else self._since
        marked = all(line.has_mark for line in self._lines.values())
        if (marked and self._has_both()) or frame.arrival - self._since > _HOLD:
            self._begin()

    def _has_both(self) -> bool:
        return {frame.kind for frame in self._held} == set(CLOCKS)

    def _begin(self) -> None:
        kinds = {frame.kind for frame in self._held}
        self._marked = all(self._lines[kind].has_mark for kind in kinds)
        self._file = self._opened()
        self._container = av.open(self._file, "w", format="webm", options=_OPTIONS)
        if "video" in kinds:
            self._streams["video"] = self._picture()
        if "audio" in kinds:
            self._streams["audio"] = self._sound()
        held, self._held = self._held, []
        self._origin = min(self._time(frame) for frame in held)
        for frame in sorted(held, key=self._time):
            self._write(frame)

    def _picture(self) -> VideoStream:
        assert self._container is not None
        stream = self._container.add_stream("libvpx", rate=25)
        key = next(frame.data for frame in self._held if frame.kind == "video")
        stream.width, stream.height = vp8_size(key) or (640, 360)
        stream.time_base = Fraction(1, 1000)
        return stream

    def _sound(self) -> AudioStream:
        assert self._container is not None
        stream = self._container.add_stream("libopus", rate=CLOCKS["audio"])
        stream.codec_context.extradata = _OPUS_HEAD
        stream.time_base = Fraction(1, 1000)
        return stream

    def _time(self, frame: Frame) -> float:
        line = self._lines[frame.kind]
        return line.by_mark(frame.timestamp) if self._marked else line.by_arrival(frame)

    def _write(self, frame: Frame) -> None:
        stream = self._streams.get(frame.kind)
        if stream is None or self._container is None:
            return
        milliseconds = round((self._time(frame) - self._origin) * 1000)
        at = max(milliseconds, self._last.get(frame.kind, -1) + 1)
        self._last[frame.kind] = at
        packet = av.Packet(frame.data)
        packet.stream = stream
        packet.time_base = Fraction(1, 1000)
        packet.pts = packet.dts = at
        packet.is_keyframe = frame.key
        if frame.kind == "audio":
            packet.duration = _OPUS_FRAME // 48
        self._container.mux(packet)


def film_at(path: Path, key: bytes | None = None, name: str = "") -> Callable[[], IOBase]:
    """Give what opens a playable file, sealed under its object's name if there is a key."""
    if key is None:
        return lambda: path.open("wb")
    return lambda: SealedFile(path, key, name)


def derive(path: Path, out: Path, key: bytes | None = None, name: str = "") -> int:
    """Make the playable file of a journal once more, as after a crash; give the number of gaps."""
    file = WebM(film_at(out, key, name))
    for record in read(path, key):
        file.take(record)
    file.close()
    return file.gaps
