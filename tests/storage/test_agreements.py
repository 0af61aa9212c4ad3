from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.agreements import Agreement, Closed, CloseReason, Draft, Sealed, Stage, close
from domain.errors import NotFound, Stale
from domain.ids import AgreementId, CaseId
from domain.ports.agreements import SignatureEvidence
from domain.ports.papers import Stroke
from storage.store import SqlStore
from tests.factories import NOON, SHOWN, an_original
from tests.storage.samples import LI, NOW, WANG, a_draft, an_event

PAPER = AgreementId("paper-1")


def the_whole_way() -> list[Agreement]:
    """One agreement in every stage it goes through."""
    draft, _ = a_draft().confirm(LI, by=SYSTEM, at=NOW)
    both, _ = draft.confirm(WANG, by=SYSTEM, at=NOW)
    frozen, _ = both.freeze(by=SYSTEM, at=NOW)
    ends = NOW + timedelta(days=7)
    opened, _ = frozen.open(head="h0", pages=3, expires_at=ends, by=SYSTEM, at=NOW)
    given, _ = opened.wish("party-1", evidence_sha256="e1", shown=SHOWN, by=SYSTEM, at=NOW)
    first, _ = given.signed("party-1", before="h0", head="h1", serial="01", by=SYSTEM, at=NOW)
    given, _ = first.wish("party-2", evidence_sha256="e2", shown=SHOWN, by=SYSTEM, at=NOW)
    second, _ = given.signed("party-2", before="h1", head="h2", serial="02", by=SYSTEM, at=NOW)
    given, _ = second.wish("mediator", evidence_sha256="e3", shown=SHOWN, by=SYSTEM, at=NOW)
    third, _ = given.signed("mediator", before="h2", head="h3", serial="03", by=SYSTEM, at=NOW)
    sealing, _ = third.wish_seal(reason="签章齐全", evidence_sha256="e4", by=SYSTEM, at=NOW)
    sealed, _ = sealing.seal(before="h3", head="h4", final="h5", serial="04", by=SYSTEM, at=NOW)
    closed, _ = close(sealed, CloseReason.WITHDRAWN, by=SYSTEM, at=NOW)
    inked, _ = both.print_for_ink(head="p", pages=2, on=NOW.date(), by=SYSTEM, at=NOW)
    today = NOON.date()
    recorded, _ = replace(inked, printed_on=today).record(
        an_original(), today=today, by=SYSTEM, at=NOW
    )
    in_ink, _ = recorded.take_effect(reason="齐全", evidence_sha256="e5", by=SYSTEM, at=NOW)
    on_paper: list[Agreement] = [inked, recorded, in_ink]
    return [a_draft(), both, frozen, opened, first, sealing, sealed, closed, *on_paper]


@pytest.mark.parametrize("at", range(11))
async def test_an_agreement_comes_back_in_the_type_of_its_stage(store: SqlStore, at: int):
    agreement = the_whole_way()[at]

    async with store.begin() as work:
        await work.agreements.add(agreement, an_event())

    async with store.read() as work:
        assert await work.agreements.get(PAPER) == agreement


def test_every_stage_is_on_the_way():
    assert {one.stage for one in the_whole_way()} == set(Stage)


async def test_a_draft_is_saved_in_its_next_stage(store: SqlStore):
    _, both, frozen, *_ = the_whole_way()
    async with store.begin() as work:
        await work.agreements.add(both)

    async with store.begin() as work:
        await work.agreements.save(frozen, an_event("agreement.frozen"))

    async with store.read() as work:
        assert await work.agreements.get(PAPER) == replace(frozen, version=1)


async def test_two_signers_in_the_same_second_do_not_overwrite_each_other(
    store: SqlStore, second_store: SqlStore
):
    opened = the_whole_way()[3]
    async with store.begin() as work:
        await work.agreements.add(opened)
    async with store.begin() as work:
        await work.agreements.save(opened)

    with pytest.raises(Stale):
        async with second_store.begin() as work:
            await work.agreements.save(opened)


async def test_the_newest_edition_stands_first(store: SqlStore):
    async with store.begin() as work:
        await work.agreements.add(a_draft("one"))
        await work.agreements.add(a_draft("two", edition=2))

    async with store.read() as work:
        editions = await work.agreements.of_case(CaseId("case-1"))

    assert [one.edition for one in editions] == [2, 1]
    assert isinstance(editions[0], Draft)


async def test_evidence_of_a_signature_is_kept_once(store: SqlStore):
    strokes = (Stroke(points=((1.5, 2.0, 0.0, 0.5), (3.0, 4.0, 16.0, 0.7))),)
    evidence = SignatureEvidence(
        agreement_id=PAPER, field="party-1", record='{"who":"li"}', sha256="e1", strokes=strokes
    )
    async with store.begin() as work:
        await work.agreements.keep_evidence(evidence)

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.agreements.keep_evidence(replace(evidence, sha256="other"))

    async with store.read() as work:
        assert await work.agreements.evidence(PAPER, "party-1") == evidence
        with pytest.raises(NotFound):
            await work.agreements.evidence(PAPER, "party-2")


async def test_the_registry_knows_every_revision_and_the_last_one(store: SqlStore):
    sealed = next(one for one in the_whole_way() if isinstance(one, Sealed))
    async with store.begin() as work:
        await work.agreements.add(sealed)
        for revision in ("h3", "h5", "h5"):
            await work.agreements.register(PAPER, revision, at=NOW)

    async with store.read() as work:
        early = await work.agreements.registered("h3")
        last = await work.agreements.registered("h5")
        assert await work.agreements.registered("foreign") is None

    assert early is not None
    assert last is not None
    assert (early.final, early.sealed, early.head, early.voided) == (False, True, "h5", "")
    assert (last.final, last.sealed, last.agreement_id) == (True, True, PAPER)


async def test_a_withdrawn_paper_is_known_as_voided(store: SqlStore):
    closed = next(one for one in the_whole_way() if isinstance(one, Closed))
    async with store.begin() as work:
        await work.agreements.add(closed)
        await work.agreements.register(PAPER, "h5", at=NOW)

    async with store.read() as work:
        known = await work.agreements.registered("h5")

    assert known is not None
    assert (known.final, known.sealed, known.voided) == (True, True, "withdrawn")


async def test_a_ceremony_that_expired_voids_nothing_that_was_sealed(store: SqlStore):
    opened = the_whole_way()[3]
    expired, _ = close(opened, CloseReason.EXPIRED, by=SYSTEM, at=NOW)
    async with store.begin() as work:
        await work.agreements.add(expired)
        await work.agreements.register(PAPER, "h0", at=NOW)

    async with store.read() as work:
        known = await work.agreements.registered("h0")

    assert known is not None
    assert (known.final, known.sealed, known.voided) == (False, False, "")
