"""Grid cells (网格) and how a report finds its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.addresses import (
    SHORTEST_NAME,
    Houses,
    by_sound,
    house_in,
    houses_of,
    plain_address,
    said_short,
    short_name,
)
from domain.cases import Spot, Suggestion
from domain.ids import CellId, StaffId

MOST_CHOICES = 3
#: how exactly an address names a cell
_HOUSE, _NAMED, _VILLAGE, _SHORT, _SOUNDS = 4, 3, 2, 1, 0
_OF_VILLAGE = re.compile(r"^(.{2,}?(?:社区|村|居委会))第?[一二三四五六七八九十\d]+(?:号)?网格$")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """A cell that an address speaks for."""

    cell: Cell
    rank: int  #: how exactly: 4 the building, 3 the name, 2 the village, 1 short, 0 by its sound
    said: str  #: the words of the address or the name that they sound like


def propose_cell(cells: Sequence[Cell], spot: Spot) -> Suggestion:
    """Find the cell by the point if there is one, else by the place names in the words."""
    if spot.latitude is not None and spot.longitude is not None:
        point = (spot.longitude, spot.latitude)
        if holding := [cell for cell in cells if cell.holds(point)]:
            return _of_point(holding)
    return _of_words(_signs(cells, plain_address(spot.words)))


def _of_point(holding: Sequence[Cell]) -> Suggestion:
    if len(holding) > 1:
        return _either(holding, "定位点在几个网格的交界处")
    return Suggestion(value=holding[0].id, reason=f"定位点在{holding[0].name}内", sure=True)


def _of_words(signs: Sequence[_Sign]) -> Suggestion:
    if not signs:
        return Suggestion(value="", reason="地点里没有认得的地名，请人工选择网格", sure=False)
    signs = sorted(signs, key=lambda sign: (-sign.rank, -len(sign.said)))
    best = signs[0]
    if best.rank == _SOUNDS:
        return _either([one.cell for one in signs], f"地点像是“{best.said}”")
    deciding = [one for one in signs if one.rank == _HOUSE] or signs
    if len({one.cell.id for one in deciding}) == 1:
        return _one(best)
    return _either([one.cell for one in signs], f"地点提到“{best.said}”")


def _one(sign: _Sign) -> Suggestion:
    reason = f"地点提到“{sign.said}”，属于{sign.cell.name}"
    return Suggestion(value=sign.cell.id, reason=reason, sure=True)


def _either(likely: Sequence[Cell], because: str) -> Suggestion:
    """Propose the first and name what else it may be."""
    cells = list({cell.id: cell for cell in likely}.values())
    names = "，也可能是".join(cell.name for cell in cells[:MOST_CHOICES])
    return Suggestion(
        value=cells[0].id,
        reason=f"{because}，属于{names}" if len(cells) == 1 else f"{because}，可能是{names}",
        sure=False,
        others=tuple(cell.id for cell in cells[1:MOST_CHOICES]),
    )


def _signs(cells: Sequence[Cell], address: str) -> list[_Sign]:
    """Give what speaks for each cell; what is named exactly silences what only sounds so."""
    found = [sign for cell in cells for sign in _named(cell, address)]
    exact = [sign for sign in found if sign.rank > _VILLAGE] or [
        sign for sign in found if sign.rank
    ]
    return exact or [sign for cell in cells for sign in _sounding(cell, address)]


def _named(cell: Cell, address: str) -> Iterator[_Sign]:
    for word in cell.words:
        name = plain_address(word)
        houses = houses_of(name)
        if houses is not None:
            yield from _housed(cell, houses, address)
        elif name in address:
            yield _Sign(cell=cell, rank=_NAMED, said=word)
        elif said_short(address, name):
            yield _Sign(cell=cell, rank=_SHORT, said=short_name(name))
    village = _OF_VILLAGE.match(cell.name)
    if village and village[1] in address:
        yield _Sign(cell=cell, rank=_VILLAGE, said=village[1])


def _housed(cell: Cell, houses: Houses, address: str) -> Iterator[_Sign]:
    """Of an estate that lies in several cells the building decides, and must be asked for."""
    short = short_name(houses.estate)
    said = next((one for one in (houses.estate, short) if one and one in address), "")
    if not said:
        return
    house = house_in(address, said)
    if house is None:
        yield _Sign(cell=cell, rank=_NAMED, said=said)
    elif houses.hold(house):
        yield _Sign(cell=cell, rank=_HOUSE, said=f"{said}{house}幢")


def _sounding(cell: Cell, address: str) -> Iterator[_Sign]:
    sounds = by_sound(address)
    for word in cell.words:
        name = plain_address(word)
        if len(name) > SHORTEST_NAME and by_sound(name) in sounds:
            yield _Sign(cell=cell, rank=_SOUNDS, said=word)
