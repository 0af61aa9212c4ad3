"""What people say, and hear, about daily-life matters (民生事项)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.texts.chat import MARKS, NO_PLACE_WORDS, RIGHT_OR_NOT, clock_day, numbered
from domain.conversations import Known, MatterLine
from domain.matters import Grade

MATTER = ("民生事项", "民生", "反映民生", "反映民生事项", "12345", "报修", "我要报修")
OFFER = (
    "这件事我们登记，交给有关单位办，可以吗？\n可以就回复“1”。\n不是要反映，回复“2”。\n"
    "和别人有纠纷、要请调解员，回复“3”。"
)
RATHER_A_DISPUTE = ("3", "三", "纠纷", "请调解员", "要调解", "调解")

WHAT = "是什么事？请一句话写清楚，比如“门口的路灯半个月不亮了”。\n不说了就回复“取消”。"
WHERE = "在哪里？\n请写地址，比如“枫桥路18号门口”。\n也可以发位置：点输入框右边的“＋”，再点“位置”。"
PICTURES = "有照片吗？请一张一张发过来。\n没有就回复“跳过”。"
QUARREL = (
    "听起来是人和人之间的事，可以请调解员帮着谈，不收钱。\n"
    "请调解员就回复“1”。\n只是要单位来修、来管，就回复“2”。"
)
AS_DISPUTE = ("1", "请调解员", "纠纷", "调解", "是", "是的", "好", "好的")
AS_MATTER = ("2", "不是", "不用", "不用调解", "不", "民生事项")
SAY_WHICH = "请回复“1”请调解员，或者“2”要单位来管。"
MORE_PLEASE = "请再写清楚一点，是什么事。"
PICTURE_FIRST = "照片收到了。"
PICTURE_BESIDES = "照片收到了，请接着回答："
ENOUGH = "照片已经够多了。"
PICTURE_OR_SKIP = "请发照片，发完了回复“好了”，没有就回复“跳过”。"
WHICH_ITEM = "要改哪一项？请回复数字：\n1 什么事\n2 在哪里\n3 照片（再补或重新发）"
SAY_A_NUMBER = "请回复1到3中的一个数字。"
IN_WORDS = "这个我看不懂，请打字告诉我，照片可以直接发。"
FILED = (
    "登记好了，编号是：\n{matter_number}\n"
    "最晚{matter_by}答复您，在这里告诉您。\n"
    "想看办到哪一步，回复“我的案件”，或者点下面的网址。"
)
ADD_HERE = "还有要补充的，直接在这里写、发照片就行。"
ADDED = "加进去了，办的人看得到。"
SAME_MATTER = ("1", "一", "是", "是的", "对", "对的", "刚才那件", "这件事", "同一件")
OTHER_MATTER = ("2", "二", "不是", "不", "不对", "另一件事", "别的事", "另外一件")
ALSO_KEPT = "这句也记下了。"
#: So people say how it went after an answer.
HOW_IT_WENT = re.compile(
    "还是|还没|仍然|师傅|修好|(?:没|不)(?:有人|人)?(?:来|修|弄|办|换|处理|解决|管|清)"
)
MATTER_LINK = "看办到哪一步"

GRADES: Mapping[str, Grade] = MappingProxyType(
    {
        "满意": Grade.SATISFIED,
        "很满意": Grade.SATISFIED,
        "非常满意": Grade.SATISFIED,
        "基本满意": Grade.MOSTLY,
        "还可以": Grade.MOSTLY,
        "不满意": Grade.UNSATISFIED,
        "不太满意": Grade.UNSATISFIED,
        "很不满意": Grade.UNSATISFIED,
    }
)
OFFERED_GRADES = ("满意", "基本满意", "不满意")
HELD = "收到。这件事已经答复了，请先评价。选“3”，您说的就转给办的人。"
#: So people say that it is not done; whoever says so and then 满意 is asked once more.
NOT_DONE = re.compile(
    "还是(?:不|没|坏|老样子|那样|这样)|仍然?(?:不|没)|又(?:坏|不亮|堵|漏)|(?:没|不)(?:有)?(?:修好|弄好|办好|解决|处理好|修|亮)"
)
IS_IT_DONE = (
    "您刚才说“{words}”。要是没办好，回复“3”，退回去重新办。\n真的办好了，再回复一次“{number}”。"
)
WHAT_IS_WRONG = "哪里没办好？请写一句，办的人看得到。\n不想写就回复“跳过”。"
PASSED_ON = "好的，您说的办的人看得到。"
LEFT_AS_IS = "好的，就这样。"
NOT_SO = "\n{matter_reopens}天内发现没办好，回复“不满意”，退回重新办。"
THANKS: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.SATISFIED: f"谢谢您，已经记下：满意。这件事办完了。{NOT_SO}",
        Grade.MOSTLY: f"谢谢您，已经记下：基本满意。这件事办完了。{NOT_SO}",
        Grade.UNSATISFIED: "已经记下：不满意。已经告诉负责人，会联系您。",
    }
)
NOT_ANSWERED_YET = "这件事还没有答复，先不用评价：\n{matter}\n着急回复“人工”，找工作人员。"
RATED_ALREADY = "谢谢您，您的评价先前已经记下了。"
AGAIN = "对不起，没给您办好。已经退回重新办，也告诉了负责人，最晚{matter_by}再答复您。"
TOO_LATE = "这件事已经办完了，不用再评价。还有问题，请回复“民生事项”重新反映。"

NOT_ADDED = (
    "这次的没有加进去：补充得太多了，或者这件事已经办完了。还有问题，请回复“民生事项”重新反映"
)

#: An address that somebody names, at the beginning or after a comma or 在.
ADDRESS = re.compile(
    r"(?:^|[在到，,。])(?P<place>[\u4e00-\u9fff]{2,8}?(?:路|街|村|小区|新村|花园|巷|弄|大道)"
    r"[\d一二三四五六七八九十]+(?:号楼|号|幢|栋|组|弄)"
    r"(?:[\d一二三四五六七八九十]+(?:号楼|号|单元|幢|栋|楼|室))*(?:门口|旁边|对面|楼下)?)"
)


def not_answered_yet(line: MatterLine) -> str:
    """Say by when the answer comes to whoever rates before it."""
    return NOT_ANSWERED_YET.format(matter=matter_lines(line))


def filed(known: Known) -> str:
    """Give the number, by when it is answered, where to look, and whom to call."""
    phone = f"\n不想等，可以打电话：{known.office_phone}" if known.office_phone else ""
    return f"{FILED}{phone}"


def not_added(known: Known) -> str:
    """Say that an addition was not kept, and what to do instead."""
    phone = f"，或者打电话：{known.office_phone}" if known.office_phone else ""
    return f"{NOT_ADDED}{phone}"


def is_it_there(place: str) -> str:
    """Ask whether the address that was named is the place."""
    words = f"就在“{place}”吗？\n是就回复“1”。\n"
    return f"{words}不是，请写地址，或者发位置：点输入框右边的“＋”，再点“位置”。"


def summary(*, told: str, place: str, pictures: int) -> str:
    """Repeat what was told, so that the person can say yes or correct it."""
    return "\n".join(
        [
            "请您看一遍，对不对？",
            f"什么事：{told.translate(MARKS)}",
            f"在哪里：{place.translate(MARKS) or NO_PLACE_WORDS}",
            f"照片：{pictures}份" if pictures else "照片：没有",
            RIGHT_OR_NOT,
        ]
    )


def kept(count: int) -> str:
    """Say how many pictures we have, and how to go on."""
    return f"收到，一共{count}份。还有就接着发，发完了回复“好了”。"


def how_good(line: MatterLine | None, *, doubtful: bool = False) -> str:
    """Ask how good an answer is; whoever said that it is not done reads 不满意 first."""
    about = f"{line.number}的" if line else ""
    good, mostly, bad = numbered(OFFERED_GRADES).splitlines()
    choices = [bad, good, mostly] if doubtful else [good, mostly, bad]
    return "\n".join([f"{about}答复您满意吗？请回复数字：", *choices])


def is_it_done(words: str, grade: Grade) -> str:
    """Repeat what was said of the answer before a grade that says otherwise is kept."""
    number = 1 if grade is Grade.SATISFIED else 2
    return IS_IT_DONE.format(words=words.translate(MARKS), number=number)


def which_is_meant(number: str) -> str:
    """Ask whether what was written is about a matter, or is another one."""
    about = f"您说的是{number}这件事吗？" if number else "您说的是上次那件事吗？"
    return f"{about}\n是这件事，回复“1”。\n是另一件事，回复“2”。"


def matter_lines(line: MatterLine) -> str:
    """Tell one matter: its number, its state, what was answered, what comes next and by when."""
    due = f"（最晚{clock_day(line.due)}）" if line.due else ""
    lines = [line.number, f"现在：{line.state}"]
    if line.answer:
        lines.append(f"答复：{line.answer.translate(MARKS)}")
    if line.reason:
        lines.append(f"原因：{line.reason.translate(MARKS)}")
    lines.append(f"下一步：{line.next_step.translate(MARKS)}{due}")
    return "\n".join(lines)
