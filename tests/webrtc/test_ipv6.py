"""One port for both families: who has IPv6 uses it, who has IPv4 comes through the same socket."""

import asyncio

import aiohttp
import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import House, Worker, go_in, hears_and_sees, until
from tests.webrtc.networks import a_network

pytestmark = pytest.mark.media

ADDRESSES = """
async () => {
  const seen = [];
  for (const connection of window.connections) {
    if (connection.connectionState === "closed") continue;
    for (const stat of (await connection.getStats()).values())
      if (stat.type === "remote-candidate") seen.push(stat.address);
  }
  return seen;
}
"""


async def test_two_pages_talk_over_ipv6_where_the_server_offers_it(tmp_path):
    with a_network() as line:
        worker = Worker(tmp_path, {"host": "::", "public_ip": line.here6})
        await worker.start()
        chromium = line.chromium(tmp_path)
        house = House(worker, host=line.here, chromium=chromium)
        try:
            await house.open_web()
            pages = [
                await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR),
                await house.a_page("wang", colour="#00a000"),
            ]
            for page in pages:
                await go_in(page, agree=None)
            await asyncio.gather(*(hears_and_sees(page, others=1) for page in pages))

            assert set(await pages[0].evaluate(ADDRESSES)) == {f"{line.here6}"}
        finally:
            await house.close()
            print(*house.complaints, worker.log, sep="\n")


@pytest.fixture
async def house(tmp_path):
    """A house whose worker listens to both families and is known by an address of each."""
    worker = Worker(tmp_path, {"host": "::", "public_ip": "127.0.0.1, ::1"})
    await worker.start()
    opened = House(worker)
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()


async def test_who_has_only_ipv4_talks_through_the_same_port(house, loopback):
    async with aiohttp.ClientSession() as session:
        li, wang = (Caller(session, house.address) for _ in range(2))
        seats = a_seat("li", role=SeatRole.MEDIATOR), a_seat("wang")
        for seat, caller in zip(seats, (li, wang), strict=True):
            await caller.enter({"type": "enter", "ticket": house.gate.issue(seat)})

        await until(lambda: li.received > 10 and wang.received > 10, 15, "sound both ways")

        answer = li.last("published")["sdp"]
        assert " 127.0.0.1 " in answer
        assert " ::1 " in answer
        await asyncio.gather(li.close(), wang.close())
