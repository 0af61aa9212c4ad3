"""What somebody writes after a matter was handed in, and after it was answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import chat, deeds, guidance, matters, privacy
from domain.conversations import FetchMedia, MatterLine, MessageKind, RateMatter, TellMatter
from domain.ids import MatterId
from domain.matters import Grade
from tests.bot.talking import Resident

IN_HAND = MatterLine(
    matter_id=MatterId("m1"),
    number="枫民2026第12号",
    state="正在办",
    next_step="请等答复",
    due=None,
    answer="",
    reason="",
    url="https://mediate.example/m/matters/m1",
    to_rate=False,
    reopened=False,
    over=False,
)
ANSWERED = replace(IN_HAND, state="已答复", answer="电线收起来了。", to_rate=True)
WAGES = "楼下饭店的老板欠我三千块钱工资，一直不给"


@pytest.fixture
async def filed() -> Resident:
    """Somebody who just handed in that wires hang down."""
    resident = Resident(matters=(IN_HAND,))
    told = ("民生事项", "楼道里电线垂下来了，不安全", "枫溪路18号", "跳过", "确认")
    assert matters.ADD_HERE in await resident.says_in_turn(*told)
    resident.intents.clear()
    return resident


@pytest.fixture
async def answered(filed: Resident) -> Resident:
    """The same three days later, when it is answered and nothing is asked."""
    filed.waits(days=3)
    filed.matters = (ANSWERED,)
    return filed


@pytest.mark.parametrize("said", [WAGES, "我想问一下，离婚的事情你们管不管？"])
async def test_a_dispute_after_filing_is_not_swallowed(filed, said):
    asked = await filed.says(said)
    offered = await filed.says("2")

    assert asked == matters.which_is_meant(IN_HAND.number)
    assert offered == guidance.OFFER
    assert filed.talk.answers["story"] == said
    assert filed.intents == []


async def test_what_reads_like_a_dispute_may_belong_to_it(filed):
    await filed.says("问了隔壁也没人来")
    kept = await filed.says("等了三天")
    await filed.answered(kind=MessageKind.IMAGE, media_id="p1")
    await filed.says("1")
    more = filed.intent(TellMatter)
    await filed.says("晚上看不见")

    assert kept.startswith(matters.ALSO_KEPT)
    assert (more.matter_id, more.words) == ("m1", "问了隔壁也没人来\n等了三天")
    assert len(more.media) == 1
    assert [one.words for one in filed.intents if isinstance(one, TellMatter)][1:] == ["晚上看不见"]


async def test_it_waits_for_who_comes_back_after_days(filed):
    await filed.says(WAGES)
    filed.waits(days=2)
    await filed.says("继续")

    assert await filed.says("2") == guidance.OFFER
    assert filed.talk.answers["story"] == WAGES


async def test_a_nod_or_a_call_is_no_addition(filed):
    nodded = await filed.says("对")
    called = await filed.says("有人吗")

    assert nodded == matters.ADD_HERE
    assert called == chat.NOT_UNDERSTOOD
    assert filed.intents == []


@pytest.mark.parametrize("said", ["还是没修好", "师傅来了一下就走了，根本没修", "路灯还是不亮吧"])
async def test_words_about_an_answer_go_with_its_grade_days_later(answered, said):
    held = await answered.says(said)
    if held == matters.which_is_meant(ANSWERED.number):
        held = await answered.says("1")
    await answered.says("3")

    assert held == f"{matters.HELD}\n\n{matters.how_good(ANSWERED, doubtful=True)}"
    assert answered.intent(RateMatter).grade is Grade.UNSATISFIED
    assert answered.intent(TellMatter).words == said


async def test_words_after_looking_at_the_answer_go_with_its_grade(answered):
    await answered.says("我的案件")
    held = await answered.says("师傅来了一下就走了，根本没修")

    assert held.startswith(matters.HELD)


async def test_another_dispute_while_an_answer_waits_is_offered_as_one(answered):
    asked = await answered.says(WAGES)

    assert asked == matters.which_is_meant(ANSWERED.number)
    assert await answered.says("2") == guidance.OFFER


async def test_a_nod_to_an_answer_is_asked_for_the_grade(answered):
    assert await answered.says("好的") == matters.how_good(ANSWERED)


@pytest.mark.parametrize("between", ["5", "有人吗", "好的", "路灯还是不亮", "打电话也没人接"])
async def test_nothing_written_at_the_grade_loses_what_is_held(answered, between):
    await answered.says("还是没修好")
    asked = await answered.says(between)
    await answered.says("3")

    assert asked.startswith(matters.HELD)
    assert answered.intent(TellMatter).words.startswith("还是没修好")


@pytest.mark.parametrize("between", ["取消", "帮助", "人工", "反映纠纷"])
async def test_what_is_held_outlives_what_comes_between(answered, between):
    await answered.says("还是没修好")
    await answered.says(between)
    answered.waits(hours=25)
    if between == "人工":
        await answered.says("取消")
    asked = await answered.says("我的案件")
    await answered.says("3")

    assert matters.HELD in asked
    assert answered.intent(TellMatter).words == "还是没修好"
    assert "还是没修好" not in answered.talk.answers.values()


@pytest.mark.parametrize(
    ("number", "said", "left"),
    [("2", privacy.DRAFT_WITHOUT_MEDIA, ["还是没修好"]), ("7", privacy.DRAFT_GOES, [])],
)
async def test_what_is_held_goes_with_the_consent_that_is_taken_back(answered, number, said, left):
    await answered.says("还是没修好")
    await answered.answered(kind=MessageKind.IMAGE, media_id="p1")

    asked = await answered.says_in_turn("撤回同意", number)
    await answered.says_in_turn("确认", "不满意")

    assert said in asked
    assert answered.intent(RateMatter).grade is Grade.UNSATISFIED
    told = [one for one in answered.intents if isinstance(one, TellMatter)]
    assert [(one.words, one.media) for one in told] == [(words, ()) for words in left]


async def test_of_a_picture_alone_nothing_is_held_once_its_consent_is_taken_back(answered):
    await answered.says("我的案件")
    await answered.answered(kind=MessageKind.IMAGE, media_id="p1")
    await answered.says_in_turn("撤回同意", "2", "确认")

    assert await answered.says("好的") == matters.how_good(ANSWERED)
    assert not [name for name in answered.talk.answers if name.startswith("held-for:")]


async def test_with_two_answers_nobody_guesses(answered):
    answered.matters = (ANSWERED, replace(ANSWERED, matter_id=MatterId("m2")))

    assert await answered.says("还是没修好") == chat.NOT_UNDERSTOOD


async def test_a_report_that_is_open_goes_on(answered):
    await answered.says_in_turn("反映纠纷", WAGES, "我的案件", "枫溪路18号")

    assert not [one for one in answered.intents if isinstance(one, TellMatter | FetchMedia)]
    assert answered.talk.answers["place"] == "枫溪路18号"


@pytest.mark.parametrize(("grade", "kept"), [("1", Grade.SATISFIED), ("2", Grade.MOSTLY)])
async def test_whoever_said_that_it_is_not_done_does_not_end_it_by_a_mistaken_number(grade, kept):
    mistaken = Resident(matters=(ANSWERED,))
    sure = Resident(matters=(ANSWERED,))

    asked = await mistaken.says("灯还是不亮")
    doubted = await mistaken.says(grade)
    await mistaken.says("3")
    await sure.says_in_turn("灯还是不亮", grade, grade)

    assert asked.index("3 不满意") < asked.index("1 满意")
    assert "灯还是不亮" in doubted
    assert mistaken.intent(RateMatter).grade is Grade.UNSATISFIED
    assert mistaken.intent(TellMatter).words == "灯还是不亮"
    assert sure.intent(RateMatter).grade is kept


async def test_somebody_with_a_matter_is_not_told_that_there_was_none():
    told = await Resident(matters=(IN_HAND,)).says("评价")

    assert told == deeds.NOTHING_TO_RATE


STOPPED = ("我要反映纠纷", "楼上天天漏水没人管", "取消")


@pytest.mark.parametrize("said", ["没修好", "还是不行", "路灯还是没修好"])
@pytest.mark.parametrize("asked_before", [(), ("你们好呀，在不在呀",)])
async def test_how_it_went_comes_before_a_stopped_report(said, asked_before):
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(*STOPPED, *asked_before)

    asked = await resident.says(said)
    await resident.says("3")
    report = await resident.says("继续")

    assert asked.startswith(matters.HELD)
    assert resident.intent(TellMatter).words == said
    assert report.endswith(chat.WHERE_WAS_IT)


@pytest.mark.parametrize("asked_before", [(), ("你们好呀，在不在呀",)])
async def test_a_bare_grade_comes_before_a_stopped_report(asked_before):
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(*STOPPED, *asked_before)

    asked = await resident.says("不满意")

    assert resident.intent(RateMatter).grade is Grade.UNSATISFIED
    assert asked == "{matter_rated}"


async def test_words_of_the_dispute_still_belong_to_the_stopped_report():
    resident = Resident(matters=(ANSWERED,))
    await resident.says_in_turn(*STOPPED)

    assert await resident.says("楼上那家的水管还是没修好") == chat.UNFINISHED


async def test_a_list_of_matters_names_each_by_what_was_told():
    other = replace(ANSWERED, matter_id=MatterId("m2"), number="枫民2026第13号", told="垃圾没人收")
    resident = Resident(
        matters=(replace(ANSWERED, told="门口的路灯半个月不亮了，天黑看不见"), other)
    )

    asked = await resident.says("满意")

    assert "1 枫民2026第12号（门口的路灯半个月不亮了） 已答复" in asked
    assert "2 枫民2026第13号（垃圾没人收） 已答复" in asked


async def test_who_rates_before_the_answer_hears_when_it_comes():
    resident = Resident(matters=(IN_HAND,))

    told = await resident.says("满意")

    assert told == matters.not_answered_yet(IN_HAND)
    assert resident.intents == []


async def test_a_bad_grade_before_the_answer_reaches_who_has_the_matter_in_hand():
    resident = Resident(matters=(IN_HAND,))

    told = await resident.says("不满意")

    more = resident.intent(TellMatter)
    assert told == f"{{matter_told}}\n{matters.not_answered_yet(IN_HAND)}"
    assert (more.matter_id, more.words) == (IN_HAND.matter_id, "不满意")
    assert more.said == matters.PASSED_ON


async def test_a_bad_grade_that_may_be_of_either_of_two_matters_is_put_to_neither():
    other = replace(IN_HAND, matter_id=MatterId("m2"), number="枫民2026第13号")
    resident = Resident(matters=(IN_HAND, other))

    assert await resident.says("不满意") == matters.not_answered_yet(IN_HAND)
    assert resident.intents == []


@pytest.mark.parametrize("nod", ["好的", "知道了", "收到"])
async def test_a_nod_to_a_notice_gets_a_word_and_no_menu(nod):
    assert await Resident().says(nod) == chat.WRITE_ANY_TIME
