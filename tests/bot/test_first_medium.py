"""Who speaks or shows first is not sent away: it is kept for the report that follows."""

from __future__ import annotations

import pytest

from bot.texts import chat as texts
from domain.conversations import FetchMedia, FileReport, MessageKind
from tests.bot.talking import Resident

REST = ("楼上王大哥家漏水，把我家天花板泡坏了", "枫桥路18号", "跳过", "1", "跳过", "1")


@pytest.mark.parametrize("kind", [MessageKind.VOICE, MessageKind.IMAGE])
async def test_what_comes_before_any_word_goes_with_the_report_that_follows(kind):
    resident = Resident()

    told = await resident.sends(kind=kind, media_id="wx-1")
    await resident.says_in_turn(*REST)

    kept = resident.intent(FetchMedia)
    assert (kept.platform_id, kept.kind) == ("wx-1", kind)
    assert resident.intent(FileReport).report.media == (kept.media_id,)
    assert "0575-12345678" in told
    assert "人工" in told


async def test_other_wishes_are_heard_after_it():
    resident = Resident()
    await resident.sends(kind=MessageKind.VOICE, media_id="wx-1")

    assert (await resident.says("我的案件")).startswith(texts.NOT_FILED_YET)
    assert texts.LARGE_PRINT in await resident.says("大字")


async def test_it_goes_with_what_was_stopped():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", REST[0], "取消")

    told = await resident.sends(kind=MessageKind.IMAGE, media_id="wx-1")
    await resident.says_in_turn("2", *REST[1:])

    assert told == f"{texts.KEPT_WITH_STOPPED}\n\n{texts.UNFINISHED}"
    assert len(resident.intent(FileReport).report.media) == 1
