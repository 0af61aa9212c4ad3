"""The messages of people in the database, each effective exactly once."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from domain.conversations import Incoming, Reply
from domain.errors import Stale
from domain.ports.talks import Kept
from storage.forms import Form
from storage.rows.chat import InboxRow, LeaseRow, NonceRow
from storage.transaction import Transaction

INCOMING = Form(Incoming)
REPLY = Form(Reply)
NONCES_KEPT = timedelta(days=1)


class _State(enum.StrEnum):
    PENDING = "pending"
    DONE = "done"


class SqlInbox:
    """The messages of people."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def find(self, key: str) -> Kept | None:
        """Return what is known of the message."""
        row = await self._tx.maybe(select(InboxRow).where(InboxRow.key == key))
        return None if row is None else _kept(row)

    async def postpone(self, incoming: Incoming) -> bool:
        """Keep the message as pending; False if it is known, in whatever state."""
        return await self._insert(incoming, None) == 1

    async def finish(self, incoming: Incoming, reply: Reply) -> bool:
        """Make the message done; raises Stale if another process was faster."""
        waiting = update(InboxRow).where(
            InboxRow.key == incoming.key, InboxRow.state == _State.PENDING
        )
        done = waiting.values(state=_State.DONE, reply=REPLY.write(reply))
        if await self._tx.run(done) == 1:
            return True
        if await self._insert(incoming, reply) == 0:
            raise Stale(incoming.key)
        return False

    async def delivered(self, key: str) -> None:
        """Note that the courier brought the late reply."""
        await self._tx.run(update(InboxRow).where(InboxRow.key == key).values(delivered=True))

    async def pending(self, *, before: datetime, limit: int = 50) -> Sequence[Incoming]:
        """Return pending messages sent before the moment whose person nobody attends to."""
        held = exists().where(
            LeaseRow.appid == InboxRow.appid,
            LeaseRow.openid == InboxRow.openid,
            LeaseRow.until > self._tx.machine_now(),
        )
        waiting = select(InboxRow.incoming).where(
            InboxRow.state == _State.PENDING, InboxRow.sent_at < before, ~held
        )
        rows = await self._tx.all(waiting.order_by(InboxRow.sent_at, InboxRow.key).limit(limit))
        return [INCOMING.read(row) for row in rows]

    async def of_account(self, appid: str, openid: str, *, limit: int = 0) -> Sequence[Kept]:
        """Return an account's messages, newest first; all of them without a limit."""
        own = select(InboxRow).where(InboxRow.openid == openid, InboxRow.appid == appid)
        own = own.order_by(InboxRow.sent_at.desc(), InboxRow.key.desc())
        return [_kept(row) for row in await self._tx.all(own.limit(limit) if limit else own)]

    async def drop(self, keys: Sequence[str]) -> None:
        """Delete these messages with their answers."""
        await self._tx.run(delete(InboxRow).where(InboxRow.key.in_(keys)))

    async def first_seen(self, timestamp: str, nonce: str, digest: str, *, at: datetime) -> str:
        """Keep which message came with (timestamp, nonce); return the digest kept first."""
        await self._tx.run(delete(NonceRow).where(NonceRow.at < at - NONCES_KEPT))
        new = self._tx.insert(NonceRow)
        new = new.values(timestamp=timestamp, nonce=nonce, digest=digest, at=at)
        await self._tx.run(new.on_conflict_do_nothing())
        first = select(NonceRow.digest).where(
            NonceRow.timestamp == timestamp, NonceRow.nonce == nonce
        )
        return await self._tx.one(first)

    async def _insert(self, incoming: Incoming, reply: Reply | None) -> int:
        new = self._tx.insert(InboxRow).values(
            key=incoming.key,
            appid=incoming.appid,
            openid=incoming.openid,
            sent_at=incoming.sent_at,
            incoming=INCOMING.write(incoming),
            reply=None if reply is None else REPLY.write(reply),
            state=_State.PENDING if reply is None else _State.DONE,
            late=reply is None,
            delivered=False,
        )
        return await self._tx.run(new.on_conflict_do_nothing())


def _kept(row: InboxRow) -> Kept:
    return Kept(
        incoming=INCOMING.read(row.incoming),
        reply=None if row.reply is None else REPLY.read(row.reply),
        late=row.late,
        delivered=row.delivered,
    )
