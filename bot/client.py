"""The WeChat API over aiohttp: one token at a time, one refresh, errors by what they mean."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import aiohttp
from prometheus_client import Counter

from bot.tokens import Tokens
from domain.errors import Unavailable
from domain.platform import PlatformToken, Rest
from domain.ports.outside import Clock, Refusal, Resting, Uncertain

CALLS_MADE = Counter("fengqiao_wechat_calls", "Calls of WeChat by what it said", ["path", "code"])

STALE_TOKEN = frozenset({40001, 40014, 42001})
MINUTE_IS_FULL = 45011
DAY_IS_FULL = 45009
FULL = frozenset({MINUTE_IS_FULL, DAY_IS_FULL})
BUSY = -1  #: ``system error``: it may have been done all the same
#: Seconds before a busy platform is asked again; chance keeps callers from coming back together.
WAITS = (0.3, 0.6, 1.2)
COMMENT = 2  #: the scene of msg_sec_check that fits a report
PLATFORM_DAY = ZoneInfo("Asia/Shanghai")  #: in which the platform's quotas begin anew
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
    tokens: Tokens = field(repr=False)
    resting: dict[str, Rest] = field(default_factory=dict, repr=False)  #: by path
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    async def check(self) -> None:
        """Get a token: it comes only for the right id, secret and address of ours."""
        await self.tokens.renewed(self.appid, await self.tokens.current(self.appid), self._fetch)

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
        path = "/cgi-bin/message/template/send"
        found = await self._post(path, body, effect=True, repeatable=True)
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

    async def phone(self, code: str, openid: str) -> str:
        """Exchange the code of the phone button for the number, if it is this person's (E.164)."""
        asked = {"code": code, "openid": openid}
        found = await self._post("/wxa/business/getuserphonenumber", asked)
        told = found.get("phone_info") or {}
        if told.get("watermark", {}).get("appid") != self.appid:
            raise Refusal("foreign-number")
        return f"+{told['countryCode']}{told['purePhoneNumber']}"

    async def check_words(self, openid: str, text: str) -> tuple[str, str, str]:
        """Ask what WeChat thinks of words (msg_sec_check): trace id, advice, label."""
        body = {"version": 2, "scene": COMMENT, "openid": openid, "content": text}
        found = await self._post("/wxa/msg_sec_check", body)
        result = found.get("result") or {}
        trace, advice = str(found.get("trace_id", "")), str(result.get("suggest", ""))
        return trace, advice, str(result.get("label", ""))

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
        self,
        path: str,
        body: Mapping[str, object],
        *,
        effect: bool = False,
        repeatable: bool = False,
    ) -> dict[str, Any]:
        # WeChat shows \u escapes as they are
        data = json.dumps(dict(body), ensure_ascii=False).encode()
        return await self._call("POST", path, data=data, effect=effect, repeatable=repeatable)

    async def _with_secret(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        told = {"appid": self.appid, "secret": self.secret, **params}
        found = await self._request("GET", path, params=told)
        # here 45011 is the minute of one person, not of everybody
        return await self._judged(path, found, effect=False, resting=frozenset({DAY_IS_FULL}))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        effect: bool = False,
        repeatable: bool = False,
        **wanted: Any,
    ) -> dict[str, Any]:
        """Call, and again while the platform is busy, if that can't do a thing twice.

        ``effect``: the call does something.  ``repeatable``: it names its own key, so that doing it
        again does nothing.
        """
        self._look_for_rest(path, effect=effect)
        again = repeatable or not effect
        for wait in WAITS:
            try:
                found = await self._with_token(method, path, effect=effect, **wanted)
            except Uncertain:
                if not again:
                    raise
            else:
                if not (again and _code(found) == BUSY):
                    return await self._judged(path, found, effect=effect)
            await self.pause(wait * random.uniform(0.5, 1.5))  # noqa: S311  # no secret
        found = await self._with_token(method, path, effect=effect, **wanted)
        return await self._judged(path, found, effect=effect)

    async def _with_token(self, method: str, path: str, **wanted: Any) -> dict[str, Any]:
        """Call with a token; one that WeChat no longer takes is replaced once, never twice."""
        params = wanted.pop("params", {})

        async def attempt(token: PlatformToken) -> dict[str, Any]:
            told = {**params, "access_token": token.text}
            return await self._request(method, path, params=told, **wanted)

        held = await self.tokens.current(self.appid)
        token = held or await self.tokens.renewed(self.appid, None, self._fetch)
        found = await attempt(token)
        if _code(found) in STALE_TOKEN:
            found = await attempt(await self.tokens.renewed(self.appid, token, self._fetch))
        return found

    async def _fetch(self) -> PlatformToken:
        """Ask for the token that every process of ours gets (``stable_token``)."""
        path = "/cgi-bin/stable_token"
        self._look_for_rest(path, effect=False)
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        found = await self._request("POST", path, data=json.dumps(body).encode())
        found = await self._judged(path, found, effect=False)
        ends_at = self.clock() + timedelta(seconds=int(found["expires_in"]))
        return PlatformToken(text=str(found["access_token"]), ends_at=ends_at)

    def _look_for_rest(self, path: str, *, effect: bool) -> None:
        """Spare a call that the platform refuses until then anyway."""
        rest = self.resting.get(path)
        if rest is not None and self.clock() < rest.until:
            raise _rested(rest, effect=effect)

    async def _judged(
        self,
        path: str,
        found: dict[str, Any],
        *,
        effect: bool,
        resting: Collection[int] = FULL,
    ) -> dict[str, Any]:
        """Return a good answer; raise what a bad one means."""
        code = _code(found)
        CALLS_MADE.labels(path, str(code)).inc()
        if code == 0:
            return found
        if code == BUSY:
            raise _lost(effect=effect)
        if code in resting:
            until = next_minute(self.clock()) if code == MINUTE_IS_FULL else next_day(self.clock())
            rest = Rest(appid=self.appid, path=path, code=code, until=until)
            self.resting[path] = rest
            await self.tokens.rest(rest)
            raise _rested(rest, effect=effect)
        if code == MINUTE_IS_FULL:
            raise Unavailable(f"WeChat: {code}")
        raise Refusal(str(code))

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


def _rested(rest: Rest, *, effect: bool) -> Exception:
    """Say that a call has to wait: what only asks is asked again later."""
    if effect:
        return Resting(rest.code, rest.until)
    return Unavailable(f"WeChat: {rest.code}")


def next_day(now: datetime) -> datetime:
    """When the platform's day begins anew."""
    tomorrow = now.astimezone(PLATFORM_DAY).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=PLATFORM_DAY)


def next_minute(now: datetime) -> datetime:
    """When the platform's minute begins anew."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
