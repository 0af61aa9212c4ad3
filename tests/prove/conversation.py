"""Conversations under misfortune: each acknowledged message has one effect, each answer comes once.

Hypothesis drives the simulated platform and the bot: duplicates, lost answers, messages that
overtake one another, dialogues slower than the deadline, processes killed before, within and after
their transactions, couriers and workers killed too, a platform that fails.  At the end of each
walk every effect and every answer on the phones is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from typing_extensions import override

from tests.bot.conversing.machine import Conversations
from tests.bot.conversing.town import HASTY, Scale, Town
from tests.bot.conversing.true_scale import Story, slower_than_wechat_waits
from tests.engines import Postgres, postgres_server

LEDGERS = ("SQLite", "PostgreSQL")
HEAD = """\
Acknowledged: the platform heard `success` or an answer. Each of those had exactly one effect,
and its answer stood on the person's phone exactly once, or stands in their own list as perhaps
lost (a courier was killed while it sent, or the platform gave no answer). What was not
acknowledged (the platform gave up, and the phone said so) had at most one."""
WALKS = """\
In the walks the platform hangs up after {hasty.limit} s and the bot says `success` after
{hasty.deadline} s, so that many messages fit in. Walks of up to {steps} steps."""
TRUE_SCALE = """\
At true scale ({true.limit} s, {true.deadline} s): what a dialogue thought about for {thought:.1f} s
was acknowledged (`{promised}`) and answered later, once; a server that was too late with its
answer got the message {attempts} times, and its person the answer once (`{answered}`)."""
TABLE = """\
| ledger | walks | messages | acknowledged | in time | later | unknown | started | killed | cases |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""
COLUMNS = ("walks", "messages", "acknowledged", "replied", "later", "unknown")


class Counted(Conversations):
    """Counts what the walks were made of."""

    counts: ClassVar[Counter[str]]
    server: ClassVar[Postgres | None]

    @override
    def empty_ledger(self) -> str:
        """Begin on the server, if there is one."""
        return self.server.emptied() if self.server else super().empty_ledger()

    @override
    def counted(self, town: Town) -> None:
        """Add them up."""
        self.counts["walks"] += 1
        self.counts.update(self.run(town.figures()))


def main() -> int:
    """Walk, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=conversation", description=__doc__)
    parser.add_argument("--walks", type=int, default=200, help="over each ledger (%(default)s)")
    parser.add_argument("--ledgers", nargs="+", choices=LEDGERS, default=LEDGERS)
    parser.add_argument("--steps", type=int, default=12, help="of each at most (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the walks (%(default)s)")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # the product tells of each killed process
    began, load = time.monotonic(), os.getloadavg()[0]
    walked = [_walk_over(ledger, options) for ledger in options.ledgers]
    failure = "\n".join(failure for _, failure in walked if failure)
    print(f"Seed {options.seed}, {time.monotonic() - began:.0f} s, load {load:.1f} at the start.")
    print(f"{HEAD}\n\n{WALKS.format(hasty=HASTY, steps=options.steps)}")
    print("\n".join(["", TABLE, *(row for row, _ in walked), ""]))
    print(failure or _true_scale())
    return 1 if failure else 0


def _true_scale() -> str:
    """Tell the story of the waits of reality; what is wrong in it is an AssertionError."""
    with tempfile.TemporaryDirectory(prefix="fengqiao-talk-") as folder:
        story: Story = asyncio.run(slower_than_wechat_waits(Path(folder)))
    return TRUE_SCALE.format(
        true=Scale(),
        thought=story.answered_after,
        promised=story.slow_dialogue.outcome,
        attempts=story.slow_server.attempts,
        answered=story.slow_server.outcome,
    )


def _walk_over(ledger: str, options: argparse.Namespace) -> tuple[str, str]:
    """Walk over a ledger; give the row of the table, and what failed."""
    Counted.counts = Counter()
    with postgres_server() if ledger == "PostgreSQL" else nullcontext() as Counted.server:
        failure = _walk(options)
    figures = [str(Counted.counts[name]) for name in (*COLUMNS, "processes", "killed", "cases")]
    return f"| {ledger} | {' | '.join(figures)} |", failure


def _walk(options: argparse.Namespace) -> str:
    """Walk; give what failed, or nothing."""
    rules = settings(
        max_examples=options.walks,
        stateful_step_count=options.steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(options.seed)(Counted), settings=rules)
    except (AssertionError, Flaky) as broken:
        notes = "\n".join(getattr(broken, "__notes__", ()))
        return f"```\n{broken}\n{notes}\n```"
    return ""


if __name__ == "__main__":
    sys.exit(main())
