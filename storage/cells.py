"""The grid cells in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from domain.ids import CellId, StaffId
from domain.places import Cell
from storage.rows.people import CellRow
from storage.transaction import Transaction


class SqlCells:
    """The grid cells."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, cell: Cell) -> None:
        """Keep a new cell."""
        new = self._tx.insert(CellRow).values(
            id=cell.id,
            name=cell.name,
            region=cell.region,
            words=cell.words,
            outline=json.dumps(cell.outline),
            grid_worker=cell.grid_worker,
            mediators=cell.mediators,
        )
        await self._tx.run(new)

    async def get(self, cell_id: CellId) -> Cell:
        """Return the cell."""
        return _cell(await self._tx.one(select(CellRow).where(CellRow.id == cell_id)))

    async def all(self) -> Sequence[Cell]:
        """Return every cell, by area."""
        rows = await self._tx.all(select(CellRow).order_by(CellRow.region, CellRow.id))
        return [_cell(row) for row in rows]


def _cell(row: CellRow) -> Cell:
    return Cell(
        id=CellId(row.id),
        name=row.name,
        region=row.region,
        words=row.words,
        outline=tuple((x, y) for x, y in json.loads(row.outline)),
        grid_worker=StaffId(row.grid_worker) if row.grid_worker else None,
        mediators=tuple(StaffId(one) for one in row.mediators),
    )
