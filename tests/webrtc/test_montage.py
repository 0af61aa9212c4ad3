"""The film of a meeting: who is where at which second, who is heard, and what is said of gaps."""

import asyncio
import signal
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from commands.films import by_child
from domain.errors import NotFound, Unavailable
from domain.ports.montages import MadeFilm
from domain.ports.rooms import RECORDINGS, Source
from sealing.whole import opened
from storage.objects import FolderObjects
from storage.recordings import LocalRecordings, StayingRecordings
from storage.two_places import TwoPlaces
from tests.faults.unsealed import readable
from tests.webrtc.film_archive import (
    AWAKE,
    BLUE,
    FILM,
    GREEN,
    NAMES,
    PITCHES,
    RED,
    YELLOW,
    Archive,
    Looked,
    nobody,
    the_archive,
    the_talk,
)
from tests.webrtc.house import KEY, PROJECT
from tests.webrtc.talking import Speaker, written
from webrtc.journal import NANOSECONDS
from webrtc.montage.canvas import HEIGHT, WIDTH
from webrtc.montage.maker import PartFailed
from webrtc.montage.schedule import LONGEST_PAUSE, PAUSE_SHOWN, Stretch, schedule
from webrtc.montage.tiles import places
from webrtc.montage.turns import FRAME


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Archive:
    return the_archive(tmp_path_factory.mktemp("objects"))


@pytest.fixture(scope="module")
def made(archive) -> tuple[MadeFilm, Looked]:
    return asyncio.run(archive.make()), archive.film()


def near(colour) -> object:
    return pytest.approx(colour, abs=40)


def test_everybody_is_in_their_own_place_at_the_right_second(made):
    _, film = made

    for second in (0.5, 2.0, 4.2, 5.0, 9.5):
        assert film.colour(0, second) == near(RED)
    for second in (0.5, 5.8, 8.5, 9.8):
        assert film.colour(1, second) == near(GREEN)
    for second in (3.5, 7.0, 9.8):
        assert film.colour(2, second) == near(BLUE)
    assert film.seconds == pytest.approx(10.5, abs=0.2)  # 李's sound came half a second late


def test_what_somebody_shows_has_a_place_of_its_own_while_it_is_shown(made):
    _, film = made

    assert film.colour(3, 5.0, of=4) == near(YELLOW)
    assert film.colour(3, 7.0, of=4).max() < 60  # words: nothing is shown any more
    assert film.colour(3, 9.0, of=4).max() < 60


def test_words_stand_where_somebody_was_not_recorded(made):
    _, film = made

    for place, second in ((1, 6.3), (1, 7.8), (2, 0.5), (2, 2.8)):
        colour = film.colour(place, second)
        assert colour.max() - colour.min() < 30  # words on plain ground, no colour of anybody


def test_turns_are_told_within_three_tenths_and_an_echo_is_no_turn(made):
    told, film = made

    spoken = [(one.name, begin, end) for one in the_talk() for begin, end in one.turns]
    assert len(told.turns) == len(spoken)
    for turn, (name, begin, end) in zip(told.turns, sorted(spoken, key=begin_of), strict=True):
        assert turn.participant == name
        assert (turn.begin, turn.end) == pytest.approx((begin, end), abs=0.3)
    assert film.chapters == [NAMES[turn.participant] for turn in told.turns]


def begin_of(turn):
    return turn[1]


def test_sound_is_in_step_with_the_picture_though_it_came_late(made):
    _, film = made

    for flash, beep in zip(film.becomes_white(0), (1.0, 6.5), strict=True):
        assert abs(flash - film.begins(PITCHES["li"], beep)) < 0.2
        assert flash == pytest.approx(beep, abs=0.2)


def test_everybody_is_heard_when_they_speak_also_across_parts(made):
    _, film = made

    for name, begin, end in (("li", 1.2, 3.4), ("wang", 4.6, 5.4), ("zhao", 8.1, 9.3)):
        assert film.loudness(PITCHES[name], begin, end) > -14
    assert film.loudness(PITCHES["zhao"], 1.2, 3.4) < -40
    assert abs(np.diff(film.sound[int(3.9 * 48_000) : int(4.1 * 48_000)])).max() < 0.02


def test_nothing_that_somebody_could_look_at_is_on_the_disk(archive, made):
    assert list(readable(archive.folder, ["V_VP8", "A_OPUS", "OpusHead", "李调解"])) == []


