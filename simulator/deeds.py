"""What people do in this world: written down in one transaction, then set in motion."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from simulator import entrance, masses, messages, people, privacy, qr, quotas, subscriptions
from simulator.messages import Circumstances, Message
from simulator.people import Identity
from simulator.replies import Verdict
from simulator.settings import Account
from simulator.store import Db
from simulator.subscriptions import Choice
from simulator.world import World

Delivered = tuple[int, asyncio.Task[Verdict]]


async def send(world: World, openid: str, asked: Mapping[str, Any]) -> Delivered:
    """Let a person send a message to the account that knows them by this openid."""
    account = await account_of(world, openid)
    delivery = await world.store.within(
        messages.send,
        world.studio,
        account,
        openid,
        asked,
        how=_now(world),
    )
    return _started(world, delivery)


async def follow(world: World, openid: str, *, scene: str = "", ticket: str = "") -> Delivered:
    """Let a person follow the official account, perhaps by a scanned code."""
    account = await account_of(world, openid, kind="official")
    delivery = await world.store.within(_follow, account, openid, scene, ticket, how=_now(world))
    return _started(world, delivery)


async def unfollow(world: World, openid: str) -> Delivered:
    """Let a person leave the official account."""
    account = await account_of(world, openid, kind="official")
    delivery = await world.store.within(_unfollow, account, openid, how=_now(world))
    return _started(world, delivery)


async def choose(world: World, openid: str, choices: Sequence[Choice]) -> Delivered:
    """Let a person accept or reject templates of subscription messages, asked at once."""
    account, at = await account_of(world, openid), world.clock.now()
    delivery = await world.store.within(subscriptions.choose, account, openid, choices, at=at)
    return _started(world, delivery)


async def turn_off(world: World, openid: str, template_ids: Sequence[str]) -> Delivered:
    """Let a person turn subscription messages off in the settings of WeChat."""
    account, at = await account_of(world, openid), world.clock.now()
    delivery = await world.store.within(
        subscriptions.turn_off, account, openid, template_ids, at=at
    )
    return _started(world, delivery)


async def change_privacy(world: World, openid: str, *, what: str, info: str) -> Delivered:
    """Let a person change, revoke or cancel what the account may know of them."""
    account = await account_of(world, openid)
    delivery = await world.store.within(
        privacy.change,
        world.settings,
        account,
        openid,
        what=what,
        info=info,
        at=world.clock.now(),
    )
    return _started(world, delivery)


async def decide_mass(world: World, msg_id: int, *, allow: bool) -> Delivered | None:
    """Let the account's administrator decide about a mass message that waits."""
    at = world.clock.now()
    delivery = await world.store.within(
        masses.confirm,
        world.settings.official,
        msg_id,
        allow=allow,
        at=at,
        done_at=at + world.settings.push.job_finish_seconds,
    )
    return None if delivery is None else _started(world, delivery)


async def repeat(
    world: World, openid: str, asked: Mapping[str, Any], *, times: int, every: float
) -> list[Delivered]:
    """Let a person's phone send the same again and again, each so many seconds later."""
    account = await account_of(world, openid)
    queued = await world.store.within(
        _repeated,
        world.studio,
        account,
        openid,
        asked,
        how=_now(world),
        times=times,
        every=every,
    )
    return [_started(world, delivery) for delivery in queued]


async def scan(world: World, user_id: int, code: str) -> tuple[dict[str, Any], Delivered | None]:
    """Let a person scan a code; tells what it was and what the phone opens."""
    found = await world.store.within(_scanned, code)
    if found is None:
        return _plain(world, code), None
    if found.expires_at is not None and found.expires_at <= world.clock.now():
        return {"kind": "expired"}, None
    if found.kind == "page":
        twin = entrance.twin(world.settings.product, found.page, scene=found.scene)
        return {"kind": "page", "page": found.page, "scene": found.scene, "url": twin}, None
    who = await world.store.within(people.identity_of, user_id, found.appid)
    if not who.subscribed:
        started = await follow(world, who.openid, scene=found.scene, ticket=found.ticket)
        return {"kind": "follow", "scene": found.scene}, started
    account = world.settings.official
    scanned = messages.event("SCAN", key=found.scene, Ticket=found.ticket)
    delivery = await world.store.within(
        messages.speak, account, who.openid, scanned, how=_now(world)
    )
    return {"kind": "scan", "scene": found.scene}, _started(world, delivery)


async def account_of(world: World, openid: str, *, kind: str = "") -> Account:
    """Find the account that an openid belongs to."""
    known: Identity = await world.store.within(people.identity, openid)
    account = world.settings.account(known.appid)
    if account is None or (kind and account.kind != kind):
        raise messages.BadMessage(f"openid: not of the {kind or 'configured'} account")
    return account


def _now(world: World) -> Circumstances:
    return Circumstances(
        at=world.clock.now(),
        same_msg_id=world.dice.faults.same_msg_id,
        allows_anew=world.settings.assumed.allowances_start_anew,
    )


def _follow(
    db: Db, account: Account, openid: str, scene: str, ticket: str, *, how: Circumstances
) -> int:
    way = "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH"
    people.follow(db, openid, at=how.at, scene=way, qr_scene=scene)
    extra = {"Ticket": ticket} if ticket else {}
    key = f"qrscene_{scene}" if scene else ""
    followed = messages.event("subscribe", key=key, **extra)
    return messages.speak(db, account, openid, followed, how=how)


def _repeated(
    db: Db,
    studio: messages.Studio,
    account: Account,
    openid: str,
    asked: Mapping[str, Any],
    *,
    how: Circumstances,
    times: int,
    every: float,
) -> list[int]:
    moments = [replace(how, at=how.at + turn * every) for turn in range(times)]
    return [messages.send(db, studio, account, openid, asked, how=one) for one in moments]


def _unfollow(db: Db, account: Account, openid: str, *, how: Circumstances) -> int:
    left = Message({"MsgType": "event", "Event": "unsubscribe"})
    delivery = messages.speak(db, account, openid, left, how=how)
    people.unfollow(db, openid)
    quotas.forfeit(db, openid)
    return delivery


def _scanned(db: Db, code: str) -> qr.QrCode | None:
    return qr.by_url(db, code) or qr.by_ticket(db, code)


def _plain(world: World, code: str) -> dict[str, Any]:
    if entrance.is_products(world.settings.product, code):
        return {"kind": "open", "url": code}
    return {"kind": "foreign" if urlsplit(code).scheme in {"http", "https"} else "text"}


def _started(world: World, delivery: int) -> Delivered:
    world.doorbell.ring()
    return delivery, world.postman.start(delivery)
