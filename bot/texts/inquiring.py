"""How people ask after a matter that the centre has, in their own words."""

from __future__ import annotations

import re

from domain.conversations import Known

LONGEST = 30  #: characters; who writes more tells something
LONGEST_ASKED = 50
BESIDES = 4  #: characters that may be left of a bare question: 楼上漏水, 和老王

_STATUS = re.compile(
    r"怎么样了?|怎样了|咋样了?|如何了|到哪(?:一|儿)?步了?|到什么程度了?"
    r"|(?:办|弄|处理|解决|受理|安排)(?:得|的|好|完)?(?:怎么样|咋样|如何)?了?(?:没有|没|吗|不)"
    r"|(?:有没有|有没|有|没有|没)(?:结果|消息|进展|回复|答复|回音|下文|动静)了?"
    r"|什么时候(?:才能|才|能|可以|会)?(?:来)?(?:给|帮|替)?(?:我们|我|咱们|咱)?(?:处理|办|弄|解决|办好|办完|有结果|有消息|给答复)|(?:还要|要)(?:等)?多久"
)
_MEETING = re.compile(r"开会|调解|见面|开庭|会议|碰头|坐下来谈")
_WHEN = re.compile(
    r"什么时候|啥时候|几点|哪一?天|几号|何时|什么时间|在哪儿?里?|哪里|地点|怎么(?:进|参加|去)"
)
_SMALL = re.compile(
    r"你好|您好|请问|问一?下|想问|想知道|麻烦|一下|现在|到底|最近|上次|之前|前几天|那天|昨天|已经"
    r"|反映|上报|登记|报|说|投诉|申请|事情|事儿|事|案子|案件|纠纷|调解"
    r"|我们|我家|我|咱们|咱|俺|你们|您|你|的|了|吗|呢|呀|啊|吧|么|那个|这个|那件|这件|那|这|件|是|在|会|开始|视频"
)
_ASKS = re.compile(
    r"[?？]\s*$|(?:吗|呢|么)\s*[。.]?$|要不要|能不能|可不可以|是不是|用不用|需不需要"
)
_ABOUT = re.compile(r"开会|调解|见面|开庭|协议|签字|受理|对方.{0,4}来")
_OURS = r"(?:请问|想问|问下|问一下|你们|您们|您|这里|这边|这儿|综治中心|中心|的|，)*"
_ASKING = r"(?:呀|啊|呢|吗|么|嘛|的)*[?？]?"
_PHONE = re.compile(
    rf"{_OURS}(?:联系|办公|服务|值班|咨询)?(?:电话号码|电话|号码)是?(?:多少|几号|什么|哪个)号?码?{_ASKING}"
    rf"|{_OURS}(?:有没有电话|有电话吗|打什么电话|打哪个电话|怎么打电话|电话怎么打){_ASKING}"
)
_COST = re.compile(
    rf"{_OURS}(?:人民调解|找调解员|调解员|调解|登记|反映)?(?:是|要|需要|得)?"
    r"(?:(?:收费|收钱|花钱|交钱|交费|要钱|免费|钱)的?(?:吗|么|嘛|不)|收不收费|收不收钱|要不要钱|要不要收费|多少钱)"
    rf"{_ASKING}"
)
_HOURS = re.compile(
    rf"{_OURS}(?:上班|办公|工作|开门)时间(?:是)?(?:什么时候|几点|多少)?{_ASKING}"
    rf"|{_OURS}(?:今天|明天|周末|双休日|星期[一二三四五六天日]|周[一二三四五六日])?"
    rf"(?:几点钟?|什么时候|啥时候)?(?:上班|下班|开门|关门){_ASKING}"
)
_HOW_LONG = re.compile(
    rf"{_OURS}(?:大概|大约|一般|总共|一共)?(?:要|需要|得|还要)?(?:几天|多少天)"
    rf"(?:能|才能|可以)?(?:办好|办完|解决|处理好|处理完|有结果|答复)?{_ASKING}"
)
_CARES = re.compile(
    rf"(?:你们|您们|到底|究竟|这事|这件事|还|，)*"
    rf"(?:管不管(?:了|事)?|管还是不管|有没有人管|有人管(?:没有|吗)|没人管(?:了)?吗){_ASKING}"
)
HOW_LONG = (
    "综治中心24小时内看这件事归不归我们办，归我们办就安排调解员。"
    "办到哪一步、到哪一天，回复“我的案件”就能看到。"
)
CARES = "我们管。看办到哪一步，回复“我的案件”。\n找人说话，回复“人工”{call}。"
OR_CALL = "，或者打电话：{phone}"
PHONE = "我们的电话：{phone}"
COST = "调解不收钱，从头到尾都不收（《人民调解法》第四条）。"
HOURS = "我们的上班时间：{hours}。"
_MARKS = re.compile(r"[\s，,。.？?！!、~～…]+")


def asks_how_it_stands(said: str) -> bool:
    """Is it nothing but the question how a matter stands?"""
    return len(said) <= LONGEST and _is_bare(said, _STATUS)


def about_us(said: str, known: Known) -> str:
    """Answer a bare question about us: number, hours, cost, how many days, whether we care."""
    if len(said) > LONGEST:
        return ""
    if _PHONE.fullmatch(said) and known.office_phone:
        return PHONE.format(phone=known.office_phone)
    if _HOURS.fullmatch(said) and known.office_hours:
        return HOURS.format(hours=known.office_hours)
    if _CARES.fullmatch(said):
        call = OR_CALL.format(phone=known.office_phone) if known.office_phone else ""
        return CARES.format(call=call)
    if _HOW_LONG.fullmatch(said):
        return HOW_LONG
    return COST if _COST.fullmatch(said) else ""


def asks_when_we_meet(said: str) -> bool:
    """Is it nothing but the question when and where people meet?"""
    meets = _MEETING.search(said) is not None
    return meets and len(said) <= LONGEST and _is_bare(_MEETING.sub("", said), _WHEN)


def asks_about_mediation(said: str) -> bool:
    """Is it a question about how a mediation goes, which only its mediator can answer?"""
    asked = _ASKS.search(said) is not None and _ABOUT.search(said) is not None
    return asked and len(said) <= LONGEST_ASKED


def _is_bare(said: str, question: re.Pattern[str]) -> bool:
    rest, asked = question.subn("", said)
    left = _MARKS.sub("", _SMALL.sub("", rest))
    return bool(asked) and len(left) <= BESIDES