async def test_after_kill_9_the_film_is_finished_and_whole_parts_are_not_made_again(tmp_path):
    archive = the_archive(tmp_path)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.webrtc.montage_main", str(tmp_path), cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    while (await process.stdout.readline()).split() != [b"2", b"3"]:
        pass
    process.send_signal(signal.SIGKILL)
    await process.wait()
    parts = sorted(tmp_path.rglob("*.parts/*"))
    assert [one.name for one in parts] == ["00001", "00002"]
    assert list(readable(tmp_path, ["V_VP8", "A_OPUS", "OpusHead", "李调解"])) == []
    parts[1].write_bytes(parts[1].read_bytes()[:-9])  # as if the disk had lost its end

    told: list[tuple[int, int]] = []
    made = await archive.make(told=remembering(told))
    await archive.maker().tidy(FILM)

    assert archive.ran == 2
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert made.seconds == 10.5
    assert archive.film().colour(2, 9.5) == near(BLUE)
    assert list(tmp_path.rglob("*.parts*")) == []


def remembering(told: list[tuple[int, int]]):
    async def tell(done: int, parts: int) -> None:
        told.append((done, parts))

    return tell


async def test_a_part_that_no_child_can_make_is_said_in_words_and_the_film_goes_on(tmp_path):
    wang = Speaker(name="wang", colour=GREEN, pitch=800, turns=[(1, 2), (5, 6)], end=8.0)
    archive = Archive(tmp_path, [written(tmp_path, None, "m1", wang)], key=None)
    tried: list[int] = []

    async def run(module: str, given: bytes) -> bytes:
        tried.append(len(given))
        if len(tried) < 3 and len(given) > 10_000:
            raise PartFailed("-9")
        return await by_child(AWAKE, given)

    made = await archive.make(run)

    film = archive.film()
    assert tried[0] == tried[1] > tried[2]
    assert film.colour(0, 2.0, of=1).max() < 60
    assert film.colour(0, 5.5, of=1) == near(GREEN)
    (turn,) = made.turns
    assert (turn.begin, turn.end) == pytest.approx((5, 6), abs=0.1)


async def test_journals_that_were_brought_elsewhere_make_a_film_that_is_brought_there(tmp_path):
    here, there = FolderObjects(tmp_path / "here"), FolderObjects(tmp_path / "there")
    wang = Speaker(name="wang", colour=GREEN, pitch=800, turns=[], end=2.0)
    segment = written(tmp_path / "there", KEY, "m1", wang)
    archive = Archive(tmp_path / "here", [segment])
    maker = replace(
        archive.maker(),
        place=TwoPlaces(here, there),
        recordings=LocalRecordings(tmp_path / "here", there),
    )

    await maker.make(archive.wanted(), nobody)
    await maker.make(archive.wanted(), nobody)  # as after a crash, before anybody was told
    await maker.tidy(FILM)

    assert archive.ran == 1
    assert not (tmp_path / "here" / FILM).exists()
    film = opened(KEY, FILM, (tmp_path / "there" / FILM).read_bytes())
    assert Looked(film).colour(0, 1.0, of=1) == near(GREEN)


async def test_a_long_pause_is_ten_seconds_of_words_also_if_only_screens_were_shown(tmp_path):
    shown = Speaker(
        name="wang", colour=YELLOW, pitch=800, turns=[], end=1.0, source=Source.SCREEN, ended="away"
    )
    later = replace(shown, begin=120.0, end=121.0, number=2)
    archive = Archive(tmp_path, [written(tmp_path, KEY, "m1", one) for one in (shown, later)])

    made = await archive.make()

    film = archive.film()
    assert made.seconds == pytest.approx(12.0, abs=0.3)
    assert [film.colour(0, second, of=1).max() > 150 for second in (0.5, 5.0, 11.5)] == [
        True,
        False,
        True,
    ]
    assert film.loudness(800, 0, 12) < -60


async def test_while_a_journal_is_away_there_is_no_film(tmp_path):
    wang = Speaker(name="wang", colour=GREEN, pitch=800, turns=[], end=1.0)
    archive = Archive(tmp_path, [written(tmp_path, KEY, "m1", wang)])
    (tmp_path / RECORDINGS / "m1/wang/0001.journal").unlink()

    with pytest.raises(Unavailable):
        await archive.make()


async def test_a_journal_that_was_damaged_at_its_beginning_leaves_words_in_its_place(tmp_path):
    wang = Speaker(name="wang", colour=GREEN, pitch=800, turns=[], end=1.0)
    li = replace(wang, name="li", colour=RED)
    archive = Archive(tmp_path, [written(tmp_path, KEY, "m1", one) for one in (li, wang)])
    damaged = tmp_path / RECORDINGS / archive.segments[0].journal
    damaged.write_bytes(b"\0" * 64 + damaged.read_bytes()[64:])

    await archive.make()

    film = archive.film()
    assert film.colour(1, 0.5, of=2) == near(GREEN)
    said = film.colour(0, 0.5, of=2)
    assert said.max() - said.min() < 30  # words on plain ground


