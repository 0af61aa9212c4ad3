"""Hostile datagrams: STUN, DTLS, RTP and RTCP that are a little, or entirely, out of order."""

from __future__ import annotations

import hmac
import random
import struct
import zlib

from tests.bench.load.checks import COOKIE, Credentials, check

_LENGTHS = (0, 1, 2, 3, 4, 7, 8, 12, 20, 255, 256, 1400, 65535)
_ATTRIBUTES = (0x0001, 0x0006, 0x0008, 0x0020, 0x0024, 0x0025, 0x8028, 0x8029, 0x802A, 0xFFFF)
_REPORTS = (200, 201, 202, 203, 204, 205, 206, 207)
_MOST = 1400


def spoilt(chance: random.Random, data: bytes) -> bytes:
    """Flip, cut, double or stretch something that was in order."""
    octets = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(octets)) if octets else 0
        match chance.randrange(5):
            case 0 if octets:
                octets[at] ^= 1 << chance.randrange(8)
            case 1 if octets:
                octets[at] = chance.choice((0, 1, 127, 128, 255))
            case 2:
                del octets[at : at + chance.choice((1, 2, 4, 400))]
            case 3:
                octets[at:at] = chance.randbytes(chance.choice((1, 2, 4, 300)))
            case _:
                octets += octets[at : at + 100]
    return bytes(octets[:_MOST])


def stun(chance: random.Random, ours: Credentials, theirs: Credentials) -> bytes:
    """Make a check: spoilt on the way, odd but properly signed, or nonsense."""
    match chance.randrange(3):
        case 0:
            return spoilt(chance, check(ours, theirs, controls=True))
        case 1:
            return _signed(chance, ours, theirs)
        case _:
            head = bytes([chance.randrange(4)]) + chance.randbytes(3) + COOKIE
            return head[: chance.choice((1, 4, 8))] + chance.randbytes(chance.choice(_LENGTHS[:12]))


def dtls(chance: random.Random) -> bytes:
    """Make a record that is none, or one of a version that never was."""
    length = chance.choice(_LENGTHS)
    head = struct.pack("!BHHIHH", chance.randrange(20, 64), 0xFEFD, 0, 0, 1, length)
    return spoilt(chance, head + chance.randbytes(min(length, 1200)))


def rtp(chance: random.Random, ssrcs: list[int], sequence: int) -> bytes:
    """Make an RTP packet with any header; it is sealed afterwards, if it can be."""
    first = 0x80 | chance.choice((0, 0, 0x10, 0x10, 0x20, 0x30, chance.randrange(64)))
    second = chance.choice((96, 97, 111, 224, 225, 239, chance.randrange(256)))
    if 191 < second < 224:
        second ^= 0x40
    ssrc = chance.choice((*ssrcs, *ssrcs, chance.getrandbits(32)))
    number = (sequence + chance.choice((0, 1, 2, 50, 400, 30000, -5, -600))) & 0xFFFF
    head = struct.pack("!BBHII", first, second, number, chance.getrandbits(32), ssrc)
    head += chance.randbytes(4 * (first & 15))
    if first & 0x10:
        head += _extensions(chance)
    payload = chance.randbytes(chance.choice((0, 1, 2, 3, 4, 5, 20, 1100)))
    if payload and chance.random() < 0.5:  # the beginning of something that looks like VP8
        payload = bytes([chance.choice((0x90, 0x10, 0x80, 0xFF))]) + payload[1:]
    return (head + payload)[:_MOST]


def rtcp(chance: random.Random, ssrcs: list[int]) -> bytes:
    """Make a compound packet of reports that may lie about their length."""
    compound = b"".join(_report(chance, ssrcs) for _ in range(chance.choice((1, 1, 2, 5))))
    if chance.random() < 0.3:
        compound = compound[:2] + spoilt(chance, compound[2:])
    return compound[:1200] + bytes(max(0, 8 - len(compound)))


def _signed(chance: random.Random, ours: Credentials, theirs: Credentials) -> bytes:
    """Sign whatever attributes with the right password: who is in the room can do that."""
    body = b""
    if chance.random() < 0.8:
        name = chance.choice((f"{theirs.ufrag}:{ours.ufrag}", theirs.ufrag, f"{theirs.ufrag}:"))
        body += struct.pack("!HH", 6, len(name)) + name.encode() + bytes(-len(name) % 4)
    for _ in range(chance.choice((0, 1, 3, 40))):
        length = chance.choice(_LENGTHS[:9])
        body += struct.pack("!HH", chance.choice(_ATTRIBUTES), length)
        body += chance.randbytes(chance.choice((length, length + -length % 4, 0)))
    body = body[:1100]
    kind = chance.choice((1, 1, 1, 0x101, 0x111, chance.getrandbits(14)))
    signed = struct.pack("!HH", kind, len(body) + 24) + COOKIE + chance.randbytes(12) + body
    mac = hmac.digest(theirs.password.encode(), signed, "sha1")
    whole = signed[:2] + struct.pack("!H", len(body) + 32) + signed[4:]
    whole += struct.pack("!HH", 8, 20) + mac
    return whole + struct.pack("!HHI", 0x8028, 4, zlib.crc32(whole) ^ 0x5354554E)


def _extensions(chance: random.Random) -> bytes:
    """Make a block of header extensions, of any profile and length, true or not."""
    words = chance.choice((0, 1, 2, 3, 20, 300, 65535))
    profile = chance.choice((0xBEDE, 0xBEDE, 0xBEDE, 0x1000, chance.getrandbits(16)))
    body = bytearray(chance.randbytes(min(4 * words, 400)))
    if body and chance.random() < 0.7:
        body[0] = chance.randrange(15) << 4 | chance.randrange(16)
    return struct.pack("!HH", profile, words) + bytes(body)


def _report(chance: random.Random, ssrcs: list[int]) -> bytes:
    ssrc = chance.choice((*ssrcs, 0, chance.getrandbits(32)))
    body = struct.pack("!II", chance.choice((1, ssrc)), ssrc)
    body += chance.choice((_arrivals, _requests, _any))(chance)
    words = chance.choice((len(body) // 4, len(body) // 4, chance.choice(_LENGTHS)))
    kind, form = chance.choice(_REPORTS), chance.choice((1, 4, 15, 15, chance.randrange(32)))
    return struct.pack("!BBH", 0x80 | form, kind, words & 0xFFFF) + body


def _arrivals(chance: random.Random) -> bytes:
    """Say when packets arrived, as many as one likes, in chunks that hold other numbers."""
    head = struct.pack(
        "!HHI", chance.getrandbits(16), chance.choice(_LENGTHS), chance.getrandbits(32)
    )
    chunks = b"".join(
        struct.pack("!H", chance.getrandbits(16)) for _ in range(chance.randrange(40))
    )
    return head + chunks + chance.randbytes(4 * chance.randrange(30))


def _requests(chance: random.Random) -> bytes:
    count = chance.choice((0, 1, 5, 250))
    return b"".join(struct.pack("!I", chance.getrandbits(32)) for _ in range(count))


def _any(chance: random.Random) -> bytes:
    return chance.randbytes(4 * chance.choice((0, 1, 2, 6, 30)))
