"""Where recordings lie, which number comes next, and what a crash left behind."""

from __future__ import annotations

import re
from pathlib import Path

import structlog

from domain.ports.outside import Clock
from domain.ports.rooms import RECORDINGS
from webrtc.control import Recorded
from webrtc.journal import (
    NANOSECONDS,
    About,
    NotAJournal,
    Verified,
    cut_torn_tail,
    is_being_written,
    verify,
)
from webrtc.webm import FILM, derive

_log = structlog.get_logger()
MOVED = ".moved"  #: stands where a journal was that is kept elsewhere now
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Shelf:
    """The folder of recordings: ``meeting/participant/number.journal`` and ``.webm``.

    A file ``.kept`` beside them says that the centre has noted the whole segment.
    """

    def __init__(self, folder: Path, clock: Clock, key: bytes | None = None) -> None:
        self._folder = folder.resolve()
        self._clock = clock
        self._key = key

    def next_segment(self, meeting: str, participant: str) -> tuple[Path, About]:
        """Give the place of a participant's next segment and what its first block says."""
        if not _NAME.fullmatch(meeting) or not _NAME.fullmatch(participant):
            raise ValueError(meeting, participant)
        folder = self._folder / meeting / participant
        marked = (*folder.glob("*.journal"), *folder.glob(f"*{MOVED}"))
        before = sorted(marked, key=lambda one: one.stem)
        number = int(before[-1].stem) + 1 if before else 1
        started = int(self._clock().timestamp() * NANOSECONDS)
        gap = started / NANOSECONDS - before[-1].stat().st_mtime if before else 0.0
        about = About(
            meeting=meeting,
            participant=participant,
            number=number,
            started=started,
            gap_before=round(max(0.0, gap), 3),
        )
        return folder / f"{number:04d}.journal", about

    def film_of(self, path: Path) -> str:
        """Give the key of the object that a journal's playable file is, and is sealed under."""
        return f"{RECORDINGS}/{path.with_suffix(FILM).relative_to(self._folder)}"

    def report(
        self, path: Path, about: About, seconds: float, sha256: str, *, closed: bool
    ) -> Recorded:
        """Say how far a segment is on disk."""
        return Recorded(
            meeting=about.meeting,
            participant=about.participant,
            number=about.number,
            started=about.started / NANOSECONDS,
            seconds=seconds,
            journal=str(path.relative_to(self._folder)),
            playback=str(path.with_suffix(FILM).relative_to(self._folder)),
            sha256=sha256,
            closed=closed,
            gap_before=about.gap_before,
        )

    def keep(self, journal: str) -> None:
        """Note that the centre has the whole segment in its books."""
        path = (self._folder / journal).resolve()
        if path.is_relative_to(self._folder) and path.suffix == ".journal" and path.exists():
            path.with_suffix(".kept").touch()

    def unkept(self) -> list[Path]:
        """Name the journals that the centre has not noted and that nobody writes."""
        journals = sorted(self._folder.glob("*/*/*.journal"))
        return [
            p for p in journals if not p.with_suffix(".kept").exists() and not is_being_written(p)
        ]

    def recover(self, path: Path) -> Recorded | None:
        """Make a journal whole again: cut the torn tail, and derive its playable file anew."""
        try:
            if is_being_written(path):
                return None
            found = verify(path, self._key)
        except FileNotFoundError:  # brought to the other files meanwhile
            return None
        except NotAJournal as reason:
            _log.warning("journal-unreadable", journal=path.name, why=str(reason))
            return None
        if not found.stored.closed:
            self._mend(path, found)
        stored = found.stored
        return self.report(path, found.about, stored.seconds, stored.sha256, closed=True)

    def _mend(self, path: Path, found: Verified) -> None:
        cut_torn_tail(path, found)
        gaps = derive(path, path.with_suffix(FILM), self._key, self.film_of(path))
        _log.warning(
            "journal-recovered",
            journal=path.name,
            seconds=found.stored.seconds,
            torn=found.torn,
            broken_at=found.broken_at,
            gaps=gaps,
        )
