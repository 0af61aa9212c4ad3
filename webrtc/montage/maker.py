"""Makes the film of a recording part by part; what a crash left whole is not made again."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from typing_extensions import override

from domain.errors import NotFound, Unavailable
from domain.montages import Turn
from domain.ports.montages import FilmMaker, MadeFilm, Told, WantedFilm
from domain.ports.rooms import RECORDINGS, Ended, Recordings, Segment, Source
from sealing.growing import SealedFile
from sealing.segments import Damaged
from sealing.whole import opened, sealed
from services import film_words as words
from webrtc.journal import NANOSECONDS, NotAJournal
from webrtc.montage.packing import Packet, head_of, packets_of
from webrtc.montage.schedule import PART, Part, Stretch, film_time, schedule, without
from webrtc.montage.survey import Feed, Journals, Place
from webrtc.montage.turns import FRAME, turns
from webrtc.montage.wanted import Person, Wanted

CHILD = "webrtc.montage.child"
_HARDLY_MISSED = 2 * NANOSECONDS  # between two stretches: the picture before stays meanwhile
_log = structlog.get_logger()


class PartFailed(Exception):
    """A child gave no part; its text says how it ended."""


Run = Callable[[str, bytes], Awaitable[bytes]]  #: a program of ours in a child; raises PartFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFilms(FilmMaker):
    """Has each part made by a child; keeps keys, journals and files to itself."""

    folder: Path  #: of this host, where parts lie until the film is whole
    place: Place  #: of the journals
    recordings: Recordings
    key: bytes | None
    font: Path
    run: Run
    part: int = PART

    @override
    async def make(self, wanted: WantedFilm, told: Told) -> MadeFilm:
        """Make the film and bring it to where all files are kept."""
        names = [f"{RECORDINGS}/{one.journal}" for one in wanted.segments]
        journals = Journals(self.place, self.key, names, asyncio.get_running_loop())
        with _said_as_away():
            stretches = [
                await asyncio.to_thread(_stretch, journals, at, one)
                for at, one in enumerate(wanted.segments)
            ]
        parts = schedule(stretches, self.part)
        if not parts:
            raise NotFound(wanted.key)
        work = _Work(wanted, stretches, parts, str(self.font))
        with _said_as_away():
            return await self._film(work, journals, told)

    @override
    async def tidy(self, key: str) -> None:
        """Throw the parts of a film away that is made."""
        await asyncio.to_thread(shutil.rmtree, self._parts_of(key), ignore_errors=True)

    async def _film(self, work: _Work, journals: Journals, told: Told) -> MadeFilm:
        key = work.wanted.key
        await self._make_parts(work, journals, told)
        voices = await asyncio.to_thread(self._voices, work)
        await self.place.drop(key)  # a crash may have left one that nobody was told of
        await asyncio.to_thread(self._join, work, voices)
        await self.recordings.store(key)
        last = work.parts[-1]
        return MadeFilm(seconds=(last.begin + last.length) / 1000, turns=tuple(voices))

    async def _make_parts(self, work: _Work, journals: Journals, told: Told) -> None:
        feed: Feed | None = None
        for number, part in enumerate(work.parts):
            await told(number, len(work.parts))
            if await asyncio.to_thread(self._read, work.wanted.key, part) is not None:
                continue
            if feed is None:
                feed = await asyncio.to_thread(Feed, journals)
            packets = b"" if part.pause else await asyncio.to_thread(_window, feed, part)
            made = await self._made(work, part, packets)
            await asyncio.to_thread(self._keep, work.wanted.key, part, made)
        await told(len(work.parts), len(work.parts))

    async def _made(self, work: _Work, part: Part, packets: bytes) -> bytes:
        for attempt in (1, 2):
            try:
                return await self.run(CHILD, work.told(part).packed() + packets)
            except PartFailed as reason:
                _log.warning("film-part-failed", part=part.number, attempt=attempt, why=str(reason))
        return await self.run(CHILD, work.told(part, instead=words.NOT_MADE).packed())

    def _voices(self, work: _Work) -> list[Turn]:
        """Put the voices of all parts together, and make turns of them."""
        last, seen = work.parts[-1], work.people
        active = {name: [False] * ((last.begin + last.length) // FRAME) for name in seen}
        for part in work.parts:
            octets = self._whole(work.wanted.key, part)
            voices = head_of(octets)[0]["voices"][: len(seen)]  # screens come after people
            for name, runs in zip(seen, voices, strict=True):
                for begin, end in runs:
                    at = part.begin // FRAME
                    active[name][at + begin : at + end] = [True] * (end - begin)
        found = [
            Turn(participant=name, begin=begin, end=end)
            for name, line in active.items()
            for begin, end in turns(line)
        ]
        return sorted(found, key=lambda turn: (turn.begin, turn.end))

    def _join(self, work: _Work, voices: Sequence[Turn]) -> None:
        # Only here: processes that make no films need not load PyAV.
        from webrtc.montage.joining import join  # noqa: PLC0415  # see above

        key = work.wanted.key
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        chapters = [(one.begin, one.end, work.wanted.names[one.participant]) for one in voices]
        file = path.open("wb") if self.key is None else SealedFile(path, self.key, key)
        join(file, self._packets(work), chapters)

    def _packets(self, work: _Work) -> Iterator[Packet]:
        for part in work.parts:
            octets = self._whole(work.wanted.key, part)
            packets = packets_of(octets, head_of(octets)[1])
            yield from sorted(packets, key=lambda one: (one.at, one.picture))

    def _parts_of(self, key: str) -> Path:
        return (self.folder / key).with_suffix(".parts")

    def _whole(self, key: str, part: Part) -> bytes:
        octets = self._read(key, part)
        if octets is None:
            raise Unavailable(f"{key} {part.number}")
        return octets

    def _read(self, key: str, part: Part) -> bytes | None:
        """Give a part that is whole."""
        path = self._parts_of(key) / f"{part.number:05d}"
        try:
            kept = path.read_bytes()
            return kept if self.key is None else opened(self.key, f"{key}/{part.number}", kept)
        except (FileNotFoundError, Damaged):
            return None

    def _keep(self, key: str, part: Part, made: bytes) -> None:
        """Put a part on disk, sealed, whole or not at all."""
        folder = self._parts_of(key)
        folder.mkdir(parents=True, exist_ok=True)
        kept = made if self.key is None else sealed(self.key, f"{key}/{part.number}", made)
        path = folder / f"{part.number:05d}"
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(kept)
            file.flush()
            os.fdatasync(file.fileno())
        draft.replace(path)


@contextmanager
def _said_as_away() -> Iterator[None]:
    """Say of a full disk, of a file that is gone and of a lack of children that it may pass."""
    try:
        yield
    except (OSError, NotFound, PartFailed) as reason:
        raise Unavailable(type(reason).__name__) from reason


def _stretch(journals: Journals, at: int, segment: Segment) -> Stretch:
    """Say what a journal covers: one that somebody damaged at its beginning, no time at all."""
    try:
        return journals.stretch(at)
    except NotAJournal as reason:
        _log.warning("film-without-journal", journal=segment.journal, why=str(reason))
        moment = int(segment.started.timestamp() * NANOSECONDS)
        return Stretch(
            participant=segment.participant,
            begin=moment,
            end=moment,
            ended="",
            source=segment.source,
        )


def _window(feed: Feed, part: Part) -> bytes:
    return feed.window((part.centre, part.until))


def _within(part: Part, moment: int) -> float:
    return film_time(part, moment) - part.begin / 1000


class _Work:
    """What is told of each part of one film."""

    def __init__(
        self,
        wanted: WantedFilm,
        stretches: Sequence[Stretch],
        parts: Sequence[Part],
        font: str,
    ) -> None:
        self.wanted, self.parts, self._font = wanted, parts, font
        self._stretches = stretches
        self.people = self._in_order({one.participant for one in self._of(Source.CAMERA)})

    def told(self, part: Part, instead: str = "") -> Wanted:
        """Say what is to be made."""
        people = [
            *(self._person(part, one, Source.CAMERA) for one in self.people),
            *(self._person(part, one, Source.SCREEN) for one in self._showing(part)),
        ]
        nobody = "" if people else words.NOBODY
        return Wanted(
            title=words.ASIDE if self.wanted.apart else words.TABLE,
            font=self._font,
            begin=part.begin,
            length=part.length,
            centre=part.centre,
            offset=self.wanted.offset,
            people=people,
            journals=len(self._stretches),
            instead=self._pause(part) if part.pause else instead or nobody,
        )

    def _of(self, source: Source) -> list[Stretch]:
        return [one for one in self._stretches if one.source == source]

    def _in_order(self, who: set[str]) -> list[str]:
        return [one for one in self.wanted.names if one in who]

    def _showing(self, part: Part) -> list[str]:
        """Name whose screen is seen in this part; it has a place only then."""
        shown = [one for one in self._of(Source.SCREEN) if one.begin < part.until]
        return self._in_order({one.participant for one in shown if one.end > part.centre})

    def _person(self, part: Part, participant: str, source: Source) -> Person:
        whose = (participant, source)
        numbers = [
            at for at, one in enumerate(self._stretches) if (one.participant, one.source) == whose
        ]
        own, name = [self._stretches[at] for at in numbers], self.wanted.names[participant]
        return Person(
            name=name if source is Source.CAMERA else f"{name} · {words.SCREEN}",
            journals=numbers,
            begins=[_within(part, one.begin) for one in own],
            cards=list(self._cards(part, own)),
            shown=source is Source.SCREEN,
        )

    def _cards(self, part: Part, own: Sequence[Stretch]) -> Iterator[tuple[float, float, str]]:
        for begin, end, why in without(own, (part.centre, part.until)):
            if end > begin and not (why in words.TURNED_OVER and end - begin < _HARDLY_MISSED):
                said = words.NOT_RECORDED.get(why, words.NOT_RECORDED[""])
                said = words.NOT_SHOWN if own[0].source is Source.SCREEN else said
                yield _within(part, begin), _within(part, end), said
        for begin, end in (span for one in own for span in one.lost):
            yield _within(part, begin), _within(part, end), words.LOST

    def _pause(self, part: Part) -> str:
        """Say how long nobody was recorded, and whether that was a pause."""
        ended = max(self._stretches, key=lambda one: (one.end <= part.centre, one.end)).ended
        what = f"{words.PAUSE}，" if ended == Ended.RECESS else ""
        took = words.long((part.until - part.centre) // NANOSECONDS)
        span = f"{self._clock(part.centre)} — {self._clock(part.until)}"
        return f"{what}{words.NOBODY}\n{span}\n{took}"

    def _clock(self, moment: int) -> str:
        at = datetime.fromtimestamp(moment / NANOSECONDS, UTC)
        return f"{at + timedelta(seconds=self.wanted.offset):%H:%M:%S}"
