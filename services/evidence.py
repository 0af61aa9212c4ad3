"""What proves a signature: one canonical record whose hash goes into the signer's certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.actors import Actor, Staff
from domain.agreements import Inked, Signing
from domain.canonical import canonical, sha256_of
from domain.consents import Consent
from domain.errors import NotReady
from domain.originals import COMMITTEE
from domain.ports.agreements import SignatureEvidence
from domain.ports.papers import Stroke

#: 2 added the number that the code went to and the hash of the consent, 3 the hash of the words and
#: in what capacity who signed
RECORD_VERSION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInput:
    """What the signing page sends; nothing of it is believed without a check of its own."""

    strokes: tuple[Stroke, ...]
    pages_read: tuple[int, ...]
    seconds_read: float
    consent_version: str
    code: str
    device: str
    shown_sha256: str  #: of the revision whose pages were shown


def evidence_of(
    signing: Signing,
    field: str,
    actor: Actor,
    given: SignInput,
    *,
    consent: Consent,
    code_sent_to: str,
    at: datetime,
) -> SignatureEvidence:
    """Record who signs what, how they were identified, and what they were shown.

    ``code_sent_to`` is the signer's number, masked; empty where the code came from a device.
    """
    how = "totp" if isinstance(actor, Staff) else "sms-code"
    record: Mapping[str, object] = {
        "v": RECORD_VERSION,
        "kind": "signature",
        "agreement": signing.id,
        "number": signing.number,
        "edition": signing.edition,
        "field": field,
        "signer": actor.ref,
        "capacity": signing.signer(field).capacity,
        "hand": signing.signer(field).writes,
        "proof_sha256": signing.signer(field).proof_sha256,
        "identified_by": how,
        "code_sent_to": code_sent_to,
        "document_sha256": given.shown_sha256,
        "head_sha256": signing.head,
        "words_sha256": signing.words_sha256,
        "consent_text": consent.version,
        "consent_sha256": consent.sha256,
        "pages_read": list(given.pages_read),
        "seconds_read": round(given.seconds_read, 1),
        "device": given.device,
        "strokes_sha256": _strokes_hash(given.strokes),
        "at": at.isoformat(),
    }
    return _evidence(signing, field, record, given.strokes)


def seal_evidence_of(
    signing: Signing, actor: Staff, reason: str, *, at: datetime
) -> SignatureEvidence:
    """Record who applied the seal and why (用印记录)."""
    record: Mapping[str, object] = {
        "v": RECORD_VERSION,
        "kind": "seal",
        "agreement": signing.id,
        "number": signing.number,
        "edition": signing.edition,
        "field": COMMITTEE,
        "signer": actor.ref,
        "identified_by": "totp",
        "document_sha256": signing.head,
        "reason": reason,
        "at": at.isoformat(),
    }
    return _evidence(signing, COMMITTEE, record, ())


def original_evidence_of(
    inked: Inked, actor: Staff, reason: str, *, at: datetime
) -> SignatureEvidence:
    """Record who found which original complete: what it shows, and the bytes of its scan."""
    if inked.original is None:
        raise NotReady(f"agreement {inked.id}: no original is recorded")
    record: Mapping[str, object] = {
        "v": RECORD_VERSION,
        "kind": "original",
        "agreement": inked.id,
        "number": inked.number,
        "edition": inked.edition,
        "field": COMMITTEE,
        "signer": actor.ref,
        "identified_by": "totp",
        "printed_sha256": inked.head,
        "words_sha256": inked.words_sha256,
        "scans_sha256": [scan.sha256 for scan in inked.original.scans],
        "marks": {mark.field: mark.how for mark in inked.original.marks},
        "signed_on": inked.original.signed_on.isoformat(),
        "witnesses": inked.original.witnesses,
        "recorded_by": inked.original.recorded_by,
        "recorded_at": inked.original.recorded_at.isoformat(),
        "reason": reason,
        "at": at.isoformat(),
    }
    return _evidence(inked, COMMITTEE, record, ())


def _evidence(
    signing: Signing | Inked, field: str, record: Mapping[str, object], strokes: tuple[Stroke, ...]
) -> SignatureEvidence:
    text = canonical(record)
    return SignatureEvidence(
        agreement_id=signing.id,
        field=field,
        record=text,
        sha256=sha256_of(text),
        strokes=strokes,
    )


def _strokes_hash(strokes: tuple[Stroke, ...]) -> str:
    points = [[list(point) for point in stroke.points] for stroke in strokes]
    return sha256_of(json.dumps(points, separators=(",", ":")))
