"""The bot's callback: durable answers a second beside a bare callback's and WeRoBot's.

The work is text messages in a dialogue, encrypted (安全模式), many people at once: stamp, turn of
the person, dialogue, message with answer and talk on disk, each exactly once.  The bare callback
opens and seals the same envelopes in the same process and does nothing else; WeRoBot keeps the
same dialogue in its session on SQLite, without de-duplication.  Ours and the bare one take turns:
what else the machine does meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.texts import chat as texts
from tests.bench.callbacks import (
    BARE,
    ECHO,
    OURS,
    WEROBOT,
    serve_ours,
    serve_werobot,
    serving,
)
from tests.bench.senders import Figures, letters, send
from tests.bot.platform import Delivery
from tests.engines import postgres_server
from tests.stores import sqlite_url

RATIO, P99 = 0.3, 500.0  #: the aims: of the bare rate; milliseconds at half the load

FEW = 4  #: at once, of those who write for the first time: the platform is asked about each

#: What each person says in each round, no two the same story, and what they must hear.
SAID = (
    ("重新开始", texts.WHAT_HAPPENED),
    ("楼上{}室漏水，把我家天花板泡坏了", texts.WHERE_WAS_IT),
    ("枫桥路{}号", texts.WHO_WITH_YOU),
    ("跳过", texts.IN_DANGER),
)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is sent."""

    people: int
    rounds: int
    at_once: int


@dataclass
class Outcome:
    """What one database, or WeRoBot, was seen to do."""

    name: str
    work: Figures = field(default_factory=Figures)
    bare: Figures = field(default_factory=Figures)
    half: Figures = field(default_factory=Figures)
    faults: int = 0  #: answers that were not the right ones

    @property
    def ratio(self) -> float:
        """The part of the bare callback's rate that is reached."""
        return self.work.rate / self.bare.rate

    @property
    def holds(self) -> bool:
        """Is every answer right and are both aims reached?"""
        return not self.faults and self.ratio >= RATIO and self.half.percentile(99) < P99


async def measure_ours(name: str, url: str, sizes: Sizes) -> Outcome:
    """Let people talk with us, round by round, beside the bare callback."""
    outcome, crowd = Outcome(name), range(sizes.people)
    async with serving("--serve", url) as server:
        await send(server, OURS, letters(crowd, SAID[0][0], kind="first"), at_once=FEW)
        for path in (OURS, BARE):
            await send(server, path, _round(crowd, "warm-up-"), at_once=sizes.at_once)
        for number in range(sizes.rounds):
            sent = _round(crowd, f"{number}-")
            done, told = await send(server, OURS, sent, at_once=sizes.at_once)
            outcome.work += done
            outcome.faults += _wrong(told, crowd)
            done, _ = await send(server, BARE, sent, at_once=sizes.at_once)
            outcome.bare += done
            print(f"{name}: round {number + 1} of {sizes.rounds}", file=sys.stderr, flush=True)
        sent, rate = _round(crowd, "half-"), outcome.work.rate / 2
        outcome.half, told = await send(server, OURS, sent, at_once=sizes.at_once, rate=rate)
        outcome.faults += _wrong(told, crowd)
        # Delivered once more, an early message gets the answer that was kept, whatever followed.
        _, told = await send(server, OURS, _round(crowd, "0-"), at_once=sizes.at_once)
        outcome.faults += _wrong(told, crowd)
    return outcome


async def measure_werobot(sizes: Sizes) -> Figures:
    """Let the same people talk with WeRoBot."""
    figures, crowd = Figures(), range(sizes.people)
    with tempfile.TemporaryDirectory(prefix="fengqiao-bench-") as folder:
        async with serving("--serve-werobot", folder) as server:
            for number in range(sizes.rounds):
                sent = _round(crowd, f"{number}-")
                done, told = await send(server, WEROBOT, sent, at_once=sizes.at_once)
                assert all(ECHO in one for one in told)
                figures += done
    return figures


