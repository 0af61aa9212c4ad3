"""SRTP on the fast path: libsrtp called on a preallocated buffer, without copies in between."""

from __future__ import annotations

from typing import Any

from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

DATAGRAM = 2048  #: larger than any datagram a browser sends (MTU 1500)
_TRAILER = 160  # SRTP_MAX_TRAILER_LEN (144) and room to align
_length = ffi.new("int*")


class Buffer:
    """A piece of memory that both Python and libsrtp see."""

    def __init__(self) -> None:
        self.octets = bytearray(DATAGRAM + _TRAILER)
        self.view = memoryview(self.octets)
        self.pointer = ffi.from_buffer(self.octets)


class Opener:
    """Decrypts what one browser sends; what does not authenticate is refused."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context: Any = session._srtp[0]  # noqa: SLF001 (seam: no public call on a buffer)

    def rtp(self, buffer: Buffer, length: int) -> int:
        """Decrypt in place; give the new length, or 0 if the packet is not genuine."""
        _length[0] = length
        if lib.srtp_unprotect(self._context, buffer.pointer, _length):
            return 0
        return int(_length[0])

    def rtcp(self, datagram: bytes) -> bytes:
        """Decrypt a control packet.  Raises :class:`pylibsrtp.Error` if it is not genuine."""
        return bytes(self._session.unprotect_rtcp(datagram))


class Sealer:
    """Encrypts what goes to one browser."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context: Any = session._srtp[0]  # noqa: SLF001 (seam: no public call on a buffer)
        self._buffer = Buffer()

    def rtp(self, header: bytes, payload: bytes) -> memoryview | None:
        """Encrypt header and payload; the view is good until the next call."""
        length = len(header) + len(payload)
        if length > DATAGRAM:
            return None
        self._buffer.view[: len(header)] = header
        self._buffer.view[len(header) : length] = payload
        _length[0] = length
        if lib.srtp_protect(self._context, self._buffer.pointer, _length):
            return None
        return self._buffer.view[: int(_length[0])]

    def rtcp(self, packet: bytes) -> bytes:
        """Encrypt a control packet."""
        return bytes(self._session.protect_rtcp(packet))
