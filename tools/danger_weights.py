"""Learn the weights of the danger words: ``python -m tools.danger_weights``.

Plain logistic regression (L-BFGS): one for danger at all, one for each kind among the dangers.
``--check`` learns without each eighth of the lines and says how that eighth is heard.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from domain.danger_words.signs import signs_in
from domain.danger_words.weighing import FOLDER, KINDS, telling, writing
from domain.danger_words.writing import plainly

SENTENCES = Path("tests/unit/sentences/written-2026-11")
TRAINING = ("training-danger.tsv", "training-danger-2.tsv")
OLDER = {
    "danger-alarm": "danger",
    "danger-alarm-held-out": "danger",
    "danger-alarm-later": "danger",
    "danger-harmless": "none",
    "danger-harmless-held-out": "none",
    "danger-harmless-later": "none",
}
FOLDS = 8
ORDINARY = 0.3  #: weight of a report of an ordinary dispute beside a line written for danger
OF_PEOPLE = {"01", "18", "19", "20"}  #: types whose reports may well speak of danger
FALSE_ALARMS = 0.037  #: of the harmless lines of a fold that was not learned from
LEAST = 0.02  #: a weight below it is left out
HELD = 0.22  #: how strongly all weights are held near nought
STEPS = 120
SHORTEST_STEP = 1e-6
NOUGHT = 1e-10
Numbers = np.ndarray[tuple[Any, ...], np.dtype[Any]]
Judge = Callable[[Numbers], tuple[float, Numbers]]


@dataclass(frozen=True)
class Line:
    """A sentence, its kind (``none``: harmless), how much it counts, and its part of eight."""

    kind: str
    text: str
    counts: float
    fold: int


def main() -> int:
    """Learn and keep the weights, or check how well unseen lines are heard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--false-alarms", type=float, default=FALSE_ALARMS)
    options = parser.parse_args()
    lines = [*written(), *ordinary()]
    told = [
        writing(plain) | telling(plain, signs_in(plain))
        for plain in (plainly(line.text) for line in lines)
    ]
    threshold = _check(lines, told, options.false_alarms)
    if not options.check:
        _keep(lines, told, threshold)
    return 0


def written() -> list[Line]:
    """Read the lines written for training, and the older ones, whose kinds nobody noted."""
    older = [
        Line(kind, text, 1.0, fold_of(text))
        for name, kind in OLDER.items()
        for text in (SENTENCES.parent / f"{name}.txt").read_text("utf-8").splitlines()
    ]
    return older + [
        Line(kind, text, 1.0, fold_of(text))
        for name in TRAINING
        for kind, _, text in (
            line.partition("\t") for line in (SENTENCES / name).read_text("utf-8").splitlines()
        )
    ]


def ordinary() -> list[Line]:
    """Read reports of ordinary disputes, which are harmless."""
    file = SENTENCES / "training-reports.tsv"
    pairs = (line.partition("\t") for line in file.read_text("utf-8").splitlines())
    old = [
        Line("none", line.partition("|")[2], 1.0, 0)
        for name in ("reports.txt", "reports-held-out.txt")
        for line in (SENTENCES.parent / name).read_text("utf-8").splitlines()
    ]
    return old + [
        Line("none", text, ORDINARY, 0) for code, _, text in pairs if code not in OF_PEOPLE
    ]


def fold_of(text: str) -> int:
    """Give the part of eight, 1 to 8, that a line belongs to for good."""
    return zlib.crc32(text.encode()) % FOLDS + 1


@dataclass
class Table:
    """The features of many lines as one sparse table."""

    vocabulary: dict[str, int]
    line: np.ndarray
    feature: np.ndarray
    value: Numbers
    lines: int

    @classmethod
    def of(cls, told: list[dict[str, float]], vocabulary: dict[str, int]) -> Table:
        """Lay out the features that the vocabulary knows."""
        cells = [
            (row, vocabulary[name], value)
            for row, one in enumerate(told)
            for name, value in one.items()
            if name in vocabulary
        ]
        line, feature, value = (np.array(column) for column in zip(*cells, strict=True))
        return cls(vocabulary, line, feature, value.astype(float), len(told))

    def sums(self, weights: Numbers) -> Numbers:
        """Give the weight of every line."""
        sums: Numbers = np.bincount(self.line, weights[self.feature] * self.value, self.lines)
        return sums

    def slopes(self, errors: Numbers) -> Numbers:
        """Give what every feature has to do with the errors."""
        share = self.value * errors[self.line]
        slopes: Numbers = np.bincount(self.feature, share, len(self.vocabulary))
        return slopes


def vocabulary_of(told: list[dict[str, float]]) -> dict[str, int]:
    """Number the features: every sign and idea, and what stands in two lines or more."""
    counts = Counter(name for one in told for name in one)
    kept = sorted(name for name, count in counts.items() if count > 1 or _is_told(name))
    return {name: number for number, name in enumerate(kept)}


def _is_told(name: str) -> bool:
    return name.startswith(("sign", "idea:", "around:", "length:"))


def restraint(name: str) -> float:
    """Say how strongly a weight is held near nought: what generalises is held less."""
    if name.startswith("signs:"):
        return 0.15
    if name.startswith(("sign", "around:", "length:")) or name.partition("+")[0] in KINDS:
        return 0.3
    return 0.6 if name.startswith("idea:") else 1.0


