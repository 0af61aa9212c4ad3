"""The platform's tokens, rests and hints in the database, shared by every process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from domain.ids import CaseId
from domain.platform import ContentHint, PlatformToken, Rest
from storage.columns import EPOCH
from storage.rows.platform import ContentHintRow, PlatformRestRow, PlatformTokenRow
from storage.transaction import Transaction


class SqlPlatform:
    """The platform's own state."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def token(self, appid: str) -> PlatformToken | None:
        """Return the token kept last."""
        own = select(PlatformTokenRow).where(PlatformTokenRow.appid == appid)
        row = await self._tx.maybe(own)
        if row is None or row.token is None:
            return None
        return PlatformToken(text=row.token, ends_at=row.ends_at, generation=row.generation)

    async def may_renew(self, appid: str, generation: int, *, seconds: float) -> bool:
        """Take the renewal by compare-and-set; a dead holder's ends by itself."""
        now = self._tx.machine_now()
        taking = self._tx.insert(PlatformTokenRow)
        taking = taking.values(
            appid=appid, token=None, ends_at=EPOCH, generation=0, renewing_until=now + seconds
        )
        taking = taking.on_conflict_do_update(
            index_elements=["appid"],
            set_={"renewing_until": taking.excluded.renewing_until},
            where=(PlatformTokenRow.generation == generation)
            & (PlatformTokenRow.renewing_until <= now),
        )
        return await self._tx.run(taking) == 1

    async def keep_token(self, appid: str, token: PlatformToken) -> None:
        """Keep a new token, and let the next renewal be taken."""
        own = update(PlatformTokenRow).where(PlatformTokenRow.appid == appid)
        await self._tx.run(
            own.values(
                token=token.text,
                ends_at=token.ends_at,
                generation=token.generation,
                renewing_until=0.0,
            )
        )

    async def leave_renewal(self, appid: str) -> None:
        """Give a renewal back that brought nothing."""
        own = update(PlatformTokenRow).where(PlatformTokenRow.appid == appid)
        await self._tx.run(own.values(renewing_until=0.0))

    async def rest(self, rest: Rest) -> None:
        """Keep that a call rests."""
        values = {"code": rest.code, "until": rest.until}
        keeping = self._tx.insert(PlatformRestRow)
        keeping = keeping.values(appid=rest.appid, path=rest.path, **values)
        keeping = keeping.on_conflict_do_update(index_elements=["appid", "path"], set_=values)
        await self._tx.run(keeping)

    async def rests(self, *, at: datetime) -> Sequence[Rest]:
        """Return the calls that rest now."""
        now = select(PlatformRestRow).where(PlatformRestRow.until > at)
        rows = await self._tx.all(now.order_by(PlatformRestRow.appid, PlatformRestRow.path))
        return [
            Rest(appid=row.appid, path=row.path, code=row.code, until=row.until) for row in rows
        ]


class SqlContentHints:
    """What WeChat thinks of reports."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def save(self, hint: ContentHint) -> None:
        """Keep one, new or changed."""
        values = {
            "trace_id": hint.trace_id,
            "advice": hint.advice,
            "label": hint.label,
            "at": hint.at,
        }
        saving = self._tx.insert(ContentHintRow)
        saving = saving.values(case_id=hint.case_id, about=hint.about, **values)
        saving = saving.on_conflict_do_update(index_elements=["case_id", "about"], set_=values)
        await self._tx.run(saving)

    async def answer(self, trace_id: str, advice: str, label: str) -> None:
        """Keep the answer to a check; an unknown one is nobody's."""
        asked = update(ContentHintRow).where(ContentHintRow.trace_id == trace_id)
        await self._tx.run(asked.values(advice=advice, label=label))

    async def of_case(self, case_id: CaseId) -> Sequence[ContentHint]:
        """Return what is known of a case."""
        own = select(ContentHintRow).where(ContentHintRow.case_id == case_id)
        rows = await self._tx.all(own.order_by(ContentHintRow.about))
        return [
            ContentHint(
                case_id=row.case_id,
                about=row.about,
                trace_id=row.trace_id,
                advice=row.advice,
                label=row.label,
                at=row.at,
            )
            for row in rows
        ]
