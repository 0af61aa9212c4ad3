"""A line that loses every tenth packet both ways: sound and picture go on, by asking for them."""

import asyncio
from collections import defaultdict

import pytest
from typing_extensions import override

from domain.ports.rooms import SeatRole
from tests.webrtc.house import FIGURES, go_in, hears_and_sees, until
from tests.webrtc.lossy import BadLine, is_media

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


SOUND = """
async () => {
  const sum = { asked: 0, again: 0 };
  for (const connection of window.connections) {
    if (connection.connectionState === "closed") continue;
    for (const stat of (await connection.getStats()).values()) {
      if (stat.kind !== "audio") continue;
      if (stat.type === "outbound-rtp") sum.again += stat.retransmittedPacketsSent;
      if (stat.type === "inbound-rtp") sum.asked += stat.nackCount;
    }
  }
  return sum;
}
"""


class Watched(BadLine):
    """A bad line that remembers what goes over it under each number."""

    def __init__(self, port: int, **facts) -> None:
        super().__init__(port, **facts)
        self.seen: dict[bytes, list[bytes]] = defaultdict(list)

    @override
    def lets_through(self, data: bytes) -> bool:
        if is_media(data):
            number = bytes([data[1] & 0x7F]) + data[2:4] + data[8:12]
            self.seen[number].append(data)
        return super().lets_through(data)

    @property
    def again(self) -> list[list[bytes]]:
        """What went more than once."""
        return [went for went in self.seen.values() if len(went) > 1]


async def test_a_tenth_of_all_packets_may_be_lost(house):
    house.plane.count()
    await until(lambda: house.plane.figures, 5)
    line = Watched(house.plane.figures[house.worker.socket]["udp_port"], loss=0.1, seed=5)
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
    sound = [await page.evaluate(SOUND) for page in pages]

    house.plane.figures.clear()
    house.plane.count()
    await until(lambda: house.plane.figures, 5)
    figures = house.plane.figures[house.worker.socket]
    print(line.lost, line.carried, figures, before, after, sound)
    line.close()
    assert line.lost > 50
    assert figures["recovered"] > 5
    assert figures["resent"] > 5
    assert all(b - a > 60 for a, b in zip(before, after, strict=True))
    assert all(s["asked"] > 5 for s in sound)
    assert all(s["again"] > 5 for s in sound)
    assert len(line.again) > 20
    assert all(len(set(went)) == 1 for went in line.again)  # under one nonce, one packet only


async def _frames(page):
    figures = await page.evaluate(FIGURES)
    return sum(line["frames"] for line in figures["seen"])
