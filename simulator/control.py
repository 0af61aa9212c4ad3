"""The control face: what a tester, a demo or a proof asks of this world."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict
from typing import Any, Final

import aiohttp
from aiohttp import web

from simulator import (
    authenticators,
    chat,
    clock,
    codes,
    deeds,
    deliveries,
    logbook,
    people,
    privacy,
    sms,
    subscriptions,
)
from simulator import faults as faults_
from simulator import tokens as tokens_
from simulator.asking import Asked, BadRequest
from simulator.envelope import signature
from simulator.settings import Account, Person
from simulator.subscriptions import Choice
from simulator.world import WORLD, World

routes: Final = web.RouteTableDef()
PHONE_COOKIE: Final = "simulator_phone"
_MOST_LINES: Final = 5000
_MOST_REPEATED: Final = 1000


@routes.post("/_sim/users")
async def enrol(request: web.Request) -> web.Response:
    """Give a person a phone; the same number again gives the same openids."""
    world, asked = request.app[WORLD], await Asked.of(request)
    person = Person(asked.word("name"), asked.word("phone"))
    if not people.PHONE.fullmatch(person.phone):
        raise BadRequest("phone: +, country code and number")
    user = await world.store.within(
        people.enrol, seed=world.settings.seed, accounts=world.settings.accounts, person=person
    )
    world.doorbell.ring()
    return web.json_response(await _described(world, user))


@routes.get("/_sim/users")
async def users(request: web.Request) -> web.Response:
    """List everybody."""
    world = request.app[WORLD]
    listed = await world.store.within(people.everybody)
    return web.json_response({"users": [await _described(world, user) for user in listed]})


@routes.post("/_sim/follow")
async def follow(request: web.Request) -> web.Response:
    """Let a person follow the official account."""
    world, asked = request.app[WORLD], await Asked.of(request)
    delivered = await deeds.follow(
        world, asked.word("openid"), scene=asked.word("scene", ""), ticket=asked.word("ticket", "")
    )
    return await _outcome(world, asked, delivered)


@routes.post("/_sim/unfollow")
async def unfollow(request: web.Request) -> web.Response:
    """Let a person leave the official account."""
    world, asked = request.app[WORLD], await Asked.of(request)
    return await _outcome(world, asked, await deeds.unfollow(world, asked.word("openid")))


@routes.post("/_sim/send")
async def send(request: web.Request) -> web.Response:
    """Let a person send a message or an event; answers when its delivery is decided."""
    world, asked = request.app[WORLD], await Asked.of(request)
    delivered = await deeds.send(world, asked.word("openid"), asked.values)
    return await _outcome(world, asked, delivered)


@routes.post("/_sim/scan")
async def scan(request: web.Request) -> web.Response:
    """Let a person scan a code: its text, or the ticket of an official account's code."""
    world, asked = request.app[WORLD], await Asked.of(request)
    who = await world.store.within(people.identity, asked.word("openid"))
    found, delivered = await deeds.scan(world, who.user_id, asked.word("code"))
    if delivered is None:
        return web.json_response(found)
    return await _outcome(world, asked, delivered, also=found)


@routes.post("/_sim/subscriptions")
async def choose(request: web.Request) -> web.Response:
    """Let a person accept or reject templates of subscription messages, asked at once."""
    world, asked = request.app[WORLD], await Asked.of(request)
    delivered = await deeds.choose(world, asked.word("openid"), _choices(asked))
    return await _outcome(world, asked, delivered)


@routes.post("/_sim/subscriptions/off")
async def turn_off(request: web.Request) -> web.Response:
    """Let a person turn templates off in the settings of WeChat."""
    world, asked = request.app[WORLD], await Asked.of(request)
    template_ids = asked.words("template_ids", most=subscriptions.MOST_AT_ONCE)
    delivered = await deeds.turn_off(world, asked.word("openid"), template_ids)
    return await _outcome(world, asked, delivered)


@routes.post("/_sim/block")
async def block(request: web.Request) -> web.Response:
    """Let a person refuse the account's template messages, or take them again."""
    world, asked = request.app[WORLD], await Asked.of(request)
    await world.store.within(
        people.block, asked.word("openid"), blocked=asked.flag("blocked", default=True)
    )
    return web.json_response({})


@routes.post("/_sim/privacy")
async def change_privacy(request: web.Request) -> web.Response:
    """Let a person change, revoke or cancel what an account may know of them."""
    world, asked = request.app[WORLD], await Asked.of(request)
    what = asked.word("what")
    if what not in privacy.EVENTS:
        raise BadRequest(f"what: one of {', '.join(privacy.EVENTS)}")
    info = asked.word("info", "")
    return await _outcome(
        world, asked, await deeds.change_privacy(world, asked.word("openid"), what=what, info=info)
    )


