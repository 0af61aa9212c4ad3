"""Where agreements, what proves their signatures, and every revision are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.agreements import Agreement
from domain.history import Event
from domain.ids import AgreementId, CaseId
from domain.ports.papers import Registered, Stroke


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureEvidence:
    """What proves one signature; strokes are encrypted at rest. ``record`` is canonical JSON."""

    agreement_id: AgreementId
    field: str
    record: str
    sha256: str
    strokes: tuple[Stroke, ...]


class Agreements(Protocol):
    """The agreements, their evidence and the registry of every revision handed out."""

    async def add(self, agreement: Agreement, *events: Event) -> None:
        """Keep a new agreement."""
        ...

    async def get(self, agreement_id: AgreementId) -> Agreement:
        """Return it in the type of its stage; the caller checks access through its case."""
        ...

    async def save(self, agreement: Agreement, *events: Event) -> None:
        """Keep the changed agreement, also in its next stage."""
        ...

    async def of_case(self, case_id: CaseId) -> Sequence[Agreement]:
        """Return the case's agreements, newest edition first."""
        ...

    async def keep_evidence(self, evidence: SignatureEvidence) -> None:
        """Keep what proves a signature."""
        ...

    async def evidence(self, agreement_id: AgreementId, field: str) -> SignatureEvidence:
        """Return what proves a signature."""
        ...

    async def register(self, agreement_id: AgreementId, sha256: str, *, at: datetime) -> None:
        """Note a revision that exists, for ever."""
        ...

    async def registered(self, sha256: str) -> Registered | None:
        """Return what is known of a file with this hash."""
        ...
