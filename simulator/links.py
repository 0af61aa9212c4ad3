"""Links into the mini-program (URL Link, URL Scheme), each with an end.

Source: developers.weixin.qq.com, 获取 URL Link and 获取 URL Scheme.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from simulator import qr
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db

LONGEST_QUERY: Final = 1024
LONGEST_DAYS: Final = 30
_SOONEST, _DAY = 60.0, 86400.0
_AT, _AFTER = 0, 1


def url_link(
    db: Db, account: Account, base_url: str, asked: Mapping[str, Any], *, at: float
) -> str:
    """Make an address that opens a page of the mini-program from a browser or an SMS."""
    name = secrets.token_urlsafe(12)
    return _keep(db, account, asked, asked, at, name, f"{base_url}/page/{name}")


def scheme(db: Db, account: Account, asked: Mapping[str, Any], *, at: float) -> str:
    """Make a ``weixin://`` address that opens a page of the mini-program."""
    name = secrets.token_urlsafe(12)
    page = asked.get("jump_wxa")
    inner = page if isinstance(page, Mapping) else {}
    return _keep(db, account, inner, asked, at, name, f"weixin://dl/business/?t={name}")


def _keep(
    db: Db,
    account: Account,
    opened: Mapping[str, Any],
    asked: Mapping[str, Any],
    at: float,
    name: str,
    url: str,
) -> str:
    page, query = str(opened.get("path", "")).lstrip("/"), str(opened.get("query", ""))
    if "?" in page or (account.pages and page and page not in account.pages):
        raise Refusal(40165)
    if len(query) > LONGEST_QUERY:
        raise Refusal(40212)
    whole = f"{page}?{query}" if query else page
    ends = _end(asked, at)
    qr.keep(db, qr.QrCode(name, url, account.appid, "page", "", whole, ends))
    return url


def _end(asked: Mapping[str, Any], at: float) -> float:
    """Tell when a link ends; without a wish after the longest time."""
    if asked.get("expire_type", _AFTER) == _AT and "expire_time" in asked:
        ends = float(_number(asked["expire_time"]))
    else:
        days = _number(asked.get("expire_interval", LONGEST_DAYS))
        ends = at + _DAY * days
    if not at + _SOONEST <= ends <= at + _DAY * LONGEST_DAYS + _SOONEST:
        raise Refusal(85401)
    return ends


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(85401)
    return value
