"""The dialogues and their leases in the database.

What every message asks is built once: building a statement costs more than running it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, and_, delete, or_, select

from domain.conversations import Sender, Talk
from domain.ports.talks import Lease
from storage.columns import table
from storage.forms import Form
from storage.key_lists import among
from storage.many_rows import inserting_many, many
from storage.rows.chat import LeaseRow, TalkRow
from storage.transaction import Transaction, later, shared_clock

TALK = Form(Talk)
TALKS, LEASES = table(TalkRow), table(LeaseRow)


def of(rows: Table) -> ColumnElement[bool]:
    """Match what belongs to the people that are :func:`named`."""
    return and_(
        among(rows.c.appid, "appids"),
        among(rows.c.openid, "openids"),
    )


def named(senders: Collection[Sender]) -> dict[str, Any]:
    """Name people to a statement: openids of two apps are never the same."""
    return {
        "appids": sorted({sender.appid for sender in senders}),
        "openids": sorted({sender.openid for sender in senders}),
    }


THEIR_TALKS = select(TALKS).where(of(TALKS))
RELEASING = delete(LEASES).where(of(LEASES), among(LEASES.c.holder, "holders")).returning(LEASES)


@cache
def saving(dialect: str) -> Executable:
    """Keep talks, whether or not there was one."""
    new = inserting_many(TALKS, dialect)
    return new.on_conflict_do_update(
        index_elements=["appid", "openid"], set_={"talk": new.excluded.talk}
    )


@cache
def held(dialect: str) -> Executable:
    """Find the leases that somebody holds now."""
    return select(LEASES).where(of(LEASES), LEASES.c.until > shared_clock(dialect))


@cache
def taking(dialect: str) -> Executable:
    """Take, or lengthen, leases that nobody else holds now; return what was taken."""
    new = inserting_many(LEASES, dialect, beside={"until": later(dialect)})
    new = new.on_conflict_do_update(
        index_elements=["appid", "openid"],
        set_={"holder": new.excluded.holder, "until": new.excluded.until},
        where=or_(LEASES.c.until <= shared_clock(dialect), LEASES.c.holder == new.excluded.holder),
    )
    return new.returning(LEASES)


class SqlTalks:
    """The dialogues, and the leases that let one message of a person run at a time."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, appid: str, openid: str) -> Talk:
        """Return what we remember, or an empty talk."""
        sender = Sender(appid, openid)
        return (await self.get_all([sender])).get(sender, Talk())

    async def get_all(self, senders: Collection[Sender]) -> Mapping[Sender, Talk]:
        """Return what we remember of each, of most perhaps nothing."""
        if not senders:
            return {}
        rows = await self._tx.tuples(THEIR_TALKS, named(senders))
        return {Sender(appid, openid): TALK.read(talk) for appid, openid, talk in rows}

    async def save(self, appid: str, openid: str, talk: Talk) -> None:
        """Remember."""
        await self.save_all({Sender(appid, openid): talk})

    async def save_all(self, talks: Mapping[Sender, Talk]) -> None:
        """Remember these."""
        rows = [
            {"appid": sender.appid, "openid": sender.openid, "talk": TALK.write(talk)}
            for sender, talk in sorted(talks.items(), key=lambda one: one[0])
        ]
        if rows:
            await self._tx.run_all(saving(self._tx.dialect), many(self._tx.dialect, rows))

    async def give_to_human(self, appid: str, openid: str, name: str) -> None:
        """Put down which human has the talk, and leave the rest as it is."""
        await self.save(appid, openid, replace(await self.get(appid, openid), human=name))

    async def forget(self, appid: str, openid: str) -> None:
        """Forget where the dialogue stands; a message that is being answered loses its turn."""
        await self.end_turn(appid, openid)
        await self._drop(TALKS, appid, openid)

    async def end_turn(self, appid: str, openid: str) -> None:
        """Let a message that is being answered lose its turn: it is answered anew."""
        await self._drop(LEASES, appid, openid)

    async def take_lease(self, appid: str, openid: str, holder: str, *, seconds: float) -> bool:
        """Take, or lengthen, the person's lease unless somebody else holds it."""
        return bool(await self.take_leases([Lease(Sender(appid, openid), holder)], seconds=seconds))

    async def take_leases(self, leases: Collection[Lease], *, seconds: float) -> Collection[Lease]:
        """Take, or lengthen, those that nobody else holds."""
        if not leases:
            return ()
        clock = self._tx.clock_values(seconds=seconds)
        rows = [_row(lease) for lease in await self._free(leases, clock)]
        if not rows:
            return ()
        dialect = self._tx.dialect
        return await self._leases(taking(dialect), many(dialect, rows, beside=clock))

    async def release(self, appid: str, openid: str, holder: str) -> bool:
        """Give the lease back if it is still ours."""
        return bool(await self.release_all([Lease(Sender(appid, openid), holder)]))

    async def release_all(self, leases: Collection[Lease]) -> Collection[Lease]:
        """Give these back; return those that were still ours."""
        if not leases:
            return ()
        whose = named([lease.sender for lease in leases])
        holders = sorted(lease.holder for lease in leases)
        return await self._leases(RELEASING, {**whose, "holders": holders})

    async def _drop(self, rows: Table, appid: str, openid: str) -> None:
        await self._tx.run(delete(rows).where(rows.c.appid == appid, rows.c.openid == openid))

    async def _free(self, leases: Collection[Lease], clock: Mapping[str, float]) -> list[Lease]:
        """Leave out what others hold: two processes must never wait for one another crosswise."""
        whose = named([lease.sender for lease in leases])
        found = await self._leases(held(self._tx.dialect), {**whose, **clock})
        holders = {lease.sender: lease.holder for lease in found}
        free = (one for one in leases if holders.get(one.sender, one.holder) == one.holder)
        return sorted(free, key=lambda lease: lease.sender)

    async def _leases(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    ) -> set[Lease]:
        found = await self._tx.tuples(statement, values)
        return {Lease(Sender(row.appid, row.openid), row.holder) for row in found}


def _row(lease: Lease) -> dict[str, Any]:
    return {
        "appid": lease.sender.appid,
        "openid": lease.sender.openid,
        "holder": lease.holder,
    }
