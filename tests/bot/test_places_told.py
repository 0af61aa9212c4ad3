"""What is taken for a place: where somebody in danger is, and where a thing happened."""

from __future__ import annotations

import pytest

from bot.texts import chat, matters
from bot.texts import danger as danger_texts
from bot.texts.places import may_be_a_place
from domain.conversations import FileMatter, FileReport, MessageKind, RaiseAlarm, TellPlace
from tests.bot.talking import Resident

CRY = "我不想活了，你们谁都不管"
REPORT = ("我要反映纠纷", "隔壁老王占了我家地")


def places_told(resident: Resident) -> list[str]:
    return [one.spot.words for one in resident.intents if isinstance(one, TellPlace)]


@pytest.mark.parametrize(
    ("before", "said", "place"),
    [
        ("枫桥新村3幢", "3幢402", "枫桥新村3幢，3幢402"),
        ("枫桥新村3幢", "402", "枫桥新村3幢，402"),
        ("枫桥新村3幢", "2单元5楼", "枫桥新村3幢，2单元5楼"),
        ("有没有人啊", "3幢402", "3幢402"),
        ("枫桥新村3幢", "1201", "枫桥新村3幢，1201"),
        ("枫桥路118号", "18号", "枫桥路118号，18号"),
    ],
)
async def test_a_house_alone_is_where_somebody_in_danger_is(before, said, place):
    resident = Resident()
    await resident.says_in_turn(CRY, before)

    told = await resident.says(said)

    assert told.startswith(danger_texts.PLACE_KEPT.format(place=place))
    assert places_told(resident)[-1] == place


@pytest.mark.parametrize(
    ("before", "said", "place"),
    [
        (("枫桥新村3幢", "3幢402"), "3幢402", "枫桥新村3幢，3幢402"),
        (("枫桥新村3幢", "3幢402"), "402", "枫桥新村3幢，3幢402"),
        (("枫桥路18号",), "18号", "枫桥路18号"),
    ],
)
async def test_a_house_said_again_keeps_its_street(before, said, place):
    resident = Resident()
    await resident.says_in_turn(CRY, *before)

    told = await resident.says(said)

    assert told.startswith(danger_texts.PLACE_KEPT.format(place=place))
    assert places_told(resident)[-1] == place


@pytest.mark.parametrize(("label", "place"), [("枫桥新村", "枫桥新村，402"), ("", "402")])
async def test_a_room_told_after_a_point_lies_at_that_point(label, place):
    resident = Resident()
    await resident.says(CRY)
    await resident.sends(
        kind=MessageKind.LOCATION, latitude=30.1251, longitude=120.5702, label=label
    )

    await resident.says("402")

    assert places_told(resident)[-1] == place
    assert [one.within for one in resident.intents if isinstance(one, TellPlace)] == [False, True]


async def test_a_street_told_after_a_point_is_another_place():
    resident = Resident()
    await resident.says(CRY)
    await resident.sends(
        kind=MessageKind.LOCATION, latitude=30.1251, longitude=120.5702, label="枫桥新村"
    )

    await resident.says("枫桥路18号")

    assert not [one for one in resident.intents if isinstance(one, TellPlace) and one.within]


@pytest.mark.parametrize("said", ["402", "110", "120", "2", "我害怕", "他拿了三十块"])
async def test_what_names_no_place_is_none(said):
    resident = Resident()
    await resident.says_in_turn(CRY)

    told = await resident.says(said)

    assert (places_told(resident), "地址记下了" in told) == ([], False)


async def test_a_number_to_call_is_no_room_of_the_house_told_before():
    resident = Resident()
    await resident.says_in_turn(CRY, "枫桥新村3幢")

    await resident.says("110")

    assert places_told(resident) == ["枫桥新村3幢"]


async def test_the_house_told_with_the_cry_is_the_street_of_the_room_told_after():
    resident = Resident()
    await resident.says("枫桥新村3幢，我不想活了")

    await resident.says("402室")

    assert places_told(resident) == ["枫桥新村3幢，402室"]


async def test_a_floor_that_is_a_cry_itself_is_where_they_are_too():
    resident = Resident()
    await resident.says_in_turn(CRY, "枫桥新村3幢")

    told = await resident.says("我在五楼")

    assert told.startswith("您说的情况很要紧")
    assert places_told(resident)[-1] == "枫桥新村3幢，我在五楼"


NOT_PLACES = ("这事快把我逼死了，孩子作业都写不完", "我怕他", "不想说话", "2")


