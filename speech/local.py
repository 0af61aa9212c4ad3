"""Whisper and Kokoro on this machine, each time in a child, so that their memory is given back."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from domain.errors import Unavailable
from domain.ports.speech import Reader, Segment, Transcriber, Unclear
from speech import child, hearing
from speech.spoken import sentences_of

logger = logging.getLogger(__name__)

LISTENING = 600.0  #: seconds before a child is killed
READING = 1200.0
LARGEST_WORDS = 1024 * 1024
LARGEST_SOUND = 20 * 1024 * 1024


def _one_turn() -> asyncio.Semaphore:
    return asyncio.Semaphore(1)  # half a gigabyte each


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTranscriber(Transcriber):
    """Whisper base, one voice at a time."""

    models: Path
    turns: asyncio.Semaphore = field(default_factory=_one_turn, repr=False)

    @override
    async def transcribe(self, sound: bytes, *, hints: Sequence[str] = ()) -> tuple[Segment, ...]:
        """Listen to a playable copy."""
        told = json.dumps(list(hints)).encode()
        given = hearing.HEAD.pack(len(told)) + told + sound
        try:
            async with self.turns:
                made = await child.run(
                    "speech.hearing",
                    given,
                    seconds=LISTENING,
                    largest=LARGEST_WORDS,
                    told={hearing.MODELS: str(self.models.absolute())},
                )
        except child.Ended as end:
            raise _judged(end) from end
        return tuple(Segment(**one) for one in json.loads(made))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalReader(Reader):
    """Kokoro, one text at a time."""

    models: Path
    speaker: str
    turns: asyncio.Semaphore = field(default_factory=_one_turn, repr=False)

    @property
    @override
    def voice(self) -> str:
        """Name the voice and how its texts are prepared."""
        return f"kokoro-82m/{self.speaker}/1"

    @override
    async def read(self, words: str) -> bytes:
        """Return an MP3."""
        told = {"sentences": sentences_of(words), "voice": self.speaker}
        try:
            async with self.turns:
                return await child.run(
                    "speech.reading_aloud",
                    json.dumps(told).encode(),
                    seconds=READING,
                    largest=LARGEST_SOUND,
                    told={hearing.MODELS: str(self.models.absolute())},
                )
        except child.Ended as end:
            raise Unavailable("the reader did not end well") from end


def _judged(end: child.Ended) -> Exception:
    """Tell a voice that cannot be understood from a machine that cannot listen."""
    if end.status == hearing.UNCLEAR:
        return Unclear("nothing that could be offered")
    if end.status == hearing.NO_MODEL:
        logger.error("the model is missing or was changed: run `make setup SPEECH=1`")
    return Unavailable("the listener did not end well")
