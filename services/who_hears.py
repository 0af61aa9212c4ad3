"""Who hears of somebody's alarm, or saw it, in words for whoever told of danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain import masking
from domain.people import Person, StaffMember
from domain.ports.outside import Clock
from domain.ports.store import Work
from services.alarms import Alarm, alarm_of, reached
from services.duty import on_duty
from services.following import chat_with
from services.settings import Centre
from services.words import (
    ALARM_SEEN,
    ALARM_TOLD,
    ALARM_UNSENT,
    ALARM_UNTAKEN,
    NOBODY_ON_DUTY,
    reached_by,
)

SOMEBODY_COMES = timedelta(minutes=5)  #: after that nobody who waits is told that somebody will
ALARM_FRESH = timedelta(hours=24)  #: so long whoever told of danger is led to a human first


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Who hears of an alarm."""

    told: str = ""  #: in words for whoever told of danger
    names: tuple[str, ...] = ()


NOBODY_CALLED = Called()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoHears:
    """Says who hears, by the duty roster of one centre."""

    centre: Centre
    clock: Clock

    async def of_alarm(self, work: Work, alarm: Alarm | None) -> Called:
        """Say who hears of somebody's alarm, or saw it within the last day."""
        if alarm is None:
            return NOBODY_CALLED
        case = alarm.case
        if case.alarmed:
            roster = await on_duty(work, case.region, centre=self.centre.region)
            told = await self._who_took_none(work, alarm, roster) or called(roster)
            return Called(told=told, names=tuple(one.name for one in roster))
        lately = self.clock() - alarm.raised_at <= ALARM_FRESH
        if case.danger_seen_by is None or not lately:
            return NOBODY_CALLED
        name = (await work.staff.get(case.danger_seen_by)).name
        return Called(told=ALARM_SEEN.format(name=name), names=(name,))

    async def told(self, work: Work, person: Person) -> str:
        """Say who hears of this person's alarm and how they get in touch; empty without one."""
        who = (await self.of_alarm(work, await alarm_of(work, person.id))).told
        return f"{who}。{await self._how(work, person)}" if who else ""

    async def _how(self, work: Work, person: Person) -> str:
        chat = await chat_with(work, person.id, self.centre)
        phone = masking.phone(person.phone) if person.phone else ""
        return reached_by(chat=chat is not None, phone=phone, office=self.centre.phone)

    async def _who_took_none(self, work: Work, alarm: Alarm, roster: Sequence[StaffMember]) -> str:
        """Say who was called for a while without anybody's taking it; before that nothing."""
        if not roster or self.clock() - alarm.raised_at < SOMEBODY_COMES:
            return ""
        reached_ones = await reached(work, alarm)
        names = "、".join(one.name for one in roster if one.id in reached_ones)
        if not names:
            return ALARM_UNSENT.format(name=roster[0].name)
        return ALARM_UNTAKEN.format(names=names)


def called(roster: Sequence[StaffMember]) -> str:
    """Name who is called first."""
    return ALARM_TOLD.format(name=roster[0].name) if roster else NOBODY_ON_DUTY
