"""How people ask after a matter that the centre has, in their own words."""

from __future__ import annotations

import re

LONGEST = 30  #: characters; who writes more tells something
LONGEST_ASKED = 50
BESIDES = 4  #: characters that may be left of a bare question: 楼上漏水, 和老王

_STATUS = re.compile(
    r"怎么样了?|怎样了|咋样了?|如何了|到哪(?:一|儿)?步了?|到什么程度了?"
    r"|(?:办|弄|处理|解决|受理|安排)(?:得|的|好|完)?(?:怎么样|咋样|如何)?了?(?:没有|没|吗|不)"
    r"|(?:有没有|有没|有|没有|没)(?:结果|消息|进展|回复|答复|回音|下文|动静)了?"
    r"|什么时候(?:能|可以|才能)?(?:处理|解决|办好|办完|有结果|有消息|给答复)|(?:还要|要)(?:等)?多久"
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
_MARKS = re.compile(r"[\s，,。.？?！!、~～…]+")


def asks_how_it_stands(said: str) -> bool:
    """Is it nothing but the question how a matter stands?"""
    return len(said) <= LONGEST and _is_bare(said, _STATUS)


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
