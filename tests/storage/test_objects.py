from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from domain.errors import BadInput, NotFound, Unavailable
from domain.ports.outside import Objects
from storage.objects import open_objects
from storage.sealed_objects import SealedObjects
from tests.engines import bucket_server
from tests.fakes import FakeObjects


@pytest.fixture(scope="module")
def bucket_address() -> Iterator[str]:
    with bucket_server() as address:
        yield address


@pytest.fixture(params=["folder", "bucket", "sealed folder", "sealed bucket", "fake"])
async def objects(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Objects]:
    def kept(plain: Objects) -> Objects:
        return SealedObjects(plain, bytes(32)) if "sealed" in request.param else plain

    if request.param == "fake":
        yield FakeObjects()
        return
    if "folder" in request.param:
        yield kept(open_objects(str(tmp_path / "objects")))
        return
    server = request.getfixturevalue("bucket_address")
    async with aiohttp.ClientSession() as session, session.put(f"{server}/papers") as made:
        assert made.status == 200
    yield kept(
        open_objects(
            "s3://papers/centre",
            endpoint=server,
            access_key_id="test",
            secret_access_key="test",
            region="us-east-1",
        )
    )


async def test_bytes_come_back_whole_and_are_replaced_whole(objects: Objects):
    first, second = os.urandom(300_000), b"%PDF-1.7 second"

    await objects.put("papers/a1/0-head.pdf", first)
    assert await objects.get("papers/a1/0-head.pdf") == first
    await objects.put("papers/a1/0-head.pdf", second)

    assert await objects.get("papers/a1/0-head.pdf") == second


async def test_a_part_comes_without_the_rest(objects: Objects):
    film = os.urandom(300_000)
    await objects.put("recordings/a/1.webm", film)

    size = await objects.size("recordings/a/1.webm")
    middle = await objects.part("recordings/a/1.webm", start=100_000, length=70_000)
    end = await objects.part("recordings/a/1.webm", start=size - 10, length=70_000)

    assert size == len(film)
    assert middle == film[100_000:170_000]
    assert end == film[-10:]


async def test_what_nobody_put_is_not_found(objects: Objects):
    with pytest.raises(NotFound):
        await objects.get("papers/none.pdf")
    with pytest.raises(NotFound):
        await objects.size("papers/none.pdf")
    with pytest.raises(NotFound):
        await objects.part("papers/none.pdf", start=0, length=1)


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/.b", "a/", "a\\b", "a b", "案", "a" * 513],
)
async def test_a_key_cannot_leave_its_folder(objects: Objects, key: str):
    with pytest.raises(BadInput):
        await objects.put(key, b"x")
    with pytest.raises(BadInput):
        await objects.get(key)
    with pytest.raises(BadInput):
        await objects.part(key, start=0, length=1)


async def test_many_writers_of_one_key_leave_one_whole_file(objects: Objects):
    versions = [bytes([number]) * 50_000 for number in range(8)]

    await asyncio.gather(*(objects.put("same", one) for one in versions))

    assert await objects.get("same") in versions


async def test_a_refused_write_leaves_the_old_file_and_no_draft(tmp_path: Path):
    objects = open_objects(str(tmp_path))
    await objects.put("a/b", b"old")

    with pytest.raises(Unavailable):
        await objects.put("a/b/c", b"a file where a folder should be")

    assert await objects.get("a/b") == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


async def test_a_bucket_that_is_away_is_unavailable():
    objects = open_objects(
        "s3://papers",
        endpoint="http://127.0.0.1:1",
        access_key_id="test",
        secret_access_key="test",
        region="us-east-1",
    )

    with pytest.raises(Unavailable):
        async with asyncio.timeout(60):
            await objects.put("a", b"x")
