"""A grid worker reports for a resident: for whom, how agreed, and then the report itself."""

from __future__ import annotations

import pytest

from bot.guidance import Asked
from bot.texts import chat, errands
from domain.conversations import BindStaff, FileReport, MessageKind, RaiseAlarm
from domain.helping import Helped, HowAgreed
from tests.bot.talking import Resident

FOR_WANG = ("代办", "王秀兰", "13800138000", "1")
TOLD = ("楼上天天漏水没人管", "枫桥路8号", "跳过", "1", "跳过")
WANG = Helped(name="王秀兰", phone="13800138000", agreed=HowAgreed.IN_PERSON)


async def test_the_report_says_for_whom_and_how_they_agreed():
    worker = Resident(helps=True)

    summary = await worker.says_in_turn(*FOR_WANG, *TOLD)
    filed = await worker.says("确认")

    assert summary.startswith("替王秀兰反映（13800138000，当面同意）")
    assert worker.intent(FileReport).helped == WANG
    assert errands.SMS_SENT in filed


async def test_who_is_no_grid_worker_hears_how_to_become_known():
    resident = Resident()

    assert await resident.says("代办") == errands.NOT_BOUND
    assert resident.talk.state == ""


async def test_without_a_number_the_worker_tells_the_resident():
    worker = Resident(helps=True)

    filed = await worker.says_in_turn("代报", "王秀兰", "跳过", "2", *TOLD, "确认")

    told_for = worker.intent(FileReport).helped
    assert told_for == Helped(name="王秀兰", phone="", agreed=HowAgreed.BY_PHONE)
    assert errands.NO_SMS in filed


async def test_what_is_no_name_no_number_and_no_consent_is_asked_again():
    worker = Resident(helps=True)

    name = await worker.says_in_turn("代办", "13800138000")
    phone = await worker.says_in_turn("王秀兰", "不记得了呀")
    agreed = await worker.says_in_turn("13800138000", "应该可以吧")

    assert name.startswith(errands.NOT_A_NAME)
    assert phone.startswith(errands.NOT_A_PHONE)
    assert agreed.startswith(errands.SAY_HOW)


@pytest.mark.parametrize("said", ["当面同意", "委托书", "你们在不在", "不知道"])
async def test_an_answer_to_another_question_is_no_name(said):
    worker = Resident(helps=True)

    assert (await worker.says_in_turn("代办", said)).startswith(errands.NOT_A_NAME)


async def test_a_report_begun_anew_is_still_for_the_same_resident():
    worker = Resident(helps=True)

    await worker.says_in_turn(*FOR_WANG, "说错了人家的事", "重新开始", *TOLD, "确认")

    assert worker.intent(FileReport).helped == WANG


async def test_danger_told_for_a_resident_belongs_to_the_resident():
    worker = Resident(helps=True)

    await worker.says_in_turn(*FOR_WANG, "她儿子拿着刀说要杀了她")

    assert worker.intent(RaiseAlarm).helped == WANG


async def test_after_filing_the_worker_reports_for_themselves_again():
    worker = Resident(helps=True)
    await worker.says_in_turn(*FOR_WANG, *TOLD, "确认")
    worker.intents.clear()

    await worker.says_in_turn("我要反映纠纷", *TOLD, "确认")

    assert worker.intent(FileReport).helped is None


async def test_the_code_of_the_workbench_is_typed_in_the_chat_also_within_a_report():
    worker = Resident()
    await worker.says("我要反映纠纷")

    told = await worker.says("绑定 ０1234567")

    assert worker.intent(BindStaff).code == "01234567"
    assert told == f"{errands.BOUND}\n\n{chat.WHAT_HAPPENED}"
    assert worker.talk.state == Asked.WHAT


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("当面同意", HowAgreed.IN_PERSON),
        ("当面说的", HowAgreed.IN_PERSON),
        ("电话里同意", HowAgreed.BY_PHONE),
        ("２", HowAgreed.BY_PHONE),
    ],
)
async def test_consent_is_understood_in_the_words_of_the_choices(words, how):
    worker = Resident(helps=True)

    asked = await worker.says_in_turn(*FOR_WANG[:-1], words)
    await worker.says_in_turn(*TOLD, "确认")

    assert asked == chat.WHAT_HAPPENED
    assert worker.intent(FileReport).helped == Helped(
        name="王秀兰", phone="13800138000", agreed=how
    )


async def test_a_written_mandate_is_asked_for_and_goes_with_the_report():
    worker = Resident(helps=True)

    asked = await worker.says_in_turn(*FOR_WANG[:-1], "写了委托书")
    kept = await worker.sends(kind=MessageKind.IMAGE, media_id="wx-mandate")
    await worker.says_in_turn(*TOLD, "确认")

    assert asked == errands.MANDATE
    assert kept == f"{errands.MEDIUM_KEPT}\n\n{chat.WHAT_HAPPENED}"
    assert len(worker.intent(FileReport).report.media) == 1


async def test_a_picture_sent_before_the_story_is_not_lost():
    worker = Resident(helps=True)

    await worker.says_in_turn(*FOR_WANG[:-1])
    kept = await worker.sends(kind=MessageKind.IMAGE, media_id="wx-1")
    await worker.says_in_turn("1", *TOLD, "确认")

    assert kept == f"{errands.MEDIUM_KEPT}\n\n{errands.IS_IT_AGREED}"
    assert len(worker.intent(FileReport).report.media) == 1


async def test_an_invented_number_is_only_a_number_in_the_demo():
    worker, in_demo = Resident(helps=True), Resident(helps=True, demo=True)

    refused = await worker.says_in_turn("代办", "王秀兰", "12000000001")
    taken = await in_demo.says_in_turn("代办", "王秀兰", "12000000001")

    assert refused.startswith(errands.NOT_A_PHONE)
    assert taken == errands.IS_IT_AGREED


@pytest.mark.parametrize("asked", ["我的案件", "进度"])
async def test_a_grid_worker_is_led_to_what_they_reported_for_others(asked):
    answer = await Resident(helps=True).answered(kind=MessageKind.TEXT, text=asked)

    assert answer.reply.text == chat.HELPED_AT_DESK
    assert [link.url for link in answer.reply.links] == ["https://mediate.example/desk"]
