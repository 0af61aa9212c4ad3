"""Ten minutes of coming and going in 50 rooms, beside a room of eight: nothing grows or is left.

In each of the 50 rooms two to four people come in over real DTLS, send and watch, and go: properly,
or without a word as a phone does whose battery is empty; then the room is opened anew.  Meanwhile
eight stay in one room.  Every fifth room, and that of the eight, is recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load.crowd import Crowd
from tests.bench.load.film import film
from tests.bench.load.houses import memory
from tests.bench.load.ours import Member, Rooms
from tests.webrtc.house import Worker, until

THIN = 150_000  #: bits of video a second: this is about coming and going, not about throughput
STAY, PAUSE = (2.0, 6.0), (8.0, 24.0)  # seconds in a room, and until it is opened anew
LOOK_EVERY = 5.0  # seconds
RECORDED = 5  #: every so-manieth room is
GROWTH = 0.5  #: MiB a minute that the worker may grow by after the first third
SHOWN = 10


@dataclass(frozen=True)
class Look:
    """The worker at one moment."""

    at: float  #: seconds since the beginning
    mebibytes: float
    descriptors: int
    recorder_mebibytes: float
    recorder_descriptors: int


@dataclass
class Findings:
    """What came of it."""

    looks: list[Look] = field(default_factory=list)
    entered: int = 0
    opened: int = 0
    forwarded: int = 0
    vanished: int = 0  #: who went without a word
    recordings: int = 0
    seconds: float = 0.0  #: recorded
    watched: int = 0
    left_over: dict[str, int] = field(default_factory=dict)  #: in the empty worker
    wrong: list[str] = field(default_factory=list)

    def growth(self) -> float:
        """MiB a minute, by least squares after the first third."""
        late = [look for look in self.looks if look.at > self.looks[-1].at / 3]
        if len(late) < 3:
            return 0.0
        times, sizes = [one.at / 60 for one in late], [one.mebibytes for one in late]
        return statistics.linear_regression(times, sizes).slope


class Churn:
    """The people of all rooms."""

    def __init__(self, worker: Worker, rooms: Rooms, found: Findings, chance: random.Random):
        self._worker, self._rooms = worker, rooms
        self._found, self._chance = found, chance
        self._recorder = 0
        self._haste = 1.0
        self._began = time.monotonic()

    async def run(self, *, rooms: int, people: int, seconds: float) -> None:
        """Let them come and go for so long; then everybody leaves."""
        self._haste = seconds / PAUSE[1]  # of a run that is too short for such pauses
        self._recorder = (await self._rooms.figures())["recorder_pid"]
        stay = [await self._enter("m-stay", f"p{n}", mediator=not n) for n in range(people)]
        self._rooms.ask(stay[0], type="record")
        until_then = self._began + seconds
        looking = asyncio.create_task(self._keep_looking())
        await asyncio.gather(*(self._open_anew(number, until_then) for number in range(rooms)))
        looking.cancel()
        await asyncio.wait([looking])
        self._found.looks.append(self._look())
        self._found.forwarded += sum(member.down.received for member in stay)
        for member in stay:
            await self._rooms.leave(member)
        await self._is_empty()

    async def _open_anew(self, number: int, until_then: float) -> None:
        """Open one room again and again."""
        while time.monotonic() < until_then:
            await asyncio.sleep(self._chance.uniform(*PAUSE) * min(1.0, self._haste))
            meeting = f"m{number}-{self._found.opened}"
            self._found.opened += 1
            count = self._chance.choice((2, 2, 3, 4))
            try:
                members = [
                    await self._enter(meeting, f"p{n}", mediator=not n) for n in range(count)
                ]
            except TimeoutError:
                self._found.wrong.append(f"{meeting}: somebody could not come in")
                continue
            if number % RECORDED == 0:
                self._rooms.ask(members[0], type="record")
            await asyncio.sleep(self._chance.uniform(*STAY))
            self._chance.shuffle(members)
            for member in members:
                await self._go(member)

    async def _enter(self, meeting: str, name: str, *, mediator: bool) -> Member:
        self._found.entered += 1
        return await self._rooms.join(meeting, name, mediator=mediator)

    async def _go(self, member: Member) -> None:
        self._found.forwarded += member.down.received
        if member.down.forged or member.up.forged:
            self._found.wrong.append(f"{member.meeting}: something did not authenticate")
        if self._chance.random() < 0.3:  # the web process notices the silence, and sweeps later
            self._found.vanished += 1
            self._rooms.drop(member)
            self._rooms.say(type="lost", meeting=member.meeting, participant=member.name)
            await asyncio.sleep(self._chance.uniform(0.0, 1.0))
            self._rooms.say(type="left", meeting=member.meeting, participant=member.name)
        else:
            await self._rooms.leave(member)

    async def _keep_looking(self) -> None:
        while True:
            self._found.looks.append(self._look())
            print(self._found.looks[-1], self._found.entered, file=sys.stderr, flush=True)
            await asyncio.sleep(LOOK_EVERY)

    def _look(self) -> Look:
        assert self._worker.process is not None
        process = self._worker.process.pid
        return Look(
            time.monotonic() - self._began,
            memory(process),
            _descriptors(process),
            memory(self._recorder),
            _descriptors(self._recorder),
        )

    async def _is_empty(self) -> None:
        """Look whether anything is left of those who went."""
        kept = ("rooms", "people")

        async def gone() -> bool:
            figures = await self._rooms.figures()
            self._found.left_over = {name: figures[name] for name in kept}
            return not any(self._found.left_over.values())

        await until(gone, 30, "every room is gone")
        last = self._look()
        self._found.looks.append(last)
        full = self._found.looks[1 : 2 + len(self._found.looks) // 3]
        for what, before, after in (
            ("worker", [one.descriptors for one in full], last.descriptors),
            ("recorder", [one.recorder_descriptors for one in full], last.recorder_descriptors),
        ):
            if after > min(before):
                self._found.wrong.append(f"the empty {what} has {after} descriptors")
        if self._rooms.problems:
            self._found.wrong += self._rooms.problems[:SHOWN]


async def churn(
    *, rooms: int, people: int, seconds: float, seed: int, grows: float = GROWTH
) -> Findings:
    """Let people come and go in a new worker, and read every recording.

    A run of seconds is too short to tell growth from warming up: it says so with ``grows``.
    """
    found = Findings()
    shown, began = film(1, THIN), time.monotonic()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fengqiao-churn-"))
        worker, crowd = Worker(Path(folder)), Crowd(seed)
        stack.callback(crowd.close)
        await worker.start()
        stack.push_async_callback(worker.end)
        await until(worker.socket.exists, 60, "the worker listens")
        talking = asyncio.create_task(crowd.run())
        crew = Rooms(crowd, stamped=False, shown=shown)
        await crew.open(worker.socket)
        stack.push_async_callback(crew.close)
        try:
            going = Churn(worker, crew, found, random.Random(seed))
            await going.run(rooms=rooms, people=people, seconds=seconds)
            await until(lambda: all(s["closed"] for s in crew.segments.values()), 30, "closed")
        finally:
            print(*worker.log.splitlines()[-40:], sep="\n", file=sys.stderr, flush=True)
            crowd.end()
            await talking
        _read_all(worker, crew, found)
        found.wrong += [line for line in worker.log.splitlines() if "[error" in line]
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    if found.growth() > grows:
        found.wrong.append(f"the worker grows by {found.growth():.2f} MiB a minute")
    return found


def _read_all(worker: Worker, crew: Rooms, found: Findings) -> None:
    """Read every journal with its chain, and look at every tenth film."""
    for number, (journal, told) in enumerate(sorted(crew.segments.items())):
        verified = worker.verified(journal)
        found.recordings += 1
        found.seconds += told["seconds"]
        if verified.broken_at is not None or verified.torn or not verified.stored.closed:
            found.wrong.append(f"{journal} is not whole")
        if number % 10 == 0 and told["seconds"] > 1:
            found.watched += 1
            if not worker.watched(told["playback"]).frames:
                found.wrong.append(f"{told['playback']} has no picture")


def _descriptors(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def report(found: Findings, *, seed: int, load: float) -> str:
    """Return what was found, as Markdown."""
    looks = found.looks[:: max(1, len(found.looks) // 12)]
    return "\n".join(
        [
            f"Seed {seed}: {found.looks[-1].at:.0f} s, {found.opened} rooms opened, ",
            f"{found.entered} people came in and went ({found.vanished} without a word), ",
            f"{found.forwarded} packets reached them, all of them authenticated.",
            f"Load of the machine at the start: {load:.1f}, {os.cpu_count()} cores.\n",
            "| after s | worker MiB | descriptors | recorder MiB | descriptors |",
            "|--:|--:|--:|--:|--:|",
            *(
                f"| {one.at:.0f} | {one.mebibytes:.1f} | {one.descriptors} "
                f"| {one.recorder_mebibytes:.1f} | {one.recorder_descriptors} |"
                for one in [*looks, found.looks[-1]]
            ),
            "",
            f"- after the first third the worker grows by {found.growth():.2f} MiB a minute",
            f"- left in the empty worker: {found.left_over}",
            f"- {found.recordings} recordings, {found.seconds:.0f} s: every journal was read with",
            f"  its chain, {found.watched} films were watched",
            f"- **{len(found.wrong)} faults**",
            *(f"  - {one}" for one in found.wrong[:SHOWN]),
        ]
    )


def main() -> int:
    """Let them come and go, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=media-churn", description=__doc__)
    parser.add_argument("--rooms", type=int, default=50)
    parser.add_argument("--people", type=int, default=8, help="who stay (%(default)s)")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    sizes = {"rooms": given.rooms, "people": given.people, "seconds": 60 * given.minutes}
    found = asyncio.run(churn(**sizes, seed=given.seed))
    print(report(found, seed=given.seed, load=load))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
