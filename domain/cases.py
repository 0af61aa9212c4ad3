"""A case, and the only table that says how it may move."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from domain.actors import Actor
from domain.capacities import Capacity, Representation
from domain.errors import BadInput, IllegalMove, NotFound
from domain.history import Event
from domain.ids import CaseId, CellId, MediaId, PersonId, StaffId
from domain.taxonomy import DISPUTE_TYPES, TypeCode


class CaseState(enum.StrEnum):
    """Where a case stands."""

    REPORTED = "reported"  #: 已上报: somebody reported it; the centre has not looked yet
    REGISTERED = "registered"  #: 已受理: the centre took it on
    REFUSED = "refused"  #: 不予受理: not for mediation, with the legal ground
    DISPATCHED = "dispatched"  #: 已分派: handed to a mediator who has not answered yet
    ACCEPTED = "accepted"  #: 已接单: the mediator took it
    MEDIATING = "mediating"  #: 调解中: a meeting is fixed or was held
    SIGNING = "signing"  #: 签署中: the agreement is frozen and waits for signatures and seal
    PERFORMING = "performing"  #: 履行中: the agreement is in effect (人民调解法 29)
    PERFORMED = "performed"  #: 履行完毕: every obligation is confirmed as done
    BREACHED = "breached"  #: 违约: an obligation was not met
    ENDED = "ended"  #: 调解终止: no agreement; the parties were told their remedies (人民调解法 26)
    ARCHIVED = "archived"  #: 已归档


MOVES: Mapping[CaseState, frozenset[CaseState]] = MappingProxyType(
    {
        CaseState.REPORTED: frozenset({CaseState.REGISTERED, CaseState.REFUSED}),
        CaseState.REGISTERED: frozenset({CaseState.DISPATCHED, CaseState.ENDED}),
        CaseState.REFUSED: frozenset({CaseState.ARCHIVED}),
        CaseState.DISPATCHED: frozenset(
            {CaseState.ACCEPTED, CaseState.REGISTERED, CaseState.ENDED}
        ),
        CaseState.ACCEPTED: frozenset({CaseState.MEDIATING, CaseState.REGISTERED, CaseState.ENDED}),
        CaseState.MEDIATING: frozenset({CaseState.SIGNING, CaseState.ENDED}),
        CaseState.SIGNING: frozenset({CaseState.PERFORMING, CaseState.MEDIATING, CaseState.ENDED}),
        CaseState.PERFORMING: frozenset({CaseState.PERFORMED, CaseState.BREACHED}),
        CaseState.PERFORMED: frozenset({CaseState.ARCHIVED}),
        CaseState.BREACHED: frozenset(
            {CaseState.PERFORMING, CaseState.PERFORMED, CaseState.ARCHIVED}
        ),
        CaseState.ENDED: frozenset({CaseState.ARCHIVED}),
        CaseState.ARCHIVED: frozenset(),
    }
)


#: In these states the people of a case may still change.
BEFORE_SIGNING = frozenset(
    {
        CaseState.REPORTED,
        CaseState.REGISTERED,
        CaseState.DISPATCHED,
        CaseState.ACCEPTED,
        CaseState.MEDIATING,
    }
)


#: In these states nobody has taken the case in hand yet.
NOT_TAKEN_UP = frozenset({CaseState.REPORTED, CaseState.REGISTERED, CaseState.DISPATCHED})


#: In these states the case is not over.
GOING_ON = frozenset(CaseState) - {CaseState.REFUSED, CaseState.ENDED, CaseState.ARCHIVED}


#: In these states a mediator has something to do.
IN_HAND = frozenset(
    {
        CaseState.DISPATCHED,
        CaseState.ACCEPTED,
        CaseState.MEDIATING,
        CaseState.SIGNING,
        CaseState.PERFORMING,
        CaseState.BREACHED,
        CaseState.PERFORMED,
    }
)
#: What is not begun yet is dispatched anew; what was reached later stays.
NOT_BEGUN = frozenset({CaseState.DISPATCHED, CaseState.ACCEPTED})


class EndReason(enum.StrEnum):
    """Why a mediation ended without agreement (人民法院在线调解规则 25, used as the yardstick)."""

    SETTLED_THEMSELVES = "settled-themselves"  #: 自行和解或撤回
    UNREACHABLE = "unreachable"  #: 期限内无法联系
    UNWILLING = "unwilling"  #: 一方明确不愿 (人民调解法 17)
    TOO_FAR_APART = "too-far-apart"  #: 分歧较大难以达成
    OUT_OF_TIME = "out-of-time"  #: 期满未达成且无延期合意
    SIGNATURE_REFUSED = "signature-refused"  #: 一方拒绝签章
    OTHER = "other"  #: 其他


class RefuseGround(enum.StrEnum):
    """Why a report is not taken on for mediation."""

    OTHER_AUTHORITY = "other-authority"  #: 法律规定由专门机关管辖
    ALREADY_TAKEN = "already-taken"  #: 法院、公安机关或其他机关已经受理
    NO_DISPUTE = "no-dispute"  #: 不属于民间纠纷
    REPORTER_WITHDREW = "reporter-withdrew"  #: 申请人撤回


class Side(enum.StrEnum):
    """Which side of the quarrel a party is on."""

    APPLICANT = "applicant"  #: 申请人
    RESPONDENT = "respondent"  #: 被申请人


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody in the quarrel; the person's name and number stay with the person."""

    person_id: PersonId
    side: Side
    represented: Representation | None = None  #: None: they sign for themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where it happened: the reporter's words, and the point if they sent one (WGS-84 degrees)."""

    words: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def known(self) -> bool:
        """Was any place told?"""
        return bool(self.words.strip()) or self.latitude is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A proposal of the system: a value, what decided it, and whether it is sure."""

    value: str
    reason: str  #: Chinese, shown to the dispatcher
    sure: bool
    others: tuple[str, ...] = ()  #: when unsure, the next likeliest values


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the system proposes for a new case; people decide (个人信息保护法 24)."""

    type_code: Suggestion
    cell: Suggestion
    mediator: Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One matter reported by one person, from the first word to the archive."""

    id: CaseId
    number: str  #: 〔2026〕枫综字第0001号, a label and never an id
    reporter: PersonId
    story: str
    spot: Spot
    region: str  #: 12-digit area code
    reported_at: datetime
    proposal: Proposal
    parties: tuple[Party, ...]
    media: tuple[MediaId, ...] = ()
    danger: tuple[str, ...] = ()  #: what was told of mortal danger; such a case stands at the top
    danger_seen_by: StaffId | None = None
    state: CaseState = CaseState.REPORTED
    type_code: TypeCode | None = None
    cell: CellId | None = None
    mediator: StaffId | None = None
    helper: StaffId | None = None  #: the grid worker who reported it for the reporter (代办)
    reason: str = ""  #: of the last refusal, return or end
    unfinished: bool = False  #: an alarm made it while its report was still being told
    version: int = 0

    def register(
        self, *, type_code: TypeCode, cell: CellId | None, by: Actor, at: datetime
    ) -> tuple[Case, Event]:
        """Take the case on (受理), with the type and cell that a person confirmed."""
        if type_code not in DISPUTE_TYPES:
            raise BadInput("type_code", type_code)
        taken_on = self._moved(CaseState.REGISTERED, only_from={CaseState.REPORTED})
        moved = replace(taken_on, type_code=type_code, cell=cell)
        return moved, self._event("case.registered", by, at, type=type_code, cell=cell or "")

    def refuse(self, ground: RefuseGround, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Not take the case on (不予受理), with the ground."""
        moved = replace(self._moved(CaseState.REFUSED), reason=ground)
        return moved, self._event("case.refused", by, at, ground=ground)

    def dispatch(self, mediator: StaffId, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Hand the case to a mediator (分派); what lost its mediator stays where it stands."""
        if self.without_mediator:
            entrusted = self._event("case.entrusted", by, at, mediator=mediator)
            return replace(self, mediator=mediator), entrusted
        moved = replace(self._moved(CaseState.DISPATCHED), mediator=mediator)
        return moved, self._event("case.dispatched", by, at, mediator=mediator)

    def accept(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Take the case as its mediator (接单)."""
        return self._moved(CaseState.ACCEPTED), self._event("case.accepted", by, at)

    def give_back(self, why: str, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Return the case to the centre with a reason (退单)."""
        if not why.strip():
            raise BadInput("reason", "a return needs its reason")
        returned = self._moved(
            CaseState.REGISTERED, only_from={CaseState.DISPATCHED, CaseState.ACCEPTED}
        )
        moved = replace(returned, mediator=None, reason=why)
        return moved, self._event("case.returned", by, at)

    def hand_back(self, why: str, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Give the case back to the centre: its mediator is there no more, what was reached is."""
        if self.mediator is None or self.state not in IN_HAND:
            raise IllegalMove(f"case {self.id}: no mediator has it in hand")
        state = CaseState.REGISTERED if self.state in NOT_BEGUN else self.state
        event = self._event("case.handed-back", by, at, mediator=self.mediator)
        return replace(self, state=state, mediator=None, reason=why), event

    def meet(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Begin mediation: a first meeting is fixed."""
        moved = self._moved(CaseState.MEDIATING, only_from={CaseState.ACCEPTED})
        return moved, self._event("case.mediating", by, at)

    def sign(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Open the signing: the agreement is frozen."""
        return self._moved(CaseState.SIGNING), self._event("case.signing", by, at)

    def reopen_talks(self, why: str, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Go back to talking: the paper was declined, expired or voided."""
        back = self._moved(CaseState.MEDIATING, only_from={CaseState.SIGNING})
        moved = replace(back, reason=why)
        return moved, self._event("case.talks-reopened", by, at, reason=why)

    def take_effect(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Enter performance: everybody signed and the seal is on (人民调解法 29)."""
        moved = self._moved(CaseState.PERFORMING, only_from={CaseState.SIGNING})
        return moved, self._event("case.performing", by, at)

    def perform(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Note that every obligation is confirmed as done."""
        return self._moved(CaseState.PERFORMED), self._event("case.performed", by, at)

    def breach(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Note that an obligation was not met (违约)."""
        return self._moved(CaseState.BREACHED), self._event("case.breached", by, at)

    def resume(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Go on performing: what was not met in time is done now, other promises are open."""
        moved = self._moved(CaseState.PERFORMING, only_from={CaseState.BREACHED})
        return moved, self._event("case.resumed", by, at)

    def end(self, reason: EndReason, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """End the mediation without agreement and tell the remedies (人民调解法 26)."""
        moved = replace(self._moved(CaseState.ENDED), reason=reason)
        return moved, self._event("case.ended", by, at, reason=reason)

    def archive(self, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Close the file (归档)."""
        return self._moved(CaseState.ARCHIVED), self._event("case.archived", by, at)

    def add_party(self, party: Party, *, by: Actor, at: datetime, **how: str) -> tuple[Case, Event]:
        """Name one more party, before anything is signed; nobody stands on both sides."""
        if self.state not in BEFORE_SIGNING:
            raise IllegalMove(f"case {self.id}: no new party in {self.state}")
        if any(known.person_id == party.person_id for known in self.parties):
            raise BadInput("party", "already in this case")
        changed = replace(self, parties=(*self.parties, party))
        return changed, self._event("case.party-added", by, at, side=party.side, **how)

    def name_party(
        self, person: PersonId, *, by: Actor, at: datetime, **how: str
    ) -> tuple[Case, Event]:
        """Put down a party's true name and number; never while their signature is asked for."""
        if self.party_of(person) is None:
            raise NotFound(person)
        if self.state is CaseState.SIGNING:
            raise IllegalMove(f"case {self.id}: the codes of a signing go to the numbers it has")
        return self, self._event("case.party-named", by, at, person=person, **how)

    def alarm(self, words: Collection[str], *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Note words of mortal danger; who took care of earlier ones is asked anew."""
        changed = replace(self, danger=(*self.danger, *words), danger_seen_by=None)
        return changed, self._event("case.danger", by, at)

    def tell_more(self, story: str, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Add what was told since to a case whose report is not confirmed yet."""
        self._still_told()
        full = len(self.story) >= MOST_TOLD
        changed = self if full else replace(self, story=told_together(self.story, story))
        return changed, self._event("case.told-more", by, at)

    def show(self, media: Collection[MediaId], *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Add pictures or voices that were sent to whoever cares for the danger."""
        changed = replace(self, media=(*self.media, *media))
        return changed, self._event("case.told-more", by, at)

    def takes(self, medium: MediaId) -> bool:
        """Is it still open to one more picture or voice, sent beside words of danger?"""
        new = medium not in self.media and len(self.media) < MOST_SHOWN
        return new and self.state in GOING_ON

    def confirm_report(
        self,
        report: Report,
        *,
        story: str,
        proposal: Proposal,
        region: str,
        by: Actor,
        at: datetime,
    ) -> tuple[Case, Event]:
        """Put the confirmed report in the place of what an alarm had of it; number and code stay.

        What was told is read in the order in which it was told, no line twice.  Type and cell that
        a person has confirmed meanwhile stay, with the region they belong to.
        """
        self._still_told()
        changed = replace(
            self,
            story=told_together(self.story, story),
            spot=report.spot,
            media=tuple(dict.fromkeys((*self.media, *report.media))),
            proposal=proposal,
            region=region if self.state is CaseState.REPORTED else self.region,
            unfinished=False,
        )
        return changed, self._event("case.report-confirmed", by, at)

    def represent(
        self, person: PersonId, by_whom: Representation | None, *, by: Actor, at: datetime
    ) -> tuple[Case, Event]:
        """Put down who signs for a party, or that they sign for themselves."""
        if self.state not in BEFORE_SIGNING:
            raise IllegalMove(f"case {self.id}: who signs is fixed in {self.state}")
        if self.party_of(person) is None:
            raise NotFound(person)
        parties = tuple(
            replace(one, represented=by_whom) if one.person_id == person else one
            for one in self.parties
        )
        told = {"capacity": Capacity.SELF.value}
        if by_whom is not None:
            told = {"capacity": by_whom.capacity.value, "proof": by_whom.proof_sha256}
        event = self._event("case.party-represented", by, at, person=person, **told)
        return replace(self, parties=parties), event

    def see_danger(self, staff: StaffId, *, by: Actor, at: datetime) -> tuple[Case, Event]:
        """Acknowledge the alarm: a named human takes care of it."""
        if not self.danger or self.danger_seen_by is not None:
            raise IllegalMove(f"case {self.id}: no open alarm")
        return replace(self, danger_seen_by=staff), self._event("case.danger-seen", by, at)

    @property
    def alarmed(self) -> bool:
        """Is there mortal danger that nobody has acknowledged?"""
        return bool(self.danger) and self.danger_seen_by is None

    @property
    def without_mediator(self) -> bool:
        """Did it lose its mediator on the way? Then it needs another to go on."""
        return self.mediator is None and self.state in IN_HAND

    def party_of(self, person: PersonId) -> Party | None:
        """The person's place in the quarrel, if they have one."""
        return next((party for party in self.parties if party.person_id == person), None)

    def _still_told(self) -> None:
        if not self.unfinished or self.state not in BEFORE_SIGNING:
            raise IllegalMove(f"case {self.id}: nothing more of a report is expected")

    def _moved(
        self, to: CaseState, *, only_from: Collection[CaseState] = frozenset(CaseState)
    ) -> Case:
        if to not in MOVES[self.state] or self.state not in only_from:
            raise IllegalMove(f"case {self.id}: {self.state} -> {to}")
        return replace(self, state=to)

    def _event(self, kind: str, by: Actor, at: datetime, **detail: str) -> Event:
        return Event(subject=self.id, case_id=self.id, kind=kind, by=by.ref, at=at, detail=detail)


SHORTEST_STORY = 2  #: characters
LONGEST_STORY = 4000  #: told at once
MOST_TOLD = 3 * LONGEST_STORY  #: characters that were told in pieces
MOST_SHOWN = 30  #: pictures and voices that a case takes up beside its report and its alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a person told us, complete enough to become a case."""

    story: str
    spot: Spot
    others: str = ""  #: who else is involved, in the reporter's words
    danger_told: str = ""  #: the answer to "is anyone in danger?"
    media: tuple[MediaId, ...] = field(default=())
    kind_told: TypeCode | None = None  #: what it is about, as the reporter chose

    def __post_init__(self) -> None:
        if self.kind_told is not None and self.kind_told not in DISPUTE_TYPES:
            raise BadInput("kind_told", self.kind_told)
        if not SHORTEST_STORY <= len(self.story.strip()) <= MOST_TOLD:
            raise BadInput("story", f"{SHORTEST_STORY} to {MOST_TOLD} characters")
        if not self.spot.known:
            raise BadInput("spot", "words or a point")


def told_together(first: str, second: str) -> str:
    """Append what the second text says and the first does not, line by line."""
    more = [line for line in second.splitlines() if line.strip() and line.strip() not in first]
    return "\n".join([first, *more])
