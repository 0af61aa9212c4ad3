"""What is said when a page is listened to: its words, with what only eyes see put into words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from services.own_data import OwnLine
from services.views import AgreementView, CaseLineView
from services.words import (
    ALOUD_AGREEMENT,
    ALOUD_BY,
    ALOUD_CASE,
    ALOUD_CLAUSE,
    ALOUD_MOMENT,
    ALOUD_OWN,
    ALOUD_OWN_LINE,
)


def agreement_aloud(view: AgreementView) -> str:
    """Say an agreement from its number to its last clause."""
    clauses = [
        ALOUD_CLAUSE.format(number=number, words=words)
        for number, words in enumerate(view.spoken, 1)
    ]
    return ALOUD_AGREEMENT.format(number=view.number, facts=view.facts, clauses="\n".join(clauses))


def case_aloud(case: CaseLineView, zone: ZoneInfo) -> str:
    """Say where a case stands, what comes next, and by when."""
    step = case.next_step
    by = "" if step.due is None else ALOUD_BY.format(by=step.by, moment=_moment(step.due, zone))
    return ALOUD_CASE.format(number=case.number, state=case.state_words, step=step.words, by=by)


def own_aloud(lines: Iterable[OwnLine]) -> str:
    """Say what is kept about a person: what there is, what for, and for how long."""
    told = (
        ALOUD_OWN_LINE.format(
            name=line.name, there=line.there, purpose=line.purpose, term=line.term
        )
        for line in lines
    )
    return "\n".join((ALOUD_OWN, *told))


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return ALOUD_MOMENT.format(
        month=local.month, day=local.day, hour=local.hour, minute=local.minute
    )
