"""Fonts, and the keys and certificates that papers are signed with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

from commands.finding import Finding, bad, ok, warn
from commands.places import Places, pki_dir
from commands.seal_name import is_sealed_as
from config import Config
from documents.authority import LEAVES, Authority
from documents.fonts import Coverage, FontSet, coverage
from domain.errors import Unavailable
from processes.clock import machine_clock

SOON = timedelta(days=90)


async def fonts(config: Config) -> Sequence[Finding]:
    """Can every name be printed?"""
    return list(await asyncio.to_thread(lambda: list(_fonts(config))))


def _fonts(config: Config) -> Iterator[Finding]:
    folder = config.documents.fonts
    try:
        found = FontSet.at(folder)
    except Unavailable:
        yield bad("fonts", f"none in {folder}: no paper can be made", "run `make setup`")
        return
    if found.has_bold:
        yield ok("fonts", ", ".join(face.name for face in found.heading))
    else:
        yield warn("fonts", "no bold face: headings are set larger", "run `make setup` with npm")
    yield from map(covered, coverage(folder))


def covered(block: Coverage) -> Finding:
    """Say how much of a block of characters can be printed, and name one that cannot."""
    what, share = f"characters, {block.block}", f"{block.printable} of {block.total}"
    if block.printable == block.total:
        return ok(what, share)
    missing = f"{block.example} (U+{ord(block.example):04X})"
    return warn(what, f"{share}; not {missing} for instance", "apt-get install fonts-hanazono")


async def authority(config: Config) -> Sequence[Finding]:
    """Are there signing keys, are they in force, and whose name do they bear?"""
    folder = pki_dir(config)
    try:
        keys = await asyncio.to_thread(Authority.at, folder)
    except (Unavailable, ValueError):
        return [bad("signing keys", f"none in {folder}", "run `server.py init`, or restore")]
    found = [_dated(keys)]
    if not is_sealed_as(keys, config.centre.committee):
        found.append(
            warn(
                "seal",
                "its certificate names another committee than centre.committee",
                f"move {folder} away, run `init`, keep the old root.pem for old papers",
            )
        )
    vault = folder / "offline-root"
    if vault.exists() and not Places(data=config.data.dir).demo:
        found.append(
            warn("root key", f"lies on this machine in {vault}", "move it to a medium kept offline")
        )
    return found


def _dated(keys: Authority) -> Finding:
    pairs = {name: getattr(keys, name).certificate for name in ("issuer", *LEAVES)}
    certificates = {"root": keys.root, **pairs}
    now = machine_clock()
    first = min(certificates, key=lambda name: certificates[name].not_valid_after_utc)
    ends = certificates[first].not_valid_after_utc
    if any(one.not_valid_before_utc > now for one in certificates.values()):
        return bad("certificates", "begin in the future", "set this machine's clock (NTP)")
    if ends <= now:
        return bad("certificates", f"{first} ended {ends:%Y-%m-%d}", "make new signing keys")
    if ends - now < SOON:
        return warn("certificates", f"{first} ends {ends:%Y-%m-%d}", "plan new signing keys")
    return ok("certificates", f"in force, the first ({first}) until {ends:%Y-%m-%d}")
