"""The verdicts on a paper: what each reason means, and what the registry adds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from domain.ports.papers import Registered, Verdict, VerdictKind

KIND = {
    VerdictKind.ALTERED: (
        "byte-changed",
        "overlay",
        "annotation",
        "script",
        "attachment",
        "appearance",
        "after-seal",
    ),
    VerdictKind.INCOMPLETE: ("rollback", "unsigned"),
    VerdictKind.UNKNOWN: (
        "foreign-certificate",
        "revoked",
        "time",
        "unregistered",
        "not-a-paper",
        "no-root",
    ),
    VerdictKind.VOIDED: ("superseded", "withdrawn"),
}
KIND_OF = {reason: kind for kind, reasons in KIND.items() for reason in reasons}


def verdict_of(reason: str, pdf: bytes, *, at: datetime) -> Verdict:
    """Give a verdict on a file of which nothing more is known."""
    return Verdict(
        kind=KIND_OF[reason] if reason else VerdictKind.GENUINE,
        reason=reason,
        sha256=hashlib.sha256(pdf).hexdigest(),
        agreement_id=None,
        number="",
        committee="",
        signatures=(),
        checked_at=at,
    )


def with_registry(verdict: Verdict, registered: Registered | None) -> Verdict:
    """Add what the registry knows; it can only take away from what the file proves."""
    if verdict.kind not in {VerdictKind.GENUINE, VerdictKind.INCOMPLETE}:
        return verdict
    if registered is None:
        genuine = verdict.kind is VerdictKind.GENUINE
        return judged(verdict, "unregistered") if genuine else verdict
    if registered.voided:
        return judged(verdict, registered.voided)
    whole = registered.final and registered.head == verdict.sha256
    if verdict.kind is VerdictKind.GENUINE and not whole:
        return judged(verdict, "rollback")
    return verdict


def judged(verdict: Verdict, reason: str) -> Verdict:
    """Change the reason, and the kind with it."""
    return replace(verdict, kind=KIND_OF[reason], reason=reason)
