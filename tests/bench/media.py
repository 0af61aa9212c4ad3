"""The media plane: processor time for each forwarded packet, delay and memory, beside Janus.

Rooms of four: everybody sends a VP8 picture of 1 Mbit/s and Opus over DTLS and SRTP, and watches
the three others; everybody reports what arrives as a browser does (transport-wide feedback every
60 ms, receiver reports, NACK).  The server has one core, the load the other.  The servers take
turns: what else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import shutil
import statistics
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.load.film import film
from tests.bench.load.houses import (
    LOAD,
    House,
    JanusHouse,
    OurHouse,
    memory,
    pin,
    seconds_on_cpu,
)

OPENSSL, DEBIAN, RECORDING = 0.85, 0.7, 0.15  #: the aims: of Janus's time, and on top of ours
STEPS = 4  #: in which the most rooms are reached
IN_TIME = 20.0  #: milliseconds that 99 of 100 packets may take through the server
PEOPLE = 4
RECORDED = "ours, recording"
WARM = 2.0  # seconds before a measurement, for key frames and estimates
LOST = 0.005  # of the packets; with more the machine, not the server, is measured
ADDRESS, INTERFACE = "10.93.0.1", "fq0"
LOCAL = "127.0.0.1"
HEAD = (
    "| | µs a packet, each round | median | in, packets/s | out, packets/s | delivered "
    "| server's core | p50 ms | p99 ms | MiB a room |"
)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured."""

    rooms: int
    seconds: float
    rounds: int
    ramp: int  #: most rooms to try; 0 tries none
    climbing: Sequence[str] = ()  #: the names of those who try


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One measurement."""

    rooms: int
    seconds: float
    sent: int
    forwarded: int
    server: float  #: seconds on its core
    recorder: float
    load: float
    micros: array  #: the way through the server, of a sample
    late: float  #: part of the packets that the load sent too late
    forged: int
    resent: int
    mebibytes: float  #: for each room

    @property
    def each(self) -> float:
        """Microseconds of processor time for a forwarded packet, the recorder's included."""
        return 1e6 * (self.server + self.recorder) / self.forwarded

    @property
    def delivered(self) -> float:
        """The part of what should have been forwarded that arrived."""
        return self.forwarded / (self.sent * (PEOPLE - 1))

    def percentile(self, percent: float) -> float:
        """Milliseconds within which so many of a hundred packets went through."""
        return float(sorted(self.micros)[int(len(self.micros) * percent / 100)]) / 1000


@dataclass
class Candidate:
    """A server that is measured, and what was seen."""

    name: str
    make: Callable[[], House]
    seen: list[Seen] = field(default_factory=list)
    most: Seen | None = None  #: the fullest house that was still in time
    beyond: Seen | None = None  #: the first that was not

    @property
    def each(self) -> float:
        """The median of its rounds."""
        return statistics.median(one.each for one in self.seen)


def candidates(host: str, libsrtp: str, *, janus: bool) -> list[Candidate]:
    """Name what can be measured on this machine."""
    found = [
        Candidate("ours", lambda: OurHouse(host)),
        Candidate(RECORDED, lambda: OurHouse(host, records=True)),
    ]
    if janus:
        found.append(Candidate("Janus, Debian", lambda: JanusHouse(host, interface=INTERFACE)))
    if janus and libsrtp:
        one = Candidate(
            "Janus, OpenSSL", lambda: JanusHouse(host, interface=INTERFACE, libsrtp=libsrtp)
        )
        found.append(one)
    return found


async def measure(candidate: Candidate, rooms: int, seconds: float) -> Seen:
    """Open a house, fill it, and look at it for some seconds."""
    house = candidate.make()
    try:
        await house.open()
        empty = memory(house.server())
        await house.fill(rooms, PEOPLE)
        await asyncio.sleep(WARM)
        return await look(house, rooms, seconds, empty)
    finally:
        await house.close()


async def look(house: House, rooms: int, seconds: float, empty: float) -> Seen:
    """Count what a full house does for some seconds."""
    crowd, server, recorder = house.crowd, house.server(), house.recorder()
    gc.collect()
    gc.disable()
    crowd.forget_figures()
    before = [seconds_on_cpu(process) for process in (server, recorder, os.getpid())]
    began = time.monotonic()
    await asyncio.sleep(seconds)
    after = [seconds_on_cpu(process) for process in (server, recorder, os.getpid())]
    lasted = time.monotonic() - began
    gc.enable()
    spent = [b - a for a, b in zip(before, after, strict=True)]
    streams = [stream for one in crowd.receivers for stream in one.streams.values()]
    return Seen(
        rooms=rooms,
        seconds=lasted,
        sent=sum(one.sent for one in crowd.senders),
        forwarded=sum(one.received for one in crowd.receivers),
        server=spent[0],
        recorder=spent[1],
        load=spent[2],
        micros=array("d", (one for receiver in crowd.receivers for one in receiver.micros)),
        late=crowd.late / max(1, crowd.turns),
        forged=sum(one.forged for one in [*crowd.receivers, *crowd.senders]),
        resent=sum(stream.repaired for stream in streams),
        mebibytes=(memory(server) - empty) / rooms,
    )


