"""A party rates the service with a number, and a sentence behind it if they like."""

from __future__ import annotations

from bot.choosing import with_chosen, with_one
from bot.routing import BESIDE, DialogueState, Router, Turn, during, text
from bot.texts import chat as texts
from bot.texts import deeds
from domain.conversations import CaseLine, RateCase, Reply


class Asked(DialogueState):
    """What we last asked about the service."""

    WHICH = "rate:which"
    STARS = "rate:stars"


def _which(turn: Turn) -> str:
    return texts.which_case(_open(turn))


def _stars(turn: Turn) -> str:
    return deeds.how_was_it(_chosen(turn))


router = Router(
    "rating",
    questions={Asked.WHICH: _which, Asked.STARS: _stars},
    stories=frozenset({Asked.STARS}),
)
last = Router("rating-last")


@router.on(text(*deeds.RATE))
async def begin(turn: Turn) -> Reply:
    """Ask how the service was, in the case that is done."""
    if not _open(turn):
        return turn.aside(deeds.nothing_to_rate(turn.known))
    return with_one(turn, _open(turn), Asked.WHICH, _ask)


@router.on(text(), during(Asked.WHICH))
async def take_case(turn: Turn) -> Reply:
    """Ask how the service was in the chosen case."""
    return with_chosen(turn, _open(turn), _ask)


@router.on(text(), during(Asked.STARS))
async def take_stars(turn: Turn) -> Reply:
    """Keep number and sentence; a sentence without a number is asked for its number."""
    stars, words = deeds.rating_in(turn.message.text)
    case = _chosen(turn)
    if case is None:
        return turn.done(deeds.nothing_to_rate(turn.known))
    if not stars:
        return turn.again(deeds.RATE_BY_NUMBER)
    return _rate(turn, case, stars, words)


@last.on(text(*deeds.SATISFIED))
async def take_bare_words(turn: Turn) -> Reply | None:
    """Who answers the follow-up with 满意 has rated, if it is clear which case is meant."""
    waiting = _open(turn)
    if turn.state or len(waiting) != 1:
        return None
    return _rate(turn, waiting[0], deeds.SATISFIED[turn.said], "")


def _open(turn: Turn) -> list[CaseLine]:
    return [case for case in turn.known.cases if case.page == "rate"]


def _chosen(turn: Turn) -> CaseLine | None:
    case_id = turn.answers.get(f"{BESIDE}case")
    return next((case for case in turn.known.cases if case.case_id == case_id), None)


def _ask(turn: Turn, case: CaseLine) -> Reply:
    return turn.ask_beside(Asked.STARS, case=case.case_id)


def _rate(turn: Turn, case: CaseLine, stars: int, words: str) -> Reply:
    turn.wants(
        RateCase(
            case_id=case.case_id,
            stars=stars,
            words=words[: deeds.LONGEST_OPINION],
            rated_before=deeds.RATED_BEFORE,
        )
    )
    return turn.done(deeds.thanks(stars))
