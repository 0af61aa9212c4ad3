"""The words of a notice by its way: facts in, one short message out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from bot.texts import notices as texts

LONGEST_SMS = 140  #: Chinese characters: two parts for the carriers, read as one
#: Three parts where an answer and the address at which it is rated stand together.
LONGER_SMS = {"matter-answered": 201}
ELASTIC = ("reason", "instead", "words")  #: what people write themselves is cut, addresses never


class NoticeWords:
    """Fills the sentences of :mod:`bot.texts.notices` with the facts of a notice."""

    def sms(self, kind: str, facts: Mapping[str, str]) -> str:
        """Return the text message, as short as its kind allows."""
        told = _told(facts)
        sentence = texts.SMS_SIGNATURE + texts.NOTICE_SMS[kind]
        elastic = [name for name in ELASTIC if f"{{{name}}}" in sentence]
        bare = sentence.format_map(told | dict.fromkeys(elastic, ""))
        room = (LONGER_SMS.get(kind, LONGEST_SMS) - len(bare)) // max(len(elastic), 1)
        return sentence.format_map(told | {name: _cut(told[name], room) for name in elastic})

    def notice(self, kind: str, facts: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """Return title and lines of a service notice; a line without its fact is left out."""
        told = _told(facts)
        lines = {
            label: words
            for label, sentence in texts.NOTICE_LINES[kind]
            if (words := sentence.format_map(told))
        }
        return texts.NOTICE_TITLES[kind], lines


def _told(facts: Mapping[str, str]) -> defaultdict[str, str]:
    told = defaultdict(str, facts)
    if told["due"]:
        told["due"] = texts.notice_day(date.fromisoformat(told["due"]))
    return told


def _cut(words: str, room: int) -> str:
    return words if len(words) <= room else f"{words[: max(room - 1, 0)]}…"
