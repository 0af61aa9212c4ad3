"""A centre that lets in whoever holds a ticket and remembers what it was told."""

import dataclasses
from collections.abc import Sequence

from domain.companions import Joining, Now
from domain.errors import DoorLocked, Expired, NotAllowed, TakenOut
from domain.ids import MeetingId
from domain.ports.rooms import (
    NOWHERE,
    Beside,
    Company,
    Doors,
    Order,
    Place,
    Seat,
    SeatRole,
    Segment,
    Where,
)


class RememberingGate:
    """Implements :class:`domain.ports.rooms.Gate`."""

    def __init__(self) -> None:
        self.tickets: dict[str, Seat] = {}
        self.seats: dict[tuple[str, str], Seat] = {}
        self.told: list[tuple[str, ...]] = []
        self.segments: dict[str, Segment] = {}
        self.ended: set[str] = set()
        self.places: dict[str, Place] = {}
        self.recording_by: dict[str, str] = {}
        self.removed: dict[str, str] = {}
        self.locked = self.begun = self.paused = False
        self.members: tuple[str, ...] = ()
        self.asides = 0
        self.away = 0  #: how often the books can still not be read
        self.lost_at_the_door: set[str] = set()  #: let in, and taken out in the same moment

    def issue(self, seat: Seat) -> str:
        ticket = f"ticket-{len(self.tickets)}-{seat.participant}"
        self.tickets[ticket] = seat
        return ticket

    async def enter(self, ticket: str) -> Seat:
        if ticket not in self.tickets:
            raise Expired(ticket)
        seat = self.tickets[ticket]
        if seat.participant in self.removed:
            raise TakenOut(ticket)
        if self.locked and (seat.meeting_id, seat.participant) not in self.seats:
            raise DoorLocked(ticket)
        del self.tickets[ticket]
        if seat.participant not in self.lost_at_the_door:
            self.seats[seat.meeting_id, seat.participant] = seat
        return seat

    async def resume(self, meeting_id: MeetingId, participant: str, session: str) -> Seat:
        if self.away:
            self.away -= 1
            raise ConnectionError("the books are away")
        seat = self.seats.get((meeting_id, participant))
        if seat is None or seat.session != session or meeting_id in self.ended:
            raise Expired(participant)
        if participant in self.removed:
            raise TakenOut(participant)
        place = self.places.get(meeting_id, NOWHERE)
        where, aside = self._where(seat)
        wanted_by = self.recording_by.get(aside or meeting_id)
        records = where is not Where.PAUSED and wanted_by == participant
        return dataclasses.replace(seat, records=records, place=place, where=where, aside=aside)

    async def trial(self, ticket: str) -> Seat:
        if ticket not in self.tickets:
            raise Expired(ticket)
        return self.tickets.pop(ticket)

    async def settle(self, meeting_id: MeetingId, *, before: Place, worker: str) -> Place:
        if self.places.get(meeting_id, NOWHERE) == before:
            self.places[meeting_id] = Place(worker=worker, epoch=before.epoch + 1)
        return self.places[meeting_id]

    def _where(self, seat: Seat) -> tuple[Where, str]:
        if not self.members:
            return (Where.PAUSED if self.paused else Where.TABLE), ""
        if seat.role is SeatRole.MEDIATOR or seat.participant in self.members:
            return Where.ASIDE, f"m1-aside-{self.asides}"
        return Where.PAUSED, ""

    async def consent(self, seat: Seat, *, given: bool, text_version: str) -> Seat:
        changed = dataclasses.replace(seat, consented=given)
        self.seats[seat.meeting_id, seat.participant] = changed
        self.told.append(("consent" if given else "withdraw", seat.participant, text_version))
        return changed

    async def acknowledge(self, seat: Seat, *, text_version: str) -> Seat:
        changed = dataclasses.replace(seat, acknowledged=True)
        self.seats[seat.meeting_id, seat.participant] = changed
        self.told.append(("acknowledge", seat.participant, text_version))
        return changed

    async def order(self, seat: Seat, order: Order, participant: str = "") -> Doors:
        self.told.append((order.value, participant))
        match order:
            case Order.BEGIN:
                self.begun = True
            case Order.PAUSE | Order.TOGETHER:
                self.paused, self.members = order is Order.PAUSE, ()
            case Order.SEEN | Order.KNOWN:
                about = self.seats[seat.meeting_id, participant]
                changed = dataclasses.replace(about, identified=True)
                self.seats[seat.meeting_id, participant] = changed
            case Order.LOCK | Order.UNLOCK:
                self.locked = order is Order.LOCK
            case Order.REMOVE:
                self.removed[participant] = self.seats[seat.meeting_id, participant].name
            case Order.READMIT:
                del self.removed[participant]
            case Order.MUTE | Order.UNMUTE | Order.ADMIT:
                about = self.seats[seat.meeting_id, participant]
                waiting = about.waiting and order is not Order.ADMIT
                changed = dataclasses.replace(about, muted=order is Order.MUTE, waiting=waiting)
                self.seats[seat.meeting_id, participant] = changed
        return await self.doors(seat)

    async def take_aside(self, seat: Seat, participants: Sequence[str]) -> Doors:
        self.paused, self.members = False, tuple(participants)
        self.asides += 1
        self.told.append(("aside", *participants))
        return await self.doors(seat)

    async def note_companion(
        self, seat: Seat, participant: str, *, name: str, how: Joining, agreed: bool
    ) -> Company:
        beside = Beside(id=f"c{len(self.told)}", name=name, how=how, agreed=agreed)
        self.told.append(("companion", participant, name, how, "agreed" if agreed else "refused"))
        return self._company(seat.meeting_id, participant, beside)

    async def change_companion(self, seat: Seat, companion: str, now: Now) -> Company:
        self.told.append(("companion-now", companion, now))
        (participant,) = [
            who for (_, who), one in self.seats.items() if companion in {c.id for c in one.company}
        ]
        beside = [
            dataclasses.replace(one, agreed=now is Now.AGREED)
            for one in self.seats[seat.meeting_id, participant].company
            if one.id == companion and now is not Now.GONE
        ]
        return self._company(seat.meeting_id, participant, *beside, without=companion)

    def _company(
        self, meeting_id: MeetingId, participant: str, *more: Beside, without: str = ""
    ) -> Company:
        seat = self.seats[meeting_id, participant]
        people = (*(one for one in seat.company if one.id != without), *more)
        self.seats[meeting_id, participant] = dataclasses.replace(seat, company=people)
        return Company(participant=participant, people=people)

    async def doors(self, seat: Seat) -> Doors:
        if seat.role is not SeatRole.MEDIATOR:
            raise NotAllowed(seat.participant)
        return Doors(
            locked=self.locked,
            begun=self.begun,
            removed=tuple(self.removed.items()),
            paused=self.paused,
            aside=f"m1-aside-{self.asides}" if self.members else "",
            members=self.members,
        )

    async def joined(self, seat: Seat) -> None:
        self.told.append(("joined", seat.participant))

    async def left(self, meeting_id: MeetingId, participant: str) -> None:
        del meeting_id
        self.told.append(("left", participant))

    async def recording(
        self, meeting_id: MeetingId, *, on: bool, wanted: bool, by: str, aside: str = ""
    ) -> None:
        self.told.append(("recording", "on" if on else "off", by, aside or meeting_id))
        self.recording_by[aside or meeting_id] = by if wanted else ""

    async def recorded(self, segment: Segment) -> None:
        self.segments[segment.journal] = segment

    async def end(self, seat: Seat) -> None:
        self.ended.add(seat.meeting_id)
        self.told.append(("end", seat.participant))


def a_seat(participant: str, **facts) -> Seat:
    """A seat in meeting ``m1``; only what matters is said."""
    seat = Seat(
        meeting_id=MeetingId("m1"),
        participant=participant,
        name=f"{participant}先生",
        role=SeatRole.PARTY,
        consented=False,
        acknowledged=True,
        identified=True,
    )
    return dataclasses.replace(seat, **facts)