def learn(table: Table, wanted: Numbers, counts: Numbers) -> tuple[Numbers, float]:
    """Find weights and start that make the lines most likely (L-BFGS)."""
    held = HELD * np.array([restraint(name) for name in table.vocabulary])

    def judge(weights: Numbers) -> tuple[float, Numbers]:
        sums = table.sums(weights[:-1]) + weights[-1]
        signed = np.where(wanted > 0, sums, -sums)
        loss = float((counts * np.logaddexp(0, -signed)).sum())
        loss += float((held * weights[:-1] ** 2).sum()) / 2
        errors = counts * (1 / (1 + np.exp(-np.clip(sums, -35, 35))) - wanted)
        return loss, np.append(table.slopes(errors) + held * weights[:-1], errors.sum())

    found = _descend(judge, np.zeros(len(held) + 1))
    return found[:-1], float(found[-1])


def _descend(judge: Judge, at: Numbers) -> Numbers:
    loss, slope = judge(at)
    moves: list[tuple[Numbers, Numbers]] = []
    for _ in range(STEPS):
        way = _direction(slope, moves)
        step = 1.0
        while True:
            there = at - step * way
            next_loss, next_slope = judge(there)
            if next_loss <= loss - 1e-4 * step * (slope @ way) or step < SHORTEST_STEP:
                break
            step /= 2
        if (there - at) @ (next_slope - slope) > NOUGHT:
            moves = [*moves[-7:], (there - at, next_slope - slope)]
        done = abs(loss - next_loss) < 1e-5 * abs(loss)
        at, loss, slope = there, next_loss, next_slope
        if done:
            break
    return at


def _direction(slope: Numbers, moves: list[tuple[Numbers, Numbers]]) -> Numbers:
    way, shares = slope.copy(), []
    for moved, turned in reversed(moves):
        share = moved @ way / (turned @ moved)
        shares.append(share)
        way -= share * turned
    if moves:
        moved, turned = moves[-1]
        way *= moved @ turned / (turned @ turned)
    else:
        way /= max(1.0, float(np.abs(slope).max()))
    for (moved, turned), share in zip(moves, reversed(shares), strict=True):
        way += moved * (share - turned @ way / (turned @ moved))
    return way


def _danger(lines: list[Line]) -> Numbers:
    return np.array([line.kind != "none" for line in lines], float)


def _check(lines: list[Line], told: list[dict[str, float]], false_alarms: float) -> float:
    """Learn without each fold, hear it, and give the threshold that keeps to the false alarms."""
    harmless, dangers = [], []
    for fold in range(1, FOLDS + 1):
        rest = [number for number, line in enumerate(lines) if line.fold != fold]
        held = [n for n, line in enumerate(lines) if line.fold == fold]
        table, weights, start = _learned([lines[n] for n in rest], [told[n] for n in rest])
        sums = Table.of([told[n] for n in held], table.vocabulary).sums(weights) + start
        danger = _danger([lines[n] for n in held]) > 0
        harmless.append(sums[~danger])
        dangers.append(sums[danger])
        limit = float(np.quantile(sums[~danger], 1 - 0.03))
        print(f"fold {fold}: recall {np.mean(sums[danger] > limit):.3f} at 3 % false alarms")
    threshold = float(np.quantile(np.concatenate(harmless), 1 - false_alarms))
    for fold in (7, 8):
        print(f"fold {fold}: false alarms {np.mean(harmless[fold - 1] > threshold):.3f}")
    recall = np.mean(np.concatenate(dangers) > threshold)
    print(f"all: recall {recall:.3f} at {false_alarms:.1%} false alarms, from {threshold:.2f}")
    return threshold


def _learned(lines: list[Line], told: list[dict[str, float]]) -> tuple[Table, Numbers, float]:
    table = Table.of(told, vocabulary_of(told))
    counts = np.array([line.counts for line in lines])
    return table, *learn(table, _danger(lines), counts)


def _keep(lines: list[Line], told: list[dict[str, float]], threshold: float) -> None:
    """Write weights.tsv; the threshold is taken into the start, so that nought is the border."""
    table, weights, start = _learned(lines, told)
    rows = [n for n, line in enumerate(lines) if line.kind in KINDS]
    among = Table.of([told[n] for n in rows], table.vocabulary)
    ones = np.ones(len(rows))
    kinds = [
        learn(among, np.array([lines[n].kind == kind for n in rows], float), ones) for kind in KINDS
    ]
    written_out = [_row("", start - threshold, [one[1] for one in kinds])]
    for name, number in table.vocabulary.items():
        shares = [float(one[0][number]) for one in kinds]
        if abs(weights[number]) >= LEAST or max(map(abs, shares)) >= LEAST * 5:
            written_out.append(_row(name, float(weights[number]), shares))
    (FOLDER / "weights.tsv").write_text("\n".join(written_out) + "\n", "utf-8")
    print(f"{len(written_out)} weights kept", file=sys.stderr)


def _row(name: str, danger: float, kinds: list[float]) -> str:
    shares = [
        f"{kind:.2f}".replace("-0.00", "0.00") if abs(kind) >= LEAST else "" for kind in kinds
    ]
    return "\t".join([name, f"{danger:.2f}".replace("-0.00", "0.00"), *shares])


if __name__ == "__main__":
    sys.exit(main())
