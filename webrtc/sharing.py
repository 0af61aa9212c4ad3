"""What somebody shows the others: one thing at a time at a table, over a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from domain.errors import DomainError, NotAllowed, NotReady, ScreenTaken
from webrtc import wire
from webrtc.participant import Participant
from webrtc.peer import Publisher, answered
from webrtc.seeing import together
from webrtc.tables import Table, Tables


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


def put_up(person: Participant, table: Table | None, share: Publisher | None) -> Publisher | None:
    """Show something or nothing at a table, in place of what was shown there; give that."""
    before, person.share = person.share, share
    if table is not None and person.name in table.room:
        table.room.publish(person.name, person.given)
    return before


class Sharing:
    """Everything that the people of one meeting show."""

    def __init__(
        self,
        people: Mapping[str, Participant],
        tables: Tables,
        soon: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """``soon`` does what need not be waited for."""
        self._people = people
        self._tables = tables
        self._soon = soon

    def allow(self, participant: str, *, on: bool) -> None:
        """Let a party show something, or no more."""
        person = self._people.get(participant)
        if person is not None and not person.leads:
            person.may_show = on
            if not on:
                self.end(person)

    async def begin(self, person: Participant, deed: wire.Share, asked_at: Table | None) -> None:
        """Show something at the table where that was asked for, and at no other."""
        try:
            await self._begin(person, deed, asked_at)
        except DomainError:
            person.tell(wire.Unshare())
            raise

    async def _begin(self, person: Participant, deed: wire.Share, asked_at: Table | None) -> None:
        self._check(person, asked_at)
        share, answer = await answered(person.name, deed.sdp, person.codec, "screen")
        try:
            table = self._check(person, asked_at)
        except DomainError:
            await share.close()
            raise
        before = put_up(person, table, share)
        person.tell(wire.Shared(number=deed.number, sdp=answer))
        if before is not None:
            self._soon(before.close())

    def end(self, person: Participant, *, told: bool = True) -> None:
        """Have nothing more shown of what somebody shows."""
        share = put_up(person, self._tables.of(person.seat), None)
        if share is not None:
            self._soon(share.close())
            if told:
                person.tell(wire.Unshare())

    def _check(self, person: Participant, asked_at: Table | None) -> Table:
        """Give the table at which somebody may show something now.  Raises as :func:`check`."""
        others = together(person, self._people.values(), self._tables)
        table = check(person, self._tables.of(person.seat), others)
        if table is not asked_at or self._people.get(person.name) is not person:
            raise NotReady("elsewhere by now")
        return table
