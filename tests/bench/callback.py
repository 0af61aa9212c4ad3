"""WeChat's callback: answers a second beside what the same envelope allows without any work.

The work is a text message in a dialogue, encrypted (安全模式), each from another person, on SQLite:
replay check, the person's turn, the dialogue, one transaction with the message and its answer.  The
ceiling is a handler that opens and seals the same envelopes and does nothing else.  Both stand in
one process of their own; rounds of both take turns, so that what else the machine does meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.callback import Callbacks
from bot.wechat import open_push
from tests.bot.office import NOON, an_office
from tests.bot.platform import ACCOUNT, Delivery, deliver, opened, text_message
from tests.stores import sqlite_url

WORK, CEILING = "/wechat/official", "/ceiling"
BEGIN, STORY, ASKED = "我要反映纠纷", "楼上漏水，把我家天花板泡坏了", "发生在哪里"
TICKS = os.sysconf("SC_CLK_TCK")


async def serve(folder: Path) -> None:
    """Answer both addresses until standard input ends; the port is told first."""
    async with an_office(sqlite_url(folder)) as office:
        desk = replace(office.desk, chats={ACCOUNT.appid: office.chat})
        callbacks = Callbacks(desk=desk, clock=office.clock, official=ACCOUNT, miniprogram=ACCOUNT)

        async def ceiling(request: web.Request) -> web.Response:
            push = open_push(ACCOUNT, request.query, await request.read(), now=NOON)
            return web.Response(
                body=push.answer(STORY, at=NOON), content_type="application/xml", charset="utf-8"
            )

        app = web.Application()
        app.add_routes([*callbacks.routes(), web.post(CEILING, ceiling)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await callbacks.close()
        await runner.cleanup()


@dataclass
class Figures:
    """What one of the two took."""

    seconds: list[float] = field(default_factory=list)  #: of each answer
    wall: float = 0.0
    cpu: float = 0.0  #: of the server

    def row(self, name: str) -> str:
        """Return the line of the report."""
        percentiles = statistics.quantiles(self.seconds, n=100)
        each = 1000 * self.cpu / len(self.seconds)
        return (
            f"| {name} | {len(self.seconds)} | {self.rate:.0f} | {1000 * percentiles[49]:.1f} "
            f"| {1000 * percentiles[98]:.1f} | {each:.2f} |"
        )

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.wall


@dataclass(frozen=True)
class Server:
    """The server under load."""

    pid: int
    base: str

    def cpu(self) -> float:
        """Seconds of the processor that it used until now (proc(5))."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """Run the server while the block runs."""
    with tempfile.TemporaryDirectory(prefix="fengqiao-bench-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.callback", "--serve", folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin
        assert process.stdout
        try:
            port = int(await process.stdout.readline())
            yield Server(process.pid, f"http://127.0.0.1:{port}")
        finally:
            process.stdin.close()
            await process.wait()


def letters(people: Sequence[int], words: str, *, kind: str) -> list[Delivery]:
    """Seal one message of each person, before the clock runs."""
    return [
        deliver(text_message(words, msg_id=f"{kind}{one}", openid=f"o-{one}"), nonce=f"{kind}{one}")
        for one in people
    ]


async def load(
    http: aiohttp.ClientSession, server: Server, path: str, sent: list[Delivery], *, at_once: int
) -> tuple[Figures, list[bytes]]:
    """Send them all, so many at once; each answer is timed and kept."""
    figures, answers, left = Figures(), list[bytes](), iter(sent)

    async def one_after_the_other() -> None:
        for letter in left:
            began = time.perf_counter()
            async with http.post(
                server.base + path, params=letter.query, data=letter.body
            ) as answer:
                assert answer.status == web.HTTPOk.status_code, answer.status
                answers.append(await answer.read())
            figures.seconds.append(time.perf_counter() - began)

    cpu, began = server.cpu(), time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    figures.wall, figures.cpu = time.perf_counter() - began, server.cpu() - cpu
    return figures, answers


def told(answers: list[bytes], words: str) -> bool:
    """Were all of them answered at once, with these words?"""
    return all(words in opened(one)["xml"] for one in answers)


async def measure(*, people: int, rounds: int, at_once: int) -> bool:
    """Take turns, report, and say whether every answer was the right one."""
    totals, right = {WORK: Figures(), CEILING: Figures()}, True
    busy = os.getloadavg()[0]
    async with serving() as server, aiohttp.ClientSession() as http:
        for number in range(rounds):
            crowd = range(number * people, (number + 1) * people)
            begun = letters(crowd, BEGIN, kind="begin")
            await load(http, server, WORK, begun, at_once=at_once)
            for path, words in ((CEILING, STORY), (WORK, ASKED)):
                sent = letters(crowd, STORY, kind=path.strip("/")[0])
                figures, answers = await load(http, server, path, sent, at_once=at_once)
                right = right and told(answers, words)
                totals[path].seconds += figures.seconds
                totals[path].wall += figures.wall
                totals[path].cpu += figures.cpu
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    print(report(totals[WORK], totals[CEILING], at_once=at_once, busy=busy))
    return right


def report(work: Figures, ceiling: Figures, *, at_once: int, busy: float) -> str:
    """Write the figures down."""
    return "\n".join(
        [
            f"A text message in a dialogue, {at_once} people at once, each message of another",
            "person; one server process, SQLite with synchronous=FULL, the load from a second",
            "process of the same machine. The ceiling opens and seals the same envelopes and does",
            f"nothing else. Load of the machine at the start: {busy:.1f}, {os.cpu_count()} cores.",
            "",
            "| | answers | answers/s | p50 ms | p99 ms | CPU ms each |",
            "|---|--:|--:|--:|--:|--:|",
            work.row("callback"),
            ceiling.row("ceiling"),
            "",
            f"The callback reaches {100 * work.rate / ceiling.rate:.0f} % of the ceiling.",
        ]
    )


def main() -> int:
    """Run the benchmark, or its server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        asyncio.run(serve(given.serve))
        return 0
    right = asyncio.run(measure(people=given.people, rounds=given.rounds, at_once=given.at_once))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
