"""The manifest of a recording: written down and signed once a meeting is over and all is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.actors import SYSTEM, Staff
from domain.canonical import sha256_of
from domain.errors import NotFound, Stale
from domain.history import Event
from domain.ids import MeetingId
from domain.jobs import MakeManifest
from domain.manifests import Files, Kept, KeptFilm, Record, manifest_of
from domain.meetings import Meeting
from domain.montages import Montage
from domain.ports.outside import Clock, Objects
from domain.ports.papers import Attestor
from domain.ports.rooms import RECORDINGS, Recordings, Segment
from domain.ports.store import Store
from services.films import film_key, fingerprint, is_whole
from services.names import name_of
from services.playable import recordings_for
from services.playback import PLAYED
from services.settings import Centre
from services.views import ListView

#: Lines of the history; by whether it was a talk apart, of which the other side is told nothing.
KINDS: Mapping[bool, str] = MappingProxyType(
    {False: "meeting.recording-listed", True: "meeting.aside-listed"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestDesk:
    """The desk that says what a recording consists of."""

    store: Store
    clock: Clock
    objects: Objects
    recordings: Recordings
    attestor: Attestor
    centre: Centre

    async def make(self, job: MakeManifest) -> None:
        """List what there is of a recording; again, as another edition, if more came to light.

        While a segment is still written or brought here nothing is listed: when it is kept, the
        next job follows.
        """
        async with self.store.read() as work:
            meeting = await work.meetings.get(job.meeting_id)
            recording = job.aside or meeting.id
            segments = await work.meetings.segments(MeetingId(recording))
            events = await work.cases.history(meeting.case_id)
            montage = await work.meetings.montage(recording)
            names = {one.participant: await name_of(work, one) for one in meeting.attendees}
        if not is_whole(meeting, segments):
            return
        listed = _listed(events, recording)
        what = fingerprint(segments)
        ready = montage is not None and montage.ready and montage.made_of == what
        film = montage if ready else None
        number = str(film.number) if film else ""
        if listed and _of(listed[-1]) == (what, number):
            return
        aside = next((one for one in meeting.asides if one.id == job.aside), None)
        try:
            files = Files(
                segments=[await self._kept(segment) for segment in segments],
                film=await self._film(film) if film else None,
                aside=aside,
            )
        except NotFound:
            return
        told = [event for event in events if event.kind not in {*KINDS.values(), PLAYED}]
        at, edition = self.clock(), len(listed) + 1
        record = manifest_of(
            meeting,
            names,
            files,
            told,
            committee=self.centre.committee,
            edition=edition,
            at=at,
        )
        detail = {"edition": str(edition), "segments": what, "film": number}
        await self._keep(meeting, job.aside, record, detail, at)

    async def _keep(
        self, meeting: Meeting, aside: str, record: Record, detail: dict[str, str], at: datetime
    ) -> None:
        """Sign a list, put it beside the recording, and its hash into the history.

        Of jobs at once, one signs: a signed list that the history does not name would look like an
        edition, too.  Raises Stale for the others.
        """
        recording, put = aside or meeting.id, ""
        try:
            async with self.store.begin() as work:
                await work.meetings.list_alone(recording)
                _be_next(await work.cases.history(meeting.case_id), recording, detail["edition"])
                file = await asyncio.to_thread(self.attestor.attest, record)
                listed = detail | {"sha256": sha256_of(file.decode())}
                put = _key(recording, listed)
                await self.objects.put(put, file)
                event = Event(
                    subject=recording,
                    case_id=meeting.case_id,
                    kind=KINDS[bool(aside)],
                    by=SYSTEM.ref,
                    at=at,
                    detail=listed,
                )
                await work.meetings.note(event)
            put = ""
        finally:
            if put:
                await self._drop_unnamed(meeting, recording, put)

    async def _drop_unnamed(self, meeting: Meeting, recording: str, key: str) -> None:
        """Delete a list that did not come into the history; its transaction is over by then."""
        async with self.store.begin() as work:
            await work.meetings.list_alone(recording)
            listed = _listed(await work.cases.history(meeting.case_id), recording)
            if key not in {_key(recording, one.detail) for one in listed}:
                await self.objects.drop(key)

    async def list_for(self, actor: Staff, meeting_id: MeetingId) -> tuple[ListView, ...]:
        """Give the hashes of the newest editions: of the table, and of the talks apart."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            asides = await recordings_for(work, actor, meeting)
            events = await work.cases.history(meeting.case_id)
        newest = [(aside, _listed(events, aside or meeting_id)) for aside in asides]
        return tuple(
            ListView(aside=aside, sha256=listed[-1].detail["sha256"])
            for aside, listed in newest
            if listed
        )

    async def file(self, actor: Staff, meeting_id: MeetingId, *, aside: str = "") -> bytes:
        """Give the newest edition."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            allowed = aside in await recordings_for(work, actor, meeting)
            events = await work.cases.history(meeting.case_id)
        recording = aside or meeting_id
        listed = _listed(events, recording) if allowed else []
        if not listed:
            raise NotFound(meeting_id)
        newest = listed[-1].detail
        try:
            return await self.objects.get(_key(recording, newest))
        except NotFound:  # kept by an earlier version
            return await self.objects.get(_former_key(recording, newest))

    async def _film(self, film: Montage) -> KeptFilm:
        key = film_key(film)
        name = key.removeprefix(f"{RECORDINGS}/")
        file = await self.recordings.measure(key)
        return KeptFilm(name=name, seconds=film.seconds, file=file)

    async def _kept(self, segment: Segment) -> Kept:
        journal = await self.recordings.measure(f"{RECORDINGS}/{segment.journal}")
        try:
            film = await self.recordings.measure(f"{RECORDINGS}/{segment.playback}")
        except NotFound:  # brought here before the journal is; so there was nothing to see or hear
            film = None
        return Kept(segment=segment, journal=journal, film=film)


def _of(listed: Event) -> tuple[str, str]:
    """Tell of which segments and of which film a list is."""
    return listed.detail["segments"], listed.detail.get("film", "")


def _listed(events: Sequence[Event], recording: str) -> list[Event]:
    kinds = set(KINDS.values())
    return [event for event in events if event.subject == recording and event.kind in kinds]


def _be_next(events: Sequence[Event], recording: str, edition: str) -> None:
    """Raise Stale if another job has listed the recording meanwhile."""
    if str(len(_listed(events, recording)) + 1) != edition:
        raise Stale(recording)


def _key(recording: str, listed: Mapping[str, str]) -> str:
    name = f"manifest-{listed['edition']}-{listed['sha256'][:12]}.json"
    return f"{RECORDINGS}/{recording}/{name}"


def _former_key(recording: str, listed: Mapping[str, str]) -> str:
    return f"{RECORDINGS}/{recording}/manifest-{listed['edition']}.json"
