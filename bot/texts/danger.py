"""What people in danger say, and what is said to them: what helps first, who comes, how it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.texts.chat import BEGIN_REPORT, CANCEL, END_HUMAN, POINT_ON_MAP, shown
from domain.conversations import Known

YES_SAFE = (
    *("1", "一", "安全", "安全的", "安全了", "我安全", "很安全", "是", "是的", "对"),
    *("没事", "没事了", "我没事", "我没事了", "没有危险", "没危险", *END_HUMAN),
)
ALL_IS_WELL = re.compile(
    r"没事(?:了|啦|儿|的|$)|我们?都?没事|[搞弄说看打发写]错了?|误会|误报|虚惊|(?:没有?|不)危险"
    r"|我们?(?:现在|已经)?很?安全|闹着玩|开玩笑|火(?:已经)?灭了"
)
#: After a talk about danger no story with these is taken for a report.
FEELS = re.compile(
    r"怕|难受|想不通|想不开|睡不着|哭|心里|心慌|发抖|绝望|不敢|活|死|熬|撑不|受不了|崩溃|救|他又|她又|又来"
)
#: Beside 没事了 these say nothing else; any other words are for the human who reads them.
SAID_BESIDE = re.compile(r"谢|对不起|不好意思|抱歉|麻烦|[不别]用?(?:来|管)|^(?:嗯|哦|好|现在|真的)")
LONGEST_CALL = 30  #: characters
CALLS_FOR_SOMEBODY = re.compile(
    r"(?:什么时候|啥时候|几时|多久|几点).{0,4}(?:来|到)|(?:怎么|咋)?(?:还|都)?(?:没|不)(?:有)?(?:人)?来"
    r"|有(?:没有)?人(?:吗|啊|么|在|来|管|呀|$)|(?:谁|人)(?:会|能|要)?来|来了(?:没|吗)|是谁|在不在|理我|管我"
)
SAY_IT_HERE = "想说什么，就直接在这里写给我们，我们看得到。"
WHERE_ARE_YOU = "您现在在哪里？告诉我们地址，或者发位置，好找到您。"
FORM_WAITS = "刚才填的都留着，想接着填就回复“继续”。"
FORM_BY_WORD = "要把事情填写登记，回复“继续”。"
NO_NEED_TO_TALK = "不想说也没关系，什么时候想说，都可以写在这里。"
NURSES_AND_POLICE = "有危险先打110、120；心里难受打12356，24小时有人听。"
NURSES_FIRST = "受了伤、吃了药先打120；心里难受打12356，24小时有人听。有人伤害您打110。"
ARE_YOU_SAFE = "您现在安全吗？安全回复“1”，不安全就直接写给我们。"
GOOD_TO_HEAR = (
    "好的，平安就好。您说的工作人员看得到，可能还会联系您。\n"
    "要办别的事，直接写给我们，或者回复“帮助”。"
)
CALL_AGAIN = "现在是机器在回答您。要找人说，回复“人工”；要办别的事，回复“帮助”。"
POLICE_FIRST = "有人伤害您，马上打110；受了伤打120；心里难受打12356，24小时有人听。"
READ_ALONG = "您写的，工作人员也看得到。"
CALL_BRIEFLY = "有危险马上打110、120。要找人说，回复“人工”。"
CALL_BRIEFLY_NURSES = "不舒服马上打120，心里难受打12356。要找人说，回复“人工”。"
PLACE_KEPT = "地址记下了：{place}"
WAY_OUT = "没有危险、要办别的事，回复“没事了”。"
POLICE = "有人正在伤害人、起火：马上打110（火警119）"
AMBULANCE = "有人受伤、吃了药：马上打120"
LISTENER = "心里难受、想不开：打12356，24小时有人听"


def say_it_here(*, waits: bool, placed: bool) -> str:
    """Ask where it is unless that was told; say where to write on, and how a form goes on."""
    lines = [*([] if placed else [WHERE_ARE_YOU]), SAY_IT_HERE, *([FORM_WAITS] if waits else [])]
    return "\n".join(lines)


def are_you_safe(*, said: str) -> str:
    """Ask it; to whoever wants to say no more, first that they need not, and who listens."""
    lines = [NO_NEED_TO_TALK, NURSES_FIRST] if said in CANCEL else []
    return "\n".join([*lines, ARE_YOU_SAFE])


def back_to_machine(*, waits: bool) -> str:
    """Say what goes on by itself, and how to go on here."""
    return "\n".join([GOOD_TO_HEAR, *([FORM_WAITS] if waits else [])])


def call_again(*, read: bool, of_oneself: bool, waits: bool) -> str:
    """Say what helps first, how to have a human again, and how to go on with the machine."""
    lines = [NURSES_FIRST if of_oneself else POLICE_FIRST]
    if read:
        lines.append(READ_ALONG)
    lines.append(CALL_AGAIN)
    if waits:
        lines.append(FORM_WAITS)
    return "\n".join(lines)


def call_briefly(*, read: bool, of_oneself: bool) -> str:
    """Say it once more in few words."""
    brief = CALL_BRIEFLY_NURSES if of_oneself else CALL_BRIEFLY
    return f"{READ_ALONG}{brief}" if read else brief


def place_kept(place: str) -> str:
    """Say back where they are; a point has no words."""
    return PLACE_KEPT.format(place=shown(place) or POINT_ON_MAP)


def asks_for(names: Sequence[str], said: str) -> bool:
    """Does a short word name one of those who were called?"""
    return len(said) <= LONGEST_CALL and any(name in said for name in names)


def somebody_reads(known: Known, *, said: str, waits: bool, of_oneself: bool, way_out: bool) -> str:
    """Say that it is read and by whom, how to reach somebody at once, and how to go on."""
    lines = [f"您写的我们看得到。{known.alarm_told}".removesuffix("。") + "。"]
    lines.append(NURSES_FIRST if of_oneself else NURSES_AND_POLICE)
    if known.office_phone:
        lines.append(f"也可以打{known.office_phone}找我们。")
    if way_out:
        lines.append(WAY_OUT)
    if waits:
        lines.append(FORM_WAITS)
    elif said in BEGIN_REPORT:
        lines.append(FORM_BY_WORD)
    return "\n".join(lines)


def says_how_they_feel(said: str) -> bool:
    """Are these words of fear or despair, whatever else they tell?"""
    return FEELS.search(said) is not None


def says_all_is_well(said: str) -> bool:
    """Is it a short word that nothing is the matter, or never was?"""
    clauses = [one for one in re.split(r"[，。！；,.!;\s]+", said) if one]
    if len(said) > LONGEST_CALL or ALL_IS_WELL.search(said) is None:
        return False
    return all(ALL_IS_WELL.search(one) or SAID_BESIDE.search(one) for one in clauses)


def asks_who_comes(said: str) -> bool:
    """Is it a short question for somebody of ours: who, when, is anybody there?"""
    return len(said) <= LONGEST_CALL and CALLS_FOR_SOMEBODY.search(said) is not None


def help_first(known: Known, *, of_oneself: bool = False) -> str:
    """Say what saves lives before anything else; to who may harm themselves not the police."""
    lines = ["您说的情况很要紧，请先保证人的安全："]
    lines += [AMBULANCE, LISTENER, POLICE] if of_oneself else [POLICE, AMBULANCE, LISTENER]
    lines.append("{alarm_told}")
    if known.office_phone:
        lines.append(f"也可以直接打{known.office_phone}找我们")
    lines.append("这件事已经登记，编号是：{case_number}")
    return "\n".join(lines)
