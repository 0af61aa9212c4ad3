"""The demo: server, simulator and an invented district, everything under one folder."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.status import Status
from rich.table import Table

from bot.client import Bases, WeChatClient
from bot.texts import chat as texts
from bot.tokens import TokensInMemory
from commands.district import (
    CENTRE,
    COMMITTEE,
    HASHING_KIB,
    PHONE,
    REGION,
    RESIDENTS,
    STAFF,
    UNITS,
    settle,
)
from commands.installing import establish
from commands.places import DEMO_MARK, Places, database_url
from commands.serve import serve
from commands.starting import only_one, wait_for_port
from config import Config, load, without_settings
from processes.children import Child
from processes.clock import machine_clock
from storage import keys
from storage.passwords import Argon2Passwords
from storage.store import SqlStore
from web.sites.accounts import ROLES

AES_KEY_LENGTH = 43
OFFICIAL_APPID = "wxdemoofficial0001"
MINI_APPID = "wxdemominiprog0001"
TEMPLATE = "demo-notice-template"
MINI_TEMPLATE = "demo-mini-template"
HOST = "127.0.0.1"
STARTING = "正在启动演示，第一次要十几秒…… Starting"
STARTED_WITHIN = 120.0  #: seconds; far more than a busy machine takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Where everything of the running demo is."""

    pages: str
    simulator: str
    folder: Path


def folder_of(config: Config) -> Path:
    """Where everything of the demo is."""
    return config.data.dir / "demo"


async def run(config: Config, *, as_json: bool) -> int:
    """Set the district up if it is not, start everything, say where it is, run until Ctrl-C."""
    folder = folder_of(config)
    with only_one(Places(data=folder)), Console(stderr=True).status(STARTING) as progress:
        http = await _port("http.port", config.http.port)
        simulator = await _port("simulator.port", config.simulator.port)
        demo = Demo(
            pages=f"http://{HOST}:{http}", simulator=f"http://{HOST}:{simulator}", folder=folder
        )
        kept = _secrets(folder / "secrets.json")
        config_file = _write_config(config, demo, kept, http)
        own = load(config_file, environment={})
        (folder / DEMO_MARK).touch()
        establish(own, demo=True)
        await _settle(own)
        announcing = asyncio.create_task(_announce(demo, own, progress, as_json=as_json))
        announcing.add_done_callback(_complain)
        try:
            return await serve(
                own,
                config_file,
                extra=(_simulator(demo, kept, simulator),),
                environment=without_settings(),
            )
        finally:
            announcing.cancel()


async def _port(key: str, wanted: int) -> int:
    """The port that is wanted, or a free one where the configuration leaves it open."""
    if wanted:
        await wait_for_port(key, HOST, wanted)
        return wanted
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _secrets(file: Path) -> Mapping[str, str]:
    """The demo's own WeChat and SMS secrets, made once."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

        def made(length: int) -> str:
            return "".join(secrets.choice(alphabet) for _ in range(length))

        made_up = {
            "official_secret": made(32),
            "official_token": made(16),
            "official_aes": made(AES_KEY_LENGTH - 1) + "A",
            "mini_secret": made(32),
            "mini_token": made(16),
            "mini_aes": made(AES_KEY_LENGTH - 1) + "A",
            "sms_key": made(32),
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(made_up), "utf-8")
    kept: Mapping[str, str] = json.loads(file.read_text("utf-8"))
    return kept


def _write_config(config: Config, demo: Demo, kept: Mapping[str, str], port: int) -> Path:
    """Write the demo's own configuration, which every process of it reads."""
    tree = {
        "http": {
            "host": HOST,
            "port": port,
            "public_url": demo.pages,
            "trusted_proxies": list(config.http.trusted_proxies),
        },
        "data": {"dir": str(demo.folder.resolve())},
        "centre": {
            "name": CENTRE,
            "committee": COMMITTEE,
            "phone": PHONE,
            "region": REGION,
            "units": list(UNITS),
        },
        "clock": {"url": demo.simulator},
        "wechat": {
            "api_base": demo.simulator,
            "open_base": demo.simulator,
            "mp_base": demo.simulator,
            "official": {
                "appid": OFFICIAL_APPID,
                "secret": kept["official_secret"],
                "token": kept["official_token"],
                "encoding_aes_key": kept["official_aes"],
            },
            "miniprogram": {
                "appid": MINI_APPID,
                "secret": kept["mini_secret"],
                "token": kept["mini_token"],
                "encoding_aes_key": kept["mini_aes"],
            },
            "templates": {
                "notice": TEMPLATE,
                "miniprogram": [f"* {MINI_TEMPLATE} thing1 thing2 thing3"],
            },
        },
        "sms": {"url": f"{demo.simulator}/sms/send", "key": kept["sms_key"]},
        "webrtc": {"workers": 1},
        "documents": {"fonts": str(config.documents.fonts.resolve())},
    }
    file = demo.folder / "config.yaml"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")
    return file


