"""Words of mortal danger in what people write: self-harm, violence, threats, fire, a child.

Signs are judged with the words around them: 我不想活了 is an alarm, 笑死我了, 杀价 and 没有拿刀
are not.  The lexicon, its negation rules and its weights are in ``domain/danger_words``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.danger_words.signs import GAP, Found, signs_in
from domain.danger_words.weighing import (
    danger_of,
    heard_in,
    kinds_of,
    telling,
    weight_of,
    writing,
)
from domain.danger_words.writing import plainly

HEARD = 0.0  #: the weight from which a text is an alarm
NEARLY = -3.0  #: half of an alarm: of such halves 9 of 10 stand from here on
CALM = -5.0  #: no signs are sought in a text whose mere writing weighs less
SHARED = 0.35  #: the share from which a second kind is named too
LONGEST_PIECE = 60  #: characters that are judged together
SHORTEST_PIECE = 6  #: a shorter sentence is judged with the next
LONGEST_TOLD = 60  #: characters of a sentence that whoever is on duty reads at a glance
LEAD = 20  #: of them before the words that alarm
LONGEST_WORDS = 24  #: characters of a clause that stands for the words


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a text was judged to be."""

    alarms: tuple[Alarm, ...]  #: the most likely kind first, one of each kind
    nearly: bool  #: no alarm, and half of one perhaps: the next message may tell the rest


def alarms(text: str) -> tuple[Alarm, ...]:
    """Find the signs of mortal danger, the most likely kind first, one of each kind."""
    return hear(text).alarms


def hear(text: str) -> Heard:
    """Judge a text: whole if it is short, and every sentence apart."""
    plain = plainly(text)
    found: dict[Danger, Alarm] = {}
    heaviest = CALM
    for piece in pieces(plain):
        weight, signs = _judge(piece)
        heaviest = max(heaviest, weight)
        for alarm in signs:
            found.setdefault(alarm.kind, alarm)
        if found and piece == plain:
            break
    return Heard(alarms=tuple(found.values()), nearly=not found and heaviest >= NEARLY)


def told_together(earlier: str, text: str) -> str:
    """Put a message behind the end of what came before it, as far as both are judged together.

    Empty if nothing fits, or if the end of the earlier one is an alarm without the message: what
    was cut from it may have denied it.
    """
    told = text.strip()
    room = LONGEST_PIECE - len(plainly(told)) - 1
    clauses = [one for one in re.split(r"[，。！？；,.!?;\s]+", earlier) if one]
    end: list[str] = []
    while clauses and len("，".join([clauses[-1], *end])) <= room:
        end.insert(0, clauses.pop())
    before = "，".join(end)
    return f"{before}，{told}" if told and before and not alarms(before) else ""


def pieces(plain: str) -> Iterable[str]:
    """Part a text into what is judged: a short one whole, and each of its sentences."""
    whole = [plain] if len(plain) <= LONGEST_PIECE else []
    return dict.fromkeys([*whole, *_sentences(plain)])


def sentence_with(words: str, told: str) -> str:
    """Give the sentence that the words of danger stand in, cut; words of ours stand for themselves.

    ``words`` may name several signs, parted by 、.
    """
    parts = words.split("、")
    for sentence in re.findall(r"[^。.！!？?\n]+[。.！!？?]?", told):
        if any(part in plainly(sentence) for part in parts):
            return _cut(sentence.strip(), parts)
    return words


def sentences_with(words: str, told: str) -> dict[str, str]:
    """Give each sign its sentence; words of ours stand for themselves."""
    parts = words.split("、")
    if all(part in plainly(told) for part in parts):
        return {part: sentence_with(part, told) for part in parts}
    return {words: sentence_with(words, told)}


def speaks_of(words: str, told: str) -> bool:
    """Was danger told in these words before?"""
    return all(part in plainly(told) for part in words.split("、")) or words in told


def tells_no_more(sentence: str, told: str) -> bool:
    """Does a sentence say nothing that was not told before?"""
    return plainly(sentence).strip(".,?…") in plainly(told)


def _cut(sentence: str, parts: list[str]) -> str:
    if len(sentence) <= LONGEST_TOLD:
        return sentence
    at = max(sentence.find(part) for part in parts)
    first = max(min(at - LEAD, len(sentence) - LONGEST_TOLD), 0)
    cut = sentence[first : first + LONGEST_TOLD]
    return f"{'…' if first else ''}{cut}{'…' if first + LONGEST_TOLD < len(sentence) else ''}"


def _sentences(plain: str) -> Iterator[str]:
    """Part a text, so that calm sentences hide no alarm beside them."""
    piece = ""
    for sentence in re.findall(r"[^.?!]{1,60}[.?!]?", plain):
        piece += sentence
        if len(piece) >= SHORTEST_PIECE:
            yield piece
            piece = ""
    if piece:
        yield piece


def _judge(plain: str) -> tuple[float, tuple[Alarm, ...]]:
    """Weigh a text, and name its alarms if it weighs enough."""
    written = heard_in(writing(plain))
    if (weight := danger_of(written)) < CALM:
        return weight, ()
    signs = signs_in(plain)
    heard = written + heard_in(telling(plain, signs))
    weight = danger_of(heard)
    return weight, tuple(_alarms_in(plain, signs, kinds_of(heard))) if weight >= HEARD else ()


def _alarms_in(plain: str, signs: list[Found], shares: Mapping[str, float]) -> Iterator[Alarm]:
    kinds = sorted(Danger, key=lambda kind: -shares[kind])
    for kind in kinds[:1] + [kind for kind in kinds[1:] if shares[kind] >= SHARED]:
        yield Alarm(kind=kind, words=_words(plain, signs, kind))


def _words(plain: str, signs: list[Found], kind: Danger) -> str:
    """Give the words of the weightiest sign, of the kind if there is one, or the first clause."""
    if not signs:
        return re.split("[,.?!]", plain.strip(",.?!"))[0][:LONGEST_WORDS]
    best = max(
        signs,
        key=lambda found: (found.sign.kind == kind, weight_of(f"sign:{found.sign.name}")),
    )
    return best.words.replace(GAP, "").strip(",.?!")
