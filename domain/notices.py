"""What people are told, and by which way: the words are the adapters' business."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.ids import CaseId, PersonId, StaffId


class NoticeKind(enum.StrEnum):
    """Why somebody is told something."""

    ANSWER = "answer"  #: what the bot said, or showed, later than at once
    CASE_REPORTED = "case-reported"
    CASE_REGISTERED = "case-registered"
    CASE_REFUSED = "case-refused"
    CASE_ACCEPTED = "case-accepted"
    CASE_ENDED = "case-ended"
    MEETING_FIXED = "meeting-fixed"
    MEETING_SOON = "meeting-soon"
    MEETING_CANCELLED = "meeting-cancelled"
    REVIEW_TERMS = "review-terms"  #: please confirm the words of the agreement
    SIGN = "sign"
    SIGN_ON_PAPER = "sign-on-paper"  #: please come and sign with ink (电子签名法 3)
    ORIGINAL_AWAITED = "original-awaited"  #: to the mediator: record the signed original
    ORIGINAL_SENT_BACK = "original-sent-back"  #: to the mediator: what was recorded is not complete
    ORIGINAL_TO_CHECK = "original-to-check"  #: to those with the seal right
    DECLINED = "declined"  #: somebody refused to sign
    EFFECTIVE = "effective"  #: the agreement is in effect; here is your copy
    CONFIRMATION_ENDS = "confirmation-ends"  #: 5 days left to ask the court (人民调解法 33)
    OBLIGATION_DUE = "obligation-due"
    FOLLOW_UP = "follow-up"
    RATE = "rate"
    MEDIUM_LOST = "medium-lost"  #: what they sent never came: please send it again
    LOGIN_CODE = "login-code"
    INTENT_CODE = "intent-code"  #: proves that the signer is there
    JOIN_CODE = "join-code"  #: proves that whoever is there by WeChat has the number too
    ALARM = "alarm"  #: to staff on duty
    DISPATCHED = "dispatched"  #: to the mediator
    COPY_READY = "copy-ready"  #: the copy of one's data can be fetched
    DANGER_SEEN = "danger-seen"  #: to who told of danger: somebody saw it, by name
    HUMAN_CAME = "human-came"  #: somebody of the centre answers now, by name
    HUMAN_SAID = "human-said"  #: what they say
    CHECKED = "checked"  #: what a human says of a text that was asked about
    GUARD_BEGUN = "guard-begun"  #: a family member agreed to look after somebody
    GUARD_ENDED = "guard-ended"
    GUARD_FRAUD = "guard-fraud"  #: to the guardian: a text looks like a fraud
    GUARD_DANGER = "guard-danger"  #: to the guardian: words of mortal danger
    HUMAN_LEFT = "human-left"  #: the bot answers again
    ASKED_FOR_HUMAN = "asked-for-human"  #: to staff
    REPORTED_FOR = "reported-for"  #: to the resident somebody of the centre reported for
    QUESTION_ASKED = "question-asked"  #: to the mediator, or who is on duty
    QUESTION_ANSWERED = "question-answered"  #: to who asked
    MATTER_TAKEN_DOWN = "matter-taken-down"  #: to whom a clerk took a daily-life matter down for
    MATTER_TAKEN = "matter-taken"  #: a unit has the daily-life matter in hand
    MATTER_ANSWERED = "matter-answered"  #: and what became of it; please say whether that is good
    MATTER_REFUSED = "matter-refused"  #: with where to go instead
    MATTER_BECAME_CASE = "matter-became-case"  #: it goes on as a dispute
    MATTER_DUE = "matter-due"  #: to staff: the answer is due on the next working day
    MATTER_OVERDUE = "matter-overdue"  #: to supervisors
    MATTER_TOLD_MORE = "matter-told-more"  #: to who has it in hand: the resident added something
    MATTER_UNSATISFIED = "matter-unsatisfied"  #: to supervisors: the resident is not satisfied


class Way(enum.StrEnum):
    """How somebody is reached (contract: people are reached by what they have)."""

    TEMPLATE = "template"  #: template message of the official account (模板消息)
    SUBSCRIBED = "subscribed"  #: subscription notice of the official account (订阅通知)
    MINI_SUBSCRIBED = "mini-subscribed"  #: subscription message of the mini-program (订阅消息)
    CHAT = "chat"  #: customer-service message of the official account (客服消息)
    MINI_CHAT = "mini-chat"  #: customer-service message of the mini-program
    SMS = "sms"
    NONE = "none"  #: on paper, through the mediator


class Urgency(enum.StrEnum):
    """How much depends on somebody hearing of it."""

    CAN_WAIT = "can-wait"  #: the list of messages is enough until WeChat lets us write
    OWED = "owed"  #: they must hear of it: a day fixed, a paper to sign, a decision
    AT_ONCE = "at-once"  #: codes and danger


_CAN_WAIT = frozenset(
    {
        NoticeKind.ANSWER,
        NoticeKind.CASE_ACCEPTED,
        NoticeKind.FOLLOW_UP,
        NoticeKind.MATTER_TAKEN,
        NoticeKind.RATE,
    }
)
#: Said in the chat while its window is open: a template would cut the words to 20 characters.
SPOKEN = frozenset(
    {
        NoticeKind.CHECKED,
        NoticeKind.HUMAN_CAME,
        NoticeKind.HUMAN_SAID,
        NoticeKind.HUMAN_LEFT,
        NoticeKind.QUESTION_ANSWERED,
        NoticeKind.MATTER_ANSWERED,
        NoticeKind.MATTER_REFUSED,
    }
)
#: What a resident is told of a daily-life matter; it goes when the matter goes.
OF_MATTERS = frozenset(
    {
        NoticeKind.REPORTED_FOR,
        NoticeKind.MATTER_TAKEN_DOWN,
        NoticeKind.MATTER_TAKEN,
        NoticeKind.MATTER_ANSWERED,
        NoticeKind.MATTER_REFUSED,
    }
)
_CODES = frozenset({NoticeKind.LOGIN_CODE, NoticeKind.INTENT_CODE, NoticeKind.JOIN_CODE})
_AT_ONCE = _CODES | {NoticeKind.ALARM}
#: Codes are no messages to keep: whoever reads the list later must not find one.
SECRET = _CODES


def urgency_of(kind: NoticeKind) -> Urgency:
    """Say how much depends on a kind of notice."""
    if kind in _AT_ONCE:
        return Urgency.AT_ONCE
    return Urgency.CAN_WAIT if kind in _CAN_WAIT else Urgency.OWED


class Delivery(enum.StrEnum):
    """What is known of a notice."""

    WAITING = "waiting"  #: kept, not tried yet
    SENDING = "sending"  #: claimed by a worker that is at it
    HELD = "held"  #: in the person's list; goes out with the next way that opens
    SENT = "sent"
    DELIVERED = "delivered"  #: the platform says that it arrived
    FAILED = "failed"  #: the other side refused for good
    UNKNOWN = "unknown"  #: nobody can know; staff and the person see so, never sent again
    UNREACHABLE = "unreachable"  #: neither WeChat nor phone


#: In these nobody has been told: it waits for a way, or there was none.
UNHEARD = frozenset({Delivery.HELD, Delivery.FAILED, Delivery.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person; ``facts`` fill the words (numbers, dates, links)."""

    id: str  #: also the idempotency key towards the other side
    kind: NoticeKind
    case_id: CaseId | None
    to_person: PersonId | None = None
    to_staff: StaffId | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    made_at: datetime
    state: Delivery = Delivery.WAITING
    way: Way | None = None
    why: str = ""  #: a stable code: why it waits, failed, or went this way and no other
    tried: tuple[Way, ...] = ()  #: ways that refused it
    platform_id: str = ""  #: the platform's name for what was sent, its app's id in front
    read_at: datetime | None = None  #: when the person saw it in their list
    version: int = 0
