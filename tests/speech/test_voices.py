"""Voices made playable: the decoder's trap, the cut tail, and whatever somebody hostile sends."""

import asyncio
import io
import os
import subprocess
import sys

import av
import pytest

from domain.ports.speech import NotPlayable, WhyNot
from speech import child, mp3
from speech.amr import MAGIC, frames
from speech.voices import ChildVoices
from tests.voices import SILENCE, a_sound, a_voice


@pytest.fixture(scope="module")
def tone():
    return a_voice(2.0)


def seconds_of(webm):
    with av.open(io.BytesIO(webm), "r") as film:
        (stream,) = film.streams.audio
        assert stream.codec_context.name == "opus"
        return sum(frame.samples for frame in film.decode(stream)) / 48_000


async def test_a_voice_becomes_opus_of_the_same_length(tone):
    made = await ChildVoices().playable(tone)

    assert made.seconds == pytest.approx(2.0, abs=0.05)
    assert seconds_of(made.data) == pytest.approx(made.seconds, abs=0.05)


async def test_silence_between_words_is_no_end(tone):
    paused = tone + SILENCE * 50 + tone[len(MAGIC) :]

    made = await ChildVoices().playable(paused)

    assert made.seconds == pytest.approx(5.0, abs=0.1)
    assert seconds_of(made.data) == pytest.approx(5.0, abs=0.1)


def test_a_tail_that_was_cut_off_loses_its_own_frame_alone(tone):
    whole = list(frames(tone))

    assert list(frames(tone[:-7])) == whole[:-1]


async def test_what_the_mini_programs_recorder_makes_is_played_too():
    made = await ChildVoices().playable(a_sound(2.0))

    assert made.seconds == pytest.approx(2.0, abs=0.4)
    assert seconds_of(made.data) == pytest.approx(made.seconds, abs=0.3)


def test_a_recording_that_was_cut_off_loses_its_last_frame_alone():
    recorded = a_sound(1.0)
    whole = list(mp3.frames(recorded))

    assert recorded.endswith(b"".join(one.data for one in whole))  # a tag stands in front
    assert list(mp3.frames(recorded[:-7])) == whole[:-1]


MP3_HEAD = b"\xff\xe3\x18\xc4"  # 8 kbit/s, 8000 Hz: 72 octets

REFUSED = {
    "one frame alone": (MP3_HEAD + bytes(68), WhyNot.FORMAT),
    "hours of MP3": ((MP3_HEAD + bytes(68)) * 20_000, WhyNot.TOO_LONG),
    "a tag as large as the world": (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(99), WhyNot.FORMAT),
    "speex": (b"Speex   1.2.0" + bytes(200), WhyNot.FORMAT),
    "nothing": (b"", WhyNot.FORMAT),
    "wide band": (b"#!AMR-WB\n" + bytes(200), WhyNot.FORMAT),
    "10 MiB of junk": (os.urandom(10 * 1024 * 1024), WhyNot.FORMAT),
    "a page": (b"<html><script>alert(1)</script>", WhyNot.FORMAT),
    "only the beginning": (MAGIC, WhyNot.DAMAGED),
    "junk behind the beginning": (MAGIC + b"\xff" * 5000, WhyNot.DAMAGED),
    "hours in one file": (MAGIC + (b"\x04" + bytes(12)) * 400_000, WhyNot.TOO_LONG),
    "hours of nothing": (MAGIC + b"\x7c" * (10 * 1024 * 1024), WhyNot.TOO_LONG),
}


@pytest.mark.parametrize("sent", REFUSED)
async def test_what_is_no_voice_ends_in_a_clear_word(sent):
    data, why = REFUSED[sent]

    with pytest.raises(NotPlayable) as refused:
        await ChildVoices().playable(data)

    assert refused.value.why is why


async def test_a_child_that_takes_too_long_is_stopped_and_the_next_voice_is_made(tone):
    with pytest.raises(NotPlayable) as refused:
        await ChildVoices(seconds=0.001).playable(tone)

    assert refused.value.why is WhyNot.TOO_MUCH
    assert (await ChildVoices().playable(tone)).data


async def test_a_child_gets_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("FENGQIAO_SMS__KEY", "s3cr3t")

    told = await child.run("tests.speech.tells_its_surroundings", b"", seconds=30, largest=10_000)

    assert b"PATH" in told
    assert b"s3cr3t" not in told


async def test_a_child_that_says_too_much_is_stopped():
    async with asyncio.timeout(60):
        with pytest.raises(child.Ended):
            await child.run("tests.speech.says_too_much", b"", seconds=30, largest=3)


def test_the_process_that_asks_never_loads_the_decoder():
    told = subprocess.run(
        [sys.executable, "-c", "import speech.voices, sys; print('av' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "False\n"
