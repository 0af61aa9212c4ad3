"""Programs that do one thing with what they are given, and end."""

from __future__ import annotations

import asyncio


async def answered(*command: str, given: bytes, within: float) -> bytes | None:
    """Give what a program writes about what it reads; none if it fails or takes too long.

    ``within`` is in seconds; a program that takes longer is killed.
    """
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(within):
            told, _ = await child.communicate(given)
    except TimeoutError:
        child.kill()
        await child.wait()
        return None
    return told if child.returncode == 0 else None
