"""A speech server of the centre's own: real HTTP, and everything that goes wrong there."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from domain.errors import Unavailable
from domain.ports.speech import Segment, Unclear
from speech.guards import checked
from speech.server import LARGEST_ANSWER, ServerReader, ServerTranscriber, SpeechServer
from tests.ports import free_port

SAID = {
    "text": "隔壁老张欠我三千六百块钱",
    "duration": 4.0,
    "segments": [
        {"start": 0.0, "end": 2.0, "text": "隔壁老张", "avg_logprob": -0.2},
        {"start": 2.0, "end": 4.0, "text": "欠我三千六百块钱", "avg_logprob": -0.3},
    ],
}


@dataclass
class Engine:
    """A small speech server that answers what the test has prepared, in turn."""

    url: str = ""
    answers: list[web.StreamResponse] = field(default_factory=list)
    heard: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def transcriptions(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fields = {name: str(value) for name, value in form.items() if name != "file"}
        sound = form["file"]
        assert isinstance(sound, web.FileField)
        self.heard.append({**fields, "bytes": sound.file.read().decode("latin-1")})
        return self._next(request)

    async def speech(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(await request.json())
        return self._next(request)

    def _next(self, request: web.Request) -> web.StreamResponse:
        self.keys.append(request.headers.get("Authorization", ""))
        return self.answers.pop(0)


@asynccontextmanager
async def serving(engine: Engine):
    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", engine.transcriptions)
    app.router.add_post("/v1/audio/speech", engine.speech)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    engine.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def engine():
    made = Engine()
    async with serving(made):
        yield made


@pytest.fixture
async def server(engine):
    async with aiohttp.ClientSession() as session:
        yield SpeechServer(session=session, url=engine.url, key="s3cr3t", rests=(0.0, 0.0))


@pytest.fixture
def transcriber(server):
    return ServerTranscriber(server=server, model="whisper")


async def test_a_voice_is_written_down_with_its_times_and_how_sure_it_is(engine, transcriber):
    engine.answers = [web.json_response(SAID)]

    segments = await transcriber.transcribe(b"webm", hints=("老张",))

    assert "".join(one.text for one in segments) == SAID["text"]
    assert (segments[1].start, segments[1].end) == (2.0, 4.0)
    assert 0.7 < segments[1].confidence < 0.8
    (heard,) = engine.heard
    assert (heard["bytes"], heard["language"], heard["model"]) == ("webm", "zh", "whisper")
    assert "老张" in heard["prompt"]
    assert engine.keys == ["Bearer s3cr3t"]


async def test_a_server_that_tells_no_segments_is_understood(engine, transcriber):
    engine.answers = [web.json_response({"text": "欠我三千六百块钱"})]

    (segment,) = await transcriber.transcribe(b"webm")

    assert segment.text == "欠我三千六百块钱"


async def test_a_server_that_fails_twice_is_asked_a_third_time(engine, transcriber):
    engine.answers = [web.Response(status=503), web.Response(status=429), web.json_response(SAID)]

    assert await transcriber.transcribe(b"webm")
    assert len(engine.heard) == 3


async def test_a_server_that_keeps_failing_is_away(engine, transcriber):
    engine.answers = [web.Response(status=500) for _ in range(3)]

    with pytest.raises(Unavailable):
        await transcriber.transcribe(b"webm")


async def test_a_server_that_is_not_there_is_away(server):
    gone = ServerTranscriber(
        server=SpeechServer(
            session=server.session, url=f"http://127.0.0.1:{free_port()}/v1", rests=(0.0,)
        ),
        model="m",
    )

    with pytest.raises(Unavailable):
        await gone.transcribe(b"webm")


async def test_a_server_that_sends_somewhere_else_is_not_followed(engine, transcriber):
    elsewhere = {"Location": f"{engine.url}/elsewhere"}
    engine.answers = [web.Response(status=307, headers=elsewhere) for _ in range(3)]

    with pytest.raises(Unavailable):
        await transcriber.transcribe(b"webm")


async def test_a_sound_that_the_server_cannot_read_is_not_sent_again(engine, transcriber):
    engine.answers = [web.Response(status=415)]

    with pytest.raises(Unclear):
        await transcriber.transcribe(b"webm")
    assert len(engine.heard) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "no JSON",
        "[]",
        '"words"',
        '{"text": 1, "segments": [1]}',
        '{"segments": [{"start": "x", "text": "字"}]}',
        "{}",
        "[" * 100_000,
    ],
)
async def test_an_answer_of_another_kind_is_no_answer(engine, transcriber, answer):
    engine.answers = [web.Response(text=answer)]

    with pytest.raises(Unavailable):
        await transcriber.transcribe(b"webm")


async def test_an_endless_answer_is_broken_off(engine, transcriber):
    engine.answers = [web.Response(body=b" " * (LARGEST_ANSWER + 1)) for _ in range(3)]

    with pytest.raises(Unavailable):
        await transcriber.transcribe(b"webm")


async def test_a_server_that_never_answers_is_waited_for_no_longer_than_told(engine, server):
    engine.answers = [web.json_response(SAID)]
    impatient = SpeechServer(
        session=server.session,
        url=engine.url,
        timeout=aiohttp.ClientTimeout(total=0.000001),
        rests=(),
    )

    with pytest.raises(Unavailable):
        await ServerTranscriber(server=impatient, model="m").transcribe(b"webm")


async def test_a_text_is_read_aloud(engine, server):
    engine.answers = [web.Response(body=b"ID3sound")]
    reader = ServerReader(server=server, model="kokoro", speaker="zf_xiaoxiao")

    assert await reader.read("您好") == b"ID3sound"
    assert engine.heard == [
        {"model": "kokoro", "voice": "zf_xiaoxiao", "input": "您好", "response_format": "mp3"}
    ]
    assert "zf_xiaoxiao" in reader.voice


def a_segment(text, *, confidence=0.8):
    return Segment(start=0, end=4, text=text, confidence=confidence)


@pytest.mark.parametrize(
    ("text", "confidence", "seconds"),
    [
        ("", 0.9, 4.0),
        ("  ", 0.9, 4.0),
        ("谢谢观看" * 40, 0.9, 60.0),
        ("隔壁老张欠我三千六百块钱两年没有还", 0.9, 2.0),
        ("这是一句听错了的话", 0.2, 4.0),
    ],
)
def test_what_nobody_said_is_offered_to_nobody(text, confidence, seconds):
    with pytest.raises(Unclear):
        checked([a_segment(text, confidence=confidence)], seconds=seconds)


def test_what_somebody_said_passes():
    assert checked([a_segment("老张欠我三千六百块钱"), a_segment(" ")], seconds=4.0)
