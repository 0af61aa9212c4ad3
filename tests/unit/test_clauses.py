"""What the linter names before a court would, and what goes on paper with ink."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from domain.clauses import Clause, ClauseKind, Weight, lint, wet_ink
from domain.money import LARGEST_FEN
from tests.factories import a_payment

PARTIES = ("王小明", "张三")


def a_deed(what: str = "修好天花板", kind: ClauseKind = ClauseKind.DO) -> Clause:
    return Clause(
        kind=kind,
        debtor="张三",
        creditor="王小明",
        what=what,
        due=date(2026, 12, 1),
        how="自行找师傅",
        default="由王小明请人修，费用由张三承担",
    )


def _codes(*clauses: Clause, parties: Sequence[str] = PARTIES) -> list[tuple[int, str, str]]:
    return [(one.clause, one.code, one.weight) for one in lint(clauses, parties)]


@pytest.mark.parametrize("parties", [("王小明", "张三", "王小明"), ("王小明", "张三", "张三")])
@pytest.mark.parametrize("clause", [a_payment(), a_deed()])
def test_whoever_shares_a_name_is_told_apart_before_they_promise(
    clause: Clause, parties: Sequence[str]
) -> None:
    """Whom a promise binds is found by name: the wrong one would be told to pay."""
    assert _codes(clause, parties=parties) == [(0, "two-of-that-name", Weight.BLOCK)]


def test_two_of_one_name_whom_no_promise_names_hinder_nobody() -> None:
    assert _codes(a_payment(), parties=(*PARTIES, "李四", "李四")) == []


def test_a_clear_agreement_has_no_findings() -> None:
    assert _codes(a_payment(), a_deed(), a_deed("夜里十点后不放音乐", ClauseKind.REFRAIN)) == []


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (a_payment(amount_fen=0), "no-amount"),
        (a_payment(amount_fen=-5), "no-amount"),
        (a_payment(amount_fen=LARGEST_FEN + 1), "no-amount"),
        (a_payment(debtor="李四"), "unknown-debtor"),
        (a_payment(debtor=""), "unknown-debtor"),
        (a_payment(creditor=""), "unknown-creditor"),
        (a_payment(creditor="李四"), "unknown-creditor"),
        (a_payment(creditor="张三"), "same-party"),
        (a_payment(due=None), "no-date"),
        (a_deed("  "), "no-deed"),
        (a_deed("", ClauseKind.REFRAIN), "no-deed"),
        (a_deed("", ClauseKind.OTHER), "no-deed"),
    ],
)
def test_what_a_court_could_not_enforce_stops_the_paper(clause: Clause, code: str) -> None:
    assert (0, code, Weight.BLOCK) in _codes(clause)


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (a_payment(how=" "), "no-account"),
        (a_payment(default=""), "no-default"),
        (a_deed("尽快修好天花板"), "vague"),
        (a_deed("给予适当补偿"), "vague"),
        (a_payment(default="双方协商解决"), "vague"),
        (a_deed("放弃继承权"), "status"),
    ],
)
def test_what_may_be_quarrelled_over_again_is_a_warning(clause: Clause, code: str) -> None:
    assert _codes(clause) == [(0, code, Weight.WARN)]


def test_an_agreement_without_words_is_named_as_a_whole() -> None:
    assert _codes() == [(-1, "no-clause", Weight.BLOCK)]


def test_a_finding_names_its_clause() -> None:
    assert _codes(a_payment(), a_payment(due=None)) == [(1, "no-date", Weight.BLOCK)]


def test_every_finding_is_said_in_chinese_with_its_article() -> None:
    findings = lint([a_payment(amount_fen=0, due=None, how="", default="")], ("李四",))

    assert all("一" <= finding.message[0] <= "鿿" for finding in findings)
    assert all("民事诉讼法解释" in finding.article for finding in findings)


@pytest.mark.parametrize(
    "words",
    [
        "双方自愿离婚",
        "解除婚姻关系",
        "婚生子由女方抚养，抚养权归女方",
        "解除收养关系",
        "变更监护权",
        "遗产由三人平分",
        "放弃继承",
        "确认亲子关系",
    ],
)
def test_marriage_adoption_and_inheritance_need_paper_and_ink(words: str) -> None:
    assert wet_ink([a_payment(), a_deed(words)])


@pytest.mark.parametrize(
    "words",
    [
        "双方自愿離婚",
        "双方自愿离 婚",
        "双方自愿离*婚",
        "双方自愿离\u200b婚",
        "遺產平分",
        "由女方抚养",
    ],
    ids=["traditional", "space", "star", "zero width", "traditional 2", "upbringing"],
)
def test_another_spelling_does_not_lead_around_the_ink(words: str) -> None:
    assert wet_ink([a_payment(), a_deed(words, ClauseKind.OTHER)])


def test_what_the_facts_tell_counts_like_a_clause() -> None:
    assert wet_ink([a_payment()], facts="双方协议离婚后，就补偿款的支付发生争议。")
    assert not wet_ink([a_payment()], facts="楼上漏水，双方就修复和赔偿发生争议。")


def test_a_word_does_not_begin_in_one_sentence_and_end_in_the_next() -> None:
    assert not wet_ink([a_payment()], facts="两家相距三十米，长期分离，婚礼当天发生争吵。")


def test_somebody_may_be_called_like_a_word_of_the_law() -> None:
    assert not wet_ink([a_payment()], facts="王继承家漏水。", names=["王继承", "张三"])
    assert wet_ink([a_payment()], facts="王继承家漏水。", names=["王小明", "张三"])


def test_paper_and_ink_are_asked_for_once_where_facts_and_clauses_speak_of_status() -> None:
    findings = lint([a_deed("放弃继承权")], ("张三", "王小明"), facts="双方就遗产发生争议。")

    assert [(one.clause, one.code) for one in findings if one.code == "status"] == [(0, "status")]


def test_facts_about_status_are_named_to_the_mediator() -> None:
    findings = lint([a_payment()], ("张三", "王小明"), facts="双方就遗产发生争议。")

    assert [(one.clause, one.code) for one in findings if one.code == "status"] == [(-1, "status")]


@pytest.mark.parametrize("kind", [kind for kind in ClauseKind if kind is not ClauseKind.STATUS])
def test_money_and_deeds_may_be_signed_electronically(kind: ClauseKind) -> None:
    assert not wet_ink([a_deed(kind=kind)])


def test_a_clause_of_status_needs_ink_whatever_its_words() -> None:
    assert wet_ink([a_deed("按法律办理", ClauseKind.STATUS)])


def test_a_payment_is_spoken_with_digits_and_capitals_that_agree() -> None:
    assert a_payment().spoken() == (
        "张三于2026年12月1日前以银行转账方式向王小明支付人民币3,000.00元"
        "（大写：叁仟元整）（天花板修复费）。逾期未履行的，按每日万分之五支付违约金。"
    )


def test_a_deed_is_spoken_with_its_way_and_what_if_not() -> None:
    assert a_deed("修好天花板。").spoken() == (
        "张三于2026年12月1日前修好天花板（对王小明）。履行方式：自行找师傅。"
        "逾期未履行的，由王小明请人修，费用由张三承担。"
    )


def test_only_payments_and_deeds_are_followed_up() -> None:
    followed = [kind for kind in ClauseKind if a_deed(kind=kind).to_follow]

    assert followed == [ClauseKind.PAY, ClauseKind.DO]
