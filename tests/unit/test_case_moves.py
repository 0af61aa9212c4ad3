"""The moves of cases, meetings and obligations: every pair of states, through the public deeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest

from domain import cases, meetings, obligations
from domain.actors import SYSTEM, Resident
from domain.cases import Case, CaseState, EndReason, Party, RefuseGround, Side
from domain.errors import BadInput, IllegalMove, NotFound
from domain.history import Event
from domain.ids import PersonId, StaffId
from domain.meetings import Meeting, MeetingState
from domain.obligations import Obligation, ObligationState
from domain.taxonomy import TypeCode
from tests.factories import CLERK, LI, NOON, a_case, a_meeting, an_obligation

WANG = Resident(id=PersonId("wang"))
Deed = Callable[[Any], tuple[Any, Event]]

#: For each state every deed that leads into it; a state that nothing leads into has none.
CASE_DEEDS: Mapping[CaseState, tuple[Deed, ...]] = {
    CaseState.REPORTED: (),
    CaseState.REGISTERED: (
        lambda case: case.register(type_code=TypeCode("02"), cell=None, by=CLERK, at=NOON),
        lambda case: case.give_back("我与一方是亲戚", by=LI, at=NOON),
    ),
    CaseState.REFUSED: (lambda case: case.refuse(RefuseGround.NO_DISPUTE, by=CLERK, at=NOON),),
    CaseState.DISPATCHED: (lambda case: case.dispatch(LI.id, by=CLERK, at=NOON),),
    CaseState.ACCEPTED: (lambda case: case.accept(by=LI, at=NOON),),
    CaseState.MEDIATING: (
        lambda case: case.meet(by=LI, at=NOON),
        lambda case: case.reopen_talks("declined", by=LI, at=NOON),
    ),
    CaseState.SIGNING: (lambda case: case.sign(by=LI, at=NOON),),
    CaseState.PERFORMING: (
        lambda case: case.take_effect(by=LI, at=NOON),
        lambda case: case.resume(by=LI, at=NOON),
    ),
    CaseState.PERFORMED: (lambda case: case.perform(by=LI, at=NOON),),
    CaseState.BREACHED: (lambda case: case.breach(by=LI, at=NOON),),
    CaseState.ENDED: (lambda case: case.end(EndReason.UNWILLING, by=LI, at=NOON),),
    CaseState.ARCHIVED: (lambda case: case.archive(by=LI, at=NOON),),
}
MEETING_DEEDS: Mapping[MeetingState, tuple[Deed, ...]] = {
    MeetingState.FIXED: (),
    MeetingState.OPEN: (lambda meeting: meeting.open(by=LI, at=NOON),),
    MeetingState.ENDED: (lambda meeting: meeting.end(by=LI, at=NOON),),
    MeetingState.CANCELLED: (lambda meeting: meeting.cancel("改期", by=LI, at=NOON),),
}
OBLIGATION_DEEDS: Mapping[ObligationState, tuple[Deed, ...]] = {
    ObligationState.OPEN: (),
    ObligationState.CLAIMED: (lambda promise: promise.claim(by=WANG, at=NOON),),
    ObligationState.DONE: (lambda promise: promise.confirm(by=WANG, at=NOON),),
    ObligationState.BREACHED: (lambda promise: promise.breach(by=WANG, at=NOON, today=date.max),),
}


def _outcome(thing: Any, deed: Deed) -> str:
    try:
        changed, event = deed(thing)
    except IllegalMove:
        return "refused"
    assert (event.case_id, event.at) == ("case-1", NOON)
    return f"{changed.state}"


#: Where two deeds lead into the same state, each has its own states to start from.
ONLY_FROM: Mapping[str, frozenset[CaseState]] = {
    "give_back": frozenset({CaseState.DISPATCHED, CaseState.ACCEPTED}),
    "reopen_talks": frozenset({CaseState.SIGNING}),
    "meet": frozenset({CaseState.ACCEPTED}),
    "register": frozenset({CaseState.REPORTED}),
    "take_effect": frozenset({CaseState.SIGNING}),
    "resume": frozenset({CaseState.BREACHED}),
}


def _name(deed: Deed) -> str:
    named = {name for name in deed.__code__.co_names if hasattr(Case, name)}
    return next(iter(named))


CASE_TRIES = [
    (start, goal, deed) for start, goal in product(CaseState, repeat=2) for deed in CASE_DEEDS[goal]
]


@pytest.mark.parametrize(("start", "goal", "deed"), CASE_TRIES)
def test_a_case_goes_exactly_where_the_table_says(
    start: CaseState, goal: CaseState, deed: Deed
) -> None:
    legal = goal in cases.MOVES[start] and start in ONLY_FROM.get(_name(deed), frozenset(CaseState))

    assert _outcome(a_case(start), deed) == (goal if legal else "refused")


@pytest.mark.parametrize(("start", "goal"), list(product(MeetingState, repeat=2)))
def test_a_meeting_goes_exactly_where_the_table_says(
    start: MeetingState, goal: MeetingState
) -> None:
    expected = [goal if goal in meetings.MOVES[start] else "refused" for _ in MEETING_DEEDS[goal]]

    assert [_outcome(a_meeting(start), deed) for deed in MEETING_DEEDS[goal]] == expected


@pytest.mark.parametrize(("start", "goal"), list(product(ObligationState, repeat=2)))
def test_a_promise_goes_exactly_where_the_table_says(
    start: ObligationState, goal: ObligationState
) -> None:
    moves = obligations.MOVES[start]
    expected = [goal if goal in moves else "refused" for _ in OBLIGATION_DEEDS[goal]]

    assert [_outcome(an_obligation(start), deed) for deed in OBLIGATION_DEEDS[goal]] == expected


@pytest.mark.parametrize("table", [cases.MOVES, meetings.MOVES, obligations.MOVES])
def test_every_state_has_its_row_and_every_goal_is_a_state(table: Mapping[Any, Any]) -> None:
    kind: Any = type(next(iter(table)))
    states = set(kind)

    assert set(table) == states
    assert set().union(*table.values()) <= states


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.ARCHIVED])
def test_no_case_is_stuck_before_the_archive(state: CaseState) -> None:
    reached = {state}
    for _ in CaseState:
        reached |= set().union(*(cases.MOVES[one] for one in reached))

    assert CaseState.ARCHIVED in reached


def test_a_move_leaves_the_case_before_it_untouched() -> None:
    before = a_case(CaseState.REGISTERED, mediator=None)

    after, event = before.dispatch(LI.id, by=CLERK, at=NOON)

    assert (before.state, before.mediator) == (CaseState.REGISTERED, None)
    assert (after.state, after.mediator) == (CaseState.DISPATCHED, LI.id)
    assert event.kind == "case.dispatched"
    assert event.by == "staff:clerk"
    assert event.detail == {"mediator": "li"}


def test_a_returned_case_belongs_to_nobody_again() -> None:
    returned, event = a_case(CaseState.DISPATCHED).give_back("我与一方是亲戚", by=LI, at=NOON)

    assert (returned.state, returned.mediator) == (CaseState.REGISTERED, None)
    assert returned.reason == "我与一方是亲戚"
    assert "亲戚" not in str(event.detail)  # the history keeps nothing personal


@pytest.mark.parametrize("state", CaseState)
def test_a_mediator_who_left_gives_back_what_is_in_hand_and_the_rest_stays_put(
    state: CaseState,
) -> None:
    not_begun = (CaseState.DISPATCHED, CaseState.ACCEPTED)
    expected = CaseState.REGISTERED if state in not_begun else state

    outcome = _outcome(a_case(state), lambda case: case.hand_back("离岗", by=SYSTEM, at=NOON))

    assert outcome == (expected if state in cases.IN_HAND else "refused")


@pytest.mark.parametrize("state", sorted(cases.IN_HAND - cases.NOT_BEGUN))
def test_another_mediator_goes_on_from_where_it_stands(state: CaseState) -> None:
    left, _ = a_case(state).hand_back("离岗", by=SYSTEM, at=NOON)

    entrusted, event = left.dispatch(StaffId("qian"), by=CLERK, at=NOON)

    assert (entrusted.state, entrusted.mediator) == (state, "qian")
    assert event.kind == "case.entrusted"
    assert not entrusted.without_mediator


def test_a_return_needs_its_reason() -> None:
    with pytest.raises(BadInput, match="reason"):
        a_case(CaseState.DISPATCHED).give_back("  ", by=LI, at=NOON)


def test_an_unknown_type_is_not_registered() -> None:
    with pytest.raises(BadInput, match="type_code"):
        a_case().register(type_code=TypeCode("77"), cell=None, by=CLERK, at=NOON)


def test_nobody_stands_on_both_sides() -> None:
    with pytest.raises(BadInput, match="party"):
        a_case().add_party(
            Party(person_id=PersonId("wang"), side=Side.RESPONDENT), by=CLERK, at=NOON
        )


@pytest.mark.parametrize("state", CaseState)
def test_the_people_of_a_case_change_only_before_anything_is_signed(state: CaseState) -> None:
    sun = Party(person_id=PersonId("sun"), side=Side.RESPONDENT)
    early = state in cases.BEFORE_SIGNING

    outcome = _outcome(a_case(state), lambda case: case.add_party(sun, by=LI, at=NOON))

    assert outcome == (state if early else "refused")


def test_an_alarm_is_acknowledged_once() -> None:
    alarmed = Case(**{**_fields(a_case()), "danger": ("上吊",)})

    seen, event = alarmed.see_danger(CLERK.id, by=CLERK, at=NOON)

    assert alarmed.alarmed
    assert not seen.alarmed
    assert event.kind == "case.danger-seen"
    with pytest.raises(IllegalMove):
        seen.see_danger(LI.id, by=LI, at=NOON)


def test_consent_belongs_to_one_person_and_can_be_taken_back() -> None:
    given, _ = a_meeting().consent("p-wang", given=True, text_version="v1", by=WANG, at=NOON)
    taken, event = given.consent("p-wang", given=False, text_version="v1", by=WANG, at=NOON)

    assert given.attendee("p-wang").consent_version == "v1"
    assert given.attendee("p-zhang").consent_version == ""
    assert taken.attendee("p-wang").consent_at is None
    assert event.kind == "meeting.consent-withdrawn"


def test_a_stranger_has_no_seat() -> None:
    with pytest.raises(NotFound):
        a_meeting().person(PersonId("sun"))


def test_the_end_of_a_meeting_ends_its_recording() -> None:
    meeting, _ = a_meeting(MeetingState.OPEN).record(on=True, participant="p-li", by=LI, at=NOON)

    ended, _ = meeting.end(by=LI, at=NOON)

    assert (meeting.recording, ended.recording) == (True, False)


def _fields(thing: Case | Meeting | Obligation) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}
