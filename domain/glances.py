"""What a dialogue knows at first: most messages only move the talk and need no more."""

from __future__ import annotations

from typing import NoReturn

from domain.conversations import Known, Talk


class MoreToKnow(LookupError):
    """A dialogue asked for what was not looked up yet: it is to be asked again with all of it."""


class Glance(Known):
    """What is known of a person without looking at their cases; whatever else is asked for says so.

    A field that :class:`~domain.conversations.Known` gets later is not here, default or not, until
    somebody looks it up for all who write in the same moment.
    """

    __slots__ = ()

    def __init__(self, *, talk: Talk, named: bool, office_phone: str, pages_url: str) -> None:
        for name, fact in (
            ("talk", talk),
            ("named", named),
            ("office_phone", office_phone),
            ("pages_url", pages_url),
        ):
            object.__setattr__(self, name, fact)

    def __getattr__(self, name: str) -> NoReturn:
        raise MoreToKnow(name)
