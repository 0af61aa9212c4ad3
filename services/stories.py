"""The story of a case, put together of what was told in its report and its alarms."""

from __future__ import annotations

from dataclasses import replace

from domain.cases import MOST_TOLD, SHORTEST_STORY, Case, Report, Spot
from domain.conversations import RaiseAlarm
from services.places_told import place_before
from services.words import DANGER_TOLD, NO_PLACE_TOLD, OTHERS_TOLD, TOLD_AS_SAFE


def as_report(alarm: RaiseAlarm) -> Report:
    """Make of an alarm the report with which its case begins."""
    told = (alarm.story or alarm.text).strip()[:MOST_TOLD]
    return Report(
        story=told.ljust(SHORTEST_STORY, "。"),
        spot=alarm.spot or Spot(words=NO_PLACE_TOLD),
        media=alarm.media,
    )


def story_completed(report: Report, case: Case) -> str:
    """Whoever was called to one place must still find it when the report names another."""
    if _stands_in(case.story, report.danger_told):
        report = replace(report, danger_told="")
    story = story_of(report, alarmed=bool(case.danger))
    return "\n".join(filter(None, (story, place_before(case, report.spot))))


def _stands_in(story: str, told: str) -> bool:
    """Was it put down already when it was said, perhaps with its time behind it?"""
    lines = [f"{one}（" for one in story.splitlines()]
    return all(any(one.startswith(f"{line}（") for one in lines) for line in told.splitlines())


def story_of(report: Report, *, alarmed: bool) -> str:
    """Put together what was told; "nobody is in danger" is no word for a case with an alarm."""
    parts, danger = [report.story.strip()], report.danger_told.strip()
    if report.others.strip():
        parts.append(OTHERS_TOLD.format(others=report.others.strip()))
    if danger and not (alarmed and danger.rstrip("。！!.") in TOLD_AS_SAFE):
        parts.append(DANGER_TOLD.format(told=danger))
    return "\n".join(parts)
