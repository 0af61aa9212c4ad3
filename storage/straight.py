"""Work that stays on one thread from its first statement to its last.

The usual way goes to the event loop and back with every statement; for a round of many messages
these ways cost more than the statements.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.transaction import whole

T = TypeVar("T")


class StraightWriter:
    """A thread with a writing connection of its own, opened when it is first needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="straight")

    async def write(self, deed: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Do it on the thread; it may wait for nothing but statements of its session."""
        loop = asyncio.get_running_loop()
        return await whole(_ended(loop.run_in_executor(self._thread, self._done, deed)))

    async def close(self) -> None:
        """End the thread and close the file."""
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()

    def _done(self, deed: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        going = deed(plain_session(self._engine))
        try:
            going.send(None)
        except StopIteration as end:
            result: T = end.value
            return result
        going.close()
        raise RuntimeError("the work waited for something outside of its transaction")


def plain_session(engine: Engine) -> Session:
    """Open a session whose statements run where they are called."""
    options = {"populate_existing": True, "synchronize_session": False}
    return Session(engine, autoflush=False, expire_on_commit=False, execution_options=options)


async def _ended(done: asyncio.Future[T]) -> T:
    return await done
