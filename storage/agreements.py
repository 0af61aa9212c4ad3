"""The agreements in the database: each stage is a type, and stays one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from domain.agreements import (
    Agreement,
    Closed,
    CloseReason,
    Draft,
    Frozen,
    Inked,
    InkSigned,
    Sealed,
    Signing,
    Stage,
)
from domain.errors import Stale
from domain.history import Event
from domain.ids import AgreementId, CaseId
from domain.ports.agreements import SignatureEvidence
from domain.ports.papers import Registered, Stroke
from storage.forms import Form
from storage.history import keep_events
from storage.rows.agreements import AgreementRow, EvidenceRow, RevisionRow
from storage.transaction import Transaction

FORMS: Mapping[Stage, Form[Any]] = MappingProxyType(
    {
        Stage.DRAFT: Form(Draft),
        Stage.FROZEN: Form(Frozen),
        Stage.SIGNING: Form(Signing),
        Stage.SEALED: Form(Sealed),
        Stage.INKED: Form(Inked),
        Stage.INK_SIGNED: Form(InkSigned),
        Stage.CLOSED: Form(Closed),
    }
)
STROKES: Form[tuple[Stroke, ...]] = Form(tuple[Stroke, ...])
VOIDING = frozenset({CloseReason.SUPERSEDED, CloseReason.WITHDRAWN})


class SqlAgreements:
    """The agreements, their evidence and the registry of revisions."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, agreement: Agreement, *events: Event) -> None:
        """Keep a new agreement."""
        new = self._tx.insert(AgreementRow).values(
            id=agreement.id, version=agreement.version, **_values(agreement)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def get(self, agreement_id: AgreementId) -> Agreement:
        """Return it in the type of its stage."""
        wanted = select(AgreementRow).where(AgreementRow.id == agreement_id)
        return _agreement(await self._tx.one(wanted))

    async def save(self, agreement: Agreement, *events: Event) -> None:
        """Keep the changed agreement, also in its next stage."""
        await self._tx.swap(AgreementRow, agreement.id, agreement.version, **_values(agreement))
        await keep_events(self._tx, events)

    async def of_case(self, case_id: CaseId) -> Sequence[Agreement]:
        """Return the case's agreements, newest edition first."""
        own = select(AgreementRow).where(AgreementRow.case_id == case_id)
        order = (AgreementRow.edition.desc(), AgreementRow.id.desc())
        return [_agreement(row) for row in await self._tx.all(own.order_by(*order))]

    async def keep_evidence(self, evidence: SignatureEvidence) -> None:
        """Keep what proves a signature; raises Stale if the field has its evidence."""
        new = self._tx.insert(EvidenceRow).values(
            agreement_id=evidence.agreement_id,
            field=evidence.field,
            record=evidence.record,
            sha256=evidence.sha256,
            strokes=STROKES.write(evidence.strokes),
        )
        if await self._tx.run(new.on_conflict_do_nothing()) == 0:
            raise Stale(evidence.agreement_id)

    async def evidence(self, agreement_id: AgreementId, field: str) -> SignatureEvidence:
        """Return what proves a signature."""
        row = await self._tx.one(
            select(EvidenceRow).where(
                EvidenceRow.agreement_id == agreement_id, EvidenceRow.field == field
            )
        )
        return SignatureEvidence(
            agreement_id=AgreementId(row.agreement_id),
            field=row.field,
            record=row.record,
            sha256=row.sha256,
            strokes=STROKES.read(row.strokes),
        )

    async def register(self, agreement_id: AgreementId, sha256: str, *, at: datetime) -> None:
        """Note a revision that exists, for ever; noting it again changes nothing."""
        new = self._tx.insert(RevisionRow).values(sha256=sha256, agreement_id=agreement_id, at=at)
        await self._tx.run(new.on_conflict_do_nothing())

    async def registered(self, sha256: str) -> Registered | None:
        """Return what is known of a file with this hash."""
        row = await self._tx.maybe(select(RevisionRow).where(RevisionRow.sha256 == sha256))
        if row is None:
            return None
        agreement = await self.get(AgreementId(row.agreement_id))
        head = getattr(agreement, "head", "")
        sealed = Stage.SEALED in (agreement.stage, getattr(agreement, "was", None))
        return Registered(
            agreement_id=agreement.id,
            final=sealed and sha256 == head,
            head=head,
            sealed=sealed,
            voided=_voided(agreement),
        )


def _values(agreement: Agreement) -> dict[str, Any]:
    return {
        "case_id": agreement.case_id,
        "edition": agreement.edition,
        "stage": agreement.stage,
        "body": FORMS[agreement.stage].write(agreement),
    }


def _agreement(row: AgreementRow) -> Agreement:
    body: Agreement = FORMS[Stage(row.stage)].read(row.body)
    return replace(body, version=row.version)


def _voided(agreement: Agreement) -> str:
    if isinstance(agreement, Closed) and agreement.reason in VOIDING:
        return agreement.reason.value
    return ""
