"""The journal: what was acknowledged is there, what was changed is noticed, what is torn is cut."""

import asyncio
import hashlib
import os
import random
import resource
import signal
import struct
import subprocess
import sys
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import NotReady
from tests.webrtc.films import apart, watch
from tests.webrtc.house import PROJECT
from tests.webrtc.packets import ABOUT, START, marks, pictures, sound, speaking, written
from webrtc import journal
from webrtc.journal import (
    BLOCK_HEAD,
    HASH,
    MAGIC,
    NANOSECONDS,
    DiskFailed,
    DiskFull,
    Journal,
    Kind,
    NotAJournal,
    Record,
    cut_torn_tail,
    held,
    verify,
)
from webrtc.mending import Mending
from webrtc.rtp import HEADER
from webrtc.shelf import Shelf
from webrtc.webm import derive

KEY = b"k" * 32


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m1" / "wang" / "0001.journal"


@pytest.mark.parametrize("key", [None, KEY])
def test_everything_that_was_taken_is_read_back(path, key):
    records = speaking(1)
    written(path, records, key=key)

    assert list(journal.read(path, key)) == records
    assert verify(path, key).about.participant == "wang"


def test_an_encrypted_journal_shows_nothing_without_its_key(path):
    secret = Record(kind=Kind.AUDIO, arrival=START, data=b"what was said in the room" * 4)
    written(path, [secret], key=KEY)

    assert b"was said" not in path.read_bytes()
    with pytest.raises(NotAJournal):
        verify(path)
    assert verify(path, b"another key of 32 octets........").broken_at == 1


def test_seconds_count_from_the_first_to_the_last_packet_on_disk(path):
    stored = written(path, speaking(3))[-1]

    assert stored.seconds == pytest.approx(3, abs=0.1)
    assert verify(path).stored.seconds == stored.seconds
    assert verify(path).stored.sha256 == stored.sha256


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_changed_byte_is_found_in_its_block(path, number):
    written(path, speaking(1))
    block = _block_starts(path)[number]
    data = bytearray(path.read_bytes())
    data[block + 60] ^= 1
    path.write_bytes(data)

    assert _broken_at(path) == number


def test_a_block_that_was_taken_out_is_noticed(path):
    written(path, speaking(1))
    starts = _block_starts(path)
    data = path.read_bytes()
    path.write_bytes(data[: starts[2]] + data[starts[3] :])

    assert verify(path).broken_at == 2


def test_blocks_that_changed_places_are_noticed(path):
    written(path, speaking(1))
    starts = _block_starts(path)
    data = path.read_bytes()
    second, third = data[starts[1] : starts[2]], data[starts[2] : starts[3]]
    path.write_bytes(data[: starts[1]] + third + second + data[starts[3] :])

    assert verify(path).broken_at == 1


def test_a_tail_torn_anywhere_is_cut_and_everything_before_it_kept(path):
    acknowledged = written(path, speaking(1))
    whole = path.read_bytes()
    last = _block_starts(path)[-1]

    for length in random.Random(1).sample(range(last + 1, len(whole)), 40):
        path.write_bytes(whole[:length])
        found = verify(path)
        assert (found.broken_at, found.torn) == (None, length - last)
        assert found.stored.sha256 == acknowledged[-2].sha256
        cut_torn_tail(path, found)
        assert path.stat().st_size == last


def test_a_full_disk_refuses_and_leaves_what_was_acknowledged(path):
    """The limit on file size acts like a disk that is full: a short write, then an error."""
    records = speaking(2)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    book = Journal(path, ABOUT)
    acknowledged: list = []
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        with pytest.raises(DiskFull):
            _write_all(book, records, acknowledged)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        book.abandon()

    assert len(acknowledged) > 3
    found = verify(path)
    assert (found.torn, found.broken_at) == (0, None)
    assert found.stored.sha256 == acknowledged[-1].sha256


def test_another_trouble_than_a_full_disk_is_not_called_one(tmp_path):
    (tmp_path / "m1").write_text("a file where a folder has to be")

    with pytest.raises(DiskFailed) as refused:
        Journal(tmp_path / "m1" / "wang" / "0001.journal", ABOUT)

    assert refused.value.code == "disk-failed"


