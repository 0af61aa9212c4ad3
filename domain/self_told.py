"""Name and number that somebody told of themselves while telling what happened.

They are a proposal with the words they came from, for a person to take or to correct: what counts
as told is only what names its teller, 我叫…, 我的电话…, or what stands before 对方.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Match

LONGEST_QUOTE = 60  #: characters of the words shown

FAMILY = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|夏侯|令狐|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安"
    "齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳"
    "管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟"
    "邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝]"
)
#: How people are called who are not named: no name to put down.
_CALLED = (
    *("大姐", "大妈", "大爷", "大哥", "大叔", "大嫂", "大娘", "大伯", "阿姨", "阿婆", "阿公"),
    *("婆婆", "奶奶", "爷爷", "叔叔", "师傅", "老板", "老师", "先生", "女士", "小姐", "主任"),
    *("书记", "医生", "经理", "工头", "的"),
)
#: After 我是 stands more often what somebody is: 江苏人, 高中生, 施工方.
_BEING = ("家", "某", "总", "人", "生", "员", "户", "方", "者")


def _but(*ends: str) -> str:
    return "".join(f"(?<!{end})" for end in ends)


_FULL = rf"(?P<name>(?:{FAMILY})[\u4e00-\u9fff·]{{1,3}}?){_but(*_CALLED)}"
SURELY_A_NAME = _FULL + _but(*_BEING)
#: Where nobody says that it is a name: four characters begin mostly with no family, 高空抛物.
A_BARE_NAME = SURELY_A_NAME.replace("{1,3}?", "{1,2}?")
_ENDS = r"(?=$|[^\u4e00-\u9fff]|电话|手机|号码|联系|住|今年|是|家住|身份证)"
PHONE = (
    r"(?P<phone>(?<!\d)(?:\+?86[ -]?)?(?:1\d{2}[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?[1-9]\d{6,7})(?!\d))"
)
_CALLS = "(?:联系)?(?:电话|手机|号码|方式)(?:号码|号)?(?:是|为)?"
# No blank is ever tried twice (``*+``): adjacent runs of them would take cubic time on a long one.
_BETWEEN = rf"[\s，,。；;、:：]*+(?:我?的?{_CALLS})?[\s:：]*+"

_NAMED = re.compile(
    rf"(?:我(?:的名字)?叫|本人(?:叫|是)?|我(?:的)?名字是?|姓名[:：]) *{_FULL}{_ENDS}"
)
_IS = re.compile(rf"我是 *{SURELY_A_NAME}(?={_BETWEEN}{PHONE})".replace("(?P<phone>", "(?:"))
_FIRST_OF_TWO = re.compile(
    rf"^(?:涉及的人：)?{SURELY_A_NAME}(?={_BETWEEN}(?:{PHONE})?[\s，,。；;、]*+对方)".replace(
        "(?P<phone>", "(?:"
    ),
    re.MULTILINE,
)
_ITS_PHONE = re.compile(_BETWEEN + PHONE)
_MY_PHONE = re.compile(rf"(?<![打给])(?:我的?|本人){_CALLS}[\s:：]*+{PHONE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTold:
    """What somebody told of themselves, in the words it came from; nobody has checked it."""

    name: str = ""
    phone: str = ""  #: as typed
    words: str


def self_told(story: str) -> SelfTold | None:
    """Find the name and the number that the teller gave as their own, if they did."""
    named = _NAMED.search(story) or _IS.search(story) or _FIRST_OF_TWO.search(story)
    behind = _ITS_PHONE.match(story, named.end("name")) if named else None
    called = behind or _MY_PHONE.search(story)
    found = [one for one in (named, called) if one is not None]
    if not found:
        return None
    return SelfTold(
        name=named["name"] if named else "",
        phone=called["phone"] if called else "",
        words=_quote(story, found),
    )


def _quote(story: str, found: list[Match[str]]) -> str:
    start, end = min(one.start() for one in found), max(one.end() for one in found)
    together = story[start:end]
    if len(together) > LONGEST_QUOTE:
        together = "……".join(one[0].strip() for one in sorted(found, key=lambda one: one.start()))
    return " ".join(together.removeprefix("涉及的人：").split())[: 2 * LONGEST_QUOTE]
