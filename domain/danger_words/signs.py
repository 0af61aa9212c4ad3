"""Find the signs of danger in a plain text, harmless turns of phrase and denials apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.danger_words import around, child, fire, rescue, self_harm, threat, violence
from domain.danger_words.vocabulary import VOCABULARY

CLAUSE = "[^,.?!]"  #: any character of the same clause
GAP = "·"  #: stands where a harmless phrase was, so that its neighbours do not grow together
LONGEST_DENIAL = 10  #: characters before a sign
TABLES = {
    "self-harm": self_harm.SIGNS,
    "threat": threat.SIGNS,
    "violence": violence.SIGNS,
    "fire": fire.SIGNS,
    "child": child.SIGNS,
    "rescue": rescue.SIGNS,
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in which people speak of a danger."""

    name: str  #: as in the weights, such as fire 3
    kind: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A sign and the words that show it."""

    sign: Sign
    words: str


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern with its clause marks and its words of the vocabulary filled in."""
    for word, alternatives in VOCABULARY.items():
        pattern = pattern.replace(f"<{word}>", f"(?:{alternatives})")
    return re.compile(pattern.replace("…", CLAUSE))


SIGNS = tuple(
    Sign(name=f"{kind} {number}", kind=kind, pattern=compiled(pattern))
    for kind, patterns in TABLES.items()
    for number, pattern in enumerate(patterns, start=1)
)
_PHRASES = sorted(around.PHRASES, key=len, reverse=True)
_HARMLESS = compiled("|".join([*map(re.escape, _PHRASES), around.CREATURES, around.CALLS]))
_DENIED = re.compile(around.DENIAL)
_DENIES_ITSELF = re.compile("不|没|别|我")
_WILLING = tuple("会想要敢能去再用至")  #: after 不 they deny what they begin
_AROUND = {name: compiled(pattern) for name, pattern in around.AROUND.items()}


def signs_in(plain: str) -> list[Found]:
    """Find every sign that is meant, with its first words."""
    told = _HARMLESS.sub(GAP, plain)
    return [
        Found(sign, words)
        for sign in SIGNS
        # Nearly every search finds nothing: it comes first, without the cost of a generator.
        if sign.pattern.search(told) and (words := next(_meant(sign, told), None)) is not None
    ]


def around_them(plain: str) -> list[str]:
    """Name what else the text speaks of: the past, claims, questions, play, denial, haste."""
    return [name for name, pattern in _AROUND.items() if pattern.search(plain)]


def _meant(sign: Sign, told: str) -> Iterator[str]:
    for match in sign.pattern.finditer(told):
        words = match.group()
        before = told[max(0, match.start() - LONGEST_DENIAL) : match.start()]
        if _DENIES_ITSELF.match(words) or not _denied(before, words):
            yield words


def _denied(before: str, words: str) -> bool:
    if before.endswith("不") and words.startswith(_WILLING):
        return True
    return _DENIED.search(before) is not None
