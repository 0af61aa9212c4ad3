"""Warnings of fraud for residents on their phone: what they chose, and what a text looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actors import Resident
from domain.errors import BadInput, TooManyTries
from domain.fraud import LONGEST_TEXT, Finding, Verdict, judge
from domain.guarding import Scope, Topic
from domain.ports.store import Store
from services.checks import CheckDesk
from services.contention import built_upon
from services.filed import Filed
from services.guarding import GuardDesk
from services.raising import AlarmDesk

SHORTEST_TEXT = 2
MOST_CHECKS, WITHIN_SECONDS = 30, 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a text looks like, and what humans said of it or of others who got it."""

    finding: Finding
    reviewed: str
    others: str
    official: str
    alarm: Filed | None  #: who was called, if it speaks of mortal danger


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDesk:
    """The desk of warnings outside the chat; it does what the chat does, and nothing else."""

    store: Store
    checks: CheckDesk
    guards: GuardDesk
    alarms: AlarmDesk

    async def look(self, resident: Resident, text: str) -> Looked:
        """Say what a text looks like; one that is unclear waits for a human (查一查).

        Words of mortal danger ring first, whoever wrote them, however often somebody asked.
        """
        told = text.strip()
        if not SHORTEST_TEXT <= len(told) <= LONGEST_TEXT:
            raise BadInput("text", f"{SHORTEST_TEXT} to {LONGEST_TEXT} characters")
        alarm = await self.alarms.ring_own(resident, told)
        await self._limit(resident)
        finding, facts = await self._ask(resident, told)
        return Looked(finding=finding, alarm=alarm, **facts)

    @built_upon
    async def _ask(self, resident: Resident, told: str) -> tuple[Finding, Mapping[str, str]]:
        finding = judge(told)
        async with self.store.begin() as work:
            person = await work.people.hold(resident.id)
            if finding.verdict is Verdict.FRAUD:
                await self.guards.warn(work, person, Scope.FRAUD)
            return finding, await self.checks.ask(work, told, finding, person)

    async def _limit(self, resident: Resident) -> None:
        async with self.store.begin() as work:
            tried = await work.logins.count(
                f"check/{resident.id}", at=self.checks.clock(), window_seconds=WITHIN_SECONDS
            )
        if tried > MOST_CHECKS:
            raise TooManyTries("checks")

    async def topics(self, resident: Resident) -> tuple[Topic, ...]:
        """Name the warnings somebody wants now."""
        async with self.store.read() as work:
            chosen = await work.guarding.subscriptions(resident.id)
        return tuple(one for one in Topic if one in {c.topic for c in chosen if not c.ended_at})

    @built_upon
    async def choose(self, resident: Resident, topics: frozenset[Topic]) -> None:
        """Let somebody want these warnings and no others; none: they unsubscribe."""
        async with self.store.begin() as work:
            person = await work.people.hold(resident.id)
            chosen = await work.guarding.subscriptions(person)
            now = {one.topic for one in chosen if one.ended_at is None}
            if now - topics:
                await self.guards.unsubscribe(work, person)
                now = set()
            for topic in sorted(topics - now):
                await self.guards.subscribe(work, person, topic)
