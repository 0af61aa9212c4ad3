"""Where something happened, said more than once: who was called to one place still finds it."""

from __future__ import annotations

from dataclasses import replace

from domain.cases import Case, Spot, told_together
from services.words import NO_PLACE_TOLD, PLACE_TOLD_BEFORE, PLACE_WITH_POINT, POINT


def at_place(case: Case, spot: Spot | None) -> Case:
    """Put down where it is said to be now; where it was said to be before stays in the story."""
    if spot is None:
        return case
    earlier = place_before(case, spot)
    story = told_together(case.story, earlier) if earlier else case.story
    return replace(case, spot=spot, story=story)


def told_within(spot: Spot, earlier: Spot) -> Spot:
    """Keep the point of the place in which a house or a room is told."""
    return replace(spot, latitude=earlier.latitude, longitude=earlier.longitude)


def place_before(case: Case, spot: Spot) -> str:
    """Say where it was told to be, if the new place would hide that."""
    earlier = case.spot
    words = "" if earlier.words.strip() == NO_PLACE_TOLD else earlier.words.strip()
    same_words = words in ("", spot.words.strip())
    point = (earlier.latitude, earlier.longitude)
    same_point = earlier.latitude is None or point == (spot.latitude, spot.longitude)
    if same_words and same_point:
        return ""
    return PLACE_TOLD_BEFORE.format(place=_spoken(words, earlier))


def _spoken(words: str, spot: Spot) -> str:
    if spot.latitude is None or spot.longitude is None:
        return words
    point = POINT.format(latitude=spot.latitude, longitude=spot.longitude)
    return PLACE_WITH_POINT.format(words=words, point=point) if words else point
