"""What Whisper makes of noise, silence and loops is thrown away: nobody is offered nonsense."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from domain.ports.speech import Segment, Unclear

MOST_COMPRESSION = 2.4  #: a text that says the same over and over; Whisper's own bound
LEAST_CONFIDENCE = 0.37  #: e^-1, as Whisper's own bound on the logarithm
MOST_CHARACTERS = 8.0  #: a second; nobody speaks faster


def checked(segments: Sequence[Segment], *, seconds: float) -> tuple[Segment, ...]:
    """Return what a person may have said; raises Unclear for anything else."""
    said = tuple(one for one in segments if one.text.strip())
    text = "".join(one.text for one in said).strip()
    if not text:
        raise Unclear("nothing said")
    if compression(text) > MOST_COMPRESSION:
        raise Unclear("a loop")
    if len(text) > MOST_CHARACTERS * max(seconds, 1.0):
        raise Unclear("more than can be said")
    if _confidence(said) < LEAST_CONFIDENCE:
        raise Unclear("a guess")
    return said


def compression(text: str) -> float:
    """Tell how often a text repeats itself, as Whisper does."""
    octets = text.encode()
    return len(octets) / len(zlib.compress(octets))


def _confidence(segments: Sequence[Segment]) -> float:
    length = sum(len(one.text) for one in segments)
    return sum(one.confidence * len(one.text) for one in segments) / length
