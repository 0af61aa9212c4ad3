"""What a crash left behind on the shelf is made whole again and told."""

from __future__ import annotations

from pathlib import Path

import structlog

from domain.errors import NotReady
from webrtc.journal import NotAJournal, Verified, cut_torn_tail, is_being_written, verify
from webrtc.shelf import Report, Shelf
from webrtc.webm import FILM, derive

_log = structlog.get_logger()


class Mending:
    """The journals that the centre has not noted; a file ``.kept`` says which it has."""

    def __init__(self, shelf: Shelf, key: bytes | None = None) -> None:
        self._shelf = shelf
        self._key = key

    def keep(self, journal: str) -> None:
        """Note that the centre has the whole segment in its books."""
        folder = self._shelf.folder
        path = (folder / journal).resolve()
        if path.is_relative_to(folder) and path.suffix == ".journal" and path.exists():
            path.with_suffix(".kept").touch()

    def unkept(self) -> list[Path]:
        """Name the journals that the centre has not noted, those too that somebody still writes."""
        journals = sorted(self._shelf.folder.glob("*/*/*.journal"))
        return [path for path in journals if not path.with_suffix(".kept").exists()]

    def mend(self, path: Path) -> Report | None:
        """Make a journal whole again: cut the torn tail, and derive its playable file anew.

        ``None`` if there is nothing to tell; raises :class:`NotReady` while somebody writes it.
        """
        try:
            if path.with_suffix(".kept").exists():
                return None
            if is_being_written(path):
                raise NotReady(path.name)
            found = verify(path, self._key)
        except FileNotFoundError:  # brought to the other files meanwhile
            return None
        except NotAJournal as reason:
            _log.warning("journal-unreadable", journal=path.name, why=str(reason))
            return None
        if not found.stored.closed or not path.with_suffix(FILM).exists():
            self._make_whole(path, found)
        return self._shelf.report(path, found.about, found.stored, closed=True)

    def _make_whole(self, path: Path, found: Verified) -> None:
        cut_torn_tail(path, found)
        gaps = derive(path, path.with_suffix(FILM), self._key, self._shelf.film_of(path))
        _log.warning(
            "journal-recovered",
            journal=path.name,
            seconds=found.stored.seconds,
            torn=found.torn,
            broken_at=found.broken_at,
            gaps=gaps,
        )
