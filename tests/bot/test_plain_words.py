"""Whatever the chat says is plain and short, and a word of law is made plain where it stands."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import ModuleType

import pytest

import bot.texts
from bot.texts import (
    asking,
    chat,
    checks,
    danger,
    deeds,
    errands,
    guidance,
    inquiring,
    matters,
    notices,
    privacy,
)
from domain.conversations import MessageKind
from domain.fraud import judge
from domain.helping import HowAgreed
from domain.long_answers import LONG_ANSWER, lead_to_its_page
from domain.matters import Grade
from domain.notices import NoticeKind
from domain.privacy import Wish
from tests.bot.plainly import (
    A_FACT,
    GLANCE,
    IN_A_LINE,
    JARGON,
    LONGEST_SENTENCE,
    SCREEN,
    faults,
    jargon,
    lines_on_a_phone,
)
from tests.bot.talking import NOON, Resident
from tests.bot.test_after_filing import ANSWERED, IN_HAND
from tests.bot.test_deeds import DEBT, LEAK, meeting

KNOWN = replace(Resident(cases=(LEAK,)).known(), alarm_told="正在通知值班的陈晓分")
FRAUD = "这里是公安局，你的银行卡涉嫌洗钱，请把钱转到安全账户核查"
STORY = "楼上天天漏水，说了两次也不管，天花板都掉下来了"

#: Lists to choose from, and what is told at length: a screen, not half of one.
LONGER = frozenset(
    {
        "chat.WELCOME",
        "chat.HELP_WORDS",
        "chat.NOT_UNDERSTOOD",
        "guarding.WHICH_SCOPE",
        "guarding.WHICH_TOPIC",
        "danger.help_first",
        "danger.somebody_reads",
        "privacy.which",
    }
)
#: Told at length: the chat offers to read it aloud.
HEARD = frozenset({"chat.summary", "checks.answer"})
#: What grid workers and staff read in the chat, whose words are of their work.
TO_STAFF = frozenset({"chat.DESK_LINK", "chat.HELPED_AT_DESK"})
STAFF_NOTICES = frozenset(
    {
        NoticeKind.CASE_REPORTED,
        NoticeKind.ORIGINAL_AWAITED,
        NoticeKind.ORIGINAL_SENT_BACK,
        NoticeKind.ORIGINAL_TO_CHECK,
        NoticeKind.ALARM,
        NoticeKind.DISPATCHED,
        NoticeKind.ASKED_FOR_HUMAN,
        NoticeKind.QUESTION_ASKED,
        NoticeKind.MATTER_DUE,
        NoticeKind.MATTER_OVERDUE,
        NoticeKind.MATTER_TOLD_MORE,
        NoticeKind.MATTER_UNSATISFIED,
    }
)
#: Functions that read what people write, or give a name, a number or an address.
SAY_NOTHING = frozenset(
    {
        "asking.question_in",
        "chat.digits",
        "chat.short",
        "chat.shown",
        "chat.clock_time",
        "chat.clock_day",
        "chat.numbered",
        "notices.notice_day",
        "places.with_its_street",
        "places.address_in",
        "privacy.page",
    }
)
EXAMPLES: Mapping[str, Callable[[], str]] = {
    "asking.what_to_ask": lambda: asking.what_to_ask(LEAK),
    "asking.passed_on": lambda: asking.passed_on(LEAK),
    "asking.nobody_to_ask": lambda: asking.nobody_to_ask(KNOWN),
    "chat.pictures_kept": lambda: chat.pictures_kept(3),
    "chat.summary": lambda: chat.summary(
        story=STORY,
        notes="",
        place="枫桥路18号",
        others="王大哥",
        danger="没有",
        media=2,
        more=[("起因和时间", "漏水，从三月开始")],
    ),
    "chat.which_item": lambda: chat.which_item(["起因和时间", "以前的答复"]),
    "chat.place_noted": lambda: chat.place_noted("枫桥镇政府", cell="枫溪村第一网格"),
    "chat.received": lambda: chat.received(MessageKind.IMAGE, chat.KEPT_FOR_HUMAN),
    "chat.filed": lambda: chat.filed(KNOWN),
    "chat.human": lambda: chat.human(replace(KNOWN, open_now=False, office_hours="周一到周五")),
    "chat.first_medium": lambda: chat.first_medium(KNOWN, voice=True),
    "chat.no_room": lambda: chat.no_room(KNOWN),
    "chat.ask_a_human": lambda: chat.ask_a_human(KNOWN),
    "chat.dropped": lambda: chat.dropped(replace(KNOWN, begun=LEAK.number)),
    "chat.kept_for_human": lambda: chat.kept_for_human(KNOWN, telling=False),
    "chat.sorry": lambda: chat.sorry(KNOWN),
    "chat.case_lines": lambda: chat.case_lines(LEAK),
    "chat.which_case": lambda: chat.which_case([LEAK, DEBT]),
    "checks.answer": lambda: checks.answer(judge(FRAUD)),
    "danger.say_it_here": lambda: danger.say_it_here(waits=True, placed=False),
    "danger.are_you_safe": lambda: danger.are_you_safe(said="算了"),
    "danger.back_to_machine": lambda: danger.back_to_machine(waits=True),
    "danger.call_again": lambda: danger.call_again(read=True, of_oneself=True, waits=True),
    "danger.call_briefly": lambda: danger.call_briefly(read=True, of_oneself=True),
    "danger.place_kept": lambda: danger.place_kept("枫桥新村3幢402"),
    "danger.somebody_reads": lambda: danger.somebody_reads(
        KNOWN, said="在吗", waits=True, of_oneself=True, way_out=True
    ),
    "danger.help_first": lambda: danger.help_first(KNOWN),
    "deeds.which_meeting": lambda: deeds.which_meeting(
        [meeting(LEAK, hours=2), meeting(DEBT, days=1)]
    ),
    "deeds.which_paper": lambda: deeds.which_paper([LEAK, DEBT]),
    "deeds.meeting_now": lambda: deeds.meeting_now(LEAK, NOON, phone=A_FACT),
    "deeds.meeting_later": lambda: deeds.meeting_later(LEAK, NOON, phone=A_FACT),
    "deeds.no_meeting": lambda: deeds.no_meeting([LEAK]),
    "deeds.please_sign": lambda: deeds.please_sign(LEAK),
    "deeds.nothing_to_sign": lambda: deeds.nothing_to_sign([LEAK]),
    "deeds.nothing_to_rate": lambda: deeds.nothing_to_rate(KNOWN),
    "deeds.how_was_it": lambda: deeds.how_was_it(LEAK),
    "deeds.thanks": lambda: deeds.thanks(1),
    "errands.on_behalf": lambda: errands.on_behalf("王秀兰", "13800138000", HowAgreed.IN_PERSON),
    "errands.filed_for": lambda: errands.filed_for("王秀兰", "13800138000"),
    "inquiring.about_us": lambda: inquiring.about_us("你们到底管不管", KNOWN),
    "matters.not_answered_yet": lambda: matters.not_answered_yet(IN_HAND),
    "matters.filed": lambda: matters.filed(KNOWN),
    "matters.not_added": lambda: matters.not_added(KNOWN),
    "matters.is_it_there": lambda: matters.is_it_there("枫桥路18号"),
    "matters.summary": lambda: matters.summary(told=STORY, place="枫桥路18号", pictures=2),
    "matters.kept": lambda: matters.kept(2),
    "matters.how_good": lambda: matters.how_good(ANSWERED, doubtful=True),
    "matters.is_it_done": lambda: matters.is_it_done("灯还是不亮", Grade.SATISFIED),
    "matters.which_is_meant": lambda: matters.which_is_meant(ANSWERED.number),
    "matters.matter_lines": lambda: matters.matter_lines(ANSWERED),
    "privacy.which": lambda: privacy.which(frozenset(Wish)),
    "privacy.nothing_held": lambda: privacy.nothing_held(KNOWN, Wish.CONTACT),
    "privacy.before_confirming": lambda: privacy.before_confirming(privacy.DRAFT_GOES),
}


def modules() -> list[ModuleType]:
    """Every file of words of the chat."""
    names = [one.name for one in pkgutil.iter_modules(bot.texts.__path__)]
    return [importlib.import_module(f"bot.texts.{name}") for name in names]


def own(module: ModuleType) -> Iterator[tuple[str, object]]:
    """What a file of words names for others, and did not take from another one."""
    source = inspect.getsource(module)
    for name, found in vars(module).items():
        if not name.startswith("_") and f"\n{name}" in source.replace("\ndef ", "\n"):
            yield f"{module.__name__.rpartition('.')[2]}.{name}", found


def said_in(found: object) -> Iterator[str]:
    """The texts in a constant; a tuple or a set holds what people type."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for one in found.values():
            yield from said_in(one)
    elif isinstance(found, guidance.Extra):
        yield from (found.asks, found.label)


