"""The WeChat API over aiohttp: one token at a time, one refresh, errors by what they mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp

from domain.errors import Unavailable
from domain.ports.outside import Clock, Refusal, Uncertain

STALE_TOKEN = frozenset({40001, 40014, 42001})
#: System busy and the limit of a minute (45011): nothing was done, later it will be.
LATER = frozenset({45011})
DAY_IS_FULL = 45009  #: what only reads can wait for tomorrow; a message cannot
BUSY = -1  #: ``system error``: it may have been done all the same
RENEW_BEFORE = timedelta(minutes=5)  #: old and new token are both valid for so long
LARGEST_MEDIUM = 10 * 1024 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
SERVER_FAILED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Where the platform lives; only these change between the simulator and WeChat."""

    api: str = "https://api.weixin.qq.com"
    open: str = "https://open.weixin.qq.com"
    mp: str = "https://mp.weixin.qq.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token and when it ends."""

    text: str = field(repr=False)
    ends_at: datetime


class Tokens(Protocol):
    """Where processes share an app's token, its end included."""

    async def get(self, appid: str) -> Token | None:
        """Return the token kept last."""
        ...

    async def keep(self, appid: str, token: Token) -> None:
        """Keep a new token."""
        ...


class TokensInMemory:
    """Tokens of one process; ``stable_token`` gives every process the same one."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}

    async def get(self, appid: str) -> Token | None:
        """Return the token kept last."""
        return self._tokens.get(appid)

    async def keep(self, appid: str, token: Token) -> None:
        """Keep a new token."""
        self._tokens[appid] = token


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatUser:
    """Who logged in through WeChat; ``unionid`` is the same over the centre's apps."""

    openid: str
    unionid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatClient:
    """One app's calls.  Every method raises Refusal, Uncertain or Unavailable."""

    session: aiohttp.ClientSession = field(repr=False)
    appid: str
    secret: str = field(repr=False)
    clock: Clock
    bases: Bases = Bases()
    mini: bool = False  #: a mini-program's, not the official account's
    tokens: Tokens = field(default_factory=TokensInMemory, repr=False)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def check(self) -> None:
        """Get a token: it comes only for the right id, secret and address of ours."""
        await self._token(bad="")

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message (客服消息)."""
        await self._custom(openid, "text", {"content": text})

    async def send_image(self, openid: str, media_id: str) -> None:
        """Send an uploaded picture."""
        await self._custom(openid, "image", {"media_id": media_id})

    async def send_template(
        self, openid: str, template_id: str, data: Mapping[str, str], *, url: str, key: str
    ) -> str:
        """Send a template message; the same ``key`` twice is one.  Return the platform's number."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "url": url,
            "client_msg_id": key,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        found = await self._post("/cgi-bin/message/template/send", body, effect=True)
        return str(found.get("msgid", ""))

    async def send_subscribed(
        self, openid: str, template_id: str, data: Mapping[str, str], *, page: str
    ) -> str:
        """Send what a person subscribed to (订阅消息, 订阅通知); return the platform's number."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        if self.mini:
            body |= {"miniprogram_state": "formal", "lang": "zh_CN"}
        found = await self._post(
            f"/cgi-bin/message/subscribe/{'send' if self.mini else 'bizsend'}", body, effect=True
        )
        return str(found.get("msgid", ""))

    async def upload(self, picture: bytes) -> str:
        """Upload a PNG for three days; return its media id."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData()
            data.add_field("media", picture, filename="code.png", content_type="image/png")
            return data

        found = await self._call(
            "POST", "/cgi-bin/media/upload", params={"type": "image"}, form=form
        )
        return str(found["media_id"])

    async def fetch(self, media_id: str) -> tuple[bytes, str]:
        """Return a medium's bytes and content type; Refusal once it expired (40007)."""
        found = await self._call("GET", "/cgi-bin/media/get", params={"media_id": media_id})
        if "bytes" not in found:
            raise Refusal("not-a-file")  # a video comes as an address, which we never fetch
        return found["bytes"], found["content_type"]

    async def user(self, openid: str) -> WeChatUser | None:
        """Return a follower, or None for somebody who does not follow."""
        found = await self._call("GET", "/cgi-bin/user/info", params={"openid": openid})
        if not found.get("subscribe"):
            return None
        return WeChatUser(openid=openid, unionid=str(found.get("unionid", "")))

    async def login(self, code: str) -> WeChatUser:
        """Exchange the code of a page log-in (OAuth snsapi_base) for who logged in."""
        params = {"code": code, "grant_type": "authorization_code"}
        found = await self._with_secret("/sns/oauth2/access_token", params)
        if found.get("is_snapshotuser"):
            raise Refusal("snapshot-user")  # a made-up account of WeChat's preview page
        return WeChatUser(openid=str(found["openid"]), unionid=str(found.get("unionid", "")))

    async def login_miniprogram(self, js_code: str) -> WeChatUser:
        """Exchange the mini-program's log-in code; its session key is not kept."""
        params = {"js_code": js_code, "grant_type": "authorization_code"}
        found = await self._with_secret("/sns/jscode2session", params)
        return WeChatUser(openid=str(found["openid"]), unionid=str(found.get("unionid", "")))

    async def make_code(self, scene: str, *, seconds: int = 30 * 24 * 3600) -> str:
        """Make a temporary QR code that leads to the account; return the picture's address."""
        body = {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        found = await self._post("/cgi-bin/qrcode/create", body)
        return f"{self.bases.mp}/cgi-bin/showqrcode?ticket={quote(str(found['ticket']), safe='')}"

    async def set_menu(self, menu: Mapping[str, object]) -> None:
        """Replace the menu below the chat."""
        await self._post("/cgi-bin/menu/create", menu)

    async def _custom(self, openid: str, kind: str, content: Mapping[str, object]) -> None:
        body = {"touser": openid, "msgtype": kind, kind: content}
        await self._post("/cgi-bin/message/custom/send", body, effect=True)

    async def _post(
        self, path: str, body: Mapping[str, object], *, effect: bool = False
    ) -> dict[str, Any]:
        # WeChat shows \u escapes as they are
        data = json.dumps(dict(body), ensure_ascii=False).encode()
        return await self._call("POST", path, data=data, effect=effect)

    async def _with_secret(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        told = {"appid": self.appid, "secret": self.secret, **params}
        return _judged(await self._request("GET", path, params=told), effect=False)

    async def _call(self, method: str, path: str, **wanted: Any) -> dict[str, Any]:
        """Call with a token; one that WeChat no longer takes is renewed once, never twice."""
        effect = bool(wanted.pop("effect", False))
        params = wanted.pop("params", {})

        async def attempt(token: str) -> dict[str, Any]:
            told = {**params, "access_token": token}
            return await self._request(method, path, params=told, effect=effect, **wanted)

        token = await self._token(bad="")
        found = await attempt(token)
        if _code(found) in STALE_TOKEN:
            found = await attempt(await self._token(bad=token))
        return _judged(found, effect=effect)

    async def _token(self, bad: str) -> str:
        """Return a token other than the bad one; many callers cause one request."""
        if (held := await self._held(bad)) is not None:
            return held
        async with self.lock:
            if (held := await self._held(bad)) is not None:
                return held
            body = {
                "grant_type": "client_credential",
                "appid": self.appid,
                "secret": self.secret,
            }
            data = json.dumps(body).encode()
            found = _judged(
                await self._request("POST", "/cgi-bin/stable_token", data=data), effect=False
            )
            ends_at = self.clock() + timedelta(seconds=int(found["expires_in"]))
            token = Token(text=str(found["access_token"]), ends_at=ends_at)
            await self.tokens.keep(self.appid, token)
            return token.text

    async def _held(self, bad: str) -> str | None:
        token = await self.tokens.get(self.appid)
        if token is None or token.text == bad or token.ends_at - self.clock() <= RENEW_BEFORE:
            return None
        return token.text

    async def _request(
        self, method: str, path: str, *, effect: bool = False, form: Any = None, **wanted: Any
    ) -> dict[str, Any]:
        """Make one request; before it was sent, trying again is harmless, afterwards it is not."""
        data = form() if form is not None else wanted.get("data")
        try:
            async with self.session.request(
                method,
                f"{self.bases.api}{path}",
                params=wanted.get("params"),
                data=data,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                if response.status >= SERVER_FAILED:
                    raise _lost(effect=effect)
                return _read(await _body(response), response.content_type)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unavailable("WeChat cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _lost(effect=effect) from error


def _lost(*, effect: bool) -> Exception:
    """Judge a call without an answer: what changes nothing may be repeated."""
    return Uncertain("no answer") if effect else Unavailable("no answer")


async def _body(response: aiohttp.ClientResponse) -> bytes:
    data = await response.content.read(LARGEST_MEDIUM + 1)
    while len(data) <= LARGEST_MEDIUM and (more := await response.content.read(LARGEST_MEDIUM)):
        data += more
    if len(data) > LARGEST_MEDIUM:
        raise Refusal("too-large")
    return data


def _read(data: bytes, content_type: str) -> dict[str, Any]:
    """Read JSON whatever its content type (errors come as text/plain); else it is a file."""
    try:
        found = json.loads(data)
    except ValueError:
        return {"bytes": data, "content_type": content_type}
    return found if isinstance(found, dict) else {"bytes": data, "content_type": content_type}


def _code(found: Mapping[str, Any]) -> int:
    return int(found.get("errcode") or 0)


def _judged(found: dict[str, Any], *, effect: bool) -> dict[str, Any]:
    """Return a good answer; raise what a bad one means."""
    code = _code(found)
    if code == 0:
        return found
    if code == BUSY:
        raise _lost(effect=effect)
    if code in LATER or (code == DAY_IS_FULL and not effect):
        raise Unavailable(f"WeChat: {code}")
    raise Refusal(str(code))
