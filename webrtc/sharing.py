"""What somebody shows the others: one thing at a time at a table, over a connection of its own."""

from __future__ import annotations

from collections.abc import Iterable

from domain.errors import BadInput, NotAllowed, NotReady, ScreenTaken
from webrtc.participant import Participant
from webrtc.peer import Publisher
from webrtc.tables import Table


def check(person: Participant, table: Table | None, others: Iterable[Participant]) -> Table:
    """Give the table at which somebody may show something now.

    Raises :class:`NotAllowed` for a party whom the mediator has not let, :class:`NotReady` in a
    pause and :class:`ScreenTaken` while somebody else there shows something.
    """
    if not person.may_show:
        raise NotAllowed("the mediator has not said so")
    if table is None:
        raise NotReady("a pause")
    if any(other.shares for other in others if other is not person):
        raise ScreenTaken(person.name)
    return table


async def answered(person: Participant, offer: str) -> tuple[Publisher, str]:
    """Make a connection of what somebody shows, and its answer.  Raises :class:`BadInput`."""
    publisher = Publisher("screen")
    try:
        return publisher, await publisher.answer(person.name, offer)
    except BadInput:
        await publisher.close()
        raise


def put_up(person: Participant, table: Table | None, share: Publisher | None) -> Publisher | None:
    """Show something or nothing at a table, in place of what was shown there; give that."""
    before, person.share = person.share, share
    if table is not None and person.name in table.room:
        table.room.publish(person.name, person.given)
    return before
