"""Is this paper genuine? Anybody may ask; names are shown only to who holds the paper."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, time

from domain.agreements import Agreement, Closed, InkSigned, Sealed, Stage
from domain.codes import Purpose
from domain.errors import NotFound
from domain.ids import AgreementId
from domain.ports.outside import Clock
from domain.ports.papers import Papers, Verdict, VerdictKind
from domain.ports.store import Store
from services.settings import Centre
from services.views import PublicPaper
from services.words import STAGES

#: What can be said of a file where ink counts: the scan that is kept, or the paper before it.
INK_SCAN = (VerdictKind.GENUINE, "ink-scan")
INK_BLANK = (VerdictKind.INCOMPLETE, "ink-blank")


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
            on_paper=_on_paper(agreement),
        )

    async def check(self, pdf: bytes) -> Verdict:
        """Judge an uploaded paper against the registry and by its own signatures."""
        sha256 = hashlib.sha256(pdf).hexdigest()
        async with self.store.read() as work:
            registered = await work.agreements.registered(sha256)
            if registered is not None:
                agreement = await work.agreements.get(registered.agreement_id)
                if _on_paper(agreement):
                    return self._of_paper(agreement, sha256)
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

    def _of_paper(self, agreement: Agreement, sha256: str) -> Verdict:
        """Say what can be said of a file when ink counts: whether it is the one that we keep."""
        since = None
        if isinstance(agreement, InkSigned):
            since = datetime.combine(agreement.effective_on, time(), tzinfo=self.centre.zone)
        kind, reason = INK_SCAN
        if sha256 == getattr(agreement, "head", ""):
            kind, reason = INK_BLANK
        elif isinstance(agreement, Closed):
            kind, reason = VerdictKind.VOIDED, agreement.reason.value
        return Verdict(
            kind=kind,
            reason=reason,
            sha256=sha256,
            agreement_id=agreement.id,
            number=agreement.number,
            committee=self.centre.committee,
            signatures=(),
            effective_at=since,
            checked_at=self.clock(),
        )


def _on_paper(agreement: Agreement) -> bool:
    stage = agreement.was if isinstance(agreement, Closed) else agreement.stage
    return stage in (Stage.INKED, Stage.INK_SIGNED)
