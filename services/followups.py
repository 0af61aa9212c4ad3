"""After the agreement: promises confirmed or not, follow-ups, and a rating by a one-use code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from domain.access import Action
from domain.actors import SYSTEM, Actor, Resident, Staff
from domain.cases import Case, CaseState
from domain.codes import Purpose, Rating, Token
from domain.deadlines import DueKind
from domain.errors import AlreadyRated, BadInput, NotFound
from domain.history import Event
from domain.ids import CaseId, ObligationId, PersonId
from domain.notices import NoticeKind
from domain.obligations import Obligation, ObligationState
from domain.ports.outside import Bus, Clock
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.desk_rules import case_for
from services.invitations import Invitations
from services.notices import NoticeDesk
from services.raising import AlarmDesk
from services.settings import Centre
from services.tidings import case_changed

MOST_STARS = 5
LONGEST_WORDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDesk:
    """The desk that follows every agreement to its end."""

    store: Store
    clock: Clock
    bus: Bus
    notices: NoticeDesk
    invitations: Invitations
    alarms: AlarmDesk
    centre: Centre

    async def claim(self, actor: Actor, obligation_id: ObligationId) -> None:
        """The debtor says that it is done."""
        async with self.store.begin() as work:
            obligation, _ = await self._allowed(work, actor, obligation_id)
            if not isinstance(actor, Resident) or actor.id != obligation.debtor:
                raise NotFound(obligation_id)
            changed, event = obligation.claim(by=actor, at=self.clock())
            await work.obligations.save(changed, event)
        await case_changed(self.bus, obligation.case_id)

    async def confirm(self, actor: Actor, obligation_id: ObligationId) -> None:
        """The creditor, or the mediator on proof, confirms that it is done."""
        async with self.store.begin() as work:
            obligation, case = await self._allowed(work, actor, obligation_id)
            self._creditor_or_mediator(actor, obligation)
            changed, event = obligation.confirm(by=actor, at=self.clock())
            await work.obligations.save(changed, event)
            await work.dues.drop(DueKind.OBLIGATION, obligation_id)
            await self._settle(work, case)
        await case_changed(self.bus, obligation.case_id)

    async def breach(self, actor: Actor, obligation_id: ObligationId) -> None:
        """The creditor or the mediator says that it was not done."""
        async with self.store.begin() as work:
            obligation, case = await self._allowed(work, actor, obligation_id)
            self._creditor_or_mediator(actor, obligation)
            now = self.clock()
            today = now.astimezone(self.centre.zone).date()
            changed, event = obligation.breach(by=actor, at=now, today=today)
            await work.obligations.save(changed, event)
            if case.state is CaseState.PERFORMING:
                moved, noted = case.breach(by=actor, at=now)
                await work.cases.save(moved, noted)
        await case_changed(self.bus, obligation.case_id)

    async def note_follow_up(
        self, actor: Actor, case_id: CaseId, *, words: str, form: str = ""
    ) -> None:
        """Keep that somebody called on the parties after the agreement (回访).

        The same form with the same words again is the same visit.
        """
        if not isinstance(actor, Staff) or not 1 <= len(words.strip()) <= LONGEST_WORDS:
            raise BadInput("words", "1 to 1000 characters")
        async with self.store.begin() as work:
            case = await case_for(work, actor, Action.CONFIRM_OBLIGATION, case_id)
            sent = repr((form, actor.id, case.id, words.strip()))
            if form and await _was_sent(work, sent):
                return
            event = Event(
                subject=case.id,
                case_id=case.id,
                kind="case.followed-up",
                by=actor.ref,
                at=self.clock(),
                detail={"words": words.strip()},
            )
            await work.cases.save(case, event)
            if form:
                token = Token(purpose=Purpose.FORM, subject=case.id, case_id=case.id)
                await work.tokens.add(sent, token)
            await work.dues.drop(DueKind.FOLLOW_UP, case.id)
            await self._settle(work, await work.cases.get(case.id, EVERYTHING))
        await case_changed(self.bus, case_id)

    async def rate(self, actor: Actor, secret: str, *, stars: int, words: str) -> None:
        """Keep a party's rating; the code is used up with it.  Words of mortal danger ring."""
        if not isinstance(actor, Resident):
            raise NotFound(Purpose.RATE)
        await self.alarms.ring_own(actor, words)
        async with self.store.begin() as work:
            case_id = await self._rate(work, actor, secret, stars=stars, words=words)
        await case_changed(self.bus, case_id)

    async def rate_by_chat(
        self, work: Work, case_id: CaseId, *, person: PersonId, stars: int, words: str
    ) -> None:
        """Keep a rating that was given in the chat; it uses up the same invitation as the page."""
        if any(one.person_id == person for one in await work.ratings.of_case(case_id)):
            raise AlreadyRated(person)
        secret = await work.tokens.text(Purpose.RATE, f"{case_id}/{person}")
        await self._rate(work, Resident(id=person), secret, stars=stars, words=words)

    async def _rate(
        self, work: Work, actor: Resident, secret: str, *, stars: int, words: str
    ) -> CaseId:
        if not 1 <= stars <= MOST_STARS or len(words) > LONGEST_WORDS:
            raise BadInput("stars", "1 to 5, 1000 characters at most")
        if await self._rated(work, actor, secret):
            raise AlreadyRated(actor.id)
        token: Token = await work.tokens.use(Purpose.RATE, secret, at=self.clock())
        now = self.clock()
        rating = Rating(case_id=token.case_id, person_id=actor.id, stars=stars, words=words, at=now)
        await work.ratings.add(rating)
        event = Event(
            subject=token.case_id,
            case_id=token.case_id,
            kind="case.rated",
            by=actor.ref,
            at=now,
            detail={"stars": str(stars)},
        )
        await work.cases.save(await work.cases.get(token.case_id, EVERYTHING), event)
        return token.case_id

    async def has_rated(self, actor: Actor, secret: str) -> bool:
        """Say to the invited person whether their rating counts already."""
        if not isinstance(actor, Resident):
            raise NotFound(Purpose.RATE)
        async with self.store.read() as work:
            return await self._rated(work, actor, secret)

    async def _rated(self, work: Work, actor: Resident, secret: str) -> bool:
        token = await work.tokens.find(Purpose.RATE, secret)
        if token.person_id != actor.id:
            raise NotFound(Purpose.RATE)
        ratings = await work.ratings.of_case(token.case_id)
        return any(one.person_id == actor.id for one in ratings)

    async def _settle(self, work: Work, case: Case) -> None:
        """Once every promise is kept, note it and ask the parties for a rating."""
        states = {promise.state for promise in await work.obligations.of_case(case.id)}
        if case.state not in (CaseState.PERFORMING, CaseState.BREACHED):
            return
        if states - {ObligationState.DONE}:
            await self._resume(work, case, states)
            return
        moved, event = case.perform(by=SYSTEM, at=self.clock())
        await work.cases.save(moved, event)
        for party in case.parties:
            address = await self.invitations.invite(
                work,
                Purpose.RATE,
                case_id=case.id,
                person=PersonId(party.person_id),
                about=case.id,
                until=None,
            )
            await self.notices.post(
                work,
                NoticeKind.RATE,
                case_id=case.id,
                to_person=party.person_id,
                facts={"number": case.number, "url": address},
            )

    async def _resume(self, work: Work, case: Case, states: Collection[ObligationState]) -> None:
        late = {ObligationState.BREACHED, ObligationState.CLAIMED}
        if case.state is CaseState.BREACHED and not late & set(states):
            resumed, event = case.resume(by=SYSTEM, at=self.clock())
            await work.cases.save(resumed, event)

    async def _allowed(
        self, work: Work, actor: Actor, obligation_id: ObligationId
    ) -> tuple[Obligation, Case]:
        obligation = await work.obligations.get(obligation_id)
        case = await case_for(work, actor, Action.CONFIRM_OBLIGATION, obligation.case_id)
        return obligation, case

    def _creditor_or_mediator(self, actor: Actor, obligation: Obligation) -> None:
        if isinstance(actor, Resident) and actor.id != obligation.creditor:
            raise NotFound(obligation.id)


async def _was_sent(work: Work, sent: str) -> bool:
    try:
        await work.tokens.find(Purpose.FORM, sent)
    except NotFound:
        return False
    return True
