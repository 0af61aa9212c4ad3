"""Who speaks is marked on every page, by a border and a word."""

import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.house import go_in, until

pytestmark = pytest.mark.media

MARKED = """
() => [...document.querySelectorAll("#tiles .tile.speaking")]
  .filter((tile) => tile.querySelector(".speaks").checkVisibility())
  .map((tile) => tile.dataset.participant ?? "own")
"""


async def test_whoever_speaks_is_marked_by_what_their_own_browser_says_and_then_the_next(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000")
    for page in (li, wang):
        await go_in(page, agree=False)
    await wang.click("#mic")

    await until(lambda: _marked(wang, "li"), 20, "李 speaks")
    await until(lambda: _marked(li, "own"), 5)
    assert "正在说话" in await wang.inner_text("#tiles [data-participant=li]")

    await li.click("#mic")
    await wang.click("#mic")

    await until(lambda: _marked(li, "wang"), 20, "王 speaks")
    await until(lambda: _marked(wang, "own"), 5)
    assert [c for c in house.complaints if "rror" in c] == []


async def _marked(page, whom: str) -> bool:
    return await page.evaluate(MARKED) == [whom]
