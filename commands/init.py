"""`server.py init`: who the centre is, its keys and schema, and the first administrator's link."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import config as settings
from commands import identity
from commands.accounts import accounts
from commands.centre import centre_of
from commands.identity import IDENTITY
from commands.installing import establish
from commands.ledger import ledger
from commands.places import Places, pki_dir
from commands.refusing import CommandRefused
from commands.seal_name import is_sealed_as
from config import Centre, Config
from documents.authority import Authority
from domain.errors import IllegalMove
from processes.clock import clock_for, machine_clock
from services.accounts import Link


def run(file: Path, given: Mapping[str, str], *, force: bool, again: bool, as_json: bool) -> int:
    """Set everything up that is missing, and print the link."""
    if Places(data=_loaded(file).data.dir).demo:
        raise CommandRefused(
            "This data folder holds a demo: use another data.dir.",
            "演示数据不能用于正式服务，请换一个 data.dir。",
        )
    try:
        identity.settle(file, given, force=force)
    except settings.ConfigError as error:
        raise CommandRefused(str(error), error.chinese) from None
    config = _loaded(file)
    _mention_what_is_not_set(config)
    establish(config)
    _mention_another_committee(config)
    link = asyncio.run(_invite(config, again=again))
    if as_json:
        sys.stdout.write(json.dumps(_facts(link)) + "\n")
    else:
        sys.stdout.write(_words(link))
    return 0


def _loaded(file: Path) -> Config:
    return settings.load_or_exit(file)


async def _invite(config: Config, *, again: bool) -> Link | None:
    demo = Places(data=config.data.dir).demo
    async with ledger(config) as store, clock_for(config.clock.url) as followed:
        desk = accounts(store, followed or machine_clock, centre_of(config, demo=demo))
        try:
            return await desk.invite_administrator(again=again)
        except IllegalMove:
            return None


def _facts(link: Link | None) -> Mapping[str, str | None]:
    if link is None:
        return {"link": None, "ends_at": None}
    return {"link": link.address, "ends_at": link.ends_at.isoformat()}


def _words(link: Link | None) -> str:
    if link is None:
        return (
            "Ready. There is an administrator; --again makes a link for one more.\n"
            "已就绪。管理员已经有了；要再加一位，请用 --again。\n"
        )
    return (
        "Ready. Start the server; the administrator opens this link, once, within 24 hours:\n"
        "已就绪。启动服务后，请管理员在 24 小时内打开下面的链接（只能用一次）：\n\n"
        f"  {link.address}\n\n"
    )


def _mention_what_is_not_set(config: Config) -> None:
    shipped = Centre()
    left = [key for key in IDENTITY if getattr(config.centre, key) == getattr(shipped, key)]
    if left:
        options = " ".join(f"--{key}" for key in left)
        sys.stderr.write(
            f"Not set yet, so papers would be printed without it: {options}\n"
            f"中心的名称等还没有设置，文书上会缺少：{options}\n"
        )


def _mention_another_committee(config: Config) -> None:
    if not is_sealed_as(Authority.at(pki_dir(config)), config.centre.committee):
        sys.stderr.write(
            "The seal's certificate still names another committee, and so will papers until\n"
            f"{pki_dir(config)} is moved away and `init` makes new keys; keep the old root.pem.\n"
            "印章证书上仍是原来的名称，换证书以前盖的章都是原来的名称。\n"
        )
