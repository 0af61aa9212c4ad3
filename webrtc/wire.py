"""What page and server say over the room's WebSocket; docs/room-protocol.md tells it to people."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from domain.companions import LONGEST_NAME, Joining, Now
from domain.errors import BadInput

MAX_MESSAGE = 65536  #: octets
_MAX_SDP = 60000

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]  #: of a participant or a meeting


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Enter(_Message):
    """Page: I was given this ticket."""

    type: Literal["enter"] = "enter"
    ticket: str = Field(min_length=1, max_length=500)


class Resume(_Message):
    """Page: the connection broke; I was in the room."""

    type: Literal["resume"] = "resume"
    token: str = Field(min_length=1, max_length=500)


class Try(_Message):
    """Page: by this ticket I try devices and line before the meeting, in no room."""

    type: Literal["try"] = "try"
    ticket: str = Field(min_length=1, max_length=500)


class Publish(_Message):
    """Page: this is what I send, over a new connection."""

    type: Literal["publish"] = "publish"
    sdp: str = Field(max_length=_MAX_SDP)


class Watch(_Message):
    """Page: I send nothing, show me the others; both of my connections are new."""

    type: Literal["watch"] = "watch"


class Answer(_Message):
    """Page: yes to your offer of this number."""

    type: Literal["answer"] = "answer"
    number: int
    sdp: str = Field(max_length=_MAX_SDP)


class Restart(_Message):
    """Page: my address changed; same media, new ICE credentials, both ways."""

    type: Literal["restart"] = "restart"
    sdp: str = Field(max_length=_MAX_SDP)


class Consent(_Message):
    """Page: I agree to being recorded, having read this version of the notice."""

    type: Literal["consent"] = "consent"
    text_version: str = Field(max_length=40)


class Withdraw(_Message):
    """Page: I no longer agree."""

    type: Literal["withdraw"] = "withdraw"
    text_version: str = Field(max_length=40)


class Record(_Message):
    """Mediator's page: record, as soon as everybody agrees."""

    type: Literal["record"] = "record"


class Stop(_Message):
    """Mediator's page: stop recording."""

    type: Literal["stop"] = "stop"


class Chat(_Message):
    """Page: say this to everybody in writing."""

    type: Literal["chat"] = "chat"
    text: str = Field(min_length=1, max_length=1000)


class Hand(_Message):
    """Page: I would like to say something; or no more."""

    type: Literal["hand"] = "hand"
    up: bool


class Share(_Message):
    """Page: this is what I show, a screen or a paper, over a new connection of its own."""

    type: Literal["share"] = "share"
    number: int  #: one more with every offer; an answer is of one offer only
    sdp: str = Field(max_length=_MAX_SDP)


class Unshare(_Message):
    """Page: I show it no more.  Server: what you show is shown no more, or was not taken."""

    type: Literal["unshare"] = "unshare"


class Allow(_Message):
    """Mediator's page: this person may show something; or no more."""

    type: Literal["allow"] = "allow"
    participant: Name
    on: bool


class Lower(_Message):
    """Mediator's page: I have seen this hand."""

    type: Literal["lower"] = "lower"
    participant: Name


class Admit(_Message):
    """Mediator's page: the person who waits may come in."""

    type: Literal["admit"] = "admit"
    participant: Name


class Acknowledge(_Message):
    """Page: I have read this version of what I am told of rights and of false mediation."""

    type: Literal["acknowledge"] = "acknowledge"
    text_version: str = Field(max_length=40)


class Identity(_Message):
    """Mediator's page: I know who this is, by a document or because I know them."""

    type: Literal["identity"] = "identity"
    participant: Name
    how: Literal["document", "known"]


class Begin(_Message):
    """Mediator's page: everybody was told and is known, the mediation begins."""

    type: Literal["begin"] = "begin"


class Mute(_Message):
    """Mediator's page: nothing that this person says goes on; or it does again."""

    type: Literal["mute"] = "mute"
    participant: Name
    on: bool


