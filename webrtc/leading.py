"""What the mediator decides about the door and about people: kept in the books, and done."""

from __future__ import annotations

from domain.errors import NotAllowed
from domain.ports.rooms import Gate, Order, SeatRole
from webrtc import wire
from webrtc.media_plane import MediaPlane, Session, doors_told

Orders = (
    wire.Admit | wire.Identity | wire.Begin | wire.Mute | wire.Remove | wire.Readmit | wire.Lock
)


async def lead(gate: Gate, media: MediaPlane, session: Session, deed: Orders) -> None:
    """Do what the mediator's page orders: what stops something first, what allows it last."""
    if session.seat.role is not SeatRole.MEDIATOR:
        raise NotAllowed("only the mediator")
    if isinstance(deed, wire.Mute) and deed.on:
        media.ask(session, deed)
    order, participant = _order(deed)
    doors = await gate.order(session.seat, order, participant)
    if isinstance(deed, wire.Remove):
        media.remove(session.seat.meeting_id, participant)
    elif isinstance(deed, wire.Admit | wire.Identity | wire.Mute) and order is not Order.MUTE:
        media.ask(session, deed)
    session.tell(doors_told(doors))


def _order(deed: Orders) -> tuple[Order, str]:
    match deed:
        case wire.Mute():
            return Order.MUTE if deed.on else Order.UNMUTE, deed.participant
        case wire.Identity():
            return Order.SEEN if deed.how == "document" else Order.KNOWN, deed.participant
        case wire.Lock():
            return Order.LOCK if deed.on else Order.UNLOCK, ""
        case wire.Begin():
            return Order.BEGIN, ""
        case wire.Admit() | wire.Remove() | wire.Readmit():
            return Order(deed.type), deed.participant
