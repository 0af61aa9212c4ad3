"""The dialogues and their leases in the database."""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from domain.conversations import Talk
from storage.forms import Form
from storage.rows.chat import LeaseRow, TalkRow
from storage.transaction import Transaction

TALK = Form(Talk)


class SqlTalks:
    """The dialogues, and the leases that let one message of a person run at a time."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, appid: str, openid: str) -> Talk:
        """Return what we remember, or an empty talk."""
        own = select(TalkRow.talk).where(TalkRow.appid == appid, TalkRow.openid == openid)
        kept = await self._tx.maybe(own)
        return Talk() if kept is None else TALK.read(kept)

    async def save(self, appid: str, openid: str, talk: Talk) -> None:
        """Remember."""
        saving = self._tx.insert(TalkRow)
        saving = saving.values(appid=appid, openid=openid, talk=TALK.write(talk))
        saving = saving.on_conflict_do_update(
            index_elements=["appid", "openid"], set_={"talk": saving.excluded.talk}
        )
        await self._tx.run(saving)

    async def forget(self, appid: str, openid: str) -> None:
        """Forget where the dialogue stands."""
        own = (TalkRow.appid == appid, TalkRow.openid == openid)
        await self._tx.run(delete(TalkRow).where(*own))

    async def take_lease(self, appid: str, openid: str, holder: str, *, seconds: float) -> bool:
        """Take, or lengthen, the person's lease unless somebody else holds it."""
        now = self._tx.machine_now()
        taking = self._tx.insert(LeaseRow)
        taking = taking.values(appid=appid, openid=openid, holder=holder, until=now + seconds)
        taking = taking.on_conflict_do_update(
            index_elements=["appid", "openid"],
            set_={"holder": taking.excluded.holder, "until": taking.excluded.until},
            where=or_(LeaseRow.until <= now, LeaseRow.holder == holder),
        )
        return await self._tx.run(taking) == 1

    async def release(self, appid: str, openid: str, holder: str) -> None:
        """Give the lease back if it is still ours."""
        own = (LeaseRow.appid == appid, LeaseRow.openid == openid, LeaseRow.holder == holder)
        await self._tx.run(delete(LeaseRow).where(*own))
