"""The child that makes one part of a film: packets in, packets out, and only in idle time."""

from __future__ import annotations

import os
import resource
import sys
import threading

MIB = 1 << 20
WORK = 600  #: seconds of work for a minute of film
MEMORY = 1536 * MIB
DAMAGED, ORPHAN = 3, 4  #: its status for what cannot be read, and when nobody waits for it


def main() -> int:
    """Make a part when nobody else has anything to do."""
    give_way()
    return work()


def work() -> int:
    """Read, make, write."""
    end_with_parent()
    bound()
    # Only now: the limits hold for the libraries too.
    from webrtc.montage.making import make  # noqa: PLC0415  # see above

    try:
        made = make(sys.stdin.buffer.read())
    except ValueError:
        return DAMAGED
    sys.stdout.buffer.write(made)
    return 0


def give_way() -> None:
    """Let everybody else go first, a live room above all (sched(7), SCHED_IDLE)."""
    os.nice(19)
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def end_with_parent() -> None:
    """Let a job worker that was killed leave nobody behind who works on for nothing."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    never = threading.Event()
    while os.getppid() == parent:
        never.wait(1.0)
    os._exit(ORPHAN)


def bound() -> None:
    """End after some work; refuse memory and the writing of files."""
    resource.setrlimit(resource.RLIMIT_CPU, (WORK, WORK + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
