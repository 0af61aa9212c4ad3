"""The dispute type a story speaks for, the words that decided it, and when to ask back.

Every group of words that the story touches and every pair of its characters adds what was learned
from written reports (``type_weights.txt``, made by ``python -m tools.learn_types``).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

from domain.taxonomy import OTHER, TypeCode
from domain.type_words import GROUPS_OF, LONGEST_WORD, ROLES_OF

UNCLEAR = TypeCode("??")  #: stands in the model for what a careful clerk would ask back about
SURE_LEAD = 0.31  #: by how much the likeliest type must be likelier than the next one
MOST_CHOICES = 3
WORTH_ASKING = 0.15  #: how likely a type must be to be offered when asking back
MOST_WORDS = 4
READ = 400  #: characters; who has told so much has told what it is about
LONGEST_GRAM = 2
UNKNOWN_SIZE = 1.0  #: what no report said tells nothing, but counts in the length of a story
MOST_COUNTED = 3  #: more words of one group say no more
WEIGHTS = Path(__file__).with_name("type_weights.txt")
_NOISE = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeGuess:
    """What a story speaks for."""

    code: TypeCode
    sure: bool
    choices: tuple[TypeCode, ...]  #: likeliest first; what to ask back with when unsure
    words: tuple[str, ...]  #: those that decided it, the strongest first
    lead: float  #: 0 to 1, by how much the first is likelier than the second


@dataclass(frozen=True, slots=True)
class Weight:
    """What one feature says."""

    size: float  #: how much it counts in the length of a story
    votes: Mapping[int, float]  #: by the place in the list of kinds


@dataclass(frozen=True, slots=True)
class Model:
    """All that was learned."""

    kinds: tuple[str, ...]  #: a code, or a code and one of its kinds: ``99-crime``
    start: tuple[float, ...]  #: per kind, before anything is read
    weights: Mapping[str, Weight]

    def code(self, place: int) -> TypeCode:
        """Give the code that the kind at a place belongs to."""
        return TypeCode(self.kinds[place].partition("-")[0])


def plain(story: str) -> str:
    """Take out blanks and signs, and write every form of a letter or digit the same way."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", story[:READ]).lower())


def words_in(text: str) -> Iterator[str]:
    """Find every known word in a plain text, once."""
    return (word for word in _pieces(text, LONGEST_WORD) if word in GROUPS_OF or word in ROLES_OF)


def features(text: str) -> set[str]:
    """Give what a plain text is judged by.

    Its characters, pairs of them, groups of words (``loan:2``: two words of it), roles and pairs of
    roles (``act-smell&who-shop``).
    """
    found = _pieces(text, LONGEST_GRAM)
    counts: Counter[str] = Counter()
    roles: set[str] = set()
    for word in words_in(text):
        counts.update(GROUPS_OF.get(word, ()))
        roles.update(ROLES_OF.get(word, ()))
    for group, count in counts.items():
        found.update(f"{group}:{n}" for n in range(1, min(count, MOST_COUNTED) + 1))
    found.update(f"{role}:" for role in roles)
    found.update(f"{one}&{other}" for one, other in combinations(sorted(roles), 2))
    return found


def _pieces(text: str, longest: int) -> set[str]:
    return {
        text[start : start + length]
        for length in range(1, longest + 1)
        for start in range(len(text) - length + 1)
    }


@cache
def learned() -> Model:
    """Read what was learned, once."""
    return read_model(WEIGHTS.read_text("utf-8"))


def read_model(text: str) -> Model:
    """Read a model: a line of kinds and starts, then a line for each feature."""
    head, *lines = text.splitlines()
    kinds, start = zip(*(one.split("=") for one in head.split()), strict=True)
    return Model(
        kinds=kinds,
        start=tuple(map(float, start)),
        weights=dict(map(_read, lines)),
    )


def _read(line: str) -> tuple[str, Weight]:
    name, size, *votes = line.split(" ")
    pairs = (vote.split("=") for vote in votes)
    return name, Weight(float(size), {int(place): float(value) for place, value in pairs})


@lru_cache(maxsize=256)  # one message asks several times about one story, and so does the next
def guess_type(story: str) -> TypeGuess:
    """Say which type a story speaks for, and whether a careful clerk would ask back."""
    return judge(story, learned())


def judge(story: str, model: Model) -> TypeGuess:
    """Say which type a story speaks for, by what the model learned."""
    text = plain(story)
    found = features(text)
    known = [weight for one in found if (weight := model.weights.get(one))]
    chances = _chances(_scores(known, len(found) - len(known), model))
    likely = _by_code(chances, model)
    (first, best), (_, next_best), *_ = likely.items()
    named = [code for code in likely if code != UNCLEAR]
    worth = WORTH_ASKING * sum(likely[code] for code in named)
    return TypeGuess(
        code=named[0] if known else OTHER,
        sure=bool(known) and first == named[0] and best - next_best >= SURE_LEAD,
        choices=tuple(code for code in named[:MOST_CHOICES] if known and likely[code] >= worth),
        words=_deciding(text, model, *(_strongest(code, chances, model) for code in named[:2])),
        lead=best - next_best,
    )


def _scores(known: Sequence[Weight], unknown: int, model: Model) -> list[float]:
    """Sum for each kind what the known features say, by the length of the story."""
    length = math.sqrt(sum(weight.size**2 for weight in known) + unknown * UNKNOWN_SIZE**2) or 1.0
    sums = [0.0] * len(model.kinds)
    for weight in known:
        for place, vote in weight.votes.items():
            sums[place] += vote
    return [start + total / length for start, total in zip(model.start, sums, strict=True)]


def _by_code(chances: Sequence[float], model: Model) -> dict[TypeCode, float]:
    """Sum the chances of every code's kinds, the likeliest code first."""
    sums: dict[TypeCode, float] = {}
    for place, chance in enumerate(chances):
        code = model.code(place)
        sums[code] = sums.get(code, 0.0) + chance
    return dict(sorted(sums.items(), key=lambda one: -one[1]))


def _strongest(code: TypeCode, chances: Sequence[float], model: Model) -> int:
    """Find the likeliest of a code's kinds."""
    places = [place for place in range(len(chances)) if model.code(place) == code]
    return max(places, key=chances.__getitem__)


def _chances(scores: list[float]) -> list[float]:
    top = max(scores)
    grown = [math.exp(score - top) for score in scores]
    whole = sum(grown)
    return [one / whole for one in grown]


def _deciding(text: str, model: Model, first: int, second: int) -> tuple[str, ...]:
    """Find the words that spoke most for the first type against the second."""
    spoke = sorted(
        ((_said(word, model, first, second), word) for word in words_in(text) if len(word) > 1),
        reverse=True,
    )
    chosen: list[str] = []
    for voice, word in spoke:
        if voice > 0 and not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return tuple(chosen[:MOST_WORDS])


def _said(word: str, model: Model, first: int, second: int) -> float:
    """Sum what a word's groups, roles and characters said for the first type."""
    spoken = [f"{group}:1" for group in GROUPS_OF.get(word, ())]
    spoken += [f"{role}:" for role in ROLES_OF.get(word, ())]
    spoken += sorted(_pieces(word, LONGEST_GRAM))
    votes = [model.weights[one].votes for one in spoken if one in model.weights]
    return sum(vote.get(first, 0.0) - vote.get(second, 0.0) for vote in votes)
