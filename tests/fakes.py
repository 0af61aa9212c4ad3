"""Fakes of the outside: what they were told, and the ways in which the outside fails."""

# ruff: noqa: ARG002  # a fake takes what its port gives and needs less of it
from __future__ import annotations

import hashlib
import hmac
import struct
import unicodedata
from base64 import b32decode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from domain.canonical import canonical
from domain.conversations import Reply
from domain.errors import IllegalMove, NoGlyph, NotFound, NotReady, WetInkOnly
from domain.ids import MeetingId
from domain.jobs import Job
from domain.measures import Measured, measured
from domain.montages import Turn
from domain.ports.montages import MadeFilm, Told, WantedFilm
from domain.ports.outside import Objects, Refusal
from domain.ports.papers import (
    AgreementSheet,
    Registered,
    Revision,
    SealRequest,
    Signed,
    SignRequest,
    Verdict,
    VerdictKind,
)
from domain.ports.store import Work
from domain.templates import Card
from storage.fanout import Fanout, line_of
from storage.objects import check_key
from storage.passwords import Argon2Passwords
from storage.store import SqlStore
from tests.factories import NOON

T = TypeVar("T")

#: The real hashing in a thousandth of its memory; test_passwords and test_first_day hold the cost.
QUICK_PASSWORDS = Argon2Passwords(memory_kib=64)


