"""Who listens to voices and who reads aloud: this machine, a server of one's own, or nobody."""

from __future__ import annotations

import aiohttp

from config import Speech
from domain.ports.speech import Reader, Transcriber
from speech.local import LocalReader, LocalTranscriber
from speech.models import KOKORO, WHISPER, is_ready
from speech.server import ServerReader, ServerTranscriber, SpeechServer


def transcriber(session: aiohttp.ClientSession, speech: Speech) -> Transcriber | None:
    """Give who writes voices down, if anybody does."""
    who = speech.transcriber or ("local" if is_ready(speech.models, WHISPER) else "off")
    if who == "off":
        return None
    if who == "local":
        return LocalTranscriber(models=speech.models)
    server = SpeechServer(session=session, url=who, key=speech.transcriber_key)
    return ServerTranscriber(server=server, model=speech.transcriber_model)


def reader(session: aiohttp.ClientSession, speech: Speech) -> Reader | None:
    """Give who reads texts aloud, if anybody does."""
    who = speech.reader or ("local" if is_ready(speech.models, KOKORO) else "off")
    if who == "off":
        return None
    if who == "local":
        return LocalReader(models=speech.models, speaker=speech.reader_voice)
    server = SpeechServer(session=session, url=who, key=speech.reader_key)
    return ServerReader(server=server, model=speech.reader_model, speaker=speech.reader_voice)
