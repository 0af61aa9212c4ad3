"""Learns what each feature of a report says for each type: multinomial logistic regression.

Needs numpy, at development time alone; what it learns is kept as text and read without it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.taxonomy import DISPUTE_TYPES
from domain.type_guess import UNCLEAR, UNKNOWN_SIZE, Model, Weight, features, plain

Floats = npt.NDArray[np.float32]
#: what mediation does not take, or what is only asked about: each is learned apart, and all are 99
NOT_OURS = (
    "99-admin",  # fines, permits and what an authority decided
    "99-company",  # founding, shares, seals and ends of companies
    "99-court",  # how to sue, appeal, execute; lawyers
    "99-crime",  # sentences, arrests, thefts, fraud by strangers
    "99-foreign",  # foreigners, borders, treaties
    "99-ip",  # marks, patents, copyright
    "99-law",  # what the law says, forms and papers, is this true
    "99-money",  # shares, funds, life insurance, taxes
    "99-sea",  # ships and carriage by sea
)
KINDS = (*DISPUTE_TYPES, UNCLEAR, *NOT_OURS)
FOLDS = 6
RAREST = 2  #: a feature of fewer reports is not learned
GROUP_SIZE = 0.7  #: how much a group of words counts beside a pair of characters
PAIR_SIZE = 0.5  #: and a pair of roles
PENALTY = 0.03
ROUNDS = 80
SMALLEST_VOTE = 0.2  #: what says less is not kept


@dataclass(frozen=True)
class Written:
    """One written report and its right type."""

    kind: str  #: a code, or a code and one of its kinds: ``99-crime``
    story: str

    @property
    def code(self) -> str:
        """Give the code that the kind belongs to."""
        return self.kind.partition("-")[0]

    @property
    def fold(self) -> int:
        """A fixed part of all reports, 0 to 5, by the hash of its words."""
        return int.from_bytes(hashlib.sha256(self.story.encode()).digest()[:4], "big") % FOLDS


def written(*files: Path) -> list[Written]:
    """Read files of reports: kind TAB text, a line each."""
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    parts = (line.partition("\t") for line in lines if line.strip() and not line.startswith("#"))
    return [Written(kind, story) for kind, _, story in parts]


@dataclass(frozen=True)
class Table:
    """The features of many reports, a row for each time that one occurs in one."""

    count: int  #: reports
    report: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    value: Floats

    @classmethod
    def of(cls, reports: Sequence[set[str]], sizes: Mapping[str, float]) -> Table:
        """Give every report the length 1, so that a long story counts as much as a short one."""
        places = {name: place for place, name in enumerate(sizes)}
        flat = np.array(list(sizes.values()), np.float32)
        known = [sorted(places[name] for name in found if name in places) for found in reports]
        lengths = [
            math.hypot(
                float(np.linalg.norm(flat[one])), math.sqrt(len(found) - len(one)) * UNKNOWN_SIZE
            )
            for one, found in zip(known, reports, strict=True)
        ]
        values = [flat[one] / max(length, 1e-6) for one, length in zip(known, lengths, strict=True)]
        return cls(
            count=len(reports),
            report=np.repeat(np.arange(len(reports)), [len(one) for one in known]),
            feature=np.concatenate([np.array(one, np.int64) for one in known]),
            value=np.concatenate(values).astype(np.float32),
        )

    def steepness(self, features: int) -> float:
        """Bound how fast the slope can change (the largest singular value squared)."""
        guess = np.ones(features, np.float32)
        length = 1.0
        for _ in range(15):
            rows = np.bincount(self.report, self.value * guess[self.feature], self.count)
            back = np.bincount(self.feature, self.value * rows[self.report], features)
            length = float(np.linalg.norm(back))
            guess = (back / length).astype(np.float32)
        return length * 1.05


def sizes_of(reports: Sequence[set[str]]) -> dict[str, float]:
    """Give every feature that is not too rare its size: the rarer, the more it tells."""
    counts = Counter(name for found in reports for name in found)
    longest = math.log(len(reports)) / 2
    return {
        name: math.log(len(reports) / count) / longest * _size(name)
        for name, count in sorted(counts.items())
        if count >= RAREST
    }


def _size(name: str) -> float:
    if "&" in name:
        return PAIR_SIZE
    return GROUP_SIZE if ":" in name else 1.0


def learn(reports: Sequence[Written]) -> Model:
    """Learn from reports what their features say (Nesterov's accelerated descent)."""
    found = [features(plain(one.story)) for one in reports]
    sizes = sizes_of(found)
    table = Table.of(found, sizes)
    target = np.array([KINDS.index(one.kind) for one in reports])
    votes, start = _descend(table, target, len(sizes))
    return Model(
        kinds=KINDS,
        start=tuple(float(one) for one in start),
        weights={
            name: Weight(size, _telling(votes[place] * size))
            for place, (name, size) in enumerate(sizes.items())
        },
    )


def _telling(votes: Floats) -> dict[int, float]:
    return {
        place: round(float(vote), 1)
        for place, vote in enumerate(votes)
        if abs(vote) >= SMALLEST_VOTE
    }


def _descend(table: Table, target: npt.NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    kinds = len(KINDS)
    order = np.argsort(table.feature, kind="stable")
    by_feature = table.feature[order]
    feature_starts = np.flatnonzero(np.r_[True, by_feature[1:] != by_feature[:-1]])
    report_starts = np.flatnonzero(np.r_[True, table.report[1:] != table.report[:-1]])
    goal = np.eye(kinds, dtype=np.float32)[target]
    value, sorted_value = table.value[:, None], table.value[order][:, None]
    step = 1 / (0.5 * table.steepness(count) + PENALTY)
    votes, start = np.zeros((count, kinds), np.float32), np.zeros(kinds, np.float32)
    ahead, start_ahead, pace = votes, start, 1.0
    for _ in range(ROUNDS):
        scores = np.tile(start_ahead, (table.count, 1))
        summed = np.add.reduceat(ahead[table.feature] * value, report_starts)
        scores[table.report[report_starts]] += summed
        miss = _chances(scores) - goal
        slope = PENALTY * ahead
        slope[by_feature[feature_starts]] += np.add.reduceat(
            miss[table.report[order]] * sorted_value, feature_starts
        )
        new, new_start = ahead - step * slope, start_ahead - step * 0.2 * miss.sum(0)
        faster = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        push = (pace - 1) / faster
        ahead, start_ahead = new + push * (new - votes), new_start + push * (new_start - start)
        votes, start, pace = new, new_start, faster
    return votes, start


def _chances(scores: Floats) -> Floats:
    grown: Floats = np.exp(scores - scores.max(1, keepdims=True))
    chances: Floats = grown / grown.sum(1, keepdims=True)
    return chances


def as_text(model: Model) -> str:
    """Write a model the way ``domain.type_guess.read_model`` reads it."""
    head = " ".join(
        f"{kind}={start:.3f}" for kind, start in zip(model.kinds, model.start, strict=True)
    )
    lines = (
        " ".join(
            [name, f"{weight.size:.2f}", *(f"{at}={vote}" for at, vote in weight.votes.items())]
        )
        for name, weight in model.weights.items()
        if weight.votes
    )
    return "\n".join([head, *lines]) + "\n"
