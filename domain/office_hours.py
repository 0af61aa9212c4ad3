"""When somebody is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

WEEKDAYS = "一二三四五六日"
IN_A_ROW = 3  #: as many days and more are said from the first to the last


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """Opening and closing of the days on which the centre works, in its time zone."""

    opens: time = time(8, 30)
    closes: time = time(17, 30)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})  #: as ISO counts: 1 is Monday

    def open_at(self, local: datetime) -> bool:
        """Is somebody there at this moment of the centre's zone?"""
        return local.isoweekday() in self.days and self.opens <= local.time() < self.closes

    @property
    def spoken(self) -> str:
        """As people say it: 周一到周五 08:30到17:30, and 周一、周三 where days lie between."""
        first, last = min(self.days, default=1), max(self.days, default=1)
        in_a_row = len(self.days) == last - first + 1 >= IN_A_ROW
        named = [first, last] if in_a_row else sorted(self.days)
        days = ("到" if in_a_row else "、").join(f"周{WEEKDAYS[day - 1]}" for day in named)
        return f"{days} {self.opens:%H:%M}到{self.closes:%H:%M}"
