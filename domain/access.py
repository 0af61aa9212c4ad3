"""Who may do what: one function, asked by every page, socket, export and job.

Deny by default.  What is denied looks to the outside like what does not exist.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.actors import Actor, Resident, Role, Staff, System
from domain.cases import Case
from domain.matters import Matter


class Action(enum.StrEnum):
    """What somebody may want to do to a case or a daily-life matter."""

    SEE = "see"  #: state, type, place, next step
    SEE_STORY = "see-story"  #: what the reporter told, pictures, chat
    SEE_CONTACTS = "see-contacts"  #: names and numbers of the parties
    REGISTER = "register"  #: also refuse
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"  #: an alarm
    ACCEPT = "accept"  #: also return
    ADD_PARTY = "add-party"
    MEET = "meet"  #: fix, cancel, lead a meeting
    JOIN = "join"  #: a meeting
    PLAY = "play"  #: the joint recording
    PLAY_ASIDE = "play-aside"  #: the recording of a talk apart; a party only of their own
    DRAFT = "draft"  #: an agreement; also record the original of one signed with ink
    SEE_AGREEMENT = "see-agreement"
    CONFIRM = "confirm"  #: the words of an agreement
    SIGN = "sign"
    SEAL = "seal"  #: also find an original complete, or send it back
    CONFIRM_OBLIGATION = "confirm-obligation"
    END = "end"
    ARCHIVE = "archive"
    RATE = "rate"
    ASK = "ask"  #: the mediator, in the chat
    ANSWER = "answer"  #: such a question
    SEE_HISTORY = "see-history"
    REISSUE_CODE = "reissue-code"  #: the case code; the one before dies
    TAKE_REPORT = "take-report"  #: what a resident told by phone or at the door, or what was found
    TALK = "talk"  #: answer a resident in the chat, by name
    REVIEW_TEXT = "review-text"  #: say whether a forwarded text is a fraud
    LIST_MATTERS = "list-matters"  #: the daily-life matters of one's region
    SEE_MATTER = "see-matter"  #: what was told, answered and sent
    HANDLE_MATTER = "handle-matter"  #: give it to a unit, answer, refuse, make a case of it
    RATE_MATTER = "rate-matter"  #: its answer; also say more of it
    OPERATE = "operate"  #: the installation itself: its processes, work that nobody could do


class Relation(enum.StrEnum):
    """How an actor stands to a case."""

    OWN = "own"  #: reporter or party
    ASSIGNED = "assigned"  #: its mediator
    HELPED = "helped"  #: the grid worker who reported it for a resident
    REGION = "region"  #: staff whose region holds the case
    CENTRE = "centre"  #: staff, where no case is meant
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, why, and whether personal fields are shown masked."""

    allow: bool
    reason: str
    masked: bool = True


_O, _A, _R, _C = Relation.OWN, Relation.ASSIGNED, Relation.REGION, Relation.CENTRE
_H = Relation.HELPED

