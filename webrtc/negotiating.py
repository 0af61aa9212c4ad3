"""People's own connections, negotiated one thing at a time for each person."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog

from domain.errors import DomainError
from webrtc import wire
from webrtc.participant import Participant
from webrtc.peer import Publisher, answered
from webrtc.sharing import Sharing
from webrtc.tables import Table, Tables

_log = structlog.get_logger()


class Negotiating:
    """Everything that the people of one meeting ask for about their connections."""

    def __init__(
        self,
        people: Mapping[str, Participant],
        tables: Tables,
        sharing: Sharing,
        changed: Callable[[], None],
    ) -> None:
        """``changed`` shows everybody what there is now."""
        self._people = people
        self._tables = tables
        self._sharing = sharing
        self._changed = changed

    def in_turn(self, person: Participant, deed: wire.Negotiation) -> Coroutine[Any, Any, None]:
        """Do it when all before it is done; it was asked for where the person sits now."""
        return self._in_turn(person, deed, self._tables.of(person.seat))

    async def _in_turn(
        self, person: Participant, deed: wire.Negotiation, asked_at: Table | None
    ) -> None:
        async with person.turn:
            try:
                await self._do(person, deed, asked_at)
            except DomainError as reason:
                refuse(person, deed, reason)
            finally:
                person.asked -= 1

    async def _do(
        self, person: Participant, deed: wire.Negotiation, asked_at: Table | None
    ) -> None:
        match deed:
            case wire.Publish():
                await self._publish(person, deed.sdp)
            case wire.Watch():
                await self._begin_anew(person, None)
            case wire.Answer():
                person.take_answer(deed.number, deed.sdp)
            case wire.Restart():
                person.tell(wire.Published(sdp=await person.restart(deed.sdp)))
            case wire.Share():
                await self._sharing.begin(person, deed, asked_at)
                self._changed()
            case wire.Unshare():
                self._sharing.end(person, told=False)
                self._changed()

    async def _publish(self, person: Participant, offer: str) -> None:
        publisher, answer = await answered(person.name, offer, person.codec)
        if await self._begin_anew(person, publisher):
            person.tell(wire.Published(sdp=answer))

    async def _begin_anew(self, person: Participant, publisher: Publisher | None) -> bool:
        """Put new connections in the place of a person's old ones; tell whether they are here."""
        self._tables.unpublish(person.seat)
        await person.drop_media()
        if self._people.get(person.name) is not person:  # left meanwhile
            if publisher is not None:
                await publisher.close()
            return False
        person.begin(publisher)
        if (table := self._tables.of(person.seat)) is not None:
            table.room.join(person)
            table.room.publish(person.name, person.given)
        self._changed()
        return True


def refuse(person: Participant, deed: wire.Deed, reason: DomainError) -> None:
    """Tell a person's page that it did not work, and why."""
    _log.info("deed-refused", deed=deed.type, code=reason.code, why=str(reason))
    person.tell(wire.Problem(code=reason.code))
