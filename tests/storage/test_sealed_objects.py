"""Who has the folder reads nothing, and whatever was done to a file there is noticed."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from domain.errors import Unavailable
from domain.ports.outside import Objects
from sealing.segments import FIRST, OTHER
from storage.objects import open_objects
from storage.sealed_objects import SealedObjects

KEY = b"k" * 32
STORY = "楼上漏水，我家卫生间天花板坏了".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def objects(folder: Path) -> Objects:
    return SealedObjects(open_objects(str(folder)), KEY)


async def test_on_disk_there_is_nothing_of_what_was_put_in(objects: Objects, folder: Path):
    await objects.put("papers/a1.pdf", b"%PDF-1.7 " + STORY * 10_000)

    kept = (folder / "papers/a1.pdf").read_bytes()

    assert STORY not in kept
    assert b"PDF" not in kept[:100]
    assert await objects.get("papers/a1.pdf") == b"%PDF-1.7 " + STORY * 10_000


async def test_every_part_is_what_it_is_in_the_whole(objects: Objects):
    film, chance = os.urandom(FIRST + 3 * OTHER + 77), random.Random(7)
    await objects.put("recordings/a/1.webm", film)
    edges = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + OTHER, len(film) - 1, len(film)]
    wanted = [(at, span) for at in edges for span in (0, 1, OTHER, 200_000)]
    wanted += [(chance.randrange(len(film)), chance.randrange(100_000)) for _ in range(60)]

    found = [await objects.part("recordings/a/1.webm", start=a, length=n) for a, n in wanted]

    assert found == [film[at : at + span] for at, span in wanted]


async def test_a_changed_or_exchanged_file_is_not_given_out(objects: Objects, folder: Path):
    for key in ("papers/a1.pdf", "papers/a2.pdf"):
        await objects.put(key, os.urandom(200_000))
    first, second = folder / "papers/a1.pdf", folder / "papers/a2.pdf"
    changed = bytearray(first.read_bytes())
    changed[150_000] ^= 1
    first.write_bytes(changed)

    assert len(await objects.part("papers/a1.pdf", start=0, length=1000)) == 1000
    with pytest.raises(Unavailable):
        await objects.get("papers/a1.pdf")
    with pytest.raises(Unavailable):
        await objects.part("papers/a1.pdf", start=150_000, length=10)
    first.write_bytes(second.read_bytes())
    with pytest.raises(Unavailable):
        await objects.get("papers/a1.pdf")
    with pytest.raises(Unavailable):
        await objects.part("papers/a1.pdf", start=0, length=10)


async def test_a_file_that_another_process_put_anew_is_read_anew(objects: Objects, folder: Path):
    await objects.put("codes/c1.png", b"old" * 100)
    assert await objects.part("codes/c1.png", start=0, length=3) == b"old"

    await SealedObjects(open_objects(str(folder)), KEY).put("codes/c1.png", b"new" * 100_000)

    assert await objects.part("codes/c1.png", start=299_997, length=9) == b"new"


async def test_a_file_that_is_not_sealed_is_not_given_out(objects: Objects, folder: Path):
    await open_objects(str(folder)).put("papers/plain.pdf", b"%PDF" * 100)

    with pytest.raises(Unavailable):
        await objects.get("papers/plain.pdf")
