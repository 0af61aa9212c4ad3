"""Papers for ink (电子签名法 3): printed, signed at the centre, recorded, found complete."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.access import Action
from domain.actors import Actor, Staff
from domain.agreements import Draft, Inked
from domain.cases import Case
from domain.deadlines import TERMS, DueKind
from domain.errors import BadInput, IllegalMove, NotFound, Stale
from domain.ids import AgreementId
from domain.notices import NoticeKind
from domain.originals import Mark, Original, Scan
from domain.ports.outside import Bus, Chance, Clock, Objects
from domain.ports.papers import Papers
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.agreement_views import original_for
from services.agreements import AgreementDesk, paper_key
from services.desk_rules import agreement_for
from services.dues import set_due
from services.duty import seal_holders
from services.effects import Effects
from services.evidence import original_evidence_of
from services.identity import IdentityDesk
from services.notices import NoticeDesk
from services.scans import LONGEST_START, kind_of
from services.settings import Centre
from services.sheets import sheet_of
from services.signers import check_of_age_all
from services.tidings import case_changed

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the mediator says of the paper that came back."""

    scans: tuple[str, ...]  #: SHA-256 in hex, as :meth:`OriginalDesk.keep_scan` gave them
    marks: tuple[Mark, ...]
    signed_on: date
    witnesses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalDesk:
    """The desk of what is signed with ink; two people see each original before it counts."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    objects: Objects
    papers: Papers
    notices: NoticeDesk
    identity: IdentityDesk
    agreements: AgreementDesk
    centre: Centre

    async def print(self, actor: Actor, agreement_id: AgreementId, *, version: int) -> None:
        """Fix the words for paper and ink; the case waits for the signed original from now on."""
        async with self.store.read() as work:
            draft = await self.agreements.draft_of(work, actor, agreement_id, version)
            sheet = await sheet_of(work, draft, centre=self.centre, at=self.clock())
        printed = await self.papers.print(sheet)
        await self.objects.put(paper_key(agreement_id, printed.sha256), printed.pdf)
        async with self.store.begin() as work:
            draft = await self.agreements.draft_of(work, actor, agreement_id, version)
            await self.agreements.check_people(work, draft)
            await self._await(work, draft, head=printed.sha256, pages=printed.pages, by=actor)
        await case_changed(self.bus, draft.case_id)

    async def keep_scan(self, actor: Actor, agreement_id: AgreementId, data: bytes) -> Scan:
        """Keep one file of a scan under its hash; sent twice, it is kept once."""
        async with self.store.read() as work:
            await self._inked(work, actor, Action.DRAFT, agreement_id)
        kind = kind_of(data)
        scan = Scan(sha256=hashlib.sha256(data).hexdigest(), kind=kind, size=len(data))
        await self.objects.put(scan_key(agreement_id, scan.sha256), data)
        return scan

    async def record(
        self, actor: Actor, agreement_id: AgreementId, *, version: int, told: Recorded
    ) -> None:
        """Keep what the signed paper shows; a wrong record is replaced by another one."""
        async with self.store.read() as work:
            await self._inked(work, actor, Action.DRAFT, agreement_id, version)
        scans = tuple([await self._kept(agreement_id, sha256) for sha256 in told.scans])
        now = self.clock()
        original = Original(
            scans=scans,
            marks=told.marks,
            signed_on=told.signed_on,
            witnesses=told.witnesses.strip(),
            recorded_by=actor.ref,
            recorded_at=now,
        )
        async with self.store.begin() as work:
            inked, case = await self._inked(work, actor, Action.DRAFT, agreement_id, version)
            await self._check_unused(work, inked, original)
            await check_of_age_all(work, inked, on=original.signed_on)
            changed, event = inked.record(original, today=self._today(), by=actor, at=now)
            await work.agreements.save(changed, event)
            await self._remind_later(work, inked.id)
            for holder in await seal_holders(work, case):
                await self.notices.post(
                    work,
                    NoticeKind.ORIGINAL_TO_CHECK,
                    case_id=case.id,
                    to_staff=holder.id,
                    facts=self._facts(inked),
                )
        await case_changed(self.bus, case.id)

    async def send_back(
        self, actor: Actor, agreement_id: AgreementId, *, version: int, reason: str
    ) -> None:
        """Refuse what was recorded, with the reason the mediator is told."""
        if not 1 <= len(reason.strip()) <= LONGEST_REASON:
            raise BadInput("reason", "1 to 200 characters")
        async with self.store.begin() as work:
            inked, case = await self._inked(work, actor, Action.SEAL, agreement_id, version)
            changed, event = inked.send_back(by=actor, at=self.clock())
            await work.agreements.save(changed, event)
            await self._remind_later(work, inked.id)
            await self.notices.post(
                work,
                NoticeKind.ORIGINAL_SENT_BACK,
                case_id=case.id,
                to_staff=case.mediator,
                facts={**self._facts(inked), "reason": reason.strip()},
            )
        await case_changed(self.bus, case.id)

    async def take_effect(
        self, actor: Actor, agreement_id: AgreementId, *, version: int, reason: str, code: str
    ) -> None:
        """Find the original complete: who holds the seal, a reason, a fresh code (用印记录)."""
        if not isinstance(actor, Staff):
            raise NotFound(agreement_id)
        async with self.store.read() as work:
            await self._inked(work, actor, Action.SEAL, agreement_id, version)
            member = await work.staff.get(actor.id)
        await self.identity.check_totp(member, code)
        now = self.clock()
        async with self.store.begin() as work:
            inked, _ = await self._inked(work, actor, Action.SEAL, agreement_id, version)
            evidence = original_evidence_of(inked, actor, reason, at=now)
            signed, event = inked.take_effect(
                reason=reason, evidence_sha256=evidence.sha256, by=actor, at=now
            )
            await self._check_unused(work, inked, signed.original)
            await check_of_age_all(work, signed, on=signed.effective_on)
            await work.agreements.keep_evidence(evidence)
            await work.agreements.save(signed, event)
            for scan in signed.original.scans:
                await work.agreements.register(signed.id, scan.sha256, at=now)
            await Effects(chance=self.chance, notices=self.notices, centre=self.centre).begin(
                work,
                signed,
                since=datetime.combine(signed.effective_on, time(), tzinfo=self.centre.zone),
                url=self.centre.party_page(signed.case_id),
                by=actor,
                at=now,
            )
        await case_changed(self.bus, inked.case_id)

    async def scan(
        self, actor: Actor, agreement_id: AgreementId, sha256: str
    ) -> tuple[bytes, Scan]:
        """Give one file of the scan; to the parties only once somebody saw that it is the one."""
        async with self.store.read() as work:
            agreement, _ = await agreement_for(work, actor, Action.SEE_AGREEMENT, agreement_id)
        original = original_for(actor, agreement)
        for scan in original.scans if original else ():
            if scan.sha256 == sha256:
                return await self.objects.get(scan_key(agreement_id, sha256)), scan
        raise NotFound(sha256)

    async def _await(self, work: Work, draft: Draft, *, head: str, pages: int, by: Actor) -> None:
        now = self.clock()
        inked, event = draft.print_for_ink(head=head, pages=pages, on=self._today(), by=by, at=now)
        await work.agreements.save(inked, event)
        await work.agreements.register(inked.id, head, at=now)
        case, opened = (await work.cases.get(inked.case_id, EVERYTHING)).sign(by=by, at=now)
        await work.cases.save(case, opened)
        await self._remind_later(work, inked.id)
        for party in case.parties:
            await self.notices.post(
                work,
                NoticeKind.SIGN_ON_PAPER,
                case_id=case.id,
                to_person=party.person_id,
                facts={"number": inked.number, "url": self.centre.party_page(case.id)},
            )

    async def _kept(self, agreement_id: AgreementId, sha256: str) -> Scan:
        key = scan_key(agreement_id, sha256)
        try:
            size = await self.objects.size(key)
        except NotFound as missing:
            raise BadInput("scans", "not uploaded") from missing
        start = await self.objects.part(key, start=0, length=LONGEST_START)
        return Scan(sha256=sha256, kind=kind_of(start), size=size)

    async def _check_unused(self, work: Work, inked: Inked, original: Original) -> None:
        """One scan proves one agreement, and a print that nobody signed proves none."""
        for scan in original.scans:
            if await work.agreements.registered(scan.sha256) is not None:
                raise BadInput(
                    "scans", f"{scan.sha256} is another paper than {inked.id}'s original"
                )

    async def _inked(
        self,
        work: Work,
        actor: Actor,
        action: Action,
        agreement_id: AgreementId,
        version: int | None = None,
    ) -> tuple[Inked, Case]:
        agreement, case = await agreement_for(work, actor, action, agreement_id)
        if not isinstance(agreement, Inked):
            raise IllegalMove(f"agreement {agreement_id}: {agreement.stage} awaits no original")
        if version is not None and agreement.version != version:
            raise Stale(agreement_id)
        return agreement, case

    async def _remind_later(self, work: Work, agreement_id: AgreementId) -> None:
        at = self.clock() + TERMS[DueKind.INK_SIGNING].span
        await set_due(work, self.chance, DueKind.INK_SIGNING, agreement_id, at=at)

    def _today(self) -> date:
        return self.clock().astimezone(self.centre.zone).date()

    def _facts(self, inked: Inked) -> dict[str, str]:
        return {"number": inked.number, "url": self.centre.desk_page(inked.case_id)}


def scan_key(agreement_id: AgreementId, sha256: str) -> str:
    """Where one file of a scan is kept."""
    return f"papers/{agreement_id}/scan-{sha256}"
