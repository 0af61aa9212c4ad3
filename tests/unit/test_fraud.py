"""What forwarded texts look like: own-written frauds and harmless notices that look near."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.fraud import Verdict, fingerprint, judge
from domain.fraud_words import SCRIPTS, SIGNS, Script

FOLDER = Path(__file__).parent / "fraud"


def rows(name: str) -> list[tuple[str, str]]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [(kind, text) for kind, _, text in (line.partition("\t") for line in lines)]


FRAUDS, HARMLESS = rows("frauds.tsv"), rows("harmless.tsv")


@pytest.mark.parametrize(("script", "text"), FRAUDS)
def test_a_fraud_is_warned_of_with_the_words_that_decided(script: str, text: str):
    found = judge(text)

    assert found.verdict in (Verdict.FRAUD, Verdict.MAYBE), (found.score, found.words)
    assert found.words
    assert found.script is not None, script


def test_most_frauds_are_named_as_such():
    sure = [text for _, text in FRAUDS if judge(text).verdict is Verdict.FRAUD]

    assert len(sure) >= 0.8 * len(FRAUDS)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("我是京东客服，您误开通了京东白条，请把钱转到安全账户", Script.REFUND),
        ("京东金融客服，校园账户不注销影响征信，转到安全账户，别告诉家人", Script.REFUND),
        ("您的快递丢了，客服给您退款，请先把钱转到指定账户解冻", Script.REFUND),
        ("贷款下来了，卡号填错，先把钱转到指定账户验证还款能力", Script.LOAN),
        ("我是公安局刑侦的，把钱转到安全账户", Script.SAFE_ACCOUNT),
        ("京东客服转接民警，说我涉嫌洗钱，案件要保密，转到安全账户", Script.SAFE_ACCOUNT),
        ("把钱转到安全账户", Script.SAFE_ACCOUNT),
    ],
)
def test_a_fraud_is_named_after_who_speaks_and_about_what(text: str, script: Script):
    found = judge(text)

    assert found.verdict is Verdict.FRAUD
    assert found.script is script


def test_the_words_that_named_it_are_told():
    assert judge("我是京东客服，把钱转到安全账户").words == ("京东", "客服", "安全账户")


def test_nearly_every_own_written_fraud_has_its_right_name():
    right = [text for script, text in FRAUDS if judge(text).script == script]

    assert len(right) >= 0.9 * len(FRAUDS)


@pytest.mark.parametrize(("kind", "text"), HARMLESS)
def test_a_harmless_notice_is_not_called_a_fraud(kind: str, text: str):
    assert judge(text).verdict is Verdict.UNSURE, (kind, judge(text))


@pytest.mark.parametrize(
    "text",
    [
        "安 全 账 户，马上转",
        "安全帐户，马上转",
        "转到【安全·账户】",
    ],
)
def test_writing_round_the_filter_does_not_help(text: str):
    assert judge(text).verdict is Verdict.FRAUD


def test_the_same_text_has_the_same_fingerprint_however_it_is_set():
    assert fingerprint("恭喜您，中奖了！") == fingerprint("恭喜您 中奖了")
    assert fingerprint("恭喜您中奖了") != fingerprint("恭喜您获奖了")


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("他说是公安，我已经转了两万到安全账户", True),
        ("我被骗了", True),
        ("验证码告诉他了", True),
        ("有人叫我转到安全账户", False),
    ],
)
def test_money_that_is_gone_already_is_noticed(text: str, *, gone: bool):
    assert judge(text).gone is gone


def test_every_script_has_its_words_and_signs():
    assert set(SCRIPTS) == set(SIGNS) == set(Script)


def test_a_long_text_is_judged_quickly_and_whole_enough():
    assert judge("您好，" * 5000).verdict is Verdict.UNSURE
    assert judge("客服" * 900 + "转到安全账户").verdict is Verdict.FRAUD
