"""Leave to record: only the consent of everybody present gives it (人民法院在线调解规则 22)."""

from __future__ import annotations

from domain.errors import NotReady
from domain.ids import MeetingId
from webrtc.rooms import Room


class Consents:
    """Proof that everybody who is in the room now, or at a device there, agreed to be recorded."""

    def __init__(self, room: Room) -> None:
        """Ask the whole room.  Raises :class:`NotReady` if one has not agreed or none is there."""
        seats = room.seats
        if not seats or not all(seat.all_agreed for seat in seats):
            raise NotReady("not everybody has agreed to be recorded")
        self.meeting_id: MeetingId = room.meeting_id
        self.participants = frozenset(seat.participant for seat in seats)
