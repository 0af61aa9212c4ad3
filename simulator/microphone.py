"""The phone's microphone: what a browser recorded becomes the AMR of a real phone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from simulator.asking import BadRequest
from simulator.children import answered

_PROGRAM: Final = Path(__file__).with_name("amr.py")
_LIMIT_SECONDS: Final = 30.0
_AS_IT_IS: Final = (b"#!AMR", b"ID3", b"\xff\xfb")  #: what the platform takes as a voice


async def voice_of(recording: bytes) -> bytes:
    """Give it as AMR, or untouched where the platform takes it so."""
    if recording.startswith(_AS_IT_IS):
        return recording
    command = (sys.executable, "-I", str(_PROGRAM))
    voice = await answered(*command, given=recording, within=_LIMIT_SECONDS)
    if not voice:
        raise BadRequest("这段录音听不出来，请再录一次，或换一个文件。")
    return voice
