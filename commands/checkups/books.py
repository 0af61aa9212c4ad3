"""The keys of the ledger, the ledger itself, and its time."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from commands.finding import Finding, bad, ok, warn
from commands.ledger import ledger
from commands.places import Places, database_url
from config import Config
from domain.actors import Role
from domain.errors import Unavailable
from processes.clock import clock_for, machine_clock
from sealing.keyfile import NoKey, key_in
from storage import keys
from storage.migrate import NewerSchema, OlderSchema
from storage.pulse import is_there, pulse

SLIGHT, GRAVE = timedelta(seconds=1), timedelta(seconds=30)
NOT_LOOKED_AT = warn("jobs", "not looked at: no ledger answers", "see: ledger")
OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO


async def key_files(config: Config) -> Sequence[Finding]:
    """Are the key files there, whole, and nobody else's to read?"""
    places = Places(data=config.data.dir)
    return [_ledger_keys(places.keys), _files_key(places.files_key)]


def _ledger_keys(folder: Path) -> Finding:
    try:
        keys.load(folder)
    except Unavailable:
        do = "run `server.py init` for a new centre; for this one restore the backup's keys"
        return bad("ledger keys", f"none that can be used in {folder}", do)
    return _private("ledger keys", folder / keys.FILE)


def _files_key(file: Path) -> Finding:
    try:
        key_in(file)
    except (NoKey, OSError):
        do = "run `server.py init` for a new centre; for this one restore the backup's key"
        return bad("key of files", f"none that can be used at {file}", do)
    return _private("key of files", file)


def _private(what: str, file: Path) -> Finding:
    if file.stat().st_mode & OTHERS_MAY_READ:
        return bad(what, f"others may read {file}", f"chmod 600 {file}")
    return ok(what, "there, and private")


async def books(config: Config) -> Sequence[Finding]:
    """Does the ledger fit this program, and do its keys open it?"""
    if not is_there(database_url(config)):
        return [bad("ledger", "there is none yet", "run `server.py init`, or restore a backup")]
    try:
        async with ledger(config) as store, store.read() as work:
            people = await work.staff.everybody()
    except NewerSchema:
        return [bad("ledger", "a newer program changed it", "use that one, or restore a backup")]
    except OlderSchema:
        return [bad("ledger", "waits for its migration", "back up, then `server.py migrate`")]
    except Unavailable as error:
        return [bad("ledger", f"cannot be opened: {error}", "check database.url and the keys")]
    found = [ok("ledger", "fits this program; its personal columns open")]
    if not any(one.active and Role.ADMINISTRATOR in one.roles for one in people):
        found.append(warn("staff", "nobody administers it", "run `server.py init --again`"))
    return found


async def troubles(config: Config) -> Sequence[Finding]:
    """Is there work that nobody could do, or a message nobody knows the fate of?"""
    if not is_there(database_url(config)):
        return [NOT_LOOKED_AT]
    try:
        async with ledger(config, jobs=True) as store, store.read() as work:
            failed = await store.failed_jobs()
            unknown = await work.notices.unknown()
    except (NewerSchema, OlderSchema, Unavailable):
        return [NOT_LOOKED_AT]
    return [
        _counted("jobs", len(failed), "given up", "look at /desk/operations: try again, or drop"),
        _counted("messages", len(unknown), "sent or not, nobody knows", "ask the people: /desk"),
    ]


def _counted(what: str, count: int, state: str, do: str) -> Finding:
    return warn(what, f"{count} {state}", do) if count else ok(what, f"none {state}")


async def time(config: Config) -> Sequence[Finding]:
    """Do this machine, the database and what happened agree on the time?"""
    try:
        told = await asyncio.to_thread(pulse, database_url(config))
    except Unavailable:
        return [warn("clock", "not compared: no ledger answers", "see: ledger")]
    found = [_compared(told.clock)] if told.clock else []
    async with clock_for(config.clock.url) as followed:
        now = (followed or machine_clock)()
    if told.newest is not None and told.newest - now > SLIGHT:
        says = f"the ledger's newest event is {told.newest - now} in the future"
        return [*found, bad("clock", says, "set this machine's clock (NTP)")]
    if config.clock.url and not Places(data=config.data.dir).demo:
        return [*found, bad("clock", "follows clock.url outside of a demo", "remove clock.url")]
    return found or [ok("clock", "behind nothing that happened")]


def _compared(server: datetime) -> Finding:
    skew = abs(server - machine_clock())
    says = f"{skew.total_seconds():.1f} s from the database's"
    if skew > GRAVE:
        return bad("clock", says, "set both clocks by NTP: codes and sessions fail")
    if skew > SLIGHT:
        return warn("clock", says, "set both clocks by NTP")
    return ok("clock", says)
