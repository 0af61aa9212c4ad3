"""The areas of the country in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from domain.areas import Area
from storage.rows.areas import AreaRow
from storage.transaction import Transaction


class SqlAreas:
    """The areas."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add_all(self, areas: Sequence[Area]) -> int:
        """Keep these areas, renamed or moved where they are known; count what changed."""
        if not areas:
            return 0
        adding = self._tx.insert(AreaRow).values(
            [{"code": one.code, "name": one.name, "parent": one.parent} for one in areas]
        )
        told = adding.excluded
        differs = or_(AreaRow.name != told.name, AreaRow.parent != told.parent)
        known = {"name": told.name, "parent": told.parent}
        return await self._tx.run(
            adding.on_conflict_do_update(index_elements=["code"], set_=known, where=differs)
        )

    async def get(self, code: str) -> Area:
        """Return the area."""
        return _area(await self._tx.one(select(AreaRow).where(AreaRow.code == code)))

    async def children(self, code: str) -> Sequence[Area]:
        """Return what lies directly in the area, by code; in ``""`` lie the provinces."""
        inside = select(AreaRow).where(AreaRow.parent == code).order_by(AreaRow.code)
        return [_area(row) for row in await self._tx.all(inside)]


def _area(row: AreaRow) -> Area:
    return Area(code=row.code, name=row.name, parent=row.parent)
