"""What happens when a deadline comes; each is acted on once, and only if it still matters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.actors import SYSTEM, Role
from domain.agreements import CloseReason, Inked, Signing
from domain.cases import Case, CaseState
from domain.codes import Purpose
from domain.deadlines import TERMS, Due, DueKind
from domain.errors import NotFound
from domain.history import Event
from domain.ids import AgreementId, CaseId, MediaId, MeetingId, ObligationId
from domain.jobs import ActOnDue
from domain.meetings import MeetingState
from domain.notices import NoticeKind
from domain.obligations import ObligationState
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.agreements import AgreementDesk
from services.alarms import turn_of
from services.dues import set_due
from services.duty import on_duty, seal_holders, those_over
from services.handovers import HandOverDesk
from services.invitations import Invitations
from services.matters import MatterDesk
from services.media import MediaDesk
from services.notices import NoticeDesk
from services.privacy import PrivacyDesk
from services.reading import ReadingDesk
from services.ringing import is_covered, ringing_with
from services.settings import Centre
from services.tidings import DESK
from services.words import ALARMS_OF_A_TURN, SIGNING_EXPIRED

QUICK_ALARMS = 20  #: calls of an alarm at the centre's pace
SLOW_ALARMS = timedelta(minutes=10)  #: between those after them, until somebody takes it


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineDesk:
    """The desk that answers the clock."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    agreements: AgreementDesk
    privacy: PrivacyDesk
    hand_overs: HandOverDesk
    invitations: Invitations
    media: MediaDesk
    matters: MatterDesk
    reading: ReadingDesk
    centre: Centre

    async def act(self, job: ActOnDue) -> None:
        """Do what the deadline asks for, in one transaction with what it causes."""
        deeds: dict[DueKind, Callable[[Work, Due], Awaitable[None]]] = {
            DueKind.REGISTER: self._register,
            DueKind.ACCEPT: self._accept,
            DueKind.DANGER: self._danger,
            DueKind.MEETING_SOON: self._meeting_soon,
            DueKind.SIGNING_ENDS: self._signing_ends,
            DueKind.INK_SIGNING: self._ink_signing,
            DueKind.CONFIRMATION: self._confirmation,
            DueKind.OBLIGATION: self._obligation,
            DueKind.FOLLOW_UP: self._follow_up,
            DueKind.UNTAKEN: self.hand_overs.act,
            DueKind.QUIET: self.hand_overs.act,
            DueKind.ERASURE: self.privacy.act,
            DueKind.COPY_ENDS: self.privacy.act,
            DueKind.SOUND_ENDS: self.reading.act,
            DueKind.MEDIUM_GONE: self._medium_gone,
            DueKind.MATTER_REPLY: self.matters.act,
            DueKind.MATTER_CLOSES: self.matters.act,
        }
        async with self.store.begin() as work:
            try:
                due = await work.dues.get(job.due_id)
            except NotFound:
                return  # dropped, or acted on before a crash
            await deeds[due.kind](work, due)
            # A taken row is opened again to be dropped: after a crash nothing is done twice.
            await work.dues.add(replace(due, version=due.version + 1))
            await work.dues.drop(due.kind, due.subject)
            if due.kind is DueKind.DANGER:
                await self._next_alarm(work, due)
            if due.kind is DueKind.INK_SIGNING:
                await self._next_reminder(work, due)
            if due.kind is DueKind.MATTER_REPLY:
                await self.matters.after_reminder(work, due)
        await self.bus.publish(DESK, {"due": due.subject})

    async def _medium_gone(self, work: Work, due: Due) -> None:
        await self.media.give_up(work, MediaId(due.subject))

    async def _register(self, work: Work, due: Due) -> None:
        case = await work.cases.get(CaseId(due.subject), EVERYTHING)
        if case.state is CaseState.REPORTED:
            await self._tell_supervisors(work, case, NoticeKind.CASE_REPORTED)

    async def _accept(self, work: Work, due: Due) -> None:
        case = await work.cases.get(CaseId(due.subject), EVERYTHING)
        if case.state is CaseState.DISPATCHED:
            await self._tell_supervisors(work, case, NoticeKind.DISPATCHED)

    async def _danger(self, work: Work, due: Due) -> None:
        case = await work.cases.get(CaseId(due.subject), EVERYTHING)
        roster = await on_duty(work, case.region, centre=self.centre.region)
        if not case.alarmed or not roster:
            return
        beside = await ringing_with(work, case, roster, centre=self.centre.region)
        since = self.clock() - self.centre.next_alarm_after
        if await is_covered(work, case, beside, since=since):
            return
        turn = turn_of(due.version, among=len(roster))
        facts = {"url": self.centre.desk_page(case.id), "turn": turn}
        if beside:
            count = len(beside) + 1
            facts = {
                "url": self.centre.queue,
                "turn": ALARMS_OF_A_TURN.format(turn=turn, count=count),
            }
        await self.notices.post(
            work,
            NoticeKind.ALARM,
            case_id=case.id,
            to_staff=roster[due.version % len(roster)].id,
            facts=facts,
        )

    async def _next_alarm(self, work: Work, due: Due) -> None:
        case = await work.cases.get(CaseId(due.subject), EVERYTHING)
        if not case.alarmed:
            return
        pause = self.centre.next_alarm_after
        if due.version >= QUICK_ALARMS:
            pause = max(pause, SLOW_ALARMS)
        at = self.clock() + pause
        await set_due(work, self.chance, due.kind, due.subject, at=at, version=due.version + 1)

    async def _meeting_soon(self, work: Work, due: Due) -> None:
        meeting = await work.meetings.get(MeetingId(due.subject))
        if meeting.state is not MeetingState.FIXED:
            return
        case = await work.cases.get(meeting.case_id, EVERYTHING)
        local = meeting.starts_at.astimezone(self.centre.zone)
        for invited in meeting.attendees:
            if invited.person_id is None:
                continue
            secret = await work.tokens.text(Purpose.ROOM, f"{case.id}/{invited.person_id}")
            await self.notices.post(
                work,
                NoticeKind.MEETING_SOON,
                case_id=case.id,
                to_person=invited.person_id,
                facts={
                    "number": case.number,
                    "when": f"{local.month}月{local.day}日{local:%H:%M}",
                    "url": f"{self.centre.public_url}/room/{secret}",
                },
            )

    async def _signing_ends(self, work: Work, due: Due) -> None:
        agreement = await work.agreements.get(AgreementId(due.subject))
        if not isinstance(agreement, Signing) or agreement.sealing is not None:
            return
        case = await work.cases.get(agreement.case_id, EVERYTHING)
        await self.agreements.close(work, agreement, case, CloseReason.EXPIRED, by=SYSTEM)
        await self.notices.post(
            work,
            NoticeKind.DECLINED,
            case_id=case.id,
            to_staff=case.mediator,
            facts={"number": agreement.number, "reason": SIGNING_EXPIRED},
        )

    async def _ink_signing(self, work: Work, due: Due) -> None:
        agreement = await work.agreements.get(AgreementId(due.subject))
        if not isinstance(agreement, Inked):
            return
        case = await work.cases.get(agreement.case_id, EVERYTHING)
        kind, staff = NoticeKind.ORIGINAL_AWAITED, [case.mediator]
        if agreement.original is not None:
            kind = NoticeKind.ORIGINAL_TO_CHECK
            staff = [holder.id for holder in await seal_holders(work, case)]
        facts = {"number": agreement.number, "url": self.centre.desk_page(case.id)}
        for one in staff:
            await self.notices.post(work, kind, case_id=case.id, to_staff=one, facts=facts)

    async def _next_reminder(self, work: Work, due: Due) -> None:
        """A paper for ink never expires, since it may have been signed: it is asked for again."""
        if isinstance(await work.agreements.get(AgreementId(due.subject)), Inked):
            at = self.clock() + TERMS[due.kind].span
            await set_due(work, self.chance, due.kind, due.subject, at=at, version=due.version + 1)

    async def _confirmation(self, work: Work, due: Due) -> None:
        case = await work.cases.get(CaseId(due.subject), EVERYTHING)
        for party in case.parties:
            await self.notices.post(
                work,
                NoticeKind.CONFIRMATION_ENDS,
                case_id=case.id,
                to_person=party.person_id,
                facts={"number": case.number},
            )

    async def _obligation(self, work: Work, due: Due) -> None:
        obligation = await work.obligations.get(ObligationId(due.subject))
        if obligation.state is not ObligationState.OPEN:
            return
        facts = {
            "text": obligation.text,
            "due": obligation.due.isoformat(),
            "url": self.centre.party_page(obligation.case_id),
        }
        for person in (obligation.debtor, obligation.creditor):
            if person is not None:
                await self.notices.post(
                    work,
                    NoticeKind.OBLIGATION_DUE,
                    case_id=obligation.case_id,
                    to_person=person,
                    facts=facts,
                )

    async def _follow_up(self, work: Work, due: Due) -> None:
        case = await work.cases.get(CaseId(due.subject), EVERYTHING)
        fallen = Event(
            subject=case.id,
            case_id=case.id,
            kind="case.follow-up-due",
            by=SYSTEM.ref,
            at=self.clock(),
        )
        await work.cases.save(case, fallen)
        facts = {
            "number": case.number,
            "url": self.centre.desk_page(case.id),
        }
        await self.notices.post(
            work, NoticeKind.FOLLOW_UP, case_id=case.id, to_staff=case.mediator, facts=facts
        )
        for party in case.parties:
            await self.notices.post(
                work,
                NoticeKind.FOLLOW_UP,
                case_id=case.id,
                to_person=party.person_id,
                facts=facts | {"url": self.centre.party_page(case.id)},
            )

    async def _tell_supervisors(self, work: Work, case: Case, kind: NoticeKind) -> None:
        facts = {"number": case.number, "url": self.centre.desk_page(case.id)}
        own = await those_over(work, Role.SUPERVISOR, case.region)
        for member in own or await those_over(work, Role.SUPERVISOR, self.centre.region):
            await self.notices.post(work, kind, case_id=case.id, to_staff=member.id, facts=facts)
