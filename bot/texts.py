"""Every sentence the bot says and every word it listens to, in plain Chinese, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from types import MappingProxyType

from domain.conversations import CaseLine, Known

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
CANCEL = ("取消", "停止", "不说了", "退出", "算了")
CONFIRM = ("确认", "确定", "提交", "对", "对的", "是", "是的", "没错", "没问题")
AMEND = ("修改", "更正", "改一下", "说错了", "写错了")
CHANGE = ("修改", "改", "更正", "不对", "有错", "改一下")
SKIP = ("跳过", "没有", "没有了", "无", "不知道", "不清楚", "不想说")
DONE = ("跳过", "没有", "没有了", "无", "好了", "完了", "发完了", "就这些", "可以了")
SAFE = ("1", "没有", "没", "无", "否", "不是", "安全", "没有危险", "没人", "没有人", "暂时没有")
UNSAFE = ("2", "有", "是", "是的", "有危险", "有人有危险", "有人")
MY_CASES = ("我的案件", "我的纠纷", "查进度", "进度", "查询", "查案件", "办得怎么样了")
HUMAN = ("人工", "转人工", "人工服务", "找人", "找工作人员", "我要找人")
HELP = ("帮助", "菜单", "你好", "您好", "在吗", "怎么用", "help", "?", "？")

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
WELCOME = (
    "您好，这里是综治中心。\n"
    "有纠纷想找人调解，请回复“我要反映纠纷”，我会一步一步问您。\n"
    "查进度请回复“我的案件”。\n"
    "想和工作人员说话，请回复“人工”。"
)
HELP_WORDS = (
    "您可以回复：\n"
    "“我要反映纠纷”：把事情告诉我们\n"
    "“我的案件”：看办到哪一步了\n"
    "“人工”：请工作人员联系您"
)
UNFINISHED = "您上次的反映还没有说完，说过的都留着。回复“继续”接着说，回复“重新开始”从头来。"
CASE_OF_CODE = "这是这件事的进度，点开就能看。"
CASE_LINK = "查看进度"
OPEN_LINK = "现在打开"

# Going back and forth.
PAUSED = "好的，先停下。您说过的都留着，想接着说的时候回复“继续”就行，过几天也可以。"
GOING_ON = "好的，我们接着说。"
FIRST_QUESTION = "这已经是第一个问题了。"
NOTHING_OPEN = "现在没有正在说的事。"
CANNOT_READ = "这个我看不懂，请您换一种方式回答。"
NOT_SUPPORTED = "这种消息我还看不懂，请您打字告诉我。"
PICTURE_BEFORE_WORDS = "要交图片或语音，请先回复“我要反映纠纷”，说完事情以后再发。"

# Reporting.
ALREADY_ASKING = "我们正在说这件事，请接着回答。"
WHAT_HAPPENED = "请说说发生了什么事？\n什么时候、和谁、为了什么，用您自己的话说就行。"
SAY_IT_HERE = "想说什么，就直接在这里写给我们，我们看得到。"
TELL_MORE = "请再说详细一点，好让工作人员明白是什么事。"
TOO_LONG = "太长了，我记不下。请分成重点说，不要超过4000个字。"
WHERE_WAS_IT = "事情发生在哪里？\n请写地址，比如“枫桥路18号”，也可以点“+”发送位置。"
WHO_IS_INVOLVED = "还牵涉到谁？\n请写对方的姓名、电话，知道多少写多少。不知道就回复“跳过”。"
WHO_WITH_YOU = (
    "请写下您的姓名和电话，还有对方的姓名、电话，知道多少写多少。\n不想说可以回复“跳过”。"
)
IN_DANGER = "现在有人有危险吗？比如被打、受伤、想不开。\n回复“1”没有，回复“2”有。"
SAY_ONE_OR_TWO = "请回复“1”没有危险，或者“2”有危险。"
PICTURES = "有照片、合同、聊天记录或语音吗？请一张一张发过来。\n没有就回复“跳过”。"
TEXT_BESIDES = "材料我收下了，会交给调解员看。请再打字回答："
ENOUGH_PICTURES = "材料已经够多了，其余的可以当面交给调解员。"
PICTURE_OR_DONE = "请发图片或语音，发完了回复“好了”，没有就回复“跳过”。"
PLACE_NOTED = "位置我记下了。"
WHICH_ITEM = (
    "要改哪一项？请回复数字：\n1 事情经过\n2 地点\n3 有关的人\n4 有没有危险\n5 图片和语音（重新发）"
)
SAY_A_NUMBER = "请回复1到5中的一个数字。"
CONFIRM_OR_CHANGE = "请回复“确认”或者“修改”。"
NO_PLACE_WORDS = "已发送位置"
NOT_TOLD = "没有说"
FILED = "已经登记好了，您的编号是：\n{case_number}"
SAME_CASE = "您说的都加进去了，和刚才登记的是同一件事，编号还是：\n{case_number}"
WHAT_FOLLOWS = (
    "综治中心24小时内决定是否受理，受理后安排调解员，有进展会在这里告诉您。\n"
    "点下面的网址随时看进度，不用记编号。"
)
DANGER_TOLD = "有"
TOLD_OF_DANGER = "本人说有人有危险"
SAFE_TOLD = "没有"

# Human and cases.
NO_CASES = "您还没有反映过事情。要反映请回复“我要反映纠纷”。"
NOT_FILED_YET = "您正在说的这件事还没有登记，说过的都留着。接着回答，最后回复“确认”就登记好了。"
MORE_CASES = "只列出最近的几件，其余的请打电话问我们。"

MARKS = str.maketrans("<>{}", "＜＞｛｝")  #: what could be taken for more than text
SHOWN_STORY = 160  #: characters of a long answer that a summary repeats
SHOWN_CASES = 5


def pictures_kept(count: int) -> str:
    """Say how many pictures and voices we have, and how to go on."""
    return f"收到，一共{count}份。还有就接着发，发完了回复“好了”。"


def summary(
    *, story: str, notes: str, place: str, others: str, danger: str, media: int, begun: str = ""
) -> str:
    """Repeat everything told, so that the person can say yes or correct it."""
    lines = [
        "请您看一遍，对不对？",
        f"1 事情经过：{_shown(story)}",
        f"2 地点：{_shown(place) or NO_PLACE_WORDS}",
        f"3 有关的人：{_shown(others) or NOT_TOLD}",
        f"4 有没有危险：{danger}",
        f"5 图片和语音：{media}份",
    ]
    if begun:
        lines.append(f"这些会加到已经登记的{begun}里。")
    if notes:
        lines.append(f"另外您还说：{_shown(notes)}")
    return "\n".join([*lines, "对就回复“确认”，要改就回复“修改”。"])


def help_first(known: Known) -> str:
    """Say what saves lives before anything else."""
    lines = [
        "您说的情况很要紧，请先保证人的安全：",
        "有人正在伤害人、起火：马上打110（火警119）",
        "有人受伤、吃了药：马上打120",
        "心里难受、想不开：打12356，有人听您说，24小时都在",
    ]
    lines.append("{alarm_told}")
    if known.office_phone:
        lines.append(f"也可以直接打{known.office_phone}找我们")
    lines.append("这件事已经登记，编号是：{case_number}")
    return "\n".join(lines)


def filed(known: Known) -> str:
    """Give the number, what comes next and by when, and whom to call."""
    words = f"{SAME_CASE}\n{WHAT_FOLLOWS}" if known.begun else f"{FILED}\n{WHAT_FOLLOWS}"
    if not known.office_phone:
        return words
    return f"{words}\n不想等，可以打电话：{known.office_phone}"


def human(known: Known) -> str:
    """Say that somebody will call, and whom to call now."""
    words = "已经告诉工作人员了，会尽快联系您。"
    if not known.office_phone:
        return words
    return f"{words}\n着急可以直接打电话：{known.office_phone}（{known.hotline_name}）"


def sorry(known: Known) -> str:
    """Own up to a failure of ours, and say what to do."""
    if not known.office_phone:
        return SORRY
    return f"{SORRY}着急请打电话：{known.office_phone}"


SORRY = "对不起，刚才我们这边出了点问题，您说过的都还在。请过一会儿再发一次。"


def case_lines(case: CaseLine, zone: tzinfo) -> str:
    """Tell one case: its number, its state, what comes next and by when."""
    due = f"（{_day(case.due, zone)}前）" if case.due else ""
    return f"{case.number}\n现在：{case.state}\n下一步：{case.next_step}{due}"


def case_link(case: CaseLine) -> str:
    """Name the link to one of several cases."""
    return f"{case.number} {CASE_LINK}"


def open_link(case: CaseLine) -> str:
    """Name the link to the page that waits for the person."""
    return f"{case.number} {OPEN_LINK}"


def _shown(words: str) -> str:
    """Cut a long answer; its mark-up, if it has any, is only text."""
    flat = words.translate(MARKS).strip()
    return flat if len(flat) <= SHOWN_STORY else f"{flat[:SHOWN_STORY]}……"


def _day(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日"


# What people are told by SMS and service notice: ``{...}`` are the facts of the notice.
NOTICE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "answer": "公众号回复了您",
        "case-reported": "有上报等待受理",
        "case-registered": "您反映的事已受理",
        "case-refused": "您反映的事不予受理",
        "case-accepted": "调解员已接单",
        "case-ended": "调解已终止",
        "meeting-fixed": "调解时间已定",
        "meeting-soon": "调解快开始了",
        "meeting-cancelled": "这次调解取消了",
        "review-terms": "请确认协议内容",
        "sign": "请签署调解协议",
        "sign-on-paper": "请到中心签调解协议",
        "original-awaited": "纸质协议等待登记",
        "original-sent-back": "纸质协议的登记被退回",
        "original-to-check": "纸质协议等待核对",
        "declined": "协议没有签成",
        "effective": "调解协议已生效",
        "confirmation-ends": "司法确认快到期",
        "obligation-due": "约定的事到期了",
        "follow-up": "调解回访",
        "rate": "请给服务打分",
        "login-code": "登录验证码",
        "intent-code": "签字验证码",
        "alarm": "有人可能有危险",
        "dispatched": "有案件等待接单",
        "asked-for-human": "有居民要求人工联系",
    }
)

NOTICE_LINES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "answer": (("下一步", "请打开公众号查看"),),
        "case-reported": (("编号", "{number}"), ("下一步", "请尽快到工作台受理")),
        "case-registered": (("编号", "{number}"), ("下一步", "安排调解员"), ("电话", "{phone}")),
        "case-refused": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "case-accepted": (("编号", "{number}"), ("下一步", "约定调解时间"), ("电话", "{phone}")),
        "case-ended": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "meeting-fixed": (("编号", "{number}"), ("时间", "{when}"), ("电话", "{phone}")),
        "meeting-soon": (("编号", "{number}"), ("时间", "{when}"), ("电话", "{phone}")),
        "meeting-cancelled": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "review-terms": (("编号", "{number}"), ("下一步", "看一遍再确认"), ("电话", "{phone}")),
        "sign": (("编号", "{number}"), ("下一步", "打开后手写签名"), ("电话", "{phone}")),
        "sign-on-paper": (
            ("编号", "{number}"),
            ("下一步", "等调解员约时间，带身份证"),
            ("电话", "{phone}"),
        ),
        "original-awaited": (("编号", "{number}"), ("下一步", "签好后到工作台登记原件")),
        "original-sent-back": (("编号", "{number}"), ("原因", "{reason}")),
        "original-to-check": (("编号", "{number}"), ("下一步", "到工作台核对原件")),
        "declined": (("编号", "{number}"), ("原因", "{reason}"), ("电话", "{phone}")),
        "effective": (("编号", "{number}"), ("下一步", "按约定履行"), ("电话", "{phone}")),
        "confirmation-ends": (("编号", "{number}"), ("还剩", "约5天"), ("电话", "{phone}")),
        "obligation-due": (("到期日", "{due}"), ("下一步", "打开看内容"), ("电话", "{phone}")),
        "follow-up": (("编号", "{number}"), ("下一步", "打开说说近况"), ("电话", "{phone}")),
        "rate": (("编号", "{number}"), ("下一步", "打开选满意不满意"), ("电话", "{phone}")),
        "login-code": (("验证码", "{code}"), ("有效", "5分钟")),
        "intent-code": (("验证码", "{code}"), ("有效", "5分钟")),
        "alarm": (("第几位值班", "{turn}"), ("下一步", "马上到工作台接手")),
        "dispatched": (("下一步", "请到工作台接单"),),
        "asked-for-human": (("下一步", "请到工作台联系居民"),),
    }
)

NOTICE_SMS: Mapping[str, str] = MappingProxyType(
    {
        "answer": "公众号回复了您，请打开微信查看。",
        "case-reported": "有一件上报还没有受理，请尽快处理：{url}",
        "case-registered": "您反映的事{number}已受理，接下来安排调解员。看进度：{url}",
        "case-refused": "您反映的事{number}不予受理，原因：{reason}。有疑问请打{phone}。",
        "case-accepted": "您反映的事{number}已有调解员接手，会和您约时间。看进度：{url}",
        "case-ended": (
            "{number}的调解已终止，原因：{reason}。您可以申请仲裁、找有关部门，或者向法院起诉。"
            "问{phone}。"
        ),
        "meeting-fixed": "{number}定于{when}视频调解，到时打开：{url} 不方便请打{phone}。",
        "meeting-soon": "{number}的视频调解{when}开始，请准备好，打开：{url} 不方便请打{phone}。",
        "meeting-cancelled": "{number}的调解取消了，原因：{reason}。会再约时间，问{phone}。",
        "review-terms": "{number}的协议内容请您看一遍，对就确认，不对就告诉调解员：{url}",
        "sign": "{number}调解协议可以签字了，请打开手写签名：{url}",
        "sign-on-paper": (
            "{number}调解协议要在纸上亲笔签，不能在手机上签。调解员会约您带身份证到中心，问{phone}。"
        ),
        "original-awaited": "{number}纸质协议还没有登记签好的原件，签好了请到工作台登记：{url}",
        "original-sent-back": "{number}纸质协议的登记被退回，原因：{reason}。请补好再登记：{url}",
        "original-to-check": "{number}纸质协议的原件已登记，请核对签名、印章：{url}",
        "declined": "{number}协议没有签成，原因：{reason}。会接着谈，问{phone}。",
        "effective": "{number}调解协议已生效，请按约定履行。看协议、验真假：{url}",
        "confirmation-ends": (
            "{number}：双方可以在协议生效后30日内一起向法院申请司法确认，还剩约5天。问{phone}。"
        ),
        "obligation-due": "您的协议里有一件约定的事{due}到期，做完了请打开确认：{url}",
        "follow-up": "{number}调解过后还好吗？请打开说说近况：{url}",
        "rate": "{number}办完了，请给我们的服务打分，只能打一次：{url}",
        "login-code": "登录验证码{code}，5分钟内有效。不要告诉别人，工作人员也不会问您要。",
        "intent-code": (
            "签字验证码{code}，5分钟内有效，填写后协议就签好了。不是您本人在签，请打{phone}。"
        ),
        "alarm": "有人可能有生命危险，请马上接手（第{turn}位值班）：{url}",
        "dispatched": "有一件案件等待接单，请打开工作台：{url}",
        "asked-for-human": "有居民要求人工联系，请到工作台查看并回电。",
    }
)

SMS_SIGNATURE = "【{office}】"  # the carriers want the sender's name in these brackets


def notice_day(day: date) -> str:
    """Tell a day of the near future."""
    return f"{day.month}月{day.day}日"