#: For each action, who may by which relation; ``resident`` stands for a logged-in party.
MATRIX: Mapping[Action, Mapping[str, frozenset[Relation]]] = MappingProxyType(
    {
        Action.SEE: {
            "resident": frozenset({_O}),
            Role.MEDIATOR: frozenset({_A}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
            Role.AUDITOR: frozenset({_R}),
            Role.GRID_WORKER: frozenset({_H}),
        },
        Action.SEE_STORY: {
            "resident": frozenset({_O}),
            Role.MEDIATOR: frozenset({_A}),
            Role.GRID_WORKER: frozenset({_H}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
        },
        Action.SEE_CONTACTS: {
            Role.MEDIATOR: frozenset({_A}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
        },
        Action.REGISTER: {Role.DISPATCHER: frozenset({_R})},
        Action.DISPATCH: {Role.DISPATCHER: frozenset({_R}), Role.SUPERVISOR: frozenset({_R})},
        Action.ACKNOWLEDGE: {
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
            Role.MEDIATOR: frozenset({_A}),
        },
        Action.ACCEPT: {Role.MEDIATOR: frozenset({_A})},
        Action.ADD_PARTY: {Role.MEDIATOR: frozenset({_A}), Role.DISPATCHER: frozenset({_R})},
        Action.MEET: {Role.MEDIATOR: frozenset({_A})},
        Action.JOIN: {"resident": frozenset({_O}), Role.MEDIATOR: frozenset({_A})},
        Action.PLAY: {"resident": frozenset({_O}), Role.MEDIATOR: frozenset({_A})},
        Action.PLAY_ASIDE: {"resident": frozenset({_O}), Role.MEDIATOR: frozenset({_A})},
        Action.DRAFT: {Role.MEDIATOR: frozenset({_A})},
        Action.SEE_AGREEMENT: {
            "resident": frozenset({_O}),
            Role.MEDIATOR: frozenset({_A}),
            Role.SUPERVISOR: frozenset({_R}),
        },
        Action.CONFIRM: {"resident": frozenset({_O})},
        Action.SIGN: {"resident": frozenset({_O}), Role.MEDIATOR: frozenset({_A})},
        Action.SEAL: {Role.SUPERVISOR: frozenset({_R})},
        Action.CONFIRM_OBLIGATION: {"resident": frozenset({_O}), Role.MEDIATOR: frozenset({_A})},
        Action.END: {Role.MEDIATOR: frozenset({_A})},
        Action.ARCHIVE: {Role.MEDIATOR: frozenset({_A}), Role.SUPERVISOR: frozenset({_R})},
        Action.RATE: {"resident": frozenset({_O})},
        Action.ASK: {"resident": frozenset({_O})},
        Action.ANSWER: {
            Role.MEDIATOR: frozenset({_A}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
        },
        Action.SEE_HISTORY: {
            Role.MEDIATOR: frozenset({_A}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
            Role.AUDITOR: frozenset({_R}),
        },
        Action.REISSUE_CODE: {
            Role.MEDIATOR: frozenset({_A}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
        },
        Action.TAKE_REPORT: {
            Role.DISPATCHER: frozenset({_C}),
            Role.GRID_WORKER: frozenset({_C}),
        },
        Action.TALK: {Role.DISPATCHER: frozenset({_C}), Role.SUPERVISOR: frozenset({_C})},
        Action.REVIEW_TEXT: {
            Role.DISPATCHER: frozenset({_C}),
            Role.SUPERVISOR: frozenset({_C}),
            Role.POLICE_LIAISON: frozenset({_C}),
        },
        Action.LIST_MATTERS: {Role.DISPATCHER: frozenset({_C}), Role.SUPERVISOR: frozenset({_C})},
        Action.SEE_MATTER: {
            "resident": frozenset({_O}),
            Role.DISPATCHER: frozenset({_R}),
            Role.SUPERVISOR: frozenset({_R}),
        },
        Action.HANDLE_MATTER: {Role.DISPATCHER: frozenset({_R}), Role.SUPERVISOR: frozenset({_R})},
        Action.RATE_MATTER: {"resident": frozenset({_O})},
        Action.OPERATE: {Role.SUPERVISOR: frozenset({_C}), Role.ADMINISTRATOR: frozenset({_C})},
    }
)


#: What is done to a daily-life matter, and never to a case.
OF_MATTERS = frozenset({Action.SEE_MATTER, Action.HANDLE_MATTER, Action.RATE_MATTER})


def can(actor: Actor, action: Action, about: Case | Matter | None = None) -> Decision:
    """Say whether the actor may do this, to the case or matter if it is about one, and why."""
    if isinstance(actor, System):
        return Decision(allow=True, reason="system", masked=False)
    if not isinstance(actor, (Resident, Staff)):
        return Decision(allow=False, reason="visitor")
    who = "resident" if isinstance(actor, Resident) else actor.role
    if isinstance(about, Matter) is not (action in OF_MATTERS):
        return Decision(allow=False, reason=f"{who}/{action} of something else")
    relation = relation_of(actor, about)
    if relation not in MATRIX[action].get(who, frozenset()):
        return Decision(allow=False, reason=f"{who}/{relation}/{action}")
    if isinstance(about, Case) and (against := _against(actor, action, about)):
        return Decision(allow=False, reason=against)
    return Decision(allow=True, reason=f"{relation}", masked=relation is not Relation.ASSIGNED)


def _against(actor: Resident | Staff, action: Action, case: Case) -> str:
    """What speaks against it although the matrix allows it, or nothing."""
    if isinstance(actor, Resident):
        own_words = action is not Action.SEE_STORY or actor.id == case.reporter
        return "" if own_words else "the story is between its teller and the centre"
    if action is not Action.SEAL:
        return ""
    if not actor.seal_right:
        return "no seal right"
    return "the mediator of a case never seals it" if actor.id == case.mediator else ""


def relation_of(actor: Resident | Staff, about: Case | Matter | None) -> Relation:
    """How this person stands to it; a mediator counts only by assignment to a case."""
    if about is None:
        return Relation.CENTRE if isinstance(actor, Staff) else Relation.NONE
    if isinstance(actor, Resident):
        party = isinstance(about, Case) and about.party_of(actor.id) is not None
        return Relation.OWN if party or actor.id == about.reporter else Relation.NONE
    if isinstance(about, Case) and actor.role is Role.MEDIATOR:
        return Relation.ASSIGNED if actor.id == about.mediator else Relation.NONE
    if isinstance(about, Case) and actor.role is Role.GRID_WORKER:
        return Relation.HELPED if actor.id == about.helper else Relation.NONE
    inside = bool(actor.region) and about.region.startswith(actor.region)
    return Relation.REGION if inside else Relation.NONE
