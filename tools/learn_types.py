"""Learn the dispute types anew from the written reports: ``python -m tools.learn_types``."""

from __future__ import annotations

from pathlib import Path

from domain.type_guess import WEIGHTS
from tools.type_learning import as_text, learn, written

REPORTS = Path("tests/unit/sentences")
#: written for learning; blind files are never among them
TRAINING = tuple(
    REPORTS / "written-2026-11" / name
    for name in ("training-reports.tsv", "training-reports-2.tsv", "training-reports-3.tsv")
)


def main() -> None:
    """Learn and keep what was learned."""
    WEIGHTS.write_text(as_text(learn(written(*TRAINING))), "utf-8")


if __name__ == "__main__":
    main()
