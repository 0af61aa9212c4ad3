"""docs/bot.md cannot lie: states, commands and facts are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from bot.guidance import Asked
from bot.texts import asking, checks, deeds, errands, guarding, matters, notices, privacy
from bot.texts import chat as texts
from domain.notices import NoticeKind

PAGE = (Path(__file__).parents[2] / "docs" / "bot.md").read_text()


def rows(heading: str) -> list[list[str]]:
    part = PAGE.split(f"{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table is not None
    lines = table.group().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_state_of_a_report_is_described_in_order():
    assert [row[0].strip("`") for row in rows("## States of a report")] == list(Asked)


def test_every_notice_is_described_with_the_facts_its_words_use():
    described = {
        kind: set(re.findall(r"`(\w+)`", facts))
        for kinds, facts in rows("(`office` and `phone` are always there):\n")
        for kind in re.findall(r"`([\w-]+)`", kinds)
    }
    used = {
        kind: set(re.findall(r"{(\w+)}", f"{notices.NOTICE_SMS[kind]}{notices.NOTICE_LINES[kind]}"))
        - {"office", "phone"}
        for kind in NoticeKind
    }

    assert set(described) == set(NoticeKind)
    assert {
        kind: used[kind] - described[kind] for kind in NoticeKind if used[kind] - described[kind]
    } == {}


def test_every_command_of_the_table_is_understood():
    known = {
        "返回": texts.BACK,
        "修改": texts.CHANGE,
        "取消": texts.CANCEL,
        "继续": texts.GO_ON,
        "重新开始": texts.START_OVER,
        "我的案件": texts.MY_CASES,
        "我的信息": privacy.MINE,
        "要副本": privacy.COPY,
        "撤回同意": privacy.TAKE_BACK,
        "问调解员": asking.ASK_MEDIATOR,
        "我的事怎么样了": ("我的事怎么样了",),
        "民生事项": matters.MATTER,
        "代办": errands.FOR_SOMEBODY,
        "绑定": ("绑定",),
        "进入调解室": deeds.ENTER_ROOM,
        "签字": deeds.READ_PAPER,
        "评价": deeds.RATE,
        "大字": texts.LARGE,
        "查一查": checks.CHECK,
        "订阅": guarding.SUBSCRIBE,
        "退订": guarding.UNSUBSCRIBE,
        "家人守护": guarding.GUARD,
        "结束守护": guarding.END_GUARD,
        "人工": texts.HUMAN,
        "给看": texts.SHOW_BEFORE,
        "结束人工": texts.END_HUMAN,
        "帮助": texts.HELP,
        "谢谢": ("谢谢",),
    }
    told = [row[0].split(" ")[0].rstrip(",") for row in rows("## What people can say")]

    assert told[1:-1] == list(known)
    assert all(word in words for word, words in known.items())
    assert told[0] in texts.BEGIN_REPORT
