"""Grid cells (网格) and how a report finds its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.cases import Spot, Suggestion
from domain.ids import CellId, StaffId

Point = tuple[float, float]  #: longitude, latitude in degrees, as GeoJSON has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A piece of a village or community that one grid worker looks after."""

    id: CellId
    name: str  #: 枫桥社区第一网格
    region: str  #: 12-digit code of its village or community
    words: tuple[str, ...]  #: streets, estates and landmarks that name it
    outline: tuple[Point, ...]  #: polygon without its closing point
    grid_worker: StaffId | None = None
    mediators: tuple[StaffId, ...] = ()  #: who answers for it, first choice first

    def holds(self, point: Point) -> bool:
        """Is the point inside? (Ray casting; a point on an edge may fall on either side.)"""
        x, y = point
        inside = False
        for (x1, y1), (x2, y2) in zip(
            self.outline, (*self.outline[1:], self.outline[0]), strict=True
        ):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside


def propose_cell(cells: Sequence[Cell], spot: Spot) -> Suggestion:
    """Find the cell by the point if there is one, else by the place names in the words."""
    if spot.latitude is not None and spot.longitude is not None:
        for cell in cells:
            if cell.holds((spot.longitude, spot.latitude)):
                return Suggestion(value=cell.id, reason=f"定位点在{cell.name}内", sure=True)
    named = [(cell, word) for cell in cells for word in cell.words if word in spot.words]
    if not named:
        return Suggestion(value="", reason="地点里没有认得的地名，请人工选择网格", sure=False)
    cell, word = max(named, key=lambda pair: len(pair[1]))
    alone = {found.id for found, _ in named} == {cell.id}
    return Suggestion(value=cell.id, reason=f"地点提到“{word}”，属于{cell.name}", sure=alone)
