"""Finished recordings are brought to the bucket, once, whole, and never over something else."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from domain.errors import IllegalMove, NotFound, Unavailable
from sealing.whole import sealed
from storage.objects import FolderObjects, StoredObjects, open_objects
from storage.recordings import LocalRecordings, StayingRecordings
from storage.sealed_objects import SealedObjects
from storage.two_places import TwoPlaces
from tests.engines import bucket_server
from webrtc.journal import NANOSECONDS
from webrtc.shelf import Shelf

KEY = b"k" * 32
FILM, JOURNAL = "recordings/m1/wang/0001.webm", "recordings/m1/wang/0001.journal"


@pytest.fixture(scope="module")
def bucket_address() -> Iterator[str]:
    with bucket_server() as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
async def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoredObjects]:
    if request.param == "folder":
        yield FolderObjects(tmp_path / "elsewhere")
        return
    server = request.getfixturevalue("bucket_address")
    name = f"test-{os.urandom(4).hex()}"
    async with aiohttp.ClientSession() as session, session.put(f"{server}/{name}") as made:
        assert made.status == 200
    settings = {"access_key_id": "test", "secret_access_key": "test", "region": "us-east-1"}
    yield open_objects(f"s3://{name}/centre", endpoint=server, **settings)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """What a media worker left: a sealed film of 12 MB, and its journal."""
    folder = tmp_path / "objects"
    (folder / FILM).parent.mkdir(parents=True)
    (folder / FILM).write_bytes(sealed(KEY, FILM, film()))
    (folder / JOURNAL).write_bytes(b"FQJ1 journal")
    (folder / JOURNAL).with_suffix(".kept").touch()
    return folder


def film() -> bytes:
    return b"\x1aE\xdf\xa3" + bytes(range(256)) * 48_000


async def test_it_plays_the_same_before_on_the_way_and_after(here: Path, elsewhere: StoredObjects):
    recordings = LocalRecordings(here, elsewhere)
    objects = SealedObjects(TwoPlaces(FolderObjects(here), elsewhere), KEY)
    before = await objects.part(FILM, start=5_000_000, length=100_000)

    await recordings.store(FILM)
    between = await objects.part(FILM, start=5_000_000, length=100_000)
    await recordings.store(JOURNAL)

    assert before == between == film()[5_000_000:5_100_000]
    assert await objects.get(FILM) == film()
    assert await elsewhere.get(JOURNAL) == b"FQJ1 journal"
    assert [one.name for one in here.rglob("*") if one.is_file()] == ["0001.moved"]


async def test_doing_it_again_changes_nothing(here: Path, elsewhere: StoredObjects):
    recordings = LocalRecordings(here, elsewhere)
    for _ in range(2):
        await recordings.store(FILM)
        await recordings.store(JOURNAL)

    assert await elsewhere.get(JOURNAL) == b"FQJ1 journal"


async def test_a_crash_between_bringing_and_removing_is_made_good(
    here: Path, elsewhere: StoredObjects
):
    await elsewhere.bring(FILM, here / FILM)

    await LocalRecordings(here, elsewhere).store(FILM)

    assert not (here / FILM).exists()


@pytest.mark.parametrize("other", [b"evidence of another meeting", b"FQJ1 lanruoj"])
async def test_something_else_that_is_there_already_is_not_written_over(
    here: Path, elsewhere: StoredObjects, other: bytes
):
    """Also where it happens to be as long: removing ours would lose it."""
    await elsewhere.put(JOURNAL, other)

    with pytest.raises(IllegalMove):
        await LocalRecordings(here, elsewhere).store(JOURNAL)

    assert await elsewhere.get(JOURNAL) == other
    assert (here / JOURNAL).read_bytes() == b"FQJ1 journal"


async def test_while_the_bucket_is_away_everything_stays_here(here: Path):
    away = open_objects(
        "s3://papers/centre",
        endpoint="http://127.0.0.1:9",
        access_key_id="a",
        secret_access_key="b",
        region="c",
    )

    with pytest.raises(Unavailable):
        await LocalRecordings(here, away).store(FILM)

    assert (here / FILM).exists()


async def test_what_is_in_neither_place_is_not_found_unless_it_was_never_made(
    here: Path, elsewhere: StoredObjects
):
    recordings = LocalRecordings(here, elsewhere)
    with pytest.raises(NotFound):
        await recordings.store("recordings/m1/wang/0002.journal")

    (here / FILM).unlink()
    await recordings.store(FILM)

    assert (here / JOURNAL).exists()


async def test_a_number_is_never_given_twice(here: Path, elsewhere: StoredObjects):
    ended = 1_800_000_000 * NANOSECONDS
    os.utime(here / JOURNAL, ns=(ended, ended))
    await LocalRecordings(here, elsewhere).store(JOURNAL)

    now = ended + 30 * NANOSECONDS
    path, about = Shelf(here / "recordings").next_segment("m1", "wang", now)

    assert (path.name, about.number, about.gap_before) == ("0002.journal", 2, 30.0)


async def test_where_recordings_are_written_in_their_place_nothing_is_moved(here: Path):
    await StayingRecordings(FolderObjects(here)).store(FILM)

    assert (here / FILM).exists()
