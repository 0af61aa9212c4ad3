"""The offer of a report is no trap: questions and commands are heard in it, and a human is near."""

from __future__ import annotations

import pytest

from bot.texts import chat, guidance, inquiring
from domain.conversations import CaseLine
from tests.bot.talking import Resident
from tests.bot.test_inquiring import OPEN

HOURS = "周一到周五 08:30到17:30"


async def offered(*cases: CaseLine) -> Resident:
    resident = Resident(office_hours=HOURS, cases=cases)
    assert await resident.says("我儿子把我的房子卖掉了") == guidance.OFFER
    return resident


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("电话多少", inquiring.PHONE.format(phone="0575-12345678")),
        ("你们的电话是多少？", inquiring.PHONE.format(phone="0575-12345678")),
        ("调解收费吗", inquiring.COST),
        ("要不要钱", inquiring.COST),
        ("上班时间", inquiring.HOURS.format(hours=HOURS)),
        ("你们几点钟下班呀", inquiring.HOURS.format(hours=HOURS)),
        ("大概要几天", inquiring.HOW_LONG),
        ("你们到底管不管", inquiring.CARES.format(call="，或者打电话：0575-12345678")),
        ("大点字", chat.LARGE_PRINT),
    ],
)
async def test_a_question_beside_the_offer_is_answered_and_is_no_part_of_the_story(asked, told):
    resident = await offered()

    answered = await resident.says(asked)

    assert answered == f"{told}\n\n{guidance.OFFER}"
    assert resident.talk.answers["story"] == "我儿子把我的房子卖掉了"


@pytest.mark.parametrize("asked", ["大概要几天", "要几天能办好呀？", "你们到底管不管", "有人管吗"])
async def test_a_question_about_us_is_no_address_and_nobody_involved(asked):
    resident = Resident()
    where = await resident.says_in_turn("我要反映纠纷", "楼上漏水，天花板坏了，说了两次不管")

    answered = await resident.says(asked)
    await resident.says("枫桥路18号")
    await resident.says(asked)

    assert answered.endswith(where)
    assert resident.talk.answers["place"] == "枫桥路18号"
    assert "others" not in resident.talk.answers


@pytest.mark.parametrize("words", ["您好，我要反应问题", "我 要 反 映 纠 纷", "你好 我要反映"])
async def test_commands_are_heard_with_a_greeting_or_blanks_within(words):
    resident = await offered()

    assert await Resident().says(words) == chat.WHAT_HAPPENED
    assert await resident.says(words) != f"{guidance.OFFER_KEPT}\n\n{guidance.OFFER}"


async def test_whoever_misses_the_answer_twice_is_given_the_number_and_a_human():
    resident = await offered()

    once = await resident.says("我不会打字")
    twice = await resident.says("有没有人管我啊")

    assert once == f"{guidance.OFFER_KEPT}\n\n{guidance.OFFER}"
    assert "0575-12345678" in twice
    assert "人工" in twice


@pytest.mark.parametrize("asked", ["你们什么时候给我处理", "那我这个事怎么样了"])
async def test_somebody_with_a_case_is_told_how_it_stands_also_beside_the_offer(asked):
    resident = Resident(cases=(OPEN,))
    within = await offered(OPEN)

    assert (await resident.says(asked)).startswith(OPEN.number)
    assert (await within.says(asked)).startswith(OPEN.number)


@pytest.mark.parametrize("told", ["老板说要钱没有", "他收钱不办事", "电话号码他换掉了"])
async def test_what_only_sounds_like_a_question_about_us_is_told_on(told):
    resident = await offered()

    assert (await resident.says(told)).startswith(guidance.OFFER_KEPT)
