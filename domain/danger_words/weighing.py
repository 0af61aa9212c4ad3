"""Weigh a text: what its signs, ideas and turns of phrase say together.

Each feature has a weight of its own, and a share in some neurons of one hidden layer, which hear
what only means danger together ("Wide & Deep Learning", Cheng et al. 2016).  All of it was learned
from written sentences (``python -m tools.danger_weights``) and is kept beside this file, so that
anybody can look up why a text was heard: ``weights.tsv`` has a line for each feature, with its
weight and its shares in bytes; ``neurons.tsv`` a line for each neuron, and one for the sum.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.danger_words.signs import Found, around_them

FOLDER = Path(__file__).parent
KINDS = ("self-harm", "violence", "threat", "fire", "child", "rescue")
LONGEST_RUN = 3  #: characters
RUNS_TOGETHER = 5.0  #: what all runs of characters of a text may weigh beside one sign
LENGTHS = 6  #: classes of eight characters
LONG = 40  #: characters; a sign in a long story weighs less
MANY = (1, 2, 3)  #: signs
NOUGHT = 128  #: the byte that stands for no share
FINE = 100  #: weights are kept in hundredths
HEAVIEST = 2**15  #: hundredths; a weight is kept as its distance from the lightest

Told = list[tuple[float, Collection[str]]]
"""Features of a text, those of one value together."""


def _read_ideas() -> dict[str, list[str]]:
    ideas: dict[str, list[str]] = {}
    for line in (FOLDER / "ideas.tsv").read_text("utf-8").splitlines():
        idea, _, words = line.partition("\t")
        for word in words.split():
            ideas.setdefault(word, []).append(idea)
    return ideas


def _by_begin(words: Iterable[str]) -> dict[str, list[str]]:
    begun: dict[str, list[str]] = {}
    for word in words:
        begun.setdefault(word[:LONGEST_RUN], []).append(word)
    return begun


_IDEAS = {
    word: [name for idea in ideas for name in (f"idea:{idea}", f"{idea}:{word}")]
    for word, ideas in _read_ideas().items()
}
_LONGER_FROM = _by_begin(word for word in _IDEAS if len(word) > LONGEST_RUN)


def writing(plain: str) -> Told:
    """Describe a text by its runs of characters and its ideas."""
    runs = _runs(plain)
    return [(RUNS_TOGETHER / math.sqrt(len(runs)), runs), (1.0, _ideas(plain, runs))]


def telling(plain: str, found: Iterable[Found]) -> Told:
    """Describe a text by its signs and what is around them."""
    return [(1.0, _told(plain, list(found)))]


def _runs(plain: str) -> set[str]:
    closed = f"^{plain}$"
    return {
        closed[start : start + length]
        for length in range(1, LONGEST_RUN + 1)
        for start in range(len(closed) - length + 1)
    }


def _ideas(plain: str, runs: set[str]) -> set[str]:
    words = [word for word in runs if word in _IDEAS]
    for begin in _LONGER_FROM.keys() & runs:
        words += [word for word in _LONGER_FROM[begin] if word in plain]
    return {name for word in words for name in _IDEAS[word]}


def _told(plain: str, signs: list[Found]) -> set[str]:
    beside = around_them(plain)
    names = [f"length:{min(LENGTHS, len(plain) // 8)}", *(f"around:{name}" for name in beside)]
    kinds = {found.sign.kind for found in signs}
    names += [f"sign:{found.sign.name}" for found in signs]
    names += [f"signs:{kind}" for kind in kinds]
    names += [f"signs:{many}" for many in MANY if len(signs) >= many]
    if signs:
        names += [f"sign+{name}" for name in beside]
        names += [f"{kind}+{name}" for kind in kinds for name in beside]
        names += ["sign+long"] * (len(plain) > LONG)
    return set(names)


@dataclass(frozen=True, slots=True)
class Net:
    """What was learned."""

    features: Mapping[str, int]  #: weight and shares of each, in lanes
    step: float  #: between two bytes of a share
    before: Sequence[float]  #: what a neuron hears in every text
    says: Sequence[Sequence[float]]  #: what a neuron says for danger, and for each kind
    start: Sequence[float]  #: the same of every text


@dataclass(frozen=True, slots=True)
class Heard:
    """What the features of a text weigh by themselves, and say to each neuron, so far."""

    alone: float
    neurons: Sequence[float]

    def __add__(self, other: Heard) -> Heard:
        """Hear two parts of a description as one."""
        both = zip(self.neurons, other.neurons, strict=True)
        return Heard(self.alone + other.alone, [one + two for one, two in both])


def heard_in(told: Told) -> Heard:
    """Add up what is told of a text."""
    net = learned()
    alone, neurons = 0.0, [0.0] * len(net.before)
    for value, features in told:
        weight, shares = _added(net, features)
        alone += value * weight
        step = value * net.step
        neurons = [one + step * share for one, share in zip(neurons, shares, strict=True)]
    return Heard(alone, neurons)


def danger_of(heard: Heard) -> float:
    """Weigh a text: from nought on it is an alarm."""
    return heard.alone + _said(heard, 0)


def kinds_of(heard: Heard) -> dict[str, float]:
    """Say how the kinds share a dangerous text, to 1."""
    kinds = [_said(heard, at) for at in range(1, len(KINDS) + 1)]
    powers = [math.exp(one - max(kinds)) for one in kinds]
    return {kind: power / sum(powers) for kind, power in zip(KINDS, powers, strict=True)}


def weight_of(feature: str) -> float:
    """Say what a feature weighs by itself."""
    return _added(learned(), [feature])[0]


@cache
def learned() -> Net:
    """Read what was learned, once."""
    features = {}
    for line in (FOLDER / "weights.tsv").read_text("utf-8").splitlines():
        feature, weight, shares = line.split("\t")
        features[feature] = _in_lanes(float(weight), bytes.fromhex(shares))
    (step, *start), *neurons = (
        tuple(map(float, line.split("\t")))
        for line in (FOLDER / "neurons.tsv").read_text("utf-8").splitlines()
    )
    before, says = zip(*((one[0], one[1:]) for one in neurons), strict=True)
    return Net(features, step, before, says, start)


def _said(heard: Heard, about: int) -> float:
    net = learned()
    loud = zip(net.before, heard.neurons, net.says, strict=True)
    return net.start[about] + sum(
        (before + one) * says[about] for before, one, says in loud if before + one > 0
    )


# One addition of long numbers adds up the weights and all shares of two features: a lane of 32
# bits counts the features, one holds the weight, and one each share.  No text has so many
# features that a lane runs over.
_LANES = struct.Struct("<18I")


def _in_lanes(weight: float, shares: bytes) -> int:
    return int.from_bytes(_LANES.pack(1, round(weight * FINE) + HEAVIEST, *shares), "little")


def _added(net: Net, features: Iterable[str]) -> tuple[float, list[int]]:
    """Add up weights and shares; what was never learned has none."""
    total = sum(filter(None, map(net.features.get, features)))
    many, weight, *shares = _LANES.unpack(total.to_bytes(_LANES.size, "little"))
    nought = NOUGHT * many
    return (weight - HEAVIEST * many) / FINE, [share - nought for share in shares]
