"""A speech server of the centre's own, asked in the manner of OpenAI's API: never one outside."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from typing_extensions import override

from domain.errors import Unavailable
from domain.ports.speech import Reader, Segment, Transcriber, Unclear
from speech.guards import checked
from speech.prompts import prompt

logger = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=120, connect=5)
LARGEST_ANSWER = 1024 * 1024
LARGEST_SOUND = 20 * 1024 * 1024
RESTS = (1.0, 4.0)  #: seconds between tries
LANGUAGE = "zh"
OK = 200
NOT_UNDERSTOOD = frozenset({400, 413, 415, 422})  #: this sound, not this server

Form = Callable[[], aiohttp.FormData]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechServer:
    """Where the server is, and how often it is asked again."""

    session: aiohttp.ClientSession = field(repr=False)
    url: str  #: up to and with ``/v1``
    key: str = field(default="", repr=False)
    timeout: aiohttp.ClientTimeout = TIMEOUT
    rests: Sequence[float] = RESTS

    async def ask(self, path: str, *, largest: int, **body: Any) -> bytes:
        """Return the answer; raises Unclear if it is about this sound, else Unavailable."""
        for rest in (*self.rests, None):
            try:
                return await self._ask(path, largest, body)
            except (aiohttp.ClientError, TimeoutError, Unavailable) as error:
                logger.warning("the speech server did not answer: %s", type(error).__name__)
                if rest is None:
                    raise Unavailable("the speech server is away") from error
                await asyncio.sleep(rest)
        raise AssertionError

    async def _ask(self, path: str, largest: int, body: Mapping[str, Any]) -> bytes:
        form: Form | None = body.get("form")
        async with self.session.post(
            f"{self.url}{path}",
            data=form() if form else None,
            json=body.get("json"),
            headers={"Authorization": f"Bearer {self.key}"} if self.key else {},
            timeout=self.timeout,
            allow_redirects=False,
        ) as response:
            if response.status in NOT_UNDERSTOOD:
                raise Unclear(f"status {response.status}")
            if response.status != OK:
                raise Unavailable(f"status {response.status}")
            return await _body(response, largest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTranscriber(Transcriber):
    """Listens by ``/audio/transcriptions``."""

    server: SpeechServer
    model: str

    @override
    async def transcribe(self, sound: bytes, *, hints: Sequence[str] = ()) -> tuple[Segment, ...]:
        """Listen to a playable copy."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData()
            data.add_field("file", sound, filename="voice.webm", content_type="audio/webm")
            data.add_field("model", self.model)
            data.add_field("language", LANGUAGE)
            data.add_field("response_format", "verbose_json")
            data.add_field("temperature", "0")
            data.add_field("prompt", prompt(hints))
            return data

        answer = await self.server.ask("/audio/transcriptions", form=form, largest=LARGEST_ANSWER)
        try:
            segments, seconds = _read(json.loads(answer))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Unavailable("the speech server answered in another way") from error
        return checked(segments, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReader(Reader):
    """Reads aloud by ``/audio/speech``."""

    server: SpeechServer
    model: str
    speaker: str

    @property
    @override
    def voice(self) -> str:
        """Name the voice."""
        return f"server/{self.model}/{self.speaker}"

    @override
    async def read(self, words: str) -> bytes:
        """Return an MP3."""
        body = {
            "model": self.model,
            "voice": self.speaker,
            "input": words,
            "response_format": "mp3",
        }
        try:
            return await self.server.ask("/audio/speech", json=body, largest=LARGEST_SOUND)
        except Unclear as error:
            raise Unavailable("the speech server refuses this text") from error


async def _body(response: aiohttp.ClientResponse, largest: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        data += chunk
        if len(data) > largest:
            raise Unavailable("the speech server says too much")
    return bytes(data)


def _read(answer: Any) -> tuple[list[Segment], float]:
    """Read ``verbose_json``; a server that tells no segments gives one whose confidence is full."""
    found = answer.get("segments") or []
    segments = [_segment(one) for one in found]
    if not segments:
        segments = [Segment(start=0, end=0, text=str(answer["text"]), confidence=1.0)]
    seconds = float(answer.get("duration") or segments[-1].end or math.inf)
    return segments, seconds


def _segment(told: Any) -> Segment:
    logprob = told.get("avg_logprob")
    return Segment(
        start=float(told.get("start") or 0),
        end=float(told.get("end") or 0),
        text=str(told["text"]),
        confidence=1.0 if logprob is None else math.exp(min(0.0, float(logprob))),
    )
