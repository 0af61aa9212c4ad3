"""100,000 hostile callbacks to the product's web process: nothing breaks, blocks or grows.

Each case comes from a seed and knows what a sound server answers it with: messages with odd
insides, broken XML, JSON and HTTP, GBK, wrong seals and signatures, huge fields, replays.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.bot.fuzzing.running import AT_ONCE, Findings, fuzz

SHOWN = 20  #: of what went wrong
HEAD = """\
to both WeChat apps of one web process (the product's own, real desks on SQLite).
A crash is an answer of 5xx, a line of the log from ERROR up, or the end of the process.
*Blocked* is how much too late a timer of 5 ms in the server's loop woke up: on the wall,
which counts what the machine did besides, and as processor time of the loop's own thread.
Memory is that of the process (RSS), its slope by least squares after the first fifth.
Load of the machine at the start:"""
TABLE = """\
| callbacks | crashes | wrong answers | longest blocked ms | of it own processor ms \
| blocked > 100 ms | p50 ms | p99 ms | MiB at the end | MiB per 10,000 |
|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


def main() -> int:
    """Fuzz, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=callback-fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="callbacks (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the cases (%(default)s)")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop then (never)")
    options = parser.parse_args()
    began, load = time.monotonic(), os.getloadavg()[0]

    def progress(sent: int) -> None:
        rate = sent / (time.monotonic() - began)
        print(f"{sent} of {options.count}, {rate:.0f} a second", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="fengqiao-fuzz-") as folder:
        found = asyncio.run(
            fuzz(
                Path(folder),
                count=options.count,
                seed=options.seed,
                seconds=60 * options.minutes,
                progress=progress,
            )
        )
    print(report(found, seed=options.seed, seconds=time.monotonic() - began, load=load))
    return 0 if found.sound else 1


def report(found: Findings, *, seed: int, seconds: float, load: float) -> str:
    """Return what was found, as Markdown."""
    crashes = len(found.errors) + sum(
        number for (_, status), number in found.statuses.items() if status >= 500
    )
    watch = found.watch
    percentiles = statistics.quantiles(found.seconds, n=100)
    figures = (
        *(str(found.sent), str(crashes), str(len(found.wrong))),
        *(f"{1000 * watch[name]:.0f}" for name in ("longest", "longest_own")),
        f"{watch['above']} of {watch['looks']}",
        *(f"{1000 * percentiles[percent - 1]:.0f}" for percent in (50, 99)),
        *(f"{found.memory[-1][1]:.0f}", f"{found.slope():+.2f}"),
    )
    return "\n".join(
        [
            f"Seed {seed}: {found.sent} callbacks, {AT_ONCE} at once, in {seconds:.0f} s,",
            HEAD,
            f"{load:.1f}, {os.cpu_count()} cores.\n",
            TABLE,
            f"| {' | '.join(figures)} |\n",
            "| kind of callback | answered with | times |\n|---|---|--:|",
            *_table(found),
            "",
            *(f"- {one}" for one in [*found.wrong, *found.errors][:SHOWN]),
        ]
    )


def _table(found: Findings) -> list[str]:
    kinds: dict[str, dict[int, int]] = defaultdict(dict)
    for (name, status), number in found.statuses.items():
        kinds[name][status] = number
    return [
        f"| {name} | {', '.join(_shown(status) for status in sorted(counts))} "
        f"| {', '.join(str(counts[status]) for status in sorted(counts))} |"
        for name, counts in sorted(kinds.items())
    ]


def _shown(status: int) -> str:
    return str(status) if status else "nothing"


if __name__ == "__main__":
    sys.exit(main())
