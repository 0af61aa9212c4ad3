"""SRTP on the fast path: libsrtp called on a preallocated buffer, without copies in between."""

from __future__ import annotations

from typing import Any

from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

from webrtc.engine.interface import Keys

DATAGRAM = 2048  #: larger than any datagram a browser sends (MTU 1500)
_TRAILER = 160  # SRTP_MAX_TRAILER_LEN (144) and room to align
_WINDOW = 1024  # packets: what is lost on the way up and asked for again goes on late
_PROFILES = {
    "gcm-128": Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    "cm-sha1-80": Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
}

REPLAYED = {9, 10}  #: libsrtp's answers for a packet that was there before, or is too old to tell

protect: Any = lib.srtp_protect
unprotect: Any = lib.srtp_unprotect


class Memory:
    """A piece of memory that both Python and libsrtp see, and the length of what lies in it."""

    def __init__(self) -> None:
        self.octets = bytearray(DATAGRAM + _TRAILER)
        self.view = memoryview(self.octets)
        self.pointer: Any = ffi.from_buffer(self.octets)
        self.length: Any = ffi.new("int*")


def inbound(keys: Keys) -> Session:
    """Make the session that decrypts what a browser sends; a packet that came is refused."""
    return _session(keys, keys.inbound, Policy.SSRC_ANY_INBOUND)


def outbound(keys: Keys) -> Session:
    """Make the session that encrypts; libsrtp refuses to use a GCM nonce twice."""
    return _session(keys, keys.outbound, Policy.SSRC_ANY_OUTBOUND)


def context_of(session: Session) -> Any:
    """Give libsrtp's own handle, for calls on a buffer."""
    return session._srtp[0]  # noqa: SLF001 (seam: no public call on a buffer)


def _session(keys: Keys, key: bytes, direction: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=_PROFILES[keys.profile])
    policy.window_size = _WINDOW
    return Session(policy)
