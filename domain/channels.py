"""By which way somebody is told something now: one rule for every notice."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from domain.notices import SPOKEN, NoticeKind, Urgency, Way, urgency_of

#: Answers that a window keeps back for what the person asks next.
KEPT_FOR_ANSWERS = 1


class Why(enum.StrEnum):
    """Why a way was taken, or is closed."""

    FREE = "free"  #: open, and costs nobody anything
    WINDOW = "window"  #: they wrote to us, and we may still answer
    ALLOWED = "allowed"  #: they said yes to a message of this template
    ONLY_WAY = "only-way"  #: they have nothing of ours in WeChat
    MUST_HEAR = "must-hear"  #: no way in WeChat is open, and it cannot wait
    NO_ACCOUNT = "no-account"
    NOT_FOLLOWING = "not-following"
    NO_TEMPLATE = "no-template"
    WINDOW_CLOSED = "window-closed"
    NOT_ALLOWED = "not-allowed"  #: no yes is left
    RESTING = "resting"  #: the platform's quota is used up for now
    REFUSED = "refused"  #: tried, and refused for this notice
    NO_PHONE = "no-phone"
    CAN_WAIT = "can-wait"  #: not worth an SMS
    NO_SECRETS = "no-secrets"  #: codes go to the number on file and nowhere else


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """How one of our apps reaches the person now."""

    follows: bool = False  #: of a mini-program: has used it
    template: bool = False  #: a template message exists for this kind
    window: int = 0  #: answers left (客服消息)
    subscribed: int | None = None  #: yeses left; None: no such template
    long_term: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Everything that decides how somebody can be told now."""

    official: App | None = None  #: None: no account there
    mini: App | None = None
    phone: bool = False
    tried: frozenset[Way] = frozenset()
    resting: frozenset[Way] = frozenset()

    @property
    def in_wechat(self) -> bool:
        """Have they anything of ours in WeChat, and so a list of messages they may open?"""
        return self.official is not None or self.mini is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The ways that are open, the best first, and why the others are closed."""

    open: tuple[tuple[Way, Why], ...]
    closed: Mapping[Way, Why] = field(default_factory=dict)

    @property
    def best(self) -> tuple[Way, Why] | None:
        """The way to take."""
        return self.open[0] if self.open else None

    @property
    def why_not(self) -> Why:
        """The one reason to show while nothing is open: what is most likely to pass."""
        found = set(self.closed.values())
        return next((why for why in _TELLING if why in found), Why.NO_ACCOUNT)


_TELLING = (
    Why.RESTING,
    Why.WINDOW_CLOSED,
    Why.NOT_ALLOWED,
    Why.REFUSED,
    Why.NOT_FOLLOWING,
    Why.NO_TEMPLATE,
)


def choose(reach: Reach, kind: NoticeKind) -> Choice:
    """Order the ways for a notice: what costs nothing, then windows, then single yeses, then SMS.

    A window is spent before a single yes because it ends by itself; an SMS goes out when somebody
    must hear of it and WeChat is closed, or has nothing in WeChat.
    """
    judged = dict(_in_wechat(reach, kind))
    judged[Way.SMS] = _by_sms(reach, urgency_of(kind))
    found = sorted((pair for pair in judged.items() if pair[1] in _ORDER), key=partial(_rank, kind))
    closed = {way: why for way, why in judged.items() if why not in _ORDER}
    return Choice(open=tuple(found), closed=closed)


def _in_wechat(reach: Reach, kind: NoticeKind) -> Iterator[tuple[Way, Why]]:
    for app, ways in ((reach.official, _OFFICIAL), (reach.mini, _MINI)):
        for way in ways:
            yield way, _judged(way, app, reach, kind)


_OFFICIAL = (Way.TEMPLATE, Way.SUBSCRIBED, Way.CHAT)
_MINI = (Way.MINI_SUBSCRIBED, Way.MINI_CHAT)


def _judged(way: Way, app: App | None, reach: Reach, kind: NoticeKind) -> Why:
    if urgency_of(kind) is Urgency.AT_ONCE:
        return Why.NO_SECRETS
    if app is None:
        return Why.NO_ACCOUNT
    if way in reach.tried:
        return Why.REFUSED
    return Why.RESTING if way in reach.resting else _allowed(way, app, kind)


def _allowed(way: Way, app: App, kind: NoticeKind) -> Why:
    if way is Way.TEMPLATE:
        return _by_template(app)
    if way in {Way.CHAT, Way.MINI_CHAT}:
        kept = 0 if kind is NoticeKind.ANSWER or kind in SPOKEN else KEPT_FOR_ANSWERS
        return Why.WINDOW if app.window > kept else Why.WINDOW_CLOSED
    return _by_subscription(app)


def _by_template(app: App) -> Why:
    if not app.template:
        return Why.NO_TEMPLATE
    return Why.FREE if app.follows else Why.NOT_FOLLOWING


def _by_subscription(app: App) -> Why:
    if app.subscribed is None:
        return Why.NO_TEMPLATE
    if not app.subscribed:
        return Why.NOT_ALLOWED
    return Why.FREE if app.long_term else Why.ALLOWED


def _by_sms(reach: Reach, urgency: Urgency) -> Why:
    if not reach.phone:
        return Why.NO_PHONE
    if Way.SMS in reach.tried:
        return Why.REFUSED
    if not reach.in_wechat:
        return Why.ONLY_WAY
    return Why.CAN_WAIT if urgency is Urgency.CAN_WAIT else Why.MUST_HEAR


_ORDER = {Why.FREE: 0, Why.WINDOW: 1, Why.ALLOWED: 2, Why.ONLY_WAY: 3, Why.MUST_HEAR: 3}


def _rank(kind: NoticeKind, found: tuple[Way, Why]) -> tuple[bool, int, int]:
    way, why = found
    spoken = kind in SPOKEN and way in {Way.CHAT, Way.MINI_CHAT}
    return not spoken, _ORDER[why], list(Way).index(way)
