"""Media, codes to scan and the menu."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from simulator import media, qr
from simulator.api.door import MINIPROGRAM, OFFICIAL, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db
from simulator.uploads import NoUpload, uploaded
from simulator.world import WORLD

_NARROWEST, _WIDEST = 280, 1280
_TEMPORARY: Final = ("QR_SCENE", "QR_STR_SCENE")
_PERMANENT: Final = ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
_LONGEST_SCENE: Final = 64
_BUTTONS, _SUB_BUTTONS = 3, 5
_NAME_BYTES, _SUB_NAME_BYTES, _KEY_BYTES, _URL_BYTES = 16, 60, 128, 1024


async def _upload(call: Call) -> Answer:
    try:
        data = await uploaded(call.request, "media")
    except NoUpload as error:
        raise Refusal(41005) from error
    medium = await call.world.store.within(
        media.keep,
        call.world.studio.folder,
        appid=call.account.appid,
        kind=call.asked("type"),
        data=data,
        at=call.at,
    )
    return {"type": medium.kind, "media_id": medium.media_id, "created_at": int(call.at)}


async def _download(call: Call) -> Answer:
    medium = await call.world.store.within(
        media.find, call.asked("media_id"), appid=call.account.appid, at=call.at
    )
    path = call.world.studio.folder / medium.name
    suffix = medium.content_type.rpartition("/")[2]
    named = f'attachment; filename="{medium.name}.{suffix}"'
    return web.Response(
        body=path.read_bytes(),
        content_type=medium.content_type,
        headers={"Content-Disposition": named},
    )


async def _qr_code(call: Call) -> Answer:
    action = call.word("action_name")
    if action not in _TEMPORARY + _PERMANENT:
        raise Refusal(40097)
    lasts = call.body.get("expire_seconds", 60)
    if not isinstance(lasts, int) or isinstance(lasts, bool) or not 1 <= lasts <= qr.LONGEST_LIFE:
        raise Refusal(40097)
    temporary = action in _TEMPORARY
    code = await call.world.store.within(
        qr.ticket,
        call.account.appid,
        scene=_scene(call.body.get("action_info"), text="STR" in action),
        expires_at=call.at + lasts if temporary else None,
        most_permanent=call.world.settings.codes.permanent,
    )
    call.world.doorbell.ring()
    answer = {"ticket": code.ticket, "url": code.url}
    return {**answer, "expire_seconds": lasts} if temporary else answer


def _scene(info: object, *, text: bool) -> str:
    scene = info.get("scene") if isinstance(info, Mapping) else None
    value = scene.get("scene_str" if text else "scene_id") if isinstance(scene, Mapping) else None
    if text and isinstance(value, str) and 1 <= len(value) <= _LONGEST_SCENE:
        return value
    if not text and isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    raise Refusal(40097)


async def _page_code(call: Call) -> Answer:
    page = call.word("page")
    if page.startswith("/") or "?" in page:
        raise Refusal(41030)
    checked = call.body.get("check_path", True) and page and call.account.pages
    if checked and page not in call.account.pages:
        raise Refusal(41030)
    width = call.body.get("width", 430)
    if not isinstance(width, int) or not _NARROWEST <= width <= _WIDEST:
        raise Refusal(40097)
    code = await call.world.store.within(
        qr.page_code,
        call.account.appid,
        call.world.base_url,
        scene=call.word("scene"),
        page=page,
    )
    call.world.doorbell.ring()
    return web.Response(body=qr.picture(code.url), content_type="image/png")


async def _create_menu(call: Call) -> Answer:
    _check_menu(call.body.get("button"))
    await call.world.store.within(_keep_menu, call.account, call.body)
    call.world.doorbell.ring()
    return OK


async def _read_menu(call: Call) -> Answer:
    menu = await call.world.store.within(menu_of, call.account)
    if menu is None:
        raise Refusal(46003)
    return {"menu": menu}


async def _delete_menu(call: Call) -> Answer:
    await call.world.store.within(_drop_menu, call.account)
    call.world.doorbell.ring()
    return OK


def menu_of(db: Db, account: Account) -> dict[str, Any] | None:
    """Give an account's menu, if it has one."""
    row = db.execute("SELECT menu FROM menus WHERE appid = ?", (account.appid,)).fetchone()
    menu: dict[str, Any] | None = json.loads(row["menu"]) if row else None
    return menu


def _keep_menu(db: Db, account: Account, menu: Mapping[str, Any]) -> None:
    kept = json.dumps(dict(menu), ensure_ascii=False)
    db.execute("INSERT OR REPLACE INTO menus VALUES (?, ?)", (account.appid, kept))


def _drop_menu(db: Db, account: Account) -> None:
    db.execute("DELETE FROM menus WHERE appid = ?", (account.appid,))


def _check_menu(buttons: object) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= _BUTTONS:
        raise Refusal(40016)
    for button in buttons:
        _check_button(button, longest=_NAME_BYTES)
        below = button.get("sub_button") or []
        if not isinstance(below, list) or len(below) > _SUB_BUTTONS:
            raise Refusal(40023)
        for one in below:
            _check_button(one, longest=_SUB_NAME_BYTES)


def _check_button(button: object, *, longest: int) -> None:
    if not isinstance(button, Mapping):
        raise Refusal(40016)
    name = str(button.get("name", ""))
    if not name or len(name.encode()) > longest:
        raise Refusal(40018)
    if len(str(button.get("key", "")).encode()) > _KEY_BYTES:
        raise Refusal(40019)
    if len(str(button.get("url", "")).encode()) > _URL_BYTES:
        raise Refusal(40020)


async def show_qr_code(request: web.Request) -> web.Response:
    """Draw the code of a ticket, as mp.weixin.qq.com does."""
    world = request.app[WORLD]
    code = await world.store.within(qr.by_ticket, request.query.get("ticket", ""))
    if code is None or code.kind != "ticket":
        raise web.HTTPNotFound
    return web.Response(body=qr.picture(code.url), content_type="image/png")


APIS: Final = (
    Api("POST", "/cgi-bin/media/upload", _upload, daily=100_000, reads_json=False),
    Api("GET", "/cgi-bin/media/get", _download, daily=200_000),
    Api("POST", "/cgi-bin/qrcode/create", _qr_code, serves=OFFICIAL, daily=100_000),
    Api("POST", "/wxa/getwxacodeunlimit", _page_code, serves=MINIPROGRAM, minutely=5_000),
    Api("POST", "/cgi-bin/menu/create", _create_menu, OFFICIAL, 1_000, shows_escapes=True),
    Api("GET", "/cgi-bin/menu/get", _read_menu, serves=OFFICIAL, daily=10_000),
    Api("GET", "/cgi-bin/menu/delete", _delete_menu, serves=OFFICIAL, daily=1_000),
)
