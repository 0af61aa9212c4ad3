"""A resident talks with a human in the chat; the machine is silent, danger aside."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.texts import chat as texts
from bot.texts import danger as danger_texts
from domain.conversations import MessageKind
from domain.deadlines import DueKind
from domain.errors import BadInput, IllegalMove, NotFound
from domain.handovers import MOST_LINES, Ending, HandOverState, Line
from domain.notices import NoticeKind
from services.tidings import DESK
from tests.bot.office import APPID, a_staffed_office, message, tell
from tests.factories import CLERK, LI, ZHAO


@pytest.fixture
async def office(url):
    async with a_staffed_office(url) as opened:
        yield opened


async def the_talk(office):
    return (await office.hand_overs.listed(CLERK))[0]


async def asked(office):
    await tell(office, "人工")
    return (await the_talk(office)).id


async def taken(office):
    talk_id = await asked(office)
    await office.hand_overs.take(CLERK, talk_id)
    return talk_id


async def told_person(office, kind):
    """What the person was told of this kind, oldest first."""
    async with office.store.read() as work:
        person = await work.people.by_openid(APPID, "o-li")
        notices = await work.notices.of_person(person.id)
    return [one.facts for one in reversed(notices) if one.kind is kind]


async def act_on(office, kind, talk_id):
    async with office.store.begin() as work:
        (due,) = [one for one in await work.dues.of_subjects([talk_id]) if one.kind is kind]
        assert due.due_at <= office.clock()
        await office.hand_overs.act(work, due)


async def test_who_takes_the_talk_is_named_and_the_answer_reaches_the_chat(office):
    talk_id = await asked(office)

    await office.hand_overs.take(CLERK, talk_id)
    await office.hand_overs.say(CLERK, talk_id, "您好，请说")

    assert [one["name"] for one in await told_person(office, NoticeKind.HUMAN_CAME)] == [CLERK.name]
    (said,) = await told_person(office, NoticeKind.HUMAN_SAID)
    assert (said["name"], said["say"]) == (CLERK.name, "您好，请说")


async def test_the_machine_is_silent_and_the_human_hears(office):
    talk_id = await taken(office)

    silent = await tell(office, "我要反映纠纷", "我的案件")

    assert silent == ""
    assert (await office.talk_of()) == ""
    lines = (await office.hand_overs.view(CLERK, talk_id)).lines
    assert [one.words for one in lines] == ["我要反映纠纷", "我的案件"]


async def test_of_a_very_long_talk_the_newest_lines_stay(office):
    talk_id = await taken(office)

    async with office.store.begin() as work:
        talk = await work.hand_overs.get(talk_id)
        for number in range(MOST_LINES + 1):
            talk = talk.hear(Line(at=office.clock(), words=str(number)))
        await work.hand_overs.save(talk)

    lines = (await office.hand_overs.view(CLERK, talk_id)).lines
    assert len(lines) == MOST_LINES
    assert lines[-1].words == str(MOST_LINES)


async def test_a_shared_card_is_put_before_the_human_by_its_title(office):
    talk_id = await taken(office)
    card = replace(message("", at=office.clock()), kind=MessageKind.CARD, title="协议的照片")

    await office.desk.receive(card)

    assert (await office.hand_overs.view(CLERK, talk_id)).lines[-1].words == "协议的照片"


async def test_words_to_a_human_are_thought_about_once(office):
    await taken(office)
    office.thinker.thought.clear()

    await tell(office, "您好，在吗", "上次说的事怎么样了")

    assert len(office.thinker.thought) == 2


async def test_whoever_ends_it_after_turning_to_something_else_is_waited_for_no_more(office):
    await tell(office, "人工", "我要反映纠纷")
    assert (await the_talk(office)).state is HandOverState.WAITING

    told = await tell(office, "结束人工")

    assert told.startswith(texts.HUMAN_ENDED)
    assert (await the_talk(office)).state is HandOverState.ENDED


async def test_danger_is_heard_by_both(office):
    talk_id = await taken(office)

    told = await tell(office, "他拿着刀来了，说要杀了我")

    assert "110" in told
    assert (await office.hand_overs.view(CLERK, talk_id)).lines[-1].words.startswith("他拿着刀")


async def test_after_words_of_danger_a_human_reads_on_and_answers(office):
    first = await tell(office, "活着没意思，我不想活了")
    talk_id = (await the_talk(office)).id
    second = await tell(office, "没事了，就是心里难受")

    await office.hand_overs.take(CLERK, talk_id)
    third = await tell(office, "谢谢你")

    assert first.endswith(danger_texts.SAY_IT_HERE)
    assert second.startswith("您写的我们看得到")
    assert third == ""
    lines = (await office.hand_overs.view(CLERK, talk_id)).lines
    assert [one.words for one in lines] == [
        "活着没意思，我不想活了",
        "没事了，就是心里难受",
        "谢谢你",
    ]


async def test_after_words_of_danger_a_report_is_begun_only_by_a_word_that_says_so(office):
    await tell(office, "活着没意思，我不想活了")

    told = await tell(office, "我要反映纠纷")
    begun = await tell(office, "继续")
    afterwards = await tell(office, "楼上天天漏水，说了也不听")

    assert told.endswith(danger_texts.FORM_BY_WORD)
    assert begun == texts.WHAT_HAPPENED
    assert afterwards == texts.WHERE_WAS_IT
    lines = (await the_talk(office)).lines
    assert lines[-1].words == "楼上天天漏水，说了也不听"


@pytest.mark.parametrize("wait", [0, 60])
async def test_what_is_said_before_somebody_comes_reaches_them(office, wait):
    asked = await tell(office, "人工")
    talk_id = (await the_talk(office)).id

    office.clock.moves(hours=wait)
    kept = await tell(office, "楼上天天漏水，说了两次也不管")
    await tell(office, "8")
    await office.desk.receive(
        replace(message("", at=office.clock()), kind=MessageKind.IMAGE, media_id="p1")
    )
    await office.hand_overs.take(CLERK, talk_id)
    silent = await tell(office, "谢谢")

    assert asked.endswith(danger_texts.SAY_IT_HERE)
    assert kept.startswith("收到，您写的")
    assert silent == ""
    lines = (await office.hand_overs.view(CLERK, talk_id)).lines
    assert [line.words for line in lines[:2]] == ["楼上天天漏水，说了两次也不管", "8"]
    assert lines[2].media_id
    assert lines[3].words == "谢谢"


async def test_outside_office_hours_one_hears_when_what_was_written_is_read(office):
    kept = await tell(office, "人工", "楼上天天漏水")

    assert "上班后（周一到周五" in kept
    assert "0575-12345678" in kept


async def test_danger_told_while_a_human_is_awaited_is_read_by_them_too(office):
    told = await tell(office, "人工", "他拿着刀来了，说要杀了我")

    assert "110" in told
    assert (await the_talk(office)).lines[-1].words.startswith("他拿着刀")


async def test_after_the_talk_with_a_human_the_next_words_call_nobody_again(office):
    talk_id = await asked(office)
    await office.hand_overs.take(CLERK, talk_id)
    await office.hand_overs.end(CLERK, talk_id)

    offered = await tell(office, "楼上天天漏水，说了两次也不管")

    assert "您是想反映这件事吗" in offered
    assert [one.state for one in await office.hand_overs.listed(CLERK)] == [HandOverState.ENDED]


@pytest.mark.parametrize("word", ["取消", "不用人工了"])
async def test_who_does_not_want_to_wait_takes_the_request_back(office, word):
    talk_id = await asked(office)

    told = await tell(office, word)

    assert told == texts.NOBODY_ASKED
    assert (await office.hand_overs.view(CLERK, talk_id)).state is HandOverState.ENDED
    assert await office.talk_of() == ""


async def test_whoever_asks_for_a_human_within_a_report_goes_on_with_it_by_a_word(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    asking = await office.talk_of()

    kept = await tell(office, "人工", "我不会写地址")
    went_on = await tell(office, "继续")

    assert kept.endswith(texts.REPORT_WAITS)
    assert went_on.endswith(texts.WHERE_WAS_IT)
    assert await office.talk_of() == asking
    assert [line.words for line in (await the_talk(office)).lines] == ["我不会写地址"]


async def test_what_was_said_before_is_shown_only_with_leave(office):
    await tell(office, "楼上天天漏水", "人工")
    talk_id = (await the_talk(office)).id
    assert (await office.hand_overs.view(CLERK, talk_id)).lines == ()

    await tell(office, "给看", "给看")

    lines = (await office.hand_overs.view(CLERK, talk_id)).lines
    assert [one.words for one in lines if one.before] == ["楼上天天漏水"]


async def test_a_picture_is_kept_and_shown_to_the_human_only(office):
    talk_id = await taken(office)
    picture = replace(message("", at=office.clock()), kind=MessageKind.IMAGE, media_id="p1")

    await office.desk.receive(picture)

    (line,) = (await office.hand_overs.view(CLERK, talk_id)).lines
    assert line.media_id
    with pytest.raises(NotFound):
        await office.hand_overs.medium(CLERK, talk_id, "another")
    with pytest.raises(NotFound):
        await office.hand_overs.medium(LI, talk_id, line.media_id)


async def test_two_who_take_it_at_once_are_not_two(office):
    talk_id = await asked(office)

    outcomes: list[object] = await asyncio.gather(
        *(office.hand_overs.take(one, talk_id) for one in (CLERK, ZHAO)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, IllegalMove) for one in outcomes) == 1
    assert len(await told_person(office, NoticeKind.HUMAN_CAME)) == 1


async def test_only_who_took_it_answers_and_ends_it(office):
    talk_id = await taken(office)

    with pytest.raises(NotFound):
        await office.hand_overs.say(ZHAO, talk_id, "您好")
    with pytest.raises(NotFound):
        await office.hand_overs.end(ZHAO, talk_id)
    with pytest.raises(BadInput):
        await office.hand_overs.say(CLERK, talk_id, "好" * 601)


async def test_others_and_other_regions_see_no_talk(office):
    talk_id = await asked(office)
    elsewhere = replace(CLERK, region="888888")

    assert await office.hand_overs.listed(elsewhere) == ()
    for actor in (LI, elsewhere, replace(CLERK, region="")):
        with pytest.raises(NotFound):
            await office.hand_overs.view(actor, talk_id)


@pytest.mark.parametrize("why", [Ending.STAFF, Ending.QUIET, Ending.PERSON])
async def test_afterwards_the_machine_answers_again_and_the_person_knows(office, why):
    talk_id = await taken(office)

    if why is Ending.STAFF:
        await office.hand_overs.end(CLERK, talk_id)
    elif why is Ending.QUIET:
        office.clock.moves(minutes=31)
        await act_on(office, DueKind.QUIET, talk_id)
    else:
        assert await tell(office, "结束人工") == texts.HUMAN_ENDED

    assert (await office.hand_overs.view(CLERK, talk_id)).state is HandOverState.ENDED
    left = await told_person(office, NoticeKind.HUMAN_LEFT)
    assert len(left) == (0 if why is Ending.PERSON else 1)
    assert texts.HELP_WORDS in await tell(office, "帮助")


async def test_whoever_has_a_human_ends_it_by_cancelling_too(office):
    talk_id = await taken(office)

    told = await tell(office, "取消")

    assert told == texts.HUMAN_ENDED
    assert (await office.hand_overs.view(CLERK, talk_id)).state is HandOverState.ENDED


async def test_every_word_puts_the_quiet_end_off(office):
    talk_id = await taken(office)
    office.clock.moves(minutes=29)

    await tell(office, "还在吗")

    async with office.store.read() as work:
        (due,) = await work.dues.of_subjects([talk_id])
    assert due.due_at > office.clock() + timedelta(minutes=29)


async def test_whom_nobody_answers_stands_in_red_and_supervisors_hear_of_it(office):
    talk_id = await asked(office)
    assert not (await the_talk(office)).late
    office.clock.moves(minutes=11)

    assert (await the_talk(office)).late
    assert await office.hand_overs.late(CLERK) == 1
    await act_on(office, DueKind.UNTAKEN, talk_id)
    waiting = [
        job.notice_id for job in await office.store.waiting_jobs() if hasattr(job, "notice_id")
    ]
    async with office.store.read() as work:
        told = [await work.notices.get(one) for one in waiting]
    assert ZHAO.id in {one.to_staff for one in told if one.kind is NoticeKind.ASKED_FOR_HUMAN}


async def test_asking_twice_is_one_request(office):
    await tell(office, "人工", "人工")

    assert len(await office.hand_overs.listed(CLERK)) == 1


async def test_outside_office_hours_the_person_hears_so_with_the_number(office):
    saturday = await tell(office, "人工")
    office.clock.moves(days=2)
    monday = await tell(office, "人工")

    assert "现在不是上班时间（周一到周五" in saturday
    assert "0575-12345678" in saturday
    assert "有人接了会在这里告诉您姓名" in monday


async def test_the_desk_hears_of_it_without_reloading(office):
    await asked(office)

    assert (DESK, {"talk": ""}) in office.bus.told


async def test_a_report_that_was_being_told_goes_on_afterwards(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    asking = await office.talk_of()
    talk_id = await taken(office)
    await tell(office, "您好")

    await office.hand_overs.end(CLERK, talk_id)

    assert await office.talk_of() == asking
