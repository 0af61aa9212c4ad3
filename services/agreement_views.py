"""How an agreement is shown: to each reader their own field, and of the others what they may."""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import Actor, Resident, Staff
from domain.agreements import (
    Agreement,
    Closed,
    CloseReason,
    Draft,
    Inked,
    InkSigned,
    Sealed,
    Signing,
)
from domain.clauses import lint
from domain.codes import Purpose
from domain.danger import alarms
from domain.errors import NotFound
from domain.ids import StaffId
from domain.originals import Original
from domain.ports.store import Work
from services import words
from services.settings import Centre
from services.signers import consent_of
from services.views import AgreementView, MarkView, OriginalView, SignerView


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementViews:
    """Makes the views of one centre's agreements within a running transaction."""

    centre: Centre

    async def whole(self, work: Work, agreement: Agreement, actor: Actor) -> AgreementView:
        """Show one agreement; the clauses are its whole text, so nothing of them is masked."""
        signatures = getattr(agreement, "signatures", ())
        given = {one.field: one for one in signatures}
        confirmed = agreement.confirmed_by if isinstance(agreement, Draft) else ()
        final = not isinstance(agreement, Draft)
        parties = [one.name for one in agreement.signers if one.person_id is not None]
        return AgreementView(
            id=agreement.id,
            case_id=agreement.case_id,
            number=agreement.number,
            edition=agreement.edition,
            stage=agreement.stage,
            stage_words=words.STAGES[agreement.stage],
            facts=agreement.content.facts,
            clauses=agreement.content.clauses,
            spoken=spoken(agreement),
            findings=lint(agreement.content.clauses, parties, facts=agreement.content.facts),
            wet_ink=agreement.wet_ink,
            signers=tuple(
                SignerView(
                    field=one.field,
                    name=one.name,
                    confirmed=final or one.person_id in confirmed or one.person_id is None,
                    signed_at=given[one.field].done_at if one.field in given else None,
                    waiting=one.field in given and given[one.field].done_at is None,
                    hand=f"{words.CAPACITIES[one.capacity]}{one.hand}" if one.hand else "",
                )
                for one in agreement.signers
            ),
            sha256=getattr(agreement, "head", ""),
            pages=getattr(agreement, "pages", 0),
            expires_at=agreement.expires_at if isinstance(agreement, Signing) else None,
            effective_at=agreement.effective_at if isinstance(agreement, Sealed) else None,
            effective_on=agreement.effective_on if isinstance(agreement, InkSigned) else None,
            verify_url=await self._verify_url(work, agreement),
            my_field=(mine := _my_field(agreement, actor)),
            consent=consent_of(agreement.signer(mine)).version if mine else "",
            closed_because=words.CLOSE_REASONS[agreement.reason]
            if isinstance(agreement, Closed)
            else "",
            declined_by=_decliner(agreement),
            declined_why=_declined(agreement, actor),
            original=await self._original(work, agreement, actor),
        )

    async def _original(
        self, work: Work, agreement: Agreement, actor: Actor
    ) -> OriginalView | None:
        original = original_for(actor, agreement)
        if original is None:
            return None
        names = {one.field: one.name for one in agreement.signers}
        recorder = await work.staff.get(StaffId(original.recorded_by.partition(":")[2]))
        return OriginalView(
            scans=original.scans,
            marks=tuple(
                MarkView(name=names.get(one.field, self.centre.committee), how=words.HOW[one.how])
                for one in original.marks
            ),
            signed_on=original.signed_on,
            witnesses=original.witnesses,
            recorded_by=recorder.name,
            recorded_at=original.recorded_at,
        )

    async def _verify_url(self, work: Work, agreement: Agreement) -> str:
        try:
            secret = await work.tokens.text(Purpose.PAPER, agreement.id)
        except NotFound:
            return ""
        return self.centre.verify_page(secret)


def original_for(actor: Actor, agreement: Agreement) -> Original | None:
    """Give what this viewer may see of the original; a wrong scan may be somebody else's paper."""
    if isinstance(agreement, InkSigned):
        return agreement.original
    if isinstance(agreement, Inked) and isinstance(actor, Staff):
        return agreement.original
    return None


def spoken(agreement: Agreement) -> tuple[str, ...]:
    """Give the clauses as Chinese paragraphs; one too unclear to be spoken gives none."""
    findings = lint(agreement.content.clauses, ())
    unclear = {finding.clause for finding in findings if finding.code == "no-amount"}
    return tuple(
        "" if index in unclear else clause.spoken()
        for index, clause in enumerate(agreement.content.clauses)
    )


def _my_field(agreement: Agreement, actor: Actor) -> str:
    if not isinstance(actor, (Resident, Staff)):
        return ""
    try:
        return agreement.field_of(actor.id)
    except NotFound:
        return ""


def _decliner(agreement: Agreement) -> str:
    if not isinstance(agreement, Closed) or agreement.reason is not CloseReason.DECLINED:
        return ""
    who = agreement.by.partition(":")[2]
    return next((s.name for s in agreement.signers if who in (s.person_id, s.staff_id)), "")


def _declined(agreement: Agreement, actor: Actor) -> str:
    if not isinstance(agreement, Closed) or agreement.reason is not CloseReason.DECLINED:
        return ""
    return readable(agreement.why, agreement.by, actor) or words.NO_REASON_TOLD


def readable(told: str, by: str, actor: Actor) -> str:
    """Words of danger are read by who wrote them and by the centre, never by the other side."""
    others = isinstance(actor, Resident) and by != actor.ref
    return "" if others and alarms(told) else told
