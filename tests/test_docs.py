"""The pages about states, deadlines and access say what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from domain import (
    agreements,
    cases,
    checks,
    guarding,
    handovers,
    matters,
    meetings,
    obligations,
    questions,
)
from domain.access import OF_MATTERS, Action, can
from domain.actors import SYSTEM, VISITOR, Actor, Resident, Role, Staff
from domain.agreements import CloseReason, Stage
from domain.cases import Case, CaseState, EndReason, RefuseGround
from domain.checks import CheckState
from domain.deadlines import TERMS, DueKind
from domain.guarding import GuardState
from domain.handovers import Ending, HandOverState
from domain.ids import PersonId, StaffId
from domain.matters import Grade, Matter, MatterState
from domain.meetings import MeetingState
from domain.obligations import ObligationState
from domain.questions import QuestionState
from services.matter_words import MATTER_STATES
from services.words import CASE_STATES, HAND_OVER_STATES, OBLIGATION_STATES, STAGES
from tests.e2e.looking import PICTURES
from tests.factories import LI, REGION, a_case, a_matter

DOCS = Path(__file__).parent.parent / "docs"
CHINESE = re.compile("[一-鿿]")
Row = Mapping[str, str]


def _tables(page: str) -> list[list[Row]]:
    """Read every table of a page, row by row under its headings."""
    blocks = re.findall(r"(?:^\|.*\n)+", (DOCS / page).read_text(), re.MULTILINE)
    return [_rows(block.splitlines()) for block in blocks]


def _rows(lines: list[str]) -> list[Row]:
    heads, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(heads, row, strict=True)) for row in rows]


MACHINES: tuple[tuple[type[StrEnum], Mapping[Any, frozenset[Any]]], ...] = (
    (CaseState, cases.MOVES),
    (MeetingState, meetings.MOVES),
    (Stage, agreements.MOVES),
    (ObligationState, obligations.MOVES),
    (HandOverState, handovers.MOVES),
    (QuestionState, questions.MOVES),
    (CheckState, checks.MOVES),
    (GuardState, guarding.MOVES),
    (MatterState, matters.MOVES),
)
STATE_TABLES = list(zip(_tables("states.md"), MACHINES, strict=True))


@pytest.mark.parametrize(("table", "machine"), STATE_TABLES)
def test_every_state_and_every_move_is_on_the_page(
    table: list[Row], machine: tuple[type[StrEnum], Mapping[Any, frozenset[Any]]]
) -> None:
    states, moves = machine
    written = {row["state"]: set(re.findall(r"[a-z-]{2,}", row["may become"])) for row in table}

    assert list(written) == [state.value for state in states]
    assert written == {state.value: {goal.value for goal in moves[state]} for state in states}


@pytest.mark.parametrize("row", [row for table in _tables("states.md") for row in table])
def test_every_state_has_its_chinese_word_and_its_basis(row: Row) -> None:
    assert CHINESE.search(row["中文"])
    assert CHINESE.search(row["basis"])
    assert row["moved on by"]


@pytest.mark.parametrize("reason", [*EndReason, *RefuseGround, *CloseReason, *Ending, *Grade])
def test_every_reason_is_on_the_page(reason: StrEnum) -> None:
    page = (DOCS / "states.md").read_text()

    assert re.search(rf"`{reason.value}` [一-鿿]", page)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (CaseState, CASE_STATES),
        (Stage, STAGES),
        (ObligationState, OBLIGATION_STATES),
        (HandOverState, HAND_OVER_STATES),
        (MatterState, MATTER_STATES),
    ],
)
def test_people_are_told_every_state_in_chinese(
    states: type[StrEnum], words: Mapping[StrEnum, str]
) -> None:
    assert set(words) == set(states)
    assert all(CHINESE.search(said) for said in words.values())


UNITS = {"seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "days": 86400}


def test_every_deadline_is_on_the_page_with_its_span_and_article() -> None:
    (table,) = _tables("deadlines.md")
    written = [(row["deadline"], _span(row["span"]), row["basis"]) for row in table]

    assert written == [(kind.value, TERMS[kind].span, TERMS[kind].basis) for kind in DueKind]


def _span(words: str) -> timedelta:
    count, unit = words.split()
    return timedelta(seconds=int(count) * UNITS[unit])


ACCESS = {row["action"]: row for row in _tables("access.md")[0]}

#: Every way in which a resident may stand to the case of 王 against 张.
RESIDENTS = {
    "reporter": Resident(id=PersonId("wang")),
    "party": Resident(id=PersonId("zhang")),
    "stranger": Resident(id=PersonId("sun")),
}
STAND = {
    "assigned": (LI.id, "999999"),
    "assigned, elsewhere": (LI.id, "888888"),
    "region": (StaffId("other"), "999999"),
    "own village": (StaffId("other"), REGION),
    "elsewhere": (StaffId("other"), "888888"),
    "no region": (StaffId("other"), ""),
    "next district": (StaffId("other"), "999998"),
    "helped": (StaffId("helper"), "888888"),
}
HELPED = replace(a_case(), helper=StaffId("helper"))


def _about(action: Action) -> Case | Matter | None:
    """What an action is done to: a matter, a case, or nothing."""
    if action in OF_MATTERS:
        return a_matter()
    return None if action in OF_NO_CASE else HELPED


#: What each word of the page allows.
MEANS: Mapping[str, frozenset[str]] = {
    "-": frozenset(),
    "own": frozenset({"reporter", "party"}),
    "reporter": frozenset({"reporter"}),
    "assigned": frozenset({"assigned", "assigned, elsewhere"}),
    "region": frozenset({"assigned", "region", "own village"}),
    "helped": frozenset({"helped"}),
    "sealing": frozenset({"region", "own village"}),
    "centre": frozenset(STAND),
}


def _everybody() -> Iterator[tuple[str, str, Actor]]:
    for stand, resident in RESIDENTS.items():
        yield "resident", stand, resident
    yield "visitor", "stranger", VISITOR
    for role, (stand, (who, region)), seal in product(Role, STAND.items(), (True, False)):
        staff = Staff(id=who, name="某人", role=role, region=region, seal_right=seal)
        yield role, stand, staff


PEOPLE = list(_everybody())
OF_NO_CASE = {action for action in Action if "centre" in ACCESS[action].values()}
CELLS = [(action, *who) for action in Action for who in PEOPLE]


@pytest.mark.parametrize(("action", "role", "stand", "actor"), CELLS)
def test_access_is_what_the_page_says(action: Action, role: str, stand: str, actor: Actor) -> None:
    word = ACCESS[action][role]
    seals = isinstance(actor, Staff) and actor.seal_right
    expected = stand in MEANS[word] and (seals or word != "sealing")

    assert can(actor, action, _about(action)).allow is expected


@pytest.mark.parametrize("action", [one for one in Action if one not in OF_NO_CASE])
def test_what_is_done_to_a_case_is_allowed_to_nobody_without_one(action: Action) -> None:
    assert not any(can(actor, action).allow for _, _, actor in PEOPLE)


def test_the_page_has_every_action_and_every_role() -> None:
    assert list(ACCESS) == [action.value for action in Action]
    assert set(ACCESS["see"]) == {"action", "what it means", "resident", "visitor", *Role}


@pytest.mark.parametrize("action", Action)
def test_the_service_itself_may_do_everything(action: Action) -> None:
    decision = can(SYSTEM, action, _about(action))

    assert decision.allow
    assert not decision.masked


@pytest.mark.parametrize(("role", "stand", "actor"), PEOPLE)
def test_only_the_assigned_mediator_sees_names_and_numbers_unmasked(
    role: str, stand: str, actor: Actor
) -> None:
    open_to = role == Role.MEDIATOR and stand.startswith("assigned")

    assert can(actor, Action.SEE_CONTACTS, a_case()).masked is not open_to


def test_a_case_without_a_mediator_is_no_mediators_case() -> None:
    unassigned = replace(a_case(), mediator=None)

    assert not any(can(LI, action, unassigned).allow for action in Action)


@pytest.mark.parametrize("action", Action)
def test_what_is_done_to_cases_is_not_done_to_matters(action: Action) -> None:
    other = HELPED if action in OF_MATTERS else a_matter()

    assert not any(can(actor, action, other).allow for _, _, actor in PEOPLE)


def test_every_page_has_its_picture() -> None:
    frames = {
        *("layout.html", "desk/layout.html", "parts.html", "mark.html"),
        *("signing.html", "playback.html"),
    }
    templates = DOCS.parent / "web" / "pages"
    pages = {str(one.relative_to(templates)) for one in templates.rglob("*.html")} - frames
    kept = {one.stem for one in (DOCS / "pictures").glob("*.png")}

    assert set(PICTURES) == pages
    assert set(PICTURES.values()) <= kept
