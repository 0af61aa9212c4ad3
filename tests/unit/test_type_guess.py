"""The type that a story speaks for, measured on reports that were written without sight of rules.

What is measured here is honest: nothing is judged by what was learned from itself.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from domain.taxonomy import DISPUTE_TYPES, OTHER
from domain.type_guess import UNCLEAR, WEIGHTS, guess_type, judge, learned, read_model
from domain.type_words import GROUPS_OF, ROLES_OF
from tools.learn_types import TRAINING
from tools.type_learning import KINDS, Written, as_text, learn, written

SENTENCES = Path(__file__).parent / "sentences"
OLD = [
    Written(*line.split("|"))
    for name in ("reports.txt", "reports-held-out.txt")
    for line in (SENTENCES / name).read_text().splitlines()
]
NAME = re.compile("[a-z-]+")
ALL = written(*TRAINING)


@pytest.mark.parametrize("old", OLD, ids=lambda old: old.story)
def test_a_report_of_the_first_year_gets_its_type_or_is_asked_about(old: Written) -> None:
    guess = guess_type(old.story)

    assert guess.code == old.code or not guess.sure


def test_a_fold_that_nothing_was_learned_from_is_judged_as_promised() -> None:
    held_out = [one for one in written(TRAINING[0]) if one.fold == 0]
    model = read_model(as_text(learn([one for one in ALL if one not in held_out])))

    judged = [(one.code, judge(one.story, model)) for one in held_out]

    assert sum(guess.sure and guess.code != code for code, guess in judged) <= 0.05 * len(judged)
    assert sum(not guess.sure for _, guess in judged) <= 0.20 * len(judged)


@pytest.mark.parametrize(
    "story",
    [
        "外甥偷人家的羊被逮了，才十七岁，要坐几年牢",
        "老表被批捕关在看守所，什么时候能取保出来",
        "消防队给我开的罚款单我不服，到哪里申请行政复议",
        "公司另外两个股东不肯办法人变更，章程上怎么说",
        "牌子还没注册成商标，被外地公司抢先申请专利了",
        "货轮上的提单被船公司扣着，承运人不放货",
        "外国女婿的居留签证到期了，去哪里续",
        "炒股的账户亏空了，证券公司有没有责任",
        "一审判下来我不服，上诉状怎么写，几天内交",
        "麻烦问下，立遗嘱的格式法律上有什么规定",
    ],
)
def test_what_mediation_does_not_take_is_other_or_asked_about(story: str) -> None:
    guess = guess_type(story)

    assert guess.code == OTHER or not guess.sure


def test_a_dispute_told_as_a_question_of_law_keeps_its_type() -> None:
    told = (
        "老板欠我三个月工资不给，请问可以起诉他吗",
        "请问离婚以后孩子的抚养费他不给，法律怎么判",
    )

    assert [guess_type(story).code for story in told] == ["07", "01"]


def test_words_that_no_report_said_make_it_less_sure() -> None:
    told = "楼上漏水把我家天花板泡了"

    assert guess_type(f"{told}，翡翠麒麟琥珀饕餮貔貅琵琶").lead < guess_type(told).lead


def test_the_likeliest_are_offered_when_unsure() -> None:
    guess = guess_type("借给前男友的钱不还，田埂也被隔壁占了")

    assert not guess.sure
    assert 2 <= len(guess.choices) <= 3
    assert guess.choices[0] == guess.code


@pytest.mark.parametrize("story", ["", "。。。", "1", "@#￥%", "\U0001f600"])
def test_nothing_told_is_asked_about(story: str) -> None:
    guess = guess_type(story)

    assert not guess.sure
    assert UNCLEAR not in guess.choices


def test_forms_of_letters_and_blanks_make_no_difference() -> None:
    assert guess_type("ＫＴＶ 里 喝酒，打起来了") == guess_type("ktv里喝酒打起来了")


def test_a_message_costs_less_than_two_milliseconds() -> None:
    learned()
    begun = time.process_time()

    for one in ALL:
        guess_type(one.story)

    assert (time.process_time() - begun) / len(ALL) < 0.002


def test_every_group_and_code_of_the_weights_is_known() -> None:
    groups = {name for names in GROUPS_OF.values() for name in names}
    roles = {name for names in ROLES_OF.values() for name in names}
    used = {
        one for name in learned().weights if re.search("[:&]", name) for one in NAME.findall(name)
    }

    assert used <= groups | roles
    places = range(len(learned().kinds))
    assert {learned().code(place) for place in places} == {*DISPUTE_TYPES, UNCLEAR}
    assert set(learned().kinds) == set(KINDS)
    assert WEIGHTS.stat().st_size < 1_000_000
