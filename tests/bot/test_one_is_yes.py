"""1 means yes at every question, also at the last one."""

from __future__ import annotations

import pytest

from bot.texts import chat, matters
from domain.conversations import FileMatter, FileReport
from tests.bot.talking import Resident

REPORT = ("我要反映纠纷", "楼上王大哥家漏水，把我家天花板泡坏了", "枫桥路18号", "跳过", "1", "跳过")
MATTER = ("民生", "门口的路灯半个月不亮了", "枫桥路18号门口", "跳过")


@pytest.mark.parametrize("yes", ["1", "好", "确认"])
async def test_a_report_is_handed_in_by_one(yes):
    resident = Resident()

    summary = await resident.says_in_turn(*REPORT)
    await resident.says(yes)

    assert summary.endswith(chat.RIGHT_OR_NOT)
    assert resident.intent(FileReport).report.spot.words == "枫桥路18号"


@pytest.mark.parametrize("yes", ["1", "好", "确认"])
async def test_a_daily_life_matter_is_handed_in_by_one(yes):
    resident = Resident()

    summary = await resident.says_in_turn(*MATTER)
    await resident.says(yes)

    assert summary.endswith(chat.RIGHT_OR_NOT)
    assert resident.intent(FileMatter).report.spot.words == "枫桥路18号门口"


async def test_two_asks_what_to_change():
    assert await Resident().says_in_turn(*REPORT, "2") == chat.WHICH_ITEM
    assert await Resident().says_in_turn(*MATTER, "2") == matters.WHICH_ITEM


async def test_a_number_that_stands_nowhere_is_asked_again():
    told = await Resident().says_in_turn(*REPORT, "5")

    assert told.startswith(chat.CONFIRM_OR_CHANGE)
