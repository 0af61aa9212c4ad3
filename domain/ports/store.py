"""The kept ledger: transactions and repositories, in the words of the trade.

Every ``get`` raises :class:`~domain.errors.NotFound` for what is missing or outside the scope;
every ``save`` raises :class:`~domain.errors.Stale` if somebody else saved since it was loaded,
keeps the events with the change, and stores ``version + 1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.agreements import Agreement
from domain.areas import Area
from domain.cases import Case, CaseState
from domain.codes import LoginCode, Purpose, Rating, Session, Token
from domain.conversations import Incoming, Reply, Talk
from domain.deadlines import Due, DueKind
from domain.history import Event
from domain.ids import (
    AgreementId,
    CaseId,
    CellId,
    DueId,
    MediaId,
    MeetingId,
    ObligationId,
    PersonId,
    StaffId,
)
from domain.jobs import Job
from domain.meetings import Meeting
from domain.notices import Notice
from domain.obligations import Obligation
from domain.people import Person, StaffMember, WeChatIdentity
from domain.places import Cell
from domain.ports.papers import Registered, Stroke
from domain.ports.rooms import Segment
from domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases of the scope a list shows; the alarmed stand first, then the newest."""

    states: frozenset[CaseState] = frozenset()  #: empty = all
    words: str = ""  #: in number or story
    mediator: StaffId | None = None


class Cases(Protocol):
    """The cases."""

    async def add(self, case: Case, *events: Event) -> None:
        """Keep a new case."""
        ...

    async def get(self, case_id: CaseId, scope: Scope) -> Case:
        """Return the case."""
        ...

    async def save(self, case: Case, *events: Event) -> None:
        """Keep the changed case."""
        ...

    async def unfinished_of(self, reporter: PersonId) -> Case | None:
        """Return the case that still waits for this person's report, if there is one."""
        ...

    async def page(
        self, scope: Scope, wanted: CaseFilter, *, limit: int, after: str = ""
    ) -> tuple[Sequence[Case], str]:
        """Return up to ``limit`` cases behind the key ``after``, and the next key or ``""``."""
        ...

    async def open_counts(self) -> Mapping[StaffId, int]:
        """Count the open cases of each mediator."""
        ...

    async def counts(self, scope: Scope) -> Mapping[CaseState, int]:
        """Count the cases of the scope by state."""
        ...

    async def history(self, case_id: CaseId) -> Sequence[Event]:
        """Return every event of the case, oldest first."""
        ...

    async def next_number(self, kind: str, year: int) -> int:
        """Count up the label of a year; labels are never ids. ``kind``: ``case``, ``paper``."""
        ...


class People(Protocol):
    """The residents; name, phone and address are encrypted at rest."""

    async def add(self, person: Person) -> None:
        """Keep a new person."""
        ...

    async def get(self, person_id: PersonId) -> Person:
        """Return the person."""
        ...

    async def save(self, person: Person) -> None:
        """Keep the changed person."""
        ...

    async def by_phone(self, phone: str) -> Person | None:
        """Find by the exact E.164 number (blind index)."""
        ...

    async def by_openid(self, appid: str, openid: str) -> Person | None:
        """Find by a WeChat account."""
        ...

    async def by_unionid(self, unionid: str) -> Person | None:
        """Find by the id that is the same over the centre's WeChat apps."""
        ...

    async def link(self, identity: WeChatIdentity) -> None:
        """Keep or change a WeChat account of a person; raises Stale if it is somebody else's."""
        ...

    async def identities(self, person_id: PersonId) -> Sequence[WeChatIdentity]:
        """Return the person's WeChat accounts."""
        ...

    async def phone_index(self, phone: str) -> str:
        """Return the keyed blind index of a number."""
        ...


class StaffList(Protocol):
    """The people of the centre."""

    async def add(self, member: StaffMember, *events: Event) -> None:
        """Keep a new member."""
        ...

    async def get(self, staff_id: StaffId) -> StaffMember:
        """Return the member."""
        ...

    async def save(self, member: StaffMember, *events: Event) -> None:
        """Keep the changed member."""
        ...

    async def by_login(self, login: str) -> StaffMember | None:
        """Find by log-in name."""
        ...

    async def all(self) -> Sequence[StaffMember]:
        """Return everybody active."""
        ...

    async def everybody(self) -> Sequence[StaffMember]:
        """Return everybody, also who was invited only or does not work here any more."""
        ...

    async def use_totp(self, staff_id: StaffId, step: int) -> bool:
        """Use up a time step of somebody's TOTP; False if it or a later one was used before."""
        ...


class Cells(Protocol):
    """The grid cells."""

    async def add(self, cell: Cell) -> None:
        """Keep a new cell."""
        ...

    async def get(self, cell_id: CellId) -> Cell:
        """Return the cell."""
        ...

    async def all(self) -> Sequence[Cell]:
        """Return every cell."""
        ...


