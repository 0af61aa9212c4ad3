"""What an agreement sets in motion once it is in effect, signed on a screen or with ink."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from domain.actors import Actor
from domain.agreements import InkSigned, Sealed
from domain.clauses import Clause
from domain.codes import Purpose
from domain.deadlines import TERMS, DueKind
from domain.errors import NotReady
from domain.ids import ObligationId
from domain.notices import NoticeKind
from domain.obligations import Obligation
from domain.ports.outside import Chance
from domain.ports.store import Work
from domain.scope import EVERYTHING
from services.dues import set_due
from services.notices import NoticeDesk
from services.settings import Centre

REMIND_AT = time(9, 0)  #: local time of the day on which something falls due


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Moves the case on, begins the promises and deadlines, and tells the parties."""

    chance: Chance
    notices: NoticeDesk
    centre: Centre

    async def begin(
        self,
        work: Work,
        agreement: Sealed | InkSigned,
        *,
        since: datetime,
        url: str,
        by: Actor,
        at: datetime,
    ) -> None:
        """Do all of it within the running transaction; the legal spans count from ``since``."""
        case = await work.cases.get(agreement.case_id, EVERYTHING)
        moved, event = case.take_effect(by=by, at=at)
        await work.cases.save(moved, event)
        for kind in (DueKind.SIGNING_ENDS, DueKind.INK_SIGNING):
            await work.dues.drop(kind, agreement.id)
        for index, clause in enumerate(agreement.content.clauses):
            if clause.to_follow and clause.due is not None:
                await self._promise(work, agreement, index, clause)
        for kind in (DueKind.CONFIRMATION, DueKind.FOLLOW_UP):
            await set_due(work, self.chance, kind, case.id, at=since + TERMS[kind].span)
        facts = {"number": agreement.number, "url": url}
        for party in case.parties:
            await work.tokens.revoke(Purpose.SIGN, f"{case.id}/{party.person_id}")
            await self.notices.post(
                work,
                NoticeKind.EFFECTIVE,
                case_id=case.id,
                to_person=party.person_id,
                facts=facts,
            )

    async def _promise(
        self, work: Work, agreement: Sealed | InkSigned, index: int, clause: Clause
    ) -> None:
        people = {one.name: one.person_id for one in agreement.signers}
        debtor = people.get(clause.debtor)
        if debtor is None or clause.due is None:
            raise NotReady(f"agreement {agreement.id}: clause {index} names nobody")
        obligation = Obligation(
            id=ObligationId(self.chance.id()),
            agreement_id=agreement.id,
            case_id=agreement.case_id,
            clause=index,
            text=clause.spoken(),
            debtor=debtor,
            creditor=people.get(clause.creditor),
            due=clause.due,
        )
        await work.obligations.add(obligation)
        morning = datetime.combine(clause.due, REMIND_AT, tzinfo=self.centre.zone)
        await set_due(work, self.chance, DueKind.OBLIGATION, obligation.id, at=morning)
