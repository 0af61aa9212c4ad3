"""Meetings: fixed by the mediator, entered through the gate, recorded only with consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.access import Action, can
from domain.actors import SYSTEM, Actor, Resident, Role, Staff
from domain.cases import Case, CaseState
from domain.codes import Purpose
from domain.companions import Companion, Joining, Now
from domain.consents import RECORDING, RIGHTS
from domain.deadlines import TERMS, DueKind
from domain.errors import BadInput, Expired, IllegalMove, NotAllowed, NotFound, TakenOut
from domain.history import Event
from domain.ids import CaseId, MeetingId, StaffId
from domain.jobs import MakeManifest, ReviewRooms, StoreRecording
from domain.meetings import Attendee, Meeting, MeetingState
from domain.notices import NoticeKind
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.rooms import (
    RECORDINGS,
    Beside,
    Company,
    Doors,
    Order,
    Place,
    Recordings,
    Rooms,
    Seat,
    SeatRole,
    Segment,
    Source,
    Where,
)
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.contention import built_upon
from services.desk_rules import case_for, unchanged
from services.dues import set_due
from services.films import want_films
from services.invitations import Invitations
from services.names import name_of
from services.notices import NoticeDesk
from services.playable import playable
from services.rooms import review_rooms
from services.settings import Centre
from services.tidings import case_changed
from services.views import SegmentView

CONSENT_TEXT = RECORDING.version  #: of the notice in the room; a new text asks again
INVITED_AFTER = timedelta(days=1)  #: an invitation outlives the fixed time, for late starts
LATEST_DAYS = 90
OVER = (MeetingState.ENDED, MeetingState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDesk:
    """The desk of the meetings, and the gate of their rooms (:class:`domain.ports.rooms.Gate`)."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    invitations: Invitations
    rooms: Rooms
    recordings: Recordings
    centre: Centre

    async def fix(
        self, actor: Actor, case_id: CaseId, *, version: int, starts_at: datetime
    ) -> MeetingId:
        """Fix a time; everybody is invited by what they have (WeChat or SMS)."""
        now = self.clock()
        if not now - timedelta(minutes=5) <= starts_at <= now + timedelta(days=LATEST_DAYS):
            raise BadInput("starts_at", "from now to 90 days")
        async with self.store.begin() as work:
            case = unchanged(await case_for(work, actor, Action.MEET, case_id), version)
            await self._no_other(work, case)
            if case.state is CaseState.ACCEPTED:
                moved, began = case.meet(by=actor, at=now)
                await work.cases.save(moved, began)
            meeting = Meeting(
                id=MeetingId(self.chance.id()),
                case_id=case.id,
                starts_at=starts_at,
                attendees=self._attendees(case),
            )
            await work.meetings.add(meeting, _event(meeting, "meeting.fixed", actor, now))
            await self._invite(work, case, meeting)
            at = starts_at - TERMS[DueKind.MEETING_SOON].span
            if at > now:  # the invitation itself is the reminder of a meeting so near
                await set_due(work, self.chance, DueKind.MEETING_SOON, meeting.id, at=at)
        await case_changed(self.bus, case_id)
        return meeting.id

    async def cancel(self, actor: Actor, meeting_id: MeetingId, *, reason: str) -> None:
        """Call the meeting off; everybody is told why."""
        async with self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            case = await case_for(work, actor, Action.MEET, meeting.case_id)
            await self.call_off(work, case, meeting, by=actor, reason=reason)
            await review_rooms(work, case.id)
        await case_changed(self.bus, meeting.case_id)

    async def call_off(
        self, work: Work, case: Case, meeting: Meeting, *, by: Actor, reason: str
    ) -> None:
        """Call a meeting off within the running transaction, and tell the parties."""
        await self._cancel(work, case, meeting, by=by, reason=reason)
        for party in case.parties:
            await self.notices.post(
                work,
                NoticeKind.MEETING_CANCELLED,
                case_id=case.id,
                to_person=party.person_id,
                facts={"number": case.number, "reason": reason},
            )

    async def finish(self, work: Work, case: Case, *, by: Actor, reason: str) -> None:
        """Let no meeting outlive its case; what ended the case is told to the parties elsewhere."""
        for meeting in await work.meetings.of_case(case.id):
            if meeting.state is MeetingState.FIXED:
                await self._cancel(work, case, meeting, by=by, reason=reason)
            elif meeting.state is MeetingState.OPEN:
                await work.meetings.save(*meeting.end(by=by, at=self.clock()))
        await review_rooms(work, case.id)

    async def _cancel(
        self, work: Work, case: Case, meeting: Meeting, *, by: Actor, reason: str
    ) -> None:
        await work.meetings.save(*meeting.cancel(reason, by=by, at=self.clock()))
        await work.dues.drop(DueKind.MEETING_SOON, meeting.id)
        for party in case.parties:
            await work.tokens.revoke(Purpose.ROOM, f"{case.id}/{party.person_id}")

    async def from_invitation(self, actor: Actor, secret: str) -> MeetingId:
        """Give the meeting behind an invitation to the invited person alone."""
        if not isinstance(actor, Resident):
            raise NotFound(Purpose.ROOM)
        async with self.store.read() as work:
            about = await self.invitations.about(work, Purpose.ROOM, secret, actor.id)
        return MeetingId(about)

    async def ticket(self, actor: Actor, meeting_id: MeetingId) -> str:
        """Make a five-minute ticket to the actor's own seat."""
        async with self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            await case_for(work, actor, Action.JOIN, meeting.case_id)
            if meeting.state not in (MeetingState.FIXED, MeetingState.OPEN):
                raise Expired(meeting_id)
            seat = _seat_of(meeting, actor)
            if seat.removed:
                raise TakenOut(meeting_id)
            return await self.invitations.ticket(
                work,
                case_id=meeting.case_id,
                meeting=meeting.id,
                participant=seat.participant,
                session=actor.session if isinstance(actor, Resident | Staff) else "",
            )

    async def segments(self, actor: Actor, meeting_id: MeetingId) -> tuple[SegmentView, ...]:
        """List what was recorded of a meeting."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            found = []
            before: dict[tuple[str, str, Source], str] = {}
            for aside, segment in await playable(work, actor, meeting):
                whose = (aside, segment.participant, segment.source)
                attendee = meeting.attendee(segment.participant)
                found.append(
                    SegmentView(
                        aside=aside,
                        participant=segment.participant,
                        name=await name_of(work, attendee),
                        number=segment.number,
                        started=segment.started,
                        seconds=segment.seconds,
                        gap_before=segment.gap_before,
                        after=before.get(whose),
                        lost=segment.lost,
                        closed=segment.closed,
                        sha256=segment.sha256,
                        source=segment.source,
                    )
                )
                before[whose] = segment.ended
        return tuple(found)

    @built_upon
    async def enter(self, ticket: str) -> Seat:
        """Use up a ticket and give its seat; the first to come opens the meeting."""
        async with self.store.begin() as work:
            meeting, seat = await self._used(work, ticket)
            entered = meeting.enter(seat.participant, seat.session, at=self.clock())
            if entered.state is MeetingState.FIXED:
                opened, event = entered.open(by=SYSTEM, at=self.clock())
                await work.meetings.save(opened, event)
            else:
                await work.meetings.save(entered)
            return seat

    @built_upon
    async def trial(self, ticket: str) -> Seat:
        """Use up a ticket for a trial of devices and line: nobody enters, no meeting opens."""
        async with self.store.begin() as work:
            _, seat = await self._used(work, ticket)
        return seat

    async def _used(self, work: Work, ticket: str) -> tuple[Meeting, Seat]:
        try:
            token = await work.tokens.use(Purpose.TICKET, ticket, at=self.clock())
        except NotFound as unknown:
            raise Expired(Purpose.TICKET) from unknown
        meeting = await work.meetings.get(MeetingId(token.subject))
        if meeting.state not in (MeetingState.FIXED, MeetingState.OPEN):
            raise Expired(meeting.id)
        session = self.invitations.log_in_of(ticket)
        return meeting, await self._seat(work, meeting, token.participant, session)

    async def resume(self, meeting_id: MeetingId, participant: str, session: str) -> Seat:
        """Give the seat again to who came by this log-in, if it is still theirs."""
        async with self.store.read() as work:
            meeting = await work.meetings.get(meeting_id)
            if meeting.state is not MeetingState.OPEN:
                raise Expired(meeting_id)
            return await self._seat(work, meeting, participant, session)

    @built_upon
    async def settle(self, meeting_id: MeetingId, *, before: Place, worker: str) -> Place:
        """Give the room to this worker if it is still where it was, and tell where it is now."""
        async with self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            settled = meeting.settle(before=before, worker=worker)
            if settled is not meeting:
                await work.meetings.save(settled)
        return settled.place

    async def review(self, job: ReviewRooms) -> None:
        """Close the case's rooms that are over; take out whoever lost their place in the others."""
        async with self.store.read() as work:
            meetings = await work.meetings.of_case(job.case_id)
            over = [one.id for one in meetings if one.state in OVER]
            going_on = [one for one in meetings if one.state is MeetingState.OPEN]
            leaving = [
                (one.id, who) for one in going_on for who in await self._placeless(work, one)
            ]
        for meeting_id in over:
            await self.rooms.close(meeting_id)
        for meeting_id, participant in leaving:
            await self.rooms.remove(meeting_id, participant)
        async with self.store.begin() as work:
            for meeting_id in over:
                await want_lists(work, meeting := await work.meetings.get(meeting_id))
                await want_films(work, meeting)

    @built_upon
    async def consent(self, seat: Seat, *, given: bool, text_version: str) -> Seat:
        """Keep a consent to recording, or its withdrawal (在线调解规则 22)."""
        if given and text_version != CONSENT_TEXT:
            raise BadInput("text_version", text_version)
        async with self.store.begin() as work:
            meeting = await work.meetings.get(seat.meeting_id)
            actor = await self._actor(work, meeting, seat.participant)
            changed, event = meeting.consent(
                seat.participant,
                given=given,
                text_version=text_version,
                by=actor,
                at=self.clock(),
            )
            await work.meetings.save(changed, event)
        return replace(seat, consented=given)

    @built_upon
    async def acknowledge(self, seat: Seat, *, text_version: str) -> Seat:
        """Keep that somebody was told of their rights and of false mediation (在线调解规则 17)."""
        if text_version != RIGHTS.version:
            raise BadInput("text_version", text_version)
        async with self.store.begin() as work:
            meeting = await work.meetings.get(seat.meeting_id)
            actor = await self._actor(work, meeting, seat.participant)
            told, event = meeting.acknowledge(
                seat.participant, text_version, by=actor, at=self.clock()
            )
            await work.meetings.save(told, event)
        return replace(seat, acknowledged=True)

    @built_upon
    async def order(self, seat: Seat, order: Order, participant: str = "") -> Doors:
        """Keep what the mediator decides about the door or about somebody; only their seat may."""
        async with self.store.begin() as work:
            meeting, actor = await self._led(work, seat)
            changed, event = meeting.order(order, participant, by=actor, at=self.clock())
            await work.meetings.save(changed, event)
            if order is Order.ADMIT:
                who = await self._actor(work, meeting, participant)
                await work.meetings.note(_event(meeting, "meeting.joined", who, self.clock()))
            if order is Order.REMOVE:
                await review_rooms(work, meeting.case_id)
            return await _doors(work, changed)

    @built_upon
    async def take_aside(self, seat: Seat, participants: Sequence[str]) -> Doors:
        """Keep that the mediator talks with these apart; only their seat may."""
        async with self.store.begin() as work:
            meeting, actor = await self._led(work, seat)
            apart, event = meeting.take_aside(
                self.chance.id(), tuple(participants), by=actor, at=self.clock()
            )
            await work.meetings.save(apart, event)
            return await _doors(work, apart)

    @built_upon
    async def note_companion(
        self, seat: Seat, participant: str, *, name: str, how: Joining, agreed: bool
    ) -> Company:
        """Keep that somebody is at a participant's device, too; only the mediator's seat may.

        They were told their rights and the notice was read to them (在线调解规则 17, 22).
        """
        at = self.clock()
        companion = Companion(
            id=self.chance.id(),
            participant=participant,
            name=name.strip(),
            how=how,
            came_at=at,
            consent_version=CONSENT_TEXT if agreed else "",
            consent_at=at if agreed else None,
        )
        async with self.store.begin() as work:
            meeting, actor = await self._led(work, seat)
            changed, event = meeting.note_companion(companion, by=actor, at=at)
            await work.meetings.save(changed, event)
        return _company(changed, participant)

    @built_upon
    async def change_companion(self, seat: Seat, companion: str, now: Now) -> Company:
        """Keep what a companion says about the recording, or that they went."""
        async with self.store.begin() as work:
            meeting, actor = await self._led(work, seat)
            changed, event = meeting.change_companion(
                companion, now, text_version=CONSENT_TEXT, by=actor, at=self.clock()
            )
            await work.meetings.save(changed, event)
        return _company(changed, event.detail["participant"])

    async def _led(self, work: Work, seat: Seat) -> tuple[Meeting, Actor]:
        """Give the meeting that goes on, and the mediator who leads it from this seat."""
        if seat.role is not SeatRole.MEDIATOR:
            raise NotAllowed(seat.participant)
        meeting = await work.meetings.get(seat.meeting_id)
        if meeting.state is not MeetingState.OPEN:
            raise IllegalMove(meeting.id)
        return meeting, await self._actor(work, meeting, seat.participant)

    async def doors(self, seat: Seat) -> Doors:
        """Say how the door is; only to the mediator's seat."""
        if seat.role is not SeatRole.MEDIATOR:
            raise NotAllowed(seat.participant)
        async with self.store.read() as work:
            return await _doors(work, await work.meetings.get(seat.meeting_id))

    async def joined(self, seat: Seat) -> None:
        """Note that somebody is in the room."""
        await self._note(seat.meeting_id, seat.participant, "meeting.joined")

    async def left(self, meeting_id: MeetingId, participant: str) -> None:
        """Note that somebody left the room; who only waited outside was never in it."""
        await self._note(meeting_id, participant, "meeting.left")

    async def recording(
        self, meeting_id: MeetingId, *, on: bool, wanted: bool, by: str, aside: str = ""
    ) -> None:
        """Note that recording began, stopped, is wanted or not any more, and through whom."""
        case_id = await self._set_recording(meeting_id, on=on, wanted=wanted, by=by, aside=aside)
        if not aside:  # else the other side's page would stir
            await case_changed(self.bus, case_id)

    async def recorded(self, segment: Segment) -> None:
        """Keep what is on disk of a segment; what is finished is brought to the other files."""
        job = StoreRecording(segment.meeting_id, segment.participant, segment.number)
        async with self.store.begin() as work:
            await work.meetings.keep_segment(segment)
            if segment.closed:
                await work.jobs.add(job, key=f"recording/{segment.journal}")

    async def store_recording(self, job: StoreRecording) -> None:
        """Bring journal and playable file to where all files are kept."""
        async with self.store.read() as work:
            segments = await work.meetings.segments(job.meeting_id)
        place = (job.participant, job.number)
        (segment,) = [one for one in segments if (one.participant, one.number) == place]
        await self.recordings.store(f"{RECORDINGS}/{segment.playback}")
        await self.recordings.store(f"{RECORDINGS}/{segment.journal}")
        async with self.store.begin() as work:
            meeting = await work.meetings.of_recording(job.meeting_id)
            await want_films(work, meeting)
            aside = "" if meeting.id == job.meeting_id else job.meeting_id
            listing = MakeManifest(meeting.id, aside)
            await work.jobs.add(listing, key=f"manifest/{segment.journal}")

    @built_upon
    async def end(self, seat: Seat) -> None:
        """End the meeting for everybody; only the mediator's seat may."""
        if seat.role is not SeatRole.MEDIATOR:
            raise NotAllowed(seat.participant)
        async with self.store.begin() as work:
            meeting = await work.meetings.get(seat.meeting_id)
            actor = await self._actor(work, meeting, seat.participant)
            ended, event = meeting.end(by=actor, at=self.clock())
            await work.meetings.save(ended, event)
            case = await work.cases.get(meeting.case_id, EVERYTHING)
            for party in case.parties:
                await work.tokens.revoke(Purpose.ROOM, f"{case.id}/{party.person_id}")
            await work.dues.drop(DueKind.MEETING_SOON, meeting.id)
            await review_rooms(work, case.id)
        await case_changed(self.bus, meeting.case_id)

    def _attendees(self, case: Case) -> tuple[Attendee, ...]:
        if case.mediator is None:
            raise IllegalMove(f"case {case.id}: no mediator")
        mediator = Attendee(
            participant=self.chance.id(), role=SeatRole.MEDIATOR, staff_id=case.mediator
        )
        parties = tuple(
            Attendee(participant=self.chance.id(), role=SeatRole.PARTY, person_id=party.person_id)
            for party in case.parties
        )
        return (mediator, *parties)

    async def _no_other(self, work: Work, case: Case) -> None:
        live = (MeetingState.FIXED, MeetingState.OPEN)
        if any(other.state in live for other in await work.meetings.of_case(case.id)):
            raise IllegalMove(f"case {case.id}: a meeting is fixed already")

    async def _invite(self, work: Work, case: Case, meeting: Meeting) -> None:
        local = meeting.starts_at.astimezone(self.centre.zone)
        for party in case.parties:
            address = await self.invitations.invite(
                work,
                Purpose.ROOM,
                case_id=case.id,
                person=party.person_id,
                about=meeting.id,
                until=meeting.starts_at + INVITED_AFTER,
            )
            await self.notices.post(
                work,
                NoticeKind.MEETING_FIXED,
                case_id=case.id,
                to_person=party.person_id,
                facts={
                    "number": case.number,
                    "url": address,
                    "when": f"{local.month}月{local.day}日{local:%H:%M}",
                },
            )

    async def _placeless(self, work: Work, meeting: Meeting) -> list[str]:
        """Name the attendees of a meeting that goes on who may not be in its room."""
        found = []
        for one in meeting.attendees:
            try:
                await self._seat(work, meeting, one.participant, one.session)
            except Expired:
                found.append(one.participant)
        return found

    async def _seat(self, work: Work, meeting: Meeting, participant: str, session: str) -> Seat:
        attendee = meeting.attendee(participant)
        actor = await self._actor(work, meeting, participant)
        case = await work.cases.get(meeting.case_id, EVERYTHING)
        if not can(actor, Action.JOIN, case).allow or await _left_centre(work, attendee):
            raise Expired(meeting.id)  # no longer a party, or the case has another mediator
        if attendee.removed:
            raise TakenOut(meeting.id)
        if await _logged_out(work, session):
            raise Expired(meeting.id)
        return Seat(
            meeting_id=meeting.id,
            participant=participant,
            name=await name_of(work, attendee),
            role=attendee.role,
            consented=attendee.consent_version == CONSENT_TEXT,
            session=session,
            waiting=attendee.let_in_at is None and attendee.role is not SeatRole.MEDIATOR,
            acknowledged=attendee.role is SeatRole.MEDIATOR
            or attendee.rights_version == RIGHTS.version,
            identified=attendee.role is SeatRole.MEDIATOR or bool(attendee.identity),
            muted=attendee.muted,
            where=(where := meeting.where(participant)),
            aside=meeting.aside.id if meeting.aside and where is Where.ASIDE else "",
            records=meeting.wants_recording(participant),
            place=meeting.place,
            company=_company(meeting, participant).people,
        )

    async def _actor(self, work: Work, meeting: Meeting, participant: str) -> Actor:
        attendee = meeting.attendee(participant)
        if attendee.person_id is not None:
            return Resident(id=attendee.person_id)
        member = await work.staff.get(StaffId(attendee.staff_id or ""))
        return member.acting_as(Role.MEDIATOR)

    @built_upon
    async def _set_recording(
        self, meeting_id: MeetingId, *, on: bool, wanted: bool, by: str, aside: str
    ) -> CaseId:
        async with self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            changed, events = meeting.want_recording(wanted=wanted, aside=aside), []
            if not aside and meeting.recording != on:
                actor = await self._actor(work, meeting, by)
                changed, event = changed.record(on=on, participant=by, by=actor, at=self.clock())
                events = [event]
            if changed != meeting:
                await work.meetings.save(changed, *events)
        return meeting.case_id

    async def _note(self, meeting_id: MeetingId, participant: str, kind: str) -> None:
        async with self.store.begin() as work:
            meeting = await work.meetings.get(meeting_id)
            if meeting.attendee(participant).let_in_at is None:
                return
            actor = await self._actor(work, meeting, participant)
            await work.meetings.note(_event(meeting, kind, actor, self.clock()))
        await case_changed(self.bus, meeting.case_id)


