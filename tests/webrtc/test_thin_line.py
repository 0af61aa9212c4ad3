"""A line that gets too thin for a picture: the sound goes on, and the person is told why."""

import asyncio
import json
import time

import pytest
from typing_extensions import override

from domain.ports.rooms import SeatRole
from tests.webrtc.house import CAMERA, FIGURES, go_in, hears_and_sees, until
from tests.webrtc.lossy import BadLine
from tests.webrtc.test_bad_line import DETOUR

pytestmark = pytest.mark.media

_QUEUE = 0.4  # seconds that packets wait at most before they are thrown away
THIN = "您的网络有点慢"
STILL = 'brush.fillStyle = "#777";'
BUSY = """
      for (let n = 0; n < 100; n++) {
        brush.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
        brush.fillRect(Math.random() * 640, Math.random() * 360, 40, 40);
      }
"""


class ThinLine(BadLine):
    """A line that carries so many bits per second to the browser, with a queue before it."""

    rate = 1e9
    _free = 0.0

    @override
    def back(self, data: bytes, source) -> None:
        loop = asyncio.get_running_loop()
        self._free = max(self._free, loop.time())
        if self._free - loop.time() < _QUEUE:
            self._free += len(data) * 8 / self.rate
            loop.call_at(self._free, super().back, data, source)


async def test_the_picture_drops_first_and_the_person_is_told(house):
    house.plane.count()
    await until(lambda: house.plane.figures, 5)
    line = ThinLine(house.plane.figures[house.worker.socket]["udp_port"], loss=0, seed=5)
    port = await line.open()
    busy = (
        f"({CAMERA.replace(STILL, BUSY + STILL)})({json.dumps({'colour': '#0a0', 'pitch': 440})})"
    )
    li = await house.a_page("li", colour="", camera=busy, role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#c00000")
    await wang.evaluate(f"({DETOUR})({port})")
    for page in (li, wang):
        await go_in(page, agree=None)
    await asyncio.gather(*(hears_and_sees(page, others=1) for page in (li, wang)))
    usual = await _rate(wang, "video")

    line.rate = usual / 3 + await _rate(wang, "audio")
    await until(lambda: _is_told(wang), 20, "the reason why there is no picture")
    stopped, before = await _seen(wang, "video"), await _seen(wang, "audio")
    await asyncio.sleep(3)  # the length of the measurement

    after = await _seen(wang, "audio")
    print("rates", usual, line.rate, stopped, await _seen(wang, "video"), before, after)
    assert after["energy"] > before["energy"]
    assert (await _seen(wang, "video"))["frames"] - stopped["frames"] < 30  # of sixty
    assert not await _is_told(li)

    line.rate, healed = 1e9, time.monotonic()
    await until(lambda: _sees_again(wang), 15, "the picture comes back")
    print(f"back after {time.monotonic() - healed:.1f} s")
    line.close()


async def _is_told(page) -> bool:
    shown = await page.locator(".tile .unseen:visible").all_inner_texts()
    return any(THIN in text for text in shown)


async def _sees_again(page) -> bool:
    before = await _seen(page, "video")
    await asyncio.sleep(0.5)  # ten pictures
    seen = await _seen(page, "video")
    return seen["frames"] > before["frames"] + 3 and not await _is_told(page)


async def _seen(page, kind: str) -> dict:
    figures = await page.evaluate(FIGURES)
    return next(line for line in figures["seen"] if line["kind"] == kind)


async def _rate(page, kind: str) -> float:
    """Bits per second that a page is sent of one kind."""
    before = await page.evaluate(OCTETS, kind)
    await asyncio.sleep(2)
    return 8 * (await page.evaluate(OCTETS, kind) - before) / 2


OCTETS = """
async (kind) => {
  let sum = 0;
  for (const connection of window.connections)
    for (const stat of (await connection.getStats()).values())
      if (stat.type === "inbound-rtp" && stat.kind === kind)
        sum += stat.bytesReceived + stat.headerBytesReceived;
  return sum;
}
"""
