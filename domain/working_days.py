"""Working days: the week of the centre, the public holidays, and the weekends worked instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
#: Off in every year, also before its table is published (全国年节及纪念日放假办法 2, 2024).
ALWAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """The days on which the centre works; a year that nobody published counts weekends only."""

    week: frozenset[int] = frozenset({1, 2, 3, 4, 5})  #: as ISO counts: 1 is Monday
    off: frozenset[date] = frozenset()  #: public holidays
    instead: frozenset[date] = frozenset()  #: days worked in exchange for a holiday (调休)

    def works(self, day: date) -> bool:
        """Does the centre work on this day?"""
        if day in self.instead:
            return True
        free = day in self.off or (day.month, day.day) in ALWAYS_OFF
        return day.isoweekday() in self.week and not free

    def after(self, day: date, count: int) -> date:
        """Give the count-th working day after a day, which itself never counts."""
        return self._walk(day, count, ONE_DAY)

    def before(self, day: date, count: int) -> date:
        """Give the count-th working day before a day."""
        return self._walk(day, count, -ONE_DAY)

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        while count:
            day += step
            count -= self.works(day)
        return day
