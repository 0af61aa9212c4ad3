"""Start the children, start a dead one again, end them all within five seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from processes.children import Child, Restart
from processes.lifeline import Lifeline
from processes.states import ProcessState, machine_time, write_states

FIRST_PAUSE = 0.2  #: seconds before a dead child is started again; doubled at each death
LONGEST_PAUSE = 5.0
SETTLED = 10.0  #: a child that lived so long counts as healthy: its next pause is the first again
#: seconds after the lifelines closed until whoever still lives is told more plainly; a child that
#: does not look at its lifeline yet, because it is starting, ends at the first
WORDS = ((2.5, signal.SIGTERM), (4.5, signal.SIGKILL))
ENDING = (signal.SIGTERM, signal.SIGINT)
DEAD = frozenset("ZX")  #: states of a process that runs no more

log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class _Life:
    """What is known about a child now."""

    child: Child
    pid: int | None = None
    starts: int = 0
    since: str = field(default_factory=machine_time)
    ended: str | None = None

    @property
    def state(self) -> ProcessState:
        return ProcessState(
            name=self.child.name,
            pid=self.pid,
            restarts=max(0, self.starts - 1),
            since=self.since,
            ended=self.ended,
        )


class Supervisor:
    """Keeps children alive and has no other work and no state of its own."""

    def __init__(self, children: Sequence[Child], *, state_file: Path) -> None:
        self._lives = [_Life(child) for child in children]
        self._state_file = state_file
        self._ending = asyncio.Event()
        self._ended_at = 0.0
        self._groups: set[int] = set()

    async def run(self) -> int:
        """Keep the children until SIGTERM or SIGINT; give the exit status."""
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.add_signal_handler(number, self.end)
        async with asyncio.TaskGroup() as group:
            for life in self._lives:
                group.create_task(self._keep(life), name=life.child.name)
        self.end()
        await self._end_orphans()
        for number in ENDING:
            loop.remove_signal_handler(number)
        return 0

    def end(self) -> None:
        """Let every child go."""
        if not self._ending.is_set():
            self._ended_at = time.monotonic()
            self._ending.set()

    async def _keep(self, life: _Life) -> None:
        pause = FIRST_PAUSE
        while not self._ending.is_set():
            started = time.monotonic()
            await self._live(life)
            if life.child.restart is Restart.NEVER or self._ending.is_set():
                return
            if time.monotonic() - started > SETTLED:
                pause = FIRST_PAUSE
            log.warning("process ended", process=life.child.name, how=life.ended, again_in=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _live(self, life: _Life) -> None:
        """Go through one life of a child, from its start to its end."""
        lifeline = Lifeline.opened()
        try:
            process = await _start(life.child, lifeline)
            self._groups.add(process.pid)
            life.starts += 1
            self._note(life, pid=process.pid, ended=life.ended)
            await self._wait(process, lifeline)
        except OSError as error:
            log.exception("process cannot be started", process=life.child.name)
            self._note(life, pid=None, ended=f"not started: {error.strerror}")
        else:
            self._note(life, pid=None, ended=_how(process.returncode))
        finally:
            lifeline.let_go()

    async def _wait(self, process: Process, lifeline: Lifeline) -> None:
        """Wait for the child's own end, or bring it about."""
        death = asyncio.create_task(process.wait())
        order = asyncio.create_task(self._ending.wait())
        try:
            await asyncio.wait({death, order}, return_when=asyncio.FIRST_COMPLETED)
            lifeline.let_go()
            for seconds, word in () if death.done() else WORDS:
                await asyncio.wait({death}, timeout=self._left(seconds))
                if death.done():
                    break
                log.warning("process does not end", pid=process.pid, told=word.name)
                _tell(os.killpg if word is signal.SIGKILL else os.kill, process.pid, word)
            await death
        finally:
            order.cancel()

    def _note(self, life: _Life, *, pid: int | None, ended: str | None) -> None:
        life.pid, life.ended, life.since = pid, ended, machine_time()
        try:
            write_states(self._state_file, [one.state for one in self._lives])
        except OSError:
            log.exception("states of the processes cannot be written")

    async def _end_orphans(self) -> None:
        """Give what children left behind the rest of the time, then end it."""
        for seconds, word in WORDS:
            # Nothing tells of the end of somebody else's child, so it is looked for.
            while (left := _orphaned(self._groups)) and self._left(seconds) > 0:  # noqa: ASYNC110  # nobody else tells
                await asyncio.sleep(0.05)
            for group in left:
                log.warning("what a child left behind does not end", pid=group, told=word.name)
                _tell(os.killpg, group, word)

    def _left(self, seconds: float) -> float:
        return self._ended_at + seconds - time.monotonic()


def _orphaned(groups: Iterable[int]) -> set[int]:
    """Pick the groups that live on although the child that led them is dead.

    While such a group has members its number is given to no new process, so none is mistaken.
    """
    left = {group for group in groups if not _lives(os.kill, group) and _lives(os.killpg, group)}
    return left & _running_groups() if left else left


def _running_groups() -> set[int]:
    """The groups in which something runs; in a container nobody may bury dead orphans (proc(5))."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, group = file.read_text().rpartition(")")[2].split()[:3]
            if state not in DEAD:
                found.add(int(group))
    return found


def _lives(ask: Callable[[int, int], None], number: int) -> bool:
    try:
        ask(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's: as a leader it lives, as a group it is none of ours
        return ask is os.kill
    return True


def _tell(send: Callable[[int, int], None], number: int, word: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        send(number, word)


async def _start(child: Child, lifeline: Lifeline) -> Process:
    """Start a child in a session of its own, so that a terminal's Ctrl-C reaches only us."""
    try:
        return await asyncio.create_subprocess_exec(
            *child.argv,
            "--lifeline-fd",
            str(lifeline.theirs),
            pass_fds=(lifeline.theirs,),
            env=child.env,
            start_new_session=True,
            stdin=DEVNULL,
            # Our own output may be read by a program.
            stdout=DEVNULL if child.silent else sys.stderr.fileno(),
        )
    finally:
        lifeline.hand_over()


def _how(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"status {status}"