def test_a_journal_without_its_first_block_leaves_nothing_behind(path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        with pytest.raises(DiskFull):
            Journal(path, ABOUT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert not path.exists()


def test_the_names_of_new_folders_are_on_disk_before_anything_counts(path, monkeypatch):
    synced: list[str] = []
    fsync = os.fsync

    def remembering(fd: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
        fsync(fd)

    monkeypatch.setattr(os, "fsync", remembering)

    Journal(path, ABOUT).abandon()

    above = path.parent.parent.parent
    assert synced == [str(above), str(above / "m1"), str(path.parent)]


def test_a_film_is_derived_from_a_torn_journal(path, tmp_path):
    written(path, speaking(4))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 20])
    cut_torn_tail(path, verify(path))

    gaps = derive(path, tmp_path / "again.webm")

    film = watch(tmp_path / "again.webm")
    assert gaps == 0
    assert film.seconds == pytest.approx(4, abs=0.6)
    assert len(film.flashes) == 4


def test_sound_that_arrives_late_is_put_in_step_by_the_publishers_clock(path, tmp_path):
    written(path, speaking(6, skew=0.35))

    derive(path, tmp_path / "film.webm")

    film = watch(tmp_path / "film.webm")
    assert max(apart(film)) < 0.06
    assert film.pitch == pytest.approx(500, abs=20)


def test_sound_that_was_asked_for_again_is_in_the_film_at_its_place(path, tmp_path):
    on_time, asked = speaking(4), list[Record]()
    for late in [r for r in on_time if r.kind is Kind.AUDIO][5::10]:
        on_time.remove(late)
        asked.append(late._replace(arrival=late.arrival + 3 * NANOSECONDS // 10))
    written(path, sorted([*on_time, *asked], key=lambda record: record.arrival))

    gaps = derive(path, tmp_path / "film.webm")

    film = watch(tmp_path / "film.webm")
    assert gaps == 0
    assert max(apart(film)) < 0.06
    assert film.pitch == pytest.approx(500, abs=20)


def test_packets_out_of_order_and_twice_make_the_same_film(path, tmp_path):
    records = speaking(3)
    shuffled = [r for pair in zip(records[1::2], records[::2], strict=False) for r in pair]
    written(path, [*shuffled[:60], *shuffled[40:]])

    gaps = derive(path, tmp_path / "film.webm")

    assert gaps == 0
    assert watch(tmp_path / "film.webm").frames >= 58


def test_a_packet_that_stays_missing_costs_only_the_picture_until_the_next_whole_one(
    path, tmp_path
):
    records = speaking(4)
    pictures = [r for r in records if r.kind is Kind.VIDEO]
    written(path, [r for r in records if r is not pictures[30]])

    assert derive(path, tmp_path / "film.webm") == 1
    assert watch(tmp_path / "film.webm").frames >= 30


def test_what_a_crash_left_behind_is_mended_once_and_told(path, tmp_path):
    acknowledged = written(path, speaking(2))
    with path.open("ab") as file:
        file.write(b"FQJ1 half a block")
    shelf = Shelf(tmp_path)
    mending = Mending(shelf)

    told = [mending.mend(found) for found in shelf.unkept()]

    assert [(t.journal, t.closed, t.ended, t.sha256) for t in told if t] == [
        ("m1/wang/0001.journal", True, "", acknowledged[-1].sha256)
    ]
    assert watch(path.with_suffix(".webm")).frames > 30
    shelf.keep("m1/wang/0001.journal")
    assert shelf.unkept() == []


def test_a_journal_that_is_being_written_is_left_alone(path, tmp_path):
    book, mending = Journal(path, ABOUT), Mending(Shelf(tmp_path))

    with pytest.raises(NotReady):
        mending.mend(path)

    book.abandon()
    assert mending.mend(path) is not None


def test_of_two_who_mend_a_journal_the_second_leaves_it_to_the_first(path, tmp_path):
    written(path, speaking(1))
    mending = Mending(Shelf(tmp_path))

    with held(path), pytest.raises(NotReady):
        mending.mend(path)

    assert mending.mend(path) is not None


@pytest.mark.parametrize("size", [(0, 0), (0, 360), (16383, 16383)])
def test_a_picture_that_lies_about_its_size_costs_nobody_the_sound(path, tmp_path, size):
    records = [*marks(), *sound(2), *_of_size(list(pictures(2)), size)]
    written(path, sorted(records, key=lambda one: one.arrival))

    told = Mending(Shelf(tmp_path)).mend(path)

    assert told is not None
    assert told.closed
    assert len(_heard(path.with_suffix(".webm"))) > 80
    assert not path.with_suffix(".making").exists()


def _of_size(pictures: list[Record], size: tuple[int, int]) -> list[Record]:
    """Write another size into the head of every whole picture (RFC 6386, 9.1)."""
    at = 12 + 1 + 6
    return [
        one._replace(data=one.data[:at] + struct.pack("<HH", *size) + one.data[at + 4 :])
        if one.data[13 + 3 : 13 + 6] == b"\x9d\x01\x2a"
        else one
        for one in pictures
    ]


def _heard(film) -> list:
    with av.open(str(film)) as opened:
        return [packet for packet in opened.demux(audio=0) if packet.size]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([Kind.AUDIO, Kind.VIDEO]),
            st.integers(0, 2**16 - 1),
            st.integers(0, 2**32 - 1),
            st.binary(max_size=40),
        ),
        max_size=30,
    )
)
def test_whatever_a_browser_sends_its_journal_is_told_as_closed(tmp_path_factory, sent):
    folder = tmp_path_factory.mktemp("sent")
    path = folder / "m1/wang/0001.journal"
    whole = b"\x10\x00\x00\x00\x9d\x01\x2a\x40\x01\xf0\x00"
    records = [
        Record(
            kind=kind,
            arrival=START + number * 10_000_000,
            data=HEADER.pack(0x80, 0x80 | 96, sequence, timestamp, 7)
            + (whole if kind is Kind.VIDEO and number % 3 == 0 else b"")
            + payload,
        )
        for number, (kind, sequence, timestamp, payload) in enumerate(sent)
    ]
    written(path, [*marks(), *records])

    told = Mending(Shelf(folder)).mend(path)

    assert told is not None
    assert told.closed