def constants() -> list[tuple[str, str]]:
    """Every constant text of the chat, by its name."""
    return [
        (name, text)
        for module in modules()
        if module is not notices
        for name, found in own(module)
        for text in said_in(found)
    ]


def speaking() -> set[str]:
    """Every function that gives words."""
    return {
        name
        for module in modules()
        for name, found in own(module)
        if inspect.isfunction(found) and found.__annotations__.get("return") == "str"
    }


def of_work(name: str) -> bool:
    return name in TO_STAFF or name.startswith("errands.")


def faults_of(name: str, text: str) -> list[str]:
    """What is wrong with a text; whose work it is reads the words of the work."""
    found = faults(text, longer=name in LONGER, heard=name in HEARD)
    return [one for one in found if one not in set(jargon(text))] if of_work(name) else found


@pytest.mark.parametrize(("name", "text"), constants())
def test_every_text_is_plain_and_short(name, text):
    assert faults_of(name, text) == []


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_text_that_is_put_together_is_plain_and_short(name):
    assert faults_of(name, EXAMPLES[name]()) == []


def test_no_function_that_speaks_goes_unread():
    assert speaking() - SAY_NOTHING == set(EXAMPLES)


@pytest.mark.parametrize("kind", [one for one in NoticeKind if one not in STAFF_NOTICES])
def test_a_notice_to_a_resident_is_plain(kind):
    lines = [f"{label}：{words}" for label, words in notices.NOTICE_LINES[kind]]
    card = "\n".join([notices.NOTICE_TITLES[kind], *lines])

    assert faults(card, longer=True) == []
    assert faults(notices.NOTICE_SMS[kind], longer=True) == []


