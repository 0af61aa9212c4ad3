"""A report is asked for by what it is about: each its own questions, never more than eight."""

from __future__ import annotations

import pytest

from bot.guidance import Asked
from bot.texts import chat, guidance
from bot.texts.guidance import EVERYDAY, EXTRAS
from domain.conversations import FileReport, MessageKind, RaiseAlarm
from domain.danger import alarms
from domain.taxonomy import DISPUTE_TYPES, TypeCode
from tests.bot.talking import Resident

WAGES = "我们几个人在工地干活，包工头拖欠工资不给"
BETWEEN_TWO = "借给前男友的钱不还，田埂也被隔壁占了"
ANSWERS: dict[str, str] = {Asked.WHERE: "枫桥路18号", Asked.DANGER: "1"}
HOME = "我和丈夫要离婚，他不给抚养费"


async def asked_of(story: str) -> list[str]:
    """Tell a story and skip on to the summary; give the states that were asked."""
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", story)
    states = []
    while resident.talk.state != Asked.CONFIRM:
        states.append(resident.talk.state)
        await resident.says(ANSWERS.get(states[-1], "跳过"))
    return states


async def test_a_whole_story_sent_at_once_is_not_typed_again():
    resident = Resident()

    offered = await resident.says("楼上漏水把我家天花板泡坏了")
    asked = await resident.says("1")
    await resident.says_in_turn("枫桥路18号", "王大哥", "1", "跳过", "确认")

    assert offered == guidance.OFFER
    assert asked == chat.WHERE_WAS_IT
    assert resident.intent(FileReport).report.story == "楼上漏水把我家天花板泡坏了"


async def test_a_story_told_in_several_messages_is_one_story():
    resident = Resident()

    await resident.says("楼上漏水把我家天花板泡坏了")
    kept = await resident.says("都两个月了没人管")
    await resident.says_in_turn("是", "枫桥路18号", "王大哥", "1", "跳过", "确认")

    assert kept == f"{guidance.OFFER_KEPT}\n\n{guidance.OFFER}"
    told = "楼上漏水把我家天花板泡坏了\n都两个月了没人管"
    assert resident.intent(FileReport).report.story == told


async def test_what_was_no_report_ends_with_help():
    resident = Resident()

    await resident.says("请问你们那里好停车吗")
    told = await resident.says("不是")

    assert told == chat.HELP_WORDS
    assert "story" not in resident.talk.answers


async def test_to_ask_for_a_report_says_yes_to_the_offer():
    assert (
        await Resident().says_in_turn("楼上漏水把我家泡坏了", "我要反映纠纷") == chat.WHERE_WAS_IT
    )


async def test_a_new_story_beside_an_unfinished_one_is_kept_for_either():
    going_on, anew = Resident(), Resident()
    for resident in (going_on, anew):
        await resident.says_in_turn("我要反映纠纷", "隔壁装修从早吵到晚", "取消")
        assert await resident.says("隔壁昨天晚上又吵到两点") == chat.UNFINISHED

    await going_on.says_in_turn("继续", "枫桥路8号", "跳过", "1", "跳过", "确认")
    asked = await anew.says("重新开始")
    await anew.says_in_turn("枫桥路8号", "跳过", "1", "跳过", "确认")

    story = going_on.intent(FileReport).report.story
    assert story == "隔壁装修从早吵到晚\n隔壁昨天晚上又吵到两点"
    assert asked == chat.WHERE_WAS_IT
    assert anew.intent(FileReport).report.story == "隔壁昨天晚上又吵到两点"


async def test_unpaid_wages_are_asked_for_employer_time_people_and_amount():
    resident = Resident()

    await resident.says_in_turn("我要反映纠纷", WAGES)
    employer = await resident.says("枫桥路工地")
    wages = await resident.says("兴旺建筑队，包工头姓钱")
    await resident.says_in_turn("三月起，五个人，八万", "跳过", "1", "跳过", "确认")

    assert "包工头" in employer
    assert "几个人、一共多少钱" in wages
    story = resident.intent(FileReport).report.story
    assert story.splitlines()[1:] == [
        "单位和老板：兴旺建筑队，包工头姓钱",
        "时间、人数和金额：三月起，五个人，八万",
    ]


async def test_what_the_story_tells_is_not_asked_again():
    assert await asked_of(f"{WAGES}，从去年欠到现在，一共8万元") == [
        Asked.WHERE,
        Asked.MORE,
        Asked.WHO,
        Asked.DANGER,
        Asked.PICTURES,
    ]


async def test_at_home_danger_is_asked_for_first():
    resident = Resident()

    first = await resident.says_in_turn("我要反映纠纷", HOME)

    assert first == chat.IN_DANGER
    assert (await asked_of(HOME))[:3] == [Asked.DANGER, Asked.WHERE, Asked.MORE]


