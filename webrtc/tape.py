"""One participant's recording as the recorder's process writes it: segment after segment."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from pathlib import Path

from webrtc.journal import NANOSECONDS, About, Journal, Kind, Record, Stored
from webrtc.rtp import HEADER, is_vp8_keyframe_start, newer, vp8_frame_offset, vp8_size
from webrtc.shelf import Report, Shelf
from webrtc.webm import FILM, WebM, film_at

Size = tuple[int, int]
Told = Callable[[Report], None]
Complain = Callable[[str, Exception], None]

_RTP_HEADER = 12
_AT_LEAST = 2 * NANOSECONDS  # between two changes: a phone that changes its mind stays in one film
_OVERTOOK = 64  # packets of a picture that may come before its first


class Segment:
    """A journal and the file that grows beside it."""

    def __init__(
        self, path: Path, about: About, key: bytes | None, film: str, complain: Complain
    ) -> None:
        self.path, self.about = path, about
        self.size: Size | None = None  #: of the first whole picture
        self._journal = Journal(path, about, key)
        self._playback: WebM | None = WebM(film_at(path.with_suffix(FILM), key, film))
        self._complain = complain

    @property
    def film_failed(self) -> bool:
        """Whether the playable file has to be made from the journal."""
        return self._playback is None

    @property
    def has_begun_without_picture(self) -> bool:
        """Whether the playable file has no place for pictures."""
        return self._playback is not None and self._playback.has_begun_without("video")

    def take(self, record: Record) -> None:
        """Take one record."""
        self._journal.add(record)
        if self._playback is not None:
            try:
                self._playback.take(record)
            except (OSError, ValueError) as reason:  # the journal is the record; this can be redone
                self._give_up_film(reason)

    def store(self) -> Stored | None:
        """Put on disk what came since the last time.  Raises :class:`DiskFailed`."""
        return self._journal.store()

    def close(self, at: int, ended: str) -> Stored | None:
        """End the segment, at this moment or with its last record.  Raises :class:`DiskFailed`."""
        try:
            if self._playback is not None:
                self._playback.close()
        except (OSError, ValueError) as reason:
            self._give_up_film(reason)
        return self._journal.close(at, ended)

    def abandon(self) -> None:
        """Let go of a journal that the disk does not take."""
        self._journal.abandon()

    def _give_up_film(self, reason: Exception) -> None:
        """Leave no broken film behind: it is made from the journal when that is closed."""
        self._complain("playback-failed", reason)
        self._playback = None
        with contextlib.suppress(OSError):
            self.path.with_suffix(FILM).unlink(missing_ok=True)


class Tape:
    """All segments of one participant, from the moment the room gave them to the recorder.

    A film has one size and the tracks it began with, so a picture of another size begins a new
    segment, and so does the first picture of somebody who was only heard until then.
    """

    def __init__(
        self,
        shelf: Shelf,
        key: bytes | None,
        whose: tuple[str, str],
        started: int,
        told: Told,
        complain: Complain,
    ) -> None:
        """``whose`` names meeting and participant.  Raises :class:`DiskFailed`."""
        self._shelf = shelf
        self._key = key
        self._whose = whose
        self._told = told
        self._complain = complain
        self._marks: dict[Kind, Record] = {}
        self._recent: deque[Record] = deque(maxlen=_OVERTOOK)
        self._segment = self._open(started)

    def take(self, record: Record) -> None:
        """Take one record.  Raises :class:`DiskFailed`."""
        overtook: list[Record] = []
        if record.kind is Kind.VIDEO:
            if size := _size_of_whole_picture(record.data):
                overtook = self._look_at(size, record)
            self._recent.append(record)
        elif record.kind in {Kind.AUDIO_MARK, Kind.VIDEO_MARK}:
            self._marks[record.kind] = record
        for one in (record, *overtook):  # a film begins with the first packet that it is given
            self._segment.take(one)

    def store(self) -> None:
        """Put on disk what came since the last time, and tell.  Raises :class:`DiskFailed`."""
        self._tell(self._segment.store(), closed=False)

    def close(self, at: int, ended: str) -> None:
        """End the recording, and tell.  Raises :class:`DiskFailed`.

        A segment whose film has yet to be made is not told as closed.
        """
        stored = self._segment.close(at, ended)
        self._tell(stored, closed=not self._segment.film_failed)

    def abandon(self) -> None:
        """Let go of a journal that the disk does not take."""
        self._segment.abandon()

    def _look_at(self, size: Size, first: Record) -> list[Record]:
        """Go on in a new segment if the film cannot go on with a picture of this size.

        Gives the packets of that picture which overtook its first one.
        """
        why = self._why_turn(size, first)
        if why:
            self.close(first.arrival, why)
            self._segment = self._open(first.arrival)
            for mark in self._marks.values():
                self._segment.take(mark)
        self._segment.size = self._segment.size or size
        sequence = _sequence(first.data)
        return [one for one in self._recent if why and newer(_sequence(one.data), sequence)]

    def _why_turn(self, size: Size, first: Record) -> str:
        segment = self._segment
        if first.arrival - segment.about.started < _AT_LEAST:
            return ""
        if segment.has_begun_without_picture:
            return "picture"
        return "size" if segment.size not in {None, size} else ""

    def _open(self, started: int) -> Segment:
        path, about = self._shelf.next_segment(*self._whose, started)
        return Segment(path, about, self._key, self._shelf.film_of(path), self._complain)

    def _tell(self, stored: Stored | None, *, closed: bool) -> None:
        if stored is not None:
            segment = self._segment
            self._told(self._shelf.report(segment.path, segment.about, stored, closed=closed))


def _sequence(packet: bytes) -> int:
    return int(HEADER.unpack_from(packet)[2])


def _size_of_whole_picture(packet: bytes) -> Size | None:
    """Read the size of the picture that begins with this packet, if it needs no other."""
    payload = packet[_RTP_HEADER:]
    if not is_vp8_keyframe_start(payload):
        return None
    return vp8_size(payload[vp8_frame_offset(payload) :])
