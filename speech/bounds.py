"""Limits that a child process sets itself before it reads what anybody may have sent."""

from __future__ import annotations

import resource

MIB = 1024 * 1024


def bound(*, seconds: int, memory: int) -> None:
    """End this process after some seconds of work; refuse it memory and the writing of files."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
