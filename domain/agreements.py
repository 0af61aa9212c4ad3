"""An agreement (调解协议): its stages are types, so that nothing unfrozen can be signed or sealed.

Draft -> Frozen -> Signing -> Sealed, or Draft -> Inked -> InkSigned for what the law wants on paper
(电子签名法 3), with Closed as the way out of every stage.  An edit after freezing is a new edition,
signed anew.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from domain.actors import Actor, ActorRef
from domain.canonical import canonical, sha256_of
from domain.capacities import Capacity
from domain.clauses import Clause, Weight, lint, wet_ink
from domain.errors import (
    AlreadySigned,
    BadInput,
    IllegalMove,
    NotFound,
    NotReady,
    Stale,
    WetInkOnly,
)
from domain.history import Event
from domain.ids import AgreementId, CaseId, PersonId, StaffId
from domain.originals import Original


class Stage(enum.StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"  #: 草稿: the mediator writes, the parties confirm
    FROZEN = "frozen"  #: 已定稿: the words are fixed, the paper is being made
    SIGNING = "signing"  #: 签署中: the paper exists and collects signatures
    SEALED = "sealed"  #: 已盖章生效 (人民调解法 29)
    INKED = "inked"  #: 纸质签署: printed for paper and ink; the signed original is awaited
    INK_SIGNED = "ink-signed"  #: 纸质已生效: the original was seen complete (人民调解法 29)
    CLOSED = "closed"  #: 作废、拒签或过期


MOVES: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        Stage.DRAFT: frozenset({Stage.FROZEN, Stage.INKED, Stage.CLOSED}),
        Stage.FROZEN: frozenset({Stage.SIGNING, Stage.CLOSED}),
        Stage.SIGNING: frozenset({Stage.SEALED, Stage.CLOSED}),
        Stage.SEALED: frozenset({Stage.CLOSED}),
        Stage.INKED: frozenset({Stage.INK_SIGNED, Stage.CLOSED}),
        Stage.INK_SIGNED: frozenset({Stage.CLOSED}),
        Stage.CLOSED: frozenset(),
    }
)


class CloseReason(enum.StrEnum):
    """Why an agreement no longer counts."""

    SUPERSEDED = "superseded"  #: 已有新版本
    WITHDRAWN = "withdrawn"  #: 已撤销
    DECLINED = "declined"  #: 一方拒绝签字
    EXPIRED = "expired"  #: 期限内未签完


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The words of the agreement."""

    facts: str  #: 纠纷主要事实、争议事项
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs where: ``party-1`` ..., ``mediator``."""

    field: str
    name: str
    person_id: PersonId | None = None
    staff_id: StaffId | None = None
    phone_index: str = ""  #: blind index of the number the codes go to; another one signs nothing
    capacity: Capacity = Capacity.SELF
    hand: str = ""  #: name of who signs for the party; empty: the party
    proof_sha256: str = ""  #: of the document that says so

    @property
    def writes(self) -> str:
        """Whose handwriting stands in the field."""
        return self.hand or self.name

    def told(self) -> list[str]:
        """The signer as plain values, as programs read it."""
        for_another = [self.capacity.value, self.hand, self.proof_sha256] if self.hand else []
        return [self.field, self.name, *for_another]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature: wished for with its evidence, done when it stands in the file."""

    field: str
    evidence_sha256: str
    wished_at: datetime
    done_at: datetime | None = None
    certificate_serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a signer had before them: the file, and the text that was agreed to."""

    document_sha256: str
    consent: str  #: version of the text
    consent_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A party said that these were the agreed words."""

    person_id: PersonId
    words_sha256: str  #: of :attr:`_Paper.words` as they were shown
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """What every stage has."""

    id: AgreementId
    case_id: CaseId
    number: str  #: 〔2026〕枫调字第0001号
    edition: int
    content: Content
    signers: tuple[Signer, ...]
    version: int = 0

    def signer(self, field: str) -> Signer:
        """Who signs this field; raises NotFound."""
        for one in self.signers:
            if one.field == field:
                return one
        raise NotFound(field)

    def field_of(self, who: PersonId | StaffId) -> str:
        """The field this person signs; raises NotFound for anybody else."""
        for one in self.signers:
            if who in (one.person_id, one.staff_id):
                return one.field
        raise NotFound(who)

    @property
    def party_fields(self) -> tuple[str, ...]:
        """The fields of the parties, in order."""
        return tuple(one.field for one in self.signers if one.person_id is not None)

    @property
    def wet_ink(self) -> bool:
        """Must it be signed on paper? (电子签名法 3)."""
        names = [one.name for one in self.signers]
        return wet_ink(self.content.clauses, facts=self.content.facts, names=names)

    @property
    def words(self) -> str:
        """The terms as canonical JSON, the very bytes that ``case.json`` in the paper holds."""
        return canonical(
            {
                "agreement": self.id,
                "number": self.number,
                "edition": self.edition,
                "facts": self.content.facts,
                "terms": [clause.told() for clause in self.content.clauses],
                "signers": [one.told() for one in self.signers],
            }
        )

    @property
    def words_sha256(self) -> str:
        """Which words these are; the paper's ``case.json`` says the same (``data_sha256``)."""
        return sha256_of(self.words)

    def _event(self, kind: str, by: Actor, at: datetime, **detail: str) -> Event:
        return Event(
            subject=self.id, case_id=self.case_id, kind=kind, by=by.ref, at=at, detail=detail
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(_Paper):
    """Words that may still change; every change takes back the confirmations."""

    confirmations: tuple[Confirmation, ...] = ()
    stage: Stage = Stage.DRAFT

    def revise(self, content: Content, *, by: Actor, at: datetime) -> tuple[Draft, Event]:
        """Change the words."""
        changed = replace(self, content=content, confirmations=())
        return changed, self._event("agreement.revised", by, at)

    def confirm(self, person: PersonId, *, by: Actor, at: datetime) -> tuple[Draft, Event]:
        """A party says that these are the agreed words."""
        field = self.field_of(person)
        if field not in self.party_fields:
            raise NotFound(person)
        if person in self.confirmed_by:
            raise IllegalMove(f"agreement {self.id}: {field} has confirmed")
        given = Confirmation(person_id=person, words_sha256=self.words_sha256, at=at)
        changed = replace(self, confirmations=(*self.confirmations, given))
        return changed, self._event(
            "agreement.confirmed", by, at, field=field, words=given.words_sha256
        )

    @property
    def confirmed_by(self) -> tuple[PersonId, ...]:
        """Who confirmed just these words."""
        return tuple(
            one.person_id for one in self.confirmations if one.words_sha256 == self.words_sha256
        )

    def freeze(self, *, by: Actor, at: datetime) -> tuple[Frozen, Event]:
        """Fix the words for signing; needs clear clauses and every party's confirmation."""
        if self.wet_ink:
            raise WetInkOnly(self.id)
        self._check_complete()
        frozen = Frozen(**_common(self))
        return frozen, self._event(
            "agreement.frozen", by, at, edition=str(self.edition), words=self.words_sha256
        )

    def print_for_ink(
        self, *, head: str, pages: int, on: date, by: Actor, at: datetime
    ) -> tuple[Inked, Event]:
        """Fix the words for paper and ink; ``head`` is the SHA-256 of what is printed, in hex."""
        self._check_complete()
        inked = Inked(**_common(self), head=head, pages=pages, printed_on=on)
        return inked, self._event("agreement.printed", by, at, sha256=head, words=self.words_sha256)

    def _check_complete(self) -> None:
        names = [one.name for one in self.signers if one.person_id is not None]
        unclear = [f for f in lint(self.content.clauses, names) if f.weight is Weight.BLOCK]
        if unclear:
            raise BadInput("clauses", unclear[0].code)
        missing = {one.person_id for one in self.signers if one.person_id} - set(self.confirmed_by)
        if missing:
            raise NotReady(f"agreement {self.id}: {len(missing)} party confirmations missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen(_Paper):
    """Fixed words whose paper is being made."""

    stage: Stage = Stage.FROZEN

    def open(
        self, *, head: str, pages: int, expires_at: datetime, by: Actor, at: datetime
    ) -> tuple[Signing, Event]:
        """Open the signing: the certified paper exists; ``head`` is its SHA-256 in hex."""
        signing = Signing(**_common(self), head=head, pages=pages, expires_at=expires_at)
        return signing, self._event("agreement.opened", by, at, sha256=head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing(_Paper):
    """A paper that collects signatures: parties in any order, then mediator, then seal."""

    head: str  #: SHA-256 of the file's last revision
    pages: int
    expires_at: datetime
    signatures: tuple[Signature, ...] = ()
    sealing: Signature | None = None
    seal_reason: str = ""
    stage: Stage = Stage.SIGNING

    def wish(
        self, field: str, *, evidence_sha256: str, shown: Shown, by: Actor, at: datetime
    ) -> tuple[Signing, Event]:
        """Keep that somebody signs, with the hash of the evidence; the file follows."""
        self.signer(field)
        if any(one.field == field for one in self.signatures):
            raise AlreadySigned(f"agreement {self.id}: {field} has signed")
        if field not in self.party_fields and not self._done(self.party_fields):
            raise NotReady(f"agreement {self.id}: the parties sign before the mediator")
        wished = Signature(field=field, evidence_sha256=evidence_sha256, wished_at=at)
        changed = replace(self, signatures=(*self.signatures, wished))
        told = {
            "evidence": evidence_sha256,
            "document": shown.document_sha256,
            "consent": shown.consent,
            "consent-sha256": shown.consent_sha256,
        }
        return changed, self._event("agreement.signature-given", by, at, field=field, **told)

    def signed(
        self, field: str, *, before: str, head: str, serial: str, by: Actor, at: datetime
    ) -> tuple[Signing, Event]:
        """Put a given signature into the file; refused if the file moved on meanwhile."""
        if before != self.head:
            raise Stale(self.id)
        self._check_given(field)
        done = tuple(
            replace(one, done_at=at, certificate_serial=serial) if one.field == field else one
            for one in self.signatures
        )
        changed = replace(self, signatures=done, head=head)
        return changed, self._event(
            "agreement.signed", by, at, field=field, sha256=head, certificate=serial
        )

    def wish_seal(
        self, *, reason: str, evidence_sha256: str, by: Actor, at: datetime
    ) -> tuple[Signing, Event]:
        """Keep that the seal is applied, by whom and why (用印记录)."""
        if not reason.strip():
            raise BadInput("reason", "a seal needs its reason")
        if self.sealing is not None:
            raise IllegalMove(f"agreement {self.id}: the seal is being applied")
        if not self._done(tuple(one.field for one in self.signers)):
            raise NotReady(f"agreement {self.id}: everybody signs before the seal")
        sealing = Signature(field="committee", evidence_sha256=evidence_sha256, wished_at=at)
        changed = replace(self, sealing=sealing, seal_reason=reason)
        return changed, self._event("agreement.seal-given", by, at)

    def seal(
        self, *, before: str, head: str, final: str, serial: str, by: Actor, at: datetime
    ) -> tuple[Sealed, Event]:
        """Close the paper: sealed at ``head``, preserved with time stamp at ``final``."""
        if before != self.head:
            raise Stale(self.id)
        if self.sealing is None:
            raise NotReady(f"agreement {self.id}: nobody applied the seal")
        done = replace(self.sealing, done_at=at, certificate_serial=serial)
        sealed = Sealed(
            **_common(self),
            head=final,
            sealed_head=head,
            pages=self.pages,
            signatures=(*self.signatures, done),
            seal_reason=self.seal_reason,
            effective_at=at,
        )
        return sealed, self._event("agreement.sealed", by, at, sha256=final, certificate=serial)

    def _check_given(self, field: str) -> None:
        given = [one for one in self.signatures if one.field == field]
        if not given:
            raise NotReady(f"agreement {self.id}: nobody signed {field}")
        if given[0].done_at is not None:
            raise IllegalMove(f"agreement {self.id}: {field} stands in the file")

    def _done(self, fields: tuple[str, ...]) -> bool:
        done = {one.field for one in self.signatures if one.done_at is not None}
        return done >= set(fields)

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The fields whose signature does not stand in the file yet."""
        done = {one.field for one in self.signatures if one.done_at is not None}
        return tuple(one.field for one in self.signers if one.field not in done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(_Paper):
    """In effect since the last of signatures and seal (人民调解法 29)."""

    head: str
    sealed_head: str
    pages: int
    signatures: tuple[Signature, ...]
    seal_reason: str
    effective_at: datetime
    stage: Stage = Stage.SEALED


@dataclass(frozen=True, slots=True, kw_only=True)
class Inked(_Paper):
    """Printed for paper and ink; the signed original comes back by hand."""

    head: str  #: SHA-256 of what was printed
    pages: int
    printed_on: date
    original: Original | None = None  #: as recorded last; it counts once somebody else saw it
    stage: Stage = Stage.INKED

    def record(
        self, original: Original, *, today: date, by: Actor, at: datetime
    ) -> tuple[Inked, Event]:
        """Keep what came back signed; another record takes the place of a wrong one."""
        fields = [one.field for one in self.signers]
        original.check(fields, printed_on=self.printed_on, today=today)
        changed = replace(self, original=original)
        return changed, self._event(
            "agreement.original-recorded", by, at, **_told_of(original), sha256=self.head
        )

    def send_back(self, *, by: Actor, at: datetime) -> tuple[Inked, Event]:
        """Refuse what was recorded: the original is awaited again."""
        if self.original is None:
            raise NotReady(f"agreement {self.id}: no original is recorded")
        changed = replace(self, original=None)
        return changed, self._event("agreement.original-sent-back", by, at)

    def take_effect(
        self, *, reason: str, evidence_sha256: str, by: Actor, at: datetime
    ) -> tuple[InkSigned, Event]:
        """Find the original complete: in effect since the day of its last mark (人民调解法 29)."""
        if not reason.strip():
            raise BadInput("reason", "an original is found complete with a reason")
        if self.original is None:
            raise NotReady(f"agreement {self.id}: no original is recorded")
        signed = InkSigned(
            **_common(self),
            head=self.head,
            pages=self.pages,
            printed_on=self.printed_on,
            original=self.original,
            seal_reason=reason,
        )
        told = {**_told_of(self.original), "evidence": evidence_sha256}
        return signed, self._event("agreement.ink-signed", by, at, **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class InkSigned(_Paper):
    """In effect on paper since the last of signatures and seal (人民调解法 29)."""

    head: str
    pages: int
    printed_on: date
    original: Original
    seal_reason: str
    stage: Stage = Stage.INK_SIGNED

    @property
    def effective_on(self) -> date:
        """The day since which it binds."""
        return self.original.signed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(_Paper):
    """No longer counts."""

    reason: CloseReason
    was: Stage
    by: ActorRef = ""
    why: str = ""  #: in the words of who declined
    head: str = ""
    stage: Stage = Stage.CLOSED


Agreement: TypeAlias = Draft | Frozen | Signing | Sealed | Inked | InkSigned | Closed


def close(
    agreement: Agreement, reason: CloseReason, *, by: Actor, at: datetime, why: str = ""
) -> tuple[Closed, Event]:
    """Take an agreement out of force, whatever its stage but the last; who did it and why stay."""
    if Stage.CLOSED not in MOVES[agreement.stage]:
        raise IllegalMove(f"agreement {agreement.id}: {agreement.stage} -> closed")
    if isinstance(agreement, Inked) and agreement.original is not None:
        raise IllegalMove(f"agreement {agreement.id}: signed on paper; it may bind already")
    head = getattr(agreement, "head", "")
    closed = Closed(
        **_common(agreement), reason=reason, was=agreement.stage, by=by.ref, why=why, head=head
    )
    told = {"reason": reason.value, "why": why} if why else {"reason": reason.value}
    return closed, agreement._event("agreement.closed", by, at, **told)  # noqa: SLF001  # same family


def _told_of(original: Original) -> dict[str, str]:
    scans = " ".join(scan.sha256 for scan in original.scans)
    return {"scans": scans, "signed-on": original.signed_on.isoformat()}


def _common(paper: _Paper) -> dict[str, Any]:
    return {
        name: getattr(paper, name)
        for name in ("id", "case_id", "number", "edition", "content", "signers", "version")
    }
