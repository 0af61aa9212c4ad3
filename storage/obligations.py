"""The promises in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from domain.history import Event
from domain.ids import AgreementId, CaseId, ObligationId, PersonId
from domain.obligations import Obligation, ObligationState
from storage.history import keep_events
from storage.rows.agreements import ObligationRow
from storage.transaction import Transaction


class SqlObligations:
    """The promises."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add(self, obligation: Obligation, *events: Event) -> None:
        """Keep a new promise."""
        new = self._tx.insert(ObligationRow).values(
            id=obligation.id, version=obligation.version, **_values(obligation)
        )
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def get(self, obligation_id: ObligationId) -> Obligation:
        """Return it."""
        wanted = select(ObligationRow).where(ObligationRow.id == obligation_id)
        return _obligation(await self._tx.one(wanted))

    async def save(self, obligation: Obligation, *events: Event) -> None:
        """Keep the changed promise."""
        values = _values(obligation)
        await self._tx.swap(ObligationRow, obligation.id, obligation.version, **values)
        await keep_events(self._tx, events)

    async def of_case(self, case_id: CaseId) -> Sequence[Obligation]:
        """Return the case's promises in the order of the clauses."""
        own = select(ObligationRow).where(ObligationRow.case_id == case_id)
        rows = await self._tx.all(own.order_by(ObligationRow.clause, ObligationRow.id))
        return [_obligation(row) for row in rows]


def _values(obligation: Obligation) -> dict[str, Any]:
    return {
        "agreement_id": obligation.agreement_id,
        "case_id": obligation.case_id,
        "clause": obligation.clause,
        "text": obligation.text,
        "debtor": obligation.debtor,
        "creditor": obligation.creditor,
        "due": obligation.due,
        "state": obligation.state,
    }


def _obligation(row: ObligationRow) -> Obligation:
    return Obligation(
        id=ObligationId(row.id),
        agreement_id=AgreementId(row.agreement_id),
        case_id=CaseId(row.case_id),
        clause=row.clause,
        text=row.text,
        debtor=PersonId(row.debtor),
        creditor=PersonId(row.creditor) if row.creditor else None,
        due=row.due,
        state=ObligationState(row.state),
        version=row.version,
    )
