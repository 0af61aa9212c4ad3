"""What the mediator decides about the door, about people and rooms: kept in the books, and done."""

from __future__ import annotations

from domain.companions import Now
from domain.errors import NotAllowed
from domain.ports.rooms import Company, Doors, Gate, Order, Seat, SeatRole
from webrtc import wire
from webrtc.media_plane import MediaPlane, Session, doors_told

About = wire.Admit | wire.Identity | wire.Mute | wire.Remove | wire.Readmit  #: one person
OfRoom = wire.Pause | wire.Aside | wire.Together | wire.Begin | wire.Lock
Besides = wire.Companion | wire.CompanionNow
Orders = About | OfRoom | Besides


async def lead(gate: Gate, media: MediaPlane, session: Session, deed: Orders) -> None:
    """Do what the mediator's page orders: what stops something first, what allows it last."""
    if session.seat.role is not SeatRole.MEDIATOR:
        raise NotAllowed("only the mediator")
    if isinstance(deed, wire.Mute) and deed.on:
        media.ask(session, deed)
    if isinstance(deed, Besides):
        if _is_no(deed):
            media.doubt(session, deed)
        media.accompany(session, await _noted(gate, session.seat, deed))
        return
    doors = await _kept(gate, session.seat, deed)
    match deed:
        case wire.Remove():
            media.remove(session.seat.meeting_id, deed.participant)
        case wire.Admit() | wire.Identity() | wire.Mute(on=False):
            media.ask(session, deed)
        case wire.Aside() | wire.Pause() | wire.Together():
            media.place(session.seat.meeting_id, doors)
            media.go_on_recording(session)
    session.tell(doors_told(doors))


def _is_no(deed: Besides) -> bool:
    if isinstance(deed, wire.Companion):
        return not deed.agreed
    return deed.now is Now.REFUSED


async def _noted(gate: Gate, seat: Seat, deed: Besides) -> Company:
    if isinstance(deed, wire.CompanionNow):
        return await gate.change_companion(seat, deed.companion, deed.now)
    return await gate.note_companion(
        seat, deed.participant, name=deed.name, how=deed.how, agreed=deed.agreed
    )


async def _kept(gate: Gate, seat: Seat, deed: About | OfRoom) -> Doors:
    if isinstance(deed, wire.Aside):
        return await gate.take_aside(seat, deed.participants)
    if isinstance(deed, About):
        return await gate.order(seat, _order(deed), deed.participant)
    return await gate.order(seat, _order(deed))


def _order(deed: About | wire.Pause | wire.Together | wire.Begin | wire.Lock) -> Order:
    match deed:
        case wire.Identity():
            return Order.SEEN if deed.how == "document" else Order.KNOWN
        case wire.Lock():
            return Order.LOCK if deed.on else Order.UNLOCK
        case wire.Mute():
            return Order.MUTE if deed.on else Order.UNMUTE
        case _:
            return Order(deed.type)