@dataclass
class FakeClock:
    """A clock that a test moves forward."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def forward(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span


@dataclass
class FakeRooms:
    """Rooms that remember what they were commanded."""

    closed: list[MeetingId] = field(default_factory=list)
    removed: list[tuple[MeetingId, str]] = field(default_factory=list)

    async def close(self, meeting_id: MeetingId) -> None:
        """End the room."""
        self.closed.append(meeting_id)

    async def remove(self, meeting_id: MeetingId, participant: str) -> None:
        """Take somebody out."""
        self.removed.append((meeting_id, participant))


@dataclass
class FakeRecordings:
    """A place of recordings that remembers what was brought."""

    stored: list[str] = field(default_factory=list)

    async def store(self, key: str) -> None:
        """Bring a file."""
        self.stored.append(key)

    async def measure(self, key: str) -> Measured:
        """Measure a file of which only the key is known."""
        return measured([key.encode()])


@dataclass
class FakeFilms:
    """Makes films of words; remembers what it was given."""

    objects: Objects
    wanted: list[WantedFilm] = field(default_factory=list)
    tidied: list[str] = field(default_factory=list)
    breaks_at: int | None = None  #: after so many parts it is as if the process had died
    nothing: bool = False  #: to see or hear in what it is given
    meanwhile: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    async def make(self, wanted: WantedFilm, told: Told) -> MadeFilm:
        """Make a film of two parts."""
        self.wanted.append(wanted)
        if self.nothing:
            raise NotFound(wanted.key)
        for done in range(3):
            await told(done, 2)
            if self.meanwhile:
                await self.meanwhile.pop()()
            if done == self.breaks_at:
                raise ProcessLookupError("killed")
        await self.objects.put(wanted.key, repr(wanted.segments).encode())
        turn = Turn(participant=wanted.segments[0].participant, begin=1.0, end=2.5)
        return MadeFilm(seconds=90.0, turns=(turn,))

    async def tidy(self, key: str) -> None:
        """Remember that the parts may go."""
        self.tidied.append(key)


@dataclass
class FakeChance:
    """Ids that count and codes that are known."""

    made: int = 0

    def id(self) -> str:
        """Return the next id."""
        self.made += 1
        return f"id{self.made:024d}"

    def digits(self, count: int) -> str:
        """Return digits that differ each time."""
        self.made += 1
        return f"{self.made:0{count}d}"[-count:]


@dataclass
class FakeBus:
    """The live updates of one process; remembers what was told."""

    told: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    listeners: Fanout = field(default_factory=Fanout)

    async def publish(self, topic: str, message: Mapping[str, str]) -> None:
        """Tell everybody who listens now."""
        line_of(topic, message)
        self.told.append((topic, message))
        self.listeners.hand_out(topic, message)

    def subscribe(self, topic: str) -> AsyncIterator[Mapping[str, str]]:
        """Listen from now on."""
        return self.listeners.listen(topic)

    async def close(self) -> None:
        """Stop."""
        self.listeners.close()


@dataclass
class FakeObjects:
    """Files in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def put(self, key: str, data: bytes) -> None:
        """Keep the bytes."""
        check_key(key)
        self.kept[key] = data

    async def get(self, key: str) -> bytes:
        """Return the bytes, or raise NotFound."""
        check_key(key)
        if key not in self.kept:
            raise NotFound(key)
        return self.kept[key]

    async def drop(self, key: str) -> None:
        """Delete the bytes."""
        check_key(key)
        self.kept.pop(key, None)

    async def size(self, key: str) -> int:
        """Return how many bytes there are."""
        return len(await self.get(key))

    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return some of the bytes."""
        return (await self.get(key))[start : start + length]


@dataclass(frozen=True)
class FailedOnce:
    """A job that was given up."""

    key: str
    job: Job
    why: str = "ValueError"
    since: datetime = NOON
    comes_back: bool = False


@dataclass
class FakeFailedJobs:
    """The jobs that were given up, and those that were handed in again."""

    failed: list[FailedOnce] = field(default_factory=list)
    again: list[Job] = field(default_factory=list)

    async def failed_jobs(self) -> Sequence[FailedOnce]:
        """Return them."""
        return tuple(self.failed)

    async def retry_job(self, key: str) -> None:
        """Hand it in once more."""
        self.again += [one.job for one in self.failed if one.key == key]
        await self.forget_job(key)

    async def forget_job(self, key: str) -> None:
        """Strike it off."""
        self.failed = [one for one in self.failed if one.key != key]


class FakeCodePictures:
    """Writes the address instead of drawing it."""

    def png(self, address: str) -> bytes:
        """Return the address as bytes."""
        return address.encode()


@dataclass
class Troubled:
    """What the other side does to the next messages: raise one of these each."""

    troubles: list[Exception] = field(default_factory=list)

    def meet_trouble(self) -> None:
        """Raise what was prepared, if anything."""
        if self.troubles:
            raise self.troubles.pop(0)


@dataclass(frozen=True)
class TextMessage:
    """One SMS that arrived."""

    to: str
    text: str


@dataclass
class FakeSms(Troubled):
    """A provider that delivers a key once, whatever comes again."""

    inbox: dict[str, TextMessage] = field(default_factory=dict)
    calls: int = 0

    async def send(self, *, key: str, to: str, text: str) -> None:
        """Deliver, unless trouble was prepared."""
        self.calls += 1
        self.meet_trouble()
        self.inbox.setdefault(key, TextMessage(to=to, text=text))

    def to(self, phone: str) -> list[str]:
        """Return what a phone got, oldest first."""
        return [one.text for one in self.inbox.values() if one.to == phone]


@dataclass
class FakeChat(Troubled):
    """A platform whose people get every notice they are sent."""

    inbox: list[tuple[str, str, str]] = field(default_factory=list)
    noticed: set[str] = field(default_factory=set)
    unionids: dict[str, str] = field(default_factory=dict)
    silences: list[Exception] = field(default_factory=list)  #: what questions meet
    reminded: list[tuple[str, str]] = field(default_factory=list)  #: by which template
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)  #: by platform id

    async def notify(self, *, key: str, openid: str, card: Card) -> str:
        """Deliver, unless trouble was prepared."""
        self.meet_trouble()
        if key not in self.noticed:
            self.noticed.add(key)
            self.inbox.append((openid, card.title, card.url))
        return f"n-{key}"

    async def remind(self, *, key: str, openid: str, card: Card) -> str:
        """Deliver, unless trouble was prepared."""
        self.meet_trouble()
        self.reminded.append((openid, card.template.id))
        self.inbox.append((openid, card.title, card.url))
        return f"s-{key}"

    async def say(self, *, key: str, openid: str, reply: Reply) -> None:
        """Deliver, unless trouble was prepared."""
        self.meet_trouble()
        url = reply.links[0].url if reply.links else ""
        self.inbox.append((openid, reply.text.partition("\n")[0], url))

    async def unionid(self, openid: str) -> str:
        """Name the person behind a follower, as far as the platform knows them."""
        if self.silences:
            raise self.silences.pop(0)
        return self.unionids.get(openid, "")

    async def fetch(self, platform_id: str) -> tuple[bytes, str]:
        """Return what was sent, or say that it expired."""
        self.meet_trouble()
        if platform_id not in self.media:
            raise Refusal("40007")
        return self.media[platform_id]

    def to(self, openid: str) -> list[tuple[str, str]]:
        """Return title and address of what somebody got, oldest first."""
        return [(title, url) for to, title, url in self.inbox if to == openid]


@dataclass
class FakeReader(Troubled):
    """Reads a text aloud by writing it down, and counts how often."""

    voice: str = "fake/1"
    read_aloud: list[str] = field(default_factory=list)

    async def read(self, words: str) -> bytes:
        """Read, unless trouble was prepared."""
        self.meet_trouble()
        self.read_aloud.append(words)
        return f"ID3{words}".encode()


class FakeWords:
    """Says the kind and the facts, plainly."""

    def sms(self, kind: str, facts: Mapping[str, str]) -> str:
        """Return the text message."""
        return f"{kind} {facts.get('code', '')}{facts.get('url', '')}"

    def notice(self, kind: str, facts: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """Return title and lines."""
        return kind, facts


@dataclass
class FakePapers:
    """Papers whose revisions are lines of text, each on top of the one before."""

    before_signing: Callable[[], Awaitable[object]] | None = None

    async def freeze(self, sheet: AgreementSheet, *, at: datetime) -> Revision:
        """Print and certify; the first line names the fields."""
        if sheet.wet_ink:
            raise WetInkOnly(sheet.number)
        _refuse_private_use(sheet)
        fields = " ".join(party.field for party in sheet.parties)
        return _revision(f"paper {sheet.number}/{sheet.version} {fields}\n".encode())

    async def print(self, sheet: AgreementSheet) -> Revision:
        """Print without fields."""
        _refuse_private_use(sheet)
        return _revision(f"preview {sheet.number}\n".encode())

    async def sign(self, pdf: bytes, request: SignRequest) -> Signed:
        """Add a line for the signer: parties in any order, then the mediator."""
        if self.before_signing is not None:
            await self.before_signing()
        parties, signed = _fields_of(pdf)
        if request.field in signed or request.field not in {*parties, "mediator"}:
            raise IllegalMove(request.field)
        if request.field == "mediator" and not parties <= signed:
            raise NotReady("the parties sign first")
        return _signed(pdf + f"{request.field} {request.name}\n".encode())

    async def seal(self, pdf: bytes, request: SealRequest) -> Signed:
        """Add a line for the seal, once everybody signed."""
        parties, signed = _fields_of(pdf)
        if not {*parties, "mediator"} <= signed:
            raise NotReady("not everybody signed")
        return _signed(pdf + f"{request.field} {request.committee}\n".encode())

    async def preserve(self, pdf: bytes, *, at: datetime) -> Revision:
        """Add a line for the time stamp."""
        if "committee" not in _fields_of(pdf)[1]:
            raise NotReady("not sealed")
        return _revision(pdf + b"stamped\n")

    async def verify(self, pdf: bytes, registered: Registered | None, *, at: datetime) -> Verdict:
        """Judge by the registry alone."""
        kind, reason = VerdictKind.GENUINE, ""
        if registered is None:
            kind, reason = VerdictKind.UNKNOWN, "unregistered"
        elif not registered.final:
            kind, reason = VerdictKind.INCOMPLETE, "rollback"
        return Verdict(
            kind=kind,
            reason=reason,
            sha256=hashlib.sha256(pdf).hexdigest(),
            agreement_id=registered.agreement_id if registered else None,
            number="",
            committee="",
            signatures=(),
        )


def _refuse_private_use(sheet: AgreementSheet) -> None:
    """Characters of private use have no glyph here either."""
    for character in "".join((sheet.facts, *sheet.terms)):
        if unicodedata.category(character) == "Co":
            raise NoGlyph(character)


def _fields_of(pdf: bytes) -> tuple[set[str], set[str]]:
    """Read the parties' fields of a paper, and all that are signed."""
    first, *lines = pdf.decode().splitlines()
    kind, _number, *parties = first.split()
    if kind != "paper":
        raise NotReady("never frozen")
    return set(parties), {line.split()[0] for line in lines}


