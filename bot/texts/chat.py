"""What people type in the chat, and what the bot says to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.conversations import CaseLine, Known, MatterLine, MessageKind

# What people type.
BEGIN_REPORT = (
    "我要反映纠纷",
    "反映纠纷",
    "我要反映",
    "我想反映",
    "我想反映纠纷",
    "我想上报",
    "我想投诉",
    "我想调解",
    "我要反应纠纷",
    "我要反应",
    "我要反应问题",
    "我要反映问题",
    "我想反映问题",
    "反映问题",
    "反应问题",
    "反应纠纷",
    "我要报案",
    "报案",
    "我要上报",
    "上报纠纷",
    "我要上报纠纷",
    "我有纠纷",
    "我要投诉",
    "我要调解",
    "申请调解",
)
START_OVER = ("重新开始", "重新反映", "重来")
GO_ON = ("继续", "接着说")
BACK = ("返回", "上一步", "后退")
CANCEL = (
    "取消",
    "停止",
    "不说了",
    "我不说了",
    "我不想说了",
    "不想说了",
    "算了不说了",
    "算了，不说了",
    "算了我不说了",
    "算了，我不说了",
    "算了不想说了",
    "算了，不想说了",
    "退出",
    "算了",
    "算了吧",
)
DROP = ("1", "一", "删掉", "删", "删除", "不要", "不要了", "确认", "确定", "对", "是", "是的")
KEEP = ("2", "二", "留着", "先留着", "不", "不是", "不删", "别删", "要", "取消", "返回")
THANKS = re.compile(
    r"(?:好的?|行|嗯|知道了|明白了|收到)?[，,。！! ]*"
    r"(?:谢谢|多谢|感谢|非常感谢|太感谢|谢了|辛苦|麻烦)"
    r"(?:你们|您们|大家|你|您|同志|师傅|老师|调解员|工作人员)?(?:了|啊|啦|呀|哈)*"
)
CONFIRM = ("确认", "确定", "提交", "对", "对的", "是", "是的", "没错", "没问题")
AMEND = ("修改", "更正", "改一下", "说错了", "写错了")
CHANGE = ("修改", "改", "更正", "不对", "有错", "改一下")
SKIP = ("跳过", "没有", "没有了", "无", "不知道", "不清楚", "不想说")
DONE = (
    "跳过",
    "没有",
    "没有了",
    "无",
    "好了",
    "完了",
    "发完了",
    "就这些",
    "可以了",
    "好",
    "好的",
    "行",
)
#: Commands and nods: whoever answers a question with them has told nothing for the file.
NO_TESTIMONY = frozenset(
    (*CONFIRM, *AMEND, *CHANGE, *SKIP, *DONE, *DROP, *KEEP, *GO_ON, *BACK, *CANCEL, *START_OVER)
) | {
    "撤回同意",
    "没有危险",
    "有危险",
    "安全",
    "好",
    "好的",
    "行",
    "嗯",
    "嗯嗯",
    "哦",
    "可以",
    "算了不说了",
}
GREETINGS = (
    *("有人吗", "有人在吗", "在不在", "你们在不在", "在吗", "人呢", "喂"),
    *("早上好", "下午好", "晚上好"),
)
IS_A_QUESTION = re.compile(
    r"[?？]$|(?:什么时候|啥时候|几时|多久).{0,8}(?:来|管|处理|解决|办)|怎么还(?:不|没)来"
)
A_NUMBER = re.compile(r"\d{7}")  #: a phone's, in whatever words
SAFE = (
    "1",
    "没有",
    "没",
    "无",
    "否",
    "不是",
    "安全",
    "没有危险",
    "没人",
    "没有人",
    "暂时没有",
    "没危险",
    "没事",
    "不急",
    "还好",
)
UNSAFE = ("2", "有", "是", "是的", "有危险", "有人有危险", "有人")
_TO_SEE = ("查进度", "查询", "查案件", "查我的案件", "看案件", "看我的案件", "看进度")
MY_CASES = (
    *("我的案件", "我的事项", "我的民生事项", "我的纠纷", "进度", "办得怎么样了"),
    *(f"{wish}{deed}" for wish in ("", "我要", "我想", "我想要") for deed in _TO_SEE),
)
HUMAN = ("人工", "转人工", "人工服务", "找人", "找工作人员", "我要找人")
LARGE = ("大字", "大字版", "字太小", "看不清", "字大一点", "放大", "大点字", "字大点", "字大些")
SHOW_BEFORE = ("给看", "给他看", "给她看", "可以看")
END_HUMAN = ("结束人工", "不用人工了", "结束对话")
HELP = ("帮助", "菜单", "你好", "您好", "你好啊", "您好啊", "在吗", "怎么用", "help", "?", "？")

# The menu below the chat.
MENU: Mapping[str, object] = MappingProxyType(
    {
        "button": [
            {"type": "click", "name": "反映纠纷", "key": "REPORT"},
            {"type": "click", "name": "我的案件", "key": "MY_CASES"},
            {"type": "click", "name": "找人工", "key": "HUMAN"},
        ]
    }
)

# First words and help.
#: What can be done here, each by its number, and what one would write for it.
MENU_BY_NUMBER: Mapping[str, str] = MappingProxyType(
    {
        "反映一件事": "我要反映纠纷",
        "路灯、垃圾、停水这类事": "民生事项",
        "看我的案件": "我的案件",
        "问调解员": "问调解员",
        "进入调解室": "进入调解室",
        "看协议、签字": "签字",
        "评价": "评价",
        "查消息是不是诈骗": "查诈骗",
        "字太小，要大字": "大字",
        "找人工": "人工",
    }
)
_BY_NUMBER = "\n".join(f"{at} {words}" for at, words in enumerate(MENU_BY_NUMBER, 1))
#: 个人信息保护法 17: said before anything is kept.
ONLY_FOR_THIS = "您发的只用来办您的事；存什么、怎么删，回复“我的信息”。"
WELCOME = f"您好，这里是综治中心。有事直接写给我们，或者回复数字：\n{_BY_NUMBER}\n\n{ONLY_FOR_THIS}"
HELP_WORDS = f"您要办什么？回复数字就行：\n{_BY_NUMBER}\n也可以直接把事情写给我们。"
HELP_WITHIN = "我们正在说一件事。回复“返回”改上一个，“取消”先停下，“人工”找工作人员。"
NOT_UNDERSTOOD = f"这句我没听懂。{HELP_WORDS}"
LARGE_PRINT = (
    "点下面的网址，网页就是大字。\n微信里的字也能放大：我、设置、通用、字体大小，往右拉就行。"
)
LARGE_PRINT_LINK = "大字版"
LISTEN_LINK = "看大字、听一听"
UNFINISHED = (
    "您上次的反映还没有说完，说过的都留着。\n"
    "这次是新的一件事，回复“1”。\n接着上次的，回复“2”。\n上次的不要了，回复“取消”。"
)
ONE_MORE = ("1", "一", "新的", "新的一件事", "是新的", "另一件事")
THE_SAME = ("2", "二", "接着上次的", "接着上次", "上次的")
STILL_UNFINISHED = "您先前没说完的那件事还留着，想接着说就回复“继续”。"
TOO_MANY_UNFINISHED = "您已经有两件没说完的事，请先把一件说完，或者回复“取消”不要了，再说新的。"
ASK_A_HUMAN = "不知道怎么选，就回复“人工”，找工作人员{phone}。"
CASE_OF_CODE = "这是这件事的进度，点开就能看。"
CASE_LINK = "查看进度"
OPEN_LINK = "现在打开"
OPEN_PAGES = {"room": "进入调解室", "sign": "看协议、签名", "rate": "评价"}

# Going back and forth.
PAUSED = "好的，先停下。您说过的都留着，想接着说的时候回复“继续”就行，过几天也可以。"
STOPPED = "好的，这个不办了。"
DROP_IT = "您上次的反映还没有说完，真的不要了吗？\n不要了，删掉，回复“1”。\n先留着，回复“2”。"
DROP_MATTER = (
    "您上次的民生事项还没有说完，真的不要了吗？\n不要了，删掉，回复“1”。\n先留着，回复“2”。"
)
WHICH_GOES_ON = (
    "您有两件事没有说完，都留着。接着说哪一件？请回复数字：\n1 民生事项\n2 先前说的那件事"
)
THE_MATTER = ("1", "一", "民生事项")
THE_REPORT = ("2", "二", "先前说的那件事", "反映纠纷", "纠纷")
DROPPED_FIRST = "好的，先前说的那件事删掉了。您的民生事项还留着，想接着说就回复“继续”。"
DROPPED = "好的，没说完的都删掉了。以后有事，随时写给我们。"
GOES_ON = "已经登记的{number}照常办理，不受影响。"
KEPT = "好的，都留着。想接着说的时候，回复“继续”。"
NODS = (
    *("对", "对的", "是", "是的", "没错", "没问题", "好", "好的", "行", "可以", "嗯", "嗯嗯", "哦"),
    *("知道了", "明白了", "收到", "确认", "确定"),
)  #: with these nothing is said
WRITE_ANY_TIME = "好的。有事随时写给我们。"
YOU_ARE_WELCOME = "不客气。有事随时写给我们。"
GOING_ON = "好的，我们接着说。"
FIRST_QUESTION = "这已经是第一个问题了。"
LEFT_BESIDE = "好的。"
NUMBER_OF_LIST = "请回复前面的数字，比如“1”。不看了就回复“取消”。"
NOTHING_OPEN = "现在没有正在说的事。"
CANNOT_READ = "这个我看不懂，请您换一种方式回答。"
NOT_SUPPORTED = "这种消息我还看不懂，请您打字告诉我。"
PICTURE_BEFORE_WORDS = "要交图片或语音，请先回复“我要反映纠纷”，说完事情以后再发。"
FIRST_VOICE = "语音收到了，先给您留着。我听不懂语音，请您写几个字：是什么事？"
FIRST_PICTURE = "图片收到了，先给您留着。请您写几个字：是什么事？"
NO_WRITING = "不方便写字，请回复“人工”"
KEPT_WITH_STOPPED = "收到了，和您没说完的那件事放在一起。"

# Reporting.
ALREADY_ASKING = "我们正在说这件事，请接着回答。"
WHAT_HAPPENED = (
    f"请说说发生了什么事？\n什么时候、和谁、为了什么，用您自己的话说就行。\n\n{ONLY_FOR_THIS}"
)
TELL_MORE = "请再说详细一点，好让工作人员明白是什么事。"
TOO_LONG = "太长了，我记不下。请分成重点说，不要超过4000个字。"
NO_ROOM = (
    "您已经说了很多，都记着；刚才这一条记不下了。\n"
    "请先把前面的交上来，其余的打电话告诉我们：{phone}"
)
WHERE_WAS_IT = (
    "事情发生在哪里？\n请写地址，比如“枫桥路18号”。\n也可以发位置：点输入框右边的“＋”，再点“位置”。"
)
WHO_IS_INVOLVED = "还牵涉到谁？\n请写对方的姓名、电话，知道多少写多少。不知道就回复“跳过”。"
WHO_WITH_YOU = (
    "请写下您的姓名和电话，还有对方的姓名、电话，知道多少写多少。\n不想说可以回复“跳过”。"
)
IN_DANGER = "现在有人有危险吗？比如被打、受伤、想不开。\n回复“1”没有，回复“2”有。"
NO_ANSWER = "这句我没有当作回答记下来，请您再答一次："
LEFT_EMPTY = "这一项先空着，最后看一遍的时候还能改。"
LEFT_AS_IT_WAS = "这一项没有改，还是您原来说的。"
NO_PLACE_TOLD = "没有说明"
SAY_ONE_OR_TWO = "请回复“1”没有危险，或者“2”有危险。"
PICTURES = "有照片、合同、聊天记录或语音吗？请一张一张发过来。\n没有就回复“跳过”。"
PICTURES_KEPT = (
    "您发过的{count}份都留着。再补就接着发，要换掉就回复“重新发”。\n不用了，回复“好了”。"
)
SEND_ANEW = ("重新发", "重发", "换掉", "重新拍")
TEXT_BESIDES = "材料我收下了，会交给调解员看。请再打字回答："
ENOUGH_PICTURES = "材料已经够多了，其余的可以当面交给调解员。"
PICTURE_OR_DONE = "请发图片或语音，发完了回复“好了”，没有就回复“跳过”。"
WHICH_ITEM = (
    "要改哪一项？请回复数字：\n1 事情经过\n2 地点\n3 有关的人\n4 有没有危险\n"
    "5 图片和语音（再补或重新发）"
)
ANEW = "请发新的。新的收到以后，才换掉原来的{count}份。\n不换了，回复“好了”。"
SAY_A_NUMBER = "请回复上面的一个数字。"
RIGHT_OR_NOT = "对就回复“1”，交上来。\n要改就回复“2”。"
CONFIRM_OR_CHANGE = "请回复“1”或者“2”。"
#: 1 is yes to every question, also to this one.
YES_TO_ALL = ("1", "一", "好", "好的", "行", "可以")
NOT_ALL = ("2", "二")
POINT_ON_MAP = "地图上的一个点"
NO_PLACE_WORDS = "已发送位置"
NOT_TOLD = "没有说"
FILED = "已经登记好了，您的编号是：\n{case_number}"
SAME_CASE = "您说的都加进去了，和刚才登记的是同一件事，编号还是：\n{case_number}"
WHAT_FOLLOWS = (
    "综治中心24小时内看这件事归不归我们办，归我们办就安排调解员。\n"
    "有进展会在这里告诉您。点下面的网址随时看进度，不用记编号。"
)
DANGER_TOLD = "有"
TOLD_OF_DANGER = "本人说有人有危险"
SAFE_TOLD = "没有"

# Human and cases.
HUMAN_ASKED = "已经告诉工作人员了，有人接了会在这里告诉您姓名，请稍等。"
HUMAN_LATER = "现在不是上班时间（{hours}）。您的话已经留给工作人员，上班后在这里回您。"
RECEIVED = MappingProxyType({MessageKind.IMAGE: "图片收到了。", MessageKind.VOICE: "语音收到了。"})
KEPT_FOR_HUMAN = "收到，您写的工作人员看得到，有人接了会在这里回您。"
KEPT_FOR_LATER = "收到，您写的都留给工作人员了，上班后（{hours}）在这里回您。"
NOT_WAITING = "不等了请回复“取消”，要办别的事请回复“帮助”。"
REPORT_WAITS = "要接着说刚才的事，请回复“继续”。"
NOBODY_ASKED = "好的，不找工作人员了。"
SHOW_BEFORE_TOO = "要把您前面说的话也给工作人员看，请回复“给看”。"
SHARED = "{shared}"
HUMAN_ENDED = "和工作人员的对话结束了，现在由机器回答您。还要找人，请回复“人工”。"
NO_CASES = (
    "您还没有反映过事情。要反映请回复“我要反映纠纷”。\n"
    "收到过调解的短信，或者打电话反映过，点下面的网址验证手机号码，就能在这里看到。"
)
HELPED_AT_DESK = "您自己没有反映过事情。您替居民代办的，在工作台里看。"
DESK_LINK = "打开工作台"
BY_NUMBER_LINK = "用手机号码找我的事"
NOT_FILED_YET = "您正在说的这件事还没有登记，说过的都留着。接着回答，最后回复“确认”就登记好了。"
MORE_CASES = "只列出最近的几件，其余的请打开网页看，或打电话问我们。"

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")  # legal days of the whole country are days of this zone
NUMBERS = "一二三四五六七八九"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
MARKS = str.maketrans("<>{}", "＜＞｛｝")  #: what could be taken for more than text
SHOWN_STORY = 160  #: characters of a long answer that a summary repeats
SHOWN_CASES = 5
SHOWN_IN_LIST = 12  #: characters of what a matter in a list is about


def pictures_kept(count: int) -> str:
    """Say how many pictures and voices we have, and how to go on."""
    return f"收到，一共{count}份。还有就接着发，发完了回复“好了”。"


def summary(
    *,
    story: str,
    notes: str,
    place: str,
    others: str,
    danger: str,
    media: int,
    more: Sequence[tuple[str, str]] = (),
    begun: str = "",
) -> str:
    """Repeat everything told, so that the person can say yes or correct it."""
    lines = [
        "请您看一遍，对不对？",
        f"事情经过：{shown(story)}",
        f"地点：{shown(place) or NO_PLACE_WORDS}",
        f"有关的人：{shown(others) or NOT_TOLD}",
        f"有没有危险：{danger}",
        f"图片和语音：{media}份",
    ]
    lines += [f"{label}：{shown(told) or NOT_TOLD}" for label, told in more]
    if begun:
        lines.append(f"这些会加到已经登记的{begun}里。")
    if notes:
        lines.append(f"另外您还说：{shown(notes)}")
    return "\n".join([*lines, RIGHT_OR_NOT])


def which_item(labels: Sequence[str]) -> str:
    """Ask which answer is wrong, also among the questions that only this matter has."""
    return "\n".join([WHICH_ITEM, *(f"{at} {label}" for at, label in enumerate(labels, 6))])


def place_noted(label: str, *, cell: str) -> str:
    """Say a point back in words: its name, and the grid cell it lies in."""
    words = f"位置我记下了：{shown(label) or POINT_ON_MAP}"
    return f"{words}，属于{cell}。" if cell else f"{words}。"


def numbered(choices: Sequence[str]) -> str:
    """List what can be answered by number."""
    return "\n".join(f"{at} {choice}" for at, choice in enumerate(choices, 1))


def received(kind: MessageKind, words: str) -> str:
    """Say first that a picture or voice came; of other messages nothing more."""
    came = RECEIVED.get(kind)
    return f"{came}\n{words.removeprefix('收到，')}" if came else words


def filed(known: Known) -> str:
    """Give the number, what comes next and by when, and whom to call."""
    words = f"{SAME_CASE}\n{WHAT_FOLLOWS}" if known.begun else f"{FILED}\n{WHAT_FOLLOWS}"
    if not known.office_phone:
        return words
    return f"{words}\n不想等，可以打电话：{known.office_phone}"


def human(known: Known) -> str:
    """Say when somebody comes, whom to call now, and how to show what was said before."""
    lines = [HUMAN_ASKED if known.open_now else HUMAN_LATER.format(hours=known.office_hours)]
    if known.office_phone:
        lines.append(f"着急可以直接打电话：{known.office_phone}（{known.hotline_name}）")
    return "\n".join([*lines, SHOW_BEFORE_TOO])


def first_medium(known: Known, *, voice: bool) -> str:
    """Say that it is kept, ask for a few words, and give a way to whoever can't write."""
    call = f"，或者打电话：{known.office_phone}" if known.office_phone else "。"
    return f"{FIRST_VOICE if voice else FIRST_PICTURE}\n{NO_WRITING}{call}"


