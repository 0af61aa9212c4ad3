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
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from simulator.founding import found_world
from simulator.settings import Account, PushRules, Settings
from simulator.site import make_site

PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<title>产品</title><h1>产品的页面</h1>
<p>登录的是 <span id="who">{who}</span></p><p id="where">{where}</p><p id="devices"></p>
<script>
navigator.mediaDevices.getUserMedia({{ video: true, audio: true }}).then(
  () => {{ devices.textContent = "相机可用"; }},
  (error) => {{ devices.textContent = error.name; }},
);
</script>"""
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
    miniprogram: Account
    pushed: list[dict[str, Any]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    answers: list[Callable[[Seen], Awaitable[web.Response]]] = field(default_factory=list)
    url: str = ""
    platform: str = ""

    def crypto(self) -> WeChatCrypto:
        return WeChatCrypto(
            self.official.token, self.official.encoding_aes_key, self.official.appid
        )

    async def echo(self, request: web.Request) -> web.Response:
        """Answer the platform's check of the address."""
        asked = request.query
        check_signature(self.official.token, asked["signature"], asked["timestamp"], asked["nonce"])
        return web.Response(text=asked["echostr"])

    async def handle_json(self, request: web.Request) -> web.Response:
        """Take a push to the mini-program."""
        query, outer = dict(request.query), await request.json()
        account = self.miniprogram
        crypto = WeChatCrypto(account.token, account.encoding_aes_key, account.appid)
        plain = crypto.decrypt_message(
            outer, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        self.pushed.append(json.loads(plain))
        return web.Response(text="success")

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

    async def login(self, request: web.Request) -> web.Response:
        """Send the phone to the platform, as a product does."""
        back = f"{self.url}/m/back?{urlencode({'next': request.query['next']})}"
        asked = {
            "appid": self.official.appid,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": "s",
        }
        raise web.HTTPFound(f"{self.platform}/connect/oauth2/authorize?{urlencode(asked)}")

    async def back(self, request: web.Request) -> web.Response:
        """Take the code, ask the platform who it is, and begin a session."""
        asked = {
            "appid": self.official.appid,
            "secret": self.official.secret,
            "code": request.query["code"],
            "grant_type": "authorization_code",
        }
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.platform}/sns/oauth2/access_token", params=asked) as answer,
        ):
            told = json.loads(await answer.read())
        response = web.HTTPFound(request.query["next"])
        response.set_cookie("resident", told["openid"])
        raise response

    async def page(self, request: web.Request) -> web.Response:
        who = request.cookies.get("resident", "没有登录")
        return web.Response(
            text=PAGE.format(who=who, where=request.path_qs), content_type="text/html"
        )


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

    async def call(self, path: str, kind: str = "official", /, **asked: Any) -> dict[str, Any]:
        token = {"access_token": await self.token(kind)}
        words = json.dumps(asked, ensure_ascii=False).encode()
        return await self.ask("POST", path, params=token, data=words)

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
    miniprogram = replace(chosen.miniprogram, callback_url=f"{address(theirs)}/wechat/miniprogram")
    chosen = replace(
        chosen,
        official=official,
        miniprogram=miniprogram,
        product=replace(chosen.product, url=address(theirs)),
        push=PushRules(limit_seconds=limit, attempts=3, job_finish_seconds=0.0),
    )
    product = Product(official, miniprogram, url=address(theirs), platform=address(ours))
    product.says(success)
    app = web.Application()
    app.router.add_post("/wechat/official", product.handle)
    app.router.add_get("/wechat/official", product.echo)
    app.router.add_post("/wechat/miniprogram", product.handle_json)
    app.router.add_get("/m/login", product.login)
    app.router.add_get("/m/back", product.back)
    app.router.add_get("/{rest:(?!wechat).*}", product.page)
    async with serving(app, theirs):
        world = await found_world(chosen, folder, address(ours))
        async with serving(make_site(world), ours), aiohttp.ClientSession() as http:
            yield Stage(address(ours), chosen, product, http)


async def until(check: Callable[[], Awaitable[bool]], *, seconds: float = 60.0) -> None:
    """Wait for something that happens by itself."""
    async with asyncio.timeout(seconds):
        while not await check():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def serving_world(folder, settings: Settings):
    """Open a world that pushes to somebody else's product."""
    ours = listening()
    world = await found_world(settings, folder, address(ours))
    nobody = Product(settings.official, settings.miniprogram)
    async with serving(make_site(world), ours), aiohttp.ClientSession() as http:
        yield Stage(address(ours), settings, nobody, http)