def _simulator(demo: Demo, kept: Mapping[str, str], port: int) -> Child:
    tree = {
        "official": {
            "appid": OFFICIAL_APPID,
            "secret": kept["official_secret"],
            "token": kept["official_token"],
            "encoding_aes_key": kept["official_aes"],
            "callback_url": f"{demo.pages}/wechat/official",
        },
        "miniprogram": {
            "appid": MINI_APPID,
            "secret": kept["mini_secret"],
            "token": kept["mini_token"],
            "encoding_aes_key": kept["mini_aes"],
            "callback_url": f"{demo.pages}/wechat/miniprogram",
        },
        "sms": {"key": kept["sms_key"]},
        "product": {"url": demo.pages},
        "people": [{"name": name, "phone": phone} for name, phone in RESIDENTS],
    }
    file = demo.folder / "simulator.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(tree, ensure_ascii=False), "utf-8")
    argv = (
        *(sys.executable, "-m", "simulator", "--port", str(port)),
        *("--data", str(demo.folder / "simulator"), "--config", str(file)),
    )
    return Child(name="simulator", argv=argv, env=without_settings(), silent=True)


async def _settle(config: Config) -> None:
    places = Places(data=config.data.dir)
    store = await SqlStore.open(database_url(config), keys.load(places.keys), jobs=False)
    try:
        await settle(store, Argon2Passwords(HASHING_KIB))
    finally:
        await store.close()


async def _announce(demo: Demo, own: Config, progress: Status, *, as_json: bool) -> None:
    """Wait until everything answers, hand the phone its authenticator, say where things are."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        async with asyncio.timeout(STARTED_WITHIN):
            await _answers(session, f"{demo.simulator}/_sim/clock")
            await _answers(session, f"{demo.pages}/healthz")
        await _hang_out_menu(session, own)
        for one in STAFF:
            await session.post(
                f"{demo.simulator}/_sim/authenticators",
                json={"name": f"{one.name}（{one.login}）", "secret": one.totp},
            )
    progress.stop()
    if as_json:
        sys.stdout.write(json.dumps(_facts(demo), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        _print(demo)


def _complain(announcing: asyncio.Task[None]) -> None:
    """Say why nothing could be announced; the processes tell the rest in their logs."""
    if not announcing.cancelled() and (why := announcing.exception()) is not None:
        sys.stderr.write(f"The demo did not start: {type(why).__name__} {why}\n演示没有启动。\n")
        os.kill(os.getpid(), signal.SIGTERM)


async def _hang_out_menu(session: aiohttp.ClientSession, own: Config) -> None:
    """Publish the menu below the chat, as a centre does once."""
    wechat = own.wechat
    client = WeChatClient(
        session=session,
        appid=wechat.official.appid,
        secret=wechat.official.secret,
        clock=machine_clock,
        bases=Bases(api=wechat.api_base, open=wechat.open_base, mp=wechat.mp_base),
        tokens=TokensInMemory(clock=machine_clock),
    )
    await client.set_menu(texts.MENU)


async def _answers(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        try:
            async with session.get(url) as answer:
                if answer.ok:
                    return
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.1)


def _facts(demo: Demo) -> Mapping[str, object]:
    return {
        "pages": demo.pages,
        "desk": f"{demo.pages}/desk",
        "residents": f"{demo.pages}/m/",
        "phone": f"{demo.simulator}/phone",
        "simulator": demo.simulator,
        "root": f"{demo.pages}/ca/root.pem",
        "data": str(demo.folder.resolve()),
        "staff": [
            {
                "login": one.login,
                "name": one.name,
                "roles": list(one.roles),
                "password": one.password,
                "totp_secret": one.totp,
                "seal_right": one.seal_right,
            }
            for one in STAFF
        ],
        "residents_known": [{"name": name, "phone": phone} for name, phone in RESIDENTS],
    }


def _print(demo: Demo) -> None:
    console = Console()
    console.print("\n[bold]枫桥演示 Fengqiao demo[/bold]（全部人物、电话、印章均为虚构）")
    console.print(f"  手机（居民）  {demo.simulator}/phone")
    console.print(f"  工作台        {demo.pages}/desk")
    console.print(f"  居民页面      {demo.pages}/m/\n")
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in ("登录名", "姓名", "角色", "密码", "动态码密钥"):
        table.add_column(title, overflow="fold")  # on a narrow screen too nothing is cut off
    for one in STAFF:
        roles = "、".join(ROLES[role] for role in one.roles)
        shown = f"{roles}（用印）" if one.seal_right else roles
        table.add_row(one.login, one.name, shown, one.password, one.totp)
    console.print(table)
    console.print("\n动态码在手机页的验证器里看，也可以把密钥加进自己的验证器。")
    console.print("按 Ctrl-C 结束。Press Ctrl-C to stop.\n")