def test_nobody_can_have_files_marked_outside_the_shelf(tmp_path):
    other = tmp_path / "other.journal"
    other.touch()

    Shelf(tmp_path / "shelf").keep("../other.journal")

    assert list(tmp_path.glob("*.kept")) == []


@pytest.mark.parametrize("name", ["../m2", "a/b", "", "x" * 81])
def test_a_segment_never_leaves_the_shelf(tmp_path, name):
    with pytest.raises(ValueError, match="m1"):
        Shelf(tmp_path).next_segment("m1", name, START)


async def test_a_writer_that_is_killed_has_on_disk_what_it_acknowledged(tmp_path):
    """Ten times: a process that writes and acknowledges is killed in the middle."""
    chance = random.Random(7)
    for attempt in range(10):
        path = tmp_path / f"{attempt}.journal"
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.webrtc.endless_writer",
            str(path),
            cwd=PROJECT,
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        lines = [await child.stdout.readline() for _ in range(chance.randint(2, 30))]
        os.kill(child.pid, signal.SIGKILL)
        lines += (await child.stdout.read()).splitlines()
        await child.wait()

        acknowledged = [line.strip().decode() for line in lines if len(line.strip()) == 64]
        found = verify(path)
        assert found.broken_at is None
        assert set(acknowledged) <= set(_hashes(path))


def _write_all(book: Journal, records: list[Record], acknowledged: list) -> None:
    for record in records:
        book.add(record)
        acknowledged.append(book.store())


def _hashes(path) -> list[str]:
    data = path.read_bytes()
    starts = [*_block_starts(path)[1:], verify(path).whole]
    return [data[end - 32 : end].hex() for end in starts]


def _block_starts(path) -> list[int]:
    """Where each block begins, read independently of the reader."""
    data, at, starts = path.read_bytes(), 0, []
    while at + 48 <= len(data):
        starts.append(at)
        at += 48 + int.from_bytes(data[at + 12 : at + 16], "big") + 32
    return starts


def _broken_at(path) -> int | None:
    try:
        return verify(path).broken_at
    except NotAJournal:
        return 0


@pytest.mark.parametrize(
    "first", [b"[]", b"no", b"{}", b'{"source": "moon"}', b'{"salt": 1}', b'{"new": 1}']
)
def test_an_odd_first_block_is_no_journal(tmp_path, first):
    head = BLOCK_HEAD.pack(MAGIC, 0, len(first), bytes(HASH))
    path = tmp_path / "m1/wang/0001.journal"
    path.parent.mkdir(parents=True)
    path.write_bytes(head + first + hashlib.sha256(head + first).digest())

    with pytest.raises(NotAJournal, match="first block"):
        verify(path)
    assert Mending(Shelf(tmp_path)).mend(path) is None
