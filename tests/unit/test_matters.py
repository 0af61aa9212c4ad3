"""A daily-life matter moves as its table says, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Resident
from domain.cases import MOST_TOLD, Spot
from domain.errors import AlreadyRated, BadInput, IllegalMove
from domain.ids import CaseId, MediaId, PersonId
from domain.matters import MOST_MORE, Grade, Matter, MatterReport, MatterState
from domain.working_days import WorkingDays
from tests.factories import CLERK, NOON, a_matter

WANG = Resident(id=PersonId("wang"))
LATER = NOON + timedelta(days=9)


def answered(matter: Matter | None = None) -> Matter:
    return (matter or a_matter()).answer("灯泡换好了", by=CLERK, at=NOON)[0]


def rated(matter: Matter, grade: Grade) -> Matter:
    return matter.rate(grade, reply_by=LATER, by=WANG, at=NOON)[0]


def test_a_unit_takes_it_and_another_may_take_it_over() -> None:
    first, _ = a_matter().take("城管中队", by=CLERK, at=NOON)

    second, event = first.take(" 市政所 ", by=CLERK, at=NOON)

    assert (second.state, second.unit, second.staff) == (MatterState.IN_HAND, "市政所", CLERK.id)
    assert (event.kind, event.detail) == ("matter.taken", {"unit": "市政所"})


@pytest.mark.parametrize("grade", [Grade.SATISFIED, Grade.MOSTLY])
def test_who_is_content_closes_it(grade: Grade) -> None:
    closed = rated(answered(), grade)

    assert closed.state is MatterState.CLOSED
    assert closed.answers[-1].grade is grade
    assert not closed.hears_more


def test_the_first_discontent_opens_it_again_and_the_second_closes_it() -> None:
    again = rated(answered(), Grade.UNSATISFIED)
    assert (again.state, again.reply_by, again.reopened) == (MatterState.IN_HAND, LATER, True)

    closed = rated(answered(again), Grade.UNSATISFIED)

    assert closed.state is MatterState.CLOSED
    assert [one.grade for one in closed.answers] == [Grade.UNSATISFIED, Grade.UNSATISFIED]
    assert closed.hears_more


def test_an_answer_is_rated_once() -> None:
    with pytest.raises(AlreadyRated):
        rated(rated(answered(), Grade.SATISFIED), Grade.UNSATISFIED)


WEEK = timedelta(days=7)
IN_TIME = WEEK - timedelta(seconds=1)


def objected(matter: Matter, *, after: timedelta) -> tuple[Matter, str]:
    again, event = matter.rate(
        Grade.UNSATISFIED, reply_by=LATER, by=WANG, at=NOON + after, reopens_within=WEEK
    )
    return again, event.kind


@pytest.mark.parametrize("after", [timedelta(minutes=1), IN_TIME])
def test_within_a_week_of_its_closing_who_is_not_content_opens_it_again(after: timedelta) -> None:
    again, kind = objected(rated(answered(), Grade.SATISFIED), after=after)

    assert (again.state, again.reply_by, again.closed_at) == (MatterState.IN_HAND, LATER, None)
    assert again.reopened
    assert kind == "matter.reopened-late"


def test_silence_is_objected_to_in_the_same_way() -> None:
    silent, _ = answered().close(heard=True, by=SYSTEM, at=NOON)

    again, _ = objected(silent, after=IN_TIME)

    assert again.state is MatterState.IN_HAND
    assert again.answers[-1].grade is Grade.UNSATISFIED


def test_after_a_week_a_closed_matter_stays_closed() -> None:
    with pytest.raises(AlreadyRated):
        objected(rated(answered(), Grade.MOSTLY), after=WEEK)


def test_what_was_opened_again_once_is_called_about_and_not_opened_a_second_time() -> None:
    second = answered(rated(answered(), Grade.UNSATISFIED))

    late, kind = objected(rated(second, Grade.SATISFIED), after=IN_TIME)

    assert (late.state, late.to_call, kind) == (MatterState.CLOSED, True, "matter.rated-late")
    with pytest.raises(AlreadyRated):
        objected(late, after=IN_TIME)


def test_only_a_bad_grade_is_heard_after_the_end() -> None:
    with pytest.raises(AlreadyRated):
        rated(answered(), Grade.SATISFIED).rate(
            Grade.MOSTLY, reply_by=LATER, by=WANG, at=NOON, reopens_within=WEEK
        )


def test_what_nobody_answered_is_rated_by_nobody() -> None:
    with pytest.raises(IllegalMove):
        rated(a_matter(), Grade.SATISFIED)


def test_without_a_word_it_is_closed_unrated() -> None:
    closed, event = answered().close(heard=True, by=SYSTEM, at=LATER)

    assert (closed.state, closed.rated) == (MatterState.CLOSED, False)
    assert event.kind == "matter.closed"


def test_a_refusal_says_why_and_where_to_go() -> None:
    refused, _ = a_matter().refuse("由供电公司管", "打95598报修", by=CLERK, at=NOON)

    assert (refused.state, refused.reason, refused.instead) == (
        MatterState.REFUSED,
        "由供电公司管",
        "打95598报修",
    )
    with pytest.raises(BadInput, match="instead"):
        a_matter().refuse("不归我们管", " ", by=CLERK, at=NOON)


def test_a_quarrel_goes_on_as_a_case() -> None:
    moved, _ = a_matter().become_case(CaseId("case-1"), by=CLERK, at=NOON)

    assert (moved.state, moved.case_id) == (MatterState.DISPUTE, "case-1")
    with pytest.raises(IllegalMove):
        moved.answer("修好了", by=CLERK, at=NOON)


def test_what_is_added_is_kept_while_somebody_may_act_on_it() -> None:
    matter = a_matter()
    for at in range(MOST_MORE):
        matter, _ = matter.tell_more(f"第{at}句", by=WANG, at=NOON)

    assert len(matter.more) == MOST_MORE
    for full in (matter, a_matter(MatterState.REFUSED)):
        with pytest.raises(IllegalMove):
            full.tell_more("还有", by=WANG, at=NOON)


def test_it_is_late_only_while_it_is_open() -> None:
    late = a_matter().reply_by + timedelta(minutes=1)

    assert a_matter().overdue(late)
    assert not a_matter().overdue(a_matter().reply_by)
    assert not answered().overdue(late)


@pytest.mark.parametrize(
    "told",
    [
        {"told": "灯坏"},
        {"told": "路" * (MOST_TOLD + 1)},
        {"spot": Spot(words=" ")},
        {"media": tuple(MediaId(str(at)) for at in range(10))},
    ],
)
def test_a_matter_needs_what_and_where(told: dict[str, Any]) -> None:
    whole = MatterReport(told="路灯坏了", spot=Spot(words="枫溪路8号"))

    with pytest.raises(BadInput):
        replace(whole, **told)


#: 2026: National Day from Thursday the 1st to Wednesday the 7th; Saturday the 10th is worked.
AUTUMN = WorkingDays(
    off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    instead=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("calendar", "start", "count", "end"),
    [
        (WorkingDays(), date(2026, 11, 20), 5, date(2026, 11, 27)),
        (WorkingDays(), date(2026, 11, 21), 1, date(2026, 11, 23)),
        (AUTUMN, date(2026, 9, 30), 3, date(2026, 10, 10)),
        (WorkingDays(), date(2030, 9, 30), 1, date(2030, 10, 4)),
        (WorkingDays(week=frozenset({6})), date(2026, 11, 20), 2, date(2026, 11, 28)),
    ],
    ids=["a week", "from a weekend", "around a holiday", "an unpublished year", "one day a week"],
)
def test_working_days_are_counted(
    calendar: WorkingDays, start: date, count: int, end: date
) -> None:
    assert calendar.after(start, count) == end
    assert calendar.works(end)


def test_the_working_day_before_is_found() -> None:
    assert WorkingDays().before(date(2026, 11, 23), 1) == date(2026, 11, 20)
