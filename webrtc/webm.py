"""A playable file from recorded packets, without transcoding: WebM, with H.264 Matroska."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO, IOBase
from pathlib import Path
from typing import Self

import av
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.video.stream import VideoStream

from sealing.growing import SealedFile
from webrtc.codecs import VP8, VideoCodec, codec_of, size_of_whole_picture
from webrtc.journal import NANOSECONDS, Kind, Record, read
from webrtc.pictures import Size
from webrtc.rtp import CLOCKS, HEADER

_REORDER = 0.5  # seconds to wait for a packet that was lost on the way and asked for again
OPTIONS = {"cluster_time_limit": "1000", "max_interleave_delta": "2000000"}
OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 312, 48_000, 0, 0)  # RFC 7845, 5.1
_OPUS_FRAME = 960  # 20 ms
_MARK = struct.Struct("!QI")  # NTP time, RTP timestamp
_RTP_HEADER = 12
_MOST_PARTS = 4096  # packets of one picture; whoever never ends one has no more kept
_MILLISECOND = Fraction(1, 1000)
_MEDIA = {Kind.AUDIO: "audio", Kind.VIDEO: "video"}
_MARKS = {Kind.AUDIO_MARK: "audio", Kind.VIDEO_MARK: "video"}


class NoFilm(ValueError):
    """Nothing that plays can be made of a journal."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture or 20 ms of sound, ready to be written."""

    kind: str
    timestamp: int  #: extended beyond 32 bits
    arrival: float  #: seconds
    data: bytes
    key: bool
    codec: VideoCodec | None = None  #: of a picture


