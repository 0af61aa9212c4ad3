"""100,000 hostile STUN, DTLS, RTP, RTCP, SDP and signalling messages to the media plane.

They come from inside a call, sealed and signed where that can be done, while others talk in a
room of the same worker: nothing breaks, nobody else's call suffers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time

import structlog

from tests.webrtc.fuzzing.running import Findings, fuzz

SHOWN = 20  #: of what went wrong
HEAD = """\
to one media worker and, for signalling, to the web part that speaks with it. A crash is an
exception that reaches the loop (each is logged and counted), an error in a log, or the end of a
process; that the two others still hear and see each other, all of it authenticated, is looked at
at the end. Nine of ten RTP and RTCP packets are sealed with a participant's own keys, a third of
the checks is signed with their password. Load of the machine at the start:"""


def main() -> int:
    """Fuzz, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=media-fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="messages (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the cases (%(default)s)")
    options = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    began, load = time.monotonic(), os.getloadavg()[0]

    def progress(kind: str, number: int) -> None:
        print(f"{number} {kind}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    found = asyncio.run(fuzz(count=options.count, seed=options.seed, progress=progress))
    print(report(found, seed=options.seed, seconds=time.monotonic() - began, load=load))
    return 0 if found.sound else 1


def report(found: Findings, *, seed: int, seconds: float, load: float) -> str:
    """Return what was found, as Markdown."""
    answers = [f"{kind}: {what} {n}" for (kind, what), n in sorted(found.answers.items())]
    drops = [f"{name.removeprefix('dropped_')} {n}" for name, n in sorted(found.drops.items())]
    before, after = found.memory
    return "\n".join(
        [
            f"Seed {seed}: {found.sent.total()} messages in {seconds:.0f} s,",
            f"{HEAD} {load:.1f}, {os.cpu_count()} cores.\n",
            "| messages | sent |\n|---|--:|",
            *(f"| {kind} | {number} |" for kind, number in found.sent.items()),
            "",
            f"- **{len(found.wrong)} crashes**",
            f"- answered: {'; '.join(answers)}",
            f"- thrown away by the worker, and counted: {', '.join(drops) or 'nothing'}",
            f"- the others got {found.heard} packets meanwhile",
            f"- memory of the worker: {before:.1f} MiB before, {after:.1f} MiB after",
            *(f"- {one}" for one in found.wrong[:SHOWN]),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
