"""Learn the weights of the danger words: ``python -m tools.danger_weights``.

``--check`` learns without each file of sentences in turn and says how that file, whose writer the
weights then never saw, is heard; it takes some minutes.  The border between alarm and calm is set
where the harmless lines of the median unseen file keep to ``--false-alarms``.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.danger import pieces
from domain.danger_words.signs import signs_in
from domain.danger_words.weighing import FOLDER, telling, writing
from domain.danger_words.writing import plainly
from tools.danger_net import Learned, Numbers, learn, weights_of

SENTENCES = Path("tests/unit/sentences/written-2026-11")
OLDER = {
    "danger-alarm": "danger",
    "danger-alarm-held-out": "danger",
    "danger-alarm-later": "danger",
    "danger-harmless": "none",
    "danger-harmless-held-out": "none",
    "danger-harmless-later": "none",
}
PLAIN = "training-danger-plain.tsv"  #: what must be right
MUST = 4.0  #: how much such a line counts, and an older one
ORDINARY = 0.3  #: how much a report of an ordinary dispute counts beside a line written for danger
OF_PEOPLE = {"01", "18", "19", "20"}  #: types whose reports may well speak of danger
SHORTEST, LONGEST = 2, 12  #: characters of a clause that is like an answer
FALSE_ALARMS = 0.03  #: of the harmless lines of a writer who was not learned from
BORDER = Path("border.txt")  #: beside the weights: where the last check set it
Told = dict[str, float]


@dataclass(frozen=True)
class Line:
    """A sentence, its kind (``none``: harmless), how much it counts, and the file it is from."""

    kind: str
    text: str
    counts: float
    file: str

    @property
    def danger(self) -> bool:
        """Does it speak of danger?"""
        return self.kind != "none"


def main() -> int:
    """Learn and keep the weights, or check how well unseen writers are heard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--false-alarms", type=float, default=FALSE_ALARMS)
    options = parser.parse_args()
    lines = [*written(), *older(), *ordinary(), *answers()]
    told = [told_of(plainly(line.text)) for line in lines]
    if options.check:
        border = check(lines, told, options.false_alarms)
        (FOLDER / BORDER).write_text(f"{border:.3f}\n", "utf-8")
    border = float((FOLDER / BORDER).read_text("utf-8"))
    _keep(_learned(lines, told), border)
    return 0


def training_files() -> list[Path]:
    """Name the files of sentences that may be learned from."""
    return sorted(SENTENCES.glob("training-danger*.tsv"))


def written() -> list[Line]:
    """Read the lines written for training."""
    return [
        Line(kind, text, MUST if file.name == PLAIN else 1.0, file.name)
        for file in training_files()
        for kind, _, text in (line.partition("\t") for line in file.read_text("utf-8").splitlines())
    ]


def older() -> list[Line]:
    """Read older lines, whose kinds nobody noted; each is a test of its own."""
    return [
        Line(kind, text, MUST, "")
        for name, kind in OLDER.items()
        for text in (SENTENCES.parent / f"{name}.txt").read_text("utf-8").splitlines()
    ]


def ordinary() -> list[Line]:
    """Read reports of ordinary disputes, which are harmless."""
    file = SENTENCES / "training-reports.tsv"
    pairs = (line.partition("\t") for line in file.read_text("utf-8").splitlines())
    old = [
        Line("none", line.partition("|")[2], 1.0, "")
        for name in ("reports.txt", "reports-held-out.txt")
        for line in (SENTENCES.parent / name).read_text("utf-8").splitlines()
    ]
    return old + [
        Line("none", text, ORDINARY, "") for code, _, text in pairs if code not in OF_PEOPLE
    ]


def answers() -> list[Line]:
    """Take the clauses of ordinary reports for short answers, which are harmless too."""
    clauses = {
        clause for line in ordinary() for clause in re.split(r"[，。！？；、,.!?;\s]+", line.text)
    }
    short = sorted(one for one in clauses if SHORTEST <= len(one) <= LONGEST)
    return [Line("none", clause, ORDINARY, "") for clause in short]


def told_of(plain: str) -> Told:
    """Describe a text whole, as it is learned; in one order, so that learning again is the same."""
    told = [*writing(plain), *telling(plain, signs_in(plain))]
    return {feature: value for value, features in told for feature in sorted(features)}


def check(lines: list[Line], told: list[Told], false_alarms: float) -> float:
    """Hear each file with weights that never saw it; give the border that the median file needs.

    A file of nothing but traps does not move the border for everybody.
    """
    heard: dict[str, tuple[Numbers, Numbers]] = {}
    for file in (file for file in training_files() if file.name != PLAIN):
        rest = [at for at, line in enumerate(lines) if line.file != file.name]
        net = _learned([lines[at] for at in rest], [told[at] for at in rest])
        held = [line for line in lines if line.file == file.name]
        weights = np.array(weights_of_texts(net, [line.text for line in held]))
        danger = np.array([line.danger for line in held])
        heard[file.name] = weights[~danger], weights[danger]
        print(f"{file.name}: {_recall(*heard[file.name], false_alarms)}", file=sys.stderr)
    border = float(np.median([np.quantile(calm, 1 - false_alarms) for calm, _ in heard.values()]))
    print("| unseen file | dangers | recall | at the common border: recall | false alarms |")
    print("|---|--:|--:|--:|--:|")
    for name, (calm, loud) in heard.items():
        print(
            f"| {name} | {len(loud)} | {_recall(calm, loud, false_alarms):.3f}"
            f" | {np.mean(loud > border):.3f} | {np.mean(calm > border):.3f} |"
        )
    return border


def _recall(calm: Numbers, loud: Numbers, false_alarms: float) -> float:
    return float(np.mean(loud > np.quantile(calm, 1 - false_alarms)))


def weights_of_texts(net: Learned, texts: list[str]) -> list[float]:
    """Weigh texts as they are heard: each by its weightiest piece."""
    parts = [(at, piece) for at, text in enumerate(texts) for piece in pieces(plainly(text))]
    weights = weights_of(net, [told_of(piece) for _, piece in parts])
    most = [-np.inf] * len(texts)
    for (at, _), weight in zip(parts, weights, strict=True):
        most[at] = max(most[at], float(weight))
    return most


def _learned(lines: list[Line], told: list[Told]) -> Learned:
    return learn(told, [line.kind for line in lines], [line.counts for line in lines])


def _keep(net: Learned, border: float) -> None:
    """Write the net down; the border is taken into the start, so that nought is the border."""
    step, shares = net.in_bytes()
    rows = (
        f"{feature}\t{weight:.2f}\t{bytes(share).hex()}".replace("\t-0.00\t", "\t0.00\t")
        for feature, weight, share in zip(net.vocabulary, net.alone, shares, strict=True)
    )
    (FOLDER / "weights.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    first = [step, net.start[0] - border, *net.start[1:]]
    neurons = [first, *([before, *says] for before, says in zip(net.before, net.says, strict=True))]
    written_out = ("\t".join(f"{one:.5f}" for one in row) for row in neurons)
    (FOLDER / "neurons.tsv").write_text("\n".join(written_out) + "\n", "utf-8")
    print(f"{len(shares)} features kept", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
