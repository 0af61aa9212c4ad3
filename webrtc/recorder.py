"""The recorder's own process: packets come in by a pipe, journals come out.

It has nothing to do with the network or the event loop, so a slow disk cannot stall a room.  It
ends when the pipe closes, with every journal properly closed.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from domain.ports.rooms import Source
from sealing.keyfile import key_in
from webrtc.journal import KINDS, DiskFailed, Record
from webrtc.pipe import OPEN, SHUT, UNSEALED, Frames
from webrtc.shelf import Report, Shelf
from webrtc.tape import Tape

_STORE_SOON, _STORE_LATE = 0.2, 0.5  # seconds: a second counts as recorded within a second
_SHARE = 0.1  # of the time may go into putting things on disk, if that leaves us within the second
_CHUNK = 1 << 18
_IN, _OUT = 0, 1


class Recorder:
    """All recordings of one media worker."""

    def __init__(self, shelf: Shelf, key: bytes | None) -> None:
        self._shelf = shelf
        self._key = key
        self._tapes: dict[int, Tape] = {}
        self._frames = Frames()
        self._news: list[dict[str, object]] = []  # for the worker, not told yet

    def run(self) -> None:
        """Work until the pipe closes."""
        due = time.monotonic() + _STORE_SOON
        while True:
            readable, _, _ = select.select([_IN], [], [], max(0.0, due - time.monotonic()))
            if readable:
                chunk = os.read(_IN, _CHUNK)
                if not chunk:
                    break
                for channel, kind, arrival, data in self._frames.take(chunk):
                    self._act(channel, kind, arrival, data)
            if (began := time.monotonic()) >= due:
                self._store()
                ended = time.monotonic()
                due = ended + min(_STORE_LATE, max(_STORE_SOON, (ended - began) / _SHARE))
            self._tell()
        for channel in list(self._tapes):
            self._shut(channel, ended="worker")
        self._tell()

    def _tell(self) -> None:
        """Tell all that is new at once: for each line the worker's loop wakes up."""
        if self._news:
            _say(self._news)
            self._news.clear()

    def _act(self, channel: int, kind: int, arrival: int, data: bytes) -> None:
        if kind == OPEN:
            self._open(channel, arrival, json.loads(data))
        elif kind == SHUT:
            self._shut(channel, arrival, data.decode())
        elif (tape := self._tapes.get(channel)) is not None:
            try:
                tape.take(Record(KINDS[kind], arrival, data))
            except DiskFailed as reason:
                self._give_up(channel, reason)

    def _open(self, channel: int, started: int, whose: dict[str, str]) -> None:
        told = functools.partial(self._acknowledge, channel)
        with self._failing(channel):
            owner, source = (whose["meeting"], whose["participant"]), Source(whose["source"])
            how = (source, whose["codec"])
            self._tapes[channel] = Tape(self._shelf, self._key, owner, started, told, *how)

    def _store(self) -> None:
        for channel, tape in list(self._tapes.items()):
            with self._failing(channel):
                tape.store()

    def _shut(self, channel: int, at: int = 0, ended: str = "") -> None:
        tape = self._tapes.pop(channel, None)
        if tape is not None:
            with self._failing(channel):
                tape.close(at, ended)
            self._news.append({"channel": channel, "over": True})

    def _acknowledge(self, channel: int, report: Report) -> None:
        self._news.append({"channel": channel, "segment": asdict(report)})

    @contextlib.contextmanager
    def _failing(self, channel: int) -> Iterator[None]:
        try:
            yield
        except DiskFailed as reason:
            self._give_up(channel, reason)

    def _give_up(self, channel: int, reason: DiskFailed) -> None:
        """Let go of a recording that the disk does not take any more, and say so."""
        tape = self._tapes.pop(channel, None)
        if tape is not None:
            tape.abandon()
        _complain("segment-failed", reason)
        self._news.append({"channel": channel, "failed": reason.code})


def _say(news: list[dict[str, object]]) -> None:
    try:
        os.write(_OUT, json.dumps(news).encode() + b"\n")
    except BrokenPipeError:  # the worker is gone; what is on disk will be found again
        return


def _complain(what: str, reason: Exception) -> None:
    sys.stderr.write(
        json.dumps({"event": what, "why": f"{type(reason).__name__}: {reason}"}) + "\n"
    )


def main(folder: str, key_file: str) -> None:
    """Run as a child; Ctrl-C in the terminal reaches the whole group, but we end by the pipe."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    key = None if key_file == UNSEALED else key_in(Path(key_file))
    Recorder(Shelf(Path(folder)), key).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
