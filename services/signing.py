"""Signing and sealing: who, with which code, with what before them; slow work is for jobs."""

from __future__ import annotations

from dataclasses import dataclass

from domain import masking
from domain.access import Action
from domain.actors import Actor, Resident, Staff
from domain.agreements import (
    Agreement,
    CloseReason,
    Draft,
    Inked,
    Shown,
    Signing,
)
from domain.capacities import check_of_age
from domain.codes import Purpose
from domain.danger import alarms
from domain.errors import (
    AlreadySigned,
    BadInput,
    DomainError,
    IllegalMove,
    NotFound,
    NotReady,
)
from domain.ids import AgreementId
from domain.jobs import PutSeal, PutSignature
from domain.notices import NoticeKind
from domain.people import Person
from domain.ports.agreements import SignatureEvidence
from domain.ports.outside import Bus, Clock
from domain.ports.store import Store, Work
from domain.strokes import check as check_strokes
from services.agreements import AgreementDesk
from services.desk_rules import agreement_for
from services.evidence import SignInput, evidence_of, seal_evidence_of
from services.identity import IdentityDesk
from services.invitations import Invitations
from services.notices import NoticeDesk
from services.raising import AlarmDesk
from services.signers import consent_of, phone_index
from services.tidings import case_changed
from services.views import Receipt
from services.words import NO_REASON_TOLD

