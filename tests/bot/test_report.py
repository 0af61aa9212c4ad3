"""A resident reports a dispute in the chat."""

from __future__ import annotations

import pytest

from bot.texts import chat as texts
from bot.texts import danger as danger_texts
from bot.texts.voices import VOICE_KEPT
from domain.cases import Spot
from domain.conversations import FetchMedia, FileReport, Link, MessageKind, RaiseAlarm
from domain.danger import alarms
from tests.bot.talking import Resident

STORY = "楼上王大哥家漏水，把我家天花板泡坏了，说了两次他不管。"
TOLD = ("我要反映纠纷", STORY, "枫桥路18号3单元", "王大哥，电话不知道", "1", "跳过")


async def test_the_whole_way_ends_with_a_report_of_everything_told():
    resident = Resident()

    summary = await resident.says_in_turn(*TOLD)
    answer = await resident.answered(kind=MessageKind.TEXT, text="确认")

    assert STORY in summary
    report = resident.intent(FileReport).report
    assert (report.story, report.spot.words) == (STORY, "枫桥路18号3单元")
    assert (report.others, report.danger_told) == ("王大哥，电话不知道", "没有")
    assert "{case_number}" in answer.reply.text
    assert answer.reply.links == (Link(title="查看进度", url="{case_code}"),)
    assert resident.talk.state == ""


@pytest.mark.parametrize("words", ["我要反映纠纷", "反映纠纷。", "我要报案！", " 我要投诉 "])
async def test_close_variants_of_the_first_words_begin_a_report(words):
    assert await Resident().says(words) == texts.WHAT_HAPPENED


async def test_a_tap_on_the_menu_begins_a_report():
    told = await Resident().sends(kind=MessageKind.EVENT, event="click", event_key="REPORT")

    assert told == texts.WHAT_HAPPENED


async def test_every_question_is_asked_once_and_in_order():
    resident = Resident()

    asked = [await resident.says(words) for words in TOLD[:-1]]

    assert asked == [
        texts.WHAT_HAPPENED,
        texts.WHERE_WAS_IT,
        texts.WHO_WITH_YOU,
        texts.IN_DANGER,
        texts.PICTURES,
    ]


@pytest.mark.parametrize(
    ("story", "asked"),
    [
        ("我叫何小妹，我的电话是12000000932，楼上漏水没人管", texts.WHO_IS_INVOLVED),
        ("我叫何小妹，楼上漏水没人管，找了几次都不理", texts.WHO_WITH_YOU),
    ],
)
async def test_who_has_said_name_and_number_is_asked_for_the_others_only(story, asked):
    resident = Resident()

    await resident.says_in_turn("我要反映纠纷", story)

    assert await resident.says("枫桥路18号3单元") == asked


async def test_somebody_we_know_is_not_asked_for_their_own_name():
    resident = Resident(named=True)

    assert await resident.says_in_turn(*TOLD[:3]) == texts.WHO_IS_INVOLVED


async def test_going_back_asks_the_question_before_and_takes_the_new_answer():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY, "枫桥路8号")

    asked = await resident.says("返回")
    await resident.says_in_turn("枫桥路18号", "跳过", "1", "跳过", "确认")

    assert asked == texts.WHERE_WAS_IT
    assert resident.intent(FileReport).report.spot.words == "枫桥路18号"


async def test_to_correct_before_the_summary_asks_the_last_question_again():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY, "枫桥路8号")

    asked = await resident.says("修改")
    await resident.says_in_turn("枫桥路18号", "跳过", "1", "跳过", "确认")

    assert asked == texts.WHERE_WAS_IT
    assert resident.intent(FileReport).report.spot.words == "枫桥路18号"


async def test_who_says_that_somebody_is_in_danger_is_told_on_in_words_that_staff_understand():
    resident = Resident()

    await resident.says_in_turn("我要反映纠纷", STORY, "枫桥路8号", "跳过", "有")

    assert resident.intent(RaiseAlarm).words == "本人说有人有危险"


