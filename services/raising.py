"""Danger that is told rings: in the chat, on any page, and in what staff take down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import Actor, Resident, Staff
from domain.cases import GOING_ON, Case, CaseState, Spot
from domain.conversations import RaiseAlarm, TellPlace
from domain.danger import alarms
from domain.helping import Helped
from domain.ids import CaseId, MediaId, PersonId
from domain.matters import MatterReport
from domain.ports.cases import CaseFilter
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.scope import scope_of
from services.alarms import alarm_of
from services.contention import built_upon
from services.filed import Filed
from services.guarding import GuardDesk
from services.handovers import HandOverDesk
from services.intake import Intake
from services.media import new_in
from services.places_told import at_place, told_within
from services.stories import as_report
from services.tidings import case_changed
from services.told_danger import judged, signs_of
from services.who_hears import WhoHears
from services.words import TOLD_AT

_GOING_ON = CaseFilter(states=GOING_ON)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDesk:
    """The desk where danger is heard, from every channel."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    guards: GuardDesk
    hand_overs: HandOverDesk
    intake: Intake

    async def raise_alarm(
        self, work: Work, alarm: RaiseAlarm, *, person: PersonId, taker: Staff | None = None
    ) -> Filed:
        """Tell people at once that somebody may be in mortal danger, case or no case yet.

        The case whose report is being told is the one in danger; outside of any report it is the
        person's newest open case; where there is none, the alarm makes one.  ``taker`` took the
        words down for the person: what follows is the taker's deed.
        """
        teller, helper = person, taker.id if taker else None
        if taker is None:
            helper, person = await self.intake.helping.told_by(work, alarm.helped, person)
        await self.guards.warn_of_danger(work, judged(alarm), person)
        alarm = self._apart(alarm)
        resident = Resident(id=person)
        by: Resident | Staff = taker or resident
        waiting = await work.cases.unfinished_of(person)
        if waiting is not None:
            return await self._alarm_in_report(work, waiting, alarm, by=by, sender=teller)
        cases, _ = await work.cases.page(scope_of(resident), _GOING_ON, limit=1)
        if cases and not alarm.story and _may_hold(cases[0], alarm, person):
            return await self._alarm_in(work, cases[0], alarm, by=by, sender=teller)
        case = await self.intake.case(work, as_report(alarm), person)
        case = replace(case, danger=tuple(dict.fromkeys(signs_of(alarm).values())), unfinished=True)
        if helper is None or alarm.helped is None:
            return await self.intake.open(work, case)
        case = replace(case, helper=helper)
        return await self.intake.open(work, case, sender=teller, agreed=alarm.helped.agreed)

    async def _alarm_in_report(
        self, work: Work, waiting: Case, alarm: RaiseAlarm, *, by: Actor, sender: PersonId
    ) -> Filed:
        """Let the case that still waits for its report ring, with everything that was told."""
        case, told = waiting.tell_more(alarm.story or alarm.text, by=by, at=self.clock())
        case = await self._placed(work, case, alarm.spot)
        new = new_in(case, alarm.media)
        case = replace(case, media=(*case.media, *new))
        await self.intake.media.attach(work, case, new, sender=sender)
        elsewhere = case.alarmed and case.region != waiting.region
        return await self.intake.siren.sound(work, case, by, signs_of(alarm), told, again=elsewhere)

    async def _alarm_in(
        self, work: Work, case: Case, alarm: RaiseAlarm, *, by: Actor, sender: PersonId
    ) -> Filed:
        """Let a case that goes on ring, with what was sent along, where it is listened to."""
        told = []
        if new := new_in(case, alarm.media):
            await self.intake.media.attach(work, case, new, sender=sender)
            case, shown = case.show(new, by=by, at=self.clock())
            told.append(shown)
        return await self.intake.siren.sound(work, case, by, signs_of(alarm), *told)

    async def tell_place(self, work: Work, told: TellPlace, *, person: PersonId) -> Filed | None:
        """Let whoever was called to an alarm's case read where it is, as soon as that is told."""
        _, person = await self.intake.helping.told_by(work, told.helped, person)
        waiting = await work.cases.unfinished_of(person)
        if waiting is None:
            return None
        spot = told_within(told.spot, waiting.spot) if told.within else told.spot
        if waiting.spot == spot:
            return None
        by = Resident(id=person)
        case = await self._placed(work, waiting, spot)
        case, event = case.tell_more("", by=by, at=self.clock())
        elsewhere = case.alarmed and case.region != waiting.region
        return await self.intake.siren.sound(work, case, by, {}, event, again=elsewhere)

    async def show(self, work: Work, media_id: MediaId, person: PersonId) -> CaseId | None:
        """Put what was sent to a human into the case of the person's alarm; name the case.

        Another's case, and one that has many already, leave it to the talk.
        """
        alarm = await alarm_of(work, person)
        if alarm is None or alarm.case.reporter != person or not alarm.case.takes(media_id):
            return None
        case = alarm.case
        case, event = case.show([media_id], by=Resident(id=person), at=self.clock())
        await self.intake.media.attach(work, case, [media_id])
        await work.cases.save(case, event)
        return case.id

    async def ring_own(self, resident: Resident, told: str) -> Filed | None:
        """Call who is on duty if what a logged-in resident writes on a page speaks of danger.

        It stands whatever becomes of the page's own purpose.
        """
        alarm = await self._ring_own(resident, told)
        if alarm is not None:
            await case_changed(self.bus, alarm.case_id)
        return alarm

    @built_upon
    async def _ring_own(self, resident: Resident, told: str) -> Filed | None:
        async with self.store.begin() as work:
            return await self.ring(work, told, await work.people.hold(resident.id))

    async def ring(
        self,
        work: Work,
        told: str,
        person: PersonId,
        *,
        about: MatterReport | None = None,
        taker: Staff | None = None,
        helped: Helped | None = None,
    ) -> Filed | None:
        """Call who is on duty if words speak of mortal danger, as the chat does.

        ``about`` is the daily-life matter in which they were told: where it is, and what it is.
        """
        found = alarms(told)
        if not found:
            return None
        alarm = RaiseAlarm(
            words="、".join(one.words for one in found),
            text=told,
            story="\n".join(dict.fromkeys((about.told, told))) if about else "",
            spot=about.spot if about else None,
            helped=helped,
        )
        filed = await self.raise_alarm(work, alarm, person=person, taker=taker)
        if taker is None:
            await self.hand_overs.open_for_alarm(work, person, told)
        return filed

    async def who_was_called(self, resident: Resident) -> str:
        """Say who hears of a resident's alarm, or saw it within the day, and how they are reached.

        Empty without an alarm.
        """
        async with self.store.read() as work:
            person = await work.people.get(resident.id)
            who = WhoHears(centre=self.intake.centre, clock=self.clock)
            return await who.told(work, person)

    async def _placed(self, work: Work, case: Case, spot: Spot | None) -> Case:
        """Put down where it is; until somebody took it on, it belongs to that place's region.

        A place that names none leaves it where it was.
        """
        before, case = case.spot, at_place(case, spot)
        if spot is None or case.state is not CaseState.REPORTED:
            return case
        proposal, region = await self.intake.proposed(work, case.story, spot)
        if not proposal.cell.value:
            proposal, region = await self.intake.proposed(work, case.story, before)
        return replace(case, proposal=proposal, region=region)

    def _apart(self, alarm: RaiseAlarm) -> RaiseAlarm:
        """Keep two messages that were judged together as two, each with its time."""
        if not alarm.before:
            return alarm
        sent = (alarm.before, alarm.before_at), (alarm.text, alarm.at)
        lines = [self._with_time(words, at) for words, at in sent]
        plain = {*alarm.before.splitlines(), *alarm.text.splitlines()}
        told = [line for line in alarm.story.splitlines() if line not in plain]
        story = "\n".join([*told, *lines]) if alarm.story else ""
        return replace(alarm, text="\n".join(lines), story=story)

    def _with_time(self, words: str, at: datetime | None) -> str:
        if at is None:
            return words
        local = at.astimezone(self.intake.centre.zone)
        return TOLD_AT.format(words=" ".join(words.split()), at=f"{local:%H:%M}", day=local)


def _may_hold(case: Case, alarm: RaiseAlarm, person: PersonId) -> bool:
    """What somebody sent goes into a case of their own; nobody would hear it elsewhere."""
    return not alarm.media or case.reporter == person
