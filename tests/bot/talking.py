"""A resident who talks with the bot, without WeChat and without a database."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.answering import Bot
from domain.conversations import (
    Answer,
    AskHuman,
    CaseLine,
    EndHuman,
    Incoming,
    Intent,
    Known,
    MatterLine,
    MessageKind,
    Talk,
)
from domain.long_answers import lead_to_its_page

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

Wanted = TypeVar("Wanted")


@dataclass
class CountingChance:
    """Ids that count, so that a test can name them."""

    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def id(self) -> str:
        return f"id{next(self.ids)}"

    def digits(self, count: int) -> str:
        return "7" * count


@dataclass
class Resident:
    """Somebody with a phone, and what the bot remembers of them."""

    bot: Bot = field(default_factory=lambda: Bot(CountingChance()))
    talk: Talk = field(default_factory=Talk)
    now: datetime = NOON
    cases: tuple[CaseLine, ...] = ()
    matters: tuple[MatterLine, ...] = ()
    named: bool = False
    begun: str = ""
    listens: bool = False
    cell: str = ""
    helps: bool = False
    demo: bool = False
    alarm_told: str = ""
    office_hours: str = ""
    intents: list[Intent] = field(default_factory=list)
    count: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def says(self, text: str) -> str:
        return await self.sends(kind=MessageKind.TEXT, text=text)

    async def sends(self, **wanted: Any) -> str:
        return (await self.answered(**wanted)).reply.text

    async def answered(self, **wanted: Any) -> Answer:
        message = Incoming(
            key=f"m{next(self.count)}", appid="wx1", openid="o1", sent_at=self.now, **wanted
        )
        answer = await self.bot.answer(message, self.known())
        whole = lead_to_its_page(answer.reply, answer.door, key=message.key)
        answer = replace(answer, reply=whole)
        self.intents += answer.intents
        self.talk = replace(answer.talk, changed_at=self.now)
        return answer

    async def says_in_turn(self, *texts: str) -> str:
        told = ""
        for text in texts:
            told = await self.says(text)
        return told

    def waits(self, **span: float) -> None:
        self.now += timedelta(**span)

    def intent(self, kind: type[Wanted]) -> Wanted:
        (found,) = (intent for intent in self.intents if isinstance(intent, kind))
        return found

    def _calls(self) -> list[AskHuman]:
        """Give the calls for a human since the last talk ended."""
        told = [one for one in self.intents if isinstance(one, AskHuman | EndHuman)]
        since = itertools.takewhile(lambda one: isinstance(one, AskHuman), reversed(told))
        return [one for one in since if isinstance(one, AskHuman)]

    def known(self) -> Known:
        return Known(
            talk=self.talk,
            named=self.named,
            cases=self.cases,
            matters=self.matters,
            office_phone="0575-12345678",
            hotline_name="王值班",
            pages_url="https://mediate.example",
            begun=self.begun,
            listens=self.listens,
            cell=self.cell,
            helps=self.helps,
            demo=self.demo,
            alarm_told=self.alarm_told,
            office_hours=self.office_hours,
            human_asked=bool(self._calls()),
            danger_talk=any(one.danger for one in self._calls()),
        )