async def test_the_first_answer_in_danger_stands_on_one_screen():
    resident = Resident()

    told = (await resident.says("他拿着刀来了，说要杀了我")).replace("{", "").replace("}", "")

    assert lines_on_a_phone(told) <= SCREEN
    assert max(map(len, told.splitlines())) <= 2 * IN_A_LINE


@pytest.mark.parametrize("words", [STORY * 8])
async def test_what_is_longer_than_that_can_be_listened_to(words):
    resident = Resident()
    told = ("我要反映纠纷", words, "枫桥路18号", "跳过", "跳过", "1")

    await resident.says_in_turn(*told)
    answer = await resident.answered(kind=MessageKind.TEXT, text="跳过")

    assert len(answer.reply.text) > LONG_ANSWER
    assert [link.title for link in answer.reply.links] == [chat.LISTEN_LINK]
    assert lead_to_its_page(replace(answer.reply, links=()), None, key="m1").links == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("综治中心24小时内决定是否受理。", "受理 ("),
        ("请您登录后上传。", "登录 ("),
        ("双方可以申请司法确认。", "司法确认 ("),
        ("请" * (LONGEST_SENTENCE + 1), "a sentence of 41"),
        ("请您说一说。\n" * (GLANCE + 1), "12 lines"),
        ("请您说一说。" * 30, "180 characters"),
    ],
)
def test_what_is_not_plain_or_not_short_is_found(text, fault):
    assert any(one.startswith(fault) for one in faults(text))


@pytest.mark.parametrize(
    "text", ["您的事归不归我们办（受理），明天告诉您。", "双方可以一起请法院确认（司法确认）。"]
)
def test_a_word_that_is_made_plain_where_it_stands_may_be_said(text):
    assert faults(text) == []


def test_every_word_of_the_list_says_where_it_comes_from():
    assert all(source for source, _ in JARGON.values())


def texts_of(name: str) -> list[str]:
    """The texts of a name."""
    made = [EXAMPLES[name]()] if name in EXAMPLES else []
    return [*made, *(text for one, text in constants() if one == name)]


@pytest.mark.parametrize("name", sorted(LONGER | HEARD))
def test_a_text_is_called_longer_only_if_it_is(name):
    assert max(map(lines_on_a_phone, texts_of(name))) > GLANCE


@pytest.mark.parametrize("name", sorted(TO_STAFF))
def test_a_text_is_called_staff_s_only_for_its_words(name):
    assert [found for text in texts_of(name) for found in jargon(text)] != []
