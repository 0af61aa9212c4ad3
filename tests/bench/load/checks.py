"""ICE from the browser's side: signed checks that nominate, and their answers (RFC 8445, 8489)."""

from __future__ import annotations

import hmac
import ipaddress
import os
import struct
import zlib
from dataclasses import dataclass

COOKIE = b"\x21\x12\xa4\x42"
_REQUEST, _SUCCESS = 0x0001, 0x0101
_HEADER, _SIGNATURE, _FINGERPRINT = 20, 24, 8
_PRIORITY = (110 << 24) + (65535 << 8) + 255  # RFC 8445, 5.1.2.1: peer reflexive


@dataclass(frozen=True, slots=True)
class Credentials:
    """The user fragment and password of one side."""

    ufrag: str
    password: str


def check(ours: Credentials, theirs: Credentials, *, controls: bool) -> bytes:
    """Write a check; who controls nominates the pair on which it goes."""
    body = _attribute(0x0006, f"{theirs.ufrag}:{ours.ufrag}".encode())
    body += _attribute(0x0024, struct.pack("!I", _PRIORITY))
    body += _attribute(
        0x802A if controls else 0x8029, os.urandom(8)
    )  # ICE-CONTROLLING, -CONTROLLED
    if controls:
        body += _attribute(0x0025, b"")  # USE-CANDIDATE
    return _signed(_REQUEST, COOKIE + os.urandom(12), body, theirs.password)


def answer(request: bytes, ours: Credentials, source: tuple[str, int]) -> bytes:
    """Tell who checks us that it was heard, and from where."""
    port = source[1] ^ 0x2112
    masked = bytes(
        a ^ b for a, b in zip(ipaddress.ip_address(source[0]).packed, COOKIE, strict=True)
    )
    body = _attribute(0x0020, struct.pack("!BBH", 0, 1, port) + masked)
    return _signed(_SUCCESS, request[4:_HEADER], body, ours.password)


def is_request(datagram: bytes) -> bool:
    """Tell whether this is the other side's own check."""
    return len(datagram) >= _HEADER and struct.unpack_from("!H", datagram)[0] == _REQUEST


def is_answer(datagram: bytes) -> bool:
    """Tell whether this says that a check succeeded."""
    return len(datagram) >= _HEADER and struct.unpack_from("!H", datagram)[0] == _SUCCESS


def _signed(kind: int, identity: bytes, body: bytes, password: str) -> bytes:
    signed = struct.pack("!HH", kind, len(body) + _SIGNATURE) + identity + body
    mac = hmac.digest(password.encode(), signed, "sha1")
    whole = signed[:2] + struct.pack("!H", len(body) + _SIGNATURE + _FINGERPRINT) + signed[4:]
    whole += _attribute(0x0008, mac)
    return whole + _attribute(0x8028, struct.pack("!I", zlib.crc32(whole) ^ 0x5354554E))


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)
