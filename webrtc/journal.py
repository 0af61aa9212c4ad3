"""The recording itself: an append-only file of hash-chained blocks, each on disk before it counts.

A block is ``head | body | SHA-256(head | body)``; the head holds the number of the block, the
length of the body and the hash of the block before.  The first body is JSON about the segment; the
others are records, encrypted with AES-GCM if there is a key: RTP packets in the clear (payload type
96 for VP8, 102 for H.264, 111 for Opus, no extensions) and the publisher's clock marks, each with
the time of arrival.  Time is the centre's when the segment begins and runs on evenly from there,
whatever happens to the clock; the file's own time says until when it is recorded.  Changing,
dropping or inserting a block breaks the chain; a crash leaves a torn tail.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import fcntl
import hashlib
import json
import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import NotReady, Unavailable
from domain.ports.rooms import Source
from webrtc.codecs import CODECS

NANOSECONDS = 1_000_000_000

BLOCK_HEAD = struct.Struct(
    "!4sQI32s"
)  # magic, number, length of the body, hash of the block before
MAGIC = b"FQJ1"
HASH = 32
RECORD = struct.Struct("!BqI")  #: kind, arrival in ns since 1970, length of the data behind it
LONGEST_BODY = 64 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STILL = {Source.CAMERA: NANOSECONDS, Source.SCREEN: 3 * NANOSECONDS}
"""A line that is silent for longer was broken: that time is not recorded.

Of a screen on which nothing moves Chromium sends one picture a second.
"""


class Kind(enum.IntEnum):
    """What a record holds."""

    AUDIO = 1
    VIDEO = 2
    AUDIO_MARK = 3  #: NTP time and RTP timestamp of an RTCP sender report
    VIDEO_MARK = 4
    CLOSED = 5  #: the segment ended properly, for the reason that the record holds
    DROPPED = 6  #: the recorder fell behind; packets before this one are missing


KINDS = {kind.value: kind for kind in Kind}
_TIMED = {Kind.AUDIO, Kind.VIDEO, Kind.DROPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the first block says."""

    meeting: str
    participant: str
    number: int
    started: int  #: ns since 1970
    gap_before: float = 0.0
    source: Source = Source.CAMERA
    codec: str = "VP8"  #: of its pictures
    salt: str = ""  #: hex; empty if the records are not encrypted


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How far a journal is on disk."""

    seconds: float
    sha256: str  #: hash of the last block
    lost: float = 0.0  #: seconds in which the recorder was too far behind to take anything
    closed: bool = False
    ended: str = ""  #: why, if it was closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a reader finds in a journal."""

    about: About
    blocks: int
    stored: Stored
    whole: int  #: octets up to the end of the last whole block
    torn: int  #: octets behind it: a block that was being written when the power went
    broken_at: int | None  #: number of the first block that does not fit the chain


class Record(NamedTuple):
    """One entry."""

    kind: Kind
    arrival: int  #: ns since 1970
    data: bytes


class Extent:
    """How much time the packets of a journal cover.

    Where the line was broken they cover none; where the recorder fell behind that time is lost.
    """

    def __init__(self, source: Source = Source.CAMERA) -> None:
        self._still = _STILL[source]
        self.last = 0  #: ns since 1970; the latest arrival
        self._covered = self._lost = 0
        self._behind = False

    @property
    def seconds(self) -> float:
        """The time covered so far."""
        return self._covered / NANOSECONDS

    @property
    def lost(self) -> float:
        """The time lost so far."""
        return self._lost / NANOSECONDS

    def take(self, record: Record) -> None:
        """Take one more record, in the order of the file."""
        if record.kind not in _TIMED or record.arrival <= self.last:
            return
        step = record.arrival - self.last if self.last else 0
        if self._behind or record.kind is Kind.DROPPED:
            self._lost += step
        elif step <= self._still:
            self._covered += step
        self._behind = record.kind is Kind.DROPPED
        self.last = record.arrival


class DiskFailed(Unavailable):
    """The disk does not take another block; what was acknowledged is safe."""

    code = "disk-failed"


