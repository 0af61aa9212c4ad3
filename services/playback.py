"""Playing a recording: only for who may, and never without a line of history about it.

个人信息保护法 51, 54: who looks at personal data is limited, and what was done can be audited.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.errors import NotFound
from domain.history import Event
from domain.ids import MeetingId
from domain.meetings import Meeting
from domain.ports.outside import Clock
from domain.ports.rooms import RECORDINGS, Segment
from domain.ports.store import Store
from services.films import film_key
from services.numbers_shown import IN_CASE
from services.playable import playable, recordings_for

PLAYED = "meeting.recording-played"
LOOKS = frozenset({IN_CASE, PLAYED})  #: lines to audit, and no steps of a case
ONE_PLAYING = timedelta(minutes=10)  #: a player asks for a film in parts, and jumps
MOST_KNOWN = 4096  #: playings that a process remembers

Look = tuple[str, str]  #: who, and which segment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackDesk:
    """The desk that hands out recordings."""

    store: Store
    clock: Clock
    noted: OrderedDict[Look, datetime] = field(default_factory=OrderedDict)

    async def film(
        self,
        actor: Actor,
        meeting_id: MeetingId,
        participant: str,
        number: int,
        *,
        aside: str = "",
    ) -> str:
        """Give the key of one stretch's film, once it is kept that this person plays it.

        Every process notes it at least every ten minutes while they do.
        """
        look, at = (actor.ref, f"{meeting_id}/{aside}/{participant}/{number}"), self.clock()
        goes_on = self._is_noted(look, at)
        async with self.store.read() if goes_on else self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            allowed = [one for of, one in await playable(work, actor, meeting) if of == aside]
            segment = _chosen(allowed, participant, number)
            if not goes_on:
                await work.meetings.note(_played(meeting, segment, actor, at, aside))
        if not goes_on:
            self._remember(look, at)
        return f"{RECORDINGS}/{segment.playback}"

    async def side_by_side(self, actor: Actor, meeting_id: MeetingId, *, aside: str = "") -> str:
        """Give the key of the film that shows everybody, kept as for the others."""
        look, at = (actor.ref, f"{meeting_id}/{aside}"), self.clock()
        goes_on = self._is_noted(look, at)
        async with self.store.read() if goes_on else self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            allowed = aside in await recordings_for(work, actor, meeting)
            montage = await work.meetings.montage(aside or meeting.id) if allowed else None
            if montage is None or not montage.ready:
                raise NotFound(meeting_id)
            if not goes_on:
                detail = {"film": str(montage.number)} | _of(aside)
                await work.meetings.note(_event(meeting, actor, at, detail))
        if not goes_on:
            self._remember(look, at)
        return film_key(montage)

    def _is_noted(self, look: Look, at: datetime) -> bool:
        return look in self.noted and at - self.noted[look] < ONE_PLAYING

    def _remember(self, look: Look, at: datetime) -> None:
        """Remember a playing that is kept, and not for ever."""
        self.noted[look] = at
        self.noted.move_to_end(look)
        while len(self.noted) > MOST_KNOWN:
            self.noted.popitem(last=False)


def _played(meeting: Meeting, segment: Segment, actor: Actor, at: datetime, aside: str) -> Event:
    detail = {"participant": segment.participant, "number": str(segment.number)} | _of(aside)
    return _event(meeting, actor, at, detail)


def _of(aside: str) -> dict[str, str]:
    return {"aside": aside} if aside else {}


def _event(meeting: Meeting, actor: Actor, at: datetime, detail: dict[str, str]) -> Event:
    return Event(
        subject=meeting.id,
        case_id=meeting.case_id,
        kind=PLAYED,
        by=actor.ref,
        at=at,
        detail=detail,
    )


def _chosen(segments: Sequence[Segment], participant: str, number: int) -> Segment:
    for segment in segments:
        if (segment.participant, segment.number) == (participant, number):
            return segment
    raise NotFound(f"{participant}/{number}")
