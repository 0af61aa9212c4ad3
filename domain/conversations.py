"""A talk with the bot: what was last asked, what is known so far, what a message caused."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from domain.cases import Report, Spot
from domain.guarding import GuardSide, Scope, Topic
from domain.happenings import Happening
from domain.helping import Helped
from domain.ids import CaseId, MatterId, MediaId
from domain.matters import Grade, MatterReport
from domain.privacy import Cause, Wish


class MessageKind(enum.StrEnum):
    """What a person sent."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    CARD = "card"  #: a page of a mini-program
    EVENT = "event"  #: follow, menu, scan ...: ``event`` and ``key`` say which
    UNKNOWN = "unknown"
    HEARD = "heard"  #: ours, never WeChat's: what was made out in a voice, or nothing (no text)


class Sender(NamedTuple):
    """Who writes: an openid belongs to one app."""

    appid: str
    openid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as the bot understands it, free of WeChat's XML.

    ``key`` is the de-duplication key: for messages (appid, MsgId, FromUserName, CreateTime), for
    events (appid, FromUserName, CreateTime, Event, EventKey, MsgID or the like).
    """

    key: str
    appid: str
    openid: str
    kind: MessageKind
    sent_at: datetime
    text: str = ""
    media_id: str = ""  #: the platform's id of a picture, voice or video
    latitude: float | None = None  #: WGS-84 degrees, whatever map they were shown on
    longitude: float | None = None
    label: str = ""
    choice: str = ""  #: the id of an offered answer that was tapped (msgmenu), beside its text
    title: str = ""  #: of a link or card
    url: str = ""  #: of a link; of a card the page's path
    event: str = ""  #: in lower case
    event_key: str = ""  #: of a menu item, or the scene of a code without ``qrscene_``
    happenings: tuple[Happening, ...] = ()  #: what the event tells, in types; unknown ones: nothing
    unknown_type: str = ""  #: the platform's name of a kind that we have none for

    @property
    def sender(self) -> Sender:
        """Who wrote it."""
        return Sender(self.appid, self.openid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page to open from the chat."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the person is told."""

    text: str
    links: tuple[Link, ...] = ()
    picture: str = ""  #: an address that is shown as a QR code, drawn when it is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What we remember of one person's dialogue between messages."""

    state: str = ""  #: ``report:where``; empty = nothing asked
    answers: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[str, ...] = ()  #: the states before this one, for going back
    changed_at: datetime | None = None
    human: str = ""  #: name of the member of staff who has the talk; empty: the machine
    nearly: str = ""  #: what was said last that is half of an alarm perhaps
    nearly_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """Intent: make a case of what was told."""

    report: Report
    helped: Helped | None = None  #: whom it is told for, if not by themselves
    refused: str = ""  #: what to reply if this person may not report for others any more


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlarm:
    """Intent: somebody is in mortal danger; people are told at once.

    While a report is being told, ``story`` is what was told so far, this message included; the
    alarm then belongs to that report and to no other case of the person.
    """

    words: str
    text: str
    story: str = ""
    spot: Spot | None = None  #: where, if that was told already
    media: tuple[MediaId, ...] = ()
    helped: Helped | None = None  #: whom the report is told for, if not by themselves
    at: datetime | None = None  #: when ``text`` was sent
    before: str = ""  #: the message before it, if danger was heard only in both together
    before_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPlace:
    """Intent: where it is, told after an alarm was raised; who was called reads it at once."""

    spot: Spot
    within: bool = False  #: a house or a room of the place told before, whose point still stands
    helped: Helped | None = None  #: whom the report is told for, if not by themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchMedia:
    """Intent: fetch a picture or voice from the platform before it expires (3 days).

    A voice is then listened to, if the centre can: its words come back as ``MessageKind.HEARD``.
    """

    media_id: MediaId  #: our id for it
    platform_id: str
    kind: MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeHeard:
    """Intent: keep whether the person said that what was made out in a voice is right."""

    media_id: MediaId
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Intent: the person began (or ended) to follow the account."""

    following: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHuman:
    """Intent: the person wants to talk to somebody of the centre, or has to, being in danger."""

    danger: bool = False


@dataclass(frozen=True, slots=True)
class ShareTalk:
    """Intent: the person lets the human see what was said before; ``{shared}`` in the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn:
    """Intent: what was said is for the human who has the talk."""

    media_id: MediaId | None = None
    words: str = ""  #: what was said before and is meant, if not this message
    for_alarm: bool = False  #: a picture or voice belongs into the case of the person's alarm too


