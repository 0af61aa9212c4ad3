"""How the danger words hear the written sentences; ``--blind`` opens the half nobody has read."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.danger import Danger, alarms

FOLDER = Path("tests/unit/sentences/written-2026-11")
TRAINING = tuple(sorted(file.name for file in FOLDER.glob("training-danger*.tsv")))
BLIND = "blind-danger.tsv"
RECALL = {False: 0.97, True: 0.98}  #: of what was learned from; of the blind half
FALSE_ALARMS = {False: 0.03, True: 0.03}
LONG_STORY = 4000  #: characters
LOG = """
How writers were heard whom the weights had never seen: each file of sentences was heard by
weights learned from all others (`python -m tools.danger_weights --check`), at 3 % false alarms of
its own harmless lines, and at the border that is the median of all files. `-3` and `-10` are
traps. The lexicon was made with sight of `training-danger.tsv` and `-2` alone. The blind half is by
the writers of `training-danger.tsv`, so it is easier than a file by a writer never seen. It was
first opened on 2026-11-22 for these weights, and since then read by this command again for
candidates that were not taken, its missed lines printed: it is blind no more, though no line was
written, tuned or chosen by it. The next release needs a new one.

| unseen file | dangers | recall | at the common border: recall | false alarms |
|---|--:|--:|--:|--:|
| training-danger-10.tsv | 1211 | 0.899 | 0.939 | 0.049 |
| training-danger-11.tsv | 1131 | 0.953 | 0.956 | 0.034 |
| training-danger-12.tsv | 1140 | 0.961 | 0.961 | 0.032 |
| training-danger-13.tsv | 1350 | 0.958 | 0.936 | 0.022 |
| training-danger-14.tsv | 900 | 0.949 | 0.979 | 0.048 |
| training-danger-2.tsv | 748 | 0.904 | 0.894 | 0.028 |
| training-danger-3.tsv | 1802 | 0.774 | 0.924 | 0.104 |
| training-danger-4.tsv | 500 | 0.966 | 0.958 | 0.024 |
| training-danger-5.tsv | 1127 | 0.969 | 0.972 | 0.032 |
| training-danger-6.tsv | 1125 | 0.968 | 0.968 | 0.029 |
| training-danger-7.tsv | 1145 | 0.955 | 0.952 | 0.025 |
| training-danger-8.tsv | 451 | 0.993 | 0.991 | 0.027 |
| training-danger-9.tsv | 1107 | 0.962 | 0.968 | 0.037 |
| training-danger.tsv | 2124 | 0.937 | 0.917 | 0.025 |
""".strip()


@dataclass(frozen=True)
class Heard:
    """A written line, the kind it was written for, and the first kind that was heard."""

    kind: str
    text: str
    heard: str  #: none: no alarm


def main() -> int:
    """Hear every line, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blind", action="store_true", help="open the half that nobody has read")
    blind = parser.parse_args().blind
    files = [*TRAINING, BLIND] if blind else list(TRAINING)
    heard = {name: list(_hear(name)) for name in files}
    print("\n".join([*_table(heard), "", *_kinds(heard), "", _speed(), "", LOG]))
    if blind:
        print("\n".join(["", *_wrong(heard[BLIND])]))
    held = all(
        _recall(lines) >= RECALL[name == BLIND]
        and _false_alarms(lines) <= FALSE_ALARMS[name == BLIND]
        for name, lines in heard.items()
    )
    return 0 if held else 1


def _hear(name: str) -> Iterator[Heard]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        kind, _, text = line.partition("\t")
        found = alarms(text)
        yield Heard(kind, text, found[0].kind.value if found else "none")


def _recall(lines: list[Heard]) -> float:
    dangers = [one for one in lines if one.kind != "none"]
    return sum(one.heard != "none" for one in dangers) / len(dangers)


def _false_alarms(lines: list[Heard]) -> float:
    harmless = [one for one in lines if one.kind == "none"]
    return sum(one.heard != "none" for one in harmless) / len(harmless)


def _table(heard: dict[str, list[Heard]]) -> Iterator[str]:
    yield "| file | lines | dangers | recall | false alarms |\n|---|--:|--:|--:|--:|"
    for name, lines in heard.items():
        dangers = sum(one.kind != "none" for one in lines)
        yield (
            f"| {name} | {len(lines)} | {dangers} | {_recall(lines):.4f}"
            f" | {_false_alarms(lines):.4f} |"
        )


def _kinds(heard: dict[str, list[Heard]]) -> Iterator[str]:
    every = [one for lines in heard.values() for one in lines]
    yield "| kind | lines | heard | and the kind named first |\n|---|--:|--:|--:|"
    for kind in Danger:
        lines = [one for one in every if one.kind == kind]
        first = Counter(one.heard for one in lines)
        yield f"| {kind} | {len(lines)} | {len(lines) - first['none']} | {first[kind]} |"


def _speed() -> str:
    lines = (FOLDER / "training-danger.tsv").read_text("utf-8").splitlines()
    texts = [text for text in (line.partition("\t")[2] for line in lines) if 40 <= len(text) < 60]
    short = _seconds(texts) / len(texts)
    long = _seconds([("".join(texts) * 2)[:LONG_STORY]])
    return (
        f"A message of 40 to 60 characters takes {short * 1000:.2f} ms,"
        f" a story of {LONG_STORY} characters {long * 1000:.0f} ms of one core."
    )


def _seconds(texts: list[str]) -> float:
    begun = time.process_time()
    for text in texts:
        alarms(text)
    return time.process_time() - begun


def _wrong(lines: list[Heard]) -> Iterator[str]:
    yield "Missed:"
    yield from (f"- {one.kind}: {one.text}" for one in lines if one.kind != "none" == one.heard)
    yield "\nFalse alarms:"
    yield from (f"- {one.heard}: {one.text}" for one in lines if one.kind == "none" != one.heard)


if __name__ == "__main__":
    sys.exit(main())