class DiskFull(DiskFailed):
    """There is no room for another block."""

    code = "disk-full"


class NotAJournal(Unavailable):
    """The file does not begin with a whole first block, or its key is missing."""

    code = "not-a-journal"


class Journal:
    """A journal that is being written."""

    def __init__(self, path: Path, about: About, key: bytes | None = None) -> None:
        salt = secrets.token_bytes(16) if key else b""
        try:
            _make_folder(path.parent)
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        except OSError as reason:
            raise refused(reason) from reason
        fcntl.flock(self._fd, fcntl.LOCK_EX)  # :func:`held` tells that somebody still writes
        self._cipher = _cipher(key, salt)
        self._number, self._good, self._hash = 0, 0, bytes(HASH)
        self._pending = bytearray()
        self._extent = Extent(about.source)
        self._until = about.started
        about_text = json.dumps(vars_of(about) | {"salt": salt.hex()})
        try:
            self._append(about_text.encode())
            _sync_folder(path.parent)
        except DiskFailed:
            self.abandon()
            path.unlink()  # a journal without its first block says nothing
            raise

    def add(self, record: Record) -> None:
        """Take a record; it counts after the next :meth:`store`."""
        self._pending += RECORD.pack(record.kind, record.arrival, len(record.data)) + record.data
        self._extent.take(record)
        self._until = max(self._until, record.arrival)

    def store(self, *, closed: bool = False, ended: str = "") -> Stored | None:
        """Put what was taken on disk; ``None`` if there was nothing.

        Raises :class:`DiskFailed`; the file then ends with the last block that was acknowledged.
        """
        if not self._pending:
            return None
        body = bytes(self._pending)
        if self._cipher is not None:
            head = BLOCK_HEAD.pack(MAGIC, self._number, len(body) + 16, self._hash)
            body = self._cipher.encrypt(_nonce(self._number), body, head)
        self._append(body)
        self._pending.clear()
        os.utime(self._fd, ns=(self._until, self._until))
        return Stored(
            seconds=self._extent.seconds,
            lost=self._extent.lost,
            sha256=self._hash.hex(),
            closed=closed,
            ended=ended,
        )

    def close(self, at: int = 0, ended: str = "") -> Stored | None:
        """Say that the segment ended here, or with its last record, and why; close the file."""
        try:
            end = Record(kind=Kind.CLOSED, arrival=max(at, self._until), data=ended.encode())
            self.add(end)
            return self.store(closed=True, ended=ended)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close the file as it is."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _append(self, body: bytes) -> None:
        head = BLOCK_HEAD.pack(MAGIC, self._number, len(body), self._hash)
        digest = hashlib.sha256(head + body).digest()
        rest = memoryview(head + body + digest)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]  # a full disk makes short writes, silently
            os.fdatasync(self._fd)  # only then acknowledge
        except OSError as reason:
            with contextlib.suppress(OSError):  # else the torn tail is cut when it is mended
                os.ftruncate(self._fd, self._good)
            raise refused(reason) from reason
        self._good += BLOCK_HEAD.size + len(body) + HASH
        self._number += 1
        self._hash = digest


