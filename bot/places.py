"""Where it is, as it was told: kept with what is told, and at once for whoever an alarm called."""

from __future__ import annotations

from collections.abc import Mapping

from bot.routing import Turn
from bot.texts import places as texts
from domain.cases import Spot
from domain.conversations import Incoming, MessageKind, TellPlace
from domain.helping import Helped

RANG = "rang"  #: the answer that says an alarm was raised from what is told here


def spot_of(told: Mapping[str, str]) -> Spot:
    """Give the place that was told, in words or as a point."""
    latitude, longitude = told.get("latitude"), told.get("longitude")
    return Spot(
        words=told.get("place", ""),
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
    )


def place_told(said: Incoming) -> Spot | None:
    """Give the place that a message is, or seems to be: a point, or a short address."""
    if said.kind is MessageKind.LOCATION:
        return Spot(words=said.label, latitude=said.latitude, longitude=said.longitude)
    words = said.text.strip()
    address = len(words) <= texts.LONGEST_ADDRESS and texts.AN_ADDRESS.search(words)
    return Spot(words=words) if address else None


def place_in_danger(said: Incoming, *, before: str | None) -> Spot | None:
    """Give the place as well that somebody who is looked for names without an address.

    ``before`` is the place they told before, a point perhaps without words: a house or a room
    alone is one of that.
    """
    return nothing_but_a_place(said, before=before) or place_told(said)


def nothing_but_a_place(said: Incoming, *, before: str | None) -> Spot | None:
    """Give the place if the message says nothing else, without a street though it may be."""
    words = said.text.strip()
    if is_within(said, before=before):
        return Spot(words=texts.with_its_street(words, before or ""))
    return Spot(words=words) if texts.I_AM_AT.fullmatch(words) else None


def is_within(said: Incoming, *, before: str | None) -> bool:
    """Is it a house or a room alone, of the place told before?"""
    words = said.text.strip()
    room = before is not None and texts.A_ROOM.fullmatch(words)
    return bool(room or texts.A_HOUSE.fullmatch(words))


def known_place(told: Mapping[str, str]) -> Spot | None:
    """Give the place, if one was told."""
    spot = spot_of(told)
    return spot if spot.known else None


def tell_who_was_called(turn: Turn, told: Mapping[str, str], helped: Helped | None = None) -> None:
    """Let whoever an alarm called know where it is, before anything is handed in."""
    if RANG in told:
        turn.wants(TellPlace(spot=spot_of(told), helped=helped))
