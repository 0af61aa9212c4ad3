"""How a process learns that it is to end: a signal, or the supervisor's pipe that closes."""

from __future__ import annotations

import asyncio
import os
import signal

ENDING = (signal.SIGTERM, signal.SIGINT)


async def wait_for_end(lifeline: int | None) -> None:
    """Wait for SIGTERM, SIGINT or the end of the lifeline."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, over.set)
    if lifeline is not None:
        loop.add_reader(lifeline, lambda: over.set() if not os.read(lifeline, 1) else None)
    try:
        await over.wait()
    finally:
        if lifeline is not None:
            loop.remove_reader(lifeline)
        for number in ENDING:
            loop.remove_signal_handler(number)
