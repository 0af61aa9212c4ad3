"""Whatever somebody tells goes whole into what is made of it, or they hear that it does not."""

from __future__ import annotations

from bot.texts import chat
from domain.cases import Spot
from domain.conversations import (
    FileMatter,
    FileReport,
    MessageKind,
    RaiseAlarm,
    TellMatter,
)
from tests.bot.talking import Resident
from tests.bot.test_after_filing import IN_HAND

LAMP = "门口的路灯坏了半个月，" + "晚上看不见路，" * 300  # some 2,100 characters
LEAK = "楼上天天漏水没人管，" + "说了两次也不听，" * 300
DANGER = "我不想活了"


async def test_a_long_story_goes_whole_from_report_to_matter():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", LAMP, "1", "枫溪路18号", "跳过", "确认")

    assert resident.intent(FileMatter).report.told == LAMP


async def test_a_story_of_several_messages_goes_whole_into_either():
    matter, report = Resident(), Resident()
    await matter.says_in_turn(LAMP, f"还有，{LAMP}", f"再说，{LAMP}", "1", "枫溪路18号")
    await matter.says_in_turn("跳过", "确认")
    await report.says_in_turn(LEAK, f"还有，{LEAK}", f"再说，{LEAK}", "1", "枫溪路18号")
    await report.says_in_turn("楼上的王大哥", "1", "跳过", "确认")

    assert matter.intent(FileMatter).report.told == f"{LAMP}\n还有，{LAMP}\n再说，{LAMP}"
    assert report.intent(FileReport).report.story.startswith(f"{LEAK}\n还有，{LEAK}\n再说，{LEAK}")


async def test_the_place_goes_from_report_to_matter_and_the_danger_stays_with_the_alarm():
    resident = Resident()
    await resident.says("门口的路灯坏了半个月了")
    await resident.sends(
        kind=MessageKind.LOCATION, latitude=30.005, longitude=120.005, label="枫溪苑"
    )
    await resident.says_in_turn(DANGER, "继续")
    await resident.says_in_turn("1", "跳过", "确认")

    report = resident.intent(FileMatter).report
    assert report.told == "门口的路灯坏了半个月了"
    assert report.spot == Spot(words="枫溪苑", latitude=30.005, longitude=120.005)


async def test_danger_told_beside_a_matter_is_in_the_case_that_its_report_completes():
    resident = Resident()
    await resident.says_in_turn("民生事项", "隔壁邻居的狗天天叫，说了就骂人", DANGER)
    await resident.says_in_turn("继续", "1")
    await resident.says_in_turn("枫溪路18号", "隔壁老张", "1", "跳过", "确认")

    told = resident.intent(RaiseAlarm).story.splitlines()
    assert told == [resident.intent(FileReport).report.story, DANGER]


async def test_who_says_more_than_can_be_kept_hears_it_and_loses_nothing():
    resident = Resident()
    told = [f"第{at}段，{LEAK}" for at in range(4)]
    await resident.says_in_turn(*told)

    refused = await resident.says(f"第5段，{LEAK}")
    await resident.says("1")
    before = resident.talk.answers
    alarmed = await resident.says(f"{DANGER}，{LEAK}")

    assert refused.startswith(chat.no_room(resident.known()))
    assert chat.NO_ROOM.split("\n")[0] in alarmed
    assert resident.intent(RaiseAlarm).text.startswith(DANGER)
    assert {name: resident.talk.answers[name] for name in before} == before


async def test_what_is_added_to_a_matter_is_added_whole_or_not_at_all():
    resident = Resident(matters=(IN_HAND,))
    await resident.says_in_turn("民生事项", "门口的路灯坏了", "枫溪路18号", "跳过", "确认")
    refused = await resident.says("已经半个月了，" * 600)
    await resident.says("已经半个月了，" * 300)

    assert refused.startswith(chat.TOO_LONG)
    assert resident.intent(TellMatter).words == "已经半个月了，" * 300


async def test_a_story_that_is_too_long_to_be_offered_is_answered_so():
    assert await Resident().says("吵" * 4001) == chat.TOO_LONG
