"""The recorder's own process: packets come in by a pipe, journals and playable files come out.

It has nothing to do with the network or the event loop, so a slow disk cannot stall a room.  It
ends when the pipe closes, with every journal properly closed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from pathlib import Path

from sealing.keyfile import key_in
from webrtc.journal import About, DiskFull, Journal, Kind, Record, Stored
from webrtc.pipe import OPEN, SHUT, Frames
from webrtc.webm import FILM, WebM, film_at

_STORE_EVERY = 0.5  # seconds: a second counts as recorded within a second
_CHUNK = 1 << 18
_IN, _OUT = 0, 1


class Segment:
    """One participant's journal and the file that grows beside it."""

    def __init__(self, path: Path, about: About, key: bytes | None, film: str) -> None:
        self._journal = Journal(path, about, key)
        self._playback: WebM | None = WebM(film_at(path.with_suffix(FILM), key, film))

    def take(self, record: Record) -> None:
        """Take one record."""
        self._journal.add(record)
        if self._playback is not None:
            try:
                self._playback.take(record)
            except (OSError, ValueError) as reason:  # the journal is the record; this can be redone
                _complain("playback-failed", reason)
                self._playback = None

    def store(self) -> Stored | None:
        """Put on disk what came since the last time."""
        return self._journal.store()

    def close(self, at: int = 0) -> Stored | None:
        """End the segment, at this moment or with its last record."""
        try:
            if self._playback is not None:
                self._playback.close()
        except OSError as reason:
            _complain("playback-failed", reason)
        return self._journal.close(at)

    def abandon(self) -> None:
        """Let go of a journal that has no room left."""
        self._journal.abandon()


class Recorder:
    """All segments of one media worker."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._segments: dict[int, Segment] = {}
        self._frames = Frames()

    def run(self) -> None:
        """Work until the pipe closes."""
        due = time.monotonic() + _STORE_EVERY
        while True:
            readable, _, _ = select.select([_IN], [], [], max(0.0, due - time.monotonic()))
            if readable:
                chunk = os.read(_IN, _CHUNK)
                if not chunk:
                    break
                for channel, kind, arrival, data in self._frames.take(chunk):
                    self._act(channel, kind, arrival, data)
            if time.monotonic() >= due:
                self._store()
                due = time.monotonic() + _STORE_EVERY
        for channel in list(self._segments):
            self._shut(channel)

    def _act(self, channel: int, kind: int, arrival: int, data: bytes) -> None:
        if kind == OPEN:
            self._open(channel, json.loads(data))
        elif kind == SHUT:
            self._shut(channel, arrival)
        elif channel in self._segments:
            self._segments[channel].take(Record(kind=Kind(kind), arrival=arrival, data=data))

    def _open(self, channel: int, wanted: dict[str, str]) -> None:
        about = About(**json.loads(wanted["about"]))
        try:
            path, film = Path(wanted["path"]), wanted["film"]
            self._segments[channel] = Segment(path, about, self._key, film)
        except (OSError, DiskFull) as reason:
            self._fail(channel, reason)

    def _store(self) -> None:
        for channel, segment in list(self._segments.items()):
            try:
                stored = segment.store()
            except DiskFull as reason:
                self._segments.pop(channel).abandon()
                self._fail(channel, reason)
            else:
                self._acknowledge(channel, stored)

    def _shut(self, channel: int, at: int = 0) -> None:
        segment = self._segments.pop(channel, None)
        if segment is None:
            return
        try:
            self._acknowledge(channel, segment.close(at))
        except DiskFull as reason:
            self._fail(channel, reason)

    def _acknowledge(self, channel: int, stored: Stored | None) -> None:
        if stored is not None:
            figures = {"seconds": stored.seconds, "sha256": stored.sha256, "closed": stored.closed}
            _say({"channel": channel, "failed": "", **figures})

    def _fail(self, channel: int, reason: Exception) -> None:
        _complain("segment-failed", reason)
        _say({"channel": channel, "failed": "disk-full"})


def _say(message: dict[str, object]) -> None:
    try:
        os.write(_OUT, json.dumps(message).encode() + b"\n")
    except BrokenPipeError:  # the worker is gone; what is on disk will be found again
        return


def _complain(what: str, reason: Exception) -> None:
    sys.stderr.write(
        json.dumps({"event": what, "why": f"{type(reason).__name__}: {reason}"}) + "\n"
    )


def main(key_file: str) -> None:
    """Run as a child; Ctrl-C in the terminal reaches the whole group, but we end by the pipe."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    Recorder(key_in(Path(key_file)) if key_file else None).run()


if __name__ == "__main__":
    main(sys.argv[1])
