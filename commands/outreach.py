"""From the settings to what the courier may send: templates by kind, and reply windows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from config import Config, Replies, Templates
from domain.notices import Way
from domain.reply_windows import Allowance, ReplyRules
from domain.templates import EVERY, Template, TemplateBook, TemplateUse

LONG_TERM = "long-term"


def template_book(config: Config) -> TemplateBook:
    """Every template the settings name."""
    return TemplateBook(tuple(_uses(config.wechat.templates)))


def reply_rules(replies: Replies) -> ReplyRules:
    """What each deed of a person lets us answer."""
    brief = timedelta(seconds=replies.brief_seconds)
    return ReplyRules(
        message=Allowance(
            answers=replies.message_answers, span=timedelta(hours=replies.message_hours)
        ),
        brief=Allowance(answers=replies.brief_answers, span=brief),
        entered=Allowance(answers=replies.entered_answers, span=brief),
    )


def _uses(templates: Templates) -> Iterator[TemplateUse]:
    if templates.notice:
        yield TemplateUse(way=Way.TEMPLATE, kind=EVERY, template=Template(id=templates.notice))
    for way, lines in (
        (Way.TEMPLATE, templates.kinds),
        (Way.SUBSCRIBED, templates.subscribed),
        (Way.MINI_SUBSCRIBED, templates.miniprogram),
    ):
        yield from (_use(way, line.split()) for line in lines)


def _use(way: Way, words: list[str]) -> TemplateUse:
    kind, template_id, *fields = words
    named = tuple(field for field in fields if field != LONG_TERM)
    template = Template(id=template_id, fields=named, long_term=LONG_TERM in fields)
    return TemplateUse(way=way, kind=kind, template=template)
