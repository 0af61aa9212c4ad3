"""Words of mortal danger, in sentences that the lexicon was made from.

They guard against falling back and measure nothing: how unseen sentences are heard stands in
``docs/proofs/danger.md`` (``make prove PART=danger``).
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from domain.danger import LONGEST_TOLD, Danger, alarms, sentence_with, speaks_of, tells_no_more
from domain.danger_words.around import PHRASES

SENTENCES = Path(__file__).parent / "sentences"


def _told(*names: str) -> list[str]:
    return [line for name in names for line in (SENTENCES / name).read_text().splitlines()]


ALARMING = _told("danger-alarm.txt", "danger-alarm-held-out.txt", "danger-alarm-later.txt")
HARMLESS_TOLD = _told(
    "danger-harmless.txt", "danger-harmless-held-out.txt", "danger-harmless-later.txt"
)
REPORTS = [line.partition("|")[2] for line in _told("reports.txt", "reports-held-out.txt")]


@pytest.mark.parametrize("sentence", ALARMING)
def test_a_call_for_help_is_heard(sentence: str) -> None:
    assert alarms(sentence)


@pytest.mark.parametrize("sentence", HARMLESS_TOLD)
def test_what_only_sounds_dangerous_stays_quiet(sentence: str) -> None:
    assert alarms(sentence) == ()


@pytest.mark.parametrize("report", REPORTS)
def test_an_ordinary_report_raises_no_alarm(report: str) -> None:
    assert alarms(report) == ()


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("我不想活了", Danger.SELF_HARM),
        ("他把我打得头破血流", Danger.VIOLENCE),
        ("他扬言要杀了我全家", Danger.THREAT),
        ("他往门上泼汽油", Danger.FIRE),
        ("孩子被他虐待", Danger.CHILD),
        ("救命啊", Danger.RESCUE),
    ],
)
def test_the_kind_of_danger_is_named(sentence: str, kind: Danger) -> None:
    assert kind in {alarm.kind for alarm in alarms(sentence)}


def test_the_words_that_gave_the_alarm_are_kept() -> None:
    (alarm,) = alarms("我真的不 想 活 了")

    assert alarm.words.startswith("不想活")


@pytest.mark.parametrize(
    ("denied", "meant"),
    [
        ("他没有拿刀", "他拿着刀"),
        ("我不会自杀的", "我要自杀"),
        ("没有人要跳楼", "有人要跳楼"),
        ("他没说要杀人", "他说要杀人"),
        ("没有动刀", "动刀了"),
    ],
)
def test_what_is_denied_raises_no_alarm_and_what_is_meant_does(denied: str, meant: str) -> None:
    assert alarms(denied) == ()
    assert alarms(meant)


def test_one_denial_takes_back_one_sign_only() -> None:
    assert alarms("他没有拿刀，但是他说要放火烧了我家")
    assert alarms("没人管我，我就去跳楼")


def test_a_harmless_phrase_hides_no_real_one_beside_it() -> None:
    assert alarms("气死我了，我要杀了他")
    assert alarms("他家的狗咬死我的鸡，他还拿刀砍我")


@pytest.mark.parametrize(
    "calm", ["楼上漏水，把我家天花板泡坏了。", "老板拖欠工资三个月了\n", "哪里\n"]
)
def test_a_calm_sentence_hides_no_alarm_beside_it(calm: str) -> None:
    assert alarms(f"{calm}有，他说要砍死我")
    assert alarms(f"{calm}我不想活了，今晚就走")
    assert alarms(f"{calm}没有人有危险") == ()


def test_nothing_told_is_no_danger() -> None:
    assert alarms("") == ()


@pytest.mark.parametrize(
    "piece", ["我", "没有", "鸡", "拿着", "要", "孩子", "没有要", "煤气", "死"]
)
def test_the_longest_story_is_judged_at_once(piece: str) -> None:
    begun = time.perf_counter()

    alarms((piece * 4000)[:4000])

    assert time.perf_counter() - begun < 1


def test_every_harmless_phrase_stands_once() -> None:
    assert len(set(PHRASES)) == len(PHRASES)


@pytest.mark.parametrize("name", ["training-danger.tsv", "training-danger-2.tsv"])
def test_what_was_learned_is_heard_without_many_false_alarms(name: str) -> None:
    lines = [line.split("\t") for line in _told(f"written-2026-11/{name}")]

    heard = [bool(alarms(text)) for kind, text in lines if kind != "none"]
    false = [bool(alarms(text)) for kind, text in lines if kind == "none"]

    assert sum(heard) / len(heard) >= 0.985
    assert sum(false) / len(false) <= 0.02


@pytest.mark.parametrize("sentence", ["我不想活了", "活着没意思", "再不解决就同归于尽"])
def test_what_the_centre_must_never_miss_is_heard(sentence: str) -> None:
    assert alarms(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "工地不发工资我就爬塔吊",
        "钱不结清我就上吊车顶上去",
    ],
)
def test_wages_asked_for_from_a_height_are_a_danger(sentence: str) -> None:
    assert Danger.SELF_HARM in {alarm.kind for alarm in alarms(sentence)}


@pytest.mark.parametrize(
    "sentence",
    [
        "塔吊司机的工资拖了三个月，怎么要",
        "讨薪要准备什么材料",
        "楼顶的防水要修，物业不肯出钱",
    ],
)
def test_cranes_roofs_and_wages_alone_are_none(sentence: str) -> None:
    assert alarms(sentence) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "他打我女儿电话要账，一天打二十个",
        "催债的打我儿子的电话，孩子上课都接到",
    ],
)
def test_a_telephone_call_is_no_blow(sentence: str) -> None:
    assert alarms(sentence) == ()


@pytest.mark.parametrize("sentence", ["我儿子跳楼梯扭了脚", "厨师拿刀砍排骨，半夜砍得咚咚响"])
def test_stairs_and_kitchens_are_no_danger(sentence: str) -> None:
    assert alarms(sentence) == ()


def test_a_blow_beside_a_telephone_is_heard() -> None:
    assert alarms("他打我，还打我女儿，电话也被他砸了")


@pytest.mark.parametrize("sentence", ["笑死我了", "杀价", "能不能再杀杀价", "饿死了先去吃饭"])
def test_what_the_centre_must_never_be_called_for_stays_quiet(sentence: str) -> None:
    assert alarms(sentence) == ()


@pytest.mark.parametrize(
    "written",
    ["我不想活了", "俺不想活了", "我唔想活咗", "我·不·想·活·了", "我不想huo了", "我不想活了！！！"],
)
def test_dialect_evasions_and_gaps_hide_nothing(written: str) -> None:
    (alarm,) = alarms(written)

    assert alarm.kind is Danger.SELF_HARM


def test_danger_is_heard_in_the_middle_of_a_long_calm_story() -> None:
    calm = "楼上装修半年了，每天早上七点开始，物业不管，我跟他们说了好几次。" * 20

    assert alarms(f"{calm}他刚才拿菜刀追我。{calm}")
    assert alarms(calm) == ()


def test_a_message_costs_a_few_milliseconds_at_most() -> None:
    message = "楼上装修半年了，每天早上七点开始，物业不管，他还说再投诉就让我好看，我该怎么办呢"
    begun = time.process_time()

    for _ in range(100):
        alarms(message)

    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    ("words", "told", "shown"),
    [
        ("拿着刀", "你们快来。他拿着刀来了！怎么办", "他拿着刀来了！"),
        ("拿着刀、不想活", "我们吵架。\n我不想活了", "我不想活了"),
        ("拿着刀", "他拿着 刀来了", "他拿着 刀来了"),
        ("本人说有人有危险", "楼上漏水", "本人说有人有危险"),
    ],
)
def test_the_sentence_of_danger_is_shown_and_not_only_its_sign(words: str, told: str, shown: str):
    assert sentence_with(words, told) == shown


def test_danger_that_goes_further_is_not_taken_for_what_was_told_before() -> None:
    before = "我不想活了"

    assert tells_no_more("我不想活了！", before)
    assert not tells_no_more("我不想活了，我要点煤气罐大家一起死", before)
    assert not tells_no_more("着火了，孩子还在里面", "着火了")
    assert speaks_of("不想活", before)
    assert not speaks_of("点煤气、不想活", before)


def test_a_long_sentence_is_cut_round_its_sign():
    shown = sentence_with(
        "拿着刀", f"{'他说了很多话，' * 20}现在他拿着刀站在门口{'，我很害怕' * 20}"
    )

    assert "拿着刀站在门口" in shown
    assert len(shown) == LONGEST_TOLD + 2
    assert shown[0] == shown[-1] == "…"
