"""Looking at an offer or answer before the library does (RFC 8866)."""

from __future__ import annotations

import itertools
import re

from domain.errors import BadInput

MAX_SDP = 65536
_MAX_LINES = 64
_MEDIA = re.compile(r"^m=(\w+) ", re.MULTILINE)
_FINGERPRINT = re.compile(r"^a=fingerprint:sha-256 [0-9A-F:]{95}\r?$", re.MULTILINE | re.IGNORECASE)
_SETUP = re.compile(r"^a=setup:(actpass|active|passive)$", re.MULTILINE)
_CODEC = re.compile(r"(?im)^a=rtpmap:\d+ (VP8/90000|H264/90000|opus/48000/2)\r?$")
_CANDIDATE = re.compile(r"^a=(candidate|end-of-candidates).*\r?\n", re.MULTILINE)
_GROUP, _MID = "a=group:", "a=mid:"
_OURS = {"audio", "video"}
_SECTION = re.compile(r"^(?=m=)", re.MULTILINE)
_SIMULCAST = re.compile(r"^a=simulcast:send ([A-Za-z0-9;]+)\r?$", re.MULTILINE)
_MAX_LAYERS = 3


def checked(sdp: str, *, media: int, each: int = _MAX_LINES) -> str:
    """Give the description without candidates, which we never dial.

    Raises :class:`BadInput` for one that is too long, has more than ``media`` m-lines or ``each``
    of one kind, offers something else than audio and video, or names no sha-256 fingerprint or no
    codec of ours; and for one whose lines or bundle the library would read otherwise than we do.
    """
    if len(sdp) > MAX_SDP or "\0" in sdp:
        raise BadInput("sdp", "too long")
    lines = sdp.splitlines()
    if len(lines) != sdp.count("\n") + (not sdp.endswith("\n")):
        raise BadInput("sdp", "line ends")
    kinds = _MEDIA.findall(sdp)
    if not 0 < len(kinds) <= min(media, _MAX_LINES) or not set(kinds) <= _OURS:
        raise BadInput("sdp", "m-lines")
    if any(kinds.count(kind) > each for kind in _OURS):
        raise BadInput("sdp", "two of a kind")
    if not _CODEC.search(sdp):
        raise BadInput("sdp", "codecs")
    _check_transport(*_sections(lines))
    return _CANDIDATE.sub("", sdp)


def _check_transport(head: list[str], *sections: list[str]) -> None:
    """Refuse what lacks a fingerprint or role, or would have aiortc close its only transport."""
    for section in sections:
        text = "\n".join(head + section)
        if not _FINGERPRINT.search(text) or not _SETUP.search(text):
            raise BadInput("sdp", "fingerprint")
    if _first_follows(head, sections[0]):
        raise BadInput("sdp", "bundle")


def _sections(lines: list[str]) -> list[list[str]]:
    """Take the lines apart: the head, and what belongs to each m-line."""
    starts = [at for at, line in enumerate(lines) if line.startswith("m=")]
    return [lines[a:b] for a, b in itertools.pairwise([0, *starts, len(lines)])]


def _first_follows(head: list[str], first: list[str]) -> bool:
    """Tell whether the first m-line goes along with another: aiortc would close its transport."""
    groups = [line.removeprefix(_GROUP).split() for line in head if line.startswith(_GROUP)]
    mids = {line.removeprefix(_MID) for line in first if line.startswith(_MID)}
    return any(not mids.isdisjoint(group[2:]) for group in groups)


def layers(offer: str) -> list[tuple[str, ...]]:
    """Give the layers that each m-line offers to send, from low to high (RFC 8853).

    Raises :class:`BadInput` for more layers than a browser sends us.
    """
    found = []
    for section in _SECTION.split(offer)[1:]:
        simulcast = _SIMULCAST.search(section)
        rids = tuple(dict.fromkeys(simulcast[1].split(";"))) if simulcast else ()
        if len(rids) > _MAX_LAYERS or "" in rids:
            raise BadInput("sdp", "layers")
        found.append(rids)
    return found


def with_layers(answer: str, wanted: list[tuple[str, ...]]) -> str:
    """Say in an answer that every layer is welcome; without this only the first one is sent."""
    head, *sections = _SECTION.split(answer)
    if len(sections) != len(wanted):
        raise BadInput("sdp", "m-lines")
    return head + "".join(map(_welcoming, sections, wanted))


def _welcoming(section: str, rids: tuple[str, ...]) -> str:
    if not rids:
        return section
    lines = [*(f"a=rid:{rid} recv" for rid in rids), f"a=simulcast:recv {';'.join(rids)}"]
    return section + "".join(f"{line}\r\n" for line in lines)
