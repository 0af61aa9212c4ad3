"""Without the extra nobody listens here, and it is said; a changed model is never used."""

from __future__ import annotations

import aiohttp
import pytest

from commands.speech import reader, transcriber
from config import ConfigError, Speech, load
from domain.errors import Unavailable
from speech.local import LocalReader, LocalTranscriber
from speech.models import FILES, KOKORO, MODEL, WHISPER, WrongModel, checked, is_ready
from speech.server import ServerReader, ServerTranscriber
from tools.models import joined

OWN = "http://127.0.0.1:9000/v1"


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.mark.parametrize("model", [WHISPER, KOKORO])
def test_a_model_that_is_missing_or_another_is_named(tmp_path, model):
    with pytest.raises(WrongModel, match=f"{model}/{MODEL} is missing"):
        checked(tmp_path, model)

    (tmp_path / model).mkdir()
    for name in FILES[model]:
        (tmp_path / model / name).write_bytes(b"another model")

    with pytest.raises(WrongModel, match="another file than was published"):
        checked(tmp_path, model)


def test_parts_are_joined_in_their_order(tmp_path):
    for number in (1, 2, 3):
        (tmp_path / f"part{number}").write_bytes(str(number).encode() * 3)

    joined([tmp_path / f"part{number}" for number in (1, 2, 3)], tmp_path / "whole")

    assert (tmp_path / "whole").read_bytes() == b"111222333"


async def test_a_machine_without_models_listens_to_nothing_and_reads_nothing(tmp_path):
    assert not is_ready(tmp_path, WHISPER)
    with pytest.raises(Unavailable):
        await LocalTranscriber(models=tmp_path).transcribe(b"webm")
    with pytest.raises(Unavailable):
        await LocalReader(models=tmp_path, speaker="zf_xiaoxiao").read("您好")


async def test_without_extra_and_without_address_there_is_nobody(session, tmp_path):
    speech = Speech(models=tmp_path)

    assert transcriber(session, speech) is None
    assert reader(session, speech) is None


async def test_an_address_names_who_listens_and_reads(session):
    speech = Speech(transcriber=OWN, reader=OWN)

    assert isinstance(transcriber(session, speech), ServerTranscriber)
    assert isinstance(reader(session, speech), ServerReader)


async def test_this_machine_listens_where_that_is_said(session):
    assert isinstance(transcriber(session, Speech(transcriber="local")), LocalTranscriber)
    assert isinstance(reader(session, Speech(reader="local")), LocalReader)


@pytest.mark.parametrize("who", ["http://voices.example.com/v1", "ftp://asr/v1", "everybody"])
def test_voices_are_never_sent_through_the_open(who):
    with pytest.raises(ConfigError, match=r"speech\.transcriber"):
        load(None, {"speech.transcriber": who}, environment={})
