"""A simulated world on a free port, and a product of wechatpy's making that it talks to."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from simulator.founding import found_world
from simulator.settings import Account, PushRules, Settings
from simulator.site import make_site

MIXED = "你好 <b>]]></Content> & 王𬱖㛃 🙂"


@dataclass
class Seen:
    """One request that reached the product."""

    query: dict[str, str]
    raw: str
    message: Any


@dataclass
class Product:
    """The product's callback: wechatpy opens and seals, a script answers."""

    official: Account
    seen: list[Seen] = field(default_factory=list)
    answers: list[Callable[[Seen], Awaitable[web.Response]]] = field(default_factory=list)
    url: str = ""

    def crypto(self) -> WeChatCrypto:
        return WeChatCrypto(
            self.official.token, self.official.encoding_aes_key, self.official.appid
        )

    async def handle(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        raw = await request.text()
        plain = self.crypto().decrypt_message(
            raw, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        seen = Seen(query, raw, parse_message(plain))
        self.seen.append(seen)
        answer = self.answers[min(len(self.seen), len(self.answers)) - 1]
        return await answer(seen)

    def says(self, *answers: Callable[[Seen], Awaitable[web.Response]]) -> None:
        """Answer with these in turn, the last one for ever."""
        self.answers = list(answers)

    def sealed(self, seen: Seen, text: str) -> web.Response:
        reply = TextReply(content=text, message=seen.message).render()
        sealed = self.crypto().encrypt_message(reply, seen.query["nonce"], seen.query["timestamp"])
        return web.Response(text=sealed, content_type="text/xml")


async def success(_seen: Seen) -> web.Response:
    return web.Response(text="success")


@dataclass
class Stage:
    """The world under test, and the client that asks it."""

    url: str
    settings: Settings
    product: Product
    http: aiohttp.ClientSession

    async def ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        async with self.http.request(method, self.url + path, **options) as answer:
            told = json.loads(await answer.read())
            return told if isinstance(told, dict) else {"list": told}

    async def control(self, path: str, **asked: Any) -> dict[str, Any]:
        return await self.ask("POST", f"/_sim/{path}", json=asked)

    async def openid(self, number: int = 0, kind: str = "official") -> str:
        users = (await self.ask("GET", "/_sim/users"))["users"]
        return str(users[number]["openids"][kind])

    async def follower(self, number: int = 0) -> str:
        openid = await self.openid(number)
        await self.control("follow", openid=openid)
        return openid

    async def token(self, kind: str = "official") -> str:
        account = self.settings.official if kind == "official" else self.settings.miniprogram
        asked = {
            "grant_type": "client_credential",
            "appid": account.appid,
            "secret": account.secret,
        }
        return str((await self.ask("POST", "/cgi-bin/stable_token", json=asked))["access_token"])

    async def call(self, path: str, kind: str = "official", **asked: Any) -> dict[str, Any]:
        token = {"access_token": await self.token(kind)}
        return await self.ask("POST", path, params=token, json=asked)

    async def upload(self, data: bytes, kind: str = "image") -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field("media", io.BytesIO(data), filename="file")
        asked = {"access_token": await self.token(), "type": kind}
        return await self.ask("POST", "/cgi-bin/media/upload", params=asked, data=form)

    async def inbox(self, openid: str) -> list[dict[str, Any]]:
        return list((await self.ask("GET", f"/_sim/users/{openid}/inbox"))["inbox"])

    async def advance(self, seconds: float) -> None:
        await self.control("clock", advance_seconds=seconds)


def listening() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen()
    return made


def address(made: socket.socket) -> str:
    return f"http://127.0.0.1:{made.getsockname()[1]}"


@asynccontextmanager
async def serving(app: web.Application, made: socket.socket):
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, made).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def on_stage(folder, *, settings: Settings | None = None, limit: float = 0.3):
    """Raise the curtain: a product that answers `success`, and a world that pushes to it."""
    theirs, ours = listening(), listening()
    chosen = settings or Settings()
    official = replace(chosen.official, callback_url=f"{address(theirs)}/wechat/official")
    chosen = replace(
        chosen,
        official=official,
        product=replace(chosen.product, url=address(theirs)),
        push=PushRules(limit_seconds=limit, attempts=3, job_finish_seconds=0.0),
    )
    product = Product(official, url=address(theirs))
    product.says(success)
    app = web.Application()
    app.router.add_post("/wechat/official", product.handle)
    async with serving(app, theirs):
        world = await found_world(chosen, folder, address(ours))
        async with serving(make_site(world), ours), aiohttp.ClientSession() as http:
            yield Stage(address(ours), chosen, product, http)


async def until(check: Callable[[], Awaitable[bool]], *, seconds: float = 10.0) -> None:
    """Wait for something that happens by itself."""
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(0.02)
