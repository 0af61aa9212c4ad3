"""kill -9 of recorder and media worker in a recorded meeting: no acknowledged second is lost.

Two real pages are in a room and are recorded; in each round one of the two processes dies at a
seeded moment.  At the end every film is decoded by ffprobe and played in Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import traceback
from pathlib import Path

import structlog

from tests.webrtc.house import House, Worker
from tests.webrtc.killing import Films, Outcome, Victim, a_recorded_meeting, everything_plays
from tests.webrtc.killing import killed as kill_one

TAIL = 1.0  #: seconds: what a death may cost of what was not acknowledged yet
HEAD = (
    "| killed | rounds | seconds acknowledged | of these lost | worst tail s | median tail s"
    " | recorded again after s (median, longest) |\n|---|--:|--:|--:|--:|--:|--:|"
)


def main() -> int:
    """Kill, look at what is left, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=media-kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="deaths (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of their moments (%(default)s)")
    options = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    outcomes, films, error = asyncio.run(_prove(options.rounds, options.seed))
    print(_report(outcomes, films, options.seed))
    print(error, file=sys.stderr)
    whole = len(outcomes) == options.rounds and not error and not films.complaints
    return 0 if whole and all(one.lost == 0 and one.tail <= TAIL for one in outcomes) else 1


async def _prove(rounds: int, seed: int) -> tuple[list[Outcome], Films, str]:
    chance = random.Random(seed)
    victims: list[Victim] = ["recorder", "worker"] * ((rounds + 1) // 2)
    outcomes: list[Outcome] = []
    films = Films()
    with tempfile.TemporaryDirectory(prefix="media-kill-") as folder:
        worker = Worker(Path(folder))
        await worker.start()
        house = House(worker)
        try:
            await house.open_web()
            await a_recorded_meeting(house)
            for number, victim in enumerate(victims[:rounds], start=1):
                after, pause = chance.uniform(0.5, 4), chance.uniform(0, 0.7)
                outcomes.append(await kill_one(house, victim, after=after, pause=pause))
                print(f"{number}: {outcomes[-1]}", file=sys.stderr, flush=True)
            await house.worker.end()
            films = await everything_plays(house, await (await house.a_browser()).new_page())
        except Exception:  # noqa: BLE001  # whatever goes wrong is the finding; what was found is told
            return outcomes, films, traceback.format_exc() + house.worker.log[-5000:]
        finally:
            await house.close()
    return outcomes, films, ""


def _report(outcomes: list[Outcome], films: Films, seed: int) -> str:
    parts = {victim: [one for one in outcomes if one.victim == victim] for victim in _VICTIMS}
    return "\n".join(
        [
            f"Seed {seed}. Two people of one meeting are recorded by real pages; a process is",
            "killed while the newest segment of each has 0.5 to 4 s, up to 0.7 s after the last",
            "acknowledgement. *Lost* counts what web had been told of and is not on disk",
            "afterwards; the *tail* is the time before the death of which nothing is on disk",
            f"(aim: lost 0, tail at most {TAIL:g} s).\n",
            HEAD,
            *(_row(victim, found) for victim, found in parts.items() if found),
            f"\nFilms: {films.films}, each decoded by ffprobe and played to its end in Chromium;",
            f"complaints: {len(films.complaints)}.",
            *films.complaints[:20],
        ]
    )


_VICTIMS: tuple[Victim, ...] = ("recorder", "worker")


def _row(victim: str, found: list[Outcome]) -> str:
    tails, away = [one.tail for one in found], [one.away for one in found]
    told, lost = sum(one.acknowledged for one in found), sum(one.lost for one in found)
    return (
        f"| {victim} | {len(found)} | {told:.1f} | {lost:g} | {max(tails):.2f}"
        f" | {statistics.median(tails):.2f} | {statistics.median(away):.1f}, {max(away):.1f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