async def test_a_full_disk_or_children_that_fail_make_a_film_wait_and_it_is_made_later(tmp_path):
    wang = Speaker(name="wang", colour=GREEN, pitch=800, turns=[], end=1.0)
    archive = Archive(tmp_path, [written(tmp_path, KEY, "m1", wang)])
    draft = tmp_path / FILM.replace(".webm", ".parts") / "00001.draft"
    draft.parent.mkdir()
    draft.symlink_to("/dev/full")

    with pytest.raises(Unavailable, match="OSError"):
        await archive.make()
    draft.unlink()
    with pytest.raises(Unavailable, match="PartFailed"):
        await archive.make(failing)
    with pytest.raises(Unavailable, match="OSError"):
        await replace(archive.maker(), place=FullSoon(tmp_path)).make(archive.wanted(), nobody)
    with pytest.raises(Unavailable, match="NotFound"):
        await replace(archive.maker(), recordings=NoneThere(FolderObjects(tmp_path))).make(
            archive.wanted(), nobody
        )
    with pytest.raises(Unavailable, match=r"montage-1\.webm 1"):
        await archive.make(told=losing(draft.with_suffix("")))
    await archive.make()

    assert archive.film().colour(0, 0.5, of=1) == near(GREEN)


async def failing(_module: str, _given: bytes) -> bytes:
    raise PartFailed("-9")


class FullSoon(FolderObjects):
    """A folder on a disk that is full once something was deleted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._here = folder

    @override
    async def drop(self, key: str) -> None:
        await super().drop(key)
        (self._here / key).symlink_to("/dev/full")


class NoneThere(StayingRecordings):
    """Who keeps recordings and does not find them."""

    @override
    async def store(self, key: str) -> None:
        raise NotFound(key)


def losing(part: Path):
    async def lose(done: int, parts: int) -> None:
        if done == parts:
            part.unlink()

    return lose


async def test_a_part_for_which_the_machine_has_no_time_is_not_given_up():
    with pytest.raises(Unavailable):
        await by_child(AWAKE, b"", longest=0.0)


async def test_the_child_works_in_idle_time_alone():
    program = (
        "import os; from webrtc.montage.child import give_way; give_way(); "
        "print(os.sched_getscheduler(0) == os.SCHED_IDLE, os.nice(0))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()

    assert said.split() == [b"True", b"19"]


async def test_the_child_ends_when_its_parent_was_killed(tmp_path):
    child = (
        "import os, threading; from webrtc.montage.child import end_with_parent; "
        "end_with_parent(); print(os.getpid(), flush=True); threading.Event().wait()"
    )
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, child, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())

    parent.kill()

    assert await parent.stdout.read() == b""  # nobody holds its other end any more
    assert not Path(f"/proc/{pid}/exe").exists()


async def test_the_child_can_write_no_file_whatever_it_is_given(tmp_path):
    program = (
        "import sys; from webrtc.montage.child import bound; bound(); "
        "open(sys.argv[1], 'wb', buffering=0).write(b'film')"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path / "film"), cwd=PROJECT,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()

    assert b"File too large" in said
    assert (tmp_path / "film").read_bytes() == b""


SECOND = st.integers(0, 400)
SPANS = st.lists(st.tuples(SECOND, st.integers(1, 300)), min_size=1, max_size=8)


@given(SPANS)
def test_the_film_shows_every_recorded_moment_once_and_long_pauses_shortly(spans):
    stretches = [
        Stretch(
            participant="li",
            begin=begin * 7 * NANOSECONDS,
            end=(begin * 7 + length) * NANOSECONDS,
            ended="",
        )
        for begin, length in spans
    ]

    parts = schedule(stretches)

    assert [one.begin for one in parts[1:]] == [one.begin + one.length for one in parts[:-1]]
    assert all(one.length % FRAME == 0 and one.centre < one.until for one in parts)
    assert all(one.centre >= before.until - FRAME * 1_000_000 for before, one in pairwise(parts))
    for stretch in stretches:
        assert (
            sum(_shared(stretch, one) for one in parts if not one.pause)
            == stretch.end - stretch.begin
        )
    for one in parts:
        assert not one.pause or (
            one.length == PAUSE_SHOWN and one.until - one.centre > LONGEST_PAUSE
        )


def _shared(stretch, part) -> int:
    return max(0, min(stretch.end, part.until) - max(stretch.begin, part.centre))


@pytest.mark.parametrize("count", range(1, 13))
def test_places_lie_on_the_picture_and_none_on_another(count):
    found = places(count)

    covered = np.zeros((HEIGHT, WIDTH), dtype=int)
    for left, top, width, height in found:
        assert not any(one % 2 for one in (left, top, width, height))
        covered[top : top + height, left : left + width] += 1
    assert covered.max() == 1
    assert covered.sum() == sum(width * height for _, _, width, height in found)
