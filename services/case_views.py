"""How a case is shown: one place decides what is masked and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain import masking
from domain.access import Action, can
from domain.actors import Actor, Resident, Role, Staff
from domain.agreements import (
    CloseReason,
)
from domain.capacities import Capacity
from domain.cases import BEFORE_SIGNING, GOING_ON, Case, CaseState, Party, Suggestion
from domain.codes import Purpose
from domain.companions import Now
from domain.handovers import Ending
from domain.headline import headline
from domain.helping import HowAgreed
from domain.history import Event
from domain.ids import PersonId
from domain.media import Medium
from domain.meetings import Meeting
from domain.notices import Notice, NoticeKind
from domain.obligations import Obligation, ObligationState
from domain.others_told import OtherTold
from domain.ports.rooms import Order
from domain.ports.store import Work
from domain.questions import Question, QuestionState
from domain.taxonomy import DISPUTE_TYPES, TypeCode
from services import words
from services.agreement_views import AgreementViews, readable
from services.alarms import Alarm, alarm_in, nobody_reached
from services.following import chat_with
from services.next_steps import next_step, page_for
from services.others import proposed_others
from services.playback import LOOKS
from services.self_told import AS_TOLD, proposed_for, taken_as_told
from services.settings import Centre
from services.views import (
    AgreementView,
    CaseLineView,
    CaseView,
    HistoryLine,
    InDangerView,
    MediumView,
    MeetingView,
    NoticeView,
    ObligationView,
    PartyView,
    QuestionView,
)

STORY_IN_LIST = 60

#: In which states an action makes sense, where its right alone does not say so.
WHEN: Mapping[Action, frozenset[CaseState]] = {
    Action.REGISTER: frozenset({CaseState.REPORTED}),
    Action.DISPATCH: frozenset({CaseState.REGISTERED}),
    Action.ACCEPT: frozenset({CaseState.DISPATCHED}),
    Action.ADD_PARTY: BEFORE_SIGNING,
    Action.MEET: frozenset({CaseState.ACCEPTED, CaseState.MEDIATING}),
    Action.DRAFT: frozenset({CaseState.MEDIATING}),
    Action.SEAL: frozenset({CaseState.SIGNING}),
    Action.END: frozenset(
        {CaseState.DISPATCHED, CaseState.ACCEPTED, CaseState.MEDIATING, CaseState.SIGNING}
    ),
    Action.ARCHIVE: frozenset(
        {CaseState.PERFORMED, CaseState.ENDED, CaseState.REFUSED, CaseState.BREACHED}
    ),
}

#: A proposal's reason quotes story and place.
UNTOLD = Suggestion(value="", reason="", sure=False)

#: A return's reason is the centre's business; why a case was refused or ended is the parties'.
TOLD_WHY = frozenset({CaseState.REFUSED, CaseState.ENDED})

#: How a paper is made is no news to a party: the line before or after says what happened.
INNER_WORKS = frozenset(
    {
        "agreement.opened",
        "agreement.signed",
        "agreement.seal-given",
        "agreement.original-sent-back",
    }
)

#: With these stands what came of it, in words of the centre.
NOTES_OF_DANGER = frozenset({"case.danger-called", f"talk.ended-{Ending.STAFF}"})

#: What a party is not told of: it would tell one side that the other called for help.
FOR_STAFF = frozenset(
    {
        "case.danger",
        "case.danger-seen",
        "case.danger-called",
        "talk.begun",
        *(f"talk.ended-{ending}" for ending in Ending),
        "case.nobody-on-duty",
        "case.told-more",
        "person.merged",
        "person.parted",
        "case.asked-human",
        "case.returned",
        "case.handed-back",
        "case.follow-up-due",
        "case.question-asked",
        "case.question-answered",
        "meeting.aside",
        "meeting.aside-listed",
        "meeting.companion-noted",
        *(f"meeting.companion-{now}" for now in Now),
        *(f"meeting.{order}" for order in Order if order is not Order.BEGIN),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseViews:
    """Makes the views of one centre's cases within a running transaction."""

    centre: Centre
    now: datetime

    async def names(self, work: Work) -> Mapping[str, str]:
        """Give the names of staff and cells by id; an old case names also who has left."""
        names: dict[str, str] = {one.id: one.name for one in await work.staff.everybody()}
        names.update({cell.id: cell.name for cell in await work.cells.all()})
        return names

    async def line(
        self, work: Work, case: Case, names: Mapping[str, str], actor: Actor
    ) -> CaseLineView:
        """Show a case in a list; what the reporter told, only to who may read it."""
        rings = case.alarmed and not isinstance(actor, Resident)
        return await self._line(
            work, case, names, actor, await alarm_in(work, case) if rings else None
        )

    async def _line(
        self,
        work: Work,
        case: Case,
        names: Mapping[str, str],
        actor: Actor,
        ringing: Alarm | None,
    ) -> CaseLineView:
        told = can(actor, Action.SEE_STORY, case).allow
        staff = not isinstance(actor, Resident)
        code = case.type_code or TypeCode(case.proposal.type_code.value)
        return CaseLineView(
            id=case.id,
            number=case.number,
            state=case.state,
            state_words=words.CASE_STATES[case.state],
            type_words=DISPUTE_TYPES[code],
            story=headline(case.story, longest=STORY_IN_LIST) if told else "",
            alarmed=case.alarmed and staff,
            danger=case.danger if told and staff else (),
            reported_at=case.reported_at,
            cell=names.get(case.cell or case.proposal.cell.value, ""),
            mediator=names.get(case.mediator or "", ""),
            without_mediator=case.without_mediator and staff,
            next_step=await next_step(
                work, case, actor.id if isinstance(actor, Resident) else None
            ),
            unanswered=await self._unanswered(work, case) if staff and told else 0,
            unreached=ringing is not None and await nobody_reached(work, ringing, now=self.now),
            alarmed_at=ringing.raised_at if ringing is not None else None,
        )

    async def whole(self, work: Work, case: Case, actor: Actor) -> CaseView:
        """Show everything of a case that this actor may see."""
        names = await self.names(work)
        story = can(actor, Action.SEE_STORY, case).allow
        staff = not isinstance(actor, Resident)
        meetings = await work.meetings.of_case(case.id)
        agreements = await self._agreements(work, case, actor)
        token = await work.tokens.text(Purpose.CASE, case.id)
        events = await work.cases.history(case.id)
        history = [one for one in events if _may_know(actor, case, one)]
        alarm = await alarm_in(work, case, events)
        page = (
            await page_for(work, case, actor.id, self.centre.public_url)
            if isinstance(actor, Resident)
            else ""
        )
        return CaseView(
            line=await self._line(
                work, case, names, actor, alarm if case.alarmed and staff else None
            ),
            version=case.version,
            full_story=case.story if story else "",
            content_hint=await _content_hint(work, case) if staff and story else "",
            place=case.spot.words if story else "",
            latitude=case.spot.latitude if story else None,
            longitude=case.spot.longitude if story else None,
            reporter=case.reporter if staff else "",
            parties=tuple(
                [await self._party(work, case, one, actor, events) for one in case.parties]
            ),
            media=await _media(work, case) if story else (),
            proposed_type=case.proposal.type_code if staff and story else UNTOLD,
            proposed_cell=case.proposal.cell if staff and story else UNTOLD,
            proposed_mediator=_not_again(case.proposal.mediator, events)
            if staff and story
            else UNTOLD,
            type_code=case.type_code or "",
            cell_id=case.cell or "",
            mediator_id=case.mediator if staff else None,
            reason=words.REASONS.get(case.reason, case.reason)
            if staff or case.state in TOLD_WHY
            else "",
            danger_seen_by=names.get(case.danger_seen_by or "", "") if staff else "",
            code_url=self.centre.case_code(token),
            meetings=tuple([await self._meeting(work, one) for one in meetings]),
            agreements=agreements,
            obligations=tuple(
                self._obligation(one, actor) for one in await work.obligations.of_case(case.id)
            ),
            notices=_piled([await self.notice(work, one) for one in await _notices(work, case)])
            if staff
            else (),
            history=tuple([await self._event(work, case, one, names, actor) for one in history]),
            questions=await self._questions(work, case, actor, names),
            in_danger=await self._in_danger(work, alarm, actor),
            others_told=await self._others_told(work, case, actor),
            may=frozenset(action for action in Action if _may_now(actor, action, case)),
            to_do=page,
            to_do_words=words.PAGES[page.split("/")[-2]] if page else "",
        )

    async def notice(self, work: Work, notice: Notice) -> NoticeView:
        """Show a message and what is known of it."""
        to = ""
        if notice.to_person is not None:
            to = masking.name((await work.people.get(notice.to_person)).name)
        elif notice.to_staff is not None:
            to = (await work.staff.get(notice.to_staff)).name
        return NoticeView(
            kind=notice.kind,
            way=notice.way or "",
            way_words=words.WAYS[notice.way] if notice.way else "",
            state=notice.state,
            state_words=words.DELIVERIES[notice.state],
            why=notice.why,
            why_words=words.why(notice),
            at=notice.made_at,
            to=to,
        )

    async def _agreements(self, work: Work, case: Case, actor: Actor) -> tuple[AgreementView, ...]:
        if not can(actor, Action.SEE_AGREEMENT, case).allow:
            return ()
        views, kept = AgreementViews(centre=self.centre), await work.agreements.of_case(case.id)
        return tuple([await views.whole(work, one, actor) for one in kept])

    async def _party(
        self, work: Work, case: Case, party: Party, actor: Actor, events: Sequence[Event]
    ) -> PartyView:
        person = await work.people.get(party.person_id)
        own = isinstance(actor, Resident) and actor.id == party.person_id
        open_contacts = can(actor, Action.SEE_CONTACTS, case)
        accounts = await work.people.identities(person.id)
        reachable = (
            "wechat"
            if any(account.following for account in accounts)
            else ("sms" if person.phone else "none")
        )
        named = own or (isinstance(actor, Resident) or open_contacts.allow)
        number = masking.phone(person.phone) if person.phone else ""
        return PartyView(
            person_id=person.id,
            side=words.SIDES[party.side],
            name=person.name if named else masking.name(person.name),
            phone=person.phone
            if open_contacts.allow and not open_contacts.masked
            else (number if own or open_contacts.allow else ""),
            reachable=reachable,
            born=person.born if open_contacts.allow and not open_contacts.masked else None,
            told=proposed_for(case, person, demo=self.centre.demo)
            if _may_put_down(actor, case)
            else None,
            as_told=open_contacts.allow and taken_as_told(events, person.id),
            **_hand(party, known=named, centre=open_contacts.allow),
        )

    async def _in_danger(self, work: Work, alarm: Alarm, actor: Actor) -> tuple[InDangerView, ...]:
        case = alarm.case
        if not isinstance(actor, Staff) or not can(actor, Action.ACKNOWLEDGE, case).allow:
            return ()
        return tuple([await self._to_call(work, case, one, actor) for one in alarm.in_danger])

    async def _to_call(
        self, work: Work, case: Case, person_id: PersonId, actor: Staff
    ) -> InDangerView:
        person = await work.people.get(person_id)
        whole = _may_call(actor, case, person_id)
        masked = masking.phone(person.phone) if person.phone else ""
        return InDangerView(
            person_id=person.id,
            name=person.name,
            phone=person.phone if whole else masked,
            chat=await chat_with(work, person.id, self.centre) is not None,
            told=proposed_for(case, person, demo=self.centre.demo)
            if can(actor, Action.SEE_STORY, case).allow
            else None,
        )

    async def _others_told(self, work: Work, case: Case, actor: Actor) -> tuple[OtherTold, ...]:
        if not _may_put_down(actor, case):
            return ()
        parties = [await work.people.get(one.person_id) for one in case.parties]
        return proposed_others(case, parties, demo=self.centre.demo)

    async def _meeting(self, work: Work, meeting: Meeting) -> MeetingView:
        names = []
        for one in meeting.attendees:
            if one.consent_version and one.person_id is not None:
                names.append((await work.people.get(one.person_id)).name)
            elif one.consent_version and one.staff_id is not None:
                names.append((await work.staff.get(one.staff_id)).name)
        return MeetingView(
            id=meeting.id,
            starts_at=meeting.starts_at,
            state=meeting.state,
            recording=meeting.recording,
            consented=tuple(names),
        )

    async def _unanswered(self, work: Work, case: Case) -> int:
        asked = await work.questions.of_case(case.id)
        return sum(one.state is QuestionState.OPEN for one in asked)

    async def _questions(
        self, work: Work, case: Case, actor: Actor, names: Mapping[str, str]
    ) -> tuple[QuestionView, ...]:
        """What was asked: to its asker and to who may answer, never to the other side."""
        asked = await work.questions.of_case(case.id)
        if isinstance(actor, Resident):
            asked = [one for one in asked if one.asked_by == actor.id]
        elif not can(actor, Action.ANSWER, case).allow:
            asked = []
        return tuple([await self._question(work, one, names) for one in asked])

    async def _question(
        self, work: Work, question: Question, names: Mapping[str, str]
    ) -> QuestionView:
        asker = await work.people.get(question.asked_by)
        return QuestionView(
            id=question.id,
            asked_by=masking.name(asker.name) or words.PARTY_WITHOUT_NAME,
            asked_at=question.asked_at,
            text=question.text,
            open=question.state is QuestionState.OPEN,
            answer=question.answer,
            answered_by=names.get(question.answered_by or "", ""),
            answered_at=question.answered_at,
        )

    def _obligation(self, obligation: Obligation, actor: Actor) -> ObligationView:
        mine = actor.id if isinstance(actor, Resident) else None
        return ObligationView(
            id=obligation.id,
            text=obligation.text,
            due=obligation.due,
            state=obligation.state,
            state_words=_said_to(mine, obligation),
            i_owe=mine is not None and mine == obligation.debtor,
            i_am_owed=mine is not None and mine == obligation.creditor,
        )

    async def _event(
        self, work: Work, case: Case, event: Event, names: Mapping[str, str], actor: Actor
    ) -> HistoryLine:
        kind, _, who = event.by.partition(":")
        by = {"system": words.THE_SYSTEM, "visitor": words.A_VISITOR}.get(kind, "")
        if kind == "staff":
            by = names.get(who, words.STAFF_WITHOUT_NAME)
        elif kind == "resident":
            name = (await work.people.get(PersonId(who))).name
            own = isinstance(actor, Resident) and actor.id == who
            by = (name if own else masking.name(name)) or words.PARTY_WITHOUT_NAME
        told = words.EVENTS.get(event.kind, event.kind)
        if event.kind == "agreement.closed":
            told = words.CLOSINGS.get(CloseReason(event.detail["reason"]), told)
        if how := event.detail.get("agreed"):
            told = words.helped(by, HowAgreed(how))
        if event.detail.get("told") == AS_TOLD and not isinstance(actor, Resident):
            told = words.PUT_DOWN_AS_TOLD[event.kind]
        why = event.detail.get("why", "") if can(actor, Action.SEE_AGREEMENT, case).allow else ""
        why = readable(why, event.by, actor)
        if event.kind in NOTES_OF_DANGER and can(actor, Action.SEE_STORY, case).allow:
            why = event.detail.get("words", "")
        return HistoryLine(at=event.at, words=told, by=by, why=why)


