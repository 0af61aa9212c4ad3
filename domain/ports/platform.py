"""Where it is kept what WeChat allows: reply windows, subscriptions, tokens, rests, hints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import CaseId
from domain.platform import ContentHint, PlatformToken, Rest
from domain.reply_windows import ReplyWindows
from domain.subscriptions import Subscription


class Windows(Protocol):
    """How often accounts may still be answered."""

    async def of(self, appid: str, openid: str) -> ReplyWindows:
        """Return what is left; nobody else changes it until this transaction ends."""
        ...

    async def save(self, appid: str, openid: str, windows: ReplyWindows) -> None:
        """Keep what is left."""
        ...

    async def hold(self, appid: str, openid: str, *, since: datetime) -> None:
        """Note that something waits for the person to do more than they had done until then."""
        ...

    async def let_go(self, appid: str, openid: str) -> None:
        """Note that nothing waits any more."""
        ...

    async def heard(self, *, limit: int = 50) -> Sequence[tuple[str, str]]:
        """Return the accounts (appid, openid) somebody waits for who did something since."""
        ...


class Subscriptions(Protocol):
    """What accounts let us send by template."""

    async def of(self, appid: str, openid: str) -> Sequence[Subscription]:
        """Return them; nobody else changes them until this transaction ends."""
        ...

    async def save(self, appid: str, openid: str, subscription: Subscription) -> None:
        """Keep one, new or changed."""
        ...


class Platform(Protocol):
    """The platform's own state, shared by every process."""

    async def token(self, appid: str) -> PlatformToken | None:
        """Return the token kept last."""
        ...

    async def may_renew(self, appid: str, generation: int, *, seconds: float) -> bool:
        """Take the renewal of this generation, unless somebody is at it or has done it."""
        ...

    async def keep_token(self, appid: str, token: PlatformToken) -> None:
        """Keep a new token, and let the next renewal be taken."""
        ...

    async def leave_renewal(self, appid: str) -> None:
        """Give a renewal back that brought nothing."""
        ...

    async def rest(self, rest: Rest) -> None:
        """Keep that a call rests."""
        ...

    async def rests(self, *, at: datetime) -> Sequence[Rest]:
        """Return the calls that rest now."""
        ...


class ContentHints(Protocol):
    """What WeChat thinks of reports."""

    async def save(self, hint: ContentHint) -> None:
        """Keep one, new or changed."""
        ...

    async def answer(self, trace_id: str, advice: str, label: str) -> None:
        """Keep the answer to a check that was asked before; an unknown one is nobody's."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[ContentHint]:
        """Return what is known of a case."""
        ...
