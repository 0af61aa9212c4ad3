"""Sends the cases to the product's web process, many at once, and keeps what came of them."""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from simulator import wire
from simulator.envelope import Envelope
from tests.bot.fuzzing.cases import Case, Maker
from tests.bot.fuzzing.served import ROOT
from tests.ports import free_port

AT_ONCE = 32
STARTED_WITHIN = 120.0
ENDED_WITHIN = 30.0
HUNG_UP_AFTER = 0.2  #: seconds that a broken request waits for an answer
PAGE = os.sysconf("SC_PAGE_SIZE")
SERVER_FAILED = 500


@dataclass
class Findings:
    """What came of the cases."""

    sent: int = 0
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)  #: answers that no sound server gives
    seconds: list[float] = field(default_factory=list)
    memory: list[tuple[int, float]] = field(default_factory=list)  #: after so many, MiB
    watch: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)  #: lines of the log from ERROR up
    status: int | None = None  #: the exit status of the process

    @property
    def sound(self) -> bool:
        """Did nothing break?"""
        return not self.wrong and not self.errors and self.status == 0

    def slope(self) -> float:
        """MiB of memory more for each 10,000 callbacks, by least squares after the warm-up."""
        warm = [point for point in self.memory if point[0] >= self.sent / 5]
        counts, sizes = zip(*warm, strict=True)
        return 10_000 * statistics.linear_regression(counts, sizes).slope


@dataclass(frozen=True)
class Product:
    """The process under fire."""

    base: str
    pid: int

    def memory(self) -> float:
        """MiB of its memory that are in use (proc(5))."""
        pages = Path(f"/proc/{self.pid}/statm").read_text("utf-8").split()[1]
        return int(pages) * PAGE / 2**20


async def fuzz(
    folder: Path,
    *,
    count: int,
    seed: int,
    seconds: float = math.inf,
    progress: Callable[[int], None] = lambda _: None,
) -> Findings:
    """Send so many cases of this seed, or for so long, to a new installation in this folder."""
    found = Findings()
    maker = Maker(random.Random(seed), now=lambda: int(time.time()))  # no secret
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        _running(folder, found) as product,
        aiohttp.ClientSession(connector=connector) as http,
    ):
        every = max(count // 200, 10)
        until = time.monotonic() + seconds
        left = takewhile(lambda _: time.monotonic() < until, maker.cases(count))

        async def one_after_the_other(cases: Iterator[Case]) -> None:
            for case in cases:
                await _send(http, product, case, found)
                if found.sent % every == 0:
                    found.memory.append((found.sent, product.memory()))
                    progress(found.sent)

        await asyncio.gather(*(one_after_the_other(left) for _ in range(AT_ONCE)))
    found.errors = list(_errors(folder / "log" / "web.jsonl"))
    return found


@asynccontextmanager
async def _running(folder: Path, found: Findings) -> AsyncIterator[Product]:
    """Run the process while the block runs; afterwards its watch and exit status are known."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "process.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bot.fuzzing.served", str(folder), str(port)),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            product = Product(f"http://127.0.0.1:{port}", process.pid)
            await _ready(product, process)
            process.send_signal(signal.SIGUSR1)
            yield product
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            async with asyncio.timeout(ENDED_WITHIN):
                told, _ = await process.communicate()
    found.status = process.returncode
    found.watch = json.loads(told) if told else {}


async def _ready(product: Product, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(STARTED_WITHIN), aiohttp.ClientSession() as http:
        while True:
            assert process.returncode is None, "the web process ended at its start"
            with suppress(aiohttp.ClientConnectionError):
                async with http.get(f"{product.base}/healthz") as answer:
                    if answer.ok:
                        return
            await asyncio.sleep(0.1)


async def _send(http: aiohttp.ClientSession, product: Product, case: Case, found: Findings) -> None:
    """Send one case, and judge the answer."""
    began = time.perf_counter()
    status, body = await (_raw(product, case) if case.raw else _request(http, product, case))
    found.seconds.append(time.perf_counter() - began)
    found.sent += 1
    found.statuses[case.name, status] += 1
    if status >= SERVER_FAILED or (case.expects and status not in case.expects):
        found.wrong.append(f"{case.name}: {status} instead of {sorted(case.expects)}")
    elif status == 200 and case.method == "POST" and not _is_answer(case, body):
        found.wrong.append(f"{case.name}: an answer that WeChat does not take: {body[:80]!r}")


async def _request(http: aiohttp.ClientSession, product: Product, case: Case) -> tuple[int, bytes]:
    url = URL(product.base + case.path)
    if isinstance(case.query, str):
        url = URL(f"{url}?{case.query}", encoded=True)
    else:
        url = url.with_query(dict(case.query))
    async with http.request(case.method, url, data=case.body, allow_redirects=False) as answer:
        return answer.status, await answer.read()


async def _raw(product: Product, case: Case) -> tuple[int, bytes]:
    """Send bytes as they are, and hang up soon; 0: no answer."""
    _, _, port = product.base.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    told = b""
    with suppress(ConnectionError, TimeoutError):
        writer.write(case.body)
        await writer.drain()
        async with asyncio.timeout(HUNG_UP_AFTER):
            told = await reader.readline()
    writer.close()
    parts = told.split()
    return (int(parts[1]), b"") if len(parts) > 1 and parts[1].isdigit() else (0, b"")


def _is_answer(case: Case, body: bytes) -> bool:
    """Is it ``success``, or a reply that opens under the account's key?"""
    if body == b"success":
        return True
    text = body.decode()
    read = wire.from_json if text.startswith("{") else wire.from_xml
    told = read(text)
    envelope = Envelope(case.account.token, case.account.encoding_aes_key, case.account.appid)
    stamp = {"timestamp": str(told["TimeStamp"]), "nonce": str(told["Nonce"])}
    signed = envelope.sign(**stamp, sealed=str(told["Encrypt"]))
    reply = read(envelope.open(str(told["Encrypt"])))
    return signed == told["MsgSignature"] and reply["MsgType"] == "text"


def _errors(log: Path) -> Iterator[str]:
    for line in log.read_text("utf-8").splitlines():
        if json.loads(line)["level"] in {"error", "critical"}:
            yield line
