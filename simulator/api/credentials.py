"""Tokens, logins and tickets."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any, Final

from simulator import codes, people, tokens
from simulator.api.door import MINIPROGRAM, OFFICIAL, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.settings import Settings
from simulator.store import Db

_CLIENT: Final = "client_credential"
_LOGIN: Final = "authorization_code"


async def _stable_token(call: Call) -> Answer:
    if call.word("grant_type") != _CLIENT:
        raise Refusal(40002)
    appid, at, within = call.account.appid, call.at, call.world.store.within
    if call.body.get("force_refresh") is True:
        early = call.world.settings.assumed.early_refresh
        token, seconds = await within(tokens.forced_token, appid, at=at, early=early)
    else:
        token, seconds = await within(tokens.stable_token, appid, at=at)
    return {"access_token": token, "expires_in": seconds}


async def _token(call: Call) -> Answer:
    if call.asked("grant_type") != _CLIENT:
        raise Refusal(40002)
    issue = tokens.legacy_token
    token, seconds = await call.world.store.within(issue, call.account.appid, at=call.at)
    return {"access_token": token, "expires_in": seconds}


async def _session(call: Call) -> Answer:
    if call.asked("grant_type") != _LOGIN:
        raise Refusal(40002)
    return await call.world.store.within(
        _logged_in, call.asked("js_code"), call.account.appid, call.at, call.world.settings
    )


def _logged_in(db: Db, code: str, appid: str, at: float, settings: Settings) -> dict[str, Any]:
    used = settings.assumed.used_code
    user_id, _ = codes.redeem(db, code, kind="js", appid=appid, at=at, used=used)
    known = people.identity_of(db, user_id, appid)
    people.saw(db, known.openid, at=at)
    session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    unionid = people.unionid_of(db, user_id, open_platform=settings.open_platform)
    return {"openid": known.openid, "session_key": session_key, **unionid}


async def _phone_number(call: Call) -> Answer:
    return await call.world.store.within(
        _own_number,
        call.word("code"),
        call.account.appid,
        call.word("openid"),
        call.at,
        call.world.settings.assumed.used_code,
    )


def _own_number(db: Db, code: str, appid: str, openid: str, at: float, used: int) -> dict[str, Any]:
    user_id, _ = codes.redeem(db, code, kind="phone", appid=appid, at=at, used=used)
    if openid and people.identity_of(db, user_id, appid).openid != openid:
        raise Refusal(40003)
    phone = people.user_of_id(db, user_id).phone
    country, pure = _split(phone)
    shown = pure if country == "86" else phone
    return {
        **OK,
        "phone_info": {
            "phoneNumber": shown,
            "purePhoneNumber": pure,
            "countryCode": country,
            "watermark": {"timestamp": int(at), "appid": appid},
        },
    }


def _split(phone: str) -> tuple[str, str]:
    """Part the country's code from an invented number; only +86 is ever needed."""
    return ("86", phone[3:]) if phone.startswith("+86") else ("", phone)


async def _web_token(call: Call) -> Answer:
    if call.asked("grant_type") != _LOGIN:
        raise Refusal(40002)
    if not call.asked("code"):
        raise Refusal(41008)
    return await call.world.store.within(
        _authorised, call.asked("code"), call.account.appid, call.at, call.world.settings
    )


def _authorised(db: Db, code: str, appid: str, at: float, settings: Settings) -> dict[str, Any]:
    used = settings.assumed.used_code
    user_id, scope = codes.redeem(db, code, kind="oauth", appid=appid, at=at, used=used)
    answer = {
        "access_token": secrets.token_urlsafe(64),
        "expires_in": 7200,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": people.identity_of(db, user_id, appid).openid,
        "scope": scope,
    }
    if scope == "snsapi_userinfo":
        answer |= people.unionid_of(db, user_id, open_platform=settings.open_platform)
    return answer


async def _ticket(call: Call) -> Answer:
    if call.asked("type") not in {"jsapi", "wx_card"}:
        raise Refusal(40097)
    # the same ticket for two hours, so that signatures made from a cached one hold
    span = f"{call.account.secret}{call.asked('type')}{int(call.at // tokens.LIFETIME)}"
    ticket = hashlib.sha512(span.encode()).hexdigest()
    left = int(tokens.LIFETIME - call.at % tokens.LIFETIME)
    return {**OK, "ticket": ticket, "expires_in": left}


APIS: Final = (
    Api("POST", "/cgi-bin/stable_token", _stable_token, minutely=10_000, needs_token=False),
    Api("GET", "/cgi-bin/token", _token, daily=2_000, needs_token=False),
    Api("GET", "/sns/jscode2session", _session, serves=MINIPROGRAM, needs_token=False),
    Api("GET", "/sns/oauth2/access_token", _web_token, serves=OFFICIAL, needs_token=False),
    Api("POST", "/wxa/business/getuserphonenumber", _phone_number, serves=MINIPROGRAM),
    Api("GET", "/cgi-bin/ticket/getticket", _ticket, serves=OFFICIAL),
)
