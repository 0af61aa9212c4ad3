"""The postman: pushes messages to the product, patiently and signed, until one answer counts.

Source: developers.weixin.qq.com/doc/subscription/guide/product/message/Passive_user_reply_message
(no answer in 5 s: the connection is cut and the message is sent again).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from simulator import chat, deliveries, media, wire
from simulator.clock import Clock
from simulator.deliveries import Delivery
from simulator.envelope import signature
from simulator.errors import Refusal
from simulator.faults import Dice
from simulator.live import Doorbell
from simulator.replies import Verdict, envelope_of, judge
from simulator.settings import Account, Settings
from simulator.store import Db, Store

log = logging.getLogger(__name__)
SPACED = frozenset({"OpenID", "UnionID", "AppID", "RevokeInfo"})


@dataclass(frozen=True)
class Parcel:
    """One attempt, ready to travel: fresh timestamp, nonce and random bytes."""

    query: dict[str, str]
    body: bytes
    content_type: str


def wrap(
    account: Account, fields: Mapping[str, Any], *, at: float, stray_spaces: bool = False
) -> Parcel:
    """Sign and encrypt fields by the account's mode and format."""
    timestamp, nonce = str(int(at)), str(secrets.randbelow(2_000_000_000))
    write = wire.as_json if account.format == "json" else wire.as_xml
    query = {
        "signature": signature(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": str(fields["FromUserName"]),
    }
    if stray_spaces and account.format == "json":
        # the published samples of privacy events have keys such as " OpenID"
        fields = {f" {name}" if name in SPACED else name: one for name, one in fields.items()}
    body = dict(fields)
    if account.mode != "plain":
        envelope = envelope_of(account)
        sealed = envelope.seal(write(fields), random=secrets.token_hex(8).encode())
        signed = envelope.sign(timestamp=timestamp, nonce=nonce, sealed=sealed)
        query |= {"encrypt_type": "aes", "msg_signature": signed}
        kept = fields if account.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
        body = {**kept, "Encrypt": sealed}
    kind = "application/json" if account.format == "json" else "text/xml"
    return Parcel(query, write(body).encode(), kind)


class Postman:
    """Carries every pending delivery in a task of its own and takes them up after a restart."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        clock: Clock,
        dice: Dice,
        doorbell: Doorbell,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._dice = dice
        self._doorbell = doorbell
        self._rounds: dict[int, asyncio.Task[Verdict]] = {}
        self._copies: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Take up what an earlier run left undelivered."""
        # no limit of connections: a message's seconds count from the start of its own
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        for delivery_id in await self._store.within(deliveries.pending):
            self.start(delivery_id)

    async def close(self) -> None:
        """Leave what is under way; it stays pending."""
        tasks = [*self._rounds.values(), *self._copies]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    def start(self, delivery_id: int) -> asyncio.Task[Verdict]:
        """Set out with a delivery; the task gives its verdict."""
        if delivery_id not in self._rounds:
            task = asyncio.create_task(self._deliver(delivery_id))
            self._rounds[delivery_id] = task
            task.add_done_callback(lambda done: self._came_back(delivery_id, done))
        return self._rounds[delivery_id]

    def _came_back(self, delivery_id: int, done: asyncio.Task[Verdict]) -> None:
        self._rounds.pop(delivery_id, None)
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("delivery %s failed", delivery_id, exc_info=error)

    async def _deliver(self, delivery_id: int) -> Verdict:
        delivery = await self._store.within(deliveries.load, delivery_id)
        account = self._settings.account(delivery.appid)
        if account is None:
            verdict = Verdict("unavailable", "the account is no longer configured")
        else:
            await self._clock.until(delivery.due_at)
            await self._clock.until(self._clock.now() + self._dice.delay())
            verdict = await self._insist(account, delivery)
        await self._store.within(_conclude, delivery, verdict, at=self._clock.now())
        self._doorbell.ring()
        return verdict

    async def _insist(self, account: Account, delivery: Delivery) -> Verdict:
        """Attempt until an answer counts, each attempt some time after the one before began."""
        twice = self._dice.falls(self._dice.faults.duplicate_percent)
        if twice and self._dice.faults.concurrent:
            self._send_copy(account, delivery)
        verdict = Verdict("unavailable", "no attempt is left")
        parcel: Parcel | None = None
        for _ in range(delivery.attempts, self._settings.push.attempts):
            began = time.monotonic()
            if parcel is None or self._settings.assumed.fresh_signatures:
                parcel = self._wrapped(account, delivery)
            verdict = await self._attempt(account, delivery, parcel)
            await self._store.within(deliveries.count_attempt, delivery.id, detail=verdict.detail)
            if not self._worth_repeating(verdict):
                break
            spacing = self._settings.push.limit_seconds * self._settings.assumed.spacing
            await asyncio.sleep(max(0.0, spacing - (time.monotonic() - began)))
        if twice and not self._dice.faults.concurrent:
            self._send_copy(account, delivery)
        return verdict

    def _wrapped(self, account: Account, delivery: Delivery) -> Parcel:
        stray = self._settings.assumed.stray_spaces
        return wrap(account, delivery.fields, at=self._clock.now(), stray_spaces=stray)

    async def _attempt(self, account: Account, delivery: Delivery, parcel: Parcel) -> Verdict:
        if self._http is None:
            raise RuntimeError("the postman is not open")
        try:
            async with (
                asyncio.timeout(self._settings.push.limit_seconds),
                self._http.post(
                    account.callback_url,
                    params=parcel.query,
                    data=parcel.body,
                    headers={"Content-Type": parcel.content_type},
                    allow_redirects=False,
                ) as response,
            ):
                raw = await response.read()
                status = response.status
        except TimeoutError:
            return Verdict("unavailable", "cut: no answer in time")
        except aiohttp.ClientError as error:
            return Verdict("unavailable", f"cut: {type(error).__name__}")
        if self._dice.falls(self._dice.faults.drop_answer_percent):
            return Verdict("unavailable", "cut: the answer was dropped")
        return judge(account, delivery.fields, status, raw)

    def _worth_repeating(self, verdict: Verdict) -> bool:
        """A cut connection or an HTTP error is tried again; a complete bad answer is not."""
        errors = ("status ",) if self._settings.assumed.repeats_http_errors else ()
        return verdict.detail.startswith(("cut:", *errors))

    def _send_copy(self, account: Account, delivery: Delivery) -> None:
        """Deliver the same message once more; its answer is shown to nobody."""

        async def once_more() -> None:
            await self._attempt(account, delivery, self._wrapped(account, delivery))
            await self._store.within(deliveries.count_attempt, delivery.id, detail="")

        task = asyncio.create_task(once_more())
        self._copies.add(task)
        task.add_done_callback(self._copies.discard)


def _conclude(db: Db, delivery: Delivery, verdict: Verdict, *, at: float) -> None:
    """Show the answer, or that there was none, and close the delivery, together."""
    if verdict.reply is not None and "media_id" in verdict.reply:
        try:
            medium = media.find(db, verdict.reply["media_id"], appid=delivery.appid, at=at)
            verdict.reply["name"] = medium.name
        except Refusal:
            verdict = Verdict("unavailable", "the media_id of the reply is unknown")
    deliveries.conclude(db, delivery.id, verdict)
    if verdict.outcome == "unavailable" and delivery.answered_on_screen:
        kind, body, side = "unavailable", {"text": chat.UNAVAILABLE}, "system"
    elif (reply := _shown(delivery, verdict)) is not None:
        kind, side = str(reply["kind"]), "them"
        body = {name: value for name, value in reply.items() if name != "kind"}
    else:
        return
    who = delivery.user_id
    chat.show(db, appid=delivery.appid, user_id=who, at=at, side=side, kind=kind, body=body)


def _shown(delivery: Delivery, verdict: Verdict) -> dict[str, Any] | None:
    """Give the reply that stands on somebody's screen, if any does."""
    if verdict.reply is None or delivery.user_id == deliveries.NOBODY:
        return None
    return None if verdict.reply["kind"] == "transfer_customer_service" else verdict.reply
