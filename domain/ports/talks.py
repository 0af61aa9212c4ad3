"""Where messages, dialogues and what people sent are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.conversations import Incoming, Reply, Sender, Talk
from domain.ids import CaseId, MediaId, PersonId
from domain.media import Medium
from domain.reply_windows import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the inbox knows of a message."""

    incoming: Incoming
    reply: Reply | None  #: None while pending
    late: bool  #: ``success`` went out first: the courier brings the reply
    delivered: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """What WeChat put on a delivery, and of which decrypted message."""

    timestamp: str
    nonce: str  #: with the app it came from
    digest: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A person's turn, and who has it: one message of a person runs at a time."""

    sender: Sender
    holder: str  #: made for one message


class Inbox(Protocol):
    """The messages of people, each effective exactly once (unique by their key)."""

    async def find(self, key: str) -> Kept | None:
        """Return what is known of the message."""
        ...

    async def find_all(self, keys: Collection[str]) -> Mapping[str, Kept]:
        """Return what is known of these messages, by key."""
        ...

    async def postpone(self, incoming: Incoming) -> bool:
        """Keep the message as pending before WeChat is told ``success``; False if it exists."""
        ...

    async def finish(self, incoming: Incoming, reply: Reply) -> bool:
        """Make the message done: insert it, or turn pending into done; True if it was pending.

        Raises :class:`~domain.errors.Stale` if it is done already (another process was faster).
        """
        ...

    async def finish_all(self, done: Mapping[str, tuple[Incoming, Reply]]) -> Collection[str]:
        """Insert these messages, by key, as done, unless known in whatever state; name the new.

        One that is kept elsewhere in this very moment is not new, or raises
        :class:`~domain.errors.Stale`.
        """
        ...

    async def delivered(self, key: str) -> None:
        """Note that the courier brought the late reply."""
        ...

    async def pending(self, *, before: datetime, limit: int = 50) -> Sequence[Incoming]:
        """Return pending messages that came before the moment and nobody holds a lease for."""
        ...

    async def of_account(self, appid: str, openid: str, *, limit: int = 0) -> Sequence[Kept]:
        """Return an account's messages, newest first; all of them without a limit."""
        ...

    async def count_of_account(self, appid: str, openid: str) -> int:
        """Count an account's messages."""
        ...

    async def drop(self, keys: Sequence[str]) -> None:
        """Delete these messages with their answers."""
        ...

    async def replayed(self, stamps: Collection[Stamp], *, at: datetime) -> Collection[Stamp]:
        """Keep which message came first with (timestamp, nonce); return those of another one."""
        ...

    async def forget_stamps(self, *, before: datetime) -> None:
        """Forget what came long ago; whatever is as old is refused for its age."""
        ...

    async def last_deeds(self, appid: str, openid: str) -> Mapping[Deed, datetime]:
        """Return when this account last did what lets us answer, of each kind."""
        ...


class Talks(Protocol):
    """The dialogues, and the leases that let one message of a person run at a time."""

    async def get(self, appid: str, openid: str) -> Talk:
        """Return what we remember, or an empty talk."""
        ...

    async def get_all(self, senders: Collection[Sender]) -> Mapping[Sender, Talk]:
        """Return what we remember of each, of most perhaps nothing."""
        ...

    async def save(self, appid: str, openid: str, talk: Talk) -> None:
        """Remember."""
        ...

    async def save_all(self, talks: Mapping[Sender, Talk]) -> None:
        """Remember these."""
        ...

    async def give_to_human(self, appid: str, openid: str, name: str) -> None:
        """Put down which human has the talk; with an empty name the machine has it again."""
        ...

    async def forget(self, appid: str, openid: str) -> None:
        """Forget where the dialogue stands; a message that is being answered loses its turn."""
        ...

    async def end_turn(self, appid: str, openid: str) -> None:
        """Let a message that is being answered lose its turn: it is answered anew."""
        ...

    async def take_lease(self, appid: str, openid: str, holder: str, *, seconds: float) -> bool:
        """Take the person's lease unless somebody else holds it (machine clock)."""
        ...

    async def take_leases(self, leases: Collection[Lease], *, seconds: float) -> Collection[Lease]:
        """Take those, of different people, that nobody else holds; return them (machine clock)."""
        ...

    async def release(self, appid: str, openid: str, holder: str) -> bool:
        """Give the lease back; False if it is not ours any more."""
        ...

    async def release_all(self, leases: Collection[Lease]) -> Collection[Lease]:
        """Give these back; return those that were still ours."""
        ...


class Media(Protocol):
    """What people sent."""

    async def add(self, medium: Medium) -> None:
        """Keep a new medium, fetched or not."""
        ...

    async def get(self, media_id: MediaId) -> Medium:
        """Return it."""
        ...

    async def save(self, medium: Medium) -> None:
        """Keep what is known now: case, object, hash."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Medium]:
        """Return the case's media in the order they came."""
        ...

    async def of_person(self, person_id: PersonId) -> Sequence[Medium]:
        """Return what somebody sent, in the order it came."""
        ...

    async def count_of_person(self, person_id: PersonId) -> int:
        """Count what somebody sent."""
        ...

    async def drop_loose(self, media_id: MediaId) -> bool:
        """Forget a medium, its bytes are deleted afterwards; False if it belongs to something.

        A case and a daily-life matter keep what was handed in with them.
        """
        ...
