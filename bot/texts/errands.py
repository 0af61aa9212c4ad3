"""What grid workers say, and hear, when they report for a resident."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from domain.helping import HowAgreed

FOR_SOMEBODY = ("代办", "代报", "帮人反映", "替人反映", "代别人反映", "代居民反映", "帮居民反映")
BIND = re.compile(r"绑定\s*[:：]?\s*(?P<code>[0-9０-９]{8})")

WHOSE_NAME = "您替谁反映？请写这位居民的姓名。"
WHOSE_PHONE = "这位居民的电话是多少？编号会用短信发过去。没有就回复“跳过”。"
IS_IT_AGREED = (
    "这位居民同意您替他反映吗？是怎么同意的？请回复数字：\n"
    "1 当面同意\n2 电话里同意\n3 写了委托书\n还没有同意就回复“取消”。"
)
MANDATE = "请把委托书拍下来发给我，和这件事放在一起。\n现在没有照片，回复“跳过”，请当面补给调解员。"
PICTURE_OR_SKIP = "请发委托书的照片，现在没有就回复“跳过”。"
MEDIUM_KEPT = "收到了，会和这件事放在一起。"
IN_PERSON = ("1", "一", "当面同意", "当面说的", "当面", "当面同意的", "本人当面说的", "见面说的")
BY_PHONE = (
    *(
        "2",
        "二",
        "电话里同意",
        "电话同意",
        "电话里说的",
        "电话说的",
        "电话",
        "电话里",
        "打电话说的",
    ),
)
IN_WRITING = ("3", "三", "写了委托书", "委托书", "有委托书", "书面委托", "书面同意", "写的委托书")
HOW: Mapping[str, HowAgreed] = MappingProxyType(
    dict.fromkeys(IN_PERSON, HowAgreed.IN_PERSON)
    | dict.fromkeys(BY_PHONE, HowAgreed.BY_PHONE)
    | dict.fromkeys(IN_WRITING, HowAgreed.IN_WRITING)
)
NOT_A_NAME = "请只写姓名，比如“王秀兰”。"
NOT_A_PHONE = "这个电话看不懂，请只写号码，没有就回复“跳过”。"
SAY_HOW = "请回复1、2或3。还没有同意就回复“取消”，先问过本人。"
NOT_BOUND = (
    "代办要先认识您：请在工作台点“绑定微信”，拿到8个数字。\n"
    "在这里回复“绑定”加这8个数字。\n"
    "反映自己的事，直接写给我们就行。"
)
BOUND = "绑定好了。以后在这里回复“代办”，就能替居民反映。"
BIND_REFUSED = "这个数字不对或者过期了。请在工作台重新取一个，10分钟内有效。"
NO_LONGER = "您现在不能代办了，请找中心的管理员。这件事没有登记。"
FILED_FOR = "已经替{name}登记好了，编号是：\n{{case_number}}\n{told}\n点下面的网址随时看进度。"
SMS_SENT = "编号和网址会用短信发给本人。"
NO_SMS = "本人没有电话，请当面把编号告诉本人。"

AGREED: Mapping[HowAgreed, str] = MappingProxyType(
    {
        HowAgreed.IN_PERSON: "当面同意",
        HowAgreed.BY_PHONE: "电话里同意",
        HowAgreed.IN_WRITING: "写了委托书",
    }
)


def on_behalf(name: str, phone: str, agreed: HowAgreed) -> str:
    """Say whom it is for, above the summary."""
    return f"替{name}反映（{phone or '没有电话'}，{AGREED[agreed]}）"


def filed_for(name: str, phone: str) -> str:
    """Give the number, and say how the resident hears of it."""
    return FILED_FOR.format(name=name, told=SMS_SENT if phone else NO_SMS)
