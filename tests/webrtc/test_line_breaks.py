"""The browser's network goes away or becomes another one: the picture comes back by itself."""

import asyncio
import time

import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.house import House, Worker, go_in, hears_and_sees, until
from tests.webrtc.networks import a_network
from tests.webrtc.pictures import back, frames

pytestmark = pytest.mark.media

LISTENING = """
() => {
  window.said = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const { type } = JSON.parse(text);
    if (type !== "beat") window.said.push(type);
    return send.call(this, text);
  };
}
"""


@pytest.fixture
async def line(tmp_path):
    """The line to 王's telephone, which is not in this machine's own network."""
    with a_network() as network:
        yield network


@pytest.fixture
async def house(tmp_path, line):
    """A house that is reached over that line."""
    worker = Worker(tmp_path, {"host": line.here})
    await worker.start()
    opened = House(worker, host=line.here, chromium=line.chromium(tmp_path))
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()
        print(*opened.complaints, worker.log, sep="\n")


@pytest.fixture
async def room(house):
    """A mediator and a party who see each other; the party agreed to be recorded."""
    li = await house.a_page("li", colour="#c00000", pitch=400, role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000", pitch=700)
    for page in (li, wang):
        await go_in(page, agree=True)
    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))
    return li, wang


async def test_after_ten_seconds_without_network_the_picture_is_back_within_five(line, house, room):
    before = list(house.gate.told)
    line.cut()
    cut_at = time.monotonic()
    await until(
        lambda: all_say(room, "网络断开了，正在重新连接……"), 6, "pages notice by themselves"
    )
    await asyncio.sleep(cut_at + 10 - time.monotonic())
    shown = [await frames(page) for page in room]

    line.heal()
    took = await back(room, shown)

    assert took < 5
    await until(lambda: all_say(room, ""), 10, "no word of trouble")
    assert await asked_for_consent(room) == []
    assert house.gate.told == before


async def test_after_another_address_the_picture_is_back_within_eight_seconds(line, house, room):
    before = list(house.gate.told)
    line.readdress(77)
    shown = [await frames(page) for page in room]

    took = await back(room, shown)

    assert took < 8
    await until(lambda: all_say(room, ""), 10, "no word of trouble")
    assert await asked_for_consent(room) == []
    assert house.gate.told == before


async def test_when_only_the_media_is_cut_the_way_of_words_stays_and_mends_it(line, house, room):
    before = list(house.gate.told)
    for page in room:
        await page.evaluate(LISTENING)

    with line.without_media():
        await until(lambda: all_restarted(room), 20, "pages ask for another way")
    shown = [await frames(page) for page in room]
    await back(room, shown)

    for page in room:
        assert set(await page.evaluate("window.said")) <= {"restart", "answer"}
        assert await page.evaluate("window.said.filter((one) => one === 'restart').length") == 1
    assert house.gate.told == before


async def all_restarted(pages) -> bool:
    said = [await page.evaluate("window.said") for page in pages]
    return all("restart" in one for one in said)


async def all_say(pages, words: str) -> bool:
    return [await page.inner_text("#state") for page in pages] == [words, words]


async def asked_for_consent(pages) -> list[str]:
    return [page.url for page in pages if await page.is_visible("#consent[open]")]