@routes.post("/_sim/masses/decide")
async def decide_mass(request: web.Request) -> web.Response:
    """Let the account's administrator decide about a mass message that waits."""
    world, asked = request.app[WORLD], await Asked.of(request)
    number = int(asked.number("msg_id"))
    delivered = await deeds.decide_mass(world, number, allow=asked.flag("allow", default=True))
    if delivered is None:
        raise BadRequest("msg_id: no mass message waits under it")
    return await _outcome(world, asked, delivered)


@routes.post("/_sim/repeat")
async def repeat(request: web.Request) -> web.Response:
    """Let a phone send the same many times: a burst, or a place every five seconds."""
    world, asked = request.app[WORLD], await Asked.of(request)
    times, every = int(asked.number("times")), asked.number("every_seconds")
    if not 1 <= times <= _MOST_REPEATED or every < 0:
        raise BadRequest(f"times: 1 to {_MOST_REPEATED}, every_seconds: not negative")
    started = await deeds.repeat(
        world, asked.word("openid"), asked.values, times=times, every=every
    )
    return web.json_response({"deliveries": [number for number, _ in started]})


@routes.post("/_sim/codes")
async def code(request: web.Request) -> web.Response:
    """Make the code that a person's phone would hand to the product."""
    world, asked = request.app[WORLD], await Asked.of(request)
    kind = asked.word("kind")
    if kind not in codes.KINDS:
        raise BadRequest(f"kind: one of {', '.join(codes.KINDS)}")
    who = await world.store.within(people.identity, asked.word("openid"))
    made = await world.store.within(
        codes.issue,
        kind=kind,
        appid=who.appid,
        user_id=who.user_id,
        at=world.clock.now(),
        scope="snsapi_base",
    )
    return web.json_response({"code": made})


@routes.post("/_sim/hold")
async def hold(request: web.Request) -> web.Response:
    """Put a phone into a person's hand: sets the cookie that `/phone` and the login page read."""
    world, asked = request.app[WORLD], await Asked.of(request)
    who = await world.store.within(people.identity, asked.word("openid"))
    session = await world.store.within(people.hold_phone, secrets.token_urlsafe(24), who.user_id)
    response = web.json_response({"cookie": PHONE_COOKIE, "value": session})
    response.set_cookie(PHONE_COOKIE, session, httponly=True, samesite="Lax", path="/")
    return response


@routes.get("/_sim/clock")
async def tell_time(request: web.Request) -> web.Response:
    """Tell the simulated time; with ``seen``, as soon as it is past that offset."""
    world = request.app[WORLD]
    if "seen" in request.query:
        await world.clock.past(_seconds(request.query["seen"]))
    return web.json_response(_time(world))


@routes.post("/_sim/clock")
async def move_time(request: web.Request) -> web.Response:
    """Move time forward; it never goes back."""
    world, asked = request.app[WORLD], await Asked.of(request)
    seconds = asked.number("advance_seconds")
    if seconds < 0:
        raise BadRequest("advance_seconds: time only moves forward")
    await world.clock.move(await world.store.within(clock.advance, seconds))
    world.doorbell.ring()
    return web.json_response(_time(world))


@routes.get("/_sim/faults")
async def read_faults(request: web.Request) -> web.Response:
    """Tell which faults are on."""
    return web.json_response(asdict(request.app[WORLD].dice.faults))


@routes.post("/_sim/faults")
async def set_faults(request: web.Request) -> web.Response:
    """Replace all faults; what is not named is off, `{}` ends them."""
    world, asked = request.app[WORLD], await Asked.of(request)
    try:
        faults = faults_.read_faults(asked.values)
    except faults_.BadFaults as error:
        raise BadRequest(str(error)) from error
    await world.store.within(faults_.keep_faults, faults)
    world.dice.load(faults)
    return web.json_response(asdict(faults))


@routes.post("/_sim/authenticators")
async def remember_secret(request: web.Request) -> web.Response:
    """Put a TOTP secret (base32) into the phone's authenticator."""
    world, asked = request.app[WORLD], await Asked.of(request)
    try:
        await world.store.within(authenticators.remember, asked.word("name"), asked.word("secret"))
    except authenticators.BadSecret as error:
        raise BadRequest("secret: base32 is expected") from error
    world.doorbell.ring()
    return web.json_response({"name": asked.word("name")})


