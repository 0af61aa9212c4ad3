"""kill -9 of each process at seeded points of the main path: nothing lost, nothing done twice.

Every point is a whole walk from a message to a sealed and verified paper, by people who never saw
the product before; one process dies in it.  Finished points are kept, so that a run that was ended
goes on where it was: the same seed and number of points give the same deaths.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import aiohttp

from tests.e2e.running import ROOT
from tests.faults.books import Counts, compared
from tests.faults.killer import WHERE, Killer, Point, points
from tests.faults.path import Office, Walk
from tests.faults.test_kills import a_browser
from tests.faults.town import Town

KEPT = ROOT / "data" / "proofs"
QUARTER = 15 * 60.0  #: between two walks, so that nobody asks for too many codes an hour
LONGEST = 600.0
TIMEOUT = aiohttp.ClientTimeout(total=30)
HEAD = (
    "| process | points | killed | acknowledged | lost | twice | unknown"
    " | seconds told | seconds kept |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass
class Result:
    """What came of one point."""

    point: Point
    counts: Counts = field(default_factory=Counts)
    error: str = ""

    @property
    def held(self) -> bool:
        return not (self.error or self.counts.lost or self.counts.twice)


@dataclass
class Notebook:
    """The finished points of one seed, a line of JSON each."""

    file: Path

    def results(self) -> dict[Point, Result]:
        if not self.file.exists():
            return {}
        lines = map(json.loads, self.file.read_text("utf-8").splitlines())
        found = [
            Result(Point(**one["point"]), Counts(**one["counts"]), one["error"]) for one in lines
        ]
        return {result.point: result for result in found}

    def keep(self, result: Result) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def main() -> int:
    """Prove it, print the report, give the status."""
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the town ends with us
    notebook = Notebook(KEPT / f"faults-{options.seed}.jsonl")
    if options.anew:
        notebook.file.unlink(missing_ok=True)
    wanted = [
        point
        for process in options.only
        for point in points(process, seed=options.seed, count=options.points)
    ]
    asyncio.run(_prove(wanted, notebook))
    found = notebook.results()
    results = [found[point] for point in wanted if point in found]
    print(_report(results, options.seed))
    return 0 if all(result.held for result in results) and len(results) == len(wanted) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=10, help="of each process")
    parser.add_argument("--only", nargs="*", default=list(WHERE), choices=list(WHERE))
    parser.add_argument("--anew", action="store_true", help="forget the points that are finished")
    return parser.parse_args()


async def _prove(wanted: list[Point], notebook: Notebook) -> None:
    """Walk to every point that is not finished, in one town as long as all goes well."""
    done = notebook.results()
    left = [point for point in wanted if not (point in done and done[point].held)]
    while left:
        async with _an_open_town() as (office, browser):
            for number, point in enumerate(list(left)):
                result = await _walk(office, browser, point, number)
                left.remove(point)
                notebook.keep(result)
                _progress(f"{point}: {result.counts} {result.error.splitlines()[-1:]}")
                if not result.held:
                    kept = KEPT / f"town-of-{point.process}-{number}"
                    sockets = shutil.ignore_patterns("*.sock")
                    shutil.copytree(office.town.folder, kept, ignore=sockets, dirs_exist_ok=True)
                    break  # in a town in which something is broken nothing more is proven


async def _walk(office: Office, browser, point: Point, number: int) -> Result:
    pages = 2 if point.process in ("media", "recorder") else 1
    walk = Walk(office, Killer(office.town, [point]), browser, number=number, pages=pages)
    try:
        async with asyncio.timeout(LONGEST):
            await office.later(QUARTER)
            await office.open()
            await walk.whole()
            return Result(point, await compared(walk))
    except Exception:  # noqa: BLE001  # any failure of a walk is a finding; the next one goes on
        return Result(point, Counts(killed=len(walk.killer.killed)), traceback.format_exc())


@asynccontextmanager
async def _an_open_town():
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        town = Town(folder)
        await asyncio.to_thread(town.start)
        stack.callback(town.end)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=TIMEOUT))
        office = Office(town, http)
        yield office, await stack.enter_async_context(a_browser())


def _report(results: list[Result], seed: int) -> str:
    return "\n".join(
        [
            f"Seed {seed}. Every point is a whole walk from a message to a sealed, verified paper;",
            "one process is killed in it (SIGKILL), the clients go on as WeChat and pages do.",
            "*Acknowledged* counts deeds, messages, notices and signatures that somebody was told",
            "of; *unknown* are sends whose outcome cannot be known: shown at the desk, never sent",
            "again. *Seconds* are those of the recording: told by the room, and in whole journals.",
            "",
            HEAD,
            *_lines(results),
            "",
            "| process | step | seconds after its beginning | found |\n|---|---|--:|---|",
            *(_line(result) for result in results),
        ]
    )


def _lines(results: list[Result]) -> Iterator[str]:
    for process in dict.fromkeys(result.point.process for result in results):
        mine = [result for result in results if result.point.process == process]
        total = sum((result.counts for result in mine), Counts())
        yield _row(process, len(mine), total)
    yield _row("all", len(results), sum((result.counts for result in results), Counts()))


def _row(name: str, count: int, total: Counts) -> str:
    return (
        f"| {name} | {count} | {total.killed} | {total.acknowledged} | {len(total.lost)}"
        f" | {len(total.twice)} | {total.unknown} | {total.seconds_told:.1f}"
        f" | {total.seconds_kept:.1f} |"
    )


def _line(result: Result) -> str:
    counts = replace(result.counts)
    found = [
        *(f"lost: {what}" for what in counts.lost),
        *(f"twice: {what}" for what in counts.twice),
        *result.error.splitlines()[-1:],
    ]
    point = result.point
    told = "; ".join(found).replace("|", "/") or "nothing lost, nothing twice"
    return f"| {point.process} | {point.step} | {point.delay} | {told} |"


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