class Areas(Protocol):
    """The areas of the country, as far as they were imported."""

    async def add_all(self, areas: Sequence[Area]) -> int:
        """Keep these areas, renamed or moved where they are known; count what changed."""
        ...

    async def get(self, code: str) -> Area:
        """Return the area with this 12-digit code."""
        ...

    async def children(self, code: str) -> Sequence[Area]:
        """Return what lies directly in the area, by code; in ``""`` lie the provinces."""
        ...


class Meetings(Protocol):
    """The meetings and their recordings."""

    async def add(self, meeting: Meeting, *events: Event) -> None:
        """Keep a new meeting."""
        ...

    async def get(self, meeting_id: MeetingId) -> Meeting:
        """Return the meeting; the caller checks access through its case."""
        ...

    async def save(self, meeting: Meeting, *events: Event) -> None:
        """Keep the changed meeting."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Meeting]:
        """Return the case's meetings, newest first."""
        ...

    async def going_on(self) -> Sequence[Meeting]:
        """Return every meeting that somebody may be in at this moment."""
        ...

    async def keep_segment(self, segment: Segment) -> None:
        """Keep or lengthen a segment; recorded seconds never shrink."""
        ...

    async def segments(self, meeting_id: MeetingId) -> Sequence[Segment]:
        """Return what was recorded, by participant and number."""
        ...

    async def note(self, event: Event) -> None:
        """Keep an event that changes nothing else: somebody came or left."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureEvidence:
    """What proves one signature; strokes are encrypted at rest. ``record`` is canonical JSON."""

    agreement_id: AgreementId
    field: str
    record: str
    sha256: str
    strokes: tuple[Stroke, ...]


class Agreements(Protocol):
    """The agreements, their evidence and the registry of every revision handed out."""

    async def add(self, agreement: Agreement, *events: Event) -> None:
        """Keep a new agreement."""
        ...

    async def get(self, agreement_id: AgreementId) -> Agreement:
        """Return it in the type of its stage; the caller checks access through its case."""
        ...

    async def save(self, agreement: Agreement, *events: Event) -> None:
        """Keep the changed agreement, also in its next stage."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Agreement]:
        """Return the case's agreements, newest edition first."""
        ...

    async def keep_evidence(self, evidence: SignatureEvidence) -> None:
        """Keep what proves a signature."""
        ...

    async def evidence(self, agreement_id: AgreementId, field: str) -> SignatureEvidence:
        """Return what proves a signature."""
        ...

    async def register(self, agreement_id: AgreementId, sha256: str, *, at: datetime) -> None:
        """Note a revision that exists, for ever."""
        ...

    async def registered(self, sha256: str) -> Registered | None:
        """Return what is known of a file with this hash."""
        ...


class Obligations(Protocol):
    """The promises."""

    async def add(self, obligation: Obligation, *events: Event) -> None:
        """Keep a new promise."""
        ...

    async def get(self, obligation_id: ObligationId) -> Obligation:
        """Return it."""
        ...

    async def save(self, obligation: Obligation, *events: Event) -> None:
        """Keep the changed promise."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Obligation]:
        """Return the case's promises in the order of the clauses."""
        ...


class Dues(Protocol):
    """The deadlines."""

    async def add(self, due: Due) -> None:
        """Keep a deadline."""
        ...

    async def get(self, due_id: DueId) -> Due:
        """Return it."""
        ...

    async def drop(self, kind: DueKind, subject: str) -> None:
        """Take back the open deadlines of this kind for this subject."""
        ...

    async def claim(self, now: datetime, *, limit: int = 20) -> Sequence[Due]:
        """Mark rows due by ``now`` as taken, by compare-and-set, and return those we took."""
        ...

    async def of_subjects(self, subjects: Sequence[str]) -> Sequence[Due]:
        """Return the open deadlines of these subjects, soonest first."""
        ...


class Notices(Protocol):
    """What people are told, and what is known of its delivery."""

    async def add(self, notice: Notice) -> None:
        """Keep a notice to be sent."""
        ...

    async def get(self, notice_id: str) -> Notice:
        """Return it."""
        ...

    async def save(self, notice: Notice) -> None:
        """Keep the changed notice."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Notice]:
        """Return the case's notices, newest first."""
        ...

    async def unknown(self) -> Sequence[Notice]:
        """Return the notices whose outcome can't be known."""
        ...


class Tokens(Protocol):
    """Tokens in addresses: only their hash is kept; a case or paper code also encrypted."""

    async def add(self, secret: str, token: Token, *, keep_text: bool = False) -> None:
        """Keep a token by the hash of its text; with ``keep_text`` the text encrypted too."""
        ...

    async def find(self, purpose: Purpose, secret: str) -> Token:
        """Return what the token means; revoked ones are NotFound, expired ones are returned."""
        ...

    async def use(self, purpose: Purpose, secret: str, *, at: datetime) -> Token:
        """Use up a one-use token by compare-and-set; raises Expired if used or over."""
        ...

    async def text(self, purpose: Purpose, subject: str) -> str:
        """Return the kept text of the live token of this subject."""
        ...

    async def revoke(self, purpose: Purpose, subject: str) -> None:
        """Make every token of this purpose for the subject worthless."""
        ...


