"""As much of STUN as an ICE-lite agent needs: read a check and answer it (RFC 8489)."""

from __future__ import annotations

import hmac
import ipaddress
import struct
import zlib
from dataclasses import dataclass

Address = tuple[str, int]

_COOKIE = b"\x21\x12\xa4\x42"
_HEADER = 20
_BINDING_REQUEST = 0x0001
_USERNAME, _MESSAGE_INTEGRITY, _USE_CANDIDATE = 0x0006, 0x0008, 0x0025
_MAC = 20
_FINGERPRINT_XOR = 0x5354554E


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A binding request with short-term credentials (RFC 8445, 7.2.2)."""

    transaction: bytes  #: magic cookie and transaction id, 16 bytes
    ufrag: str  #: ours: the part of USERNAME before the colon
    nominates: bool  #: carries USE-CANDIDATE
    signed: bytes  #: what MESSAGE-INTEGRITY covers
    mac: bytes

    def is_signed_with(self, password: bytes) -> bool:
        """Tell whether the sender knows the password of our offer or answer."""
        return hmac.compare_digest(hmac.digest(password, self.signed, "sha1"), self.mac)


def read_check(data: bytes) -> Check | None:
    """Read a connectivity check; anything else, however malformed, is ``None``."""
    if len(data) < _HEADER or data[4:8] != _COOKIE:
        return None
    if struct.unpack_from("!HH", data) != (_BINDING_REQUEST, len(data) - _HEADER):
        return None
    username, nominates, at = None, False, _HEADER
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("!HH", data, at)
        value = data[at + 4 : at + 4 + length]
        if len(value) != length:
            return None
        if kind == _MESSAGE_INTEGRITY:
            return _check(data, at, username, nominates=nominates) if length == _MAC else None
        if kind == _USERNAME:
            username = value
        nominates = nominates or kind == _USE_CANDIDATE
        at += 4 + length + (-length % 4)
    return None


def answer(check: Check, *, password: bytes, source: Address) -> bytes:
    """Build the success response that tells the browser how it looks from here."""
    body = _attribute(0x0020, _xored(source, check.transaction))
    signed = struct.pack("!HH", 0x0101, len(body) + 4 + _MAC) + check.transaction + body
    signed += _attribute(_MESSAGE_INTEGRITY, hmac.digest(password, signed, "sha1"))
    whole = signed[:2] + struct.pack("!H", len(signed) - _HEADER + 8) + signed[4:]
    return whole + _attribute(0x8028, struct.pack("!I", zlib.crc32(whole) ^ _FINGERPRINT_XOR))


def _check(data: bytes, at: int, username: bytes | None, *, nominates: bool) -> Check | None:
    mac = data[at + 4 : at + 4 + _MAC]
    if username is None or b":" not in username:
        return None
    length = struct.pack("!H", at + 4 + _MAC - _HEADER)
    return Check(
        transaction=data[4:_HEADER],
        ufrag=username.split(b":")[0].decode("ascii", "replace"),
        nominates=nominates,
        signed=data[:2] + length + data[4:at],
        mac=mac,
    )


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _xored(source: Address, transaction: bytes) -> bytes:
    ip = ipaddress.ip_address(source[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped  # as the browser knows itself, not as our socket of both families does
    port = source[1] ^ 0x2112
    masked = bytes(a ^ b for a, b in zip(ip.packed, transaction, strict=False))
    return struct.pack("!BBH", 0, 1 if ip.version == 4 else 2, port) + masked  # noqa: PLR2004 (IP version)
