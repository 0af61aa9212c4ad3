"""Who of the centre was shown a whole number, each time: a line of history nobody takes back.

个人信息保护法 51, 54: who looks at personal data is limited, and what was done can be audited.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.actors import Actor, Staff
from domain.history import Event
from domain.ids import PersonId
from domain.ports.store import Store

IN_CASE = "case.number-shown"
IN_MATTER = "matter.number-shown"


def is_whole(number: str) -> bool:
    """Is it a number that can be called, and no masked one?"""
    return bool(number) and "*" not in number


async def note_shown(
    store: Store, kind: str, persons: Iterable[PersonId], *, about: str, by: Actor, at: datetime
) -> None:
    """Keep whose numbers somebody of the centre is about to be shown, before they are."""
    seen = ",".join(persons)
    if not seen or not isinstance(by, Staff):
        return
    case_id = about if kind == IN_CASE else ""
    event = Event(
        subject=about, case_id=case_id, kind=kind, by=by.ref, at=at, detail={"persons": seen}
    )
    async with store.begin() as work:
        await work.cases.note(event)