def no_room(known: Known) -> str:
    """Say that this message could not be kept, and what was told before is."""
    return NO_ROOM.format(phone=known.office_phone)


def ask_a_human(known: Known) -> str:
    """Say how somebody who finds no answer to a question reaches a human."""
    call = f"，或者打电话：{known.office_phone}" if known.office_phone else ""
    return ASK_A_HUMAN.format(phone=call)


def dropped(known: Known, *, matter_stays: bool = False) -> str:
    """Say that what was not finished is gone, and what an alarm made of it is not."""
    gone = DROPPED_FIRST if matter_stays else DROPPED
    return f"{gone}\n{GOES_ON.format(number=known.begun)}" if known.begun else gone


def kept_for_human(known: Known, *, telling: bool) -> str:
    """Say who reads it and when, whom to call now, and how to do something else."""
    lines = [KEPT_FOR_HUMAN]
    if not known.open_now:
        lines = [KEPT_FOR_LATER.format(hours=known.office_hours)]
    if known.office_phone:
        lines.append(f"着急请打电话：{known.office_phone}")
    return "\n".join([*lines, REPORT_WAITS if telling else NOT_WAITING])


def sorry(known: Known) -> str:
    """Own up to a failure of ours, and say what to do."""
    if not known.office_phone:
        return SORRY
    return f"{SORRY}着急请打电话：{known.office_phone}"


