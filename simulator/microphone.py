"""The phone's microphone: what a browser recorded becomes the AMR of a real phone."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

from simulator.asking import BadRequest

_PROGRAM: Final = Path(__file__).with_name("amr.py")
_LIMIT_SECONDS: Final = 30.0
_AS_IT_IS: Final = (b"#!AMR", b"ID3", b"\xff\xfb")  #: what the platform takes as a voice


async def voice_of(recording: bytes) -> bytes:
    """Give it as AMR, or untouched where the platform takes it so."""
    if recording.startswith(_AS_IT_IS):
        return recording
    encoding = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            voice, _ = await encoding.communicate(recording)
    except TimeoutError:
        encoding.kill()
        await encoding.wait()
        voice = b""
    if encoding.returncode != 0 or not voice:
        raise BadRequest("这段录音听不出来，请再录一次，或换一个文件。")
    return voice
