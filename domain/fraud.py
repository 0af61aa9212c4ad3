"""What a forwarded text looks like: explainable, by weighted signs; unsure ones go to a human."""

from __future__ import annotations

import enum
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from domain.fraud_words import AGAINST, GONE, RESPELT, SIGNS, Script

LIKE_FRAUD_FROM = 6
MAYBE_FROM = 3
LONGEST_TEXT = 2000  #: characters that are looked at
#: Blanks, zero-width characters and punctuation: swindlers put them between the letters.
_BLANK = re.compile(
    r"[\s\u200b\u200c\u200d\ufeff·・、，。！？；：,.!?;:'\"“”‘’（）()【】\[\]《》<>~—\-_*|]+"
)


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
    return Finding(
        verdict=_verdict(score),
        script=best if total[best] else None,
        words=tuple(dict.fromkeys(words for words, _ in found[best])),
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


def _found(script: Script, plain: str) -> list[tuple[str, int]]:
    return [
        (hit.group(), weight)
        for sign, weight in _signs(script)
        if (hit := sign.search(plain)) is not None
    ]


@cache
def _signs(script: Script) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(sign), weight) for sign, weight in SIGNS[script])
