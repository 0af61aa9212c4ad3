"""The manifest of a recording: written down and signed once a meeting is over and all is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.access import Action
from domain.actors import SYSTEM, Staff
from domain.canonical import sha256_of
from domain.errors import NotFound
from domain.history import Event
from domain.ids import MeetingId
from domain.jobs import MakeManifest
from domain.manifests import Files, Kept, KeptFilm, manifest_of
from domain.montages import Montage
from domain.ports.outside import Clock, Objects
from domain.ports.papers import Attestor
from domain.ports.rooms import RECORDINGS, Recordings, Segment
from domain.ports.store import Store, Work
from services.desk_rules import case_for
from services.films import film_key, fingerprint, is_whole
from services.names import name_of
from services.playback import PLAYED
from services.settings import Centre

LISTED = "meeting.recording-listed"


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
        """List what there is of a meeting; again, as another edition, if more came to light.

        While a segment is still written or brought here nothing is listed: when it is kept, the
        next job follows.
        """
        async with self.store.read() as work:
            meeting = await work.meetings.get(job.meeting_id)
            segments = await work.meetings.segments(meeting.id)
            events = await work.cases.history(meeting.case_id)
            montage = await work.meetings.montage(meeting.id)
            names = {one.participant: await name_of(work, one) for one in meeting.attendees}
        if not is_whole(meeting, segments):
            return
        listed = _listed(events, meeting.id)
        what = fingerprint(segments)
        ready = montage is not None and montage.ready and montage.made_of == what
        film = montage if ready else None
        number = str(film.number) if film else ""
        if listed and _of(listed[-1]) == (what, number):
            return
        try:
            files = Files(
                segments=[await self._kept(segment) for segment in segments],
                film=await self._film(film) if film else None,
            )
        except NotFound:
            return
        told = [event for event in events if event.kind not in {LISTED, PLAYED}]
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
        file = await asyncio.to_thread(self.attestor.attest, record)
        detail = {
            "edition": str(edition),
            "segments": what,
            "film": number,
            "sha256": sha256_of(file.decode()),
        }
        await self.objects.put(_key(meeting.id, detail), file)
        event = Event(
            subject=meeting.id,
            case_id=meeting.case_id,
            kind=LISTED,
            by=SYSTEM.ref,
            at=at,
            detail=detail,
        )
        async with self.store.begin() as work:
            await work.meetings.save(meeting, event)  # of jobs at once, one lists

    async def sha256(self, actor: Staff, meeting_id: MeetingId) -> str:
        """Give the hash of the newest edition, empty if nothing is listed yet."""
        async with self.store.read() as work:
            listed = await self._may_see(work, actor, meeting_id)
        return listed[-1].detail["sha256"] if listed else ""

    async def file(self, actor: Staff, meeting_id: MeetingId) -> bytes:
        """Give the newest edition."""
        async with self.store.read() as work:
            listed = await self._may_see(work, actor, meeting_id)
        if not listed:
            raise NotFound(meeting_id)
        newest = listed[-1].detail
        try:
            return await self.objects.get(_key(meeting_id, newest))
        except NotFound:  # kept by an earlier version
            return await self.objects.get(_former_key(meeting_id, newest))

    async def _may_see(self, work: Work, actor: Staff, meeting_id: MeetingId) -> list[Event]:
        meeting = await work.meetings.get(meeting_id)
        await case_for(work, actor, Action.PLAY, meeting.case_id)
        return _listed(await work.cases.history(meeting.case_id), meeting_id)

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


def _listed(events: Sequence[Event], meeting_id: MeetingId) -> list[Event]:
    return [event for event in events if (event.subject, event.kind) == (meeting_id, LISTED)]


def _key(meeting_id: MeetingId, listed: Mapping[str, str]) -> str:
    name = f"manifest-{listed['edition']}-{listed['sha256'][:12]}.json"
    return f"{RECORDINGS}/{meeting_id}/{name}"


def _former_key(meeting_id: MeetingId, listed: Mapping[str, str]) -> str:
    return f"{RECORDINGS}/{meeting_id}/manifest-{listed['edition']}.json"