async def test_there_is_nothing_before_the_first_question():
    resident = Resident()
    await resident.says("我要反映纠纷")

    told = await resident.says("返回")

    assert told == f"{texts.FIRST_QUESTION}\n\n{texts.WHAT_HAPPENED}"


async def test_one_answer_is_corrected_and_the_others_stay():
    resident = Resident()
    await resident.says_in_turn(*TOLD)

    which = await resident.says("修改")
    again = await resident.says("2")
    summary = await resident.says("枫溪村6组")
    await resident.says("确认")

    assert (which, again) == (texts.WHICH_ITEM, texts.WHERE_WAS_IT)
    assert "枫溪村6组" in summary
    report = resident.intent(FileReport).report
    assert (report.story, report.spot.words, report.others) == (
        STORY,
        "枫溪村6组",
        "王大哥，电话不知道",
    )


async def test_going_back_from_a_correction_returns_to_the_summary():
    resident = Resident()
    await resident.says_in_turn(*TOLD, "修改", "3", "返回")

    assert "请您看一遍" in await resident.says("返回")


async def test_a_stopped_report_goes_on_days_later():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY)

    stopped = await resident.says("取消")
    resident.waits(days=9)
    back = await resident.says("继续")
    await resident.says_in_turn("枫桥路18号", "跳过", "1", "跳过", "确认")

    assert stopped == texts.PAUSED
    assert back == f"{texts.GOING_ON}\n\n{texts.WHERE_WAS_IT}"
    assert resident.intent(FileReport).report.story == STORY


async def test_an_old_open_question_is_not_answered_by_accident():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY)

    resident.waits(days=2)
    told = await resident.says("今天天气不错")

    assert told == texts.UNFINISHED
    assert await resident.says("继续") == f"{texts.GOING_ON}\n\n{texts.WHERE_WAS_IT}"


async def test_somebody_with_an_unfinished_report_chooses_to_go_on_or_start_over():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY, "取消")

    offered = await resident.says("我要反映纠纷")
    anew = await resident.says("重新开始")

    assert offered == texts.UNFINISHED
    assert anew == texts.WHAT_HAPPENED
    assert "story" not in resident.talk.answers


async def test_a_place_on_the_map_answers_where():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY)

    asked = await resident.sends(
        kind=MessageKind.LOCATION, latitude=29.71, longitude=120.24, label="枫桥镇政府"
    )
    await resident.says_in_turn("跳过", "1", "跳过", "确认")

    assert asked == f"{texts.place_noted('枫桥镇政府', cell='')}\n\n{texts.WHO_WITH_YOU}"
    spot = resident.intent(FileReport).report.spot
    assert (spot.words, spot.latitude, spot.longitude) == ("枫桥镇政府", 29.71, 120.24)


async def test_pictures_and_voice_are_kept_as_evidence():
    resident = Resident()
    await resident.says_in_turn(*TOLD[:5])

    one = await resident.sends(kind=MessageKind.IMAGE, media_id="wx-picture")
    two = await resident.sends(kind=MessageKind.VOICE, media_id="wx-voice")
    await resident.says_in_turn("好了", "确认")

    assert (one, two) == (texts.pictures_kept(1), texts.pictures_kept(2))
    fetched = [intent for intent in resident.intents if isinstance(intent, FetchMedia)]
    assert [intent.platform_id for intent in fetched] == ["wx-picture", "wx-voice"]
    kept = tuple(intent.media_id for intent in fetched)
    assert resident.intent(FileReport).report.media == kept


async def test_a_voice_instead_of_the_story_is_kept_and_words_are_asked_for():
    resident = Resident()
    await resident.says("我要反映纠纷")

    told = await resident.sends(kind=MessageKind.VOICE, media_id="wx-voice")

    assert told == f"{VOICE_KEPT}\n\n{texts.WHAT_HAPPENED}"
    assert resident.talk.answers["media"] == "id1"


