"""How people write where something is."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 40  #: characters; who writes more tells something else too
AN_ADDRESS = re.compile(
    r"(?:路|街|村|巷|弄|道|苑|园|小区|社区|工地|桥|组).{0,4}"
    r"[\d一二三四五六七八九十]+(?:号|幢|栋|弄|组|楼|室)"
)
_DIGIT = r"[\d一二三四五六七八九十]"
_NUMBER = rf"{_DIGIT}+"
#: A house or a door without its street: so people write it who named the street before.
A_HOUSE = re.compile(
    rf"(?:我家?)?(?:是|就?在|住)?{_NUMBER}(?:号楼?|幢|栋|单元|楼|室|层)"
    rf"(?:{_NUMBER}(?:号楼?|幢|栋|单元|楼|层))*(?:{_NUMBER}(?:室|号|房)?)?"
)
A_ROOM = re.compile(r"(?!1[12]\d$)\d{3,4}")  #: no number to call for help
A_PLAIN_PLACE = re.compile(
    r"(?:我们?|就)?在?(?:我|自己)?(?:家|屋|店|厂|单位|村|厨房|客厅|房间|办公室)(?:里|里面|上|中)?"
)
I_AM_AT = re.compile(
    r"(?:我们?)(?:现在|就|还|已经)*在[^，。！？,.!?他她]{0,12}"
    r"(?:医院|诊所|派出所|学校|车站|超市|宾馆|旅馆|饭店|公园|商场)[^，。！？,.!?上]{0,8}[。.！!]?"
)  #: a house that can be found, and nothing else; who is on the way 上班 is no case for it
#: What a place is made of; 知道 and 大家 are none.
_OF_A_PLACE = re.compile(
    r"[路街巷弄村庄寨镇乡县区苑园湾坝桥组号幢栋座楼室店厂厦校院站馆摊田山河塘岸屋房]|城(?!管)|(?<!知)道|(?<![大人])家"
    r"|[\d一二三四五六七八九十]期|[那这][边儿]$|底下|菜场|门口|工地|单位|公司|旁边|对面|附近|市场|广场|超市|车里|网上|线上|微信|电话里|食堂|阳台|\d-\d"
)
_LONGEST_NAME = 8  #: characters: a name of a place that nothing shows to be one
_OF_A_SENTENCE = re.compile(r"[我你您他她它们了吗呢吧啊呀么谁怎不没别怕说想要是死活？?]")


def may_be_a_place(said: str) -> bool:
    """Does it name a place, as far as can be told? A short name may be any place's."""
    if _OF_A_PLACE.search(said):
        return True
    return len(said) <= _LONGEST_NAME and _OF_A_SENTENCE.search(said) is None


def is_no_sentence(said: str) -> bool:
    """Is it short and nothing that is said of oneself, asked or felt? So a name is written."""
    return len(said) <= LONGEST_ADDRESS and _OF_A_SENTENCE.search(said) is None


def with_its_street(house: str, before: str) -> str:
    """Put a house behind the street that was named before it, once."""
    named = re.search(rf"(?<!{_DIGIT}){re.escape(house)}(?!{_DIGIT})", before)
    return before if named else f"{before}，{house}" if before else house


def address_in(said: str) -> str:
    """Give the clause that names an address, without what else was said; all of it if none does."""
    clauses = re.split(r"[，。！？；,.!?;\s]+", said)
    return next((one for one in clauses if AN_ADDRESS.search(one)), said)
