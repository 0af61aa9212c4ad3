"""What we know of the platform itself: its access tokens, and calls that have to rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from domain.notices import Way

#: The call of the platform that each way uses; its quota is the way's quota.
CALLS: Mapping[Way, str] = MappingProxyType(
    {
        Way.TEMPLATE: "/cgi-bin/message/template/send",
        Way.SUBSCRIBED: "/cgi-bin/message/subscribe/bizsend",
        Way.MINI_SUBSCRIBED: "/cgi-bin/message/subscribe/send",
        Way.CHAT: "/cgi-bin/message/custom/send",
        Way.MINI_CHAT: "/cgi-bin/message/custom/send",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformToken:
    """An app's access token; each renewal is a generation of its own."""

    text: str = field(repr=False)
    ends_at: datetime
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A call that the platform takes no more until then: the day's or the minute's quota."""

    appid: str
    path: str
    code: int  #: 45009 the day's, 45011 the minute's
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentHint:
    """What the platform thinks of words or a picture: a hint for staff, never a decision."""

    case_id: str
    about: str  #: ``story``, or the id of a picture
    trace_id: str  #: the platform's name for the check; its answer may come later
    advice: str  #: ``asked``, ``pass``, ``review``, ``risky`` or ``none`` (it could not be asked)
    label: str
    at: datetime
