"""Weigh a text: what its signs, ideas and turns of phrase say together.

The weights were learned from written sentences (``python -m tools.danger_weights``) and are kept in
``weights.tsv`` beside this file, a line each, so that anybody can look up why a text was heard.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from domain.danger_words.signs import Found, around_them

FOLDER = Path(__file__).parent
KINDS = ("self-harm", "violence", "threat", "fire", "child", "rescue")
LONGEST_RUN = 3  #: characters
RUNS_TOGETHER = 5.0  #: what all runs of characters of a text may weigh beside one sign
LENGTHS = 6  #: classes of eight characters
LONG = 40  #: characters; a sign in a long story weighs less
MANY = (1, 2, 3)  #: signs


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


def _read_weights() -> tuple[dict[str, float], dict[str, tuple[float, ...]]]:
    """Read the learned weights: feature, danger at all, and the six kinds, tab-separated."""
    danger, kinds = {"": 0.0}, {"": (0.0,) * len(KINDS)}
    for line in (FOLDER / "weights.tsv").read_text("utf-8").splitlines():
        feature, weight, *shares = line.split("\t")
        danger[feature] = float(weight)
        if any(shares):
            kinds[feature] = tuple(float(share or 0) for share in shares)
    return danger, kinds


_DANGER, _KINDS = _read_weights()


def start() -> float:
    """Give what a text weighs before anything is known of it."""
    return _DANGER[""]


def weight_of(told: Mapping[str, float]) -> float:
    """Add up what the features say for danger."""
    return sum(_DANGER[feature] * value for feature, value in told.items() if feature in _DANGER)


def shares_of(told: Mapping[str, float]) -> dict[str, float]:
    """Say how the kinds of danger share a dangerous text, together 1."""
    sums = list(_KINDS[""])
    for feature, value in told.items():
        for number, weight in enumerate(_KINDS.get(feature, ())):
            sums[number] += weight * value
    powers = [math.exp(one - max(sums)) for one in sums]
    return {kind: power / sum(powers) for kind, power in zip(KINDS, powers, strict=True)}
