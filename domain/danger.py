"""Words of mortal danger in what people write: self-harm, violence, threats, fire, a child.

A match is judged with the words around it: 我不想活了 is an alarm, 笑死我了, 杀价 and 没有拿刀
are not.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain import danger_words as lexicon


class Danger(enum.StrEnum):
    """What kind of danger the words speak of."""

    SELF_HARM = "self-harm"
    VIOLENCE = "violence"  #: also being held against one's will
    THREAT = "threat"  #: 扬言
    FIRE = "fire"
    CHILD = "child"
    RESCUE = "rescue"  #: 救命: somebody is dying, drowning, buried


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One sign of danger and the words that gave it."""

    kind: Danger
    words: str


_SIGNS: tuple[tuple[Danger, re.Pattern[str]], ...] = (
    (Danger.SELF_HARM, re.compile("|".join(lexicon.SELF_HARM))),
    (Danger.VIOLENCE, re.compile("|".join(lexicon.VIOLENCE))),
    (Danger.THREAT, re.compile("|".join(lexicon.THREAT))),
    (Danger.FIRE, re.compile("|".join(lexicon.FIRE))),
    (Danger.CHILD, re.compile("|".join(lexicon.CHILD))),
    (Danger.RESCUE, re.compile("|".join(lexicon.RESCUE))),
)
_HARMLESS = re.compile("|".join(lexicon.HARMLESS))
_DENIED = re.compile(f"(?:{lexicon.DENIED})$")
LONGEST_DENIAL = 12  #: characters
_GAP = "·"  #: stands where a harmless phrase was, so that its neighbours do not grow together


def alarms(text: str) -> tuple[Alarm, ...]:
    """Find the signs of mortal danger, the harmless turns of phrase taken out first."""
    told = _HARMLESS.sub(_GAP, re.sub(r"\s+", "", text))
    return tuple(
        Alarm(kind=kind, words=words)
        for kind, sign in _SIGNS
        if (words := next(_meant(sign, told), None)) is not None
    )


def _meant(sign: re.Pattern[str], told: str) -> Iterator[str]:
    for match in sign.finditer(told):
        before = told[max(0, match.start() - LONGEST_DENIAL) : match.start()]
        if _DENIED.search(before) is None:
            yield match.group()