@pytest.mark.parametrize("said", NOT_PLACES)
async def test_a_report_that_rang_keeps_no_cry_for_its_place(said):
    resident = Resident()
    await resident.says_in_turn(*REPORT, CRY, "继续")
    before = places_told(resident)

    asked = await resident.says(said)
    left = await resident.says(said)

    assert (asked.startswith(chat.NO_ANSWER), chat.LEFT_EMPTY in left) == (True, True)
    assert places_told(resident) == before
    assert resident.talk.answers["place"] == chat.NO_PLACE_TOLD


async def test_a_matter_that_rang_keeps_no_cry_for_its_place():
    resident = Resident()
    await resident.says_in_turn("民生事项", "楼道里的电线冒烟了", CRY, "继续")

    asked = await resident.says("我怕得要命")

    assert (asked.startswith(chat.NO_ANSWER), places_told(resident)) == (True, [])


async def test_a_sentence_told_twice_in_place_of_a_place_is_told_on():
    resident = Resident()
    await resident.says_in_turn(*REPORT)

    await resident.says_in_turn("孩子作业都写不完", "孩子作业都写不完了")
    await resident.says_in_turn("跳过", "跳过", "1", "跳过", "1")

    assert "孩子作业都写不完了" in resident.intent(FileReport).report.story


async def test_a_place_of_a_matter_is_asked_once_more_and_then_taken():
    resident = Resident()

    asked = await resident.says_in_turn("民生事项", "门口的路灯坏了", "我也说不清")
    await resident.says_in_turn("我也说不清", "跳过", "1")

    assert asked == f"{chat.NO_ANSWER}\n\n{matters.WHERE}"
    assert resident.intent(FileMatter).report.spot.words == "我也说不清"


@pytest.mark.parametrize(
    "place",
    [
        *("枫桥路18号", "我家门口", "村口大樟树下", "在单位", "微信群里", "老地方", "盛世豪庭"),
        *("幸福里5-2-301", "桥头菜市场", "他们家院子", "家里", "路上"),
        *("阳光花城一期B座1204", "金色水岸二期十八座", "我们这里的菜场", "我老丈人那边"),
        *("大樟树底下拐进去那一排", "万达大厦"),
    ],
)
async def test_a_place_in_plain_words_is_taken_at_once(place):
    resident = Resident()

    await resident.says_in_turn(*REPORT, place)

    assert may_be_a_place(place)
    assert resident.talk.answers["place"] == place


NEW_NAME = "盛世豪庭东大门进来左手"  #: nothing in it shows that it is a place


async def test_a_name_that_shows_no_place_is_one_when_it_is_sent_again():
    resident = Resident()
    await resident.says_in_turn(*REPORT, CRY, "继续")

    asked = await resident.says(NEW_NAME)
    await resident.says(NEW_NAME)

    assert asked.startswith(chat.NO_ANSWER)
    assert resident.talk.answers["place"] == NEW_NAME
    assert places_told(resident) == [NEW_NAME]


async def test_who_was_called_of_a_matter_reads_a_name_that_is_sent_again():
    resident = Resident()
    await resident.says_in_turn("民生事项", "楼道里的电线冒烟了", CRY, "继续")

    asked = await resident.says(NEW_NAME)
    await resident.says(NEW_NAME)

    assert asked.startswith(chat.NO_ANSWER)
    assert places_told(resident) == [NEW_NAME]


async def test_who_corrects_the_place_of_a_matter_is_asked_again_too():
    resident = Resident()
    await resident.says_in_turn("民生事项", "门口的路灯坏了", "我也说不清", "枫桥路18号", "跳过")
    await resident.says_in_turn("2", "2")

    asked = await resident.says("我怕他")

    assert asked.startswith(chat.NO_ANSWER)
    assert resident.talk.answers["place"] == "枫桥路18号"


@pytest.mark.parametrize("said", ["我要查案件", "我想查进度", "我要看我的案件"])
async def test_a_wish_to_see_the_cases_is_no_place(said):
    resident = Resident()

    told = await resident.says_in_turn(*REPORT, said)

    assert told.startswith(chat.NOT_FILED_YET)
    assert "place" not in resident.talk.answers


async def test_whether_anybody_is_there_is_no_story():
    resident = Resident()

    assert (await resident.says_in_turn("我要反映纠纷", "你们在不在")).startswith(chat.TELL_MORE)


async def test_the_alarm_of_a_cry_at_the_place_rings_all_the_same():
    resident = Resident()

    await resident.says_in_turn(*REPORT, CRY)

    assert resident.intent(RaiseAlarm).text == CRY
