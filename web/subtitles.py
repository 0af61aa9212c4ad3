"""Turns as a side text of a film (W3C WebVTT)."""

from __future__ import annotations

from collections.abc import Iterable

from services.views import TurnView


def subtitles(turns: Iterable[TurnView]) -> str:
    """Write a cue for each turn, with the name of whose line it was."""
    cues = [f"{_moment(one.begin)} --> {_moment(one.end)}\n{_plain(one.name)}\n" for one in turns]
    return "\n".join(["WEBVTT\n", *cues])


def _moment(second: float) -> str:
    milliseconds = round(second * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _plain(name: str) -> str:
    """Nothing in a name is markup, and none ends its cue."""
    told = " ".join(name.replace("-->", "").split())
    return told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
