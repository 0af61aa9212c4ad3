"""What people are shown: flat, masked already, with the next step in plain Chinese."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.agreements import Stage
from domain.cases import CaseState, Suggestion
from domain.clauses import Clause, Finding
from domain.ids import (
    AgreementId,
    CaseId,
    MediaId,
    MeetingId,
    ObligationId,
    PersonId,
    QuestionId,
    StaffId,
)
from domain.media import Hearing, MediumState
from domain.meetings import MeetingState
from domain.notices import Delivery
from domain.obligations import ObligationState
from domain.originals import Scan
from domain.others_told import OtherTold
from domain.ports.rooms import Source
from domain.self_told import SelfTold


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What happens next, by when, who has to do it."""

    words: str  #: 等待调解员接单
    due: datetime | None = None
    by: str = "最晚"  #: what ``due`` is: 最晚 for a deadline, 时间 for an appointment
    overdue: bool = False  #: the deadline has passed and the step is still waited for
    basis: str = ""  #: article or 本中心规定


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCase:
    """What a stranger who scans the case code sees: nothing personal."""

    state: CaseState
    state_words: str
    next_step: NextStep
    office: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """One party; name and number masked as the viewer's right says."""

    person_id: PersonId
    side: str
    name: str
    phone: str
    reachable: str  #: ``wechat``, ``sms`` or ``none``
    born: date | None = None  #: for the assigned mediator alone
    capacity: str = ""  #: as what ``hand`` signs
    hand: str = ""  #: who signs for the party; empty: the party
    proof: str = ""  #: SHA-256 of the document that says so, for the centre
    told: SelfTold | None = None  #: of themselves and not put down yet, for who may put it down
    as_told: bool = False  #: name and number stand as they were told: nobody has checked them


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One event as told to people."""

    at: datetime
    words: str
    by: str
    why: str = ""  #: the reason somebody gave, for those who may read it


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingView:
    """One meeting of the case."""

    id: MeetingId
    starts_at: datetime
    state: MeetingState
    recording: bool
    consented: tuple[str, ...] = ()  #: names of those who agreed to the recording


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    """One stretch of recording that may be played."""

    aside: str  #: the talk apart it is of; empty for the table
    participant: str
    name: str
    number: int
    started: datetime
    seconds: float
    gap_before: float
    after: str | None  #: why the one before it ended (:class:`Ended`), if there is one
    lost: float
    closed: bool
    sha256: str
    source: Source  #: what they show the others is a recording of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmView:
    """The film in which everybody is seen side by side, and how far it is made."""

    aside: str  #: the talk apart it is of; empty for the table
    ready: bool
    done: int  #: parts of it, of about a minute each
    parts: int  #: 0 until it is known
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """The signed list of a recording."""

    aside: str  #: the talk apart it is of; empty for the table
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """A voice was active on somebody's line, in seconds of the film; nobody says whose it was."""

    name: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerView:
    """One signature place of an agreement."""

    field: str
    name: str
    confirmed: bool
    signed_at: datetime | None
    waiting: bool  #: given, being put into the file
    hand: str = ""  #: 法定代理人刘大勇, if somebody signs for this party


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkView:
    """What stands in one place of a paper signed with ink."""

    name: str
    how: str  #: 签名, 盖章 or 按指印


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalView:
    """The signed original as it was recorded."""

    scans: tuple[Scan, ...]
    marks: tuple[MarkView, ...]
    signed_on: date
    witnesses: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementView:
    """One agreement with its words, its findings and its signatures."""

    id: AgreementId
    case_id: CaseId
    number: str
    edition: int
    stage: Stage
    stage_words: str
    facts: str
    clauses: tuple[Clause, ...]
    spoken: tuple[str, ...]  #: the clauses as Chinese paragraphs
    findings: tuple[Finding, ...]
    wet_ink: bool
    signers: tuple[SignerView, ...]
    sha256: str
    pages: int
    expires_at: datetime | None
    effective_at: datetime | None
    effective_on: date | None  #: of a paper signed with ink, which knows no hour
    verify_url: str
    my_field: str  #: the field the viewer signs, empty for others
    consent: str = ""  #: version of the text the viewer agrees to when signing
    closed_because: str = ""
    declined_by: str = ""  #: name of who did not agree
    declined_why: str = ""  #: in their words
    original: OriginalView | None = None  #: of a paper signed with ink


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationView:
    """One promise."""

    id: ObligationId
    text: str
    due: date
    state: ObligationState
    state_words: str
    i_owe: bool
    i_am_owed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One labelled line of a message."""

    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One of a resident's messages (我的消息)."""

    id: str
    kind: str
    title: str
    lines: tuple[MessageLine, ...]
    url: str  #: where to go on; empty if there is nothing to do
    case_id: str
    at: datetime
    seen: bool
    state: Delivery
    doubt: str  #: says that nobody knows whether it came; else empty


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList:
    """One page of a resident's messages, and how many they have not seen at all."""

    items: tuple[MessageView, ...]
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """One message and what is known of it, as staff see it."""

    kind: str
    way: str
    way_words: str
    state: str
    state_words: str
    why: str  #: a stable code: why it waits, failed, or went this way
    why_words: str
    at: datetime
    to: str
    count: int = 1  #: so many of the same kind are shown in this one line, the newest's time


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLineView:
    """One case in a list."""

    id: CaseId
    number: str
    state: CaseState
    state_words: str
    type_words: str
    story: str  #: its beginning
    alarmed: bool
    danger: tuple[str, ...]
    reported_at: datetime
    cell: str
    mediator: str
    without_mediator: bool  #: it lost its mediator on the way; always false for the parties
    next_step: NextStep
    unanswered: int = 0  #: questions of the parties that wait, for who may answer
    unreached: bool = False  #: it rings, and no message to anybody on duty has gone out yet
    alarmed_at: datetime | None = None  #: since when it rings


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """What waits for one of the staff, and how much more there is than fits."""

    items: tuple[CaseLineView, ...]
    left_out: int  #: the newest are not shown; whoever has more looks at the desk


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """What a party asked about the case, and what they were answered."""

    id: QuestionId
    asked_by: str  #: masked
    asked_at: datetime
    text: str
    open: bool
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumView:
    """A picture or voice of a case; its original is proved by its hash."""

    id: MediaId
    kind: str
    state: MediumState
    received_at: datetime
    sha256: str
    seconds: float | None  #: of a voice that can be played
    no_copy: str  #: why a voice cannot be played
    heard: str  #: what was made out in a voice
    hearing: Hearing  #: only a confirmed one is the person's word


