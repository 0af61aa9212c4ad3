"""Which companions were there in what a recording is of: the table, or a talk apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from domain.companions import Companion
from domain.history import Event
from domain.meetings import Aside, Attendee, Meeting
from domain.ports.rooms import SeatRole

Span = tuple[datetime, datetime | None]  #: the end does not belong to it; None = it goes on

_FIRST = datetime.min.replace(tzinfo=UTC)
_FROM_TABLE = frozenset({"meeting.pause", "meeting.aside", "meeting.ended"})


def is_in(aside: Aside, one: Attendee) -> bool:
    """Is this attendee in the talk apart? The mediator is in each."""
    return one.role is SeatRole.MEDIATOR or one.participant in aside.members


def companions_in(
    meeting: Meeting, events: Iterable[Event], aside: Aside | None
) -> tuple[Companion, ...]:
    """Give who came along to the talk apart, or without one to the table, in the order noted.

    Who came only to a talk apart is told to nobody who was not in it.
    """
    if aside is None:
        table = _table(event for event in events if event.subject == meeting.id)
        return tuple(one for one in meeting.companions if _was_in(one, table))
    talk = [(aside.began_at, aside.ended_at)]
    return tuple(
        one
        for one in meeting.companions
        if is_in(aside, meeting.attendee(one.participant)) and _was_in(one, talk)
    )


def is_within(aside: Aside, at: datetime) -> bool:
    """Did the talk apart go on at this moment?"""
    return aside.began_at <= at and (aside.ended_at is None or at < aside.ended_at)


def _was_in(one: Companion, spans: Sequence[Span]) -> bool:
    return any(
        (ended is None or one.came_at < ended) and (one.gone_at is None or one.gone_at > began)
        for began, ended in spans
    )


def _table(events: Iterable[Event]) -> list[Span]:
    """Tell when everybody was at the table: neither paused, nor talking apart, nor over."""
    spans: list[Span] = []
    since: datetime | None = _FIRST
    for event in sorted(events, key=lambda one: one.at):
        if event.kind in _FROM_TABLE and since is not None:
            spans.append((since, event.at))
            since = None
        elif event.kind == "meeting.together" and since is None:
            since = event.at
    return spans if since is None else [*spans, (since, None)]
