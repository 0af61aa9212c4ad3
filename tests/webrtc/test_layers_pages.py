"""A real browser sends its picture in layers, and another sees no seam when they are switched."""

import asyncio
import shutil
import time

import pytest
from aiohttp import web
from playwright.async_api import async_playwright

from tests.webrtc.house import ARGUMENTS, PROJECT, until
from webrtc import seams
from webrtc.codecs import CODECS, VP8, VideoCodec
from webrtc.peer import Publisher, Subscriber
from webrtc.port import MediaPort

pytestmark = pytest.mark.media

CALL = """
async ([wide, high]) => {
  const { Media } = await import("/static/room/media.js");
  const canvas = document.createElement("canvas");
  canvas.width = wide; canvas.height = high;
  const brush = canvas.getContext("2d");
  let frame = 0;
  setInterval(() => {
    brush.fillStyle = `hsl(${(frame * 5) % 360} 60% 50%)`;
    brush.fillRect(0, 0, wide, high);
    brush.fillStyle = "#777";
    brush.fillRect((frame++ * 7) % wide, 10, 24, 24);
  }, 100);
  const made = (who) => {
    const nothing = () => {};
    window[who] = new Media({ say: (deed) => window.say(deed), show: nothing, trouble: nothing });
    return window[who];
  };
  made("watcher");
  const media = made("sender");
  media.stream = canvas.captureStream(10);
  await media.publish();
  // A busy machine may send fewer pictures, not smaller ones, and has no need of many bits.
  const [sender] = media.up.getSenders();
  const kept = sender.getParameters();
  kept.degradationPreference = "maintain-resolution";
  for (const one of kept.encodings) one.maxBitrate = 300_000 / (one.scaleResolutionDownBy ?? 1);
  await sender.setParameters(kept);
}
"""
SEEN = """
async () => {
  const of = async (half, type) => {
    const all = half ? [...(await half.getStats()).values()] : [];
    return all.filter((s) => s.type === type && s.kind === "video");
  };
  const [seen = {}] = await of(window.watcher.down, "inbound-rtp");
  const sent = await of(window.sender.up, "outbound-rtp");
  return {
    wide: seen.frameWidth ?? 0, frames: seen.framesDecoded ?? 0, lost: seen.packetsLost ?? 0,
    frozen: seen.freezeCount ?? 0, asked: seen.pliCount ?? 0,
    rids: sent.map((s) => s.rid ?? "").sort(),
    wished: sent.reduce((sum, s) => sum + (s.pliCount ?? 0), 0),
  };
}
"""


class Call:
    """Two ends of one page, and our two ends of them."""

    def __init__(self, page, codec: VideoCodec = VP8) -> None:
        self.page = page
        self.publisher = Publisher(codec)
        self.last: dict = {}
        self.subscriber = Subscriber(self._offer, codec)
        self._beat = asyncio.create_task(self._tick())

    async def hear(self, deed: dict) -> None:
        """Do what an end of the page asks for."""
        if deed["type"] == "publish":
            answer = await self.publisher.answer("wang", deed["sdp"])
            await self.page.evaluate("(sdp) => window.sender.published(sdp)", answer)
            for stream in self.publisher.streams:
                self.subscriber.receive(stream)
        elif deed["type"] == "answer":
            self.subscriber.take_answer(deed["number"], deed["sdp"])

    async def seen(self) -> dict:
        return await self.page.evaluate(SEEN)

    async def switch(self, level: int, wide: int) -> float:
        """Show another layer; give the seconds until the browser decodes it."""
        began = time.monotonic()
        down = self.subscriber._downlink
        assert down is not None
        down.show(self.publisher.streams[0], level)

        async def there() -> bool:
            self.last = await self.seen()
            return self.last["wide"] == wide

        await until(there, 15, f"a picture {wide} wide")
        return time.monotonic() - began

    async def close(self) -> None:
        self._beat.cancel()
        await asyncio.gather(self.publisher.close(), self.subscriber.close())

    async def _offer(self, number: int, sdp: str) -> None:
        await self.page.evaluate("([n, sdp]) => window.watcher.offered(n, sdp)", [number, sdp])

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.02)
            self.publisher.tick(time.monotonic())
            if self.subscriber._downlink is not None:  # without what the line is shown
                self.subscriber._downlink.tick(time.monotonic())


@pytest.fixture
async def page():
    app = web.Application()
    app.router.add_static("/static", PROJECT / "web" / "static")
    app.router.add_get("/", _blank)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    chromium = shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        opened = await browser.new_page()
        opened.on("console", lambda message: print(message.text))
        await opened.goto(f"http://127.0.0.1:{address[1]}/")
        yield opened
        await browser.close()
    await runner.cleanup()


@pytest.fixture
async def port():
    opened = MediaPort("127.0.0.1")
    opened.open()
    with seams.installed(opened):
        yield opened
    opened.close()


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
async def test_each_switch_shows_another_layer_at_once_and_without_a_seam(page, port, codec):
    call = Call(page, codec)
    await page.expose_function("say", call.hear)
    await page.evaluate(CALL, [1280, 720])
    await until(lambda: _shows_something(call), 20, "a picture")
    await until(lambda: all(_rates(call)), 30, "three layers")
    await call.switch(2, 1280)
    before = await call.seen()

    took = [await call.switch(level, 320 << level) for level in (1, 0, 2, 0, 1, 2)]

    after = await call.seen()
    print("switches", [f"{1000 * s:.0f} ms" for s in took], before, after, port.drops)
    assert after["rids"] == ["h", "l", "m"]
    assert min(took) < 1  # the others too, unless the machine is busy with something else
    assert after["frames"] - before["frames"] >= len(took)
    assert after["lost"] == 0
    await call.close()


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
async def test_a_small_picture_comes_in_one_layer_and_is_shown_again_after_a_pause(
    page, port, codec
):
    call = Call(page, codec)
    await page.expose_function("say", call.hear)
    await page.evaluate(CALL, [640, 360])
    await until(lambda: _shows_something(call), 20, "a picture")
    await call.switch(0, 640)
    down = call.subscriber._downlink
    assert down is not None

    down.show(call.publisher.streams[0], -1)
    await until(lambda: _stands_still(call), 10, "a picture that stands still")
    paused = await call.seen()
    down.show(call.publisher.streams[0], 0)

    async def goes_on() -> bool:
        return (await call.seen())["frames"] > paused["frames"] + 5

    await until(goes_on, 10, "a picture that goes on")
    after = await call.seen()
    assert (after["lost"], len(after["rids"])) == (0, 1)
    await call.close()


async def _shows_something(call: Call) -> bool:
    return (await call.seen())["frames"] > 0


async def _stands_still(call: Call) -> bool:
    before = await call.seen()
    await asyncio.sleep(0.5)  # five pictures
    return (await call.seen())["frames"] == before["frames"]


async def _blank(_: web.Request) -> web.Response:
    return web.Response(text="<p>", content_type="text/html")


def _rates(call: Call) -> tuple[float, ...]:
    streams = call.publisher.streams
    return streams[0].rates if streams else (0.0,)
