"""The fields of a template: each kind takes only certain words; WeChat refuses others (47003).

Source: developers.weixin.qq.com, 订阅消息参数值内容限制说明.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from domain.ports.outside import Refusal
from domain.templates import Card

_FIELD = re.compile(r"([a-z_]+?)\d*")
_TIME = re.compile(
    r"(\d{4}\u5e74)?\d{1,2}\u6708\d{1,2}\u65e5.*|\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}:\d{2}.*"
)
_LONGEST_NAME = 10
_LONGEST_TIME = 40

Rule = Callable[[str], str]


def _cut(most: int) -> Rule:
    """Fit what people read: the page behind the message tells the rest."""
    return lambda words: words if len(words) <= most else f"{words[: most - 1]}…"


def _only(pattern: str) -> Rule:
    """Take what fits whole, and nothing else: half a number is a wrong number."""
    fitting = re.compile(pattern)
    return lambda words: words if fitting.fullmatch(words) else ""


def _moment(words: str) -> str:
    return words if _TIME.fullmatch(words) and len(words) <= _LONGEST_TIME else ""


#: Kind of field -> how words are made to fit it; empty: they can't be.
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "thing": _cut(20),
        "phrase": _only(r"[\u4e00-\u9fff]{1,5}"),
        "name": _only(rf"[\u4e00-\u9fff·]{{1,{_LONGEST_NAME}}}|[A-Za-z ]{{1,20}}"),
        "number": _only(r"[0-9.]{1,32}"),
        "letter": _only(r"[A-Za-z]{1,32}"),
        "symbol": _only(r"[^\w\s]{1,5}"),
        "character_string": _only(r"[\x21-\x7e]{1,32}"),
        "phone_number": _only(r"[0-9+\- ]{1,17}"),
        "car_number": _only(r".{1,8}"),
        "amount": _only(r"\u00a5?[0-9.]{1,11}\u5143?"),
        "time": _moment,
        "date": _moment,
    }
)


_PAGES = (
    (re.compile(r"/m/cases/([0-9A-Za-z_\-]+)"), "pages/case/index?id="),
    (re.compile(r"/rate/([0-9A-Za-z_\-]+)"), "pages/rate/index?secret="),
    (re.compile(r"(/.+)"), "pages/web/index?path="),
)


def filled(card: Card) -> dict[str, str]:
    """Put title and lines into the fields in their order; raises Refusal naming what can't be."""
    told = [card.title, *(_labelled(name, words) for name, words in card.lines.items())]
    bare = [card.title, *card.lines.values()]
    data: dict[str, str] = {}
    for field, words, plain in zip(card.template.fields, told, bare, strict=False):
        kind = _kind(field)
        value = RULES[kind](_flat(words if kind == "thing" else plain))
        if not value:
            raise Refusal(f"47003 {field}")
        data[field] = value
    return data


def mini_page(url: str) -> str:
    """The mini-program's page that opens one of our addresses."""
    path = urlsplit(url).path
    for pattern, page in _PAGES:
        if found := pattern.fullmatch(path):
            return f"{page}{quote(found[1], safe='')}"
    return "pages/home/index"


def _kind(field: str) -> str:
    found = _FIELD.fullmatch(field)
    if found is None or found[1] not in RULES:
        raise Refusal(f"47003 {field}")
    return found[1]


def _labelled(name: str, words: str) -> str:
    return f"{name}：{words}" if name else words


def _flat(words: str) -> str:
    """One line: WeChat takes no line breaks here."""
    return " ".join(words.split())
