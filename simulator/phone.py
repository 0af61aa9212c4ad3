"""The phone face: a page with chat, SMS, notices, scanner and authenticator of one person."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web

from simulator import (
    authenticators,
    chat,
    deeds,
    deliveries,
    entrance,
    eye,
    media,
    microphone,
    people,
    qr,
    sms,
)
from simulator.api.assets import menu_of
from simulator.asking import Asked, BadRequest
from simulator.control import PHONE_COOKIE
from simulator.errors import Refusal
from simulator.people import User
from simulator.render import page
from simulator.settings import Person, Settings
from simulator.store import Db
from simulator.uploads import NoUpload, uploaded
from simulator.world import WORLD, World

routes: Final = web.RouteTableDef()
_HEARTBEAT: Final = 15.0
NO_TWIN: Final = "小程序的这一页没有网页版，模拟手机不执行 WXML，打不开。"
# Invented places to send from the map.
_PLACES: Final = (
    {"label": "枫溪社区 3 号楼", "latitude": 30.1234, "longitude": 120.5678},
    {"label": "枫溪菜市场", "latitude": 30.1251, "longitude": 120.5702},
    {"label": "柳塘村文化礼堂", "latitude": 30.1302, "longitude": 120.5566},
)


@routes.get("/")
@routes.get("/phone/")
async def to_phone(_request: web.Request) -> web.Response:
    """Lead to the phone."""
    return web.Response(status=302, headers={"Location": "/phone"})


@routes.get("/phone")
async def show_phone(request: web.Request) -> web.Response:
    """Show the phone; a browser without one gets the first person's."""
    world = request.app[WORLD]
    product = urlsplit(world.settings.product.url)
    origin = f"{product.scheme}://{product.netloc}"
    session = request.cookies.get(PHONE_COOKIE, "")
    response = page("phone.html", product=origin, places=_PLACES)
    if await world.store.within(people.holder, session) is None:
        everybody = await world.store.within(people.everybody)
        if everybody:
            await _hand_over(world, response, everybody[0].id)
    return response


@routes.get("/phone/state")
async def state(request: web.Request) -> web.Response:
    """Give everything that this phone shows."""
    world = request.app[WORLD]
    user = await _user(request)
    return web.json_response(
        await world.store.within(_shown, world.settings, user, world.clock.now())
    )


