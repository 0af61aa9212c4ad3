"""A recorded talk of three in a folder, what makes its film, and a look at that film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import av
import numpy as np

from commands.films import FONT, by_child
from domain.ports.montages import MadeFilm, WantedFilm
from domain.ports.rooms import RECORDINGS, Segment, Source
from sealing.whole import opened
from storage.objects import FolderObjects
from storage.recordings import StayingRecordings
from tests.webrtc.house import KEY, PROJECT
from tests.webrtc.talking import Speaker, segment_of, written
from webrtc.montage.maker import CHILD, ChildFilms
from webrtc.montage.tiles import places

AWAKE = "tests.webrtc.awake_child"
NAMES = {"li": "李调解", "wang": "王小明", "zhao": "赵某"}
RED, GREEN, BLUE, YELLOW = (200, 0, 0), (0, 160, 0), (0, 0, 200), (200, 200, 0)
PITCHES = {"li": 440, "wang": 800, "zhao": 1300}
FILM = f"{RECORDINGS}/m1/montage-1.webm"
PART = 4000  # ms: boundaries lie within turns


def the_talk() -> list[Speaker]:
    """李 leads, 王 shows a screen and is not recorded for a while, 赵 comes late with an echo."""
    li = Speaker(
        name="li", colour=RED, pitch=440, turns=[(1, 3.5), (6.5, 7.2)], flashes=[1, 6.5], late=0.5
    )
    wang = Speaker(
        name="wang", colour=GREEN, pitch=800, turns=[(4.5, 5.5)], end=6.0, ended="consent"
    )
    again = Speaker(
        name="wang", colour=GREEN, pitch=800, turns=[], begin=8.0, number=2, clock=3.5e9
    )
    zhao = Speaker(
        name="zhao",
        colour=BLUE,
        pitch=1300,
        turns=[(8, 9.4)],
        begin=3.0,
        echoes=[(440, [(3, 3.5), (6.5, 7.2)])],
    )
    screen = Speaker(
        name="wang",
        colour=YELLOW,
        pitch=1,
        turns=[],
        begin=4.2,
        end=5.8,
        number=3,
        ended="away",
        source=Source.SCREEN,
    )
    return [li, wang, again, zhao, screen]


@dataclass
class Archive:
    """A folder of recordings and what makes films of them."""

    folder: Path
    segments: Sequence[Segment]
    ran: int = 0
    key: bytes | None = KEY
    part: int = PART

    async def run(self, module: str, given: bytes) -> bytes:
        self.ran += 1
        assert module == CHILD
        return await by_child(AWAKE, given)

    def maker(self, run=None) -> ChildFilms:
        home = FolderObjects(self.folder)
        return ChildFilms(
            folder=self.folder,
            place=home,
            recordings=StayingRecordings(home),
            key=self.key,
            font=PROJECT / "data/fonts" / FONT,
            run=run or self.run,
            part=self.part,
        )

    async def make(self, run=None, told=None) -> MadeFilm:
        return await self.maker(run).make(self.wanted(), told or nobody)

    def wanted(self) -> WantedFilm:
        return WantedFilm(
            key=FILM, segments=self.segments, names=NAMES, apart=False, offset=8 * 3600
        )

    def film(self) -> Looked:
        return Looked(self.plain())

    def plain(self) -> bytes:
        whole = (self.folder / FILM).read_bytes()
        return whole if self.key is None else opened(self.key, FILM, whole)


def the_archive(folder: Path) -> Archive:
    """Record the talk."""
    return Archive(folder, [written(folder, KEY, "m1", one) for one in the_talk()])


def found(folder: Path) -> Archive:
    """Find the talk that was recorded there."""
    return Archive(folder, [segment_of("m1", one) for one in the_talk()])


async def nobody(_done: int, _parts: int) -> None:
    """Nobody is told."""


class Looked:
    """A film that was decoded."""

    def __init__(self, film: bytes) -> None:
        with av.open(BytesIO(film), "r") as file:
            self.chapters = [one["metadata"]["title"] for one in file.chapters()]
            self.seconds = (file.duration or 0) / 1e6
            self._pictures = [
                (frame.time, frame.to_ndarray(format="rgb24")) for frame in file.decode(video=0)
            ]
        with av.open(BytesIO(film), "r") as file:
            pieces = [(f.time, f.to_ndarray()[0]) for f in file.decode(audio=0)]
        self.sound = np.zeros(48_000 * 60)
        for at, samples in pieces:
            start = round((at or 0.0) * 48_000)
            self.sound[start : start + len(samples)] = samples

    def colour(self, place: int, second: float, *, of: int = 3) -> np.ndarray:
        """The colour in the middle of somebody's place."""
        picture = [shown for at, shown in self._pictures if at <= second][-1]
        left, top, width, height = places(of)[place]
        middle = picture[top + height // 3 : top + height // 2, left + width // 3 :][
            :, : width // 4
        ]
        return np.median(middle.reshape(-1, 3), axis=0)

    def becomes_white(self, place: int) -> list[float]:
        lit = [at for at, _ in self._pictures if self.colour(place, at).min() > 200]
        return [at for n, at in enumerate(lit) if not n or at - lit[n - 1] > 0.4]

    def loudness(self, pitch: int, begin: float, end: float) -> float:
        """How strong a tone is, in dB under full scale."""
        piece = self.sound[int(begin * 48_000) : int(end * 48_000)]
        times = np.arange(len(piece)) / 48_000
        found = 2 * abs(np.mean(piece * np.exp(-2j * np.pi * pitch * times)))
        return float(20 * np.log10(max(found, 1e-6)))

    def begins(self, pitch: int, around: float) -> float:
        """When a tone begins, near a second."""
        steps = np.arange(around - 0.5, around + 0.5, 0.02)
        return float(next(at for at in steps if self.loudness(pitch, at, at + 0.04) > -25))
