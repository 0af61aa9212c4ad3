"""The net behind the danger words: a sum of weights beside one hidden layer, learned by Adagrad.

"Wide & Deep Learning for Recommender Systems" (Cheng et al. 2016); "Adaptive Subgradient Methods"
(Duchi et al. 2011); dropout of features and neurons (Srivastava et al. 2014).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.danger_words.weighing import KINDS, NOUGHT

NEURONS = 16
FEATURES = 60_000  #: the weightiest are kept and learned anew; the signs and ideas always
LEAST_SEEN = 2  #: lines
ROUNDS = 6
LINES_AT_ONCE = 128
STEP = 0.03  #: of the first round; the last makes a fifth of it
FORGOTTEN_FEATURES = 0.15  #: of a line while it is learned
FORGOTTEN_NEURONS = 0.3
KINDS_COUNT = 0.5  #: the kind of a danger beside whether it is one
SPREAD = 0.05  #: of the shares before anything is learned
TINY = 1e-10
SEED = 20261122
Numbers = np.ndarray[tuple[Any, ...], np.dtype[np.float32]]
Places = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]
Told = dict[str, float]


@dataclass
class Learned:
    """The net; the last column of ``table`` is what a feature weighs alone."""

    vocabulary: dict[str, int]
    table: Numbers  #: feature x (neurons + 1)
    bias: Numbers  #: neurons + 1
    out: Numbers  #: neuron x (danger, kinds)
    first: Numbers  #: danger, kinds

    @property
    def alone(self) -> Numbers:
        """What each feature weighs by itself."""
        return self.table[:, -1]

    @property
    def before(self) -> list[float]:
        """What each neuron hears in every text."""
        return [float(one) for one in self.bias[:-1]]

    @property
    def says(self) -> list[list[float]]:
        """What each neuron says for danger and for each kind."""
        return [[float(one) for one in row] for row in self.out]

    @property
    def start(self) -> list[float]:
        """What every text weighs for danger and for each kind before anything is heard."""
        return [float(self.first[0] + self.bias[-1]), *(float(one) for one in self.first[1:])]

    def in_bytes(self) -> tuple[float, np.ndarray[tuple[Any, ...], np.dtype[np.uint8]]]:
        """Give the shares as bytes, and how much lies between two bytes."""
        shares = self.table[:, :-1]
        step = float(np.abs(shares).max()) / (NOUGHT - 1)
        return step, (np.round(shares / step) + NOUGHT).astype(np.uint8)


@dataclass
class Cells:
    """The features of many lines, one after the other."""

    feature: Places
    value: Numbers
    ends: Places  #: of each line, behind a nought

    @classmethod
    def of(cls, told: list[Told], vocabulary: dict[str, int]) -> Cells:
        """Lay out the features that the vocabulary knows."""
        known = [
            [(vocabulary[name], value) for name, value in one.items() if name in vocabulary]
            for one in told
        ]
        cells = [cell for line in known for cell in line]
        ends = np.cumsum([0, *map(len, known)])
        return cls(
            np.array([place for place, _ in cells], np.int64),
            np.array([value for _, value in cells], np.float32),
            ends,
        )

    def of_lines(self, lines: Places) -> tuple[Places, Numbers, Places]:
        """Give features, values and which of these lines (from 0) each cell belongs to."""
        begins, lengths = self.ends[lines], self.ends[lines + 1] - self.ends[lines]
        row = np.repeat(np.arange(len(lines)), lengths)
        within = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        cell = np.repeat(begins, lengths) + within
        return self.feature[cell], self.value[cell], row


def learn(told: list[Told], kinds: list[str], counts: list[float]) -> Learned:
    """Learn from all features; keep the weightiest, and learn from those alone."""
    seen = Counter(name for one in told for name in one)
    every = [name for name, lines in seen.items() if lines >= LEAST_SEEN or is_told(name)]
    net = _learn(told, kinds, counts, every)
    weight = dict(zip(net.vocabulary, np.abs(net.alone), strict=True))
    every.sort(key=lambda name: (not is_told(name), -weight[name], name))
    return _learn(told, kinds, counts, every[:FEATURES])


def is_told(name: str) -> bool:
    """Is the feature of the lexicon, and no mere run of characters?"""
    return name.startswith(("sign", "idea:", "around:", "length:"))


def weights_of(net: Learned, told: list[Told]) -> Numbers:
    """Weigh texts."""
    cells = Cells.of(told, net.vocabulary)
    feature, value, row = cells.of_lines(np.arange(len(told)))
    sums = _sums(net, feature, value, row, len(told))
    weights: Numbers = np.maximum(sums[:, :-1], 0) @ net.out[:, 0] + net.first[0] + sums[:, -1]
    return weights


def _learn(told: list[Told], kinds: list[str], counts: list[float], features: list[str]) -> Learned:
    chance = np.random.default_rng(SEED)
    net = _blank({name: place for place, name in enumerate(sorted(features))}, chance)
    cells = Cells.of(told, net.vocabulary)
    wanted = np.array([kind != "none" for kind in kinds], np.float32)
    kind_of = np.array([KINDS.index(kind) if kind in KINDS else -1 for kind in kinds])
    count = np.array(counts, np.float32)
    steps = [_Steps(one) for one in (net.table, net.bias, net.out, net.first)]
    for number in range(ROUNDS):
        step = STEP * (1 - 0.8 * number / ROUNDS)
        order = chance.permutation(len(told))
        for begin in range(0, len(order), LINES_AT_ONCE):
            lines = order[begin : begin + LINES_AT_ONCE]
            slopes = _slopes(
                net, cells.of_lines(lines), wanted[lines], kind_of[lines], count[lines], chance
            )
            for one, (places, slope) in zip(steps, slopes, strict=True):
                one.take(places, slope, step)
    return net


def _blank(vocabulary: dict[str, int], chance: np.random.Generator) -> Learned:
    table = chance.normal(0, SPREAD, (len(vocabulary), NEURONS + 1)).astype(np.float32)
    table[:, -1] = 0
    out = chance.normal(0, NEURONS**-0.5, (NEURONS, 1 + len(KINDS))).astype(np.float32)
    bias, first = np.zeros(NEURONS + 1, np.float32), np.zeros(1 + len(KINDS), np.float32)
    return Learned(vocabulary, table, bias, out, first)


class _Steps:
    """Adagrad: what moved much so far moves less."""

    def __init__(self, at: Numbers) -> None:
        self.at = at
        self.moved = np.full(at.shape, TINY, np.float32)

    def take(self, places: Places | slice, slope: Numbers, step: float) -> None:
        self.moved[places] += slope**2
        self.at[places] -= step * slope / np.sqrt(self.moved[places])


ALL = slice(None)
Slopes = list[tuple[Places | slice, Numbers]]


def _slopes(
    net: Learned,
    cells: tuple[Places, Numbers, Places],
    wanted: Numbers,
    kind_of: Places,
    count: Numbers,
    chance: np.random.Generator,
) -> Slopes:
    """Say which way each part of the net makes these lines likelier."""
    kept = chance.random(len(cells[0])) >= FORGOTTEN_FEATURES
    feature, row = cells[0][kept], cells[2][kept]
    value = cells[1][kept] / (1 - FORGOTTEN_FEATURES)
    sums = _sums(net, feature, value, row, len(wanted))
    awake = chance.random((len(wanted), NEURONS)) >= FORGOTTEN_NEURONS
    open_ = (awake & (sums[:, :-1] > 0)).astype(np.float32) / np.float32(1 - FORGOTTEN_NEURONS)
    heard = sums[:, :-1] * open_
    errors = _errors(heard @ net.out + net.first, sums[:, -1], wanted, kind_of, count)
    into = np.concatenate([(errors @ net.out.T) * open_, errors[:, :1]], axis=1)
    places, slope = _gathered(feature, into[row] * value[:, None])
    return [
        (places, slope),
        (ALL, into.sum(axis=0)),
        (ALL, heard.T @ errors),
        (ALL, errors.sum(axis=0)),
    ]


def _sums(net: Learned, feature: Places, value: Numbers, row: Places, lines: int) -> Numbers:
    """Add up each line; a line that lost all its features has the bias alone."""
    sums = np.tile(net.bias, (lines, 1))
    rows, begins = np.unique(row, return_index=True)
    sums[rows] += np.add.reduceat(net.table[feature] * value[:, None], begins, axis=0)
    return sums


def _errors(
    said: Numbers, alone: Numbers, wanted: Numbers, kind_of: Places, count: Numbers
) -> Numbers:
    danger = 1 / (1 + np.exp(-np.clip(said[:, 0] + alone, -35, 35)))
    powers = np.exp(said[:, 1:] - said[:, 1:].max(axis=1, keepdims=True))
    kinds = powers / powers.sum(axis=1, keepdims=True)
    known = kind_of >= 0
    kinds[np.flatnonzero(known), kind_of[known]] -= 1
    errors = np.concatenate([((danger - wanted) * count)[:, None], kinds * KINDS_COUNT], axis=1)
    errors[~known, 1:] = 0
    mean: Numbers = (errors / len(wanted)).astype(np.float32)
    return mean


def _gathered(feature: Places, slope: Numbers) -> tuple[Places, Numbers]:
    order = np.argsort(feature, kind="stable")
    places, begins = np.unique(feature[order], return_index=True)
    return places, np.add.reduceat(slope[order], begins, axis=0)
