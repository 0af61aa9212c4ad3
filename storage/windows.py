"""The reply windows and subscriptions in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from domain.reply_windows import ReplyWindows, Window
from domain.subscriptions import Subscription
from storage.columns import EPOCH
from storage.rows.chat import InboxRow
from storage.rows.platform import ReplyWindowRow, SubscriptionRow
from storage.transaction import Transaction

NEVER = Window(left=0, ends_at=EPOCH)


class SqlWindows:
    """How often accounts may still be answered."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def of(self, appid: str, openid: str) -> ReplyWindows:
        """Return what is left, held until this transaction ends, also of who never wrote."""
        new = self._tx.insert(ReplyWindowRow)
        new = new.values(
            appid=appid, openid=openid, held_since=None, held_deeds=0, **_columns(ReplyWindows())
        )
        await self._tx.run(new.on_conflict_do_nothing())
        own = select(ReplyWindowRow).where(*_own(appid, openid))
        row = await self._tx.one(own.with_for_update())
        return ReplyWindows(
            long=Window(left=row.long_left, ends_at=row.long_ends_at),
            brief=Window(left=row.brief_left, ends_at=row.brief_ends_at),
        )

    async def save(self, appid: str, openid: str, windows: ReplyWindows) -> None:
        """Keep what is left."""
        saving = update(ReplyWindowRow).where(*_own(appid, openid))
        await self._tx.run(saving.values(**_columns(windows)))

    async def hold(self, appid: str, openid: str, *, since: datetime) -> None:
        """Note that something waits."""
        await self.of(appid, openid)
        holding = update(ReplyWindowRow).where(*_own(appid, openid))
        known = await self._tx.one(_deeds(since).where(*_of(appid, openid)))
        await self._tx.run(holding.values(held_since=since, held_deeds=known))

    async def let_go(self, appid: str, openid: str) -> None:
        """Note that nothing waits any more."""
        letting = update(ReplyWindowRow).where(*_own(appid, openid))
        await self._tx.run(letting.values(held_since=None))

    async def heard(self, *, limit: int = 50) -> Sequence[tuple[str, str]]:
        """Return the accounts somebody waits for who did something since."""
        here = _of(ReplyWindowRow.appid, ReplyWindowRow.openid)
        since_then = _deeds(ReplyWindowRow.held_since).where(*here).scalar_subquery()
        waited = select(ReplyWindowRow.appid, ReplyWindowRow.openid).where(
            ReplyWindowRow.held_since.is_not(None), since_then > ReplyWindowRow.held_deeds
        )
        rows = await self._tx.tuples(waited.limit(limit))
        return [(appid, openid) for appid, openid in rows]


class SqlSubscriptions:
    """What accounts let us send by template."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def of(self, appid: str, openid: str) -> Sequence[Subscription]:
        """Return them, held until this transaction ends."""
        own = select(SubscriptionRow).where(
            SubscriptionRow.appid == appid, SubscriptionRow.openid == openid
        )
        rows = await self._tx.all(own.order_by(SubscriptionRow.template_id).with_for_update())
        return [_subscription(row) for row in rows]

    async def save(self, appid: str, openid: str, subscription: Subscription) -> None:
        """Keep one, new or changed."""
        values = {
            "long_term": subscription.long_term,
            "by_phone": subscription.by_phone,
            "by_platform": subscription.by_platform,
            "spent": subscription.spent,
            "refused": subscription.refused,
            "last_tap": subscription.last_tap,
        }
        saving = self._tx.insert(SubscriptionRow)
        saving = saving.values(
            appid=appid, openid=openid, template_id=subscription.template_id, **values
        )
        saving = saving.on_conflict_do_update(
            index_elements=["appid", "openid", "template_id"], set_=values
        )
        await self._tx.run(saving)


def _deeds(since: Any) -> Select[Any]:
    """Count what a person did from that second on that lets us answer."""
    counted = select(func.count()).select_from(InboxRow)
    return counted.where(InboxRow.deed != "", InboxRow.sent_at >= since)


def _of(appid: Any, openid: Any) -> tuple[ColumnElement[bool], ...]:
    return InboxRow.openid == openid, InboxRow.appid == appid


def _own(appid: str, openid: str) -> tuple[ColumnElement[bool], ...]:
    return ReplyWindowRow.appid == appid, ReplyWindowRow.openid == openid


def _columns(windows: ReplyWindows) -> dict[str, object]:
    long, brief = windows.long or NEVER, windows.brief or NEVER
    return {
        "long_left": long.left,
        "long_ends_at": long.ends_at,
        "brief_left": brief.left,
        "brief_ends_at": brief.ends_at,
    }


def _subscription(row: SubscriptionRow) -> Subscription:
    return Subscription(
        template_id=row.template_id,
        long_term=row.long_term,
        by_phone=row.by_phone,
        by_platform=row.by_platform,
        spent=row.spent,
        refused=row.refused,
        last_tap=row.last_tap,
    )
