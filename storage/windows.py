"""The reply windows and subscriptions in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update

from domain.reply_windows import Deed, ReplyWindows, Window
from domain.subscriptions import Subscription
from storage.columns import EPOCH
from storage.rows.platform import ReplyWindowRow, SubscriptionRow
from storage.transaction import Transaction

NEVER = Window(left=0, ends_at=EPOCH)


class SqlWindows:
    """How often accounts may still be answered."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def open(self, appid: str, openid: str, deed: Deed, window: Window) -> bool:
        """Keep a newly opened window in one statement; an older deed changes nothing."""
        name = "long" if deed is Deed.MESSAGE else "brief"
        known = _columns(ReplyWindows(**{name: window}))
        opening = self._tx.insert(ReplyWindowRow)
        opening = opening.values(appid=appid, openid=openid, held=False, **known)
        ends_at = getattr(ReplyWindowRow, f"{name}_ends_at")
        opening = opening.on_conflict_do_update(
            index_elements=["appid", "openid"],
            set_={key: known[key] for key in (f"{name}_left", f"{name}_ends_at")},
            where=ends_at <= window.ends_at,
        )
        rows = await self._tx.tuples(opening.returning(ReplyWindowRow.held))
        return bool(rows and rows[0][0])

    async def of(self, appid: str, openid: str) -> ReplyWindows:
        """Return the windows, held until this transaction ends."""
        own = select(ReplyWindowRow).where(*_own(appid, openid))
        row = await self._tx.maybe(own.with_for_update())
        if row is None:
            return ReplyWindows()
        return ReplyWindows(
            long=Window(left=row.long_left, ends_at=row.long_ends_at),
            brief=Window(left=row.brief_left, ends_at=row.brief_ends_at),
        )

    async def save(self, appid: str, openid: str, windows: ReplyWindows) -> None:
        """Keep what is left."""
        saving = update(ReplyWindowRow).where(*_own(appid, openid))
        await self._tx.run(saving.values(**_columns(windows)))

    async def hold(self, appid: str, openid: str, *, held: bool) -> None:
        """Note that something waits, also for somebody who never wrote."""
        noting = self._tx.insert(ReplyWindowRow)
        noting = noting.values(appid=appid, openid=openid, held=held, **_columns(ReplyWindows()))
        noting = noting.on_conflict_do_update(
            index_elements=["appid", "openid"], set_={"held": held}
        )
        await self._tx.run(noting)


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
