"""Journals of people in plain colours who speak in plain tones, at seconds that are known."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from domain.ids import MeetingId
from domain.ports.rooms import RECORDINGS, Segment, Source
from tests.webrtc.packets import START
from webrtc.journal import NANOSECONDS, About, Journal, Kind, Record
from webrtc.rtp import HEADER

_MTU = 1100
Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """One stretch of somebody's recording; times are seconds from the start of the meeting."""

    name: str
    colour: Colour
    pitch: int
    turns: Sequence[tuple[float, float]]
    begin: float = 0.0
    end: float = 10.0
    number: int = 1
    ended: str = "stopped"
    flashes: Sequence[float] = ()
    late: float = 0.0  #: of the sound on the network
    clock: float = 1000.0  #: what the publisher's clock shows when the meeting starts
    size: tuple[int, int] = (160, 96)
    speed: int = 10  #: pictures a second
    moves: bool = False  #: in many small squares, which costs as much as a face
    source: Source = Source.CAMERA  #: a screen is seen alone
    echoes: Sequence[tuple[int, Sequence[tuple[float, float]]]] = ()

    @property
    def place(self) -> str:
        shown = f"-{Source.SCREEN}" if self.source is Source.SCREEN else ""
        return f"{self.name}/{self.number:04d}{shown}"


def written(folder: Path, key: bytes | None, meeting: str, one: Speaker) -> Segment:
    """Write the journal as the recorder does, and give its segment."""
    path = folder / RECORDINGS / f"{meeting}/{one.place}.journal"
    started = START + int(one.begin * NANOSECONDS)
    about = About(
        meeting=meeting,
        participant=one.name,
        number=one.number,
        started=started,
        source=one.source,
    )
    journal = Journal(path, about, key)
    for number, record in enumerate(sorted(_records(one), key=lambda record: record.arrival)):
        journal.add(record)
        if number % 25 == 0:
            journal.store()
    stored = journal.close(START + int(one.end * NANOSECONDS), one.ended)
    assert stored is not None
    return replace(segment_of(meeting, one), sha256=stored.sha256)


def segment_of(meeting: str, one: Speaker) -> Segment:
    """Say what the books say of somebody's stretch."""
    name = f"{meeting}/{one.place}"
    return Segment(
        meeting_id=MeetingId(meeting),
        participant=one.name,
        number=one.number,
        started=datetime.fromtimestamp(START / NANOSECONDS + one.begin, UTC),
        seconds=one.end - one.begin,
        journal=f"{name}.journal",
        playback=f"{name}.webm",
        sha256="",
        closed=True,
        ended=one.ended,
        source=one.source,
    )


def _records(one: Speaker) -> Iterator[Record]:
    begin = int((one.clock + one.begin) * 2**32)
    for kind in (Kind.AUDIO_MARK, Kind.VIDEO_MARK):
        yield Record(kind=kind, arrival=_at(one.begin), data=struct.pack("!QI", begin, 0))
    yield from _pictures(one)
    if one.source is Source.CAMERA:
        yield from _sound(one)


def _pictures(one: Speaker) -> Iterator[Record]:
    encoder = av.CodecContext.create("libvpx", "w")
    width, height = one.size
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.gop_size = Fraction(1, one.speed), 10 * one.speed
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    squares, sequence = _squares(one), 65_500
    for number in range(round((one.end - one.begin) * one.speed)):
        at = one.begin + number / one.speed
        lit = any(flash <= at < flash + 0.3 for flash in one.flashes)
        colour = (255, 255, 255) if lit else one.colour
        picture = np.full((height, width, 3), colour, dtype=np.uint8)
        if one.moves:
            picture = picture + np.roll(squares, 4 * number, axis=1)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        for packet in encoder.encode(frame):
            stamp, octets = number * 90_000 // one.speed, bytes(packet)
            for begin in range(0, len(octets), _MTU):
                last = begin + _MTU >= len(octets)
                head = HEADER.pack(0x80, last << 7 | 96, sequence & 0xFFFF, stamp, 7)
                sequence += 1
                data = head + (b"\x00" if begin else b"\x10") + octets[begin : begin + _MTU]
                yield Record(kind=Kind.VIDEO, arrival=_at(at + 0.02), data=data)


def _squares(one: Speaker) -> np.ndarray:
    width, height = one.size
    small = np.random.default_rng(one.pitch).integers(0, 50, (height // 8, width // 8, 3))
    return small.repeat(8, 0).repeat(8, 1).astype(np.uint8)


def _sound(one: Speaker) -> Iterator[Record]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    chance = np.random.default_rng(one.pitch)
    for number in range(round((one.end - one.begin) * 50)):
        times = one.begin + (np.arange(960) + number * 960) / 48_000
        tone = chance.normal(0, 20, 960) + _tone(times, one.pitch, one.turns, 9000)
        for pitch, turns in one.echoes:
            tone += _tone(times, pitch, turns, 900)  # 20 dB under the voice itself
        frame = av.AudioFrame.from_ndarray(tone.astype(np.int16)[None], "s16", "mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        for packet in encoder.encode(frame):
            head = HEADER.pack(0x80, 111, number & 0xFFFF, number * 960, 8)
            at = _at(one.begin + number / 50 + 0.02 + one.late)
            yield Record(kind=Kind.AUDIO, arrival=at, data=head + bytes(packet))


def _tone(
    times: np.ndarray, pitch: int, turns: Sequence[tuple[float, float]], height: int
) -> np.ndarray:
    on = np.zeros(len(times), dtype=bool)
    for begin, end in turns:
        on |= (times >= begin) & (times < end)
    return np.where(on, height * np.sin(2 * np.pi * pitch * times), 0.0)


def _at(second: float) -> int:
    return START + int(second * NANOSECONDS)
