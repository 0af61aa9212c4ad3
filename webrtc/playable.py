"""Whether the media library that came with us can write what browsers play."""

from __future__ import annotations

import io

import av
from av.error import FFmpegError


def writes_webm() -> bool:
    """Say whether it opens a WebM file and knows VP8 and Opus in it."""
    try:
        with av.open(io.BytesIO(), "w", format="webm"):
            return {"vp8", "opus"} <= set(av.codecs_available)
    except (FFmpegError, ValueError):
        return False
