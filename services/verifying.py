"""Is this paper genuine? Anybody may ask; names are shown only to who holds the paper."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from domain.agreements import Closed, Sealed
from domain.codes import Purpose
from domain.errors import NotFound
from domain.ids import AgreementId
from domain.ports.outside import Clock
from domain.ports.papers import Papers, Verdict, VerdictKind
from domain.ports.store import Store
from services.settings import Centre
from services.views import PublicPaper
from services.words import STAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyDesk:
    """The public desk of the papers."""

    store: Store
    clock: Clock
    papers: Papers
    centre: Centre

    async def public(self, secret: str) -> PublicPaper:
        """Show number, committee and state to whoever scanned the paper's code."""
        async with self.store.read() as work:
            token = await work.tokens.find(Purpose.PAPER, secret)
            agreement = await work.agreements.get(AgreementId(token.subject))
        return PublicPaper(
            number=agreement.number,
            committee=self.centre.committee,
            state=agreement.stage,
            state_words=STAGES[agreement.stage],
        )

    async def check(self, pdf: bytes) -> Verdict:
        """Judge an uploaded paper against the registry and by its own signatures."""
        sha256 = hashlib.sha256(pdf).hexdigest()
        async with self.store.read() as work:
            registered = await work.agreements.registered(sha256)
        verdict = await self.papers.verify(pdf, registered, at=self.clock())
        if verdict.kind is not VerdictKind.GENUINE or registered is None:
            return verdict
        async with self.store.read() as work:
            agreement = await work.agreements.get(registered.agreement_id)
        if isinstance(agreement, Closed):
            return replace(verdict, kind=VerdictKind.VOIDED, reason=agreement.reason)
        if not isinstance(agreement, Sealed):
            raise NotFound(registered.agreement_id)
        return replace(verdict, effective_at=agreement.effective_at)
