"""What a search looks for: pairs of neighbouring characters, blinded.

Most Chinese terms have two characters, and no plain word of a story is kept.  Whoever steals the
database without the keys sees only how often a blinded pair occurs.
"""

from __future__ import annotations

import re

from storage.keys import Keys

RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


def pairs(text: str) -> frozenset[str]:
    """Cut a text: whole words of Latin letters and digits, pairs of Chinese characters."""
    found: set[str] = set()
    for run in RUN.findall(text.lower()):
        whole = run[0].isascii() or len(run) == 1
        found |= {run} if whole else {run[at : at + 2] for at in range(len(run) - 1)}
    return frozenset(found)


def blinded(keys: Keys, words: frozenset[str]) -> frozenset[str]:
    """Blind the words; half a hash is enough to tell the pairs of one language apart."""
    return frozenset(keys.blind(word, "case_words.word")[:32] for word in words)
