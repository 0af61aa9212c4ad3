"""What makes a text of the chat plain and short, and what is wrong with one that is not.

The bounds are of a phone in large print, as a resident of seventy holds it: 13 characters stand in
a line of the chat, 20 lines on the screen.  Half a screen is read at a glance; what fills more is a
list to choose from or a longer answer, which the chat offers to read aloud on a page of its own
(``domain/long_answers.py``).  Read aloud, a sentence of 40 characters takes ten seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from domain.long_answers import LONG_ANSWER

IN_A_LINE = 13  #: characters, in large print
GLANCE = 10  #: lines: half a screen
SCREEN = 20  #: lines
LONGEST_SENTENCE = 40  #: characters
A_FACT = "某某某某"  #: stands for a number, a name or an address, which is read as one

JARGON = {
    word: (source, () if plain == "-" else tuple(plain.split("|")))
    for word, source, plain in (
        line.split("\t")
        for line in Path(__file__).with_name("jargon.tsv").read_text().splitlines()
        if not line.startswith("#")
    )
}


def faults(text: str, *, longer: bool = False, heard: bool = False) -> list[str]:
    """Say what is not plain or not short in a text; ``heard``: it can be listened to."""
    return [*_length(text, longer=longer, heard=heard), *_sentences(text), *jargon(text)]


def _length(text: str, *, longer: bool, heard: bool) -> Iterator[str]:
    lines = lines_on_a_phone(text)
    if lines > (SCREEN if longer or heard else GLANCE):
        yield f"{lines} lines"
    if len(filled(text)) > LONG_ANSWER and not heard:
        yield f"{len(filled(text))} characters, and nothing to listen to is promised"


def _sentences(text: str) -> Iterator[str]:
    """Find the sentences that are too long; an address in an SMS ends one with a blank."""
    for sentence in re.split(rf"[。！？!?\n]|(?<={A_FACT}) ", filled(text)):
        if len(sentence) > LONGEST_SENTENCE:
            yield f"a sentence of {len(sentence)} characters: {sentence}"


def jargon(text: str) -> Iterator[str]:
    """Name the words of law or technique that the same text does not make plain."""
    for word, (source, plain) in JARGON.items():
        if word in text and not any(one in text for one in plain):
            yield f"{word} ({source})"


def lines_on_a_phone(text: str) -> int:
    """Count the lines that it takes in large print."""
    return sum(max(1, -(-len(line) // IN_A_LINE)) for line in filled(text).split("\n"))


def filled(text: str) -> str:
    """Put something in the place of each fact."""
    return re.sub(r"{+\w+}+", A_FACT, text)
