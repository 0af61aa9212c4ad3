"""The phone's eye: reads the code in a picture with zbarimg, where that program is installed."""

from __future__ import annotations

import asyncio
import shutil
from typing import Final

from simulator.asking import BadRequest

_LIMIT_SECONDS: Final = 10.0


async def read_code(picture: bytes) -> str:
    """Give the text of the first code; empty if there is none."""
    program = shutil.which("zbarimg")
    if program is None:
        raise BadRequest("这台机器没有装 zbarimg，请改用粘贴码的内容。")
    reading = await asyncio.create_subprocess_exec(
        program,
        "--quiet",
        "--raw",
        "-Sdisable",
        "-Sqrcode.enable",
        "-",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            told, _ = await reading.communicate(picture)
    except TimeoutError:
        reading.kill()
        await reading.wait()
        return ""
    return told.decode(errors="replace").partition("\n")[0].strip()