LONGEST_REASON = 1000
LONGEST_TOLD = 200  #: of a reason in a message; whole it stands on the agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningDesk:
    """The desk where papers are signed, declined and sealed."""

    store: Store
    clock: Clock
    bus: Bus
    notices: NoticeDesk
    identity: IdentityDesk
    invitations: Invitations
    agreements: AgreementDesk
    alarms: AlarmDesk

    async def from_invitation(self, actor: Actor, secret: str) -> AgreementId:
        """Give the agreement behind an invitation to the invited person alone."""
        if not isinstance(actor, Resident):
            raise NotFound(Purpose.SIGN)
        async with self.store.read() as work:
            about = await self.invitations.about(work, Purpose.SIGN, secret, actor.id)
        return AgreementId(about)

    async def ask_intent_code(self, actor: Actor, agreement_id: AgreementId) -> str:
        """Send the signer a fresh code to their number on file; give it masked."""
        if not isinstance(actor, Resident):
            raise NotFound(agreement_id)
        async with self.store.begin() as work:
            agreement, _ = await agreement_for(work, actor, Action.SIGN, agreement_id)
            _, signing = _place(agreement, actor)
            person = await self._signing_person(work, signing, actor)
            return await self.identity.send_code(work, person, NoticeKind.INTENT_CODE, agreement_id)

    async def sign(self, actor: Actor, agreement_id: AgreementId, given: SignInput) -> Receipt:
        """Keep a signature with its evidence; a job puts it into the file.

        The signer proves to be there by a fresh code (parties) or one-time code (mediator).
        """
        check_strokes(given.strokes)
        outcome = await self._sign_once(actor, agreement_id, given)
        if isinstance(outcome, DomainError):
            # A double click whose first press was faster: its code is used, its signature counts.
            async with self.store.read() as work:
                await self._place(work, actor, agreement_id)
            raise outcome
        return outcome

    async def decline(self, actor: Actor, agreement_id: AgreementId, *, reason: str) -> None:
        """Refuse the words or to sign; it stays who and why, everybody is told, the talks go on."""
        why = reason.strip()
        if len(why) > LONGEST_REASON:
            raise BadInput("reason", "1000 characters at most")
        if isinstance(actor, Resident):
            await self.alarms.ring_own(actor, why)
        async with self.store.begin() as work:
            agreement, case = await agreement_for(work, actor, Action.SIGN, agreement_id)
            if not isinstance(agreement, (Draft, Signing, Inked)):
                raise IllegalMove(f"agreement {agreement_id}: {agreement.stage}")
            _place_field(agreement, actor)
            await self.agreements.close(
                work, agreement, case, CloseReason.DECLINED, by=actor, why=why
            )
            facts = {"number": agreement.number, "reason": why[:LONGEST_TOLD] or NO_REASON_TOLD}
            calm = facts | {"reason": NO_REASON_TOLD} if alarms(why) else facts
            for party in case.parties:
                await self.notices.post(
                    work,
                    NoticeKind.DECLINED,
                    case_id=case.id,
                    to_person=party.person_id,
                    facts=calm,
                )
            await self.notices.post(
                work, NoticeKind.DECLINED, case_id=case.id, to_staff=case.mediator, facts=facts
            )
        await case_changed(self.bus, case.id)

    async def seal(
        self, actor: Actor, agreement_id: AgreementId, *, reason: str, code: str
    ) -> None:
        """Apply the committee's seal: a person with the seal right, a reason, a fresh code."""
        if not isinstance(actor, Staff):
            raise NotFound(agreement_id)
        async with self.store.read() as work:
            agreement, _ = await agreement_for(work, actor, Action.SEAL, agreement_id)
            if not isinstance(agreement, Signing):
                raise IllegalMove(f"agreement {agreement_id}: {agreement.stage}")
            member = await work.staff.get(actor.id)
        await self.identity.check_totp(member, code)
        async with self.store.begin() as work:
            agreement, case = await agreement_for(work, actor, Action.SEAL, agreement_id)
            if not isinstance(agreement, Signing):
                raise IllegalMove(f"agreement {agreement_id}: {agreement.stage}")
            evidence = seal_evidence_of(agreement, actor, reason, at=self.clock())
            sealing, event = agreement.wish_seal(
                reason=reason, evidence_sha256=evidence.sha256, by=actor, at=self.clock()
            )
            await work.agreements.keep_evidence(evidence)
            await work.agreements.save(sealing, event)
            await work.jobs.add(PutSeal(agreement_id), key=f"seal-{agreement_id}")
        await case_changed(self.bus, case.id)

    async def evidence(
        self, actor: Actor, agreement_id: AgreementId, field: str
    ) -> SignatureEvidence:
        """Give what proves a signature, to the case's mediator or a supervisor."""
        if not isinstance(actor, Staff):
            raise NotFound(agreement_id)
        async with self.store.read() as work:
            await agreement_for(work, actor, Action.SEE_AGREEMENT, agreement_id)
            return await work.agreements.evidence(agreement_id, field)

    async def _sign_once(
        self, actor: Actor, agreement_id: AgreementId, given: SignInput
    ) -> Receipt | DomainError:
        """Use the code and keep the signature in one transaction; what refuses a code is given."""
        async with self.store.begin() as work:
            field, signing = await self._place(work, actor, agreement_id)
            _check_reading(signing, field, given)
            refusal, sent_to = await self._use_intent(work, actor, signing, given.code)
            if refusal is not None:
                return refusal
            receipt = await self._keep_signature(
                work, actor, signing, field, given, code_sent_to=sent_to
            )
        await case_changed(self.bus, signing.case_id)
        return receipt

    async def _keep_signature(
        self,
        work: Work,
        actor: Actor,
        signing: Signing,
        field: str,
        given: SignInput,
        *,
        code_sent_to: str,
    ) -> Receipt:
        shown = await work.agreements.registered(given.shown_sha256)
        if shown is None or shown.agreement_id != signing.id:
            raise BadInput("shown_sha256", "not a revision of this paper")
        now, consent = self.clock(), consent_of(signing.signer(field))
        evidence = evidence_of(
            signing, field, actor, given, consent=consent, code_sent_to=code_sent_to, at=now
        )
        wished, event = signing.wish(
            field,
            evidence_sha256=evidence.sha256,
            shown=Shown(
                document_sha256=given.shown_sha256,
                consent=consent.version,
                consent_sha256=consent.sha256,
            ),
            by=actor,
            at=now,
        )
        await work.agreements.keep_evidence(evidence)
        await work.agreements.save(wished, event)
        await work.jobs.add(PutSignature(signing.id, field), key=f"signature-{signing.id}-{field}")
        return Receipt(
            field=field,
            sha256_before=given.shown_sha256,
            evidence_sha256=evidence.sha256,
            at=event.at,
        )

    async def _place(
        self, work: Work, actor: Actor, agreement_id: AgreementId
    ) -> tuple[str, Signing]:
        agreement, _ = await agreement_for(work, actor, Action.SIGN, agreement_id)
        return _place(agreement, actor)

    async def _use_intent(
        self, work: Work, actor: Actor, signing: Signing, code: str
    ) -> tuple[DomainError | None, str]:
        """Use up the fresh code; give what speaks against it, and the number it went to, masked."""
        if isinstance(actor, Resident):
            person = await self._signing_person(work, signing, actor)
            refusal = await self.identity.use_code(
                work, person, code, NoticeKind.INTENT_CODE, signing.id
            )
            return refusal, masking.phone(person.phone)
        if isinstance(actor, Staff):
            return await self.identity.use_totp(work, await work.staff.get(actor.id), code), ""
        raise NotFound("signer")

    async def _signing_person(self, work: Work, signing: Signing, actor: Resident) -> Person:
        """Who signs, at the number for which the words were confirmed: no other one signs."""
        person = await work.people.get(actor.id)
        signer = signing.signer(signing.field_of(actor.id))
        if (person.name, await phone_index(work, person)) != (signer.name, signer.phone_index):
            raise NotReady(f"agreement {signing.id}: {signer.field} was given another number")
        today = self.clock().astimezone(self.agreements.centre.zone).date()
        check_of_age(signer.field, person.born, signer.capacity, on=today)
        return person


def _check_reading(signing: Signing, field: str, given: SignInput) -> None:
    if given.consent_version != consent_of(signing.signer(field)).version:
        raise BadInput("consent_version", "not the text that is agreed to now")
    if not set(given.pages_read) >= set(range(1, signing.pages + 1)):
        raise BadInput("pages_read", "every page is read before signing")


def _place_field(agreement: Draft | Signing | Inked, actor: Actor) -> str:
    if not isinstance(actor, (Resident, Staff)):
        raise NotFound(agreement.id)
    return agreement.field_of(actor.id)


def _place(agreement: Agreement, actor: Actor) -> tuple[str, Signing]:
    if not isinstance(agreement, Signing):
        raise IllegalMove(f"agreement {agreement.id}: {agreement.stage} takes no signatures")
    field = _place_field(agreement, actor)
    if any(one.field == field for one in agreement.signatures):
        raise AlreadySigned(f"agreement {agreement.id}: {field} has signed")
    return field, agreement
