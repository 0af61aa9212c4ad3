"""What WeChat thinks of the words of a report: a hint for staff beside the case, never a gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.jobs import CheckContent
from domain.platform import ContentHint
from domain.ports.outside import Clock, Refusal
from domain.ports.store import Store
from domain.scope import EVERYTHING
from services.settings import Centre

STORY = "story"
NOT_ASKED = "none"  #: WeChat would not look, for whatever reason: nothing is known
LONGEST_CHECKED = 2500  #: characters (msg_sec_check)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What WeChat says of words."""

    trace_id: str
    advice: str  #: ``pass``, ``review`` or ``risky``
    label: str


class ContentCheck(Protocol):
    """WeChat's content security check (内容安全)."""

    async def words(self, openid: str, text: str) -> Opinion:
        """Look at words of somebody who used the mini-program lately.

        Raises :class:`~domain.ports.outside.Refusal` or :class:`~domain.errors.Unavailable`.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDesk:
    """The desk that asks WeChat's opinion, long after the report was taken."""

    store: Store
    clock: Clock
    check: ContentCheck
    centre: Centre

    async def look(self, job: CheckContent) -> None:
        """Ask about a report's story and keep the answer; a refusal is an answer too.

        Raises :class:`~domain.errors.Unavailable` to be tried again; nobody waits for it.
        """
        async with self.store.read() as work:
            case = await work.cases.get(job.case_id, EVERYTHING)
            accounts = await work.people.identities(case.reporter)
        appid = self.centre.miniprogram_appid
        openid = next((one.openid for one in accounts if one.appid == appid), "")
        if not openid:
            return  # WeChat looks only at words of those who use the mini-program
        try:
            told = await self.check.words(openid, case.story[:LONGEST_CHECKED])
        except Refusal as refusal:  # 61010 (not there lately), 43104, 87014, ...
            told = Opinion(trace_id="", advice=NOT_ASKED, label=refusal.code)
        hint = ContentHint(
            case_id=case.id,
            about=STORY,
            trace_id=told.trace_id,
            advice=told.advice,
            label=told.label,
            at=self.clock(),
        )
        async with self.store.begin() as work:
            await work.hints.save(hint)
