"""How every API call is let in: method, token, quota, body; and how refusals look."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from simulator import logbook, misfortune, quotas, tokens
from simulator.errors import Refusal
from simulator.faults import Faults
from simulator.settings import Account
from simulator.world import WORLD, World

OK: Final = {"errcode": 0, "errmsg": "ok"}
EITHER: Final = ("official", "miniprogram")
OFFICIAL: Final = ("official",)
MINIPROGRAM: Final = ("miniprogram",)
_ESCAPED: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u((?!00[0-7])[0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Call:
    """An API call that was let in."""

    world: World
    request: web.Request
    account: Account
    body: Mapping[str, Any]
    at: float

    def asked(self, name: str) -> str:
        """Read a query parameter; empty if absent."""
        return self.request.query.get(name, "")

    def word(self, name: str) -> str:
        """Read a text of the body; empty if absent or not a text."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""


Answer = dict[str, Any] | web.Response


@dataclass(frozen=True)
class Api:
    """One path of the platform: who may call it, how often, and what answers."""

    method: str
    path: str
    answer: Callable[[Call], Awaitable[Answer]]
    serves: tuple[str, ...] = EITHER
    daily: int = 500_000
    minutely: int = 50_000
    needs_token: bool = True
    reads_json: bool = True
    shows_escapes: bool = False


def mount(app: web.Application, apis: Sequence[Api]) -> None:
    """Put the API calls on their paths, and the platform's refusal on all others."""
    for api in apis:
        app.router.add_route("*", api.path, _Door(api).open)
    for face in ("cgi-bin", "wxa", "wxaapi", "sns", "datacube", "card"):
        app.router.add_route("*", f"/{face}/{{rest:.*}}", _unknown)


class _Door:
    """Handles the requests to one API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def open(self, request: web.Request) -> web.Response:
        """Let a request in, or refuse it in the platform's way."""
        world = request.app[WORLD]
        struck = await misfortune.strikes_before(world, request)
        if struck is not None:
            return struck
        try:
            answer = await self._answer(world, request)
        except Refusal as refusal:
            answer = refused(refusal)
        code, rid = _outcome(answer)
        await world.store.within(
            logbook.note,
            at=world.clock.now(),
            face="api",
            what=f"{request.method} {self._api.path}",
            detail={"errcode": code, "rid": rid} if rid else {"errcode": code},
        )
        misfortune.strikes_after(world, request)
        if isinstance(answer, dict):
            return _json(
                answer, plain=request.path.startswith(world.settings.assumed.plain_answers)
            )
        return answer

    async def _answer(self, world: World, request: web.Request) -> Answer:
        api, at = self._api, world.clock.now()
        if request.method != api.method:
            raise Refusal(43001 if api.method == "GET" else 43002)
        if misfortune.system_error(world, request):
            raise Refusal(-1)
        body: dict[str, Any] = {}
        if api.method == "POST" and api.reads_json:
            body = await _body(request, shows_escapes=api.shows_escapes)
        account = await self._caller(world, request, body, at)
        if account.kind not in api.serves:
            raise Refusal(48001)
        concerned = world.dice.concerns(api.path)
        faults = world.dice.faults if concerned else Faults()
        await world.store.within(
            quotas.count,
            account.appid,
            api.path,
            at=at,
            daily=faults.daily_limit or api.daily,
            minutely=faults.minute_limit or api.minutely,
        )
        return await api.answer(Call(world, request, account, body, at))

    async def _caller(
        self, world: World, request: web.Request, body: Mapping[str, Any], at: float
    ) -> Account:
        if self._api.needs_token:
            # only in the address: a token in the body is not looked at
            token = request.query.get("access_token", "")
            appid = await world.store.within(tokens.owner, token, at=at)
            account = world.settings.account(appid)
            if account is None:
                raise Refusal(40001)
            return account
        return _proven(world, {**request.query, **body})


def refused(refusal: Refusal) -> dict[str, Any]:
    """Give the body of a refusal, with a request id as the platform prints it."""
    rid = "-".join(secrets.token_hex(4) for _ in range(3))
    return {"errcode": refusal.code, "errmsg": f"{refusal.text} rid: {rid}"}


def _outcome(answer: Answer) -> tuple[int, str]:
    """Tell the code of an answer, and the request id that a refusal prints."""
    if not isinstance(answer, dict) or not answer.get("errcode"):
        return 0, ""
    return int(answer["errcode"]), str(answer["errmsg"]).rpartition("rid: ")[2]


def _proven(world: World, claims: Mapping[str, Any]) -> Account:
    """Find the account whose appid and secret are shown."""
    account = world.settings.account(str(claims.get("appid", "")))
    if account is None:
        raise Refusal(40013)
    if world.dice.faults.ip_refused:
        raise Refusal(40164)
    shown = claims.get("secret", claims.get("appsecret", ""))  # clear_quota/v2 has the second name
    if not secrets.compare_digest(str(shown).encode(), account.secret.encode()):
        raise Refusal(40125)
    return account


async def _body(request: web.Request, *, shows_escapes: bool) -> dict[str, Any]:
    raw = await request.read()
    if not raw:
        raise Refusal(44002)
    if shows_escapes:
        # the platform shows "\\u4f60" to people as it stands, so words must be sent as UTF-8
        raw = _ESCAPED.sub(rb"\1\\\\u\2", raw)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal(47001) from error
    if not isinstance(body, dict):
        raise Refusal(47001)
    return body


async def _unknown(_request: web.Request) -> web.Response:
    return _json(refused(Refusal(40066)), plain=False)


def _json(answer: dict[str, Any], *, plain: bool) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="text/plain" if plain else "application/json")
