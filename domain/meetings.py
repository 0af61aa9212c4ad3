"""A meeting (调解): when, who, who agreed to be recorded, and what was recorded."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from domain.actors import Actor
from domain.companions import MOST, Companion, Now
from domain.errors import (
    BadInput,
    DoorLocked,
    IllegalMove,
    NotAllowed,
    NotFound,
    NotReady,
    TakenOut,
)
from domain.history import Event
from domain.ids import CaseId, MeetingId, PersonId, StaffId
from domain.ports.rooms import NOWHERE, Order, Place, SeatRole, Where


class MeetingState(enum.StrEnum):
    """Where a meeting stands."""

    FIXED = "fixed"  #: 已约定: time and people are known, invitations are out
    OPEN = "open"  #: 进行中: somebody is in the room
    ENDED = "ended"  #: 已结束
    CANCELLED = "cancelled"  #: 已取消


MOVES: Mapping[MeetingState, frozenset[MeetingState]] = MappingProxyType(
    {
        MeetingState.FIXED: frozenset({MeetingState.OPEN, MeetingState.CANCELLED}),
        MeetingState.OPEN: frozenset({MeetingState.ENDED}),
        MeetingState.ENDED: frozenset(),
        MeetingState.CANCELLED: frozenset(),
    }
)


#: What an order changes at the one it is about.
_DECIDED: Mapping[Order, Mapping[str, bool]] = MappingProxyType(
    {
        Order.MUTE: {"muted": True},
        Order.UNMUTE: {"muted": False},
        Order.READMIT: {"removed": False},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who may come, and whether they agreed to the recording (在线调解规则 22)."""

    participant: str  #: random, names the person inside this room and the recording
    role: SeatRole
    person_id: PersonId | None = None
    staff_id: StaffId | None = None
    consent_version: str = ""  #: of the notice they agreed to; empty = not agreed
    consent_at: datetime | None = None
    session: str = ""  #: hash of the log-in through which they are in the room
    let_in_at: datetime | None = None  #: by the mediator; until then they wait outside
    rights_version: str = ""  #: of what they were told of rights and false mediation (规则 17)
    rights_at: datetime | None = None
    identity: str = ""  #: how the mediator knows who they are: an order's name (规则 17)
    identity_at: datetime | None = None
    muted: bool = False  #: by the mediator
    removed: bool = False  #: by the mediator, who has not called them back

    @property
    def may_begin(self) -> bool:
        """Whether nothing keeps the mediation from beginning with them (在线调解规则 17)."""
        return self.role is SeatRole.MEDIATOR or bool(self.rights_version and self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A talk of the mediator with one side alone (背靠背); to the others it is a plain pause."""

    id: str  #: names its recording, and is told only to those who were in it
    members: tuple[str, ...]  #: participants, without the mediator
    began_at: datetime
    ended_at: datetime | None = None
    recording_wanted: bool = False  #: by the mediator; told to nobody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting of one case in one room."""

    id: MeetingId
    case_id: CaseId
    starts_at: datetime
    attendees: tuple[Attendee, ...]
    state: MeetingState = MeetingState.FIXED
    recording: bool = False
    recording_wanted: bool = False  #: also while it rests: in a pause, until everybody agrees
    locked: bool = False  #: by the mediator: nobody new comes in
    place: Place = NOWHERE  #: of its room
    begun_at: datetime | None = None  #: the mediation itself, after everybody was told
    paused: bool = False
    asides: tuple[Aside, ...] = ()
    companions: tuple[Companion, ...] = ()  #: those who went, too
    version: int = 0

    @property
    def aside(self) -> Aside | None:
        """The talk apart that goes on."""
        return next((one for one in self.asides if one.ended_at is None), None)

    def where(self, participant: str) -> Where:
        """Say in which room somebody is; the mediator is where the talk is."""
        if self.aside is None:
            return Where.PAUSED if self.paused else Where.TABLE
        leads = self.attendee(participant).role is SeatRole.MEDIATOR
        return Where.ASIDE if leads or participant in self.aside.members else Where.PAUSED

    def attendee(self, participant: str) -> Attendee:
        """The one with this name in the room; raises NotFound."""
        for one in self.attendees:
            if one.participant == participant:
                return one
        raise NotFound(participant)

    def person(self, person: PersonId) -> Attendee:
        """The seat of this resident; raises NotFound."""
        for one in self.attendees:
            if one.person_id == person:
                return one
        raise NotFound(person)

    def staff(self, staff: StaffId) -> Attendee:
        """The seat of this member of staff; raises NotFound."""
        for one in self.attendees:
            if one.staff_id == staff:
                return one
        raise NotFound(staff)

    def open(self, *, by: Actor, at: datetime) -> tuple[Meeting, Event]:
        """Begin: somebody came in."""
        return self._moved(MeetingState.OPEN), self._event("meeting.opened", by, at)

    def enter(self, participant: str, session: str, *, at: datetime) -> Meeting:
        """Seat somebody who came by this log-in; what ends it ends their place in the room.

        Raises TakenOut, or DoorLocked for who was never in while the mediator keeps it locked.
        """
        one = self.attendee(participant)
        if one.removed:
            raise TakenOut(self.id)
        if self.locked and one.let_in_at is None and one.role is not SeatRole.MEDIATOR:
            raise DoorLocked(self.id)
        leads = one.role is SeatRole.MEDIATOR
        let_in_at = one.let_in_at or (at if leads else None)
        return self._with(participant, session=session, let_in_at=let_in_at)

    def order(
        self, order: Order, participant: str, *, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Keep what the mediator decides, about one of the others or about the door."""
        if order is Order.BEGIN:
            return self._begun(at), self._event(f"meeting.{order}", by, at)
        if order in (Order.PAUSE, Order.TOGETHER):
            paused = replace(self._without_aside(at), paused=order is Order.PAUSE)
            return paused, self._event(f"meeting.{order}", by, at)
        if order in (Order.LOCK, Order.UNLOCK):
            return replace(self, locked=order is Order.LOCK), self._event(
                f"meeting.{order}", by, at
            )
        if self.attendee(participant).role is SeatRole.MEDIATOR:
            raise NotAllowed(participant)
        event = self._event(f"meeting.{order}", by, at, participant=participant)
        return self._decided(order, participant, at), event

    def take_aside(
        self, aside: str, participants: tuple[str, ...], *, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Begin a talk of the mediator with these alone; the one that went on is over."""
        found = [self.attendee(one) for one in participants]
        if not found or any(
            one.role is SeatRole.MEDIATOR or one.let_in_at is None or one.removed for one in found
        ):
            raise BadInput("participants", "people in the room, without the mediator")
        talk = Aside(id=aside, members=participants, began_at=at)
        before = self._without_aside(at)
        event = self._event("meeting.aside", by, at, participants=" ".join(participants))
        return replace(before, paused=False, asides=(*before.asides, talk)), event

    def _without_aside(self, at: datetime) -> Meeting:
        ended = tuple(one if one.ended_at else replace(one, ended_at=at) for one in self.asides)
        return replace(self, asides=ended)

    def company_of(self, participant: str) -> tuple[Companion, ...]:
        """Those who are at this person's device now."""
        return tuple(
            one for one in self.companions if one.participant == participant and not one.gone_at
        )

    def note_companion(
        self, companion: Companion, *, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Keep that somebody is there without a page of their own.  Raises NotFound, BadInput."""
        host = self.attendee(companion.participant)
        if host.let_in_at is None or host.removed:
            raise BadInput("participant", "somebody who is in the room")
        if len([one for one in self.companions if not one.gone_at]) >= MOST:
            raise BadInput("companions", "too many")
        event = self._event(
            "meeting.companion-noted",
            by,
            at,
            participant=companion.participant,
            companion=companion.id,
            how=companion.how.value,
            text=companion.consent_version,
        )
        return replace(self, companions=(*self.companions, companion)), event

    def change_companion(
        self, companion: str, now: Now, *, text_version: str, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Keep what a companion says about the recording, or that they went; raises NotFound."""
        before = next(
            (one for one in self.companions if one.id == companion and not one.gone_at), None
        )
        if before is None:
            raise NotFound(companion)
        after = before.now(now, text_version=text_version, at=at)
        event = self._event(
            f"meeting.companion-{now}",
            by,
            at,
            participant=before.participant,
            companion=companion,
            text=after.consent_version,
        )
        companions = tuple(after if one is before else one for one in self.companions)
        return replace(self, companions=companions), event

    def acknowledge(
        self, participant: str, text_version: str, *, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Keep that somebody was told of rights and of false mediation (在线调解规则 17)."""
        event = self._event(
            "meeting.acknowledged", by, at, participant=participant, text=text_version
        )
        return self._with(participant, rights_version=text_version, rights_at=at), event

    def settle(self, *, before: Place, worker: str) -> Meeting:
        """Give the room to a media worker, if nobody else moved it meanwhile."""
        if self.place != before:
            return self
        return replace(self, place=Place(worker=worker, epoch=before.epoch + 1))

    def end(self, *, by: Actor, at: datetime) -> tuple[Meeting, Event]:
        """End for everybody; recording ends with it."""
        asides = self._without_aside(at).asides
        moved = self._moved(MeetingState.ENDED)
        moved = replace(moved, recording=False, recording_wanted=False, paused=False, asides=asides)
        return moved, self._event("meeting.ended", by, at)

    def cancel(self, why: str, *, by: Actor, at: datetime) -> tuple[Meeting, Event]:
        """Call it off, with the reason the people are told."""
        if not why.strip():
            raise BadInput("reason", "a cancelled meeting needs its reason")
        return self._moved(MeetingState.CANCELLED), self._event("meeting.cancelled", by, at)

    def consent(
        self, participant: str, *, given: bool, text_version: str, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Keep a consent to being recorded, or its withdrawal (个人信息保护法 14, 15)."""
        kind = "meeting.consented" if given else "meeting.consent-withdrawn"
        event = self._event(kind, by, at, participant=participant, text=text_version)
        changed = self._with(
            participant,
            consent_version=text_version if given else "",
            consent_at=at if given else None,
        )
        return changed, event

    def record(
        self, *, on: bool, participant: str, by: Actor, at: datetime
    ) -> tuple[Meeting, Event]:
        """Note that recording began or stopped."""
        kind = "meeting.recording-began" if on else "meeting.recording-stopped"
        return replace(self, recording=on), self._event(kind, by, at, participant=participant)

    def want_recording(self, *, wanted: bool, aside: str = "") -> Meeting:
        """Keep whether the mediator wants the table recorded, or a talk apart.

        It is no event: the history of the case is read by the other side, too.
        """
        if not aside:
            return replace(self, recording_wanted=wanted)
        asides = [
            replace(one, recording_wanted=wanted) if one.id == aside else one for one in self.asides
        ]
        return replace(self, asides=tuple(asides))

    def wants_recording(self, participant: str) -> bool:
        """Say whether this is the mediator, who wants recorded what goes on where they are."""
        if self.attendee(participant).role is not SeatRole.MEDIATOR:
            return False
        if self.aside is not None:
            return self.aside.recording_wanted
        return self.recording_wanted and not self.paused

    def _begun(self, at: datetime) -> Meeting:
        here = [one for one in self.attendees if one.let_in_at is not None and not one.removed]
        if self.begun_at is not None:
            raise IllegalMove(f"meeting {self.id}: begun already")
        if not all(one.may_begin for one in here):
            raise NotReady(f"meeting {self.id}: somebody was not told or is not known")
        return replace(self, begun_at=at)

    def _decided(self, order: Order, participant: str, at: datetime) -> Meeting:
        if order in (Order.SEEN, Order.KNOWN):
            return self._with(participant, identity=order.value, identity_at=at)
        if order is Order.ADMIT:
            if self.begun_at is not None and not self.attendee(participant).rights_version:
                raise NotReady(f"{participant} was not told yet")
            return self._with(participant, let_in_at=at)
        if order is Order.REMOVE:
            return replace(
                self._with(participant, removed=True), companions=self._gone(participant, at)
            )
        return self._with(participant, **_DECIDED[order])

    def _gone(self, participant: str, at: datetime) -> tuple[Companion, ...]:
        """Whoever is at this device is gone with the one who is taken out."""
        return tuple(
            replace(one, gone_at=one.gone_at or at) if one.participant == participant else one
            for one in self.companions
        )

    def _with(self, participant: str, **facts: Any) -> Meeting:
        before = self.attendee(participant)
        after = replace(before, **facts)
        attendees = tuple(after if one is before else one for one in self.attendees)
        return replace(self, attendees=attendees)

    def _moved(self, to: MeetingState) -> Meeting:
        if to not in MOVES[self.state]:
            raise IllegalMove(f"meeting {self.id}: {self.state} -> {to}")
        return replace(self, state=to)

    def _event(self, kind: str, by: Actor, at: datetime, **detail: str) -> Event:
        return Event(
            subject=self.id, case_id=self.case_id, kind=kind, by=by.ref, at=at, detail=detail
        )
