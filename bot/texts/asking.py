"""What people say, and hear, when they ask the mediator something."""

from __future__ import annotations

from bot.texts.chat import short
from domain.conversations import CaseLine, Known

ASK_MEDIATOR = (
    "问调解员",
    "问问调解员",
    "我要问调解员",
    "我想问调解员",
    "问一下调解员",
    "找调解员",
    "联系调解员",
)
IN_WORDS = "请打字写下您要问的话，调解员好回答您。"
_MARKS = " \t\n，,。：:、"


def question_in(said: str) -> str:
    """Give what stands behind the address, if a question does."""
    for address in ASK_MEDIATOR[:5]:
        if said.strip().startswith(address):
            question = said.strip()[len(address) :].strip(_MARKS)
            return question if len(question) > 1 else ""
    return ""


def what_to_ask(case: CaseLine | None) -> str:
    """Ask for the question."""
    about = short(case) if case else ""
    return f"关于{about}，您想问什么？请写在这里。\n不问了就回复“取消”。"


def passed_on(case: CaseLine) -> str:
    """Say who has the question now, and where the answer comes."""
    whom = f"调解员{case.who}" if case.who else "综治中心（这件事还没有调解员）"
    return f"已经转给{whom}，回复了会在这里告诉您。\n着急请回复“人工”。"


def nobody_to_ask(known: Known) -> str:
    """Say that no case goes on, and whom one can ask."""
    words = "您现在没有正在办的事。要反映事情请直接写给我们，要找人请回复“人工”。"
    return f"{words}\n也可以打电话：{known.office_phone}" if known.office_phone else words
