"""Agreements: drafted by the mediator, confirmed by the parties, frozen, signed and sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain import masking
from domain.access import Action
from domain.actors import Actor, Resident, Staff
from domain.agreements import (
    Agreement,
    Closed,
    CloseReason,
    Content,
    Draft,
    Inked,
    Shown,
    Signer,
    Signing,
    Stage,
    close,
)
from domain.cases import Case, CaseState
from domain.clauses import Finding, lint, overdue
from domain.codes import Purpose, Token
from domain.consents import SIGNING
from domain.deadlines import DueKind
from domain.errors import (
    AlreadySigned,
    BadInput,
    DomainError,
    IllegalMove,
    NotFound,
    NotReady,
    Stale,
)
from domain.history import Event
from domain.ids import AgreementId, CaseId, PersonId
from domain.jobs import MakePaper, PutSeal, PutSignature
from domain.notices import NoticeKind
from domain.people import Person
from domain.ports.agreements import SignatureEvidence
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.papers import Papers
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from domain.strokes import check as check_strokes
from services.case_views import CaseViews
from services.desk_rules import case_for
from services.evidence import SignInput, evidence_of, seal_evidence_of
from services.identity import IdentityDesk
from services.invitations import Invitations
from services.notices import NoticeDesk
from services.settings import Centre
from services.sheets import sheet_of
from services.tidings import case_changed
from services.views import AgreementView, Receipt
from services.words import NO_REASON_TOLD

ASKED = "agreement.review-asked"
LONGEST_FACTS = 4000
MOST_CLAUSES = 40
LONGEST_FIELD = 1000
LONGEST_TOLD = 200  #: of a reason in a message; whole it stands on the agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDesk:
    """The desk of the agreements; the slow work on the file is :class:`~services.paperwork`'s."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    objects: Objects
    papers: Papers
    notices: NoticeDesk
    identity: IdentityDesk
    invitations: Invitations
    centre: Centre

    async def draft(self, actor: Actor, case_id: CaseId, content: Content) -> AgreementId:
        """Begin an agreement; a new edition keeps the number of the one before."""
        _check_size(content)
        async with self.store.begin() as work:
            case = await case_for(work, actor, Action.DRAFT, case_id)
            if case.state is not CaseState.MEDIATING:
                raise IllegalMove(f"case {case.id}: {case.state} has no drafts")
            earlier = await work.agreements.of_case(case_id)
            if earlier and not isinstance(earlier[0], Closed):
                raise IllegalMove(f"case {case.id}: an agreement is under way")
            number = earlier[0].number if earlier else await self._number(work)
            draft = Draft(
                id=AgreementId(self.chance.id()),
                case_id=case_id,
                number=number,
                edition=earlier[0].edition + 1 if earlier else 1,
                content=content,
                signers=await self._signers(work, case),
            )
            await work.agreements.add(draft, self._event(draft, "agreement.drafted", actor))
            token = Token(purpose=Purpose.PAPER, subject=draft.id, case_id=case_id)
            await work.tokens.add(self.chance.id(), token, keep_text=True)
        await case_changed(self.bus, case_id)
        return draft.id

    async def revise(
        self, actor: Actor, agreement_id: AgreementId, *, version: int, content: Content
    ) -> None:
        """Change the words of a draft; confirmations begin anew, with the parties as they are."""
        _check_size(content)
        async with self.store.begin() as work:
            draft = await self.draft_of(work, actor, agreement_id, version)
            case = await work.cases.get(draft.case_id, EVERYTHING)
            draft = replace(draft, signers=await self._signers(work, case))
            changed, event = draft.revise(content, by=actor, at=self.clock())
            await work.agreements.save(changed, event)
        await case_changed(self.bus, draft.case_id)

    async def lint(self, actor: Actor, case_id: CaseId, content: Content) -> Sequence[Finding]:
        """Name the unclear points of words that are not kept yet."""
        _check_size(content)
        async with self.store.read() as work:
            case = await case_for(work, actor, Action.DRAFT, case_id)
            names = [(await work.people.get(one.person_id)).name for one in case.parties]
        today = self.clock().astimezone(self.centre.zone).date()
        found = lint(content.clauses, names, facts=content.facts)
        return (*found, *overdue(content.clauses, today=today))

    async def view(self, actor: Actor, agreement_id: AgreementId) -> AgreementView:
        """Show an agreement to its people."""
        async with self.store.read() as work:
            agreement, _ = await self._allowed(work, actor, Action.SEE_AGREEMENT, agreement_id)
            views = CaseViews(centre=self.centre)
            return await views.agreement(work, agreement, actor)

    async def ask_review(self, actor: Actor, agreement_id: AgreementId) -> None:
        """Invite the parties to read the words and confirm them.

        Raises NoGlyph before anybody is asked if a character can't be printed.
        """
        await self.preview(actor, agreement_id)
        async with self.store.begin() as work:
            agreement, case = await self._allowed(work, actor, Action.DRAFT, agreement_id)
            if not isinstance(agreement, Draft):
                raise IllegalMove(f"agreement {agreement.id}: {agreement.stage}")
            history = await work.cases.history(case.id)
            if (history[-1].kind, history[-1].subject) == (ASKED, agreement.id):
                return  # a double click: nothing happened since everybody was asked
            await self._invite(work, case, agreement, NoticeKind.REVIEW_TERMS)
            event = self._event(agreement, ASKED, actor)
            await work.agreements.save(agreement, event)
        await case_changed(self.bus, case.id)

    async def confirm(self, actor: Actor, agreement_id: AgreementId, *, version: int) -> None:
        """A party says that these are the agreed words."""
        if not isinstance(actor, Resident):
            raise NotFound(agreement_id)
        async with self.store.begin() as work:
            draft = await self.draft_of(work, actor, agreement_id, version, action=Action.CONFIRM)
            changed, event = draft.confirm(actor.id, by=actor, at=self.clock())
            await work.agreements.save(changed, event)
        await case_changed(self.bus, draft.case_id)

    async def freeze(self, actor: Actor, agreement_id: AgreementId, *, version: int) -> None:
        """Fix the words for signing; the paper is made by a job.

        Raises NoGlyph before anything is fixed if a character can't be printed.
        """
        async with self.store.read() as work:
            draft = await self.draft_of(work, actor, agreement_id, version)
            sheet = await sheet_of(work, draft, centre=self.centre, at=self.clock())
        await self.papers.print(sheet)
        async with self.store.begin() as work:
            draft = await self.draft_of(work, actor, agreement_id, version)
            await self.check_people(work, draft)
            frozen, event = draft.freeze(by=actor, at=self.clock())
            await work.agreements.save(frozen, event)
            await work.jobs.add(MakePaper(agreement_id), key=f"paper-{agreement_id}")
        await case_changed(self.bus, draft.case_id)

    async def withdraw(self, actor: Actor, agreement_id: AgreementId, *, version: int) -> None:
        """Take the agreement out of force; a changed edition can follow."""
        async with self.store.begin() as work:
            agreement, case = await self._allowed(work, actor, Action.DRAFT, agreement_id)
            if agreement.version != version:
                raise Stale(agreement_id)
            await self.close(work, agreement, case, CloseReason.WITHDRAWN, by=actor)
        await case_changed(self.bus, case.id)

    async def close(
        self,
        work: Work,
        agreement: Agreement,
        case: Case,
        reason: CloseReason,
        *,
        by: Actor,
        why: str = "",
    ) -> None:
        """Close an agreement within the running transaction and go back to talking."""
        if agreement.stage in (Stage.SEALED, Stage.INK_SIGNED):
            raise IllegalMove(f"agreement {agreement.id}: in effect")
        closed, event = close(agreement, reason, by=by, at=self.clock(), why=why)
        await work.agreements.save(closed, event)
        for kind in (DueKind.SIGNING_ENDS, DueKind.INK_SIGNING):
            await work.dues.drop(kind, agreement.id)
        for party in case.parties:
            await work.tokens.revoke(Purpose.SIGN, f"{case.id}/{party.person_id}")
        if case.state is CaseState.SIGNING:
            reopened, back = case.reopen_talks(reason, by=by, at=self.clock())
            await work.cases.save(reopened, back)

    async def pdf(self, actor: Actor, agreement_id: AgreementId) -> bytes:
        """Give the file's last revision."""
        async with self.store.read() as work:
            agreement, _ = await self._allowed(work, actor, Action.SEE_AGREEMENT, agreement_id)
        head = getattr(agreement, "head", "")
        if not head:
            raise NotReady(agreement_id)
        return await self.objects.get(paper_key(agreement_id, head))

    async def preview(self, actor: Actor, agreement_id: AgreementId) -> bytes:
        """Print the words as they stand, without fields or signatures; also for paper and ink."""
        async with self.store.read() as work:
            agreement, _ = await self._allowed(work, actor, Action.SEE_AGREEMENT, agreement_id)
            sheet = await sheet_of(work, agreement, centre=self.centre, at=self.clock())
        return (await self.papers.print(sheet)).pdf

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
            agreement, _ = await self._allowed(work, actor, Action.SIGN, agreement_id)
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

    async def _sign_once(
        self, actor: Actor, agreement_id: AgreementId, given: SignInput
    ) -> Receipt | DomainError:
        """Use the code and keep the signature in one transaction; what refuses a code is given."""
        async with self.store.begin() as work:
            field, signing = await self._place(work, actor, agreement_id)
            _check_reading(signing, given)
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
        now = self.clock()
        evidence = evidence_of(
            signing, field, actor, given, consent=SIGNING, code_sent_to=code_sent_to, at=now
        )
        wished, event = signing.wish(
            field,
            evidence_sha256=evidence.sha256,
            shown=Shown(
                document_sha256=given.shown_sha256,
                consent=SIGNING.version,
                consent_sha256=SIGNING.sha256,
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
        agreement, _ = await self._allowed(work, actor, Action.SIGN, agreement_id)
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

    async def decline(self, actor: Actor, agreement_id: AgreementId, *, reason: str) -> None:
        """Refuse the words or to sign; it stays who and why, everybody is told, the talks go on."""
        why = reason.strip()
        if len(why) > LONGEST_FIELD:
            raise BadInput("reason", "1000 characters at most")
        async with self.store.begin() as work:
            agreement, case = await self._allowed(work, actor, Action.SIGN, agreement_id)
            if not isinstance(agreement, (Draft, Signing, Inked)):
                raise IllegalMove(f"agreement {agreement_id}: {agreement.stage}")
            _place_field(agreement, actor)
            await self.close(work, agreement, case, CloseReason.DECLINED, by=actor, why=why)
            facts = {"number": agreement.number, "reason": why[:LONGEST_TOLD] or NO_REASON_TOLD}
            for party in case.parties:
                await self.notices.post(
                    work,
                    NoticeKind.DECLINED,
                    case_id=case.id,
                    to_person=party.person_id,
                    facts=facts,
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
            agreement, _ = await self._allowed(work, actor, Action.SEAL, agreement_id)
            if not isinstance(agreement, Signing):
                raise IllegalMove(f"agreement {agreement_id}: {agreement.stage}")
            member = await work.staff.get(actor.id)
        await self.identity.check_totp(member, code)
        async with self.store.begin() as work:
            agreement, case = await self._allowed(work, actor, Action.SEAL, agreement_id)
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
            await self._allowed(work, actor, Action.SEE_AGREEMENT, agreement_id)
            return await work.agreements.evidence(agreement_id, field)

    async def _signing_person(self, work: Work, signing: Signing, actor: Resident) -> Person:
        """Who signs, at the number for which the words were confirmed: no other one signs."""
        person = await work.people.get(actor.id)
        signer = signing.signer(signing.field_of(actor.id))
        if (person.name, await _phone_index(work, person)) != (signer.name, signer.phone_index):
            raise NotReady(f"agreement {signing.id}: {signer.field} was given another number")
        return person

    async def _allowed(
        self, work: Work, actor: Actor, action: Action, agreement_id: AgreementId
    ) -> tuple[Agreement, Case]:
        agreement = await work.agreements.get(agreement_id)
        return agreement, await case_for(work, actor, action, agreement.case_id)

    async def draft_of(
        self,
        work: Work,
        actor: Actor,
        agreement_id: AgreementId,
        version: int,
        *,
        action: Action = Action.DRAFT,
    ) -> Draft:
        """Load the draft as the actor saw it, within the running transaction."""
        agreement, _ = await self._allowed(work, actor, action, agreement_id)
        if not isinstance(agreement, Draft):
            raise IllegalMove(f"agreement {agreement_id}: {agreement.stage} is not a draft")
        if agreement.version != version:
            raise Stale(agreement_id)
        return agreement

    async def check_people(self, work: Work, draft: Draft) -> None:
        """Refuse a draft whose people changed since it was written."""
        case = await work.cases.get(draft.case_id, EVERYTHING)
        if draft.signers != await self._signers(work, case):
            raise NotReady(f"agreement {draft.id}: the people of the case changed since the draft")

    async def _signers(self, work: Work, case: Case) -> tuple[Signer, ...]:
        signers = []
        for count, party in enumerate(case.parties, start=1):
            person = await work.people.get(party.person_id)
            if not person.name:
                raise NotReady(f"case {case.id}: a party has no name yet")
            signers.append(
                Signer(
                    field=f"party-{count}",
                    name=person.name,
                    person_id=party.person_id,
                    phone_index=await _phone_index(work, person),
                )
            )
        if len(signers) < 2:  # noqa: PLR2004  # a quarrel has two sides
            raise NotReady(f"case {case.id}: the other side is missing")
        if case.mediator is None:
            raise NotReady(f"case {case.id}: no mediator")
        member = await work.staff.get(case.mediator)
        return (*signers, Signer(field="mediator", name=member.name, staff_id=member.id))

    async def _invite(self, work: Work, case: Case, agreement: Agreement, kind: NoticeKind) -> None:
        for signer in agreement.signers:
            if signer.person_id is None:
                continue
            address = await self.invitations.invite(
                work,
                Purpose.SIGN,
                case_id=case.id,
                person=PersonId(signer.person_id),
                about=agreement.id,
                until=None,
            )
            await self.notices.post(
                work,
                kind,
                case_id=case.id,
                to_person=signer.person_id,
                facts={"number": agreement.number, "url": address},
            )

    async def _number(self, work: Work) -> str:
        year = self.clock().astimezone(self.centre.zone).year
        count = await work.cases.next_number("paper", year)
        return f"〔{year}〕{self.centre.number_word}调字第{count:04d}号"

    def _event(self, agreement: Agreement, kind: str, by: Actor) -> Event:
        return Event(
            subject=agreement.id,
            case_id=agreement.case_id,
            kind=kind,
            by=by.ref,
            at=self.clock(),
        )


def paper_key(agreement_id: AgreementId, sha256: str) -> str:
    """Where a revision of a file is kept."""
    return f"papers/{agreement_id}/{sha256}.pdf"


async def _phone_index(work: Work, person: Person) -> str:
    return await work.people.phone_index(person.phone) if person.phone else ""


def _check_reading(signing: Signing, given: SignInput) -> None:
    if given.consent_version != SIGNING.version:
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


def _check_size(content: Content) -> None:
    if not 1 <= len(content.facts.strip()) <= LONGEST_FACTS:
        raise BadInput("facts", "1 to 4000 characters")
    if len(content.clauses) > MOST_CLAUSES:
        raise BadInput("clauses", "40 at most")
    for clause in content.clauses:
        texts = (clause.debtor, clause.creditor, clause.what, clause.how, clause.default)
        if any(len(text) > LONGEST_FIELD for text in texts):
            raise BadInput("clauses", "1000 characters a field at most")
