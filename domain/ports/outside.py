"""Clock, chance, objects, live updates, and the ways out to people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Protocol

from domain.conversations import Answer, Incoming, Known, Reply
from domain.templates import Card


class Clock(Protocol):
    """Tells the time of business and credentials."""

    def __call__(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class Chance(Protocol):
    """Makes ids and secrets nobody can guess."""

    def id(self) -> str:
        """Return a new id: 26 letters and digits (base32 of 16 random bytes), lower case."""
        ...

    def digits(self, count: int) -> str:
        """Return that many random digits."""
        ...


class Objects(Protocol):
    """Files by key: recordings, pictures, papers."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes; they are on disk when this returns."""
        ...

    async def get(self, key: str) -> bytes:
        """Return the bytes, or raise NotFound."""
        ...

    async def size(self, key: str) -> int:
        """Return how many bytes there are now, or raise NotFound."""
        ...

    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return that many bytes from ``start`` (fewer at the end), or raise NotFound."""
        ...

    async def drop(self, key: str) -> None:
        """Delete the bytes; what is not there any more is deleted."""
        ...


class CodePictures(Protocol):
    """Draws an address as a QR code."""

    def png(self, address: str) -> bytes:
        """Return a PNG that any scanner reads."""
        ...


class Bus(Protocol):
    """Live updates between processes: at most once, ids only; whoever hears one asks again."""

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Tell everybody who listens now."""
        ...

    def subscribe(self, topic: str) -> AsyncIterator[Mapping[str, str]]:
        """Listen until the iterator is closed."""
        ...

    async def close(self) -> None:
        """Stop listening and telling."""
        ...


class Uncertain(Exception):  # an outcome, not an error
    """The other side may or may not have done it; it must not be repeated blindly."""


class Refusal(Exception):  # an outcome, not an error
    """The other side will never do it; ``code`` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Resting(Exception):  # an outcome, not an error
    """The other side takes no more of this until then; surely nothing was done."""

    def __init__(self, code: int, until: datetime) -> None:
        super().__init__(code)
        self.code = code
        self.until = until


class Sms(Protocol):
    """A text message through the centre's provider."""

    async def send(self, *, key: str, to: str, text: str) -> None:
        """Send; the same ``key`` twice is one message. ``to`` is E.164.

        Raises :class:`Refusal`, :class:`Uncertain` or :class:`~domain.errors.Unavailable`.
        """
        ...


class Chat(Protocol):
    """WeChat towards a person who uses one of our apps.

    What sends raises :class:`Refusal`, :class:`Uncertain`, :class:`Resting` or
    :class:`~domain.errors.Unavailable`.
    """

    async def say(self, *, key: str, openid: str, reply: Reply) -> None:
        """Answer while the person's reply window is open (客服消息)."""
        ...

    async def notify(self, *, key: str, openid: str, card: Card) -> str:
        """Send a template message to a follower (模板消息); return the platform's name for it.

        The platform drops a second one with the same key.
        """
        ...

    async def remind(self, *, key: str, openid: str, card: Card) -> str:
        """Send what a person subscribed to (订阅消息); return the platform's name for it."""
        ...

    async def unionid(self, openid: str) -> str:
        """Return the id of a follower that is the same over the centre's apps, empty if unknown.

        Raises :class:`Refusal` or :class:`~domain.errors.Unavailable`.
        """
        ...

    async def fetch(self, platform_id: str) -> tuple[bytes, str]:
        """Return a medium's bytes and content type; raises Refusal once it expired there."""
        ...


class Words(Protocol):
    """The words of a notice, by way: they live with the adapters (one place for words)."""

    def sms(self, kind: str, facts: Mapping[str, str]) -> str:
        """Return the text message."""
        ...

    def notice(self, kind: str, facts: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """Return title and labelled lines of a service notice."""
        ...


class Dialogues(Protocol):
    """The bot's dialogues: pure, no side effects; they may only think."""

    async def answer(self, message: Incoming, known: Known) -> Answer:
        """Say what to reply, how the talk goes on, and what is to be done."""
        ...


class Passwords(Protocol):
    """Log-in secrets of staff."""

    def hash(self, password: str) -> str:
        """Return an Argon2id hash in PHC form (slow on purpose: call it in a thread)."""
        ...

    def matches(self, password: str, hashed: str) -> bool:
        """Compare in constant time (slow on purpose: call it in a thread)."""
        ...

    def totp_step(self, secret: str, code: str, *, at: datetime) -> int | None:
        """Return the time step whose TOTP (RFC 6238) this is, one step of drift allowed."""
        ...