class Remove(_Message):
    """Mediator's page: take this person out; they stay out."""

    type: Literal["remove"] = "remove"
    participant: Name


class Readmit(_Message):
    """Mediator's page: the person I took out may come in again."""

    type: Literal["readmit"] = "readmit"
    participant: Name


class Pause(_Message):
    """Mediator's page: a pause, nobody sees or hears anybody."""

    type: Literal["pause"] = "pause"


class Aside(_Message):
    """Mediator's page: I talk with these alone; to the others it is a pause."""

    type: Literal["aside"] = "aside"
    participants: list[Name] = Field(min_length=1, max_length=16)


class Together(_Message):
    """Mediator's page: everybody back at the table."""

    type: Literal["together"] = "together"


class Lock(_Message):
    """Mediator's page: nobody new comes in; or they do again."""

    type: Literal["lock"] = "lock"
    on: bool


class Companion(_Message):
    """Mediator's page: somebody is at this person's device, too, or heard through it by telephone.

    I told them their rights and read the notice to them; this is what they said to it.
    """

    type: Literal["companion"] = "companion"
    participant: Name
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    how: Joining
    agreed: bool


class CompanionNow(_Message):
    """Mediator's page: this companion agrees to being recorded, no more, or is gone."""

    type: Literal["companion-now"] = "companion-now"
    companion: Name
    now: Now


class Leave(_Message):
    """Page: I go."""

    type: Literal["leave"] = "leave"


class End(_Message):
    """Mediator's page: the meeting is over."""

    type: Literal["end"] = "end"


class Beat(_Message):
    """Page: are you there?  Server: I am."""

    type: Literal["beat"] = "beat"


class Welcome(_Message):
    """Server: you are in; with ``fresh`` nothing of your media is left, publish it."""

    type: Literal["welcome"] = "welcome"
    participant: str
    name: str
    role: str
    resume: str  #: for :class:`Resume`, as long as the meeting lasts
    fresh: bool
    waiting: bool = False  #: outside, until :class:`Admitted`
    ice: list[dict[str, Any]] = []  #: STUN and TURN servers, with credentials that are good now


class Trying(_Message):
    """Server: publish what you have, it comes back to you alone, for so long."""

    type: Literal["trying"] = "trying"
    seconds: float
    ice: list[dict[str, Any]] = []  #: as in :class:`Welcome`


class Tried(_Message):
    """Server: the trial is over."""

    type: Literal["tried"] = "tried"


class Published(_Message):
    """Server: the answer to :class:`Publish` or :class:`Restart`."""

    type: Literal["published"] = "published"
    sdp: str


class Shared(_Message):
    """Server: the answer to the :class:`Share` of this number."""

    type: Literal["shared"] = "shared"
    number: int
    sdp: str


class Offer(_Message):
    """Server: this is what the others send.

    Stream ``p-<participant>`` is their camera and microphone, ``s-<participant>`` what they show.
    """

    type: Literal["offer"] = "offer"
    number: int
    sdp: str


class Beside(_Message):
    """Somebody at a person's device, without a page of their own."""

    id: str
    name: str
    how: Joining
    agreed: bool  #: to being recorded


class Person(_Message):
    """One line of the roster."""

    participant: str
    name: str
    role: str
    consented: bool
    connected: bool
    sends: list[Literal["audio", "video", "screen"]] = []
    shows: bool = False  #: may do so; only they themselves and the mediator are told
    hand: bool = False  #: raised
    muted: bool = False  #: by the mediator
    acknowledged: bool = False  #: what they were told of rights and of false mediation
    identified: bool = False  #: by the mediator
    company: list[Beside] = []  #: at the same device


class Roster(_Message):
    """Server: who is here, and whether they are being recorded."""

    type: Literal["roster"] = "roster"
    people: list[Person]
    waiting: list[Person] = []  #: outside; only the mediator is told
    apart: list[Person] = []  #: for whom it is a pause; only the mediator is told
    place: Literal["table", "aside", "paused"] = "table"
    recording: Literal["off", "waiting", "starting", "on", "failed"]
    reason: str = ""  #: ``consent``, ``withdrawn``, ``interrupted``, ``disk-full``, ``disk-failed``


