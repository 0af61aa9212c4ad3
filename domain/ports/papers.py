"""Making, signing and verifying papers, as the trade sees it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.ids import AgreementId


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySheet:
    """One party as printed (人民调解法 29); an empty field prints as a rule to fill."""

    name: str
    side: str  #: 申请人 or 被申请人
    gender: str = ""
    nation: str = ""  #: 民族
    age: str = ""
    occupation: str = ""
    contact: str = ""
    address: str = ""
    field: str = ""  #: the signature field of this party, e.g. ``party-1``
    hand: str = ""  #: name of who signs for the party; empty: the party
    capacity: str = ""  #: 法定代理人, 法定代表人 or 委托代理人


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSheet:
    """Everything that stands on a 人民调解协议书 (司发通〔2010〕239号, form 6)."""

    agreement_id: AgreementId
    number: str  #: 〔2026〕枫调字第0001号
    version: int
    committee: str
    region: str
    parties: tuple[PartySheet, ...]
    mediator: str
    recorder: str
    facts: str  #: 纠纷主要事实、争议事项
    terms: tuple[str, ...]  #: 经调解自愿达成如下协议, one numbered paragraph each
    performance: str  #: 履行方式、时限
    copies: int
    date: date
    verify_url: str  #: printed as QR; leads to /v/{token}
    demo: bool  #: marks the paper 演示
    data: str = ""  #: canonical JSON of the terms, attached as ``case.json``; no personal numbers
    wet_ink: bool = False  #: printed for paper and ink (电子签名法 3): no signature fields are made


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One line of a handwriting: points ``(x, y, t, pressure)`` on a 700 x 360 pad, t in ms."""

    points: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of the file, as bytes."""

    pdf: bytes
    sha256: str  #: hex
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRequest:
    """One person's signature on the current head of the file."""

    field: str  #: ``party-1``, ``party-2``, ``mediator``
    name: str  #: the true name, rare characters included
    number: str  #: the paper's number; part of the certificate's subject
    strokes: tuple[Stroke, ...]
    evidence_sha256: str  #: hex; goes into the certificate: what proves who signed and how
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRequest:
    """The committee's seal, applied once, last, with a stated reason."""

    field: str  #: ``committee``
    committee: str
    by: str  #: who holds the seal right
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The file after one more signature."""

    revision: Revision
    certificate_serial: str
    certificate_sha256: str


class VerdictKind(enum.StrEnum):
    """What can be said of a paper."""

    GENUINE = "genuine"
    INCOMPLETE = "incomplete"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureStory:
    """One signature as the verifier tells it."""

    field: str
    name: str  #: masked where the verifier is public: 王*㛃; empty where nothing proves whose it is
    role: str  #: ``party``, ``mediator``, ``committee``, ``platform``, or empty with the name
    at: datetime | None  #: the time stamp's time
    intact: bool
    trusted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Is this paper genuine? ``reason`` is a stable code, empty if it is."""

    kind: VerdictKind
    reason: str
    sha256: str
    agreement_id: AgreementId | None
    number: str
    committee: str
    signatures: tuple[SignatureStory, ...]
    effective_at: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the registry knows of a file with this hash."""

    agreement_id: AgreementId
    final: bool  #: this is the last revision, after the time-stamp step
    head: str  #: hex hash of the paper's last revision
    sealed: bool
    voided: str  #: ``superseded``, ``withdrawn`` or empty


class Papers(Protocol):
    """The paper room: everything slow happens in a process pool."""

    async def freeze(self, sheet: AgreementSheet, *, at: datetime) -> Revision:
        """Print the paper, make its empty fields, certify it with the platform's key.

        Raises :class:`~domain.errors.NoGlyph` naming a character that no font has.
        """
        ...

    async def print(self, sheet: AgreementSheet) -> Revision:
        """Print the paper without fields or signatures: a preview, or for paper and ink."""
        ...

    async def sign(self, pdf: bytes, request: SignRequest) -> Signed:
        """Add one person's signature with a one-time key that is destroyed afterwards."""
        ...

    async def seal(self, pdf: bytes, request: SealRequest) -> Signed:
        """Add the committee's seal, which closes the paper to any further change."""
        ...

    async def preserve(self, pdf: bytes, *, at: datetime) -> Revision:
        """Add fresh revocation data and a document time stamp, the last step (PAdES B-LTA)."""
        ...

    async def verify(self, pdf: bytes, registered: Registered | None, *, at: datetime) -> Verdict:
        """Say what the file is; with ``registered`` also whether it is the whole paper."""
        ...


class Attestor(Protocol):
    """Signs records of facts with the centre's key, so that others can check them offline."""

    def attest(self, record: Mapping[str, object]) -> bytes:
        """Give the signed file."""
        ...
