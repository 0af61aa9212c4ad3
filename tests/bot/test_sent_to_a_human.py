"""What is sent while a human is awaited is kept where the matter is, not only in the talk."""

from __future__ import annotations

import pytest

from domain.conversations import MessageKind
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.bot.office import a_staffed_office, send, tell
from tests.factories import CLERK

STORY = "楼上漏水，说了两次不管"


@pytest.fixture
async def office(url):
    async with a_staffed_office(url) as opened:
        yield opened


async def shown_in_the_case(office) -> list[str]:
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
        return [one.platform_id for one in await work.media.of_case(case.id)]


@pytest.mark.parametrize("before", [(), ("我要反映纠纷", STORY)])
async def test_what_is_sent_in_danger_is_in_the_alarm_s_case_at_once(office, before):
    await tell(office, *before, "我不想活了，你们谁都不管")

    picture = await send(office, MessageKind.IMAGE, "wx-picture")
    voice = await send(office, MessageKind.VOICE, "wx-voice")

    assert sorted(await shown_in_the_case(office)) == ["wx-picture", "wx-voice"]
    assert picture.startswith("图片收到了。")
    assert voice.startswith("语音收到了。")


async def test_what_is_sent_to_whoever_took_the_talk_of_danger_is_in_its_case(office):
    await tell(office, "我不想活了，你们谁都不管")
    (talk,) = await office.hand_overs.listed(CLERK)
    await office.hand_overs.take(CLERK, talk.id)

    await send(office, MessageKind.IMAGE, "wx-picture")

    assert await shown_in_the_case(office) == ["wx-picture"]


async def test_what_is_sent_while_a_human_is_awaited_belongs_to_the_report(office):
    await tell(office, "我要反映纠纷", STORY, "人工")

    told = await send(office, MessageKind.IMAGE, "wx-picture")
    await tell(office, "取消", "枫桥路18号", "王大哥", "1", "好了", "确认")

    assert told.startswith("图片收到了。\n您写的都留给工作人员了")
    assert await shown_in_the_case(office) == ["wx-picture"]
