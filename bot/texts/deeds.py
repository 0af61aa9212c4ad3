"""What people say, and hear, about meetings, papers and how satisfied they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.texts.chat import NO_CASES, clock_time, digits, numbered, short
from domain.conversations import CaseLine, Known

ENTER_ROOM = (
    "进入调解室",
    "调解室",
    "进调解室",
    "去调解室",
    "开会",
    "参加调解",
    "进入会议",
    "开庭",
)
READ_PAPER = ("签字", "签名", "签协议", "看协议", "协议", "我要签字", "查看协议", "调解协议")
RATE = ("评价", "打分", "我要评价", "评分", "满意度", "给评价")

STARS: Mapping[int, str] = MappingProxyType(
    {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
)
SATISFIED: Mapping[str, int] = MappingProxyType(
    {
        **{words: stars for stars, words in STARS.items()},
        "非常满意": 5,
        "十分满意": 5,
        "特别满意": 5,
        "挺满意": 4,
        "还可以": 3,
        "不太满意": 2,
        "非常不满意": 1,
    }
)
LONGEST_OPINION = 500
ENTER = "进入调解室"
SIGN = "打开看协议、签名"
NO_MEETING = "现在没有约好的调解。约好了时间，会在这里告诉您。"
RATE_BY_NUMBER = "请先写一个数字，5是很满意，1是很不满意。"
RATED_BEFORE = "这件事您已经评价过了，每件事评价一次就够。谢谢您。"
NOTHING_TO_RATE = "现在没有要评价的事。事情办完了，会请您评价。"
_STARS_FIRST = re.compile(
    r"\s*(?:(?P<stars>[1-5１-５])(?:分|颗?星)?(?![\d个月天年次元块万点])|(?P<han>[一二三四五])(?:分|颗?星)|"
    r"(?P<alone>[一二三四五])\s*$)(?P<words>.*)",
    re.DOTALL,
)
_MARKS = " \t\n，,。.、；;：:！!"


def which_meeting(cases: Sequence[CaseLine]) -> str:
    """Ask which meeting is meant."""
    lines = [f"{short(case)} {clock_time(case.meeting_at)}" for case in cases if case.meeting_at]
    return f"您有几次调解，是哪一次？请回复数字：\n{numbered(lines)}"


def which_paper(cases: Sequence[CaseLine]) -> str:
    """Ask which agreement is meant."""
    return f"您有几份协议，看哪一份？请回复数字：\n{numbered([short(case) for case in cases])}"


def meeting_now(case: CaseLine, starts: datetime, *, phone: str) -> str:
    """Show the way in, and whom to call."""
    words = f"{short(case)}：{clock_time(starts)}视频调解。点下面的网址就能进去。"
    return f"{words}\n进不去请打电话：{phone}" if phone else words


def meeting_later(case: CaseLine, starts: datetime, *, phone: str) -> str:
    """Say when it is; the door opens half an hour before."""
    words = (
        f"{short(case)}：{clock_time(starts)}视频调解。\n开始前半小时再回复“进入调解室”，就能进去。"
    )
    return f"{words}\n时间不方便请打电话：{phone}" if phone else words


def no_meeting(cases: Sequence[CaseLine]) -> str:
    """Say that no meeting is fixed, and what comes next instead."""
    return _instead(NO_MEETING, cases)


def please_sign(case: CaseLine) -> str:
    """Lead to the paper."""
    return f"{short(case)}的协议请您看一遍。\n点下面的网址，对就按提示签名，不对就告诉调解员。"


def nothing_to_sign(cases: Sequence[CaseLine]) -> str:
    """Say how the paper stands, or that there is none yet."""
    papers = [f"{short(case)}：{case.paper}" for case in cases if case.paper]
    if papers:
        return "\n".join(["现在没有要您签的。协议是这样的：", *papers])
    return _instead("现在没有要签的协议。谈好了才写协议，写好会请您看。", cases)


def nothing_to_rate(known: Known) -> str:
    """Say that nothing is to be rated now, or that it was rated before."""
    if any(case.rated for case in known.cases):
        return RATED_BEFORE
    return NOTHING_TO_RATE if known.cases or known.matters or known.helps else NO_CASES


def how_was_it(case: CaseLine | None) -> str:
    """Offer the five numbers; a sentence may follow behind."""
    about = f"{short(case)}办完了。" if case else ""
    return "\n".join(
        [
            f"{about}您满意吗？请回复数字：",
            *(f"{stars} {words}" for stars, words in STARS.items()),
            "想说一句，就写在数字后面，比如“5 谢谢调解员”。",
        ]
    )


def rating_in(text: str) -> tuple[int, str]:
    """Read the number and what stands behind it; 0 without a number."""
    said = text.strip(_MARKS)
    for words in sorted(SATISFIED, key=len, reverse=True):
        if said.startswith(words):
            return SATISFIED[words], said[len(words) :].strip(_MARKS)
    found = _STARS_FIRST.fullmatch(text)
    if found is None:
        return 0, ""
    stars = found["stars"] or found["han"] or found["alone"]
    return int(digits(stars)), found["words"].strip(_MARKS)


def thanks(stars: int) -> str:
    """Thank for the rating; who is not satisfied hears that somebody will look at it."""
    words = f"谢谢您，已经记下：{STARS[stars]}。"
    return words if stars > 2 else f"{words}\n不满意的地方，中心会有人联系您。"  # noqa: PLR2004  # 差评


def _instead(words: str, cases: Sequence[CaseLine]) -> str:
    """Say what is waited for in the cases that go on."""
    lines = [f"{short(case)}下一步：{case.next_step}" for case in cases if not case.over]
    return "\n".join([words, *lines])
