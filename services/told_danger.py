"""The danger that is told in a report or an alarm: its signs, and the sentences they stand in."""

from __future__ import annotations

from collections.abc import Mapping

from domain.cases import Case, Report
from domain.conversations import RaiseAlarm
from domain.danger import alarms, sentence_with, sentences_with, speaks_of, told_together


def danger_in(report: Report) -> Mapping[str, str]:
    """Give the words of danger, each with the sentence it stands in."""
    return _sentences_by_sign(told_in(report))


def _sentences_by_sign(told: str) -> Mapping[str, str]:
    return {found.words: sentence_with(found.words, told) for found in alarms(told)}


def told_in(report: Report) -> str:
    """Give everything that was written into a report."""
    return f"{report.story}\n{report.spot.words}\n{report.others}\n{report.danger_told}"


def sentences_of(report: Report) -> tuple[str, ...]:
    """Give the sentences of a report that speak of danger."""
    return sentences_in(told_in(report))


def sentences_in(told: str) -> tuple[str, ...]:
    """Give the sentences of a text that speak of danger."""
    return tuple(dict.fromkeys(_sentences_by_sign(told).values()))


def judged(alarm: RaiseAlarm) -> str:
    """Give what an alarm was found in: one message, or two that say it only together."""
    return told_together(alarm.before, alarm.text) if alarm.before else alarm.text


def signs_of(alarm: RaiseAlarm) -> Mapping[str, str]:
    """Give the words of an alarm, each with the sentence it stands in."""
    if alarm.before:  # neither of the two messages says it alone
        return {line: line for line in alarm.text.splitlines()}
    return sentences_with(alarm.words, alarm.text)


def is_told(case: Case, words: str) -> bool:
    """Does a case tell of this danger already?"""
    return any(speaks_of(words, told) for told in (*case.danger, case.story))
