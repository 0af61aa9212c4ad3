"""Where recordings lie, which number comes next, and what is said of a segment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from domain.ports.rooms import RECORDINGS, Source
from webrtc.codecs import CODECS, VP8
from webrtc.journal import NANOSECONDS, About, Stored

MOVED = ".moved"  #: stands where a journal was that is kept elsewhere now
_SHOWN = f"-{Source.SCREEN}"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How far a segment is on disk, as web is told of it."""

    meeting: str
    participant: str
    number: int
    started: float  #: seconds since 1970
    seconds: float
    lost: float
    journal: str
    playback: str
    sha256: str
    closed: bool
    ended: str
    gap_before: float
    source: str


def film_of(path: Path, about: About) -> Path:
    """Give where a journal's playable file lies."""
    return path.with_suffix(CODECS[about.codec].ending)


class Shelf:
    """The folder of recordings: ``meeting/participant/number.journal`` and its film.

    What somebody shows lies there, too, as ``number-screen``; the numbers go on over both.  A file
    ``.kept`` beside them says that the centre has the whole segment in its books.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def next_segment(
        self,
        meeting: str,
        participant: str,
        started: int,
        source: Source = Source.CAMERA,
        codec: str = VP8.name,
    ) -> tuple[Path, About]:
        """Give the place of a participant's next segment and what its first block says.

        A screen that was not shown for a while is no gap.
        """
        if not _NAME.fullmatch(meeting) or not _NAME.fullmatch(participant):
            raise ValueError(meeting, participant)
        folder = self.folder / meeting / participant
        marked = (*folder.glob("*.journal"), *folder.glob(f"*{MOVED}"))
        before = sorted(marked, key=lambda one: one.stem)
        number = int(before[-1].stem.removesuffix(_SHOWN)) + 1 if before else 1
        camera = [
            one for one in before if source is Source.CAMERA and not one.stem.endswith(_SHOWN)
        ]
        gap = (started - camera[-1].stat().st_mtime_ns) / NANOSECONDS if camera else 0.0
        about = About(
            meeting=meeting,
            participant=participant,
            number=number,
            started=started,
            gap_before=round(max(0.0, gap), 3),
            source=source,
            codec=codec,
        )
        shown = _SHOWN if source is Source.SCREEN else ""
        return folder / f"{number:04d}{shown}.journal", about

    def keep(self, journal: str) -> None:
        """Note that the centre has the whole segment in its books."""
        path = (self.folder / journal).resolve()
        if path.is_relative_to(self.folder) and path.suffix == ".journal" and path.exists():
            path.with_suffix(".kept").touch()

    def unkept(self) -> list[Path]:
        """Name the journals that the centre has not noted, those too that somebody still writes."""
        journals = sorted(self.folder.glob("*/*/*.journal"))
        return [path for path in journals if not path.with_suffix(".kept").exists()]

    def name_of(self, path: Path) -> str:
        """Give a journal's place within the folder."""
        return path.relative_to(self.folder).as_posix()

    def key_of(self, film: Path) -> str:
        """Give the key of the object that a playable file is, and is sealed under."""
        return f"{RECORDINGS}/{film.relative_to(self.folder)}"

    def report(self, path: Path, about: About, stored: Stored, *, closed: bool) -> Report:
        """Say how far a segment is on disk."""
        return Report(
            meeting=about.meeting,
            participant=about.participant,
            number=about.number,
            started=about.started / NANOSECONDS,
            seconds=stored.seconds,
            lost=stored.lost,
            journal=str(path.relative_to(self.folder)),
            playback=str(film_of(path, about).relative_to(self.folder)),
            sha256=stored.sha256,
            closed=closed,
            ended=stored.ended,
            gap_before=about.gap_before,
            source=about.source,
        )
