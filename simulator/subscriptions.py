"""What people allow by subscription: their choices, what is left of them, and the events of both.

Source: developers.weixin.qq.com/doc/service/guide/product/subscription_messages/push; that JSON
has one object for one item and a list for several is known from reports of developers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator import deliveries, people
from simulator.errors import Refusal
from simulator.settings import Account
from simulator.store import Db

MOST_AT_ONCE: Final = 5  #: templates that wx.requestSubscribeMessage asks about
_SCENES: Final = {"official": "1", "miniprogram": "0"}  #: where the question stood


@dataclass(frozen=True)
class Choice:
    """What a person says to one template."""

    template_id: str
    accept: bool
    long_term: bool = False


@dataclass(frozen=True)
class Event:
    """An event that lists templates: its name, and the element around the list in XML."""

    name: str
    wrapper: str

    def of(
        self, account: Account, openid: str, items: Sequence[Mapping[str, Any]], *, at: float
    ) -> dict[str, Any]:
        """Give its fields: JSON has a bare `List`, of one item the item itself."""
        listed = {"List": items[0] if len(items) == 1 else list(items)}
        return {
            "ToUserName": account.original_id,
            "FromUserName": openid,
            "CreateTime": int(at),
            "MsgType": "event",
            "Event": self.name,
            **(listed if account.format == "json" else {self.wrapper: listed}),
        }


POPUP: Final = Event("subscribe_msg_popup_event", "SubscribeMsgPopupEvent")
CHANGE: Final = Event("subscribe_msg_change_event", "SubscribeMsgChangeEvent")
SENT: Final = Event("subscribe_msg_sent_event", "SubscribeMsgSentEvent")


def choose(db: Db, account: Account, openid: str, choices: Sequence[Choice], *, at: float) -> int:
    """Let a person answer the question about some templates; gives the delivery of the event."""
    scene = {"PopupScene": _SCENES[account.kind]}
    items = [{**_kept(db, openid, choice), **scene} for choice in choices]
    return _report(db, account, openid, POPUP, items, at=at)


def turn_off(
    db: Db, account: Account, openid: str, template_ids: Sequence[str], *, at: float
) -> int:
    """Let a person turn templates off in the settings, the only change that is told."""
    items = [_kept(db, openid, Choice(one, accept=False)) for one in template_ids]
    return _report(db, account, openid, CHANGE, items, at=at)


def use(db: Db, openid: str, template_id: str) -> None:
    """Use one acceptance up; a long-term one stays."""
    used = db.execute(
        "UPDATE subscriptions SET left = CASE WHEN long_term THEN left ELSE left - 1 END"
        " WHERE openid = ? AND template_id = ? AND (long_term OR left > 0)",
        (openid, template_id),
    )
    if used.rowcount == 0:
        raise Refusal(43101)


def _kept(db: Db, openid: str, choice: Choice) -> dict[str, Any]:
    """Keep a choice, and give it as an event's item."""
    if choice.accept:
        db.execute(
            "INSERT INTO subscriptions VALUES (?, ?, 1, ?) ON CONFLICT (openid, template_id)"
            " DO UPDATE SET left = left + 1, long_term = MAX(long_term, excluded.long_term)",
            (openid, choice.template_id, choice.long_term),
        )
    else:
        db.execute(
            "DELETE FROM subscriptions WHERE openid = ? AND template_id = ?",
            (openid, choice.template_id),
        )
    status = "accept" if choice.accept else "reject"
    return {"TemplateId": choice.template_id, "SubscribeStatusString": status}


def _report(
    db: Db,
    account: Account,
    openid: str,
    event: Event,
    items: Sequence[Mapping[str, Any]],
    *,
    at: float,
) -> int:
    fields = event.of(account, openid, items, at=at)
    return deliveries.report(db, people.identity(db, openid), fields, due_at=at)
