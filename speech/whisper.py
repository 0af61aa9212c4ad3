"""Whisper base on this machine, by faster-whisper: the extra ``speech``, in a child alone."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

from domain.ports.speech import Segment
from speech.guards import checked
from speech.models import WHISPER
from speech.models import checked as checked_model
from speech.prompts import prompt

THREADS = 2
BEAM = 5


def written_down(sound: bytes, *, hints: Sequence[str], models: Path) -> tuple[Segment, ...]:
    """Write down what is said in simplified Chinese; raises Unclear."""
    from faster_whisper import WhisperModel  # noqa: PLC0415  # the extra, in the child alone
    from opencc import OpenCC  # noqa: PLC0415  # the same

    model = WhisperModel(
        str(checked_model(models, WHISPER)),
        device="cpu",
        compute_type="int8",
        cpu_threads=THREADS,
        local_files_only=True,
    )
    found, about = model.transcribe(
        io.BytesIO(sound),
        language="zh",
        beam_size=BEAM,
        temperature=0.0,
        condition_on_previous_text=False,
        initial_prompt=prompt(hints),
        vad_filter=True,  # without it silence becomes the prompt
    )
    simplified = OpenCC("t2s")
    segments = [
        Segment(
            start=one.start,
            end=one.end,
            text=simplified.convert(one.text),
            confidence=math.exp(min(0.0, one.avg_logprob)),
        )
        for one in found
    ]
    return checked(segments, seconds=about.duration)