def _round(crowd: Sequence[int], kind: str) -> list[Delivery]:
    """Everybody says the first thing, then everybody the next, and so on."""
    return [
        letter
        for step, (words, _) in enumerate(SAID)
        for letter in letters(crowd, words, kind=f"{kind}{step}-")
    ]


def _wrong(told: Sequence[str], crowd: Sequence[int]) -> int:
    """Count the answers of a round that are not the right ones."""
    right = [heard for _, heard in SAID for _ in crowd]
    return sum(heard not in one for heard, one in zip(right, told, strict=True))


@contextmanager
def databases(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give an empty ledger on each engine; both write to the disk before they say so."""
    with ExitStack() as stack:
        urls = {}
        if "SQLite" in names:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fengqiao-bench-"))
            urls["SQLite"] = sqlite_url(Path(folder))
        if "PostgreSQL" in names:
            server = stack.enter_context(postgres_server())
            server.run("ALTER SYSTEM SET fsync = on")
            server.run("SELECT pg_reload_conf()")
            urls["PostgreSQL"] = server.emptied()
        yield urls


async def measure(sizes: Sizes, names: Sequence[str]) -> list[Outcome]:
    """Measure and report."""
    busy = os.getloadavg()[0]
    with databases(names) as urls:
        outcomes = [await measure_ours(name, url, sizes) for name, url in urls.items()]
    werobot = await measure_werobot(sizes)
    print(report(outcomes, werobot, sizes, busy=busy))
    return outcomes


def report(outcomes: Sequence[Outcome], werobot: Figures, sizes: Sizes, *, busy: float) -> str:
    """Write the figures down."""
    rows = [row for outcome in outcomes for row in _rows(outcome)]
    told = [line for outcome in outcomes for line in _told(outcome)]
    return "\n".join(
        [
            f"Text messages in a dialogue, {sizes.at_once} at once, never two of one person;",
            f"{sizes.people} people. One server process; the load comes from a second one of the",
            "same machine, over kept connections. SQLite with synchronous=FULL, PostgreSQL with",
            "fsync; CPU is the server process's, without PostgreSQL's own. The bare callback opens",
            "and seals the same envelopes in the same process and does nothing else. One round of",
            "each comes before what is measured: statements are compiled then. WeRoBot 1.13",
            "runs within aiohttp with its session on SQLite; it does not see a second delivery.",
            f"Load of the machine at the start: {busy:.1f}, {os.cpu_count()} cores.",
            "",
            "| | answers | answers/s | p50 ms | p99 ms | CPU ms each |",
            "|---|--:|--:|--:|--:|--:|",
            *rows,
            werobot.row("WeRoBot"),
            "",
            *told,
        ]
    )


def _rows(outcome: Outcome) -> Iterator[str]:
    yield outcome.work.row(f"durable, {outcome.name}")
    yield outcome.half.row(f"durable, {outcome.name}, half the load")
    yield outcome.bare.row(f"bare, beside {outcome.name}")


def _told(outcome: Outcome) -> Iterator[str]:
    cpu = (outcome.bare.cpu / len(outcome.bare.seconds)) / (
        outcome.work.cpu / len(outcome.work.seconds)
    )
    yield (
        f"- {outcome.name}: {outcome.ratio:.2f} of the bare callback's rate (aim {RATIO}; by its "
        f"processor time {cpu:.2f}), p99 at half the load {outcome.half.percentile(99):.0f} ms "
        f"(aim {P99:.0f} ms), {outcome.faults} wrong or repeated answers."
    )


def main() -> int:
    """Run the benchmark, or one of its servers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3, help="of four messages of everybody")
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument(
        "--database", choices=["SQLite", "PostgreSQL"], action="append", help="both by default"
    )
    parser.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--serve-werobot", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve or given.serve_werobot:
        serve = serve_ours(given.serve) if given.serve else serve_werobot(given.serve_werobot)
        asyncio.run(serve)
        return 0
    sizes = Sizes(people=given.people, rounds=given.rounds, at_once=given.at_once)
    names = given.database or ["SQLite", "PostgreSQL"]
    outcomes = asyncio.run(measure(sizes, names))
    return 0 if all(outcome.holds for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