@dataclass(slots=True)
class Line:
    """One kind of media: packets put in order, joined to frames, and its two clocks."""

    kind: str
    gaps: int = 0
    _next: int | None = None
    _waiting: dict[int, tuple[float, bytes]] = field(default_factory=dict)
    _parts: list[bytes] = field(default_factory=list)
    _timestamp: int = 0  # of the picture in the making
    _key: bool = False  # whether it needs no other
    _whole: bool = False  # every packet since the last such picture is here
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
        codec = codec_of(packet)
        if not self._parts or timestamp != self._timestamp:
            self._parts, self._timestamp, self._key = [], timestamp, codec.begins(payload)
        if not self._whole and not self._key:
            return None
        self._parts.append(payload)
        if len(self._parts) > _MOST_PARTS:
            self._parts, self._whole = [], False
            return None
        if not second & 0x80:
            return None
        data, self._parts = codec.joined(self._parts), []
        self._whole = bool(data)
        if not data:
            return None
        return Frame("video", self._extend(timestamp), arrival, data, self._key, codec)

    def _extend(self, timestamp: int) -> int:
        if self._extended is None:
            self._extended = timestamp
        step = ((timestamp - self._extended) + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        self._extended += step
        return self._extended


@dataclass(frozen=True, slots=True)
class Contents:
    """What a journal holds, known before its film begins."""

    whole: WholePicture | None  #: the first; without one there is no picture
    first: Mapping[str, int]  #: RTP timestamp of the first packet of sound, and of that picture
    marks: Mapping[str, bytes]  #: the first clock mark of each

    @classmethod
    def of(cls, records: Iterable[Record]) -> Self:
        """Look through a journal."""
        whole, first, marks = None, dict[str, int](), dict[str, bytes]()
        looking = _Looking()
        for kind, arrival, data in records:
            if kind is Kind.AUDIO:
                first.setdefault("audio", _timestamp(data))
            elif kind is Kind.VIDEO and whole is None:
                whole = looking.take(data, arrival / NANOSECONDS)
            elif kind in _MARKS:
                marks.setdefault(_MARKS[kind], data)
        whole = whole or looking.end()
        if whole is not None:
            first["video"] = whole.timestamp
        return cls(whole, first, marks)


@dataclass(frozen=True, slots=True)
class WholePicture:
    """The picture with which a film begins."""

    codec: VideoCodec
    size: Size
    timestamp: int
    data: bytes


class _Looking:
    """Looks for the first picture that needs no other and is there from end to end."""

    def __init__(self) -> None:
        self._line = Line("video")
        self._begun: dict[int, tuple[VideoCodec, Size]] = {}

    def take(self, packet: bytes, arrival: float) -> WholePicture | None:
        if (size := size_of_whole_picture(packet)) is not None:
            self._begun[_timestamp(packet)] = (codec_of(packet), size)
        return self._first(self._line.take(packet, arrival))

    def end(self) -> WholePicture | None:
        return self._first(self._line.drain(float("inf")))

    def _first(self, frames: Iterable[Frame]) -> WholePicture | None:
        for frame in frames:
            if (begun := self._begun.get(frame.timestamp & 0xFFFFFFFF)) is not None:
                return WholePicture(*begun, frame.timestamp, frame.data)
        return None


class WebM:
    """The file: sound and picture put side by side by the publisher's own clock, second by second.

    Without a clock mark of each the order of arrival has to do.
    """

    def __init__(self, file: IOBase, contents: Contents) -> None:
        self._file = file
        self._lines = {kind: Line(kind) for kind in contents.first}
        for kind, line in self._lines.items():
            if (mark := contents.marks.get(kind)) is not None:
                line.mark(mark)
        self._marked = all(line.has_mark for line in self._lines.values())
        self._origin: float | None = None
        if self._marked:
            first = (self._lines[kind].by_mark(at) for kind, at in contents.first.items())
            self._origin = min(first, default=0.0)
        codec = VP8 if contents.whole is None else contents.whole.codec
        self._container = av.open(file, "w", format=codec.container, options=OPTIONS)
        self._streams: dict[str, VideoStream | AudioStream] = {}
        if contents.whole is not None:
            self._streams["video"] = self._picture(contents.whole)
        if "audio" in contents.first:
            self._streams["audio"] = self._sound()
        self._last: dict[str, int] = {}

    @property
    def gaps(self) -> int:
        """How often packets stayed missing."""
        return sum(line.gaps for line in self._lines.values())

    def take(self, record: Record) -> None:
        """Take one record of the journal."""
        if (kind := _MARKS.get(record.kind)) is not None:
            if kind in self._lines:
                self._lines[kind].mark(record.data)
        elif (line := self._lines.get(_MEDIA.get(record.kind, ""))) is not None:
            for frame in line.take(record.data, record.arrival / NANOSECONDS):
                self._write(frame)

    def close(self) -> None:
        """Write what is still held and finish the file."""
        for line in self._lines.values():
            for frame in line.drain(float("inf")):
                self._write(frame)
        self._container.close()
        self._file.close()

    def _picture(self, whole: WholePicture) -> VideoStream:
        if whole.codec is VP8:
            stream = self._container.add_stream("libvpx", rate=25)
            stream.width, stream.height = whole.size
        else:  # its own words say how it is to be decoded; no encoder is ever opened
            with av.open(BytesIO(whole.data), format="h264") as seen:
                (told,) = seen.streams.video
                stream = self._container.add_stream_from_template(told, opaque=True)
        stream.time_base = _MILLISECOND
        return stream

    def _sound(self) -> AudioStream:
        stream = self._container.add_stream("libopus", rate=CLOCKS["audio"])
        stream.codec_context.extradata = OPUS_HEAD
        stream.time_base = _MILLISECOND
        return stream

    def _time(self, frame: Frame) -> float:
        line = self._lines[frame.kind]
        return line.by_mark(frame.timestamp) if self._marked else line.by_arrival(frame)

    def _write(self, frame: Frame) -> None:
        time = self._time(frame)
        if self._origin is None:
            self._origin = time
        milliseconds = round((time - self._origin) * 1000)
        at = max(milliseconds, self._last.get(frame.kind, -1) + 1)
        self._last[frame.kind] = at
        packet = av.Packet(frame.data)
        packet.stream = self._streams[frame.kind]
        packet.time_base = _MILLISECOND
        packet.pts = packet.dts = at
        packet.is_keyframe = frame.key
        if frame.kind == "audio":
            packet.duration = _OPUS_FRAME // 48
        self._container.mux(packet)


def derive(path: Path, out: Path, key: bytes | None = None, name: str = "") -> int:
    """Make the playable file of a journal, whole or not at all; give how often packets are missing.

    With a key it is sealed under its object's name.  Raises :class:`NoFilm`.
    """
    contents = Contents.of(read(path, key))
    if not contents.first:
        return 0  # nothing was heard or seen
    making = out.with_suffix(".making")
    try:
        film = WebM(making.open("wb") if key is None else SealedFile(making, key, name), contents)
        for record in read(path, key):
            film.take(record)
        film.close()
        making.replace(out)
    except OSError:  # the disk
        raise
    except (FFmpegError, ValueError) as reason:  # what a browser sent is nothing that plays
        raise NoFilm(f"{type(reason).__name__}: {reason}") from reason
    finally:
        making.unlink(missing_ok=True)
    return film.gaps


def _timestamp(packet: bytes) -> int:
    return int(HEADER.unpack_from(packet)[3])
