"""Whoever speaks of mortal danger talks with a human, at any point of any dialogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import chat as texts
from bot.texts import guidance
from domain.conversations import Incoming, MessageKind
from domain.notices import NoticeKind
from tests.bot.office import APPID, an_office, message
from tests.factories import CLERK, ZHAO, a_member

DESPAIR = "我不想活了，你们谁都不管"
FORMS = (
    guidance.OFFER,
    texts.PICTURES,
    texts.PICTURE_OR_DONE,
    texts.WHERE_WAS_IT,
    texts.WHAT_HAPPENED,
    texts.HELP_WORDS,
    texts.UNFINISHED,
    "不是上班时间",
)


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, ZHAO):
                await work.staff.add(a_member(acting))
        yield opened


async def tell(office, *told) -> str:
    reply = None
    for text in told:
        reply = await office.desk.receive(message(text, at=office.clock()))
        office.clock.moves(seconds=1)
    return reply.text if reply else ""


async def the_talk(office):
    (talk,) = await office.hand_overs.listed(CLERK)
    return talk


async def words_for_human(office) -> list[str]:
    return [line.words for line in (await the_talk(office)).lines]


def asks_a_form(told: str) -> list[str]:
    return [form for form in FORMS if form in told]


IN_A_REPORT = ("我要反映纠纷", "隔壁老王占了我家地", "枫桥路18号", "跳过", "跳过", "跳过", "1")
IN_AN_OFFER = ("楼上天天漏水，说了两次也不管",)
IN_A_MATTER = ("民生事项", "门口的路灯坏了")
AT_THE_MENU = ("你好",)
WAITING = ("人工",)


@pytest.mark.parametrize(
    "before", [(), IN_A_REPORT, IN_AN_OFFER, IN_A_MATTER, AT_THE_MENU, WAITING]
)
async def test_danger_told_anywhere_opens_a_talk_and_no_form_asks_on(office, before):
    await tell(office, *before)

    warned = await tell(office, DESPAIR)
    after = [await tell(office, said) for said in ("我在家里", "有没有人啊", "我不会打字", "好了")]

    assert warned.startswith("您说的情况很要紧")
    assert texts.SAY_IT_HERE in warned
    assert asks_a_form("\n".join([warned, *after])) == []
    assert (await words_for_human(office))[-5:] == [
        DESPAIR,
        "我在家里",
        "有没有人啊",
        "我不会打字",
        "好了",
    ]
    assert (await the_talk(office)).danger


async def test_what_was_being_told_goes_on_by_its_word_and_the_human_reads_on(office):
    await tell(office, "我要反映纠纷", "隔壁老王占了我家地")
    await tell(office, DESPAIR, "我在家里")

    asked = await tell(office, "继续")
    await tell(office, "枫桥路18号")

    assert asked.endswith(texts.WHERE_WAS_IT)
    assert (await words_for_human(office))[-2:] == ["继续", "枫桥路18号"]


@pytest.mark.parametrize(
    "said",
    [
        "在吗",
        "你好",
        "人工",
        "我要找人",
        "陈晓分是谁，什么时候来",
        "电话多少",
        "我要反映纠纷",
        "1",
        "10",
    ],
)
async def test_ordinary_words_never_throw_anybody_out_of_it(office, said):
    await tell(office, "再不解决我就和他们同归于尽")

    told = await tell(office, said)
    then = await tell(office, "我心里还是难受")

    assert asks_a_form(told + then) == []
    assert ("12356" in told, "0575-12345678" in told, CLERK.name in told) == (True, True, True)
    assert (await words_for_human(office))[1:] == [said, "我心里还是难受"]


async def test_whoever_does_not_want_to_talk_any_more_is_not_asked_for_a_form(office):
    await tell(office, "绳子都买好了，我不想活了", "我要反映纠纷")

    told = await tell(office, "我不想说了")

    assert told.startswith(texts.NO_NEED_TO_TALK)
    assert asks_a_form(told) == []


@pytest.mark.parametrize("words", ["我不想说了", "算了不说了", "不说了"])
async def test_not_wanting_to_tell_is_no_story(office, words):
    told = await tell(office, "我要反映纠纷", words)

    assert told == texts.STOPPED


async def test_the_next_morning_it_is_still_the_talk_with_a_human(office):
    await tell(office, "我要反映纠纷", DESPAIR)
    office.clock.moves(hours=36)

    told = await tell(office, "你们的人怎么还没来")

    assert asks_a_form(told) == []
    assert CLERK.name in told
    assert (await words_for_human(office))[-1] == "你们的人怎么还没来"


async def test_after_a_human_has_ended_it_the_machine_leads_back_to_one_for_a_day(office):
    await tell(office, "我要反映纠纷", DESPAIR)
    talk = await the_talk(office)
    await office.hand_overs.take(CLERK, talk.id)
    await office.hand_overs.end(CLERK, talk.id)

    told = await tell(office, "我心里还是难受")

    assert asks_a_form(told) == []
    (again, _) = await office.hand_overs.listed(CLERK)
    assert [line.words for line in again.lines] == ["我心里还是难受"]
    assert again.danger


async def test_two_days_after_it_was_ended_the_machine_answers_as_ever(office):
    await tell(office, DESPAIR)
    talk = await the_talk(office)
    await office.hand_overs.take(CLERK, talk.id)
    await office.hand_overs.end(CLERK, talk.id)
    office.clock.moves(days=2)

    assert texts.HELP_WORDS in await tell(office, "在吗")


async def test_a_place_told_to_the_human_is_in_the_case_at_once(office):
    await tell(office, DESPAIR)
    place = Incoming(
        key="p1",
        appid=APPID,
        openid="o-li",
        kind=MessageKind.LOCATION,
        sent_at=office.clock(),
        latitude=30.1251,
        longitude=120.5702,
        label="枫桥镇",
    )

    await office.desk.receive(place)

    assert (await words_for_human(office))[-1] == "枫桥镇（北纬30.12510度，东经120.57020度）"


async def test_danger_while_a_human_has_the_talk_makes_it_one_of_danger(office):
    await tell(office, "人工")
    await office.hand_overs.take(CLERK, (await the_talk(office)).id)

    told = await tell(office, DESPAIR)

    assert "12356" in told
    assert (await the_talk(office)).danger
    assert (await words_for_human(office)) == [DESPAIR]


async def test_whoever_takes_the_alarm_has_the_talk_and_the_person_hears_it(office):
    await tell(office, "人工", DESPAIR)
    talk = await the_talk(office)

    opened = await office.hand_overs.take_alarm(CLERK, talk.case_id)
    silent = await tell(office, "你们什么时候来")

    assert opened == talk.id
    assert silent == ""
    taken = await the_talk(office)
    assert (taken.mine, taken.number[-6:], taken.lines[-1].words) == (
        True,
        "第0001号",
        "你们什么时候来",
    )


async def test_giving_up_in_danger_does_not_end_the_talk_with_the_human(office):
    await tell(office, DESPAIR)
    await office.hand_overs.take_alarm(CLERK, (await the_talk(office)).case_id)

    silent = await tell(office, "算了")

    assert silent == ""
    assert (await the_talk(office)).mine


async def test_the_hot_lines_begin_with_what_helps_first(office):
    despair = await tell(office, "绳子都买好了，我不想活了")
    violence = await office.desk.receive(
        message("他拿着刀来了，说要杀了我", openid="o-other", at=office.clock())
    )

    assert despair.index("120") < despair.index("12356") < despair.index("110")
    assert violence is not None
    assert violence.text.index("110") < violence.text.index("120")


async def test_talks_about_danger_stand_first_in_the_list(office):
    await office.desk.receive(message("人工", openid="o-other", at=office.clock()))
    office.clock.moves(minutes=5)
    await tell(office, DESPAIR)

    listed = await office.hand_overs.listed(CLERK)

    assert [one.danger for one in listed] == [True, False]


async def test_who_is_on_duty_is_not_called_twice_for_one_alarm(office):
    await tell(office, DESPAIR, "有没有人啊")

    async with office.store.read() as work:
        jobs = [one for one in await office.store.waiting_jobs() if hasattr(one, "notice_id")]
        called = [(await work.notices.get(one.notice_id)).kind for one in jobs]
    assert called == [NoticeKind.ALARM]


async def test_a_picture_for_the_human_is_fetched(office):
    await tell(office, DESPAIR)

    await office.desk.receive(
        replace(message("", at=office.clock()), kind=MessageKind.IMAGE, media_id="p1")
    )

    assert (await the_talk(office)).lines[-1].media_id