SORRY = "对不起，刚才我们这边出了点问题，您说过的都还在。请过一会儿再发一次。"


def case_lines(case: CaseLine) -> str:
    """Tell one case: its number, its state, what comes next and by when, who has it in hand."""
    due = f"（{_day(case.due)}前）" if case.due else ""
    if case.meeting_at:
        due = f"（{clock_time(case.meeting_at)}）"
    lines = [case.number, f"现在：{case.state}", f"下一步：{case.next_step}{due}"]
    if case.who:
        lines.append(f"经办人：调解员{case.who}")
    return "\n".join(lines)


def which_case(cases: Sequence[CaseLine | MatterLine]) -> str:
    """Ask which case or matter is meant."""
    shown = [f"{_known_as(case)} {case.state}" for case in cases]
    words = f"您有{len(cases)}件事，是哪一件？请回复数字：\n{numbered(shown)}"
    return f"{words}\n{MORE_CASES}" if len(cases) >= SHOWN_CASES else words


def _known_as(case: CaseLine | MatterLine) -> str:
    """Name it by what was told, where that is known: nobody remembers a number."""
    told = case.told if isinstance(case, MatterLine) else ""
    return f"{short(case)}（{told[:SHOWN_IN_LIST].strip('，。、… ')}）" if told else short(case)


def short(case: CaseLine | MatterLine) -> str:
    """Name a case in a line."""
    return case.number


def digits(said: str) -> str:
    """Read a number as people write it: ２, 二, 第2个."""
    plain = said.strip("第个件号条项，。 ").translate(_FULL_WIDTH)
    return str(NUMBERS.index(plain) + 1) if plain and plain in NUMBERS else plain


def clock_time(moment: datetime) -> str:
    """Tell an hour of the near future."""
    local = moment.astimezone(LEGAL_ZONE)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def shown(words: str) -> str:
    """Cut a long answer; its mark-up, if it has any, is only text."""
    flat = words.translate(MARKS).strip()
    return flat if len(flat) <= SHOWN_STORY else f"{flat[:SHOWN_STORY]}……"


def clock_day(moment: datetime) -> str:
    """Tell a day of the near future."""
    return _day(moment)


def _day(moment: datetime) -> str:
    local = moment.astimezone(LEGAL_ZONE)
    return f"{local.month}月{local.day}日"
