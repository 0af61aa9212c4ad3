"""The public holidays of China, as the State Council publishes them each year."""

from __future__ import annotations

from collections.abc import Collection

from chinese_calendar import constants

from domain.working_days import WorkingDays


def working_days(week: Collection[int]) -> WorkingDays:
    """The office's days, without holidays and with the weekends worked instead of them."""
    return WorkingDays(
        week=frozenset(week),
        off=frozenset(constants.holidays),
        instead=frozenset(constants.workdays),
    )
