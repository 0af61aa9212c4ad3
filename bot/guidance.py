"""The order in which a report is asked for: it branches by what was told, nothing twice."""

from __future__ import annotations

from bot.routing import DialogueState, Turn
from bot.texts.guidance import ADDRESS, EXTRAS, SAFETY_FIRST, Extra
from domain.proposals import likely_types, propose_type
from domain.taxonomy import OTHER, TypeCode

CHOICES = 3  #: as many kinds are offered when the story leaves it open


class Asked(DialogueState):
    """What we last asked the resident."""

    OFFER = "report:offer"
    WHAT = "report:what"
    KIND = "report:kind"
    WHERE = "report:where"
    MORE = "report:more"
    AND_MORE = "report:and-more"
    WHO = "report:who"
    DANGER = "report:danger"
    PICTURES = "report:pictures"
    CONFIRM = "report:confirm"
    CHANGE = "report:change"


#: Under which name each answer is kept; a question whose answer is there is not asked.
KEPT_AS = {
    Asked.WHAT: "story",
    Asked.KIND: "kind",
    Asked.WHERE: "place",
    Asked.MORE: "more",
    Asked.AND_MORE: "and_more",
    Asked.WHO: "others",
    Asked.DANGER: "danger",
    Asked.PICTURES: "shown",
}
_USUAL = tuple(KEPT_AS)
_SAFETY_FIRST = (Asked.WHAT, Asked.KIND, Asked.DANGER, *_USUAL[2:6], Asked.PICTURES)


def following(turn: Turn) -> Asked:
    """Say which question comes next; the summary once everything is told."""
    kind = kind_of(turn)
    order = _SAFETY_FIRST if kind in SAFETY_FIRST else _USUAL
    return next((one for one in order if _open(turn, one)), Asked.CONFIRM)


def kind_of(turn: Turn) -> TypeCode:
    """Say what it is about: as the person chose, or as the story says for sure."""
    if chosen := turn.answers.get("kind"):
        return TypeCode(chosen)
    proposed = propose_type(turn.answers.get("story", ""))
    return TypeCode(proposed.value) if proposed.sure else OTHER


def choices_of(turn: Turn) -> tuple[TypeCode, ...]:
    """Give the kinds among which the story leaves it open, the likeliest first."""
    story = turn.answers.get("story", "")
    if propose_type(story).sure:
        return ()
    likely = likely_types(story)[:CHOICES]
    return likely if len(likely) > 1 else ()


def extras_of(turn: Turn) -> tuple[Extra, ...]:
    """Give what has to be asked besides, without what the story tells already."""
    story = turn.answers.get("story", "")
    asked = EXTRAS.get(kind_of(turn), ())
    return tuple(one for one in asked if one.told is None or not one.told.search(story))


def extra_of(turn: Turn, asked: str) -> Extra | None:
    """Give the first or second extra question, if this report has it."""
    extras, place = extras_of(turn), [Asked.MORE, Asked.AND_MORE].index(Asked(asked))
    return extras[place] if place < len(extras) else None


def place_in(turn: Turn) -> str:
    """Give the address that the story names, if it names one."""
    found = ADDRESS.search(turn.answers.get("story", ""))
    return found["place"] if found else ""


def _open(turn: Turn, asked: Asked) -> bool:
    if KEPT_AS[asked] in turn.answers:
        return False
    if asked is Asked.KIND:  # who is in danger is not asked to sort things
        return not turn.alarmed and bool(choices_of(turn))
    if asked in (Asked.MORE, Asked.AND_MORE):
        return extra_of(turn, asked) is not None
    return True
