"""An agreement's stages are types: nothing unfrozen can be signed, nothing unsigned sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from domain.agreements import (
    MOVES,
    Agreement,
    Closed,
    CloseReason,
    Content,
    Draft,
    Frozen,
    Inked,
    InkSigned,
    Sealed,
    Signing,
    Stage,
    close,
)
from domain.errors import BadInput, IllegalMove, NotFound, NotReady, Stale, WetInkOnly
from domain.ids import PersonId
from domain.originals import How, Mark
from tests.factories import (
    DIVORCE,
    LI,
    NOON,
    SHOWN,
    ZHAO,
    a_content,
    a_draft,
    a_frozen,
    a_payment,
    a_sealed,
    a_signing,
    an_inked,
    an_original,
)

WANG, ZHANG = PersonId("wang"), PersonId("zhang")


def _with_original() -> Inked:
    return an_inked().record(an_original(), today=NOON.date(), by=LI, at=NOON)[0]


def _ink_signed() -> InkSigned:
    return _with_original().take_effect(reason="齐全", evidence_sha256="e", by=ZHAO, at=NOON)[0]


def _a_closed() -> Closed:
    return close(a_frozen(), CloseReason.WITHDRAWN, by=LI, at=NOON)[0]


def _ready_to_seal() -> Signing:
    signing = a_signing(done=("party-1", "party-2", "mediator"))
    return signing.wish_seal(reason="各方已签", evidence_sha256="e", by=ZHAO, at=NOON)[0]


#: Each stage at the point where it is ready to go on.
READY: Mapping[Stage, Callable[[], Agreement]] = {
    Stage.DRAFT: lambda: a_draft(confirmed=True),
    Stage.FROZEN: a_frozen,
    Stage.SIGNING: _ready_to_seal,
    Stage.SEALED: a_sealed,
    Stage.INKED: an_inked,
    Stage.INK_SIGNED: _ink_signed,
    Stage.CLOSED: _a_closed,
}
CLASSES: Mapping[Stage, type[Agreement]] = {
    Stage.DRAFT: Draft,
    Stage.FROZEN: Frozen,
    Stage.SIGNING: Signing,
    Stage.SEALED: Sealed,
    Stage.INKED: Inked,
    Stage.INK_SIGNED: InkSigned,
    Stage.CLOSED: Closed,
}
#: The one deed that leads into a stage; only the stages before it have it at all.
DEEDS: Mapping[Stage, Callable[[Any], Any]] = {
    Stage.DRAFT: lambda paper: paper.thaw(by=LI, at=NOON),
    Stage.FROZEN: lambda paper: paper.freeze(by=LI, at=NOON),
    Stage.SIGNING: lambda paper: paper.open(head="h", pages=1, expires_at=NOON, by=LI, at=NOON),
    Stage.SEALED: lambda paper: paper.seal(
        before=paper.head, head="s", final="f", serial="1", by=ZHAO, at=NOON
    ),
    Stage.INKED: lambda paper: paper.print_for_ink(
        head="h", pages=1, on=NOON.date(), by=LI, at=NOON
    ),
    Stage.INK_SIGNED: lambda paper: paper.record(an_original(), today=NOON.date(), by=LI, at=NOON)[
        0
    ].take_effect(reason="齐全", evidence_sha256="e", by=ZHAO, at=NOON),
    Stage.CLOSED: lambda paper: close(paper, CloseReason.EXPIRED, by=LI, at=NOON),
}


def _outcome(start: Stage, goal: Stage) -> str:
    paper = READY[start]()
    try:
        changed, event = DEEDS[goal](paper)
    except (IllegalMove, AttributeError):
        return "impossible"
    assert event.subject == "paper-1"
    assert type(changed) is CLASSES[goal]
    return f"{changed.stage}"


@pytest.mark.parametrize(("start", "goal"), list(product(Stage, repeat=2)))
def test_an_agreement_goes_exactly_where_the_table_says(start: Stage, goal: Stage) -> None:
    assert _outcome(start, goal) == (goal if goal in MOVES[start] else "impossible")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SIGNING])
@pytest.mark.parametrize("deed", ["wish", "signed", "wish_seal", "seal"])
def test_only_a_paper_in_signing_takes_signatures_or_the_seal(stage: Stage, deed: str) -> None:
    assert not hasattr(READY[stage](), deed)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.DRAFT])
@pytest.mark.parametrize("deed", ["revise", "confirm"])
def test_only_a_draft_changes_its_words(stage: Stage, deed: str) -> None:
    assert not hasattr(READY[stage](), deed)


def test_a_revision_takes_every_confirmation_back() -> None:
    draft, _ = a_draft().confirm(WANG, by=LI, at=NOON)
    draft, _ = draft.confirm(ZHANG, by=LI, at=NOON)

    revised, event = draft.revise(a_content(a_payment(amount_fen=1)), by=LI, at=NOON)

    assert draft.confirmed_by == (WANG, ZHANG)
    assert revised.confirmed_by == ()
    assert event.kind == "agreement.revised"
    with pytest.raises(NotReady):
        revised.freeze(by=LI, at=NOON)


def test_both_parties_confirm_before_the_words_are_fixed() -> None:
    one, _ = a_draft().confirm(WANG, by=LI, at=NOON)
    both, _ = one.confirm(ZHANG, by=LI, at=NOON)

    with pytest.raises(NotReady):
        one.freeze(by=LI, at=NOON)
    assert type(both.freeze(by=LI, at=NOON)[0]) is Frozen


def test_a_confirmation_is_given_once_and_only_by_a_party() -> None:
    draft, _ = a_draft().confirm(WANG, by=LI, at=NOON)

    with pytest.raises(IllegalMove):
        draft.confirm(WANG, by=LI, at=NOON)
    with pytest.raises(NotFound):
        draft.confirm(PersonId("sun"), by=LI, at=NOON)
    with pytest.raises(NotFound):
        draft.confirm(PersonId("li"), by=LI, at=NOON)


def test_what_was_confirmed_are_the_words_that_are_fixed() -> None:
    draft, event = a_draft().confirm(WANG, by=LI, at=NOON)
    both, _ = draft.confirm(ZHANG, by=LI, at=NOON)

    frozen, fixed = both.freeze(by=LI, at=NOON)

    assert event.detail["words"] == fixed.detail["words"] == frozen.words_sha256
    assert "3000" in frozen.words


def test_a_confirmation_of_other_words_fixes_nothing() -> None:
    both = a_draft(confirmed=True)
    slipped_in = replace(both, content=a_content(a_payment(amount_fen=1)))

    assert slipped_in.confirmed_by == ()
    with pytest.raises(NotReady):
        slipped_in.freeze(by=LI, at=NOON)


def test_a_signature_names_the_file_and_the_text_that_were_shown() -> None:
    _, event = a_signing().wish("party-1", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON)

    assert event.detail["document"] == SHOWN.document_sha256
    assert event.detail["consent-sha256"] == SHOWN.consent_sha256


def test_unclear_words_are_not_fixed() -> None:
    with pytest.raises(BadInput, match="no-date"):
        a_draft(a_payment(due=None), confirmed=True).freeze(by=LI, at=NOON)


def test_no_words_at_all_are_not_fixed() -> None:
    empty = replace(a_draft(confirmed=True), content=Content(facts="漏水", clauses=()))

    with pytest.raises(BadInput, match="no-clause"):
        empty.freeze(by=LI, at=NOON)


def test_marriage_goes_on_paper_with_ink() -> None:
    draft = a_draft(DIVORCE, confirmed=True)

    with pytest.raises(WetInkOnly):
        draft.freeze(by=LI, at=NOON)
    assert type(an_inked()) is Inked


def test_marriage_in_the_facts_goes_on_paper_with_ink_too() -> None:
    draft = a_draft(confirmed=True)
    told = replace(draft, content=replace(draft.content, facts="双方离婚后，就补偿款发生争议。"))

    with pytest.raises(WetInkOnly):
        told.freeze(by=LI, at=NOON)


def test_a_print_takes_effect_only_with_its_original() -> None:
    with pytest.raises(NotReady):
        an_inked().take_effect(reason="齐全", evidence_sha256="e", by=ZHAO, at=NOON)
    with pytest.raises(BadInput, match="reason"):
        _with_original().take_effect(reason=" ", evidence_sha256="e", by=ZHAO, at=NOON)


@pytest.mark.parametrize("lacking", ["party-1", "party-2", "mediator", "committee"])
def test_an_original_that_lacks_a_mark_is_not_recorded(lacking: str) -> None:
    marks = tuple(mark for mark in an_original().marks if mark.field != lacking)

    with pytest.raises(NotReady, match=lacking):
        an_inked().record(an_original(marks=marks), today=NOON.date(), by=LI, at=NOON)


def test_a_mediator_signs_and_a_committee_stamps() -> None:
    marks = (*an_original().marks[:3], Mark(field="committee", how=How.SIGNED))

    with pytest.raises(BadInput, match="marks"):
        an_inked().record(an_original(marks=marks), today=NOON.date(), by=LI, at=NOON)


@pytest.mark.parametrize("days", [-1, 1])
def test_no_paper_is_signed_before_it_is_printed_or_after_today(days: int) -> None:
    original = an_original(signed_on=NOON.date() + timedelta(days=days))

    with pytest.raises(BadInput, match="signed_on"):
        an_inked().record(original, today=NOON.date(), by=LI, at=NOON)


def test_a_wrong_record_is_replaced_until_it_counts() -> None:
    again, event = _with_original().record(
        an_original(witnesses="无"), today=NOON.date(), by=LI, at=NOON
    )

    assert again.original is not None
    assert again.original.witnesses == "无"
    assert event.kind == "agreement.original-recorded"
    assert not hasattr(_ink_signed(), "record")


def test_a_record_that_was_sent_back_is_gone() -> None:
    back, _ = _with_original().send_back(by=ZHAO, at=NOON)

    assert back.original is None
    with pytest.raises(NotReady):
        back.send_back(by=ZHAO, at=NOON)


def test_what_was_signed_on_paper_is_not_simply_withdrawn() -> None:
    with pytest.raises(IllegalMove):
        close(_with_original(), CloseReason.WITHDRAWN, by=LI, at=NOON)
    assert close(an_inked(), CloseReason.WITHDRAWN, by=LI, at=NOON)[0].was is Stage.INKED


def test_the_parties_sign_before_the_mediator() -> None:
    with pytest.raises(NotReady):
        a_signing(done=("party-1",)).wish(
            "mediator", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON
        )
    ready = a_signing(done=("party-2", "party-1"))
    assert ready.waiting_for == ("mediator",)
    ready.wish("mediator", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON)


def test_a_wish_alone_is_no_signature() -> None:
    wished, _ = a_signing(done=("party-1",)).wish(
        "party-2", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON
    )

    assert wished.waiting_for == ("party-2", "mediator")
    with pytest.raises(NotReady):
        wished.wish("mediator", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON)


def test_a_second_click_signs_nothing() -> None:
    with pytest.raises(IllegalMove):
        a_signing(done=("party-1",)).wish(
            "party-1", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON
        )


def test_nobody_signs_a_field_that_is_not_on_the_paper() -> None:
    with pytest.raises(NotFound):
        a_signing().wish("party-3", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON)


def test_a_signature_nobody_gave_never_enters_the_file() -> None:
    with pytest.raises(NotReady):
        a_signing().signed("party-1", before="head-0", head="h", serial="1", by=LI, at=NOON)


def test_a_signature_enters_the_file_once() -> None:
    signing = a_signing(done=("party-1",))

    with pytest.raises(IllegalMove):
        signing.signed("party-1", before=signing.head, head="again", serial="2", by=LI, at=NOON)


def test_a_file_that_moved_on_refuses_the_older_revision() -> None:
    wished, _ = a_signing(done=("party-1",)).wish(
        "party-2", evidence_sha256="e", shown=SHOWN, by=LI, at=NOON
    )

    with pytest.raises(Stale):
        wished.signed("party-2", before="head-0", head="h", serial="1", by=LI, at=NOON)
    with pytest.raises(Stale):
        _ready_to_seal().seal(before="head-0", head="h", final="f", serial="1", by=ZHAO, at=NOON)


def test_the_seal_comes_last_with_a_reason_and_once() -> None:
    unsigned = a_signing(done=("party-1", "party-2"))
    complete = a_signing(done=("party-1", "party-2", "mediator"))

    with pytest.raises(NotReady):
        unsigned.wish_seal(reason="各方已签", evidence_sha256="e", by=ZHAO, at=NOON)
    with pytest.raises(BadInput):
        complete.wish_seal(reason="  ", evidence_sha256="e", by=ZHAO, at=NOON)
    with pytest.raises(IllegalMove):
        _ready_to_seal().wish_seal(reason="再盖", evidence_sha256="e", by=ZHAO, at=NOON)


def test_no_seal_without_the_holder_of_the_seal_right() -> None:
    complete = a_signing(done=("party-1", "party-2", "mediator"))

    with pytest.raises(NotReady):
        complete.seal(before=complete.head, head="h", final="f", serial="1", by=ZHAO, at=NOON)


def test_the_sealed_paper_holds_every_signature_and_its_moment() -> None:
    later = NOON + timedelta(hours=1)
    signing = _ready_to_seal()

    sealed, event = signing.seal(
        before=signing.head, head="s", final="f", serial="9", by=ZHAO, at=later
    )

    assert [one.field for one in sealed.signatures] == [
        "party-1",
        "party-2",
        "mediator",
        "committee",
    ]
    assert all(one.done_at is not None for one in sealed.signatures)
    assert (sealed.sealed_head, sealed.head, sealed.effective_at) == ("s", "f", later)
    assert event.detail == {"sha256": "f", "certificate": "9"}


def test_a_closed_paper_tells_what_it_was_and_why() -> None:
    closed, event = close(a_sealed(), CloseReason.SUPERSEDED, by=LI, at=NOON)

    assert (closed.was, closed.reason, closed.head) == (
        Stage.SEALED,
        CloseReason.SUPERSEDED,
        "final",
    )
    assert event.detail == {"reason": "superseded"}


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_keeps_number_edition_and_words(stage: Stage) -> None:
    paper = READY[stage]()

    assert (paper.number, paper.edition) == ("〔2026〕枫调字第0001号", 1)
    assert paper.content.clauses[0].due in (date(2026, 12, 1), None)
    assert [one.field for one in paper.signers] == ["party-1", "party-2", "mediator"]