class Gone(_Message):
    """Somebody whom the mediator took out."""

    participant: str
    name: str


class Waiting(_Message):
    """Server, to who waits outside: whether the mediator is there to see it."""

    type: Literal["waiting"] = "waiting"
    mediator: bool
    acknowledged: bool


class Admitted(_Message):
    """Server: the mediator lets you in; publish your media."""

    type: Literal["admitted"] = "admitted"


class Doors(_Message):
    """Server, to the mediator's page: whether the door is locked, and who was taken out."""

    type: Literal["doors"] = "doors"
    locked: bool
    begun: bool = False
    removed: list[Gone] = []


class Thin(_Message):
    """Server: your line does not carry the pictures of these people; you still hear them."""

    type: Literal["thin"] = "thin"
    participants: list[str]
    screen: bool = False  #: nor what somebody shows


class Speaker(_Message):
    """Server, to those at one table: this person speaks there, or nobody is known to."""

    type: Literal["speaker"] = "speaker"
    participant: str


class Said(_Message):
    """Server: somebody wrote this."""

    type: Literal["said"] = "said"
    participant: str
    name: str
    text: str


class StartOver(_Message):
    """Server: your media is lost; publish anew."""

    type: Literal["start-over"] = "start-over"


class Interrupted(_Message):
    """Server: the room is gone, nothing is shown or recorded; it is being brought back."""

    type: Literal["interrupted"] = "interrupted"


class Ended(_Message):
    """Server: the meeting is over."""

    type: Literal["ended"] = "ended"


class Removed(_Message):
    """Server: you were taken out of the room."""

    type: Literal["removed"] = "removed"


class Replaced(_Message):
    """Server: you came in through another page; this one is closed."""

    type: Literal["replaced"] = "replaced"


class Problem(_Message):
    """Server: that did not work; the page has words for each code."""

    type: Literal["problem"] = "problem"
    code: str


Negotiation = (
    Publish | Watch | Answer | Restart | Share | Unshare
)  #: about a person's own connections, in turn
Trial = Annotated[Publish | Answer, Field(discriminator="type")]  #: all that a trial asks for
Own = Consent | Withdraw | Acknowledge | Chat | Hand  #: done at once
Lead = Record | Stop | Lower | Allow | Mute | Admit | Identity  #: the mediator's, done at once
Deed = Annotated[Negotiation | Own | Lead, Field(discriminator="type")]
FromPage = (
    Enter
    | Resume
    | Try
    | Publish
    | Watch
    | Answer
    | Restart
    | Consent
    | Withdraw
    | Record
    | Stop
    | Chat
    | Acknowledge
    | Hand
    | Share
    | Unshare
    | Allow
    | Lower
    | Identity
    | Begin
    | Admit
    | Mute
    | Remove
    | Readmit
    | Pause
    | Aside
    | Together
    | Lock
    | Companion
    | CompanionNow
    | Leave
    | End
    | Beat
)
News = Annotated[
    Welcome
    | Trying
    | Tried
    | Published
    | Shared
    | Unshare
    | Offer
    | Roster
    | Waiting
    | Admitted
    | Doors
    | Thin
    | Speaker
    | Said
    | StartOver
    | Interrupted
    | Ended
    | Removed
    | Replaced
    | Problem
    | Beat,
    Field(discriminator="type"),
]

FROM_PAGE: TypeAdapter[FromPage] = TypeAdapter(Annotated[FromPage, Field(discriminator="type")])


def from_page(text: str) -> FromPage:
    """Read what a page says.  Raises :class:`BadInput`."""
    try:
        return FROM_PAGE.validate_json(text)
    except (ValidationError, RecursionError) as reason:
        raise BadInput("message", "not understood") from reason
