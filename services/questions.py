"""Questions of the parties: from the chat to the mediator's workbench, and the answer back."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Action, can
from domain.actors import Actor, Resident, Staff
from domain.cases import Case
from domain.errors import NotFound
from domain.ids import CaseId, PersonId, QuestionId
from domain.notices import NoticeKind
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from domain.questions import LONGEST_QUESTION, Question
from domain.scope import scope_of
from services.desk_rules import case_for
from services.duty import on_duty
from services.notices import NoticeDesk
from services.settings import Centre
from services.tidings import case_changed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDesk:
    """The desk between a party and whoever has their case in hand."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    centre: Centre

    async def ask(self, work: Work, case_id: CaseId, *, person: PersonId, text: str) -> None:
        """Put a question to the mediator within the running transaction.

        Without a mediator whoever is on duty hears of it.  Raises NotFound for a foreign case.
        """
        by = Resident(id=person)
        case = await work.cases.get(case_id, scope_of(by))
        if not can(by, Action.ASK, case).allow:
            raise NotFound(case_id)
        question = Question(
            id=QuestionId(self.chance.id()),
            case_id=case_id,
            asked_by=person,
            text=text.strip()[:LONGEST_QUESTION],
            asked_at=self.clock(),
        )
        await work.questions.add(question, question.asked(by=by))
        await self._tell_staff(work, case)

    async def answer(
        self, actor: Actor, case_id: CaseId, question_id: QuestionId, *, words: str
    ) -> None:
        """Answer a question; the words go to who asked, and stay with the case."""
        async with self.store.begin() as work:
            case = await case_for(work, actor, Action.ANSWER, case_id)
            question = await work.questions.get(question_id)
            if question.case_id != case_id or not isinstance(actor, Staff):
                raise NotFound(question_id)
            answered, event = question.reply(words, by=actor, at=self.clock())
            await work.questions.save(answered, event)
            await self.notices.post(
                work,
                NoticeKind.QUESTION_ANSWERED,
                case_id=case_id,
                to_person=question.asked_by,
                facts={
                    "number": case.number,
                    "words": answered.answer,
                    "url": f"{self.centre.public_url}/m/cases/{case_id}",
                },
            )
        await case_changed(self.bus, case_id)

    async def _tell_staff(self, work: Work, case: Case) -> None:
        staff = [case.mediator] if case.mediator else []
        if not staff:
            roster = await on_duty(work, case.region, centre=self.centre.region)
            staff = [one.id for one in roster[:1]]
        for one in staff:
            await self.notices.post(
                work,
                NoticeKind.QUESTION_ASKED,
                case_id=case.id,
                to_staff=one,
                facts={"number": case.number, "url": self.centre.desk_page(case.id)},
            )
