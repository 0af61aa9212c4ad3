"""A line that loses every tenth packet both ways: the picture goes on, by NACK and RTX."""

import asyncio

import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.house import FIGURES, go_in, hears_and_sees, until
from tests.webrtc.lossy import BadLine

pytestmark = pytest.mark.media

DETOUR = """
(port) => {
  const real = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (told) {
    const sdp = told.sdp.replace(/ 127\\.0\\.0\\.1 \\d+ typ host/g, ` 127.0.0.1 ${port} typ host`);
    return real.call(this, { type: told.type, sdp });
  };
}
"""


async def test_a_tenth_of_all_packets_may_be_lost(house):
    house.plane.count()
    await until(lambda: house.plane.figures, 5)
    line = BadLine(house.plane.figures[house.worker.socket]["udp_port"], loss=0.1, seed=5)
    port = await line.open()
    pages = []
    for name, role in (("li", SeatRole.MEDIATOR), ("wang", SeatRole.PARTY)):
        page = await house.a_page(name, colour="#00a000", role=role)
        await page.evaluate(f"({DETOUR})({port})")
        await go_in(page, agree=None)
        pages.append(page)

    await asyncio.gather(*(hears_and_sees(page, others=1) for page in pages))
    before = [await _frames(page) for page in pages]
    await asyncio.sleep(6)  # the length of the measurement
    after = [await _frames(page) for page in pages]

    house.plane.figures.clear()
    house.plane.count()
    await until(lambda: house.plane.figures, 5)
    figures = house.plane.figures[house.worker.socket]
    print(line.lost, line.carried, figures, before, after)
    line.close()
    assert line.lost > 50
    assert figures["recovered"] > 5
    assert figures["resent"] > 5
    assert all(b - a > 60 for a, b in zip(before, after, strict=True))


async def _frames(page):
    figures = await page.evaluate(FIGURES)
    return sum(line["frames"] for line in figures["seen"])
