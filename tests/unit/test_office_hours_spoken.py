"""Office hours are said as people say them."""

from __future__ import annotations

import pytest

from domain.office_hours import OfficeHours


@pytest.mark.parametrize(
    ("days", "spoken"),
    [
        ({1, 2, 3, 4, 5}, "周一到周五 08:30到17:30"),
        ({1, 2, 3, 4, 5, 6, 7}, "周一到周日 08:30到17:30"),
        ({1, 3, 5}, "周一、周三、周五 08:30到17:30"),
        ({6, 7}, "周六、周日 08:30到17:30"),
    ],
)
def test_days_in_a_row_are_said_from_the_first_to_the_last(days, spoken):
    assert OfficeHours(days=frozenset(days)).spoken == spoken
