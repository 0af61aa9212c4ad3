"""What a report is asked besides, by what it is about: one or two questions for each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.taxonomy import TypeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One more question, what its answer is called, and how a story shows that it is told."""

    asks: str
    label: str
    told: re.Pattern[str] | None = None

    def takes(self, said: str) -> bool:
        """Is a bare number, or a bare yes or no, an answer to it?"""
        counted = said.isdecimal() and re.search("多少|几", self.asks) is not None
        return counted or (said in BARE and "吗？" in self.asks)


BARE = ("是", "是的", "对", "对的", "没错", "不是", "不")  #: a yes or no, nothing more
_MONEY = r"[\d一二两三四五六七八九十百千万]+(?:多|来)?(?:元|块|万)"
_MONTH = r"\d{1,2}月|[一二三四五六七八九十]月|个月|去年|今年|年前"
_OR_SKIP = "\n不清楚就回复“跳过”。"

_CHILDREN = Extra(asks=f"家里有孩子或老人要照顾吗？孩子现在跟着谁？{_OR_SKIP}", label="孩子和老人")
_CAUSE = Extra(
    asks=f"是什么事惹起来的？比如漏水、吵闹、养狗、堆东西。从什么时候开始的？{_OR_SKIP}",
    label="起因和时间",
    told=re.compile("漏|渗|滴|吵|噪|响|狗|鸡|烟|味|挡|堆|砌|砸|装修|搭|停车|种"),
)
_DEED = Extra(
    asks=f"房子或地登记在谁的名下？有没有证、合同或者当年的字据？{_OR_SKIP}", label="登记和字据"
)
_NOTE = Extra(asks=f"有借条、合同或收据吗？是哪一天写的？{_OR_SKIP}", label="借条或合同")
_HOW_MUCH = Extra(
    asks=f"一共多少钱？已经给了多少？{_OR_SKIP}", label="金额", told=re.compile(_MONEY)
)
_EMPLOYER = Extra(asks=f"在哪个单位或工地干活？老板或包工头叫什么？{_OR_SKIP}", label="单位和老板")
_WAGES = Extra(
    asks=f"从哪个月欠到现在？几个人、一共多少钱？{_OR_SKIP}",
    label="时间、人数和金额",
    told=re.compile(rf"(?=.*(?:{_MONTH}))(?=.*{_MONEY})", re.DOTALL),
)
_HURT = Extra(asks=f"谁受了伤，或者什么坏了？花了多少钱？{_OR_SKIP}", label="伤情和花费")
_RECORD = Extra(asks=f"报过警、看过医生吗？有认定书或病历吗？{_OR_SKIP}", label="报警和病历")
_ESTATE = Extra(asks=f"是哪个小区、哪家物业公司？{_OR_SKIP}", label="小区和物业")
_SHOP = Extra(asks=f"是哪家店或哪个平台？什么时候、花了多少钱？{_OR_SKIP}", label="商家和花费")
_ORDER = Extra(asks=f"有小票、订单或聊天记录吗？{_OR_SKIP}", label="小票和订单")
_SCHOOL = Extra(asks=f"孩子在哪个学校、几年级？现在和谁在一起？{_OR_SKIP}", label="学校和孩子")
_ANSWERED = Extra(asks=f"以前向谁反映过？是怎么答复的？{_OR_SKIP}", label="以前的答复")
_SOURCE = Extra(asks=f"是哪家排出来的？什么时候最厉害？{_OR_SKIP}", label="哪家、什么时候")

#: Never more than two: with what, kind, where, who, danger and evidence that makes eight.
EXTRAS: Mapping[TypeCode, tuple[Extra, ...]] = MappingProxyType(
    {
        TypeCode("01"): (_CHILDREN,),
        TypeCode("02"): (_CAUSE,),
        TypeCode("03"): (_DEED,),
        TypeCode("04"): (_NOTE, _HOW_MUCH),
        TypeCode("05"): (_NOTE, _HOW_MUCH),
        TypeCode("06"): (_HURT, _RECORD),
        TypeCode("07"): (_EMPLOYER, _WAGES),
        TypeCode("08"): (_ANSWERED,),
        TypeCode("09"): (_DEED,),
        TypeCode("10"): (_DEED, _ANSWERED),
        TypeCode("11"): (_SOURCE, _ANSWERED),
        TypeCode("12"): (_HURT, _RECORD),
        TypeCode("13"): (_ESTATE, _ANSWERED),
        TypeCode("14"): (_RECORD,),
        TypeCode("15"): (_SHOP, _ORDER),
        TypeCode("16"): (_SHOP, _ORDER),
        TypeCode("17"): (_SHOP, _ORDER),
        TypeCode("18"): (_SCHOOL, _ANSWERED),
        TypeCode("19"): (_CHILDREN,),
        TypeCode("20"): (_RECORD,),
    }
)

#: At home and at school people live on together: whether anybody is in danger is asked first.
SAFETY_FIRST = frozenset({TypeCode("01"), TypeCode("18"), TypeCode("19"), TypeCode("20")})

#: The types as people would say them.
EVERYDAY: Mapping[TypeCode, str] = MappingProxyType(
    {
        TypeCode("01"): "家里的事",
        TypeCode("02"): "邻居之间",
        TypeCode("03"): "租房、买房、宅基地",
        TypeCode("04"): "欠钱、合同",
        TypeCode("05"): "做生意",
        TypeCode("06"): "受了伤、东西坏了",
        TypeCode("07"): "工钱、上班的事",
        TypeCode("08"): "村里的事",
        TypeCode("09"): "山林、田地",
        TypeCode("10"): "征地拆迁",
        TypeCode("11"): "污染",
        TypeCode("12"): "路上的事故",
        TypeCode("13"): "物业",
        TypeCode("14"): "看病",
        TypeCode("15"): "买东西",
        TypeCode("16"): "旅游",
        TypeCode("17"): "网上的事",
        TypeCode("18"): "学校里的事",
        TypeCode("19"): "谈恋爱、分手",
        TypeCode("20"): "打架、喝酒闹事",
        TypeCode("99"): "别的事",
    }
)

OFFER = "您是想反映这件事吗？\n是就回复“1”，我们接着登记。\n不是就回复“2”。"
OFFER_KEPT = "这句也记下了。"
#: Whoever misses the answer twice wants something else, or needs a human.
OFFER_KEPT_AGAIN = "这句也记下了。不会打字、想找人说，回复“人工”{phone}。"
OR_CALL = "，或者打电话：{phone}"
NOT_THAT = ("2", "不是", "不用", "不用了", "不要", "没有", "不")
YES = ("1", "好", "好的", "行", "嗯", "要")
NEITHER = ("都不是", "都不像", "说不清", "其他", "别的")
WHICH_KIND = "这件事更像哪一种？请回复数字：\n{choices}\n都不像就回复“跳过”。"
IS_IT_THERE = (
    "事情就在“{place}”吗？\n是就回复“1”。\n"
    "不是，请写地址，或者发位置：点输入框右边的“＋”，再点“位置”。"
)

#: An address that a story names after 在, 住 or 到.
ADDRESS = re.compile(
    r"(?:住在|就在|住|在|到)(?P<place>[\u4e00-\u9fff]{2,8}?(?:路|街|村|小区|新村|花园|巷|弄|大道)"
    r"[\d一二三四五六七八九十]+(?:号楼|号|幢|栋|组|弄)"
    r"(?:[\d一二三四五六七八九十]+(?:号楼|号|单元|幢|栋|楼|室))*)"
)