@dataclass(frozen=True, slots=True, kw_only=True)
class InDangerView:
    """Somebody who told of danger; who took care of it, or mediates, sees the whole number."""

    person_id: PersonId
    name: str
    phone: str
    chat: bool  #: can they be answered in the chat?
    told: SelfTold | None = None  #: of themselves, where name or number is not put down yet


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case as this viewer may see it."""

    line: CaseLineView
    version: int
    full_story: str
    content_hint: str  #: what WeChat thinks of the story, in words for staff; empty: nothing
    place: str
    latitude: float | None
    longitude: float | None
    reporter: str
    parties: tuple[PartyView, ...]
    media: tuple[MediumView, ...]
    proposed_type: Suggestion
    proposed_cell: Suggestion
    proposed_mediator: Suggestion
    type_code: str
    cell_id: str
    mediator_id: StaffId | None
    reason: str
    danger_seen_by: str
    code_url: str
    meetings: tuple[MeetingView, ...]
    agreements: tuple[AgreementView, ...]
    obligations: tuple[ObligationView, ...]
    notices: tuple[NoticeView, ...]
    history: tuple[HistoryLine, ...]
    questions: tuple[QuestionView, ...] = ()
    in_danger: tuple[InDangerView, ...] = ()  #: who told of danger, for staff
    others_told: tuple[OtherTold, ...] = ()  #: named in the report, for who may put them down
    may: frozenset[str] = field(default_factory=frozenset)  #: actions this viewer may take now
    to_do: str = ""  #: the one page that matters now to a party: an address, or empty
    to_do_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose from, in a form."""

    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """What an invitation's page may say before log-in: nothing personal of anybody."""

    purpose: str
    masked_phone: str  #: 138****8000 of the invited person, or empty
    person_id: PersonId
    case_id: CaseId
    subject: str
    office: str
    phone: str
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a signer gets: that the signature was given, to which bytes."""

    field: str
    sha256_before: str
    evidence_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPaper:
    """What the verification page shows before a file is uploaded."""

    number: str
    committee: str
    state: str
    state_words: str
    on_paper: bool  #: signed with ink: the scan proves less than the original
