"""The dialogues and their leases in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select

from domain.conversations import Sender, Talk
from domain.ports.talks import Lease
from storage.columns import table
from storage.forms import Form
from storage.rows.chat import LeaseRow, TalkRow
from storage.transaction import Transaction

TALK = Form(Talk)
TALKS, LEASES = table(TalkRow), table(LeaseRow)


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
        rows = await self._tx.tuples(select(TALKS).where(of(TALKS, senders)))
        return {Sender(appid, openid): TALK.read(talk) for appid, openid, talk in rows}

    async def save(self, appid: str, openid: str, talk: Talk) -> None:
        """Remember."""
        await self.save_all({Sender(appid, openid): talk})

    async def save_all(self, talks: Mapping[Sender, Talk]) -> None:
        """Remember these."""
        saving = self._tx.insert(TALKS)
        saving = saving.on_conflict_do_update(
            index_elements=["appid", "openid"], set_={"talk": saving.excluded.talk}
        )
        rows = [
            {"appid": sender.appid, "openid": sender.openid, "talk": TALK.write(talk)}
            for sender, talk in sorted(talks.items(), key=lambda one: one[0])
        ]
        await self._tx.run_all(saving, rows)

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
        now = await self._tx.machine_time()
        rows = [_row(lease, now + seconds) for lease in await self._free(leases, now)]
        if not rows:
            return ()
        taking = self._tx.insert(LEASES)
        taking = taking.on_conflict_do_update(
            index_elements=["appid", "openid"],
            set_={"holder": taking.excluded.holder, "until": taking.excluded.until},
            where=or_(LEASES.c.until <= now, LEASES.c.holder == taking.excluded.holder),
        )
        return await self._leases(taking.returning(LEASES), rows)

    async def release(self, appid: str, openid: str, holder: str) -> bool:
        """Give the lease back if it is still ours."""
        return bool(await self.release_all([Lease(Sender(appid, openid), holder)]))

    async def release_all(self, leases: Collection[Lease]) -> Collection[Lease]:
        """Give these back; return those that were still ours."""
        if not leases:
            return ()
        ours = LEASES.c.holder.in_([lease.holder for lease in leases])
        own = and_(of(LEASES, [lease.sender for lease in leases]), ours)
        return await self._leases(delete(LEASES).where(own).returning(LEASES))

    async def _drop(self, rows: Table, appid: str, openid: str) -> None:
        await self._tx.run(delete(rows).where(rows.c.appid == appid, rows.c.openid == openid))

    async def _free(self, leases: Collection[Lease], now: float) -> list[Lease]:
        """Leave out what others hold: two processes must never wait for one another crosswise."""
        senders = [lease.sender for lease in leases]
        held = select(LEASES).where(of(LEASES, senders), LEASES.c.until > now)
        holders = {lease.sender: lease.holder for lease in await self._leases(held)}
        free = (one for one in leases if holders.get(one.sender, one.holder) == one.holder)
        return sorted(free, key=lambda lease: lease.sender)

    async def _leases(self, statement: Any, rows: list[dict[str, Any]] | None = None) -> set[Lease]:
        found = await self._tx.tuples(statement, rows)
        return {Lease(Sender(row.appid, row.openid), row.holder) for row in found}


def of(rows: Table, senders: Collection[Sender]) -> ColumnElement[bool]:
    """Match what belongs to these people: openids of two apps are never the same."""
    return and_(
        rows.c.appid.in_(sorted({sender.appid for sender in senders})),
        rows.c.openid.in_(sorted({sender.openid for sender in senders})),
    )


def _row(lease: Lease, until: float) -> dict[str, Any]:
    return {
        "appid": lease.sender.appid,
        "openid": lease.sender.openid,
        "holder": lease.holder,
        "until": until,
    }
