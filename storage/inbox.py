"""The messages of people in the database, each effective exactly once."""

from __future__ import annotations

import enum
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    bindparam,
    delete,
    exists,
    false,
    func,
    literal,
    select,
    update,
)

from domain.conversations import Incoming, Reply
from domain.errors import Stale
from domain.ports.talks import Kept, Stamp
from domain.reply_windows import Deed, deed_of
from storage.columns import table
from storage.former_messages import as_now
from storage.forms import Form
from storage.key_lists import among
from storage.many_rows import inserting_many, many
from storage.rows.chat import InboxRow, LeaseRow, NonceRow
from storage.transaction import Transaction


class _State(enum.StrEnum):
    PENDING = "pending"
    DONE = "done"


INCOMING = Form(Incoming)
REPLY = Form(Reply)
INBOX, NONCES = table(InboxRow), table(NonceRow)

# What every message asks is built once: building a statement costs more than running it.
WITH_KEYS = select(INBOX).where(among(INBOX.c.key, "keys"))
KNOWN = select(INBOX.c.key).where(among(INBOX.c.key, "keys"))
FORGETTING = delete(NONCES).where(NONCES.c.at < bindparam("before"))


@cache
def adding(dialect: str) -> Executable:
    """Keep messages that are done; a server returns which of them were new."""
    done: dict[str, ColumnElement[Any]] = {
        "state": literal(_State.DONE),
        "late": false(),
        "delivered": false(),
    }
    new = inserting_many(INBOX, dialect, beside=done)
    return new if dialect == "sqlite" else new.on_conflict_do_nothing().returning(INBOX.c.key)


@cache
def stamping(dialect: str) -> Executable:
    """Keep stamps that are new; return all, also what was there already (it is touched)."""
    new = inserting_many(NONCES, dialect)
    new = new.on_conflict_do_update(
        index_elements=["timestamp", "nonce"], set_={"nonce": new.excluded.nonce}
    )
    return new.returning(NONCES.c.timestamp, NONCES.c.nonce, NONCES.c.digest)


class SqlInbox:
    """The messages of people."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def find(self, key: str) -> Kept | None:
        """Return what is known of the message."""
        return (await self.find_all([key])).get(key)

    async def find_all(self, keys: Collection[str]) -> Mapping[str, Kept]:
        """Return what is known of these messages, by key."""
        if not keys:
            return {}
        rows = await self._tx.tuples(WITH_KEYS, {"keys": sorted(keys)})
        return {row.key: _kept(row) for row in rows}

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

    async def finish_all(self, done: Mapping[str, tuple[Incoming, Reply]]) -> Collection[str]:
        """Insert these messages as done, unless known in whatever state; name the new ones."""
        dialect, known = self._tx.dialect, set[str]()
        if dialect == "sqlite" and done:  # whose driver cannot say which of many rows were new
            known = {row.key for row in await self._tx.tuples(KNOWN, {"keys": sorted(done)})}
        rows = [_told(*done[key]) for key in sorted(done.keys() - known)]
        if not rows:
            return ()
        if dialect == "sqlite":
            await self._tx.run_all(adding(dialect), rows)
            return done.keys() - known
        return {row.key for row in await self._tx.tuples(adding(dialect), many(dialect, rows))}

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
        return [_incoming(row) for row in rows]

    async def of_account(self, appid: str, openid: str, *, limit: int = 0) -> Sequence[Kept]:
        """Return an account's messages, newest first; all of them without a limit."""
        own = select(InboxRow).where(InboxRow.openid == openid, InboxRow.appid == appid)
        own = own.order_by(InboxRow.sent_at.desc(), InboxRow.key.desc())
        return [_kept(row) for row in await self._tx.all(own.limit(limit) if limit else own)]

    async def count_of_account(self, appid: str, openid: str) -> int:
        """Count an account's messages."""
        own = (
            select(func.count())
            .select_from(InboxRow)
            .where(InboxRow.openid == openid, InboxRow.appid == appid)
        )
        return await self._tx.one(own)

    async def drop(self, keys: Sequence[str]) -> None:
        """Delete these messages with their answers."""
        await self._tx.run(delete(InboxRow).where(InboxRow.key.in_(keys)))

    async def replayed(self, stamps: Collection[Stamp], *, at: datetime) -> Collection[Stamp]:
        """Keep which message came first with (timestamp, nonce); return those of another one."""
        if not stamps:
            return ()
        came = {(one.timestamp, one.nonce): one for one in reversed(tuple(stamps))}
        rows = [
            {"timestamp": one.timestamp, "nonce": one.nonce, "digest": one.digest, "at": at}
            for _, one in sorted(came.items())
        ]
        dialect = self._tx.dialect
        found = await self._tx.tuples(stamping(dialect), many(dialect, rows))
        first = {Stamp(*row) for row in found}
        return [one for one in stamps if one not in first]

    async def forget_stamps(self, *, before: datetime) -> None:
        """Forget what came long ago; whatever is as old is refused for its age."""
        await self._tx.run(FORGETTING, {"before": before})

    async def last_deeds(self, appid: str, openid: str) -> Mapping[Deed, datetime]:
        """Return when this account last did what lets us answer, of each kind."""
        own = select(InboxRow.deed, func.max(InboxRow.sent_at)).where(
            InboxRow.openid == openid, InboxRow.appid == appid, InboxRow.deed != ""
        )
        rows = await self._tx.tuples(own.group_by(InboxRow.deed))
        return {Deed(deed): at for deed, at in rows}

    async def _insert(self, incoming: Incoming, reply: Reply | None) -> int:
        new = self._tx.insert(InboxRow).values({**_told(incoming, reply), **_fate(reply)})
        return await self._tx.run(new.on_conflict_do_nothing())


def _told(incoming: Incoming, reply: Reply | None) -> dict[str, Any]:
    return {
        "key": incoming.key,
        "appid": incoming.appid,
        "openid": incoming.openid,
        "sent_at": incoming.sent_at,
        "incoming": INCOMING.write(incoming),
        "reply": None if reply is None else REPLY.write(reply),
        "deed": deed_of(incoming) or "",
    }


def _fate(reply: Reply | None) -> dict[str, Any]:
    return {
        "state": _State.PENDING if reply is None else _State.DONE,
        "late": reply is None,
        "delivered": False,
    }


def _incoming(text: str) -> Incoming:
    return INCOMING.read(json.dumps(as_now(json.loads(text))))


def _kept(row: Any) -> Kept:
    return Kept(
        incoming=_incoming(row.incoming),
        reply=None if row.reply is None else REPLY.read(row.reply),
        late=row.late,
        delivered=row.delivered,
    )
