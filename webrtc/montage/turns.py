"""When a voice is active on whose line: loud against its own noise, and not another one's echo.

A gate between the lines is needed because who sits in the same room, or is heard by a loudspeaker,
is on both lines; without it every detector of voices counts them twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log10

FRAME = 20  #: ms of sound in a packet; every part of a film is a whole number of them
SILENCE = -120.0  #: dB
_FULL = 32768.0**2
_GATE = 12.0  # dB by which another line may be louder
_AROUND = 6  # frames on each side: a level over 260 ms
_LEAST, _SURELY, _ABOVE_NOISE = -55.0, -38.0, 10.0  # dB
_NOISE = 5  # every fifth frame, from below, is noise
_FILLED = 15  # frames: a gap under 300 ms is within a word
_TURN = 35  # frames: 700 ms of silence end a turn
_SHORTEST = 8  # frames: a click is no voice

Levels = Sequence[float]


def level(power: float) -> float:
    """Give a mean square of 16-bit samples in dB of full scale."""
    return 10 * log10(power / _FULL) if power > 0 else SILENCE


def smoothed(powers: Levels) -> list[float]:
    """Give the mean over 260 ms around each frame."""
    found, whole = [], 0.0
    for at in range(len(powers) + _AROUND):
        whole += powers[at] if at < len(powers) else 0.0
        gone = at - 2 * _AROUND - 1
        whole -= powers[gone] if gone >= 0 else 0.0
        if at >= _AROUND:
            found.append(max(0.0, whole) / (2 * _AROUND + 1))
    return found


def open_gates(powers: Sequence[Levels]) -> list[list[bool]]:
    """Say for each line in which frames no other one is so much louder that it may be an echo."""
    around = [[level(one) for one in smoothed(line)] for line in powers]
    gates = []
    for number, own in enumerate(around):
        others = [line for at, line in enumerate(around) if at != number]
        gates.append(
            [
                all(own[at] > line[at] - _GATE for line in others if line[at] > _LEAST)
                for at in range(len(own))
            ]
        )
    return gates


def voiced(powers: Sequence[Levels]) -> list[list[bool]]:
    """Say for each line in which frames a voice is active."""
    active = []
    for line, gate in zip(powers, open_gates(powers), strict=True):
        levels = [level(one) for one in line]
        enough = _threshold(levels)
        active.append(
            [loud > enough and is_open for loud, is_open in zip(levels, gate, strict=True)]
        )
    return active


def runs(active: Sequence[bool], gap: int = _FILLED) -> list[tuple[int, int]]:
    """Give from which frame to which it is active; gaps under ``gap`` frames are filled."""
    found: list[tuple[int, int]] = []
    for at, is_active in enumerate(active):
        if not is_active:
            continue
        if found and at - found[-1][1] < gap:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return [one for one in found if one[1] - one[0] >= _SHORTEST]


def turns(active: Sequence[bool]) -> Iterator[tuple[float, float]]:
    """Give the turns of one line, in seconds."""
    joined: list[tuple[int, int]] = []
    for begin, end in runs(active):
        if joined and begin - joined[-1][1] < _TURN:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    for begin, end in joined:
        yield begin * FRAME / 1000, end * FRAME / 1000


def _threshold(levels: Levels) -> float:
    heard = sorted(one for one in levels if one > SILENCE)
    noise = heard[len(heard) // _NOISE] if heard else SILENCE
    return max(_LEAST, min(noise + _ABOVE_NOISE, _SURELY))
