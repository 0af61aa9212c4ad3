"""Weigh a text: what its signs, ideas and turns of phrase say together.

Each feature has a weight of its own, and a share in some neurons of one hidden layer, which hear
what only means danger together ("Wide & Deep Learning", Cheng et al. 2016).  All of it was learned
from written sentences (``python -m tools.danger_weights``) and is kept beside this file, so that
anybody can look up why a text was heard: ``weights.tsv`` has a line for each feature, with its
weight and its shares in bytes; ``neurons.tsv`` a line for each neuron, and one for the sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
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
NOUGHT = 128


def _read_ideas() -> dict[str, list[str]]:
    ideas: dict[str, list[str]] = {}
    for line in (FOLDER / "ideas.tsv").read_text("utf-8").splitlines():
        idea, _, words = line.partition("\t")
        for word in words.split():
            ideas.setdefault(word, []).append(idea)
    return ideas


_IDEAS = _read_ideas()
_LENGTHS_FROM = {
    first: sorted({len(word) for word in _IDEAS if word.startswith(first)})
    for first in {word[0] for word in _IDEAS}
}


def writing(plain: str) -> dict[str, float]:
    """Describe a text by its runs of characters and its ideas."""
    return {**_runs(plain), **_ideas(plain)}


def telling(plain: str, found: Iterable[Found]) -> dict[str, float]:
    """Describe a text by its signs and what is around them."""
    return _told(plain, list(found))


def _runs(plain: str) -> dict[str, float]:
    closed = f"^{plain}$"
    runs = {
        closed[start : start + length]
        for length in range(1, LONGEST_RUN + 1)
        for start in range(len(closed) - length + 1)
    }
    return dict.fromkeys(runs, RUNS_TOGETHER / math.sqrt(len(runs)))


def _ideas(plain: str) -> dict[str, float]:
    found = {}
    for start, first in enumerate(plain):
        for length in _LENGTHS_FROM.get(first, ()):
            word = plain[start : start + length]
            for idea in _IDEAS.get(word, ()):
                found[f"idea:{idea}"] = 1.0
                found[f"{idea}:{word}"] = 1.0
    return found


def _told(plain: str, signs: list[Found]) -> dict[str, float]:
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
    return dict.fromkeys(names, 1.0)


@dataclass(frozen=True, slots=True)
class Net:
    """What was learned.  A share is kept as a byte: 128 is nought, ``step`` lies between two."""

    weights: Mapping[str, float]  #: of a feature by itself
    shares: Mapping[str, bytes]  #: of a feature in each neuron
    step: float
    before: Sequence[float]  #: what a neuron hears in every text
    says: Sequence[Sequence[float]]  #: what a neuron says for danger, and for each kind
    start: Sequence[float]  #: the same of every text


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a text weighs: from nought on it is an alarm.  ``kinds`` share a dangerous one, to 1."""

    danger: float
    kinds: Mapping[str, float]


def weigh(told: Mapping[str, float]) -> Weighed:
    """Weigh what was told of a text."""
    net = learned()
    alone = sum(net.weights.get(feature, 0.0) * value for feature, value in told.items())
    heard = [max(0.0, loud) for loud in _neurons(net, told)]
    danger, *kinds = (
        first + sum(loud * says[at] for loud, says in zip(heard, net.says, strict=True))
        for at, first in enumerate(net.start)
    )
    powers = [math.exp(one - max(kinds)) for one in kinds]
    shared = {kind: power / sum(powers) for kind, power in zip(KINDS, powers, strict=True)}
    return Weighed(danger + alone, shared)


def weight_of(feature: str) -> float:
    """Say what a feature weighs by itself."""
    return learned().weights.get(feature, 0.0)


@cache
def learned() -> Net:
    """Read what was learned, once."""
    weights, shares = {}, {}
    for line in (FOLDER / "weights.tsv").read_text("utf-8").splitlines():
        feature, weight, share = line.split("\t")
        weights[feature] = float(weight)
        shares[feature] = bytes.fromhex(share)
    (step, *start), *neurons = (
        tuple(map(float, line.split("\t")))
        for line in (FOLDER / "neurons.tsv").read_text("utf-8").splitlines()
    )
    before, says = zip(*((one[0], one[1:]) for one in neurons), strict=True)
    return Net(weights, shares, step, before, says, start)


def _neurons(net: Net, told: Mapping[str, float]) -> list[float]:
    alike: dict[float, list[bytes]] = {}  # all runs of a text have one value: added up as bytes
    for feature, value in told.items():
        if feature in net.shares:
            alike.setdefault(value, []).append(net.shares[feature])
    loud = list(net.before)
    for value, shares in alike.items():
        for at, total in enumerate(map(sum, zip(*shares, strict=True))):
            loud[at] += value * net.step * (total - NOUGHT * len(shares))
    return loud
