"""What the pages need beside the desks: WeChat's log-in, page pictures, the authority, health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


class WeChatLogin(Protocol):
    """Turns a one-use code of WeChat into an account: (appid, openid, unionid or empty).

    Raises :class:`~domain.errors.WrongCredentials` for a used or foreign code and
    :class:`~domain.errors.Unavailable` where WeChat does not answer.
    """

    async def by_oauth_code(self, code: str) -> tuple[str, str, str]:
        """Ask with the code of the OAuth page (``snsapi_base``)."""
        ...

    async def by_mini_code(self, code: str) -> tuple[str, str, str]:
        """Ask with the code of the mini-program's ``wx.login`` (``code2session``)."""
        ...

    async def phone_by_mini_code(self, code: str, openid: str) -> str:
        """Give the number (E.164) of the code of the phone button, if it is this person's."""
        ...

    @property
    def mini_appid(self) -> str:
        """The mini-program's appid."""
        ...


class Pages(Protocol):
    """Draws the pages of a paper, outside this process's event loop."""

    async def picture(self, pdf: bytes, page: int, width: int) -> bytes:
        """Return page ``page`` (from 1) as a PNG of that width in pixels."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The built-in certificate and time-stamp authority, as the web serves it."""

    stamp: Callable[[bytes], Awaitable[bytes]]  #: RFC 3161 request -> answer, both DER
    root: Callable[[], Awaitable[bytes]]  #: the root certificate as PEM
    crl: Callable[[str], Awaitable[bytes]]  #: revocation list by name, DER; NotFound for others


#: The parts that do not work now, each with a word why; empty when all is well.
Readiness = Callable[[], Awaitable[Mapping[str, str]]]
