"""Two real browsers on bad lines: lost, late and reordered packets, by a seeded userspace relay.

Each browser's way to the worker and back goes through the relay: what one hears of the other has
crossed it twice.  Each condition is a new call; its figures are the browsers' own (getStats).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from playwright.async_api import Page
from typing_extensions import override

from domain.ports.rooms import SeatRole
from tests.webrtc.house import CAMERA, House, Worker, go_in, hears_and_sees, until
from tests.webrtc.lossy import BadLine

GAPS, PICTURES = 0.01, 0.9  #: the aims at a tenth lost: of the sound, of the lossless run's frames
AIMED_AT = 0.1
WARM = 5.0  # seconds until a call's estimates have settled
DETOUR = """
(port) => {
  const real = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (told) {
    const sdp = told.sdp.replace(/ 127\\.0\\.0\\.1 \\d+ typ host/g, ` 127.0.0.1 ${port} typ host`);
    return real.call(this, { type: told.type, sdp });
  };
}
"""
FIGURES = """
async () => {
  const sum = { frames: 0, freezes: 0, frozen: 0, samples: 0, concealed: 0, lost: 0, got: 0,
                sent: 0, jitter: 0 };
  for (const connection of window.connections) {
    if (connection.connectionState === "closed") continue;
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type === "outbound-rtp" && stat.kind === "video") sum.sent += stat.framesEncoded;
      if (stat.type !== "inbound-rtp") continue;
      sum.lost += stat.packetsLost;
      sum.got += stat.packetsReceived;
      if (stat.kind === "video") {
        sum.frames += stat.framesDecoded;
        sum.freezes += stat.freezeCount ?? 0;
        sum.frozen += stat.totalFreezesDuration ?? 0;
      } else {
        sum.samples += stat.totalSamplesReceived ?? 0;
        sum.concealed += stat.concealedSamples ?? 0;
      }
    }
  }
  return sum;
}
"""


@dataclass(frozen=True)
class Line:
    """A condition."""

    loss: float
    delay: float = 0.0  #: seconds, there and back
    reordered: float = 0.0

    @override
    def __str__(self) -> str:
        parts = [f"{self.loss:.0%} lost"]
        parts += [f"{1000 * self.delay:.0f} ms there and back"] if self.delay else []
        parts += [f"{self.reordered:.0%} reordered"] if self.reordered else []
        return ", ".join(parts)


HEAD = (
    "| line | frames/s decoded | of lossless | freezes | frozen s | gaps in the sound "
    "| packets lost for good | picture back after a 2 s cut, s |"
)
LINES = (
    Line(0.0),
    Line(0.05),
    Line(0.1),
    Line(0.2),
    Line(0.0, 0.2),
    Line(0.1, 0.2),
    Line(0.0, 0.2, 0.05),
)


@dataclass(frozen=True)
class Seen:
    """What both browsers together saw on one line."""

    line: Line
    frames: float  #: decoded a second
    freezes: int
    frozen: float  #: seconds
    gaps: float  #: part of the sound that was made up
    lost: int
    recovery: float  #: seconds after a cut of two until the picture moves again


#: The test's camera, with a tone that goes on: only then is every gap heard.
_HUMMING = CAMERA.replace("gate.gain.setValueAtTime(0, second + 0.2);", "")


async def call_on(line: Line, *, seed: int, seconds: float) -> Seen:
    """Let two browsers talk on one line, then cut it for two seconds."""
    with tempfile.TemporaryDirectory(prefix="fengqiao-lines-") as folder:
        house = House(Worker(Path(folder)))
        relay: BadLine | None = None
        try:
            await house.worker.start()
            await house.open_web()
            relay = await _relay(house, line, seed)
            port = await relay.open()
            pages = [
                await _enter(house, name, role, port)
                for name, role in (("li", SeatRole.MEDIATOR), ("wang", SeatRole.PARTY))
            ]
            await asyncio.gather(*(hears_and_sees(page, others=1) for page in pages))
            await asyncio.sleep(WARM)
            before = [await page.evaluate(FIGURES) for page in pages]
            began = time.monotonic()
            await asyncio.sleep(seconds)
            after = [await page.evaluate(FIGURES) for page in pages]
            lasted = time.monotonic() - began
            recovery = await _cut(relay, pages, line)
        finally:
            if relay is not None:
                relay.close()
            with contextlib.suppress(
                TimeoutError, ProcessLookupError
            ):  # it ended slowly, and was killed
                await house.close()
    return _seen(line, before, after, lasted, recovery)


async def _relay(house: House, line: Line, seed: int) -> BadLine:
    assert house.plane is not None
    figures = house.plane.figures
    house.plane.count()
    await until(lambda: figures, 10, "the worker tells its port")
    port = figures[house.worker.socket]["udp_port"]
    kinds = {"delay": line.delay / 2, "reordered": line.reordered}
    return BadLine(port, loss=line.loss, seed=seed, **kinds)


async def _enter(house: House, name: str, role: SeatRole, port: int) -> Page:
    camera = f"({_HUMMING})({json.dumps({'colour': '#00a000', 'pitch': 440})})"
    page = await house.a_page(name, colour="", role=role, camera=camera)
    await page.evaluate(f"({DETOUR})({port})")
    await go_in(page, agree=None)
    return page


async def _cut(relay: BadLine, pages: Sequence[Page], line: Line) -> float:
    """Lose everything for two seconds; give how long the picture then takes to move again."""
    relay.loss = 1.0
    await asyncio.sleep(2.0)
    relay.loss, healed = line.loss, time.monotonic()
    still = [(await page.evaluate(FIGURES))["frames"] for page in pages]

    async def moves() -> bool:
        now = [(await page.evaluate(FIGURES))["frames"] for page in pages]
        return all(n > s + 2 for n, s in zip(now, still, strict=True))

    await until(moves, 30, "the picture moves again")
    return time.monotonic() - healed


def _seen(
    line: Line, before: Sequence[dict], after: Sequence[dict], lasted: float, recovery: float
) -> Seen:
    def grown(name: str) -> float:
        return sum(b[name] - a[name] for a, b in zip(before, after, strict=True))

    return Seen(
        line=line,
        frames=grown("frames") / lasted / len(before),
        freezes=int(grown("freezes")),
        frozen=grown("frozen"),
        gaps=grown("concealed") / max(1.0, grown("samples")),
        lost=int(grown("lost")),
        recovery=recovery,
    )


def report(seen: Sequence[Seen], *, seed: int, seconds: float, load: float) -> str:
    """Write the figures down."""
    whole = next((one.frames for one in seen if one.line == LINES[0]), 0.0)
    return "\n".join(
        [
            f"Seed {seed}, {seconds:.0f} s each after {WARM:.0f} s; two pages of one Chromium on",
            "the server's own machine: its cores are shared by all, and it was not quiet (load at",
            f"the start: {load:.1f}, {os.cpu_count()} cores). Everybody hums all the time; what",
            "a browser makes up of the sound is a gap. Media packets alone are lost, delay meets",
            "all. There is no Janus beside it.",
            "",
            HEAD,
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *(
                f"| {one.line} | {one.frames:.1f} | {one.frames / whole if whole else 0:.2f} "
                f"| {one.freezes} | {one.frozen:.1f} | {one.gaps:.2%} | {one.lost} "
                f"| {one.recovery:.1f} |"
                for one in seen
            ),
            "",
            *_aims(seen, whole),
        ]
    )


def _aims(seen: Sequence[Seen], whole: float):
    for one in seen:
        if one.line == Line(AIMED_AT):
            yield f"- gaps at {AIMED_AT:.0%}: {one.gaps:.2%} (aim {GAPS:.0%})"
            yield f"- pictures at {AIMED_AT:.0%}: {one.frames / whole:.2f} (aim {PICTURES})"


def holds(seen: Sequence[Seen]) -> bool:
    """Are both aims reached?"""
    whole = next((one.frames for one in seen if one.line == LINES[0]), 0.0)
    aimed = [one for one in seen if one.line == Line(AIMED_AT)]
    return all(one.gaps < GAPS and one.frames >= PICTURES * whole for one in aimed)


def main() -> int:
    """Try every line, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=media-lines", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=1)
    every = range(len(LINES))
    parser.add_argument("--line", type=int, action="append", choices=every, help="0: nothing lost")
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    load, seen, missed = os.getloadavg()[0], list[Seen](), list[str]()
    for line in (LINES[number] for number in given.line or every):
        try:
            seen.append(asyncio.run(call_on(line, seed=given.seed, seconds=given.seconds)))
            print(json.dumps(vars(seen[-1]), default=str), file=sys.stderr, flush=True)
        except (AssertionError, TimeoutError) as reason:
            missed.append(f"- **{line}: no call that could be measured** ({reason})")
    print(report(seen, seed=given.seed, seconds=given.seconds, load=load))
    print(*missed, sep="\n")
    return 0 if holds(seen) and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
