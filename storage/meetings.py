"""The meetings and their recordings in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, case, or_, select

from domain.companions import Companion
from domain.errors import Stale
from domain.history import Event
from domain.ids import CaseId, MeetingId
from domain.meetings import Aside, Attendee, Meeting, MeetingState
from domain.montages import Montage
from domain.ports.rooms import Place, Segment, Source
from storage.forms import Form
from storage.history import keep_events
from storage.rows.meetings import MeetingRow, MontageRow, SegmentRow
from storage.transaction import Transaction

ATTENDEES: Form[tuple[Attendee, ...]] = Form(tuple[Attendee, ...])
ASIDES: Form[tuple[Aside, ...]] = Form(tuple[Aside, ...])
COMPANIONS: Form[tuple[Companion, ...]] = Form(tuple[Companion, ...])
MEASURED = ("started", "seconds", "journal", "playback", "sha256", "gap_before", "lost", "ended")


class SqlMeetings:
    """The meetings."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, meeting: Meeting, *events: Event) -> None:
        """Keep a new meeting."""
        new = self._tx.insert(MeetingRow).values(
            id=meeting.id, version=meeting.version, **_values(meeting)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def get(self, meeting_id: MeetingId) -> Meeting:
        """Return the meeting."""
        return _meeting(await self._tx.one(select(MeetingRow).where(MeetingRow.id == meeting_id)))

    async def save(self, meeting: Meeting, *events: Event) -> None:
        """Keep the changed meeting."""
        await self._tx.swap(MeetingRow, meeting.id, meeting.version, **_values(meeting))
        await keep_events(self._tx, events)

    async def of_case(self, case_id: CaseId) -> Sequence[Meeting]:
        """Return the case's meetings, newest first."""
        own = select(MeetingRow).where(MeetingRow.case_id == case_id)
        rows = await self._tx.all(own.order_by(MeetingRow.starts_at.desc(), MeetingRow.id.desc()))
        return [_meeting(row) for row in rows]

    async def going_on(self) -> Sequence[Meeting]:
        """Return every meeting that somebody may be in at this moment."""
        open_now = select(MeetingRow).where(MeetingRow.state == MeetingState.OPEN)
        return [_meeting(row) for row in await self._tx.all(open_now.order_by(MeetingRow.id))]

    async def keep_segment(self, segment: Segment) -> None:
        """Keep or lengthen a segment; a report that comes late neither shortens nor reopens it."""
        keeping = self._tx.insert(SegmentRow).values(**_segment_values(segment))
        new, longer = keeping.excluded, keeping.excluded.seconds >= SegmentRow.seconds
        kept: dict[str, Any] = {
            name: case((longer, new[name]), else_=getattr(SegmentRow, name)) for name in MEASURED
        }
        kept["closed"] = or_(SegmentRow.closed, new.closed)
        keys = ["meeting_id", "participant", "number"]
        await self._tx.run(keeping.on_conflict_do_update(index_elements=keys, set_=kept))

    async def segments(self, meeting_id: MeetingId) -> Sequence[Segment]:
        """Return what was recorded, by participant and number."""
        own = select(SegmentRow).where(SegmentRow.meeting_id == meeting_id)
        rows = await self._tx.all(own.order_by(SegmentRow.participant, SegmentRow.number))
        return [_segment(row) for row in rows]

    async def of_recording(self, recording: str) -> Meeting:
        """Return the meeting of a recording, which is its own or of one of its talks apart."""
        own = await self._tx.maybe(select(MeetingRow).where(MeetingRow.id == recording))
        if own is None:  # only then: this looks through every meeting
            apart = MeetingRow.asides.contains(f'"{recording}"', autoescape=True)
            own = await self._tx.one(select(MeetingRow).where(apart))
        return _meeting(own)

    async def montage(self, recording: str) -> Montage | None:
        """Return the film of a recording, if one was begun."""
        own = select(MontageRow).where(MontageRow.recording == recording)
        row = await self._tx.maybe(own)
        return _montage(row) if row else None

    async def keep_montage(self, montage: Montage) -> None:
        """Keep the film of a recording, and how far it is; raises Stale if another is wanted."""
        values = asdict(montage)
        same = and_(MontageRow.number == montage.number, MontageRow.made_of == montage.made_of)
        keeping = (
            self._tx.insert(MontageRow)
            .values(**values)
            .on_conflict_do_update(
                index_elements=["recording"],
                set_=values,
                where=or_(same, MontageRow.number < montage.number),
            )
        )
        if await self._tx.run(keeping) == 0:
            raise Stale(montage.recording)

    async def list_alone(self, recording: str) -> None:
        """Until the end of this transaction let nobody else list this recording."""
        await self._tx.alone(f"list {recording}")

    async def note(self, event: Event) -> None:
        """Keep an event that changes nothing else."""
        await keep_events(self._tx, [event])


def _values(meeting: Meeting) -> dict[str, Any]:
    return {
        "case_id": meeting.case_id,
        "starts_at": meeting.starts_at,
        "attendees": ATTENDEES.write(meeting.attendees),
        "state": meeting.state,
        "recording": meeting.recording,
        "recording_wanted": meeting.recording_wanted,
        "locked": meeting.locked,
        "worker": meeting.place.worker,
        "epoch": meeting.place.epoch,
        "begun_at": meeting.begun_at,
        "paused": meeting.paused,
        "asides": ASIDES.write(meeting.asides),
        "companions": COMPANIONS.write(meeting.companions) if meeting.companions else None,
    }


def _meeting(row: MeetingRow) -> Meeting:
    return Meeting(
        id=MeetingId(row.id),
        case_id=CaseId(row.case_id),
        starts_at=row.starts_at,
        attendees=ATTENDEES.read(row.attendees),
        state=MeetingState(row.state),
        recording=row.recording,
        recording_wanted=row.recording_wanted,
        locked=row.locked,
        place=Place(worker=row.worker, epoch=row.epoch),
        begun_at=row.begun_at,
        paused=row.paused,
        asides=ASIDES.read(row.asides),
        companions=COMPANIONS.read(row.companions) if row.companions else (),
        version=row.version,
    )


def _montage(row: MontageRow) -> Montage:
    return Montage(
        recording=row.recording,
        meeting_id=MeetingId(row.meeting_id),
        made_of=row.made_of,
        number=row.number,
        parts=row.parts,
        done=row.done,
        seconds=row.seconds,
        ready=row.ready,
        empty=row.empty,
    )


def _segment_values(segment: Segment) -> dict[str, Any]:
    return {
        "meeting_id": segment.meeting_id,
        "participant": segment.participant,
        "number": segment.number,
        "closed": segment.closed,
        "source": segment.source.value,
        **{name: getattr(segment, name) for name in MEASURED},
    }


def _segment(row: SegmentRow) -> Segment:
    return Segment(
        meeting_id=MeetingId(row.meeting_id),
        participant=row.participant,
        number=row.number,
        started=row.started,
        seconds=row.seconds,
        journal=row.journal,
        playback=row.playback,
        sha256=row.sha256,
        closed=row.closed,
        gap_before=row.gap_before,
        lost=row.lost,
        ended=row.ended,
        source=Source(row.source),
    )
