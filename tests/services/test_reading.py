"""Texts read aloud once and heard as often as somebody likes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import BadInput, NotFound, Unavailable
from services.reading import LONGEST
from tests.fakes import FakeReader

WORDS = "张三应于2026年12月1日前付清3600元。"


async def test_a_text_is_read_once_and_then_heard(house):
    first = await house.reading.ask(WORDS)
    await house.work_off()

    assert first is False
    assert await house.reading.ask(WORDS) is True
    assert await house.objects.get(await house.reading.sound(WORDS)) == f"ID3{WORDS}".encode()
    assert house.reading.reader.read_aloud == [WORDS]


async def test_two_who_ask_at_once_have_it_read_once(house):
    assert [await house.reading.ask(WORDS) for _ in range(2)] == [False, False]
    await house.work_off()

    assert house.reading.reader.read_aloud == [WORDS]


async def test_it_cannot_be_heard_before_it_was_read(house):
    await house.reading.ask(WORDS)

    with pytest.raises(NotFound):
        await house.reading.sound(WORDS)


async def test_a_reader_that_is_away_is_asked_again(house):
    await house.reading.ask(WORDS)
    house.reading.reader.troubles = [Unavailable("away")]

    await house.work_off()

    assert await house.reading.ask(WORDS) is True


async def test_the_words_are_kept_no_longer_than_it_takes_to_read_them(house):
    await house.reading.ask(WORDS)
    before = [key for key in house.objects.kept if key.startswith("spoken/")]
    await house.work_off()

    after = [key for key in house.objects.kept if key.startswith("spoken/")]
    assert [key[-4:] for key in before] == [".txt"]
    assert [key[-4:] for key in after] == [".mp3"]


async def test_another_voice_is_another_sound(house):
    await house.reading.ask(WORDS)
    await house.work_off()
    other = replace(house.reading, reader=FakeReader(voice="fake/2"))

    assert await other.ask(WORDS) is False


async def test_a_text_that_takes_hours_is_refused(house):
    with pytest.raises(BadInput):
        await house.reading.ask("字" * (LONGEST + 1))


async def test_where_nobody_reads_there_is_nothing_to_hear(house):
    silent = replace(house.reading, reader=None)

    assert not silent.reads
    with pytest.raises(NotFound):
        await silent.ask(WORDS)


async def test_a_sound_goes_after_its_time_and_is_made_again_for_whoever_asks(house):
    await house.reading.ask(WORDS)
    await house.work_off()

    await house.sweep(after=timedelta(days=31))
    asked = await house.reading.ask(WORDS)
    await house.work_off()

    assert asked is False
    assert house.reading.reader.read_aloud == [WORDS, WORDS]
