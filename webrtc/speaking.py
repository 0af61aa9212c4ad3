"""Who speaks at a table: one voice, until another is clearly louder for a while.

How loud somebody is their own browser says (RFC 6464).  That is good enough to show, and to share
out a thin line by; it is never part of the record.
"""

from __future__ import annotations

from collections.abc import Mapping

EVERY = 0.2  #: seconds between two looks
_FLOOR = 60.0  # of 127: what is quieter is the noise of a room
_VOICE = 8.0  # above the floor, smoothed: about a third of the time at a low voice
_CLEARLY = 1.25  # times as loud as who speaks
_SMOOTHING = 0.2  # of what is heard now: about a second of the past counts
_WAITS = 0.6  # seconds that somebody has to be clearly louder
_STAYS = 1.0  # seconds that somebody stays the speaker, whoever shouts


class Speaking:
    """The speaker of one table; in silence the last one."""

    def __init__(self) -> None:
        self.speaker = ""
        self._voices: dict[str, float] = {}
        self._changed = float("-inf")
        self._rival, self._rival_since = "", 0.0

    def hear(self, levels: Mapping[str, float], now: float) -> None:
        """Take how loud everybody at the table was of late, from 0 to 127."""
        before, self._voices = self._voices, {}
        for name, level in levels.items():
            voice = before.get(name, 0.0)
            self._voices[name] = voice + _SMOOTHING * (max(0.0, level - _FLOOR) - voice)
        if self.speaker not in levels:
            self.speaker = ""
        rival = self._louder()
        if rival != self._rival:
            self._rival, self._rival_since = rival, now
        waited = now - self._rival_since >= _WAITS and now - self._changed >= _STAYS
        if rival and waited:
            self.speaker, self._changed, self._rival = rival, now, ""

    def _louder(self) -> str:
        """Give who is clearly louder than who speaks, if somebody is."""
        loudest = max(self._voices, key=lambda name: self._voices[name], default="")
        least = max(_VOICE, _CLEARLY * self._voices.get(self.speaker, 0.0))
        if loudest == self.speaker or self._voices.get(loudest, 0.0) < least:
            return ""
        return loudest