@dataclass(frozen=True, slots=True)
class EndHuman:
    """Intent: the person wants the machine back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindStaff:
    """Intent: somebody of the centre shows by a code of the workbench that this is their WeChat."""

    code: str
    refused: str  #: what to reply if the code is wrong or over


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMediator:
    """Intent: put a question to whoever has the case in hand."""

    case_id: CaseId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCase:
    """Intent: the person rates the service in one of their cases."""

    case_id: CaseId
    stars: int
    words: str
    rated_before: str  #: what to reply if their rating counts already


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckText:
    """Intent: is this a fraud? ``{reviewed}``, ``{others}``, ``{official}`` in the reply."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Intent: the person wants the warnings of a topic, and agreed to get them."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Intent: the person wants no warnings any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteGuard:
    """Intent: the person wants a guardian who is told of this; ``{guard_code}`` in the reply."""

    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskGuard:
    """Intent: say what a code asks the person to agree to; ``{guard_asks}`` in the reply."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeGuard:
    """Intent: the person agrees to be the guardian; ``{guard_agreed}`` in the reply."""

    code: str


@dataclass(frozen=True, slots=True)
class EndGuard:
    """Intent: the person ends the guards in which they stand there; ``{guard_ended}`` is said.

    Without a side nothing ends for somebody who stands on both: they are asked which is meant.
    """

    sides: tuple[GuardSide, ...] = ()


@dataclass(frozen=True, slots=True)
class TellMine:
    """Intent: the person asks what is kept about them; ``{my_data}`` in the reply."""


@dataclass(frozen=True, slots=True)
class AskCopy:
    """Intent: the person wants a copy of their data; ``{copy}`` in the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStays:
    """Intent: say beforehand what would go and what could not; ``{stays}`` in the reply.

    ``happens`` is said where there is anything to go.
    """

    wish: Wish
    happens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Intent: the person takes their consent back."""

    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class HearRevoked:
    """Intent: WeChat says what the person took back there."""

    cause: Cause
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMatter:
    """Intent: make a daily-life matter; ``{matter_number}``, ``{matter_by}``, ``{matter_page}``."""

    report: MatterReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RateMatter:
    """Intent: the person says how good an answer is; ``{matter_rated}`` in the reply.

    It is ``said``, which may hold ``{matter_by}``, or ``too_late`` where it counts no more.
    """

    matter_id: MatterId
    grade: Grade
    said: str
    too_late: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellMatter:
    """Intent: add words, pictures or voices to a daily-life matter; ``{matter_told}`` in the reply.

    It is ``said``, or ``too_late`` where nothing more is taken.
    """

    matter_id: MatterId
    said: str
    too_late: str
    words: str = ""
    media: tuple[MediaId, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeNote:
    """Intent: keep what WeChat tells of messages, subscriptions and checks (``happenings``)."""


Intent: TypeAlias = (
    FileReport
    | RaiseAlarm
    | TellPlace
    | FetchMedia
    | JudgeHeard
    | Follow
    | AskHuman
    | ShareTalk
    | PassOn
    | EndHuman
    | CheckText
    | Subscribe
    | Unsubscribe
    | InviteGuard
    | AskGuard
    | AgreeGuard
    | EndGuard
    | TellMine
    | AskCopy
    | AskStays
    | TakeBack
    | HearRevoked
    | RateCase
    | TakeNote
    | AskMediator
    | BindStaff
    | FileMatter
    | RateMatter
    | TellMatter
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a dialogue makes of a message: the reply, the talk after it, and what is to be done.

    The text of a reply may contain ``{case_number}`` and ``{alarm_told}``, links ``{case_code}``:
    they exist only once the intent was carried out.
    """

    reply: Reply
    talk: Talk
    intents: tuple[Intent, ...] = ()
    door: Link | None = None  #: to the page of long answers, should the filled reply be one


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One of a person's cases, as the chat tells it."""

    case_id: CaseId
    number: str
    state: str  #: Chinese
    next_step: str  #: Chinese
    due: datetime | None
    code_url: str
    open_url: str = ""  #: the one page that matters now: room, signing or rating
    page: str = ""  #: which of the three it is: ``room``, ``sign``, ``rate``
    meeting_at: datetime | None = None  #: when people meet next
    room_url: str = ""  #: this person's invitation to that meeting
    paper: str = ""  #: how the agreement stands, Chinese; empty: there is none
    who: str = ""  #: the mediator who has it in hand
    rated: bool = False  #: by this person
    over: bool = False  #: nothing more happens in it


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLine:
    """One of a person's daily-life matters, as the chat tells it."""

    matter_id: MatterId
    number: str
    state: str  #: Chinese
    next_step: str  #: Chinese
    due: datetime | None  #: by when it is answered
    answer: str
    reason: str  #: why it was refused
    url: str
    to_rate: bool  #: an answer waits to be rated
    reopened: bool  #: an answer was not good enough before
    over: bool  #: nothing more happens in it
    reopens: bool = False  #: closed so lately that a 不满意 opens it again
    told: str = ""  #: its beginning, by which people know it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a dialogue may know about the person it talks to."""

    talk: Talk
    named: bool  #: have we a name and number on file?
    cases: tuple[CaseLine, ...] = ()
    matters: tuple[MatterLine, ...] = ()  #: the newest
    office_phone: str = ""
    hotline_name: str = ""  #: the human on duty
    pages_url: str = ""  #: the public address our pages begin with
    demo: bool = False  #: may numbers be invented ones here?
    helps: bool = False  #: is this a grid worker, who may report for others?
    cell: str = ""  #: name of the grid cell in which a location that was just sent lies
    open_now: bool = True  #: is somebody at the desk?
    office_hours: str = ""  #: as people say them
    listens: bool = False  #: are voices written down and offered to be confirmed?
    human_asked: bool = False  #: has the person asked for a human, in a talk that is not over?
    danger_talk: bool = False  #: is that talk about danger?
    begun: str = ""  #: number of the case that an alarm made of the report that is being told
    wishes: frozenset[Wish] = frozenset(Wish)  #: of what there is anything to take back
    alarm_told: str = ""  #: who hears, or saw, an alarm of theirs that is open or a day old
    called: tuple[str, ...] = ()  #: the names of those
