"""Finding out whether a line carries more than is known, without a picture that may stand still.

For a fifth of a second a way down is given padding on top of what it carries, up to twice its
estimate.  What comes as fast as it went raises the estimate; what does not tells how much the line
carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a line knows nothing of who tries it
    from webrtc.engine.congestion import Line, Seen

LASTS = 0.2  #: seconds
_TIMES = 2  # what the line is known to carry
_CALM, _FULL = 0.025, 0.1  # seconds of waiting: not begun beyond the one, given up beyond the other
_PAUSE, _LONGEST = 4.0, 32.0  # seconds until the next, if it was in vain; doubled each time
_LATE = 1.0  # seconds after which nothing more is heard of a probe
_SLOWER = 1.15  # times as long as it took to send: more than clocks and busy browsers explain
_BELIEVED = 0.9  # of what came through
_ENOUGH = 8  # packets


class Probing:
    """The probes of one line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._began: float | None = None
        self._rate = self._given = 0.0  # bits per second and octets of padding
        self._next = float("-inf")
        self._pause = _PAUSE

    def begin(self, now: float) -> None:
        """Try the line, if nothing waits there and the last time is long enough ago."""
        if self._began is not None or now < self._next or self._line.is_wide:
            return
        if self._line.queueing < _CALM:
            self._began, self._given = now, 0.0
            self._rate = max(0.0, _TIMES * self._line.estimate - self._line.carried)

    def due(self, now: float) -> int:
        """Give how many octets of padding are due now."""
        if self._began is None:
            return 0
        if now - self._began > LASTS or self._line.queueing > _FULL:
            self._judge(self._began, now)
            return 0
        whole = self._rate * (now - self._began) / 8
        due, self._given = whole - self._given, whole
        return int(due)

    def _judge(self, began: float, now: float) -> None:
        """Learn from what came of it, once all has come or is late."""
        last, ended = self._line.newest, began + LASTS
        if last < ended and now < ended + _LATE and self._line.queueing <= _FULL:
            return
        self._began = None
        seen = self._line.seen(began, ended)
        if len(seen) >= _ENOUGH:
            carried, in_time = _carried(seen)
            self._line.believe(_BELIEVED * carried, now)
        else:
            in_time = False
        self._next = now if in_time else now + self._pause
        self._pause = _PAUSE if in_time else min(_LONGEST, 2 * self._pause)


def _carried(seen: Sequence[Seen]) -> tuple[float, bool]:
    """Give bits per second that came through, and whether they came as fast as they went."""
    took = seen[-1].arrived - seen[0].arrived
    went = seen[-1].sent - seen[0].sent
    octets = sum(one.octets for one in seen[1:])
    return 8 * octets / max(took, went, 0.001), took <= _SLOWER * went
