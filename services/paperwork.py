"""The slow work on the file of an agreement: made, signed, sealed by jobs, one revision a time.

Every step reads the head, makes the next revision, keeps it, and puts it in force by
compare-and-set; if somebody else was faster it starts again on the new head (Stale).
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.actors import SYSTEM
from domain.agreements import Frozen, Signing
from domain.cases import Case
from domain.codes import Purpose
from domain.deadlines import TERMS, DueKind
from domain.errors import Stale
from domain.ids import AgreementId, PersonId
from domain.jobs import MakePaper, PutSeal, PutSignature
from domain.notices import NoticeKind
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.papers import Papers, Revision, SealRequest, SignRequest
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.agreements import paper_key
from services.dues import set_due
from services.effects import Effects
from services.invitations import Invitations
from services.notices import NoticeDesk
from services.settings import Centre
from services.sheets import sheet_of
from services.tidings import case_changed
from services.words import SIGN_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class Paperwork:
    """The handlers of the paper jobs."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    objects: Objects
    papers: Papers
    notices: NoticeDesk
    invitations: Invitations
    centre: Centre

    async def make(self, job: MakePaper) -> None:
        """Print and certify the paper of a frozen agreement and open its signing."""
        async with self.store.read() as work:
            frozen = await work.agreements.get(job.agreement_id)
            if not isinstance(frozen, Frozen):
                return
            sheet = await sheet_of(work, frozen, centre=self.centre, at=self.clock())
        revision = await self.papers.freeze(sheet, at=self.clock())
        await self._keep(frozen.id, revision)
        async with self.store.begin() as work:
            frozen = await work.agreements.get(job.agreement_id)
            if not isinstance(frozen, Frozen):
                return
            now = self.clock()
            expires = now + TERMS[DueKind.SIGNING_ENDS].span
            signing, event = frozen.open(
                head=revision.sha256, pages=revision.pages, expires_at=expires, by=SYSTEM, at=now
            )
            await work.agreements.save(signing, event)
            await work.agreements.register(frozen.id, revision.sha256, at=now)
            case = await work.cases.get(frozen.case_id, EVERYTHING)
            moved, opened = case.sign(by=SYSTEM, at=now)
            await work.cases.save(moved, opened)
            await set_due(work, self.chance, DueKind.SIGNING_ENDS, frozen.id, at=expires)
            await self._invite_signers(work, case, signing)
        await case_changed(self.bus, frozen.case_id)

    async def put_signature(self, job: PutSignature) -> None:
        """Put a given signature into the file."""
        async with self.store.read() as work:
            signing = await work.agreements.get(job.agreement_id)
            if not isinstance(signing, Signing) or not _given(signing, job.field):
                return
            evidence = await work.agreements.evidence(job.agreement_id, job.field)
        before = signing.head
        signed = await self.papers.sign(
            await self.objects.get(paper_key(signing.id, before)),
            SignRequest(
                field=job.field,
                name=signing.signer(job.field).writes,
                number=signing.number,
                strokes=evidence.strokes,
                evidence_sha256=evidence.sha256,
                reason=SIGN_REASON,
                at=self.clock(),
            ),
        )
        await self._keep(signing.id, signed.revision)
        async with self.store.begin() as work:
            signing = await self._signing(work, job.agreement_id)
            now = self.clock()
            changed, event = signing.signed(
                job.field,
                before=before,
                head=signed.revision.sha256,
                serial=signed.certificate_serial,
                by=SYSTEM,
                at=now,
            )
            await work.agreements.save(changed, event)
            await work.agreements.register(signing.id, signed.revision.sha256, at=now)
            await self._tell_mediator(work, changed)
        await case_changed(self.bus, signing.case_id)

    async def put_seal(self, job: PutSeal) -> None:
        """Seal and preserve the file; from this moment the agreement is in effect."""
        async with self.store.read() as work:
            signing = await work.agreements.get(job.agreement_id)
            if not isinstance(signing, Signing) or signing.sealing is None:
                return
            evidence = await work.agreements.evidence(job.agreement_id, "committee")
        before = signing.head
        sealed_at = self.clock()
        sealed = await self.papers.seal(
            await self.objects.get(paper_key(signing.id, before)),
            SealRequest(
                field="committee",
                committee=self.centre.committee,
                by=evidence.sha256,
                reason=signing.seal_reason,
                at=sealed_at,
            ),
        )
        final = await self.papers.preserve(sealed.revision.pdf, at=self.clock())
        for revision in (sealed.revision, final):
            await self._keep(signing.id, revision)
        async with self.store.begin() as work:
            signing = await self._signing(work, job.agreement_id)
            # In effect from the seal itself, whose stamp says the same (人民调解法 29).
            done, event = signing.seal(
                before=before,
                head=sealed.revision.sha256,
                final=final.sha256,
                serial=sealed.certificate_serial,
                by=SYSTEM,
                at=sealed_at,
            )
            await work.agreements.save(done, event)
            for revision in (sealed.revision, final):
                await work.agreements.register(signing.id, revision.sha256, at=sealed_at)
            verify = await work.tokens.text(Purpose.PAPER, done.id)
            effects = Effects(chance=self.chance, notices=self.notices, centre=self.centre)
            await effects.begin(
                work,
                done,
                since=sealed_at,
                url=self.centre.verify_page(verify),
                by=SYSTEM,
                at=sealed_at,
            )
        await case_changed(self.bus, signing.case_id)

    async def _invite_signers(self, work: Work, case: Case, signing: Signing) -> None:
        for signer in signing.signers:
            if signer.person_id is None:
                continue
            address = await self.invitations.invite(
                work,
                Purpose.SIGN,
                case_id=case.id,
                person=PersonId(signer.person_id),
                about=signing.id,
                until=signing.expires_at,
            )
            await self.notices.post(
                work,
                NoticeKind.SIGN,
                case_id=case.id,
                to_person=signer.person_id,
                facts={"number": signing.number, "url": address},
            )

    async def _tell_mediator(self, work: Work, signing: Signing) -> None:
        if signing.waiting_for != ("mediator",):
            return
        await self.notices.post(
            work,
            NoticeKind.SIGN,
            case_id=signing.case_id,
            to_staff=signing.signer("mediator").staff_id,
            facts={
                "number": signing.number,
                "url": self.centre.desk_page(signing.case_id),
            },
        )

    async def _signing(self, work: Work, agreement_id: AgreementId) -> Signing:
        agreement = await work.agreements.get(agreement_id)
        if not isinstance(agreement, Signing):
            raise Stale(agreement_id)  # closed meanwhile: the retry finds nothing to do
        return agreement

    async def _keep(self, agreement_id: AgreementId, revision: Revision) -> None:
        await self.objects.put(paper_key(agreement_id, revision.sha256), revision.pdf)


def _given(signing: Signing, field: str) -> bool:
    return any(one.field == field and one.done_at is None for one in signing.signatures)
