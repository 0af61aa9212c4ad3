"""Who listens to voices and who reads aloud: this machine, a server of one's own, or nobody."""

from __future__ import annotations

import aiohttp

from config import Speech
from domain.ports.speech import Reader, Transcriber
from speech.server import ServerReader, ServerTranscriber, SpeechServer

NOBODY = frozenset({"", "off"})


def transcriber(session: aiohttp.ClientSession, speech: Speech) -> Transcriber | None:
    """Give who writes voices down, if anybody does."""
    if speech.transcriber in NOBODY:
        return None
    server = SpeechServer(session=session, url=speech.transcriber, key=speech.transcriber_key)
    return ServerTranscriber(server=server, model=speech.transcriber_model)


def reader(session: aiohttp.ClientSession, speech: Speech) -> Reader | None:
    """Give who reads texts aloud, if anybody does."""
    if speech.reader in NOBODY:
        return None
    server = SpeechServer(session=session, url=speech.reader, key=speech.reader_key)
    return ServerReader(server=server, model=speech.reader_model, speaker=speech.reader_voice)
