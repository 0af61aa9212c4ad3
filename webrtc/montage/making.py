"""One part of the film, from packets to packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
from av.video.codeccontext import VideoCodecContext

from services.film_words import CLOCK
from webrtc.journal import NANOSECONDS
from webrtc.montage.canvas import HEIGHT, WIDTH, Canvas
from webrtc.montage.packing import Packet, head_of, packed_head, packed_packets, records_of
from webrtc.montage.sound import AROUND, Track, encoded, mixed, silent
from webrtc.montage.sources import Timed, sources
from webrtc.montage.tiles import HEAD, Camera, Card, Tile, places
from webrtc.montage.turns import FRAME, runs, voiced
from webrtc.montage.wanted import Person, Wanted

PICTURES = 15  #: a second, at most
_BIT_RATE = 900_000
_KEY_EVERY = 150  # pictures; a player jumps there
_CLOCK_SIZE, _PAUSE_SIZE = 24, 40


def make(octets: bytes) -> bytes:
    """Make a part: which voices were active, then its packets; raises ValueError."""
    told, at = head_of(octets)
    wanted = Wanted.read(told)
    people = wanted.people
    if wanted.instead:
        return packed_head({"voices": [[] for _ in people]}) + packed_packets(_instead(wanted))
    found = sources(records_of(octets, at), wanted.journals)
    timed = [one.timed(wanted.centre / NANOSECONDS) for one in found]
    tracks = [_track(wanted, [timed[one] for one in person.journals]) for person in people]
    powers = [track.power() for track in tracks]
    around = zip(voiced(powers), tracks, strict=True)
    active = [line[AROUND : AROUND + track.frames] for line, track in around]
    packets = list(_pictures(wanted, timed, active))
    packets += encoded(mixed(tracks, powers), wanted.begin, -(-wanted.length // FRAME))
    voices = [runs(line) for line in active]
    return packed_head({"voices": voices}) + packed_packets(packets)


def _track(wanted: Wanted, journals: Sequence[Sequence[Timed]]) -> Track:
    track = Track(wanted.length)
    for journal in journals:
        track.lay(one for one in journal if one.frame.kind == "audio")
    return track


def _pictures(
    wanted: Wanted, timed: Sequence[Sequence[Timed]], active: Sequence[Sequence[bool]]
) -> Iterator[Packet]:
    canvas = Canvas(Path(wanted.font))
    tiles = [
        _tile(person, box, [timed[one] for one in person.journals], line)
        for person, box, line in zip(wanted.people, places(len(wanted.people)), active, strict=True)
    ]
    film, second = Film(wanted.begin), -1
    for number in range(-(-wanted.length * PICTURES // 1000)):
        milliseconds = number * 1000 // PICTURES
        changed = [tile.draw(canvas, milliseconds / 1000) for tile in tiles]
        now = (wanted.centre + milliseconds * NANOSECONDS // 1000) // NANOSECONDS
        if now != second:
            second = now
            words = f"{wanted.title}　{_clock(now, wanted.offset)}（{CLOCK}）"
            canvas.words((0, 0, WIDTH, HEAD), words, _CLOCK_SIZE)
        elif not any(changed):
            continue
        yield from film.take(canvas, milliseconds)
    yield from film.end()


def _instead(wanted: Wanted) -> Iterator[Packet]:
    canvas = Canvas(Path(wanted.font))
    canvas.words((0, 0, WIDTH, HEIGHT), wanted.instead, _PAUSE_SIZE)
    film = Film(wanted.begin)
    for milliseconds in range(0, wanted.length, 1000):
        yield from film.take(canvas, milliseconds)
    yield from film.end()
    yield from encoded(silent(wanted.length), wanted.begin, -(-wanted.length // FRAME))


def _tile(
    person: Person,
    box: tuple[int, int, int, int],
    journals: Sequence[Sequence[Timed]],
    active: Sequence[bool],
) -> Tile:
    camera = Camera([[one for one in frames if one.frame.kind == "video"] for frames in journals])
    return Tile(
        name=person.name,
        box=box,
        camera=camera,
        heard=sorted([*person.begins, *(one.at for frames in journals for one in frames)]),
        cards=[Card(*one) for one in person.cards],
        shown=person.shown,
        speaking=[(a * FRAME / 1000, b * FRAME / 1000) for a, b in runs(active)],
    )


def _clock(second: int, offset: int) -> str:
    local = datetime.fromtimestamp(second, UTC) + timedelta(seconds=offset)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


class Film:
    """The encoder of a part's pictures."""

    def __init__(self, begin: int) -> None:
        self._begin = begin
        self._encoder = _encoder()

    def take(self, canvas: Canvas, milliseconds: int) -> Iterator[Packet]:
        """Take the picture as it is at this moment of the part."""
        frame = canvas.frame()
        frame.pts, frame.time_base = milliseconds, Fraction(1, 1000)
        frame.duration = 1000 // PICTURES
        yield from self._packets(frame)

    def end(self) -> Iterator[Packet]:
        """Give what the encoder still holds."""
        yield from self._packets(None)

    def _packets(self, frame: av.VideoFrame | None) -> Iterator[Packet]:
        for packet in self._encoder.encode(frame):
            at = self._begin + (packet.pts or 0)
            yield Packet(picture=True, at=at, key=packet.is_keyframe, data=bytes(packet))


def _encoder() -> VideoCodecContext:
    made = av.CodecContext.create("libvpx", "w")
    made.width, made.height, made.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    made.time_base, made.framerate = Fraction(1, 1000), Fraction(PICTURES)
    made.bit_rate, made.gop_size, made.thread_count = _BIT_RATE, _KEY_EVERY, 1
    made.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    return made
