"""The type that a story speaks for, measured on reports that were written without sight of rules.

What is measured here is honest: nothing is judged by what was learned from itself.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from domain.taxonomy import DISPUTE_TYPES
from domain.type_guess import UNCLEAR, WEIGHTS, guess_type, judge, learned, read_model
from domain.type_words import GROUPS_OF, ROLES_OF
from tools.learn_types import TRAINING
from tools.type_learning import Written, as_text, learn, written

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
    assert set(learned().codes) == {*DISPUTE_TYPES, UNCLEAR}
    assert WEIGHTS.stat().st_size < 1_000_000
