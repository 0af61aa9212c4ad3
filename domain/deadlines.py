"""Deadlines: each is a row that falls due by the clock, written with the change that causes it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.ids import DueId
from domain.media import KEPT_THERE


class DueKind(enum.StrEnum):
    """What is to be done when the moment comes."""

    REGISTER = "register"  #: the centre has not registered a report
    ACCEPT = "accept"  #: the mediator has not answered
    DANGER = "danger"  #: nobody acknowledged the alarm: tell the next on duty
    MEETING_SOON = "meeting-soon"  #: remind everybody of the meeting
    SIGNING_ENDS = "signing-ends"  #: the ceremony expires
    INK_SIGNING = "ink-signing"  #: a paper for ink has not come back, or nobody has checked it
    CONFIRMATION = "confirmation"  #: 司法确认 can be asked for 30 days (人民调解法 33)
    OBLIGATION = "obligation"  #: a promise falls due
    FOLLOW_UP = "follow-up"  #: 回访
    UNTAKEN = "untaken"  #: somebody asked for a human and nobody took the talk
    QUIET = "quiet"  #: nobody says anything any more in a talk with a human
    ERASURE = "erasure"  #: what could not be deleted yet may go now
    COPY_ENDS = "copy-ends"  #: nobody fetched the copy of their data
    SOUND_ENDS = "sound-ends"  #: a text that was read aloud is not kept as sound any longer
    MEDIUM_GONE = "medium-gone"  #: WeChat has thrown a picture or voice away
    MATTER_REPLY = "matter-reply"  #: a daily-life matter is to be answered
    MATTER_CLOSES = "matter-closes"  #: nobody objected to its answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long something may take, and why."""

    span: timedelta
    basis: str  #: article, or 本中心规定 where the centre decides (a setting)


TERMS: Mapping[DueKind, Term] = MappingProxyType(
    {
        DueKind.REGISTER: Term(span=timedelta(hours=24), basis="本中心规定"),
        DueKind.ACCEPT: Term(span=timedelta(days=3), basis="参照在线调解规则第12条"),
        DueKind.DANGER: Term(span=timedelta(seconds=60), basis="人民调解法第25条；本中心规定"),
        DueKind.MEETING_SOON: Term(span=timedelta(hours=1), basis="本中心规定"),
        DueKind.SIGNING_ENDS: Term(span=timedelta(days=7), basis="本中心规定"),
        DueKind.INK_SIGNING: Term(span=timedelta(days=7), basis="本中心规定"),
        DueKind.CONFIRMATION: Term(span=timedelta(days=25), basis="人民调解法第33条，30日内"),
        DueKind.OBLIGATION: Term(span=timedelta(days=0), basis="协议约定；人民调解法第31条"),
        DueKind.FOLLOW_UP: Term(span=timedelta(days=7), basis="人民调解法第31条；本中心规定"),
        DueKind.UNTAKEN: Term(span=timedelta(minutes=10), basis="本中心规定"),
        DueKind.QUIET: Term(span=timedelta(minutes=30), basis="本中心规定"),
        DueKind.ERASURE: Term(span=timedelta(days=2), basis="个人信息保护法第47条；本中心规定"),
        DueKind.COPY_ENDS: Term(span=timedelta(hours=24), basis="本中心规定"),
        DueKind.SOUND_ENDS: Term(span=timedelta(days=30), basis="本中心规定"),
        DueKind.MEDIUM_GONE: Term(span=KEPT_THERE, basis="微信：临时素材保存3天"),
        DueKind.MATTER_REPLY: Term(span=timedelta(days=5), basis="本中心规定，按工作日算"),
        DueKind.MATTER_CLOSES: Term(span=timedelta(days=7), basis="本中心规定"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One deadline; ``subject`` is the id of what it is about, ``version`` makes it unique."""

    id: DueId
    kind: DueKind
    subject: str
    due_at: datetime
    version: int = 0
