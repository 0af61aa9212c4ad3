"""Session descriptions as a browser writes them, and what matters in the other side's."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from tests.bench.load.checks import Credentials

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_OFFERED = {LEVEL: 1, TRANSPORT: 3, MID: 4}
_KEPT = re.compile(r"a=(mid|rtpmap|fmtp|rtcp-fb|extmap|rtcp-mux|rtcp-rsize|extmap-allow-mixed)\b")


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line."""

    kind: str
    mid: str
    payload_type: int  #: the first one: what is sent
    repair_type: int | None
    extensions: dict[str, int]
    direction: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """An offer or answer, as far as it matters here."""

    credentials: Credentials
    address: tuple[str, int]
    setup: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What one peer says about itself."""

    fingerprint: str
    credentials: Credentials = field(
        default_factory=lambda: Credentials(secrets.token_hex(4), secrets.token_hex(12))
    )

    def lines(self, setup: str) -> list[str]:
        return [
            f"a=ice-ufrag:{self.credentials.ufrag}",
            f"a=ice-pwd:{self.credentials.password}",
            f"a=fingerprint:sha-256 {self.fingerprint}",
            f"a=setup:{setup}",
        ]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The SSRCs under which a publisher sends."""

    audio: int
    video: int
    repair: int


def read(sdp: str) -> Description:
    """Read a description; a bundled one says the same of its transport in every section."""
    address = re.search(
        r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", sdp, re.MULTILINE | re.IGNORECASE
    )
    assert address, sdp
    _, *sections = re.split(r"(?m)^(?=m=)", sdp)
    return Description(
        Credentials(_one("ice-ufrag", sdp), _one("ice-pwd", sdp)),
        (address[1], int(address[2])),
        _one("setup", sdp),
        tuple(_section(section) for section in sections),
    )


def offer(own: Own, numbers: Numbers, address: tuple[str, int] | None = None) -> str:
    """Offer one sound and one picture; who checks back needs our address."""
    audio = [
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "a=rtpmap:111 opus/48000/2",
        "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        f"a=extmap:{_OFFERED[LEVEL]} {LEVEL}",
        f"a=ssrc:{numbers.audio} cname:load",
        f"a=ssrc:{numbers.audio} msid:load sound",
    ]
    video = [
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
        "a=rtpmap:96 VP8/90000",
        *(f"a=rtcp-fb:96 {kind}" for kind in ("transport-cc", "ccm fir", "nack", "nack pli")),
        "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96",
        f"a=ssrc-group:FID {numbers.video} {numbers.repair}",
        *(
            f"a=ssrc:{ssrc} {said}"
            for ssrc in (numbers.video, numbers.repair)
            for said in ("cname:load", "msid:load picture")
        ),
    ]
    head = _head(["0", "1"])
    for mid, lines in enumerate((audio, video)):
        head += [lines[0], "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
        head += [*own.lines("actpass"), f"a=mid:{mid}", "a=sendonly", "a=rtcp-mux", "a=rtcp-rsize"]
        head += [f"a=extmap:{_OFFERED[uri]} {uri}" for uri in (TRANSPORT, MID)]
        head += [f"a=msid:load {'picture' if mid else 'sound'}", *lines[1:], *_candidate(address)]
    return "\r\n".join([*head, ""])


def answer(offered: Description, own: Own, address: tuple[str, int] | None = None) -> str:
    """Agree to everything that is offered, and only listen."""
    lines = _head([section.mid for section in offered.sections])
    for section in offered.sections:
        back = "recvonly" if section.direction in {"sendonly", "sendrecv"} else "inactive"
        lines += [section.lines[0], "c=IN IP4 0.0.0.0", f"a={back}", *own.lines("active")]
        lines += [line for line in section.lines if _KEPT.match(line)]
        lines += _candidate(address)
    return "\r\n".join([*lines, ""])


def _candidate(address: tuple[str, int] | None) -> list[str]:
    if address is None:
        return []
    host, port = address
    return [f"a=candidate:1 1 udp 2130706431 {host} {port} typ host", "a=end-of-candidates"]


def _head(mids: list[str]) -> list[str]:
    number = secrets.randbelow(1 << 31)
    bundle = f"a=group:BUNDLE {' '.join(mids)}"
    return ["v=0", f"o=- {number} 2 IN IP4 127.0.0.1", "s=-", "t=0 0", bundle]


def _section(text: str) -> Section:
    lines = tuple(text.splitlines())
    kind, types = re.findall(r"^m=(\w+) \d+ \S+ (.*)$", lines[0])[0]
    numbers = [int(number) for number in types.split()]
    repair = {int(apt): int(pt) for pt, apt in re.findall(r"a=fmtp:(\d+) apt=(\d+)", text)}
    extensions = {uri: int(n) for n, uri in re.findall(r"a=extmap:(\d+)\S* (\S+)", text)}
    direction = re.search(r"^a=(sendonly|recvonly|sendrecv|inactive)\s*$", text, re.MULTILINE)
    return Section(
        kind,
        _one("mid", text),
        numbers[0],
        repair.get(numbers[0]),
        extensions,
        direction[1] if direction else "sendrecv",
        lines,
    )


def _one(name: str, text: str) -> str:
    found = re.search(rf"^a={name}:(\S+)", text, re.MULTILINE)
    return found[1] if found else ""
