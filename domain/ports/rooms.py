"""The video room as the trade sees it, and the gate it asks before it lets somebody in."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.companions import Joining, Now
from domain.ids import MeetingId
from domain.measures import Measured

RECORDINGS = "recordings"  #: where the keys of journals and playable files begin


class SeatRole(enum.StrEnum):
    """What somebody is in the room."""

    MEDIATOR = "mediator"  #: leads: starts and stops recording, ends the meeting
    PARTY = "party"
    EXPERT = "expert"


class Order(enum.StrEnum):
    """What the mediator decides about the door, or about somebody in the room."""

    ADMIT = "admit"  #: from the waiting room; who was let in once waits no more
    MUTE = "mute"  #: nothing that they say is forwarded or recorded
    UNMUTE = "unmute"
    REMOVE = "remove"  #: out, until they are called back
    READMIT = "readmit"
    SEEN = "identity-document"  #: who they are, by a document that the mediator was shown
    KNOWN = "identity-known"  #: who they are, since the mediator knows them
    BEGIN = "begin"  #: the mediation itself, once everybody was told and is known (规则 17)
    PAUSE = "pause"  #: 休会: nobody sees or hears anybody
    TOGETHER = "together"  #: everybody back at the table
    LOCK = "lock"  #: nobody new; who was let in once may come back
    UNLOCK = "unlock"


class Where(enum.StrEnum):
    """In which of a meeting's rooms somebody is."""

    TABLE = "table"
    ASIDE = "aside"  #: with the mediator, apart from the others (背靠背)
    PAUSED = "paused"  #: in none, whatever the others do


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the mediator is shown of the door, and who is in which room."""

    locked: bool
    begun: bool = False
    removed: tuple[tuple[str, str], ...] = ()  #: participant and name
    paused: bool = False
    aside: str = ""  #: the recording of the talk apart that goes on; no page is told
    members: tuple[str, ...] = ()  #: of that talk, without the mediator


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The media worker that has a room; each time that it moves the epoch grows."""

    worker: str = ""  #: empty until somebody came
    epoch: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Somebody who is at another's device now, without a page of their own (同席)."""

    id: str
    name: str
    how: Joining
    agreed: bool  #: to being recorded, as the mediator noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everybody who is at this participant's device now, beside them."""

    participant: str
    people: tuple[Beside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One person's place in one meeting, decided by the server and never by the browser."""

    meeting_id: MeetingId
    participant: str  #: stable for this person in this meeting; names the recording
    name: str  #: as shown to the others
    role: SeatRole
    consented: bool  #: to being recorded, to the present text of the notice
    session: str = ""  #: hash of the log-in they came by
    waiting: bool = False  #: until the mediator lets them in
    acknowledged: bool = False  #: what they were told of rights and of false mediation
    identified: bool = False  #: by the mediator
    muted: bool = False  #: by the mediator
    where: Where = Where.TABLE
    aside: str = ""  #: the recording of the talk apart they are in; no page is told
    records: bool = False  #: leads, and wants recorded what goes on there, also after a break
    place: Place = NOWHERE  #: of the room
    company: tuple[Beside, ...] = ()  #: at the same device

    @property
    def said(self) -> tuple[object, ...]:
        """What may have been decided meanwhile, and has to be done at once."""
        return (self.consented, self.muted, self.company)

    @property
    def all_agreed(self) -> bool:
        """Whether everybody at this device agreed to being recorded."""
        return self.consented and all(one.agreed for one in self.company)


class Source(enum.StrEnum):
    """What of a participant is recorded."""

    CAMERA = "camera"  #: what their camera and microphone give
    SCREEN = "screen"  #: what they show the others: a screen, or a picture of a paper


class Ended(enum.StrEnum):
    """Why a segment of a recording ended."""

    STOPPED = "stopped"  #: the mediator stopped the recording, or ended the meeting
    AWAY = "away"  #: the person left, or their line was made anew
    RECESS = "recess"  #: nobody was at the table any more
    CONSENT = "consent"  #: somebody was present who had not agreed
    WITHDRAWN = "withdrawn"  #: somebody withdrew their consent
    SIZE = "size"  #: the picture became a larger or smaller one
    RECORDER = "recorder"  #: the recorder of the others died
    WORKER = "worker"  #: the media worker ended
    FULL = "disk-full"
    FAILED = "disk-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One contiguous stretch of one participant's recording.

    ``journal`` and ``playback`` are object keys; ``sha256`` is the hash of the last block of the
    hash-chained journal, in hex. ``seconds`` counts only what is on disk (fdatasync).
    """

    meeting_id: MeetingId
    participant: str
    number: int
    started: datetime
    seconds: float
    journal: str
    playback: str
    sha256: str
    closed: bool
    gap_before: float = 0.0  #: seconds missing since the segment before, shown in the record
    lost: float = 0.0  #: seconds in which the disk did not keep up; not among ``seconds``
    ended: str = ""  #: why, if it was closed properly (:class:`Ended`); empty after a crash
    source: Source = Source.CAMERA


class Gate(Protocol):
    """What the room asks the centre: who is this, may it be recorded, note what happened."""

    async def enter(self, ticket: str) -> Seat:
        """Use up a five-minute ticket and give its seat.

        Raises :class:`~domain.errors.Expired` for a used, old or unknown ticket and for who was
        taken out, :class:`~domain.errors.DoorLocked` for who is new while the door is locked.
        """
        ...

    async def resume(self, meeting_id: MeetingId, participant: str, session: str) -> Seat:
        """Give the seat again to who came by this log-in.

        Raises :class:`~domain.errors.Expired` if it is theirs no more.
        """
        ...

    async def trial(self, ticket: str) -> Seat:
        """Use up a ticket for a trial of devices and line: nobody enters, no meeting opens.

        Raises :class:`~domain.errors.Expired` as :meth:`enter` does.
        """
        ...

    async def settle(self, meeting_id: MeetingId, *, before: Place, worker: str) -> Place:
        """Give the room to this worker if it is still where it was, and tell where it is now."""
        ...

    async def consent(self, seat: Seat, *, given: bool, text_version: str) -> Seat:
        """Keep a consent to recording, or its withdrawal, and give the changed seat."""
        ...

    async def acknowledge(self, seat: Seat, *, text_version: str) -> Seat:
        """Keep that somebody was told of their rights and of false mediation; give their seat."""
        ...

    async def order(self, seat: Seat, order: Order, participant: str = "") -> Doors:
        """Keep what the mediator's seat decides, about this participant or about the door."""
        ...

    async def take_aside(self, seat: Seat, participants: Sequence[str]) -> Doors:
        """Keep that the mediator talks with these apart; a talk that went on is over."""
        ...

    async def note_companion(
        self, seat: Seat, participant: str, *, name: str, how: Joining, agreed: bool
    ) -> Company:
        """Keep that somebody is at a participant's device, too; only the mediator's seat may."""
        ...

    async def change_companion(self, seat: Seat, companion: str, now: Now) -> Company:
        """Keep what a companion says about the recording, or that they went."""
        ...

    async def doors(self, seat: Seat) -> Doors:
        """Say how the door is; only to the mediator's seat."""
        ...

    async def joined(self, seat: Seat) -> None:
        """Note that somebody is in the room."""
        ...

    async def left(self, meeting_id: MeetingId, participant: str) -> None:
        """Note that somebody left the room."""
        ...

    async def recording(
        self, meeting_id: MeetingId, *, on: bool, wanted: bool, by: str, aside: str = ""
    ) -> None:
        """Note that recording began, stopped, is wanted or not any more, and through whom.

        Of a talk apart only the wish is kept, where nobody else sees it.
        """
        ...

    async def recorded(self, segment: Segment) -> None:
        """Keep what is on disk of a segment; called again as it grows and when it closes."""
        ...

    async def end(self, seat: Seat) -> None:
        """End the meeting; only the mediator's seat may."""
        ...


class Recordings(Protocol):
    """What media workers wrote, until it is where all files are kept."""

    async def store(self, key: str) -> None:
        """Bring a finished file there and leave none behind; a second time changes nothing.

        Raises :class:`~domain.errors.NotFound` if it is in neither place.
        """
        ...

    async def measure(self, key: str) -> Measured:
        """Measure a file as it is kept there, sealed.

        Raises :class:`~domain.errors.NotFound` if it is not there.
        """
        ...


class Rooms(Protocol):
    """The rooms of the media plane, as the centre commands them.

    Both deeds are done when they return, and doing them again changes nothing; they raise
    :class:`~domain.errors.Unavailable` if nobody knows whether they were done.
    """

    async def close(self, meeting_id: MeetingId) -> None:
        """End the room: everybody is told, the recording is closed, nothing is forwarded."""
        ...

    async def remove(self, meeting_id: MeetingId, participant: str) -> None:
        """Take somebody out: not a packet is forwarded or recorded afterwards."""
        ...
