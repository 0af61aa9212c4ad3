"""What was sent as evidence stays until something new has come in its place."""

from __future__ import annotations

from bot.texts import chat as texts
from domain.conversations import FileMatter, FileReport, MessageKind
from tests.bot.talking import Resident

REPORT = ("我要反映纠纷", "楼上王大哥家漏水，把我家天花板泡坏了。", "枫桥路18号", "跳过", "1")
MATTER = ("民生", "门口的路灯半个月不亮了", "枫桥路18号门口")


async def with_two_pictures(*told: str) -> Resident:
    resident = Resident()
    await resident.says_in_turn(*told)
    await resident.sends(kind=MessageKind.IMAGE, media_id="wx-1")
    await resident.sends(kind=MessageKind.IMAGE, media_id="wx-2")
    await resident.says("好了")
    return resident


async def test_a_wrong_number_at_the_summary_loses_no_picture():
    resident = await with_two_pictures(*REPORT)

    asked = await resident.says_in_turn("2", "5")
    summary = await resident.says_in_turn("返回", "返回")
    await resident.says("确认")

    assert asked == texts.PICTURES_KEPT.format(count=2)
    assert "图片和语音：2份" in summary
    assert len(resident.intent(FileReport).report.media) == 2


async def test_one_more_picture_is_added_to_those_sent_before():
    resident = await with_two_pictures(*REPORT)

    await resident.says_in_turn("2", "5")
    await resident.sends(kind=MessageKind.IMAGE, media_id="wx-3")
    await resident.says_in_turn("好了", "确认")

    assert len(resident.intent(FileReport).report.media) == 3


async def test_new_pictures_take_the_place_of_the_old_once_the_first_is_there():
    resident = await with_two_pictures(*REPORT)

    told = await resident.says_in_turn("2", "5", "重新发")
    await resident.sends(kind=MessageKind.IMAGE, media_id="wx-3")
    summary = await resident.says("好了")

    assert told == texts.ANEW.format(count=2)
    assert "图片和语音：1份" in summary


async def test_who_asks_to_send_anew_and_sends_nothing_keeps_what_is_there():
    resident = await with_two_pictures(*REPORT)

    summary = await resident.says_in_turn("2", "5", "重新发", "好了")

    assert "图片和语音：2份" in summary


async def test_a_wrong_number_loses_no_picture_of_a_daily_life_matter():
    resident = await with_two_pictures(*MATTER)

    summary = await resident.says_in_turn("2", "3", "好了")
    await resident.says("确认")

    assert "照片：2份" in summary
    assert len(resident.intent(FileMatter).report.media) == 2