async def _content_hint(work: Work, case: Case) -> str:
    found = [words.CONTENT_HINTS.get(one.advice, "") for one in await work.hints.of_case(case.id)]
    return next((one for one in found if one), "")


def _piled(notices: Sequence[NoticeView]) -> tuple[NoticeView, ...]:
    """Show the calls of an alarm that fared alike in one line, where the newest stands."""
    piles: dict[object, list[NoticeView]] = {}
    for at, one in enumerate(notices):
        alike = (one.kind, one.way, one.state, one.why) if one.kind == NoticeKind.ALARM else at
        piles.setdefault(alike, []).append(one)
    return tuple(
        replace(
            max(pile, key=lambda one: one.at),
            to="、".join(dict.fromkeys(one.to for one in pile)),
            count=len(pile),
        )
        for pile in piles.values()
    )


async def _notices(work: Work, case: Case) -> tuple[Notice, ...]:
    return tuple(await work.notices.of_case(case.id))


def _not_again(proposed: Suggestion, events: Sequence[Event]) -> Suggestion:
    """Propose nobody who has given this case back: they may have to stand aside (回避)."""
    returned = {one.by for one in events if one.kind == "case.returned"}
    if f"staff:{proposed.value}" not in returned:
        return proposed
    return Suggestion(value="", reason=words.RETURNED_BY_PROPOSED, sure=False)