async def test_words_of_danger_in_the_story_raise_the_alarm_and_the_story_counts():
    resident = Resident()
    await resident.says("我要反映纠纷")

    told = await resident.says("他拿着刀在门口，说要杀了我全家")

    assert told.startswith("您说的情况很要紧")
    assert all(number in told for number in ("110", "120", "12356", "0575-12345678"))
    assert "{alarm_told}" in told
    assert "{case_number}" in told
    assert told.endswith(danger_texts.FORM_WAITS)
    assert resident.talk.answers["story"] == "他拿着刀在门口，说要杀了我全家"
    assert resident.intent(RaiseAlarm).text == "他拿着刀在门口，说要杀了我全家"


async def test_danger_in_the_middle_is_kept_and_the_question_waits_for_a_word():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY)

    told = await resident.says("算了，我不想活了")
    asked = await resident.says("继续")
    await resident.says_in_turn("枫桥路18号", "跳过", "1", "跳过", "确认")

    assert "12356" in told
    assert texts.WHERE_WAS_IT not in told
    assert asked.endswith(texts.WHERE_WAS_IT)
    assert alarms(resident.intent(RaiseAlarm).text)[0].kind == "self-harm"
    report = resident.intent(FileReport).report
    assert report.story == f"{STORY}\n算了，我不想活了"
    assert report.spot.words == "枫桥路18号"


async def test_danger_told_by_number_raises_the_alarm():
    resident = Resident()

    told = await resident.says_in_turn(*TOLD[:4], "2")
    asked = await resident.says("继续")

    assert told.startswith("您说的情况很要紧")
    assert texts.PICTURES not in told
    assert asked.endswith(texts.PICTURES)
    assert resident.intent(RaiseAlarm).text == STORY


async def test_danger_told_in_own_words_raises_one_alarm():
    resident = Resident()

    await resident.says_in_turn(*TOLD[:4], "有，他正在打我妈")

    assert (await resident.says("继续")).endswith(texts.PICTURES)
    assert alarms(resident.intent(RaiseAlarm).text)[0].kind == "violence"


async def test_an_alarm_within_a_report_carries_what_was_told_so_far():
    resident = Resident()
    await resident.says_in_turn(*TOLD[:3])
    await resident.sends(kind=MessageKind.IMAGE, media_id="wx-picture")

    await resident.says("他拿着刀来了，说要杀了我")

    alarm = resident.intent(RaiseAlarm)
    assert alarm.story == f"{STORY}\n他拿着刀来了，说要杀了我"
    assert alarm.spot == Spot(words="枫桥路18号3单元")
    assert alarm.media == (resident.intent(FetchMedia).media_id,)


async def test_an_alarm_within_a_matter_carries_what_was_told_of_the_matter():
    resident = Resident()
    await resident.says_in_turn("民生事项", "楼道里的电线老化了", "枫桥路18号3幢")
    await resident.sends(kind=MessageKind.IMAGE, media_id="wx-picture")

    await resident.says("着火了，有人困在里面")

    alarm = resident.intent(RaiseAlarm)
    assert alarm.story == "楼道里的电线老化了\n着火了，有人困在里面"
    assert alarm.spot == Spot(words="枫桥路18号3幢")
    assert alarm.media == (resident.intent(FetchMedia).media_id,)


async def test_nobody_is_sent_where_a_stopped_report_is_about():
    resident = Resident()
    await resident.says_in_turn(*TOLD[:3], "取消")
    await resident.says_in_turn("民生事项", "楼道里的电线老化了")

    await resident.says("着火了，有人困在里面")

    alarm = resident.intent(RaiseAlarm)
    assert (alarm.story, alarm.spot) == ("楼道里的电线老化了\n着火了，有人困在里面", None)


