"""The ratings in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from domain.codes import Rating
from domain.errors import AlreadyRated
from domain.ids import CaseId, PersonId
from storage.rows.follow import RatingRow
from storage.transaction import Transaction


class SqlRatings:
    """How the parties rate the service."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, rating: Rating) -> None:
        """Keep a rating; a second one of the same person for the same case is refused."""
        new = self._tx.insert(RatingRow).values(
            case_id=rating.case_id,
            person_id=rating.person_id,
            stars=rating.stars,
            words=rating.words,
            at=rating.at,
        )
        if await self._tx.run(new.on_conflict_do_nothing()) == 0:
            raise AlreadyRated(f"case {rating.case_id}: rated before")

    async def of_case(self, case_id: CaseId) -> Sequence[Rating]:
        """Return the case's ratings."""
        own = select(RatingRow).where(RatingRow.case_id == case_id).order_by(RatingRow.at)
        return [
            Rating(
                case_id=CaseId(row.case_id),
                person_id=PersonId(row.person_id),
                stars=row.stars,
                words=row.words,
                at=row.at,
            )
            for row in await self._tx.all(own)
        ]
