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
    LOGIN_CODE = "login-code"
    INTENT_CODE = "intent-code"  #: proves that the signer is there
    ALARM = "alarm"  #: to staff on duty
    DISPATCHED = "dispatched"  #: to the mediator
    ASKED_FOR_HUMAN = "asked-for-human"  #: to staff


class Way(enum.StrEnum):
    """How somebody is reached (contract: people are reached by what they have)."""

    WECHAT = "wechat"
    SMS = "sms"
    NONE = "none"  #: on paper, through the mediator


class Delivery(enum.StrEnum):
    """What is known of a notice."""

    WAITING = "waiting"  #: kept, not tried yet
    SENDING = "sending"  #: claimed by a worker that is at it
    SENT = "sent"
    FAILED = "failed"  #: the other side refused for good
    UNKNOWN = "unknown"  #: the outcome can't be known; shown to an operator, never sent again
    UNREACHABLE = "unreachable"  #: neither WeChat nor phone


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
    version: int = 0