def _may_know(actor: Actor, case: Case, event: Event) -> bool:
    if isinstance(actor, Resident):
        return event.kind not in FOR_STAFF | INNER_WORKS | LOOKS
    if event.kind in LOOKS:  # one line for every look: to audit, and no step of the case
        return isinstance(actor, Staff) and actor.role is Role.AUDITOR
    return can(actor, Action.SEE_HISTORY, case).allow


def _may_now(actor: Actor, action: Action, case: Case) -> bool:
    in_time = case.state in WHEN.get(action, frozenset(CaseState))
    if action is Action.ACKNOWLEDGE:
        in_time = case.alarmed
    if action is Action.DISPATCH:
        in_time = in_time or case.without_mediator
    return in_time and can(actor, action, case).allow


def _may_put_down(actor: Actor, case: Case) -> bool:
    """May they read what was told, and put down who the parties are?"""
    return _may_now(actor, Action.ADD_PARTY, case) and can(actor, Action.SEE_STORY, case).allow


def _may_call(actor: Staff, case: Case, person: PersonId) -> bool:
    """Who took care of the danger reads the number whole; so does who may read any party's."""
    if case.danger_seen_by == actor.id and case.state in GOING_ON:
        return True
    contacts = can(actor, Action.SEE_CONTACTS, case)
    return contacts.allow and not contacts.masked and case.party_of(person) is not None


