"""Whom a report names beside its teller: proposed to the desk as parties, nobody having checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from domain.cases import Case
from domain.errors import BadInput
from domain.others_told import OtherTold, others_told
from domain.people import Person
from domain.phones import e164
from domain.self_told import self_told


def proposed_others(
    case: Case, parties: Collection[Person], *, demo: bool
) -> tuple[OtherTold, ...]:
    """Give who is named in a report and is no party yet, nor its teller."""
    told = self_told(case.story)
    names = {one.name for one in parties} | {told.name if told else ""}
    phones = {one.phone for one in parties} | {_number(told.phone, demo=demo) if told else ""}
    return tuple(_unknown(others_told(case.story), names, phones - {""}, demo=demo))


def _unknown(
    others: Collection[OtherTold], names: Collection[str], phones: Collection[str], *, demo: bool
) -> Iterator[OtherTold]:
    for one in others:
        number = _number(one.phone, demo=demo)
        if one.name not in names and number not in phones:
            yield one if number else replace(one, phone="")


def _number(typed: str, *, demo: bool) -> str:
    try:
        return e164(typed, demo=demo)
    except BadInput:
        return ""