@routes.get("/phone/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Tell the page when something changed (server-sent events)."""
    doorbell = request.app[WORLD].doorbell
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await stream.prepare(request)
    # a page that was closed is no error
    with doorbell.listening() as rung, contextlib.suppress(ConnectionResetError):
        rung.set()
        while not doorbell.closing:
            try:
                await asyncio.wait_for(rung.wait(), _HEARTBEAT)
                rung.clear()
                await stream.write(b"data: changed\n\n")
            except TimeoutError:
                await stream.write(b": still here\n\n")
    return stream


@routes.post("/phone/user")
async def change_user(request: web.Request) -> web.Response:
    """Put this phone into another person's hand."""
    world, asked = request.app[WORLD], await Asked.of(request)
    user = await world.store.within(people.user_of_id, int(asked.number("user")))
    response = web.json_response({})
    await _hand_over(world, response, user.id)
    return response


@routes.post("/phone/users")
async def enrol(request: web.Request) -> web.Response:
    """Enrol another person and hand the phone over."""
    world, asked = request.app[WORLD], await Asked.of(request)
    person = Person(asked.word("name"), asked.word("phone"))
    if not people.PHONE.fullmatch(person.phone):
        raise BadRequest("phone: +, country code and number")
    user = await world.store.within(
        people.enrol, seed=world.settings.seed, accounts=world.settings.accounts, person=person
    )
    response = web.json_response({})
    await _hand_over(world, response, user.id)
    world.doorbell.ring()
    return response


@routes.post("/phone/follow")
async def follow(request: web.Request) -> web.Response:
    """Follow the official account."""
    await deeds.follow(request.app[WORLD], await _openid(request))
    return web.json_response({})


@routes.post("/phone/unfollow")
async def unfollow(request: web.Request) -> web.Response:
    """Leave the official account."""
    await deeds.unfollow(request.app[WORLD], await _openid(request))
    return web.json_response({})


@routes.post("/phone/send")
async def send(request: web.Request) -> web.Response:
    """Send words, a place or a tap on the menu to the official account."""
    asked = await Asked.of(request)
    delivery, _ = await deeds.send(request.app[WORLD], await _openid(request), asked.values)
    return web.json_response({"delivery": delivery})


@routes.post("/phone/picture")
async def send_picture(request: web.Request) -> web.Response:
    """Send a picture to the official account."""
    try:
        await _send_file(request, "image", await _picture(request))
    except Refusal as refusal:
        raise BadRequest("只能发送 10 MB 以内的 PNG、JPEG 或 GIF 图片") from refusal
    return web.json_response({})


@routes.post("/phone/voice")
async def send_voice(request: web.Request) -> web.Response:
    """Send a voice to the official account."""
    try:
        recording = await uploaded(request, "voice")
        await _send_file(request, "voice", await microphone.voice_of(recording))
    except NoUpload as error:
        raise BadRequest("没有收到录音，或录音太大。") from error
    except Refusal as refusal:
        raise BadRequest("只能发送 2 MB 以内的录音。") from refusal
    return web.json_response({})


@routes.post("/phone/scan")
async def scan(request: web.Request) -> web.Response:
    """Scan a code whose text was typed, pasted or chosen."""
    world, asked = request.app[WORLD], await Asked.of(request)
    if "media" in asked.values:
        code = await _code_of_picture(world, asked.word("media"))
    else:
        code = asked.word("code").strip()
    return web.json_response(await _scanned(request, code))


@routes.post("/phone/scan-picture")
async def scan_picture(request: web.Request) -> web.Response:
    """Scan a picture of a code."""
    code = await eye.read_code(await _picture(request))
    return web.json_response(await _scanned(request, code))


@routes.get("/phone/codes")
async def codes(request: web.Request) -> web.Response:
    """Give the authenticator's current codes; secrets stay here."""
    world = request.app[WORLD]
    listed = await world.store.within(authenticators.codes, at=world.clock.now())
    return web.json_response({"codes": listed})


@routes.get("/phone/open")
async def open_page(request: web.Request) -> web.Response:
    """Enter a page of the product through a login for the phone's user."""
    product = request.app[WORLD].settings.product
    url = request.query.get("url", "")
    if not entrance.is_products(product, url):
        return page("refused.html", status=400, reason="模拟手机只打开本产品的页面。")
    entered = entrance.entered(product, url, by_sms=request.query.get("by") == "sms")
    return web.Response(status=302, headers={"Location": entered})


@routes.get("/phone/twin")
async def open_twin(request: web.Request) -> web.Response:
    """Enter the `/m/` twin of a mini-program page."""
    product = request.app[WORLD].settings.product
    twin = entrance.twin(product, request.query.get("page", ""))
    if not twin:
        return page("refused.html", reason=NO_TWIN)
    return web.Response(
        status=302, headers={"Location": entrance.entered(product, twin, by_sms=False)}
    )


@routes.get("/page/{name}")
async def open_scanned(request: web.Request) -> web.Response:
    """Open what a mini-program code stands for, when an ordinary browser scans it."""
    world = request.app[WORLD]
    found = await world.store.within(qr.by_ticket, request.match_info["name"])
    if found is None or found.kind != "page":
        return page("refused.html", status=404, reason="没有这个码。")
    if found.expires_at is not None and found.expires_at <= world.clock.now():
        return page("refused.html", status=410, reason="这个链接已经过期了。")
    twin = entrance.twin(world.settings.product, found.page, scene=found.scene)
    if not twin:
        return page("refused.html", reason=NO_TWIN)
    entered = entrance.entered(world.settings.product, twin, by_sms=False)
    return web.Response(status=302, headers={"Location": entered})


@routes.get("/media/{name}")
async def picture(request: web.Request) -> web.StreamResponse:
    """Give a file of the chat by its unguessable name."""
    world = request.app[WORLD]
    found = await world.store.within(media.named, request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    return web.FileResponse(
        world.studio.folder / found.name, headers={"Content-Type": found.content_type}
    )


def _shown(db: Db, settings: Settings, user: User, at: float) -> dict[str, Any]:
    appid = settings.official.appid
    known = people.identity_of(db, user.id, appid)
    shown = chat.screen(db, user.id)
    return {
        "now": at,
        "user": asdict(user),
        "users": [asdict(one) for one in people.everybody(db)],
        "account": {"name": settings.official.name, "followed": known.subscribed},
        "miniprogram": {"name": settings.miniprogram.name},
        "menu": (menu_of(db, settings.official) or {"button": []})["button"],
        "chat": [one for one in shown if one["place"] == "chat" and one["appid"] == appid],
        "waiting": deliveries.waiting(db, known.openid),
        "notices": [one for one in shown if one["place"] == "notice"],
        "sms": sms.received(db, user.phone),
        "codes": [asdict(code) for code in qr.newest(db)],
    }


async def _send_file(request: web.Request, kind: str, data: bytes) -> None:
    world, openid = request.app[WORLD], await _openid(request)
    kept = await world.store.within(
        media.keep,
        world.studio.folder,
        appid=world.settings.official.appid,
        kind=kind,
        data=data,
        at=world.clock.now(),
    )
    await deeds.send(world, openid, {"type": kind, "media_id": kept.media_id})


async def _scanned(request: web.Request, code: str) -> dict[str, Any]:
    if not code:
        return {"kind": "nothing"}
    found, _ = await deeds.scan(request.app[WORLD], (await _user(request)).id, code)
    return found


async def _code_of_picture(world: World, name: str) -> str:
    found = await world.store.within(media.named, name)
    if found is None:
        raise BadRequest("没有这张图片。")
    return await eye.read_code((world.studio.folder / found.name).read_bytes())


async def _picture(request: web.Request) -> bytes:
    try:
        return await uploaded(request, "picture")
    except NoUpload as error:
        raise BadRequest("没有收到图片，或图片太大。") from error


async def _user(request: web.Request) -> User:
    session = request.cookies.get(PHONE_COOKIE, "")
    user = await request.app[WORLD].store.within(people.holder, session)
    if user is None:
        raise BadRequest("这部手机还没有使用者，请刷新页面。")
    return user


async def _openid(request: web.Request) -> str:
    world, user = request.app[WORLD], await _user(request)
    known = await world.store.within(people.identity_of, user.id, world.settings.official.appid)
    return known.openid


async def _hand_over(world: World, response: web.Response, user_id: int) -> None:
    session = await world.store.within(people.hold_phone, secrets.token_urlsafe(24), user_id)
    response.set_cookie(PHONE_COOKIE, session, httponly=True, samesite="Lax", path="/")
