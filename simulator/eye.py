"""The phone's eye: reads the code in a picture with zbarimg, where that program is installed."""

from __future__ import annotations

import shutil
from typing import Final

from simulator.asking import BadRequest
from simulator.children import answered

_LIMIT_SECONDS: Final = 10.0


async def read_code(picture: bytes) -> str:
    """Give the text of the first code; empty if there is none."""
    program = shutil.which("zbarimg")
    if program is None:
        raise BadRequest("这台机器没有装 zbarimg，请改用粘贴码的内容。")
    command = (program, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
    told = await answered(*command, given=picture, within=_LIMIT_SECONDS)
    return (told or b"").decode(errors="replace").partition("\n")[0].strip()