@pytest.mark.parametrize("code", EXTRAS)
def test_no_kind_has_more_than_two_questions_of_its_own(code):
    assert 1 <= len(EXTRAS[code]) <= 2
    assert all(len(extra.asks) <= 60 and "跳过" in extra.asks for extra in EXTRAS[code])


def test_every_type_has_its_everyday_name():
    assert set(EVERYDAY) == set(DISPUTE_TYPES)
    assert {*EXTRAS, TypeCode("99")} == set(DISPUTE_TYPES)


async def test_a_story_that_speaks_for_two_kinds_is_asked_which():
    by_number, by_name = Resident(), Resident()

    which = await by_number.says_in_turn("我要反映纠纷", BETWEEN_TWO)
    asked = await by_number.says_in_turn("3", "枫桥路18号")
    await by_name.says_in_turn("我要反映纠纷", BETWEEN_TWO, "谈恋爱、分手")

    third = by_number.talk.answers["kind"]
    assert f"3 {EVERYDAY[TypeCode(third)]}" in which
    assert asked == EXTRAS[TypeCode(third)][0].asks
    assert by_name.talk.answers["kind"] == "19"


async def test_the_chosen_kind_goes_with_the_report():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", BETWEEN_TWO, EVERYDAY[TypeCode("09")])

    await resident.says_in_turn("枫桥路18号", "跳过", "跳过", "跳过", "1", "跳过", "确认")

    assert resident.intent(FileReport).report.kind_told == "09"


async def test_who_cannot_say_which_kind_goes_on_and_own_words_are_kept():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", BETWEEN_TWO)

    await resident.says("前年借的")
    await resident.says_in_turn("枫桥路18号", "跳过", "1", "跳过", "确认")

    report = resident.intent(FileReport).report
    assert report.story == f"{BETWEEN_TWO}\n前年借的"
    assert report.kind_told is None


async def test_an_address_in_the_story_only_wants_a_yes():
    resident = Resident()

    asked = await resident.says_in_turn("我要反映纠纷", "我住在枫桥路18号3单元，楼上天天漏水")
    await resident.says_in_turn("1", "跳过", "1", "跳过", "确认")

    assert asked == guidance.IS_IT_THERE.format(place="枫桥路18号3单元")
    assert resident.intent(FileReport).report.spot.words == "枫桥路18号3单元"


async def test_a_location_is_said_back_with_the_grid_cell_it_lies_in():
    resident = Resident(cell="枫桥社区第一网格")
    await resident.says_in_turn("我要反映纠纷", "楼上天天漏水没人管")

    told = await resident.sends(
        kind=MessageKind.LOCATION, latitude=29.7, longitude=120.2, label="枫桥小学"
    )

    assert told.startswith("位置我记下了：枫桥小学，属于枫桥社区第一网格。")


async def test_a_location_sent_before_is_not_asked_for_again():
    resident = Resident()
    await resident.says("我要反映纠纷")

    noted = await resident.sends(
        kind=MessageKind.LOCATION, latitude=29.7, longitude=120.2, label=""
    )
    asked = await resident.says("楼上天天漏水没人管")

    assert noted.startswith(f"位置我记下了：{chat.POINT_ON_MAP}。")
    assert asked == chat.WHO_WITH_YOU


async def test_what_was_asked_besides_can_be_corrected_by_its_number():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", WAGES, "枫桥路工地", "跳过", "跳过", "跳过", "1")

    summary = await resident.says("跳过")
    which = await resident.says("修改")
    await resident.says("6")
    corrected = await resident.says("兴旺建筑队")

    assert "单位和老板：没有说" in summary
    assert "7 时间、人数和金额" in which
    assert "单位和老板：兴旺建筑队" in corrected


async def test_danger_in_a_link_s_title_or_beside_a_place_is_heard_too():
    by_link, by_place = Resident(), Resident()

    linked = await by_link.sends(
        kind=MessageKind.LINK, title="我不想活了，来世再见", url="https://x.cn"
    )
    placed = await by_place.sends(
        kind=MessageKind.LOCATION, latitude=29.7, longitude=120.2, label="着火了快来人"
    )

    assert linked.startswith("您说的情况很要紧")
    assert alarms(by_link.intent(RaiseAlarm).text)[0].kind == "self-harm"
    assert placed.startswith("您说的情况很要紧")
    assert alarms(by_place.intent(RaiseAlarm).text)[0].kind == "fire"


async def test_a_first_message_of_danger_raises_the_alarm_and_no_offer():
    resident = Resident()

    told = await resident.says("他拿着刀在我家门口说要杀了我")

    assert told.startswith("您说的情况很要紧")
    assert alarms(resident.intent(RaiseAlarm).text)[0].kind in {"violence", "threat"}
    assert resident.talk.state == "distress:talk"
