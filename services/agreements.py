"""The words of agreements: drafted by the mediator, confirmed by the parties, frozen, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import Action
from domain.actors import Actor, Resident
from domain.agreements import (
    Agreement,
    Closed,
    CloseReason,
    Content,
    Draft,
    Signing,
    Stage,
    close,
)
from domain.cases import Case, CaseState
from domain.clauses import Finding, lint, overdue
from domain.codes import Purpose, Token
from domain.deadlines import DueKind
from domain.errors import (
    BadInput,
    IllegalMove,
    NotFound,
    NotReady,
    Stale,
)
from domain.history import Event
from domain.ids import AgreementId, CaseId, PersonId
from domain.jobs import MakePaper
from domain.notices import NoticeKind
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.papers import Papers
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.agreement_views import AgreementViews
from services.desk_rules import agreement_for, case_for
from services.invitations import Invitations
from services.notices import NoticeDesk
from services.playback import LOOKS
from services.settings import Centre
from services.sheets import sheet_of
from services.signers import check_of_age_all, signers_of
from services.tidings import case_changed
from services.views import AgreementView

ASKED = "agreement.review-asked"
LONGEST_FACTS = 4000
MOST_CLAUSES = 40
LONGEST_FIELD = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDesk:
    """The desk of the words; the slow work on the file is :class:`~services.paperwork`'s."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    objects: Objects
    papers: Papers
    notices: NoticeDesk
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
                signers=await signers_of(work, case),
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
            draft = replace(draft, signers=await signers_of(work, case))
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
            agreement, _ = await agreement_for(work, actor, Action.SEE_AGREEMENT, agreement_id)
            return await AgreementViews(centre=self.centre).whole(work, agreement, actor)

    async def ask_review(self, actor: Actor, agreement_id: AgreementId) -> None:
        """Invite the parties to read the words and confirm them.

        Raises NoGlyph before anybody is asked if a character can't be printed.
        """
        await self.preview(actor, agreement_id)
        async with self.store.begin() as work:
            agreement, case = await agreement_for(work, actor, Action.DRAFT, agreement_id)
            if not isinstance(agreement, Draft):
                raise IllegalMove(f"agreement {agreement.id}: {agreement.stage}")
            events = await work.cases.history(case.id)
            history = [one for one in events if one.kind not in LOOKS]
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
            agreement, case = await agreement_for(work, actor, Action.DRAFT, agreement_id)
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
        await lay_down(work, agreement, case, reason, by=by, at=self.clock(), why=why)
        if case.state is CaseState.SIGNING:
            reopened, back = case.reopen_talks(reason, by=by, at=self.clock())
            await work.cases.save(reopened, back)

    async def pdf(self, actor: Actor, agreement_id: AgreementId) -> bytes:
        """Give the file's last revision."""
        async with self.store.read() as work:
            agreement, _ = await agreement_for(work, actor, Action.SEE_AGREEMENT, agreement_id)
        head = getattr(agreement, "head", "")
        if not head:
            raise NotReady(agreement_id)
        return await self.objects.get(paper_key(agreement_id, head))

    async def preview(self, actor: Actor, agreement_id: AgreementId) -> bytes:
        """Print the words as they stand, without fields or signatures; also for paper and ink."""
        async with self.store.read() as work:
            agreement, _ = await agreement_for(work, actor, Action.SEE_AGREEMENT, agreement_id)
            sheet = await sheet_of(work, agreement, centre=self.centre, at=self.clock())
        return (await self.papers.print(sheet)).pdf

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
        agreement, _ = await agreement_for(work, actor, action, agreement_id)
        if not isinstance(agreement, Draft):
            raise IllegalMove(f"agreement {agreement_id}: {agreement.stage} is not a draft")
        if agreement.version != version:
            raise Stale(agreement_id)
        return agreement

    async def check_people(self, work: Work, draft: Draft) -> None:
        """Refuse a draft whose people changed since it was written."""
        case = await work.cases.get(draft.case_id, EVERYTHING)
        if draft.signers != await signers_of(work, case):
            raise NotReady(f"agreement {draft.id}: the people of the case changed since the draft")
        today = self.clock().astimezone(self.centre.zone).date()
        await check_of_age_all(work, draft, on=today)

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


async def lay_down(
    work: Work,
    agreement: Agreement,
    case: Case,
    reason: CloseReason,
    *,
    by: Actor,
    at: datetime,
    why: str = "",
) -> None:
    """Close an agreement that is not in effect, with its deadlines and invitations."""
    if agreement.stage in (Stage.SEALED, Stage.INK_SIGNED):
        raise IllegalMove(f"agreement {agreement.id}: in effect")
    if isinstance(agreement, Signing) and agreement.sealing is not None:
        raise IllegalMove(f"agreement {agreement.id}: the seal is being applied")
    closed, event = close(agreement, reason, by=by, at=at, why=why)
    await work.agreements.save(closed, event)
    for kind in (DueKind.SIGNING_ENDS, DueKind.INK_SIGNING):
        await work.dues.drop(kind, agreement.id)
    for party in case.parties:
        await work.tokens.revoke(Purpose.SIGN, f"{case.id}/{party.person_id}")


def paper_key(agreement_id: AgreementId, sha256: str) -> str:
    """Where a revision of a file is kept."""
    return f"papers/{agreement_id}/{sha256}.pdf"


def _check_size(content: Content) -> None:
    if not 1 <= len(content.facts.strip()) <= LONGEST_FACTS:
        raise BadInput("facts", "1 to 4000 characters")
    if len(content.clauses) > MOST_CLAUSES:
        raise BadInput("clauses", "40 at most")
    for clause in content.clauses:
        texts = (clause.debtor, clause.creditor, clause.what, clause.how, clause.default)
        if any(len(text) > LONGEST_FIELD for text in texts):
            raise BadInput("clauses", "1000 characters a field at most")
