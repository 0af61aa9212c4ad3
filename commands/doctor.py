"""`server.py doctor`: looks at every part of an installation and says what to do."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from commands.checkups import books, machine, papers, people, reach
from commands.finding import Finding, Health, bad, ok, warn
from config import Centre, Config

Look = Callable[[Config], Awaitable[Sequence[Finding]]]
LONGEST_LOOK = 30.0  #: seconds
COLOURS: Mapping[Health, str] = MappingProxyType(
    {Health.OK: "green", Health.WARN: "yellow", Health.BAD: "bold red"}
)


async def centre(config: Config) -> Sequence[Finding]:
    """Is it said who we are?"""
    shipped, own = Centre(), config.centre
    left = [
        key
        for key in ("name", "committee", "phone", "region")
        if getattr(own, key) == getattr(shipped, key)
    ]
    if left:
        keys = ", ".join(f"centre.{key}" for key in left)
        return [warn("centre", f"not set: {keys}", "`server.py init --name ... --committee ...`")]
    return [ok("centre", f"{own.name}, {own.region}")]


LOOKS: tuple[Look, ...] = (
    centre,
    papers.fonts,
    books.key_files,
    papers.authority,
    books.books,
    books.troubles,
    books.time,
    machine.disks,
    machine.bucket,
    machine.processes,
    machine.ports,
    machine.playback,
    reach.https,
    reach.public_address,
    reach.media,
    reach.turn,
    people.wechat,
    people.sms,
)


def run(config: Config, *, as_json: bool) -> int:
    """Look at everything; status 1 if anything is bad."""
    with _only_errors_logged():  # the report says the rest in its own words
        findings = asyncio.run(_look(config))
    worst = max((one.health for one in findings), key=list(Health).index)
    if as_json:
        told = {"worst": worst, "findings": [asdict(one) for one in findings]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        Console().print(_table(findings))
    return 1 if worst is Health.BAD else 0


@contextmanager
def _only_errors_logged() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)


async def _look(config: Config) -> Sequence[Finding]:
    findings: list[Finding] = []
    with Console(stderr=True).status("looking") as status:
        for look in LOOKS:
            status.update(f"looking: {(look.__doc__ or '').strip()}")
            findings += await _looked(look, config)
    return findings


async def _looked(look: Look, config: Config) -> Sequence[Finding]:
    what = look.__name__.replace("_", " ")
    try:
        async with asyncio.timeout(LONGEST_LOOK):
            return await look(config)
    except TimeoutError:
        return [bad(what, "takes too long to look at", "is the disk or the network stuck?")]
    except Exception as error:  # noqa: BLE001  # a doctor who faints helps nobody
        return [bad(what, f"could not be looked at ({type(error).__name__})", "report this")]


def _table(findings: Sequence[Finding]) -> Table:
    table = Table()
    for title in ("", "what", "is", "to do"):
        table.add_column(title, overflow="fold")  # an address that is cut off cannot be followed
    for one in findings:
        health = f"[{COLOURS[one.health]}]{one.health}[/]"
        table.add_row(health, one.what, one.says, one.do)
    return table
