"""What each person sees of a room: who is with them, and whether they are recorded there."""

from __future__ import annotations

from collections.abc import Collection

from webrtc import wire
from webrtc.company import told
from webrtc.participant import Participant
from webrtc.tables import Tables


def seen_by(
    person: Participant, people: Collection[Participant], tables: Tables
) -> wire.Waiting | wire.Roster:
    """Say what somebody sees now; who waits outside sees nobody.

    For whom it is a pause sees only themselves, and the mediator everybody.
    """
    if person.seat.waiting:
        led = any(one.leads for one in people)
        return wire.Waiting(mediator=led, acknowledged=person.seat.acknowledged)
    table = tables.of(person.seat)
    here = together(person, people, tables)
    seen = wire.Roster(
        people=[_line(one, person) for one in here],
        recording=table.desk.state if table else "off",
        reason=table.desk.reason if table else "",
        place=person.seat.where.value,
    )
    if not person.leads:
        return seen
    others = [one for one in people if one not in here]
    waiting = [_line(one, person) for one in others if one.seat.waiting]
    apart = [_line(one, person) for one in others if not one.seat.waiting]
    return seen.model_copy(update={"waiting": waiting, "apart": apart})


def together(
    person: Participant, people: Collection[Participant], tables: Tables
) -> list[Participant]:
    """Give who is in the same room, the person among them."""
    table = tables.of(person.seat)
    if table is None:
        return [person]
    return [one for one in people if tables.of(one.seat) is table]


def _line(person: Participant, viewer: Participant) -> wire.Person:
    return wire.Person(
        participant=person.name,
        name=person.seat.name,
        role=person.seat.role.value,
        consented=person.seat.consented,
        connected=person.connected,
        sends=["screen" if s.source == "screen" else s.kind for s in person.streams],
        shows=person.may_show and (viewer is person or viewer.leads),
        hand=person.hand,
        muted=person.seat.muted,
        acknowledged=person.seat.acknowledged,
        identified=person.seat.identified,
        company=told(person.seat.company),
    )