def _said_to(reader: PersonId | None, obligation: Obligation) -> str:
    """Say where a promise stands, to who owes it, to whom it is owed, or to anybody else."""
    if obligation.state is ObligationState.CLAIMED and reader is not None:
        if reader == obligation.debtor:
            return words.CLAIMED_BY_YOU if obligation.creditor else words.CLAIMED_BY_YOU_ALONE
        if reader == obligation.creditor:
            return words.CLAIMED_TO_YOU
    return words.OBLIGATION_STATES[obligation.state]


async def _media(work: Work, case: Case) -> tuple[MediumView, ...]:
    return tuple([medium_view(await work.media.get(media_id)) for media_id in case.media])


def medium_view(medium: Medium) -> MediumView:
    """Show a picture or voice; its bytes are fetched apart."""
    return MediumView(
        id=medium.id,
        kind=medium.kind,
        state=medium.state,
        received_at=medium.received_at,
        sha256=medium.sha256,
        seconds=medium.copy.seconds if medium.copy else None,
        no_copy=medium.no_copy,
        heard=medium.heard,
        hearing=medium.hearing,
    )


def _hand(party: Party, *, known: bool, centre: bool) -> dict[str, str]:
    hand = party.represented
    if hand is None:
        return {"capacity": words.CAPACITIES[Capacity.SELF]}
    return {
        "capacity": words.CAPACITIES[hand.capacity],
        "hand": hand.name if known else masking.name(hand.name),
        "proof": hand.proof_sha256 if centre else "",
    }
