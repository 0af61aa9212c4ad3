"""The film of a recording in which everybody is seen side by side: made, shown, kept up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from domain.actors import Actor
from domain.canonical import canonical, sha256_of
from domain.errors import NotFound
from domain.ids import MeetingId
from domain.jobs import MakeFilm, MakeManifest
from domain.meetings import Meeting, MeetingState
from domain.montages import Montage, Turn
from domain.ports.montages import FilmMaker, WantedFilm
from domain.ports.outside import Clock, Objects
from domain.ports.rooms import RECORDINGS, Segment
from domain.ports.store import Store, Work
from services.names import names_by_device
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
        """Make the film of what was recorded, unless it is made or another one is wanted by now."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(job.meeting_id)
            segments = await work.meetings.segments(MeetingId(job.recording))
            montage = await work.meetings.montage(job.recording)
            names = await names_by_device(work, meeting, job.recording)
        if montage is None:
            raise NotFound(job.recording)
        if not montage.settled:
            if (montage.number, montage.made_of) != (job.number, fingerprint(segments)):
                await self.maker.tidy(film_key(replace(montage, number=job.number)))
                return
            await self._make(montage, segments, names)
        await self.maker.tidy(film_key(montage))
        await self._drop_former(montage)

    async def list_for(self, actor: Actor, meeting_id: MeetingId) -> tuple[FilmView, ...]:
        """Say of each recording that somebody may play how far its film is."""
        found = []
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            for aside in await recordings_for(work, actor, meeting):
                recording = aside or meeting.id
                montage = await work.meetings.montage(recording)
                segments = await work.meetings.segments(MeetingId(recording))
                if montage is None and _is_awaited(meeting, segments):
                    montage = Montage(recording=recording, meeting_id=meeting.id, made_of="")
                if montage is not None and not montage.empty:
                    found.append(_view(aside, montage))
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
            names = await names_by_device(work, meeting, aside or meeting.id)
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
            nonlocal montage
            montage = montage.came_to(done, parts)
            await self._keep(montage)

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
        except NotFound:
            await self._keep(montage.made_of_nothing())
            return
        turns = json.dumps([asdict(one) for one in made.turns]).encode()
        await self.objects.put(_turns_key(montage), turns)
        async with self.store.begin() as work:
            await work.meetings.keep_montage(montage.made(made.seconds))
            job = MakeManifest(montage.meeting_id, montage.recording if apart else "")
            await work.jobs.add(job, key=f"manifest/{film_key(montage)}")

    async def _keep(self, montage: Montage) -> None:
        async with self.store.begin() as work:
            await work.meetings.keep_montage(montage)

    async def _drop_former(self, montage: Montage) -> None:
        """Keep one film of a recording: what the list does not name looks like slipped in."""
        for number in range(1, montage.number):
            former = replace(montage, number=number)
            await self.objects.drop(film_key(former))
            await self.objects.drop(_turns_key(former))
            await self.maker.tidy(film_key(former))


async def want_films(work: Work, meeting: Meeting) -> None:
    """Have the film of each recording made that is whole now, once this transaction is kept."""
    for recording in (meeting.id, *(one.id for one in meeting.asides)):
        segments = await work.meetings.segments(MeetingId(recording))
        before, made_of = await work.meetings.montage(recording), fingerprint(segments)
        if is_whole(meeting, segments) and (before is None or before.made_of != made_of):
            first = Montage(recording=recording, meeting_id=meeting.id, made_of=made_of)
            wanted = before.again(made_of) if before else first
            await work.meetings.keep_montage(wanted)
            job = MakeFilm(meeting.id, recording, wanted.number)
            await work.jobs.add(job, key=f"film/{recording}/{wanted.number}")


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


def _is_awaited(meeting: Meeting, segments: Sequence[Segment]) -> bool:
    return meeting.state is MeetingState.ENDED and any(not one.closed for one in segments)


def _turns_key(montage: Montage) -> str:
    return f"{RECORDINGS}/{montage.recording}/montage-{montage.number}.turns.json"


def _view(aside: str, montage: Montage) -> FilmView:
    return FilmView(
        aside=aside,
        ready=montage.ready,
        done=montage.done,
        parts=montage.parts,
        seconds=montage.seconds,
    )
