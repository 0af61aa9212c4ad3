"""When a person may be answered outside of a passive reply, and how often (客服消息).

Source: developers.weixin.qq.com, 客服接口-发消息: after a message five within 48 hours; after a
menu click, a follow or a scan three within a minute; in a mini-program two within a minute after
the chat was entered.  The platform changes these figures, so they are settings.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.conversations import Incoming, MessageKind


class Deed(enum.StrEnum):
    """What a person did that lets us answer."""

    MESSAGE = "message"
    BRIEF = "brief"  #: a menu click, a follow, a scan
    ENTERED = "entered"  #: the mini-program's chat was opened


#: Events that let us answer for a minute.  A menu entry that only opens a page is not among them.
BRIEF_EVENTS = frozenset({"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"})


def deed_of(incoming: Incoming) -> Deed | None:
    """Say what a message or event lets us answer to, if anything.

    A tap on an entry of a menu message comes as a text and counts as a menu click.
    """
    if incoming.kind is MessageKind.HEARD:
        return None  # ours: the voice it was heard in has counted already
    if incoming.kind is not MessageKind.EVENT:
        return Deed.BRIEF if incoming.choice else Deed.MESSAGE
    if incoming.event in BRIEF_EVENTS:
        return Deed.BRIEF
    return Deed.ENTERED if incoming.event == "user_enter_tempsession" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many answers a deed allows, and for how long."""

    answers: int
    span: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRules:
    """What each deed allows now."""

    message: Allowance = Allowance(answers=5, span=timedelta(hours=48))
    brief: Allowance = Allowance(answers=3, span=timedelta(minutes=1))
    entered: Allowance = Allowance(answers=2, span=timedelta(minutes=1))

    def window(self, deed: Deed, *, at: datetime) -> Window:
        """The window that a deed opens."""
        allowed: Allowance = getattr(self, deed.value)
        return Window(left=allowed.answers, ends_at=at + allowed.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """So many answers until then."""

    left: int
    ends_at: datetime

    def open_at(self, at: datetime) -> int:
        """How many answers are left."""
        return self.left if at < self.ends_at else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWindows:
    """What one account of a person may still be told: the long window and the one of a minute."""

    long: Window | None = None
    brief: Window | None = None

    def heard(self, deeds: Mapping[Deed, datetime], rules: ReplyRules) -> ReplyWindows:
        """Catch up with what the person did last; a deed that is known changes nothing."""
        windows = self
        for deed, at in deeds.items():
            name = "long" if deed is Deed.MESSAGE else "brief"
            known: Window | None = getattr(windows, name)
            opened = rules.window(deed, at=at)
            if known is None or known.ends_at < opened.ends_at:
                windows = replace(windows, **{name: opened})
        return windows

    def left(self, at: datetime) -> int:
        """How many answers are left in all."""
        return sum(one.open_at(at) for one in (self.long, self.brief) if one is not None)

    def spent(self, at: datetime) -> ReplyWindows:
        """Use one answer up, of the window that ends first; nothing if none is left."""
        return self._changed(at, by=-1)

    def given_back(self, at: datetime) -> ReplyWindows:
        """One answer surely did not go out: the reverse, as long as its window is not over."""
        return self._changed(at, by=1)

    def _changed(self, at: datetime, *, by: int) -> ReplyWindows:
        least = 1 if by < 0 else 0
        found = [
            (one.ends_at, name)
            for name, one in (("long", self.long), ("brief", self.brief))
            if one is not None and at < one.ends_at and one.left >= least
        ]
        if not found:
            return self
        _, name = min(found)
        window: Window = getattr(self, name)
        return replace(self, **{name: replace(window, left=window.left + by)})

    def closed(self) -> ReplyWindows:
        """Nothing is left: the platform said so (45015, 45047), whatever we counted."""
        return ReplyWindows(
            long=replace(self.long, left=0) if self.long else None,
            brief=replace(self.brief, left=0) if self.brief else None,
        )
