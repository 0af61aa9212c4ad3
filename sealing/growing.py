"""A sealed file that grows, as a muxer writes it: nothing plain ever reaches the disk."""

from __future__ import annotations

import io
import os
from pathlib import Path

from typing_extensions import override

from sealing.segments import FIRST, OTHER, Seal, new_header, start_of


class SealedFile(io.RawIOBase):
    """Takes octets at its end; only within the first segment may they be changed later.

    The first segment is sealed when the file is closed (a muxer writes length and index there at
    last), every other as soon as it is full.  Without :meth:`close` the file does not open.
    """

    def __init__(self, path: Path, key: bytes, name: str) -> None:
        super().__init__()
        header = new_header()
        self._seal = Seal(key, header, name)
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.pwrite(self._fd, header, 0)
        self._first, self._tail = bytearray(), bytearray()
        self._number = 1  # of the segment that the tail will be
        self._at = 0

    @override
    def writable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def tell(self) -> int:
        return self._at

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = begin + offset
        return self._at

    @override
    def write(self, data: bytes) -> int:  # type: ignore[override]  # a muxer hands in octets only
        """Take octets; raises OSError where they cannot be changed any more."""
        rest = memoryview(data)
        if self._at < FIRST:
            taken = min(len(rest), FIRST - self._at)
            self._first.extend(bytes(max(0, self._at - len(self._first))))
            self._first[self._at : self._at + taken] = rest[:taken]
            self._at += taken
            rest = rest[taken:]
        if rest:
            self._append(rest)
        return len(data)

    @override
    def close(self) -> None:
        """Seal what is still open, and have the file on disk."""
        if self._fd < 0:
            return
        try:
            self._seal_full_ones()  # the disk may have been full when they were
            alone = self._number == 1 and not self._tail
            self._put(0, self._first, last=alone)
            if not alone:
                self._put(self._number, self._tail, last=True)
            os.fdatasync(self._fd)
        finally:
            os.close(self._fd)
            self._fd = -1
            super().close()

    @property
    def _end(self) -> int:
        beyond = (self._number - 1) * OTHER + len(self._tail)
        return FIRST + beyond if beyond else len(self._first)

    def _append(self, rest: memoryview) -> None:
        if self._at != self._end:
            raise OSError("sealed already")
        self._at += len(rest)
        self._tail += rest
        self._seal_full_ones()

    def _seal_full_ones(self) -> None:
        while len(self._tail) > OTHER:  # a full one may still be the last
            self._put(self._number, self._tail[:OTHER], last=False)
            del self._tail[:OTHER]
            self._number += 1

    def _put(self, number: int, plain: bytearray, *, last: bool) -> None:
        segment = self._seal.close(number, bytes(plain), last=last)
        written, at = 0, start_of(number)
        while written < len(segment):  # a full disk makes short writes, silently
            written += os.pwrite(self._fd, segment[written:], at + written)
