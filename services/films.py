"""The film of a recording in which everybody is seen side by side: made, shown, kept up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from domain.actors import Actor
from domain.canonical import canonical, sha256_of
from domain.errors import NotFound
from domain.ids import MeetingId
from domain.jobs import MakeFilm, MakeManifest
from domain.meetings import Meeting, MeetingState
from domain.montages import Montage, Turn
from domain.ports.montages import FilmMaker, WantedFilm
from domain.ports.outside import Clock, Objects
from domain.ports.rooms import RECORDINGS, SeatRole, Segment
from domain.ports.store import Store, Work
from services.names import name_of
from services.playable import recordings_for
from services.settings import Centre
from services.views import FilmView, TurnView


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmDesk:
    """The desk that has films made after a meeting."""

    store: Store
    clock: Clock
    objects: Objects
    maker: FilmMaker
    centre: Centre

    async def make(self, job: MakeFilm) -> None:
        """Make the film of what was recorded, unless it is made; again if more came to light."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(job.meeting_id)
            segments = await work.meetings.segments(MeetingId(job.recording))
            before = await work.meetings.montage(job.recording)
            names = await _names(work, meeting)
        if not is_whole(meeting, segments):
            return
        montage = _montage(job, segments, before)
        if not montage.ready:
            await self._make(montage, segments, names)
        await self.maker.tidy(film_key(montage))

    async def list_for(self, actor: Actor, meeting_id: MeetingId) -> tuple[FilmView, ...]:
        """Say of each recording that somebody may play how far its film is."""
        found = []
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            for aside in await recordings_for(work, actor, meeting):
                recording = aside or meeting.id
                segments = await work.meetings.segments(MeetingId(recording))
                if meeting.state is MeetingState.ENDED and segments:
                    found.append(_view(aside, await work.meetings.montage(recording)))
        return tuple(found)

    async def turns(
        self, actor: Actor, meeting_id: MeetingId, *, aside: str = ""
    ) -> tuple[TurnView, ...]:
        """Tell when a voice was active on whose line."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            if aside not in await recordings_for(work, actor, meeting):
                raise NotFound(meeting_id)
            montage = await work.meetings.montage(aside or meeting.id)
            names = await _names(work, meeting)
        if montage is None or not montage.ready:
            raise NotFound(meeting_id)
        kept = json.loads(await self.objects.get(_turns_key(montage)))
        turns = [Turn(**one) for one in kept]
        return tuple(
            TurnView(name=names[one.participant], begin=one.begin, end=one.end) for one in turns
        )

    async def _make(
        self, montage: Montage, segments: Sequence[Segment], names: Mapping[str, str]
    ) -> None:
        apart = montage.recording != montage.meeting_id

        async def told(done: int, parts: int) -> None:
            async with self.store.begin() as work:
                await work.meetings.keep_montage(montage.came_to(done, parts))

        offset = self.clock().astimezone(self.centre.zone).utcoffset()
        wanted = WantedFilm(
            key=film_key(montage),
            segments=segments,
            names=names,
            apart=apart,
            offset=int(offset.total_seconds()) if offset else 0,
        )
        try:
            made = await self.maker.make(wanted, told)
        except NotFound:  # journals in which there is nothing to see or hear
            return
        turns = json.dumps([asdict(one) for one in made.turns]).encode()
        await self.objects.put(_turns_key(montage), turns)
        async with self.store.begin() as work:
            kept = await work.meetings.montage(montage.recording) or montage
            await work.meetings.keep_montage(kept.made(made.seconds))
            if not apart:
                key = f"manifest/{film_key(montage)}"
                await work.jobs.add(MakeManifest(montage.meeting_id), key=key)
        await self._drop_former(montage)

    async def _drop_former(self, montage: Montage) -> None:
        """Keep one film of a recording: what the list does not name looks like slipped in."""
        for number in range(1, montage.number):
            former = Montage(
                recording=montage.recording,
                meeting_id=montage.meeting_id,
                made_of="",
                number=number,
            )
            await self.objects.drop(film_key(former))
            await self.objects.drop(_turns_key(former))


async def want_films(work: Work, meeting: Meeting) -> None:
    """Have the film of each recording made that is whole now, once this transaction is kept."""
    for recording in (meeting.id, *(one.id for one in meeting.asides)):
        segments = await work.meetings.segments(MeetingId(recording))
        if is_whole(meeting, segments):
            key = f"film/{recording}/{fingerprint(segments)}"
            await work.jobs.add(MakeFilm(meeting.id, recording), key=key)


def fingerprint(segments: Sequence[Segment]) -> str:
    """Name what a list or a film was made of."""
    return sha256_of(canonical({one.journal: one.sha256 for one in segments}))


def film_key(montage: Montage) -> str:
    """Name the object that a film is."""
    return f"{RECORDINGS}/{montage.recording}/montage-{montage.number}.webm"


def is_whole(meeting: Meeting, segments: Sequence[Segment]) -> bool:
    """Is the meeting over, and everything kept that was recorded of it?"""
    over = meeting.state is MeetingState.ENDED
    return over and bool(segments) and all(one.closed for one in segments)


def _turns_key(montage: Montage) -> str:
    return f"{RECORDINGS}/{montage.recording}/montage-{montage.number}.turns.json"


def _montage(job: MakeFilm, segments: Sequence[Segment], before: Montage | None) -> Montage:
    made_of = fingerprint(segments)
    if before is None:
        return Montage(recording=job.recording, meeting_id=job.meeting_id, made_of=made_of)
    return before if before.made_of == made_of else before.again(made_of)


async def _names(work: Work, meeting: Meeting) -> dict[str, str]:
    """Name everybody, the mediator first, as they sit on the picture."""
    order = sorted(meeting.attendees, key=lambda one: one.role is not SeatRole.MEDIATOR)
    return {one.participant: await name_of(work, one) for one in order}


def _view(aside: str, montage: Montage | None) -> FilmView:
    if montage is None:
        return FilmView(aside=aside, ready=False, done=0, parts=0, seconds=0.0)
    return FilmView(
        aside=aside,
        ready=montage.ready,
        done=montage.done,
        parts=montage.parts,
        seconds=montage.seconds,
    )
