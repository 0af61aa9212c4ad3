"""The trials of one worker: at most one of a person, few at once, none for long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from domain.errors import Unavailable
from webrtc import control, wire
from webrtc.codecs import CODECS
from webrtc.control import Line
from webrtc.trial import Trial

_log = structlog.get_logger()
MOST = 16  #: at once; whoever comes then is asked to wait for a moment


class Trials:
    """Who tries devices and line now."""

    def __init__(self) -> None:
        self.begun = 0  #: since the worker started
        self._trials: dict[tuple[str, str], tuple[Line, Trial]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Count those that go on."""
        return len(self._trials)

    @property
    def received(self) -> int:
        """How many packets came for those that go on."""
        return sum(one.received for _, trial in self._trials.values() for one in trial.streams)

    def hear(self, line: Line, message: control.OfTrial, now: float) -> None:
        """Do what a web process says about a trial; about another's it has nothing to say."""
        key = (message.meeting, message.participant)
        if isinstance(message, control.Try):
            self._begin(line, message, now)
            return
        held, trial = self._trials.get(key, (None, None))
        if trial is None or held is not line:
            return
        if isinstance(message, control.TryAsked):
            self._do(trial.do(message.deed))
        else:
            self._end(key)

    def lose(self, line: Line) -> None:
        """End what came through a web process that is gone."""
        for key in [key for key, (held, _) in self._trials.items() if held is line]:
            self._end(key)

    def tick(self, now: float) -> None:
        """Keep the time of every trial."""
        for key, (_, trial) in list(self._trials.items()):
            if trial.is_over(now):
                trial.tell(wire.Tried())
                self._end(key)
            else:
                trial.tick(now)

    async def close(self) -> None:
        """End all of them."""
        for key in list(self._trials):
            self._end(key)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, line: Line, message: control.Try, now: float) -> None:
        key = (message.meeting, message.participant)
        tell = _teller(line, message)
        if key in self._trials:
            self._trials[key][1].tell(wire.Replaced())
            self._end(key)
        elif len(self._trials) >= MOST:
            tell(wire.Problem(code=Unavailable.code))
            tell(wire.Tried())
            return
        self.begun += 1
        self._trials[key] = line, Trial(message.participant, CODECS[message.codec], tell, now)

    def _end(self, key: tuple[str, str]) -> None:
        _, trial = self._trials.pop(key)
        self._do(trial.close())

    def _do(self, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("trial-failed", exc_info=task.exception())


def _teller(line: Line, message: control.Try) -> Callable[[wire.News], None]:
    """Give the way to the page, through the web process that has its socket."""

    def tell(news: wire.News) -> None:
        told = control.TryTold(meeting=message.meeting, participant=message.participant, news=news)
        line.write(told)

    return tell