@routes.post("/_sim/tokens/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Kill every access token of an account (`official` or `miniprogram`)."""
    world, asked = request.app[WORLD], await Asked.of(request)
    await world.store.within(tokens_.revoke_all, _account(world, asked).appid)
    return web.json_response({})


@routes.post("/_sim/verify")
async def verify(request: web.Request) -> web.Response:
    """Ask the product's callback for the echo, as saving its address on the platform does."""
    world, asked = request.app[WORLD], await Asked.of(request)
    account = _account(world, asked)
    echo, nonce = str(secrets.randbits(62)), str(secrets.randbelow(2_000_000_000))
    timestamp = str(int(world.clock.now()))
    signed = signature(account.token, timestamp, nonce)
    query = {"signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    limit = aiohttp.ClientTimeout(total=world.settings.push.limit_seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as http,
            http.get(account.callback_url, params=query, allow_redirects=False) as answer,
        ):
            said = await answer.read()
            return web.json_response({"verified": said == echo.encode(), "status": answer.status})
    except (aiohttp.ClientError, TimeoutError) as error:
        return web.json_response({"verified": False, "status": 0, "why": type(error).__name__})


@routes.get("/_sim/users/{openid}/inbox")
async def inbox(request: web.Request) -> web.Response:
    """Give what stands on a person's screen for one account, oldest first."""
    world = request.app[WORLD]
    who = await world.store.within(people.identity, request.match_info["openid"])
    shown = await world.store.within(chat.screen, who.user_id, after=_whole(request, "after", 0))
    kept = [one for one in shown if one.pop("appid") == who.appid and one.pop("user_id")]
    return web.json_response({"openid": who.openid, "inbox": kept})


@routes.get("/_sim/phones/{number}/sms")
async def phone_sms(request: web.Request) -> web.Response:
    """Give the messages that a number received, oldest first."""
    number = request.match_info["number"]
    received = await request.app[WORLD].store.within(sms.received, number)
    return web.json_response({"number": number, "sms": received})


@routes.get("/_sim/deliveries/{id:\\d+}")
async def delivery(request: web.Request) -> web.Response:
    """Tell how far a delivery is."""
    found = await request.app[WORLD].store.within(deliveries.load, int(request.match_info["id"]))
    return web.json_response(asdict(found))


@routes.get("/_sim/log")
async def log(request: web.Request) -> web.Response:
    """Give the lines of the log after one."""
    lines = await request.app[WORLD].store.within(
        logbook.read,
        after=_whole(request, "after", 0),
        limit=min(_whole(request, "limit", 500), _MOST_LINES),
    )
    return web.json_response({"log": lines})


async def _outcome(
    world: World,
    asked: Asked,
    delivered: deeds.Delivered,
    *,
    also: dict[str, Any] | None = None,
) -> web.Response:
    """Wait until a delivery is decided, unless `"wait": false` was asked."""
    number, task = delivered
    if asked.flag("wait", default=True):
        await asyncio.shield(task)
    told = await world.store.within(deliveries.load, number)
    return web.json_response(
        {
            **(also or {}),
            "delivery": told.id,
            "msg_id": told.fields.get("MsgId"),
            "state": told.state,
            "outcome": told.outcome,
            "attempts": told.attempts,
            "detail": told.detail,
            "reply": told.reply,
        }
    )


def _choices(asked: Asked) -> list[Choice]:
    """One template and the choice, or templates that are accepted and rejected at once."""
    choices = asked.values.get("choices", {})
    if not choices:
        choices = {asked.word("template_id"): asked.word("choice")}
    most = subscriptions.MOST_AT_ONCE
    if not isinstance(choices, dict) or len(choices) > most:
        raise BadRequest(f"choices: an object of {most} templates at most")
    if not {*map(str, choices.values())} <= {"accept", "reject"}:
        raise BadRequest("choice: accept or reject")
    long_term = asked.flag("long_term")
    return [Choice(one, said == "accept", long_term) for one, said in choices.items()]


async def _described(world: World, user: people.User) -> dict[str, Any]:
    known = await world.store.within(people.openids, user.id)
    named = {account.kind: known[account.appid] for account in world.settings.accounts}
    return {**asdict(user), "openids": named}


def _account(world: World, asked: Asked) -> Account:
    kind = asked.word("account")
    for account in world.settings.accounts:
        if account.kind == kind:
            return account
    raise BadRequest("account: official or miniprogram")


def _time(world: World) -> dict[str, Any]:
    return {"offset_seconds": world.clock.offset, "now": world.clock.text()}


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadRequest("seen: seconds") from None


def _whole(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise BadRequest(f"{name}: a whole number is expected")
    return int(text)
