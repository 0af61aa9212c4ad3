"""Journals that are not written any more: what a crash left is made whole, and films are made.

It runs as a process of its own, behind everything else that the machine does: it asks by one line
with the name of a journal, and is answered by one line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue

import structlog

from domain.errors import NotReady
from sealing.keyfile import key_in
from webrtc.journal import NotAJournal, cut_torn_tail, held, verify
from webrtc.pipe import UNSEALED
from webrtc.shelf import Report, Shelf, film_of
from webrtc.webm import NoFilm, derive

_log = structlog.get_logger()
_BEHIND = 5  # how nice: relaying and recording go first


class Mending:
    """Mends what lies on a shelf."""

    def __init__(self, shelf: Shelf, key: bytes | None = None) -> None:
        self._shelf = shelf
        self._key = key

    def mend(self, path: Path) -> Report | None:
        """Make a journal whole: cut the torn tail, and make its playable file.

        ``None`` if there is nothing to tell; raises :class:`NotReady` while somebody writes it.
        """
        try:
            with held(path):
                return self._mend(path)
        except FileNotFoundError:  # brought to the other files meanwhile
            return None
        except NotAJournal as reason:
            _log.warning("journal-unreadable", journal=path.name, why=str(reason))
            return None

    def _mend(self, path: Path) -> Report | None:
        if path.with_suffix(".kept").exists():
            return None
        found = verify(path, self._key)
        if not found.stored.closed:
            cut_torn_tail(path, found)
            _log.warning(
                "journal-recovered",
                journal=path.name,
                seconds=found.stored.seconds,
                torn=found.torn,
                broken_at=found.broken_at,
            )
        film = film_of(path, found.about)
        if not film.is_file():
            self._make_film(path, film)
        return self._shelf.report(path, found.about, found.stored, closed=True)

    def _make_film(self, path: Path, film: Path) -> None:
        """Make the playable file; what cannot be played is kept as a journal alone."""
        try:
            gaps = derive(path, film, self._key, self._shelf.key_of(film))
        except NoFilm as reason:
            _log.warning("film-not-made", journal=path.name, why=str(reason))
        else:
            _log.info("film-made", journal=path.name, gaps=gaps)


def _answer(mending: Mending, path: Path) -> dict[str, object]:
    try:
        report = mending.mend(path)
    except (NotReady, OSError) as reason:  # somebody writes it; or a full disk, for one
        return {"later": f"{type(reason).__name__}: {reason}"}
    return {} if report is None else {"report": asdict(report)}


def _hear(asked: SimpleQueue[str]) -> None:
    """Hear what is asked; when nobody can ask any more, nobody wants the answer."""
    for line in sys.stdin:
        asked.put(line.rstrip("\n"))
    os._exit(0)


def main(folder: str, key_file: str) -> None:
    """Run as a child; Ctrl-C in the terminal reaches the whole group, but we end by the pipe."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_BEHIND)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    shelf = Shelf(Path(folder))
    mending = Mending(shelf, None if key_file == UNSEALED else key_in(Path(key_file)))
    asked: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_hear, args=(asked,), daemon=True).start()
    while True:
        answer = _answer(mending, shelf.folder / asked.get())
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