async def test_an_alarm_while_a_matter_waits_belongs_to_it():
    resident = Resident()
    await resident.says_in_turn("民生事项", "楼道里的电线老化了", "枫桥路18号3幢", "取消")

    await resident.says("着火了，有人困在里面")

    assert resident.intent(RaiseAlarm).spot == Spot(words="枫桥路18号3幢")


async def test_an_alarm_with_a_point_on_the_map_carries_it():
    resident = Resident()
    await resident.says_in_turn("民生事项", "楼道里的电线老化了")
    await resident.sends(kind=MessageKind.LOCATION, latitude=30.005, longitude=120.005)

    await resident.says("着火了，有人困在里面")

    spot = Spot(words="", latitude=30.005, longitude=120.005)
    assert resident.intent(RaiseAlarm).spot == spot


async def test_an_alarm_while_a_report_waits_belongs_to_it():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY, "取消")

    await resident.says("我不想活了")

    assert resident.intent(RaiseAlarm).story == f"{STORY}\n我不想活了"


async def test_an_alarm_outside_of_any_report_carries_no_report():
    resident = Resident()

    await resident.says("我不想活了")

    alarm = resident.intent(RaiseAlarm)
    assert (alarm.text, alarm.story, alarm.spot) == ("我不想活了", "", None)


async def test_who_raised_an_alarm_before_is_shown_where_the_report_goes():
    resident = Resident(begun="〔2026〕枫综字第0007号")

    summary = await resident.says_in_turn(*TOLD)
    answer = await resident.answered(kind=MessageKind.TEXT, text="确认")

    assert "这些会加到已经登记的〔2026〕枫综字第0007号里" in summary
    assert answer.reply.text.startswith(texts.SAME_CASE)


async def test_an_unclear_answer_to_danger_is_asked_again():
    assert await Resident().says_in_turn(*TOLD[:4], "嗯") == texts.SAY_ONE_OR_TWO


@pytest.mark.parametrize(("answer", "kept"), [("1", "没有"), ("2", "有")])
async def test_what_is_written_at_the_question_of_danger_is_in_the_file(answer, kept):
    resident = Resident()
    told = await resident.says_in_turn(*TOLD[:4], "他脾气不好，我有点怕")
    await resident.says_in_turn(answer, *(("继续",) if answer == "2" else ()), "跳过", "确认")

    assert told == texts.SAY_ONE_OR_TWO
    assert resident.intent(FileReport).report.danger_told == f"{kept}（他脾气不好，我有点怕）"


async def test_placeholders_in_the_story_stay_the_residents_own_words():
    resident = Resident()
    hostile = "楼上天天漏水没人管 {case_number} ]]></Content><MsgType>news"

    summary = await resident.says_in_turn("我要反映纠纷", hostile, "枫桥路", "跳过", "1", "跳过")
    answer = await resident.answered(kind=MessageKind.TEXT, text="确认")

    assert "]]＞＜/Content＞" in summary
    assert "{case_number} ]]" not in answer.reply.text
    assert resident.intent(FileReport).report.story == hostile


async def test_a_story_too_short_or_too_long_is_asked_again():
    resident = Resident()
    await resident.says("我要反映纠纷")

    assert (await resident.says("唉")).startswith(texts.TELL_MORE)
    assert await resident.says("吵" * 4001) == texts.TOO_LONG


async def test_what_the_bot_cannot_read_leaves_the_question_open():
    resident = Resident()
    await resident.says_in_turn("我要反映纠纷", STORY)

    told = await resident.sends(kind=MessageKind.UNKNOWN)

    assert told == f"{texts.CANNOT_READ}\n\n{texts.WHERE_WAS_IT}"


async def test_a_second_confirmation_files_nothing():
    resident = Resident()
    await resident.says_in_turn(*TOLD, "确认", "确认")

    assert resident.intent(FileReport).report.story == STORY
