"""What a forwarded text looks like: explainable, by weighted signs; unsure ones go to a human."""

from __future__ import annotations

import enum
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from domain.fraud_words import AGAINST, GONE, RESPELT, SHARED, SIGNS, TELLING, Script

LIKE_FRAUD_FROM = 6
MAYBE_FROM = 3
TELLING_WEIGHT = 2
LONGEST_TEXT = 2000  #: characters that are looked at
#: Blanks, zero-width characters and punctuation: swindlers put them between the letters.
_BLANK = re.compile(
    r"[\s\u200b\u200c\u200d\ufeff·・、，。！？；：,.!?;:'\"“”‘’（）()【】\[\]《》<>~—\-_*|]+"
)


Hit: TypeAlias = tuple[str, int]  #: the words that were found, and their weight


class Verdict(enum.StrEnum):
    """What a text looks like."""

    FRAUD = "fraud"  #: 像诈骗
    MAYBE = "maybe"  #: 可能是
    UNSURE = "unsure"  #: 看不准: a human looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a text looks like, after which script, and the words that decided."""

    verdict: Verdict
    script: Script | None
    words: tuple[str, ...]
    score: int
    gone: bool  #: the person tells that money or a secret is gone already


def judge(text: str) -> Finding:
    """Weigh the signs of the likeliest script, and what speaks against all of them."""
    plain = flattened(text)
    found = {script: _found(script, plain) for script in SIGNS}
    total = {script: sum(weight for _, weight in hits) for script, hits in found.items()}
    best = max(total, key=lambda script: total[script])
    # Signs of other scripts count half: real texts mix them.
    others = sum(score for script, score in total.items() if script is not best)
    against = sum(weight for sign, weight in AGAINST if re.search(sign, plain))
    score = total[best] + others // 2 - against
    named = _named(plain, best, found)
    telling = _telling(named, plain) if named is not best else ()
    told = (*telling, *(words for words, _ in (*found[named], *found[best])))
    return Finding(
        verdict=_verdict(score),
        script=named if total[best] else None,
        words=tuple(dict.fromkeys(told)),
        score=score,
        gone=any(re.search(sign, plain) for sign in GONE),
    )


def fingerprint(text: str) -> str:
    """Give the same for texts that differ only in blanks, punctuation and respellings."""
    return hashlib.sha256(flattened(text).encode()).hexdigest()


def flattened(text: str) -> str:
    """Write a text as the signs expect it."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower()
    plain = _BLANK.sub("", plain)
    for odd, usual in RESPELT.items():
        plain = plain.replace(odd, usual)
    return plain


def _verdict(score: int) -> Verdict:
    if score >= LIKE_FRAUD_FROM:
        return Verdict.FRAUD
    return Verdict.MAYBE if score >= MAYBE_FROM else Verdict.UNSURE


def _named(plain: str, best: Script, found: Mapping[Script, Sequence[Hit]]) -> Script:
    """Name the script: money goes to an account like this in several, so the other words decide."""
    if not any(re.search(sign, plain) for sign in SHARED):
        return best

    def says(script: Script) -> int:
        own = sum(weight for words, weight in found[script] if not _is_shared(words))
        return own + TELLING_WEIGHT * len(_telling(script, plain))

    return max((best, *SIGNS), key=says)


def _is_shared(words: str) -> bool:
    return any(re.fullmatch(sign, words) for sign in SHARED)


def _telling(script: Script, plain: str) -> tuple[str, ...]:
    """Give the words that say who speaks and about what, if the script has any."""
    words = TELLING.get(script)
    return tuple(dict.fromkeys(re.findall(words, plain))) if words else ()


def _found(script: Script, plain: str) -> list[Hit]:
    return [
        (hit.group(), weight)
        for sign, weight in _signs(script)
        if (hit := sign.search(plain)) is not None
    ]


@cache
def _signs(script: Script) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(sign), weight) for sign, weight in SIGNS[script])
