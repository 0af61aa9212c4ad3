"""Who is at somebody's device, as it is told from process to process and to the pages."""

from __future__ import annotations

from collections.abc import Iterable

from domain.ports.rooms import Beside
from webrtc import wire


def told(people: Iterable[Beside]) -> list[wire.Beside]:
    """Put them into words."""
    return [wire.Beside(id=one.id, name=one.name, how=one.how, agreed=one.agreed) for one in people]


def known(people: Iterable[wire.Beside]) -> tuple[Beside, ...]:
    """Take them from words."""
    return tuple(Beside(id=one.id, name=one.name, how=one.how, agreed=one.agreed) for one in people)
