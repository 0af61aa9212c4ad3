"""Playing a recording: any part of it, and never the whole film in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from typing_extensions import override

from tests.fakes import FakeObjects
from web.failures import answer_always
from web.keys import MEASURES
from web.measures import Measures
from web.ranges import PIECE, film

FILM = os.urandom(3 * PIECE + 1000)


@dataclass
class CountedObjects(FakeObjects):
    """Notes how much was taken at once."""

    taken: list[int] = field(default_factory=list)

    @override
    async def part(self, key: str, *, start: int, length: int) -> bytes:
        """Return some of the bytes."""
        self.taken.append(length)
        return await super().part(key, start=start, length=length)


@pytest.fixture
def objects() -> CountedObjects:
    return CountedObjects(kept={"film": FILM})


@pytest.fixture
async def player(aiohttp_client, objects):
    async def play(request: web.Request) -> web.StreamResponse:
        return await film(request, objects, "film", "video/webm")

    app = web.Application(middlewares=[answer_always])
    app[MEASURES] = Measures()
    app.router.add_get("/api/v1/film", play)
    return await aiohttp_client(app)


async def test_the_whole_film_comes_in_pieces(player, objects):
    answer = await player.get("/api/v1/film")

    assert await answer.read() == FILM
    assert (answer.status, answer.content_length) == (200, len(FILM))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert objects.taken == [PIECE, PIECE, PIECE, 1000]


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=10-19", 10, 20),
        ("bytes=-5", len(FILM) - 5, len(FILM)),
        ("bytes=0-", 0, len(FILM)),
        (f"bytes={PIECE - 1}-{PIECE}", PIECE - 1, PIECE + 1),
        ("bytes=786432-99999999", 786432, len(FILM)),
    ],
)
async def test_a_recording_can_be_played_from_any_place(player, wanted, start, stop):
    answer = await player.get("/api/v1/film", headers={"Range": wanted})

    assert await answer.read() == FILM[start:stop]
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(FILM)}"


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=9-2", "seconds=1-2"])
async def test_a_place_that_is_not_there_is_refused(player, wanted):
    answer = await player.get("/api/v1/film", headers={"Range": wanted})

    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(FILM)}"