async def want_lists(work: Work, meeting: Meeting) -> None:
    """Have what was recorded listed, of the table and of each talk apart by itself."""
    for aside in ("", *(one.id for one in meeting.asides)):
        await work.jobs.add(MakeManifest(meeting.id, aside), key=f"manifest/{aside or meeting.id}")


def _company(meeting: Meeting, participant: str) -> Company:
    found = meeting.company_of(participant)
    people = [
        Beside(id=one.id, name=one.name, how=one.how, agreed=one.consent_version == CONSENT_TEXT)
        for one in found
    ]
    return Company(participant=participant, people=tuple(people))


def _seat_of(meeting: Meeting, actor: Actor) -> Attendee:
    if isinstance(actor, Resident):
        return meeting.person(actor.id)
    if isinstance(actor, Staff):
        return meeting.staff(actor.id)
    raise NotFound(meeting.id)


async def _doors(work: Work, meeting: Meeting) -> Doors:
    out = [one for one in meeting.attendees if one.removed]
    named = tuple([(one.participant, await name_of(work, one)) for one in out])
    aside = meeting.aside
    return Doors(
        locked=meeting.locked,
        begun=meeting.begun_at is not None,
        removed=named,
        paused=meeting.paused,
        aside=aside.id if aside else "",
        members=aside.members if aside else (),
    )


async def _left_centre(work: Work, attendee: Attendee) -> bool:
    return attendee.staff_id is not None and not (await work.staff.get(attendee.staff_id)).active


async def _logged_out(work: Work, session: str) -> bool:
    """Was the log-in taken back?  Idle time does not count: who talks does not click."""
    if not session:
        return False
    known = await work.logins.session(session)
    return known is None or known.revoked


def _event(meeting: Meeting, kind: str, by: Actor, at: datetime) -> Event:
    return Event(subject=meeting.id, case_id=meeting.case_id, kind=kind, by=by.ref, at=at)