class Logins(Protocol):
    """Log-in codes, sessions, and counters of attempts."""

    async def keep_code(self, code: LoginCode) -> None:
        """Keep a new code; earlier ones of the number are worthless."""
        ...

    async def try_code(self, phone_index: str, code_hash: str, *, at: datetime) -> PersonId:
        """Check and use up the code; counts the try.

        Raises WrongCredentials, TooManyTries or Expired.
        """
        ...

    async def count(self, name: str, *, at: datetime, window_seconds: int) -> int:
        """Count an attempt under this name and return how many the window holds."""
        ...

    async def forget(self, name: str) -> None:
        """Forget the attempts under this name: one succeeded."""
        ...

    async def open(self, session: Session) -> None:
        """Keep a new session."""
        ...

    async def session(self, id_hash: str) -> Session | None:
        """Return the session with this hash."""
        ...

    async def see(self, id_hash: str, *, at: datetime) -> None:
        """Note that the session was used now."""
        ...

    async def revoke(self, id_hash: str) -> None:
        """End a session."""
        ...

    async def revoke_by_phone(self, person_id: PersonId) -> None:
        """End every session of a resident that a code by SMS opened."""
        ...

    async def revoke_staff(self, staff_id: StaffId) -> None:
        """End every session of somebody of the centre."""
        ...


class Ratings(Protocol):
    """How the parties rate the service."""

    async def add(self, rating: Rating) -> None:
        """Keep a rating; one per case and person, else AlreadyRated."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Rating]:
        """Return the case's ratings."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the inbox knows of a message."""

    incoming: Incoming
    reply: Reply | None  #: None while pending
    late: bool  #: ``success`` went out first: the courier brings the reply
    delivered: bool


class Inbox(Protocol):
    """The messages of people, each effective exactly once (unique by their key)."""

    async def find(self, key: str) -> Kept | None:
        """Return what is known of the message."""
        ...

    async def postpone(self, incoming: Incoming) -> bool:
        """Keep the message as pending before WeChat is told ``success``; False if it exists."""
        ...

    async def finish(self, incoming: Incoming, reply: Reply) -> bool:
        """Make the message done: insert it, or turn pending into done; True if it was pending.

        Raises :class:`~domain.errors.Stale` if it is done already (another process was faster).
        """
        ...

    async def delivered(self, key: str) -> None:
        """Note that the courier brought the late reply."""
        ...

    async def pending(self, *, before: datetime, limit: int = 50) -> Sequence[Incoming]:
        """Return pending messages that came before the moment and nobody holds a lease for."""
        ...

    async def first_seen(self, timestamp: str, nonce: str, digest: str, *, at: datetime) -> str:
        """Keep which message came with (timestamp, nonce); return the digest kept first."""
        ...


class Talks(Protocol):
    """The dialogues, and the leases that let one message of a person run at a time."""

    async def get(self, appid: str, openid: str) -> Talk:
        """Return what we remember, or an empty talk."""
        ...

    async def save(self, appid: str, openid: str, talk: Talk) -> None:
        """Remember."""
        ...

    async def take_lease(self, appid: str, openid: str, holder: str, *, seconds: float) -> bool:
        """Take the person's lease unless somebody else holds it (machine clock)."""
        ...

    async def release(self, appid: str, openid: str, holder: str) -> None:
        """Give the lease back if it is still ours."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A picture or voice a person sent; original bytes under ``object_key`` once fetched."""

    id: MediaId
    person_id: PersonId
    case_id: CaseId | None
    kind: str
    appid: str
    platform_id: str
    received_at: datetime
    object_key: str = ""
    sha256: str = ""
    content_type: str = ""


class Media(Protocol):
    """What people sent."""

    async def add(self, medium: Medium) -> None:
        """Keep a new medium, fetched or not."""
        ...

    async def get(self, media_id: MediaId) -> Medium:
        """Return it."""
        ...

    async def save(self, medium: Medium) -> None:
        """Keep what is known now: case, object, hash."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Medium]:
        """Return the case's media in the order they came."""
        ...


class Jobs(Protocol):
    """The work that follows a change."""

    async def add(self, job: Job, *, key: str = "") -> None:
        """Keep the job with this transaction; a worker does it after the commit.

        ``key`` makes it unique: a second job with the same key is the same job.
        """
        ...


class Work(Protocol):
    """One transaction: committed when its block ends well, else rolled back."""

    cases: Cases
    people: People
    staff: StaffList
    cells: Cells
    areas: Areas
    meetings: Meetings
    agreements: Agreements
    obligations: Obligations
    dues: Dues
    notices: Notices
    tokens: Tokens
    logins: Logins
    ratings: Ratings
    inbox: Inbox
    talks: Talks
    media: Media
    jobs: Jobs


class Store(Protocol):
    """Opens transactions."""

    def begin(self) -> AbstractAsyncContextManager[Work]:
        """Open a transaction that may write; keep it short."""
        ...

    def read(self) -> AbstractAsyncContextManager[Work]:
        """Open a transaction that only reads."""
        ...
