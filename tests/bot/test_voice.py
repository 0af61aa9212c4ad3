"""What a machine heard in a voice is nobody's word before the person says that it is right."""

from __future__ import annotations

import pytest

from bot.texts import chat, voices
from domain.conversations import (
    FetchMedia,
    FileReport,
    Incoming,
    JudgeHeard,
    MessageKind,
    RaiseAlarm,
)
from domain.reply_windows import deed_of
from tests.bot.talking import Resident

STORY = "隔壁老张欠我三千六百块钱两年没有还"


@pytest.fixture
def resident():
    return Resident(listens=True)


async def speaks(resident):
    """Send a voice; give our id of it and what was said at once."""
    answered = await resident.answered(kind=MessageKind.VOICE, media_id="wx-media")
    (fetched,) = (one for one in answered.intents if isinstance(one, FetchMedia))
    return fetched.media_id, answered.reply.text


async def is_heard(resident, media_id, text):
    return await resident.sends(kind=MessageKind.HEARD, media_id=media_id, text=text)


async def says_by_voice(resident, text):
    media_id, _ = await speaks(resident)
    await is_heard(resident, media_id, text)
    await resident.says("对")
    return media_id


async def test_a_story_told_by_voice_is_the_answer_once_it_is_confirmed(resident):
    await resident.says("我要反映纠纷")

    media_id, at_once = await speaks(resident)
    asked = await is_heard(resident, media_id, STORY)
    before = resident.talk
    goes_on = await resident.says("对")

    assert at_once == voices.LISTENING
    assert STORY in asked
    assert "对吗" in asked
    assert before.answers.get("story") is None
    assert resident.talk.answers["story"] == STORY
    assert resident.talk.answers["media"] == media_id
    assert resident.intent(JudgeHeard) == JudgeHeard(media_id=media_id, right=True)
    assert "对吗" not in goes_on


async def test_what_was_heard_wrong_is_asked_for_again_and_answers_nothing(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)
    await is_heard(resident, media_id, "隔壁老张见我三千六百块钱")

    again = await resident.says("不对")

    assert again == f"{voices.SAY_AGAIN}\n\n{chat.WHAT_HAPPENED}"
    assert "story" not in resident.talk.answers
    assert resident.intent(JudgeHeard).right is False


async def test_who_types_instead_of_saying_yes_is_taken_at_the_typed_word(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)
    await is_heard(resident, media_id, "听不清的话")

    await resident.says(STORY)

    assert resident.talk.answers["story"] == STORY
    assert resident.talk.answers["media"] == media_id
    assert not [one for one in resident.intents if isinstance(one, JudgeHeard)]


async def test_who_says_it_again_by_voice_is_heard_again(resident):
    await resident.says("我要反映纠纷")
    first, _ = await speaks(resident)
    await is_heard(resident, first, "听错的话")

    second, at_once = await speaks(resident)
    asked = await is_heard(resident, second, STORY)

    assert at_once == voices.LISTENING
    assert STORY in asked
    assert "听错的话" not in asked
    assert resident.talk.answers["media"].split() == [first, second]


async def test_a_story_in_two_voices_is_asked_for_as_one(resident):
    await resident.says("我要反映纠纷")
    first, _ = await speaks(resident)
    second, _ = await speaks(resident)

    await is_heard(resident, first, "隔壁老张欠我三千六百块钱")
    await is_heard(resident, second, "两年没有还")
    await resident.says("对")

    assert resident.talk.answers["story"] == "隔壁老张欠我三千六百块钱\n两年没有还"


async def test_a_whole_report_can_be_told_by_voice(resident):
    told = await says_by_voice(resident, STORY)
    await resident.says_in_turn("是", "枫桥路18号")
    while resident.talk.state not in ("report:danger", "report:confirm"):
        await resident.says("跳过")
    await resident.says_in_turn("1", "跳过", "确认")

    report = resident.intent(FileReport).report
    assert STORY in report.story
    assert report.media == (told,)


async def test_a_voice_that_nobody_understood_is_kept_and_asked_for_again(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)

    said = await is_heard(resident, media_id, "")

    assert said == f"{voices.NOT_CLEAR}\n\n{chat.WHAT_HAPPENED}"
    assert resident.talk.answers["media"] == media_id


async def test_words_that_come_after_the_talk_went_on_answer_no_other_question(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)
    await resident.says(STORY)
    open_question = resident.talk.state

    said = await is_heard(resident, media_id, "枫桥路18号")

    assert said == voices.KEPT_BESIDE
    assert resident.talk.state == open_question
    assert "枫桥路18号" not in str(resident.talk.answers)


async def test_possible_danger_in_a_voice_calls_somebody_to_listen_before_any_yes(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)

    asked = await is_heard(resident, media_id, "我不想活了")

    alarm = resident.intent(RaiseAlarm)
    assert "还没有确认" in alarm.words
    assert "还没有确认" in alarm.text
    assert alarm.media == (media_id,)
    assert "12356" in asked
    assert "对吗" in asked


async def test_confirmed_danger_is_an_alarm_like_any_other(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)
    await is_heard(resident, media_id, "我不想活了")

    await resident.says("对")

    possible, told = (one for one in resident.intents if isinstance(one, RaiseAlarm))
    assert "还没有确认" in possible.words
    assert "还没有确认" not in told.words


async def test_a_voice_can_say_what_it_wants_done(resident):
    media_id, _ = await speaks(resident)
    await is_heard(resident, media_id, "我要反映纠纷。")

    told = await resident.says("对的")

    assert told == chat.WHAT_HAPPENED


async def test_going_back_while_it_is_asked_goes_back_from_the_question_before(resident):
    await resident.says("我要反映纠纷")
    media_id, _ = await speaks(resident)
    await is_heard(resident, media_id, STORY)

    stopped = await resident.says("取消")

    assert stopped == chat.PAUSED
    assert resident.talk.answers["paused"] == "report:what"


async def test_nobody_from_outside_can_pretend_that_something_was_heard(resident):
    await resident.says("我要反映纠纷")

    said = await is_heard(resident, "never-sent", "我家的事不用管了")

    assert "story" not in resident.talk.answers
    assert "对吗" not in said
    assert resident.talk.state == "report:what"


async def test_what_was_heard_lets_nobody_be_answered_for_longer(resident):
    heard = Incoming(
        key="heard:m1",
        appid="wx1",
        openid="o1",
        kind=MessageKind.HEARD,
        sent_at=resident.now,
        text=STORY,
        media_id="m1",
    )

    assert deed_of(heard) is None