def _revision(pdf: bytes) -> Revision:
    return Revision(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=2)


def _signed(pdf: bytes) -> Signed:
    revision = _revision(pdf)
    return Signed(
        revision=revision,
        certificate_serial=revision.sha256[:8],
        certificate_sha256=revision.sha256,
    )


class _Handed:
    """The jobs of one transaction, in the order they were handed in."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, Job]] = []

    async def add(self, job: Job, *, key: str = "") -> None:
        """Keep the job with this transaction."""
        self.jobs.append((key, job))


@dataclass
class QueuingStore:
    """The real ledger, whose jobs wait here for the test once their transaction is kept."""

    ledger: SqlStore
    waiting: list[Job] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """Open a transaction that may write."""
        handed = _Handed()
        async with self.ledger.begin() as work:
            work.jobs = handed
            yield work
        for key, job in handed.jobs:
            if not key or key not in self.seen:
                self.seen.add(key)
                self.waiting.append(job)

    async def together(self, deed: Callable[[Work], Awaitable[T]]) -> T:
        """Do it in one transaction."""
        async with self.begin() as work:
            return await deed(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction that only reads."""
        async with self.ledger.read() as work:
            yield work


def one_time_code(secret: str, at: datetime) -> str:
    """Compute a TOTP as an authenticator does (RFC 6238)."""
    moment = struct.pack(">Q", int(at.timestamp()) // 30)
    digest = hmac.new(b32decode(secret), moment, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


class FakeAttestor:
    """Writes a record down without a signature."""

    def attest(self, record: Mapping[str, object]) -> bytes:
        """Give the file."""
        return canonical({"manifest": record}).encode()
