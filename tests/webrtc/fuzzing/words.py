"""Hostile words: session descriptions and signalling messages that no page writes."""

from __future__ import annotations

import json
import random
import re
from typing import Any

_ODD = ("", "0", "-1", "99999999999999999999", "\u0000", "枫桥", "a" * 3000, "\r", "%s", "1 1 1")
_LINES = (
    "a=rid:h send",
    "a=simulcast:send l;m;h",
    "a=ssrc-group:FID 1",
    "a=ssrc-group:SIM 1 2 3",
    "a=fingerprint:sha-256 00",
    "a=fmtp:96 apt=96",
    "a=extmap:15 urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=extmap:0 x",
    "a=group:BUNDLE",
    "a=setup:holdconn",
    "a=inactive",
    "a=candidate:1 1 tcp 1 ::1 9 typ host",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "m=video 0 UDP/TLS/RTP/SAVPF 0",
    "c=IN IP6 ::",
    "b=AS:0",
)


def description(chance: random.Random, sdp: str) -> str:
    """Spoil some lines of a description that was in order."""
    lines = sdp.split("\r\n")
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        at = chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines) if lines else "")
            case 2:
                lines.insert(at, chance.choice(_LINES))
            case 3:
                lines[at] = re.sub(r"\d+", lambda _: chance.choice(_ODD), lines[at], count=1)
            case 4:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 5:
                lines[at] += chance.choice(_ODD)
            case _:
                chance.shuffle(lines) if chance.random() < 0.2 else lines.reverse()
        lines = lines or [""]
    return chance.choice(("\r\n", "\r\n", "\r\n", "\n", "\r")).join(lines)


def message(chance: random.Random, sound: list[dict[str, Any]]) -> str | bytes:
    """Spoil one of the messages that a page may send; some stay sound."""
    told: Any = dict(chance.choice(sound))
    match chance.randrange(8):
        case 0:
            told[chance.choice([*told])] = _value(chance)
        case 1:
            told.pop(chance.choice([*told]))
        case 2:
            told["more"] = _value(chance)
        case 3:
            told["type"] = chance.choice(("welcome", "seated", "Publish", "", None, 1, ["x"]))
        case 4:
            text = json.dumps(told)
            return text[: chance.randrange(len(text))]
        case 5:
            return chance.choice(("", "null", "[]", "[" * 5000, '{"type":' * 900, "\ud7ff", "NaN"))
        case 6 if chance.random() < 0.1:
            return chance.randbytes(40)
    return json.dumps(told)


def _value(chance: random.Random) -> Any:
    return chance.choice(
        (
            None,
            True,
            0,
            -1,
            1 << 70,
            1.5,
            "",
            "x" * 9000,
            "\u0000",
            "枫" * 100,
            [],
            {},
            [[]],
            {"a": 1},
        )
    )
