"""Whoever speaks of mortal danger talks with a human, at any point of any dialogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import chat as texts
from bot.texts import danger as danger_texts
from bot.texts import guidance
from domain.conversations import AskHuman, EndHuman, Incoming, MessageKind
from domain.handovers import HandOverState
from domain.notices import NoticeKind
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.bot.office import APPID, a_staffed_office, message, tell
from tests.bot.talking import Resident
from tests.factories import CLERK

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
    async with a_staffed_office(url) as opened:
        yield opened


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
    assert danger_texts.SAY_IT_HERE in warned
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


@pytest.mark.parametrize("at_danger", [False, True])
async def test_who_cried_for_help_is_not_asked_afterwards_if_anybody_is_in_danger(
    office, at_danger
):
    await tell(office, "我要反映纠纷", "隔壁老王占了我家地", "枫桥路18号")
    await tell(office, *(["跳过"] * 3 if at_danger else []))
    await tell(office, "我在桥上，我不想活了")

    told = [await tell(office, "继续")]
    while "对不对" not in told[-1]:
        told.append(await tell(office, "跳过"))
        assert len(told) < 8

    assert not [asked for asked in told if texts.IN_DANGER in asked]
    assert "有没有危险：没有" not in told[-1]


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

    assert told.startswith(danger_texts.NO_NEED_TO_TALK)
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


async def is_ended_by_staff(office) -> None:
    talk = await the_talk(office)
    await office.hand_overs.take_alarm(CLERK, talk.case_id)
    await office.hand_overs.end(CLERK, talk.id, words="人平安")


async def is_ended_by_the_person(office) -> None:
    await office.hand_overs.take_alarm(CLERK, (await the_talk(office)).case_id)
    await tell(office, "结束人工")


@pytest.mark.parametrize("ended", [is_ended_by_staff, is_ended_by_the_person])
@pytest.mark.parametrize("before", [(), ("我要反映纠纷", "隔壁老王占了我家地")])
async def test_after_it_was_ended_ordinary_words_call_nobody(office, ended, before):
    await tell(office, *before, DESPAIR)
    await ended(office)

    told = [
        await tell(office, said)
        for said in ("你好", "查进度", "我的案件", "结束人工", "我心里还是难受", "好的")
    ]

    assert len(await office.hand_overs.listed(CLERK)) == 1
    assert "看到了" not in "".join(told)
    assert texts.HUMAN_ENDED in told[3]
    assert danger_texts.CALL_AGAIN in told[4]
    assert "不是上班时间" not in "".join(told)


@pytest.mark.parametrize("ended", [is_ended_by_staff, is_ended_by_the_person])
@pytest.mark.parametrize(
    ("danger", "first"), [("他拿着刀来了，说要杀了我", "110"), (DESPAIR, "120")]
)
async def test_after_it_was_ended_what_helps_first_stays_first_and_staff_can_read_it(
    office, ended, danger, first
):
    await tell(office, danger)
    await ended(office)

    told = await tell(office, "门口有声音")
    await tell(office, "查进度")

    assert told.index(first) < told.index("12356") < told.index("回复“人工”")
    assert told.index(first) == min(told.index(one) for one in ("110", "120", "12356"))
    assert (await words_for_human(office))[-1] == "门口有声音"
    assert len(await office.hand_overs.listed(CLERK)) == 1


async def test_after_it_was_ended_a_talk_about_something_else_takes_no_more(office):
    await tell(office, "人工")
    talk = await the_talk(office)
    await office.hand_overs.take(CLERK, talk.id)
    await office.hand_overs.end(CLERK, talk.id)

    await tell(office, "门口有声音")

    assert await words_for_human(office) == []


async def test_after_it_was_ended_a_dispute_can_be_reported(office):
    await tell(office, DESPAIR)
    await is_ended_by_staff(office)

    assert await tell(office, "我要反映纠纷") == texts.WHAT_HAPPENED
    assert len(await office.hand_overs.listed(CLERK)) == 1


@pytest.mark.parametrize("said", [DESPAIR, "人工", "你们什么时候来"])
async def test_after_it_was_ended_whoever_calls_for_somebody_is_led_back(office, said):
    await tell(office, "我要反映纠纷", DESPAIR)
    await is_ended_by_staff(office)

    told = await tell(office, said)

    assert asks_a_form(told) == []
    assert "看到了" not in told
    (again, _) = await office.hand_overs.listed(CLERK)
    assert ([line.words for line in again.lines], again.danger) == ([said], True)


ALL_IS_WELL = ("没事了，火灭了，搞错了", "没事了", "我没事", "误会", "结束人工", "取消", "算了")


@pytest.mark.parametrize("said", ALL_IS_WELL)
async def test_whoever_says_that_all_is_well_is_asked_once_and_has_the_machine_back(office, said):
    await tell(office, "我家着火了，救命", said)
    asked = await tell(office, said) if said in texts.CANCEL else danger_texts.ARE_YOU_SAFE

    safe = await tell(office, "1")
    then = [await tell(office, other) for other in ("你好", "查进度", "我要反映纠纷")]

    assert asked.endswith(danger_texts.ARE_YOU_SAFE)
    assert safe == danger_texts.GOOD_TO_HEAR
    assert then[0] == texts.HELP_WORDS
    assert then[2] == texts.WHAT_HAPPENED
    talk = await the_talk(office)
    assert (said in [line.words for line in talk.lines], talk.lines[-1].words) == (True, "1")
    async with office.store.read() as work:
        (case, *_) = (await work.cases.page(EVERYTHING, CaseFilter(), limit=5))[0]
    assert case.alarmed


VIOLENCE = "他拿着刀来了，说要杀了我"
UNCLEAR = ("我难受", "不知道怎么办", "我怕他找来", "我还是想不通，心里堵得慌")


@pytest.mark.parametrize("before", [(), IN_A_REPORT])
@pytest.mark.parametrize("said", UNCLEAR)
@pytest.mark.parametrize(
    ("danger", "first"), [(VIOLENCE, "110"), ("安眠药攒了一瓶，我想死", "120")]
)
async def test_while_the_alarm_rings_unclear_words_of_whoever_was_safe_are_heard(
    office, before, said, danger, first
):
    await tell(office, *before, danger, "没事了", "1")

    told = await tell(office, said)
    again = await tell(office, said)

    assert asks_a_form(told + again) == []
    assert told.startswith(
        {"110": danger_texts.POLICE_FIRST, "120": danger_texts.NURSES_FIRST}[first]
    )
    assert ("回复“人工”" in told, "回复“人工”" in again) == (True, True)
    assert (first in again, len(again) < len(told)) == (True, True)
    assert (await words_for_human(office))[-2:] == [said, said]


async def test_unclear_words_are_heard_as_long_as_the_alarm_rings(office):
    await tell(office, VIOLENCE, "没事了", "1")
    office.clock.moves(days=3)

    assert "110" in await tell(office, "我难受")
    assert (await words_for_human(office))[-1] == "我难受"


async def test_a_place_told_after_being_safe_still_reaches_the_case(office):
    await tell(office, VIOLENCE, "没事了", "1")

    told = await tell(office, "我在医院三楼")

    assert told.startswith(danger_texts.PLACE_KEPT.format(place="我在医院三楼"))
    async with office.store.read() as work:
        (case, *_) = (await work.cases.page(EVERYTHING, CaseFilter(), limit=5))[0]
    assert case.spot is not None
    assert case.spot.words == "我在医院三楼"


@pytest.mark.parametrize("said", ["人工", f"我想跟{CLERK.name}说话"])
async def test_whoever_asks_for_somebody_after_being_safe_is_with_them_again(office, said):
    await tell(office, "安眠药攒了一瓶，我想死", "没事了", "1")

    told = await tell(office, said)

    assert told.startswith("您写的我们看得到")
    assert told.index("120") < told.index("110")
    assert (await tell(office, "我难受")).startswith("您写的我们看得到")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("帮助", texts.HELP_WORDS),
        ("1", texts.WHAT_HAPPENED),
        ("我要反映纠纷", texts.WHAT_HAPPENED),
        ("大字", texts.LARGE_PRINT),
        ("谢谢", texts.YOU_ARE_WELCOME),
        ("没事了", danger_texts.GOOD_TO_HEAR),
        ("楼上天天漏水，说了两次也不管", guidance.OFFER),
    ],
)
async def test_whoever_is_safe_goes_on_with_the_machine(office, said, answer):
    await tell(office, VIOLENCE, "没事了", "1")

    assert answer in await tell(office, said)


@pytest.mark.parametrize("before", [("继续",), ("继续", "枫桥路18号")])
async def test_nobody_in_danger_is_told_that_it_is_over_before_they_are_safe(office, before):
    await tell(office, "我要反映纠纷", "隔壁老王占了我家地", DESPAIR, *before)

    asked = await tell(office, "结束人工")
    safe = await tell(office, "1")

    assert asked == danger_texts.ARE_YOU_SAFE
    assert safe == danger_texts.back_to_machine(waits=True)
    talk = await the_talk(office)
    assert talk.state is HandOverState.WAITING
    assert [line.words for line in talk.lines][-2:] == ["结束人工", "1"]


async def test_whoever_waits_when_danger_is_told_on_a_page_is_not_let_go_unasked():
    resident = Resident()
    await resident.says("人工")
    resident.intents.append(AskHuman(danger=True))  # from a page

    asked = await resident.says("取消")
    safe = await resident.says("1")

    assert asked.endswith(danger_texts.ARE_YOU_SAFE)
    assert safe == danger_texts.GOOD_TO_HEAR
    assert EndHuman() not in resident.intents


async def test_whoever_is_not_safe_stays_with_the_human(office):
    await tell(office, DESPAIR)

    asked = await tell(office, "我没事")
    told = await tell(office, "其实我还是害怕")
    number = await tell(office, "1")

    assert asked == danger_texts.ARE_YOU_SAFE
    assert "12356" in told
    assert "12356" in number
    assert [line.words for line in (await the_talk(office)).lines][-3:] == [
        "我没事",
        "其实我还是害怕",
        "1",
    ]


async def test_whoever_waits_long_is_told_that_nobody_took_it(office):
    await tell(office, DESPAIR)

    soon = await tell(office, "有没有人啊")
    office.clock.moves(hours=9)
    late = await tell(office, "你们的人怎么还没来")

    assert f"正在通知值班的{CLERK.name}" in soon
    assert "正在通知" not in late
    assert f"还在通知值班的{CLERK.name}，没有人接" in late


async def test_a_place_that_was_just_told_is_said_back(office):
    await tell(office, DESPAIR)

    assert (await tell(office, "枫桥路18号")).startswith("地址记下了：枫桥路18号")


async def test_the_way_out_is_told_once(office):
    await tell(office, DESPAIR)

    first, then = await tell(office, "有没有人啊"), await tell(office, "我在等")

    assert (danger_texts.WAY_OUT in first, danger_texts.WAY_OUT in then) == (True, False)


@pytest.mark.parametrize("command", ["我的案件", "查进度", "查诈骗", "大字"])
async def test_what_the_machine_can_answer_it_answers_and_the_human_reads_along(office, command):
    await tell(office, DESPAIR)

    told = await tell(office, command)
    if command == "查诈骗":
        await tell(office, "您的快递丢失，请点击链接登记银行卡号")
    then = await tell(office, "1")

    assert told not in ("", texts.HELP_WORDS)
    assert "您写的我们看得到" not in told
    assert then.startswith("您写的我们看得到")
    heard = [line.words for line in (await the_talk(office)).lines]
    assert (heard[1], heard[-1]) == (command, "1")


async def test_after_a_day_without_a_word_the_person_is_free_and_the_alarm_stays(office):
    await tell(office, DESPAIR)
    for _ in range(3):
        office.clock.moves(hours=20)
        assert (await tell(office, "在吗")).startswith("您写的我们看得到")
    office.clock.moves(hours=25)

    assert texts.HELP_WORDS in await tell(office, "在吗")
    assert (await the_talk(office)).danger


@pytest.mark.parametrize("hours", [0, 30])
async def test_taking_back_never_ends_a_talk_about_danger_that_staff_took(office, hours):
    await tell(office, DESPAIR)
    await office.hand_overs.take_alarm(CLERK, (await the_talk(office)).case_id)
    office.clock.moves(hours=hours)

    asked = await tell(office, "取消")

    assert asked.endswith(danger_texts.ARE_YOU_SAFE)
    assert ((await the_talk(office)).mine, (await words_for_human(office))[-1]) == (True, "取消")


async def test_whoever_is_safe_ends_the_talk_that_they_wanted_to_take_back(office):
    await tell(office, DESPAIR)
    await office.hand_overs.take_alarm(CLERK, (await the_talk(office)).case_id)

    await tell(office, "取消", "我等你们")
    silent = await tell(office, "1")
    ended = await tell(office, "取消", "1")

    assert silent == ""
    assert ended.startswith(texts.HUMAN_ENDED)
    assert not (await the_talk(office)).mine


async def test_a_yes_to_the_machine_does_not_end_what_staff_took_meanwhile(office):
    await tell(office, DESPAIR, "没事了")
    await office.hand_overs.take_alarm(CLERK, (await the_talk(office)).case_id)

    assert await tell(office, "1") == ""
    assert (await the_talk(office)).mine


@pytest.mark.parametrize("place", ["我在家里", "我在阳台"])
@pytest.mark.parametrize("answer", ["没有了", "好了", "跳过", "没有危险"])
async def test_an_answer_is_not_judged_with_the_message_before_it(office, place, answer):
    await tell(office, "我要反映纠纷", "隔壁老王占了我家地", place)

    told = await tell(office, answer)

    assert not told.startswith("您说的情况很要紧")
    assert await office.hand_overs.listed(CLERK) == ()


async def test_what_goes_on_after_an_answer_is_still_judged_with_what_was_before(office):
    await tell(office, "我就是想睡一觉", "好的")

    assert (await tell(office, "十二片不够，我又抠了二十片")).startswith("您说的情况很要紧")


async def test_a_place_that_was_told_is_not_asked_again(office):
    await tell(office, "我要反映纠纷", "隔壁老王占了我家地", "枫桥路18号")

    assert danger_texts.WHERE_ARE_YOU not in await tell(office, DESPAIR)
    assert danger_texts.WHERE_ARE_YOU not in await tell(office, "我要跳楼，绳子也买好了")


async def test_a_place_told_in_danger_is_not_asked_again(office):
    assert danger_texts.WHERE_ARE_YOU in await tell(office, DESPAIR)

    await tell(office, "枫桥路18号")

    assert danger_texts.WHERE_ARE_YOU not in await tell(office, "我要跳楼，绳子也买好了")


async def test_what_helps_first_stays_first_for_the_same_person(office):
    await tell(office, "绳子都买好了，我不想活了")

    calm = await tell(office, "有没有人啊")
    again = await tell(office, "再不解决我就和他们同归于尽")

    for told in (calm, again):
        assert told.index("120") < told.index("12356") < told.index("110")


async def test_two_days_after_it_was_ended_the_machine_answers_as_ever(office):
    await tell(office, DESPAIR)
    talk = await the_talk(office)
    await office.hand_overs.take(CLERK, talk.id)
    await office.hand_overs.end(CLERK, talk.id, words="人平安")
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