async def ramp(candidate: Candidate, sizes: Sizes) -> None:
    """Fill one house further and further, until packets are late."""
    house = candidate.make()
    step = max(1, sizes.ramp // STEPS)
    try:
        await house.open()
        empty = memory(house.server())
        for rooms in range(step, sizes.ramp + 1, step):
            await house.fill(step, PEOPLE)
            await asyncio.sleep(WARM)
            seen = await look(house, rooms, sizes.seconds / 2, empty)
            _tell(f"{candidate.name}, {rooms} rooms", seen)
            if seen.percentile(99) >= IN_TIME or seen.delivered < 1 - LOST:
                candidate.beyond = seen
                return
            candidate.most = seen
    finally:
        await house.close()


async def run(sizes: Sizes, found: Sequence[Candidate]) -> str:
    """Measure all in turn and report."""
    film()
    pin(os.getpid(), LOAD)
    first, busy = go_first(), os.getloadavg()[0]
    for number in range(sizes.rounds):
        for candidate in found:
            candidate.seen.append(await measure(candidate, sizes.rooms, sizes.seconds))
            _tell(f"round {number + 1}, {candidate.name}", candidate.seen[-1])
    for candidate in found if sizes.ramp else ():
        if candidate.name in sizes.climbing:
            await ramp(candidate, sizes)
    where = await profile(found[0], sizes.rooms) if shutil.which("perf") else []
    return "\n".join([report(found, sizes, busy=busy, first=first), *where])


async def profile(candidate: Candidate, rooms: int) -> list[str]:
    """Look where the time goes: which library is on the server's core, by samples of its clock."""
    house = candidate.make()
    try:
        await house.open()
        await house.fill(rooms, PEOPLE)
        await asyncio.sleep(WARM)
        file = f"/tmp/fengqiao-perf-{os.getpid()}"
        record = f"perf record -q -e cpu-clock -F 499 -p {house.server()} -o {file} -- sleep 4"
        await (await asyncio.create_subprocess_shell(record, stderr=subprocess.DEVNULL)).wait()
        read = f"perf report -i {file} --stdio --sort dso 2>/dev/null; rm -f {file}"
        told = await asyncio.create_subprocess_shell(read, stdout=subprocess.PIPE)
        lines = (await told.communicate())[0].decode().splitlines()
    finally:
        await house.close()
    parts = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    shares = [f"{dso.removeprefix('[').removesuffix(']')} {share}" for share, dso, *_ in parts]
    return ["", f"Where the time of {candidate.name} goes (perf): {', '.join(shares[:6])}."]


def _tell(what: str, seen: Seen) -> None:
    print(
        f"{what}: {seen.each:.1f} us, p99 {seen.percentile(99):.1f} ms, delivered "
        f"{seen.delivered:.4f}, server {seen.server / seen.seconds:.0%}, "
        f"load {seen.load / seen.seconds:.0%}, late {seen.late:.2%}",
        file=sys.stderr,
        flush=True,
    )


def go_first() -> bool:
    """Go before whatever else the machine does, servers and load alike, if this user may."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        return False
    return True


def report(found: Sequence[Candidate], sizes: Sizes, *, busy: float, first: bool) -> str:
    """Write the figures down."""
    before = "before" if first else "beside"
    lines = [
        f"{sizes.rooms} rooms of {PEOPLE}, {sizes.rounds} rounds of {sizes.seconds:.0f} s in turn.",
        "SRTP AEAD_AES_128_GCM, transport-wide numbers and feedback both ways, receiver and sender",
        "reports, NACK and RTX, audio level where it is negotiated; nothing is lost on purpose.",
        "Time is the server's on its core (schedstat), for each packet that arrived and",
        "authenticated at a subscriber; with recording the recorder's own is added. The way",
        "through the server is from just before a packet is sent to the kernel's stamp on it",
        "at the subscriber's socket, every fourth packet.",
        f"All of it runs {before} whatever else the machine does (its load at the start:",
        f"{busy:.1f}, {os.cpu_count()} cores).",
        "",
        HEAD,
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_row(candidate) for candidate in found if candidate.seen),
        "",
        *(f"- {line}" for line in _compared(found)),
    ]
    if any(one.most or one.beyond for one in found):
        lines += ["", *_ramps(found)]
    return "\n".join(lines)


def _row(candidate: Candidate) -> str:
    seen = candidate.seen
    middle = sorted(seen, key=lambda one: one.each)[len(seen) // 2]
    cells = (
        candidate.name,
        ", ".join(f"{one.each:.1f}" for one in seen),
        f"{candidate.each:.1f}",
        f"{middle.sent / middle.seconds:.0f}",
        f"{middle.forwarded / middle.seconds:.0f}",
        f"{min(one.delivered for one in seen):.4f}",
        f"{middle.server / middle.seconds:.0%}",
        f"{statistics.median(one.percentile(50) for one in seen):.2f}",
        f"{statistics.median(one.percentile(99) for one in seen):.2f}",
        f"{statistics.median(one.mebibytes for one in seen):.2f}",
    )
    return f"| {' | '.join(cells)} |"


def aims(found: Sequence[Candidate]) -> Iterator[tuple[str, float, float]]:
    """Compare what was measured with what is aimed at: what, reached, aim."""
    each = {one.name: one.each for one in found if one.seen}
    if "ours" not in each:
        return
    for name, aim in (("Janus, OpenSSL", OPENSSL), ("Janus, Debian", DEBIAN)):
        if name in each:
            yield f"ours / {name}", each["ours"] / each[name], aim
    if RECORDED in each:
        yield "recording adds", each[RECORDED] / each["ours"] - 1, RECORDING


PARTS: tuple[Callable[[Seen], float], ...] = (lambda one: one.server, lambda one: one.recorder)


def _compared(found: Sequence[Candidate]) -> Iterator[str]:
    for what, reached, aim in aims(found):
        yield f"{what}: {reached:.2f} (aim {aim}: {'reached' if reached <= aim else 'missed'})"
    for seen in (one.seen for one in found if one.name == RECORDED):
        apart = [1e6 * sum(of(one) / one.forwarded for one in seen) / len(seen) for of in PARTS]
        yield f"with recording the worker takes {apart[0]:.1f} µs, the recorder {apart[1]:.1f} µs"
    forged = sum(one.forged for candidate in found for one in candidate.seen)
    resent = sum(one.resent for candidate in found for one in candidate.seen)
    late = max(one.late for candidate in found for one in candidate.seen)
    busiest = max(one.load / one.seconds for candidate in found for one in candidate.seen)
    yield f"{forged} packets did not authenticate, {resent} were sent again"
    yield (
        f"the load used up to {busiest:.0%} of its core; "
        f"{late:.2%} of its packets left more than 5 ms late"
    )


def _ramps(found: Sequence[Candidate]) -> Iterator[str]:
    yield f"Rooms of {PEOPLE} on one core, more and more, while p99 < {IN_TIME:.0f} ms:"
    yield ""
    yield "| | rooms | out, packets/s | server's core | p50 ms | p99 ms | load's core | then |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for one in found:
        if one.most is not None:
            rate, core = one.most.forwarded / one.most.seconds, one.most.server / one.most.seconds
            yield (
                f"| {one.name} | {one.most.rooms} | {rate:.0f} | {core:.0%} "
                f"| {one.most.percentile(50):.2f} | {one.most.percentile(99):.2f} "
                f"| {one.most.load / one.most.seconds:.0%} | {_then(one.beyond)} |"
            )


def _then(beyond: Seen | None) -> str:
    if beyond is None:
        return "no more were tried"
    return (
        f"{beyond.rooms} rooms: p99 {beyond.percentile(99):.1f} ms, "
        f"delivered {beyond.delivered:.3f}, load {beyond.load / beyond.seconds:.0%}"
    )


def _apart(arguments: list[str]) -> None:
    """Go on in a network of one's own, where a Janus finds an interface that is not loopback."""
    script = (
        f"ip link set lo up && ip link add {INTERFACE} type veth peer name {INTERFACE}b && "
        f"ip addr add {ADDRESS}/24 dev {INTERFACE} && ip link set {INTERFACE} up && "
        f'ip link set {INTERFACE}b up && exec "$@"'
    )
    command = [sys.executable, "-m", "tests.bench.media", "--apart", *arguments]
    os.execvp("unshare", ["unshare", "--net", "sh", "-c", script, "sh", *command])


def can_go_apart() -> bool:
    """Tell whether this user may have a network of one's own, and a Janus to put there."""
    return (
        shutil.which("janus") is not None
        and not subprocess.run(
            ["unshare", "--net", "true"], capture_output=True, check=False
        ).returncode
    )


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ramp", type=int, default=24, help="most rooms to try; 0: none")
    parser.add_argument("--climb", action="append", help="name of one that climbs; not recording")
    parser.add_argument("--libsrtp", default="", help="folder of a libsrtp2.so.1 with OpenSSL")
    parser.add_argument("--only", action="append", help="name of one to measure; all by default")
    parser.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.apart and can_go_apart():
        _apart(sys.argv[1:])
    sizes = Sizes(
        rooms=given.rooms,
        seconds=given.seconds,
        rounds=given.rounds,
        ramp=given.ramp,
        climbing=given.climb or ["ours", "Janus, Debian", "Janus, OpenSSL"],
    )
    host = ADDRESS if given.apart else LOCAL
    found = candidates(host, given.libsrtp, janus=given.apart)
    found = [one for one in found if not given.only or one.name in given.only]
    print(asyncio.run(run(sizes, found)))
    return 0 if all(reached <= aim for _, reached, aim in aims(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
