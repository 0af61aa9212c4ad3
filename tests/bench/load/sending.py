"""A publisher: the film as RTP, with everything that a browser adds to it."""

from __future__ import annotations

import secrets
import struct
import time
from collections import deque

from pylibsrtp._binding import lib
from typing_extensions import override

from tests.bench.load import reports
from tests.bench.load.descriptions import LEVEL, MID, TRANSPORT, Description, Numbers
from tests.bench.load.film import FRAME, SOUND, Film
from tests.bench.load.peer import LENGTH, OCTETS, POINTER, VIEW, Identity, Peer

STAMP = struct.Struct("!IQ")  # the mark below, and nanoseconds since 1970
MARK = 0xA55AC33C
_SPREAD = 0.0015  # seconds between two packets of one picture: browsers send no bursts
_REPORT_EVERY = 1.0
_KEPT = 512  # packets that can be sent again
_LOUD = 0x80 | 20  # RFC 6464: voice, -20 dBov
_PLI, _FIR = 1, 4


class Line:
    """One stream on its way."""

    __slots__ = ("head", "marked", "octets", "packets", "plain", "sequence", "ssrc", "timestamp")

    def __init__(self, ssrc: int, payload_type: int, extensions: dict[int, bytes]) -> None:
        block = b"".join(bytes([n << 4 | len(v) - 1]) + v for n, v in extensions.items())
        block += bytes(-len(block) % 4)
        tail = struct.pack("!HH", 0xBEDE, len(block) // 4) + block if block else b""
        self.head = struct.Struct(f"!BBHII{len(tail)}s")
        first = 0x90 if tail else 0x80
        self.plain = (first, payload_type, tail)
        self.marked = (first, payload_type | 0x80, tail)
        self.ssrc, self.sequence, self.timestamp = ssrc, secrets.randbelow(1 << 15), 0
        self.packets = self.octets = 0


class Sender(Peer):
    """Somebody's camera and microphone."""

    def __init__(self, identity: Identity, profile: str, film: Film, *, stamped: bool) -> None:
        super().__init__(identity, profile)
        self.numbers = Numbers(*(1 + secrets.randbelow(0xFFFFFFFE) for _ in range(3)))
        self.sent = self.plis = self.resent = self.asked = 0
        self._film, self._stamped = film, stamped
        self._sound: Line | None = None
        self._picture: Line | None = None
        self._repair: Line | None = None
        self._transport = self._stamp_at = 0
        self._wish = True  # for a whole picture
        self._number = self._part = self._shown = self._heard = 0
        self._payloads: tuple[bytes, ...] = ()
        self._kept: deque[tuple[int, bool, int, bytes]] = deque(maxlen=_KEPT)
        self._next_report = 0.0

    def settle(self, answered: Description) -> None:
        """Learn from the answer which types and extensions to send."""
        audio, video = answered.sections[:2]
        self._sound = self._line(self.numbers.audio, audio.payload_type, audio)
        self._picture = self._line(self.numbers.video, video.payload_type, video)
        if video.repair_type is not None:
            self._repair = self._line(self.numbers.repair, video.repair_type, video)

    def send_sound(self) -> float:
        """Send the next packet of sound; give the seconds until the one after it."""
        sounds, line = self._film.sounds, self._sound
        if self.transmit is not None and line is not None:
            line.timestamp = (line.timestamp + 960) & 0xFFFFFFFF
            self._send(line, sounds[self._heard % len(sounds)], marker=self._heard == 0)
            self._heard += 1
        return SOUND

    def send_picture(self) -> float:
        """Send the next packet of the picture; give the seconds until the one after it."""
        line = self._picture
        if self.transmit is None or line is None:
            return FRAME
        if not self._part:
            self._begin_picture(line)
        payload = self._payloads[self._part]
        self._part += 1
        last = self._part == len(self._payloads)
        payload = payload[:2] + struct.pack("!H", 0x8000 | self._shown & 0x7FFF) + payload[4:]
        self._kept.append((line.sequence, last, line.timestamp, payload))
        self._send(line, payload, marker=last)
        if not last:
            return _SPREAD
        self._part = 0
        return max(FRAME - _SPREAD * (len(self._payloads) - 1), _SPREAD)

    @override
    def tick(self, now: float) -> None:
        """Send the reports that are due."""
        super().tick(now)
        if now >= self._next_report and self.transmit is not None:
            self._next_report = now + _REPORT_EVERY
            for line in (self._sound, self._picture):
                if line is not None and line.packets:
                    counts = (line.packets, line.octets)
                    wall = time.time() + 2208988800  # NTP counts from 1900
                    self.send_rtcp(reports.sender_report(line.ssrc, wall, line.timestamp, *counts))

    @override
    def take_rtcp(self, compound: bytes, now: float) -> None:
        """Begin a new picture, or send a packet again."""
        for kind, form, body in reports.items(compound):
            if kind == 206 and form in (_PLI, _FIR):
                self.plis += 1
                self._wish = True
            elif kind == 205 and form == 1 and body[4:8] == self.numbers.video.to_bytes(4, "big"):
                self._resend(set(reports.asked_again(body)))

    def _begin_picture(self, line: Line) -> None:
        pictures = self._film.pictures
        if self._wish:
            self._number, self._wish = 0, False
        self._payloads = pictures[self._number]
        self._number = (self._number + 1) % len(pictures)
        self._shown += 1
        line.timestamp = (line.timestamp + int(90000 * FRAME)) & 0xFFFFFFFF

    def _resend(self, wanted: set[int]) -> None:
        self.asked += len(wanted)
        if self._repair is None:
            return
        for sequence, marker, timestamp, payload in self._kept:
            if sequence in wanted:
                self._repair.timestamp = timestamp
                self._send(self._repair, sequence.to_bytes(2, "big") + payload, marker=marker)
                self.resent += 1

    def _send(self, line: Line, payload: bytes, *, marker: bool) -> None:
        first, second, tail = line.marked if marker else line.plain
        sequence = line.sequence
        line.head.pack_into(OCTETS, 0, first, second, sequence, line.timestamp, line.ssrc, tail)
        start = line.head.size
        length = start + len(payload)
        VIEW[start:length] = payload
        line.sequence = (sequence + 1) & 0xFFFF
        line.packets += 1
        line.octets += len(payload)
        if self._stamp_at:
            OCTETS[self._stamp_at] = self._transport >> 8
            OCTETS[self._stamp_at + 1] = self._transport & 0xFF
            self._transport = (self._transport + 1) & 0xFFFF
        if self._stamped and len(payload) > 40:
            STAMP.pack_into(OCTETS, length - STAMP.size, MARK, time.time_ns())
        LENGTH[0] = length
        if not lib.srtp_protect(self.transmit, POINTER, LENGTH):
            self.send(VIEW[: LENGTH[0]])
            self.sent += 1

    def _line(self, ssrc: int, payload_type: int, section) -> Line:
        """The transport-wide number comes first, so that it lies at one place in every packet."""
        numbers, extensions = section.extensions, {}
        if TRANSPORT in numbers:
            extensions[numbers[TRANSPORT]] = bytes(2)
            self._stamp_at = 17
        if MID in numbers:
            extensions[numbers[MID]] = section.mid.encode()
        if LEVEL in numbers:
            extensions[numbers[LEVEL]] = bytes([_LOUD])
        return Line(ssrc, payload_type, extensions)