class Reader:
    """A journal that is being read, block by block, as far as the chain holds."""

    def __init__(self, file: BinaryIO, key: bytes | None = None) -> None:
        self._file = file
        self._number, self._hash = 0, bytes(HASH)
        self.whole = 0
        self.broken_at: int | None = None
        first = self._block()
        if first is None:
            raise NotAJournal("no first block")
        self.about = _about(first[1])
        self._cipher = _cipher(key, bytes.fromhex(self.about.salt))
        if self.about.salt and self._cipher is None:
            raise NotAJournal("no key")

    @property
    def blocks(self) -> int:
        """How many blocks were read and fit."""
        return self._number

    @property
    def sha256(self) -> str:
        """The hash of the last block that was read."""
        return self._hash.hex()

    def records(self) -> Iterator[Record]:
        """Give every record up to the torn tail or the first broken block."""
        while (block := self._block()) is not None:
            head, body = block
            if self._cipher is not None:
                try:
                    body = self._cipher.decrypt(_nonce(self._number - 1), body, head)
                except InvalidTag:
                    self.broken_at = self._number - 1
                    return
            yield from _records(body)

    def _block(self) -> tuple[bytes, bytes] | None:
        head = self._file.read(BLOCK_HEAD.size)
        if len(head) < BLOCK_HEAD.size:
            return None
        magic, number, length, before = BLOCK_HEAD.unpack(head)
        fits = magic == MAGIC and (number, before) == (self._number, self._hash)
        body = self._file.read(length if length <= LONGEST_BODY else 0)
        digest = self._file.read(HASH)
        if fits and len(digest) < HASH:
            return None
        if not fits or hashlib.sha256(head + body).digest() != digest:
            self.broken_at = self._number
            return None
        self._number += 1
        self._hash = digest
        self.whole = self._file.tell()
        return head, body


def read(path: Path, key: bytes | None = None) -> Iterator[Record]:
    """Give the records of a journal, as far as the chain holds."""
    with path.open("rb") as file:
        yield from Reader(file, key).records()


def verify(path: Path, key: bytes | None = None) -> Verified:
    """Check the chain from the first block to the last and say how far it holds.

    Raises :class:`NotAJournal`.
    """
    end = None
    with path.open("rb") as file:
        reader = Reader(file, key)
        extent = Extent(reader.about.source)
        for record in reader.records():
            end = record if record.kind is Kind.CLOSED else None
            extent.take(record)
    return Verified(
        about=reader.about,
        blocks=reader.blocks,
        stored=Stored(
            seconds=extent.seconds,
            lost=extent.lost,
            sha256=reader.sha256,
            closed=end is not None,
            ended=end.data.decode(errors="replace") if end else "",
        ),
        whole=reader.whole,
        torn=path.stat().st_size - reader.whole if reader.broken_at is None else 0,
        broken_at=reader.broken_at,
    )


def cut_torn_tail(path: Path, found: Verified) -> None:
    """Cut what a crash left half-written; a chain that is broken elsewhere is not touched."""
    if found.torn and found.broken_at is None:
        before = path.stat()
        with path.open("r+b") as file:
            file.truncate(found.whole)
            os.fdatasync(file.fileno())
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # when it was last written


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep everybody else from a journal.

    Raises :class:`NotReady` while a recorder still writes it, or another worker mends it.
    """
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as reason:
            raise NotReady(path.name) from reason
        yield


def refused(reason: OSError) -> DiskFailed:
    """Say in our words why the disk did not take something."""
    kind = DiskFull if reason.errno in _FULL else DiskFailed
    return kind(errno.errorcode.get(reason.errno or 0, "?"))


def _about(first: bytes) -> About:
    """Read the first block; raises NotAJournal."""
    try:
        told = json.loads(first)
        about = About(**told | {"source": Source(told.get("source", Source.CAMERA))})
        bytes.fromhex(about.salt)
    except (ValueError, TypeError, AttributeError) as reason:
        raise NotAJournal("an odd first block") from reason
    if about.codec not in CODECS:
        raise NotAJournal("no such codec")
    return about


def vars_of(about: About) -> dict[str, object]:
    """Give the fields by name."""
    return {name: getattr(about, name) for name in About.__slots__}


def _records(body: bytes) -> Iterator[Record]:
    at = 0
    while at < len(body):
        kind, arrival, length = RECORD.unpack_from(body, at)
        at += RECORD.size
        yield Record(KINDS[kind], arrival, body[at : at + length])
        at += length


def _cipher(key: bytes | None, salt: bytes) -> AESGCM | None:
    """Make a cipher of this journal's own, so that block numbers can be nonces."""
    if key is None or not salt:
        return None
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"fengqiao journal 1")
    return AESGCM(derive.derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _make_folder(folder: Path) -> None:
    """Make a folder, and every one above it that is missing, so that a power cut leaves them."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(new):
        _sync_folder(one.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, too."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
