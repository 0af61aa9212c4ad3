"""A small court house: a real media worker process, a web app with our signalling, real pages."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape
from playwright.async_api import Browser, Page, Playwright, async_playwright

from tests.webrtc.films import Film, watch
from tests.webrtc.gate import RememberingGate, a_seat
from webrtc.codecs import CodecName
from webrtc.commands import RoomCommands
from webrtc.journal import Verified, verify
from webrtc.media_plane import MediaPlane
from webrtc.signalling import routes

KEY = b"k" * 32
PROJECT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src 'self' blob: mediastream:"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
FREELY = "--autoplay-policy=no-user-gesture-required"
CAMERA = """
(({ colour, pitch }) => {
  window.connections = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...rest) { super(...rest); window.connections.push(this); }
    addTransceiver(...rest) {  // a busy machine must not make pictures small: each is a new film
      const made = super.addTransceiver(...rest);
      const kept = { ...made.sender.getParameters(), degradationPreference: "maintain-resolution" };
      if (made.sender.track?.kind === "video") made.sender.setParameters(kept);
      return made;
    }
  };
  navigator.mediaDevices.getUserMedia = async () => {
    const clock = new AudioContext();
    const tone = new OscillatorNode(clock, { frequency: pitch });
    const gate = new GainNode(clock, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(clock);
    tone.connect(gate).connect(out);
    for (let second = 1; second < 300; second++) {
      gate.gain.setValueAtTime(0.5, second);
      gate.gain.setValueAtTime(0, second + 0.2);
    }
    tone.start();
    await clock.resume();
    const canvas = document.createElement("canvas");
    canvas.width = 640; canvas.height = 360;
    const brush = canvas.getContext("2d");
    let frame = 0;
    setInterval(() => {
      const flash = clock.currentTime >= 1 && clock.currentTime % 1 < 0.2;
      brush.fillStyle = flash ? "#fff" : colour;
      brush.fillRect(0, 0, 640, 360);
      brush.fillStyle = "#777";
      brush.fillRect((frame++ * 7) % 640, 10, 24, 24);
    }, 50);
    const stream = canvas.captureStream(20);
    stream.addTrack(out.stream.getAudioTracks()[0]);
    return stream;
  };
})
"""
FIGURES = """
async () => {
  const seen = [];
  for (const connection of window.connections) {
    if (connection.connectionState === "closed") continue;
    for (const stat of (await connection.getStats()).values())
      if (stat.type === "inbound-rtp")
        seen.push({ kind: stat.kind, track: stat.trackIdentifier, lost: stat.packetsLost,
                    frames: stat.framesDecoded ?? 0, energy: stat.totalAudioEnergy ?? 0 });
  }
  const videos = [...document.querySelectorAll("#tiles .tile:not(.own) video")];
  return { seen, paused: videos.map((video) => video.paused),
           wide: videos.map((video) => video.videoWidth) };
}
"""


async def until(condition, within: float = 15.0, why: str = "") -> None:
    """Wait until something is true; ``condition`` may be a coroutine function."""
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {why or condition}")
        await asyncio.sleep(0.05)


@dataclass
class Worker:
    """The media worker's process."""

    folder: Path
    settings: dict = field(default_factory=dict)
    name: str = "media"
    process: asyncio.subprocess.Process | None = None
    lifeline: int = -1

    @property
    def socket(self) -> Path:
        return self.folder / f"{self.name}.sock"

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    async def start(self) -> None:
        reading, self.lifeline = os.pipe()
        paths = {"socket": str(self.socket), "recordings": str(self.recordings)}
        key_file = self.folder / "recordings.key"
        key_file.write_bytes(KEY)
        told = {"lifeline": reading, "key_file": str(key_file)} | paths | self.settings
        with self.log_file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.webrtc.worker_main",
                json.dumps(told),
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                pass_fds=[reading],
            )
        os.close(reading)

    async def end(self, number: int = signal.SIGTERM, within: float = 6.0) -> float:
        """End the process; give the seconds that it took."""
        began = time.monotonic()
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
            try:
                await asyncio.wait_for(self.process.wait(), within)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
                raise
        self.hang_up()
        return time.monotonic() - began

    def verified(self, journal: str) -> Verified:
        """Read a journal as far as its chain holds."""
        return verify(self.recordings / journal, KEY)

    def watched(self, playback: str) -> Film:
        """Look at a playable file."""
        return watch(self.recordings / playback, KEY, f"recordings/{playback}")

    def hang_up(self) -> None:
        if self.lifeline >= 0:
            os.close(self.lifeline)
            self.lifeline = -1

    @property
    def log_file(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def log(self) -> str:
        return self.log_file.read_text()


@dataclass
class House:
    """Workers, web and browsers of one test."""

    worker: Worker
    other: Worker | None = None  #: a second one, which records into the same folder
    gate: RememberingGate = field(default_factory=RememberingGate)
    address: str = ""
    ice: str = "[]"  #: what the page is told of STUN and TURN
    host: str = "127.0.0.1"  #: where browsers find the web part
    chromium: str = ""  #: program, if it is another one than on the PATH
    codec: CodecName = "VP8"
    plane: MediaPlane | None = None
    complaints: list[str] = field(default_factory=list)
    _runner: web.AppRunner | None = None
    _port: int = 0
    _browsers: dict[tuple[str, ...], Browser] = field(default_factory=dict)
    _exits: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _playwright: Playwright | None = None

    @property
    def rooms(self) -> RoomCommands:
        """The rooms as another process of the centre commands them."""
        return RoomCommands(self._sockets)

    @property
    def _sockets(self) -> list[Path]:
        return [worker.socket for worker in (self.worker, self.other) if worker is not None]

    def having(self, meeting: str = "m1") -> tuple[Worker, Worker]:
        """Give the worker that has the room, and the one that has not."""
        assert self.other is not None
        first, second = self.worker, self.other
        return (
            (first, second) if self.gate.places[meeting].worker == first.name else (second, first)
        )

    async def open_web(self) -> None:
        """Start the web part; on the same port if it ran before."""
        listening = socket.create_server((self.host, self._port))
        self._port = listening.getsockname()[1]
        self.address = f"http://{self.host}:{self._port}"
        self.plane = MediaPlane(
            self.gate,
            self._sockets,
            resume_key=b"k" * 32,
            ice=lambda: self.ice,
            codec=self.codec,
        )
        app = web.Application()
        app.add_routes(routes(self.gate, self.plane, {self.address}))
        app.router.add_static("/static", PROJECT / "web" / "static")
        app.router.add_get("/room/{ticket}", self._page)
        app.router.add_get("/test/{ticket}", self._test_page)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        await self.plane.start()
        await until(lambda: self.plane.is_up, 30, "the worker answers")

    async def close_web(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.plane is not None:
            await self.plane.stop()

    async def a_page(self, participant: str, *, colour: str, pitch: int = 440, **facts) -> Page:
        """Open the room's page in a browser context of its own, with a camera of one colour."""
        options = {key: facts.pop(key) for key in ("care", "viewport", "camera") if key in facts}
        browser = facts.pop("browser", None) or await self.a_browser()
        seat = a_seat(participant, **facts)
        context = await browser.new_context(viewport=options.get("viewport", PHONE))
        self._exits.push_async_callback(context.close)
        page = await context.new_page()
        page.on("console", lambda m: self.complaints.append(f"{participant}: {m.text}"))
        page.on("pageerror", lambda e: self.complaints.append(f"{participant}: {e}"))
        camera = options.get(
            "camera", f"({CAMERA})({json.dumps({'colour': colour, 'pitch': pitch})})"
        )
        await page.add_init_script(camera)
        query = f"role={seat.role}&care={options.get('care', '')}"
        await page.goto(f"{self.address}/room/{self.gate.issue(seat)}?{query}")
        return page

    async def a_browser(self, *arguments: str) -> Browser:
        """Start Chromium, or give the one that runs with these arguments."""
        wanted = arguments or (FREELY,)
        if wanted not in self._browsers:
            if self._playwright is None:
                self._playwright = await self._exits.enter_async_context(async_playwright())
            chromium = self.chromium or shutil.which("chromium")
            assert chromium, "install Chromium: apt-get install chromium"
            launched = await self._playwright.chromium.launch(
                executable_path=chromium, args=[*ARGUMENTS, *wanted, self._trusted]
            )
            self._exits.push_async_callback(launched.close)
            self._browsers[wanted] = launched
        return self._browsers[wanted]

    @property
    def _trusted(self) -> str:
        """Pages may use cameras only where they are trusted: here they come without TLS."""
        return f"--unsafely-treat-insecure-origin-as-secure={self.address}"

    @property
    def browsers(self) -> list[Browser]:
        """The browsers that run."""
        return list(self._browsers.values())

    async def close(self) -> None:
        """Take everything down, whatever state it is in."""
        await self._exits.aclose()
        await self.close_web()
        for worker in (self.worker, self.other):
            if worker is not None:
                await worker.end()

    async def a_test_page(self, participant: str, *, camera: str = "", **facts) -> Page:
        """Open the page on which somebody tries devices and line."""
        browser = facts.pop("browser", None) or await self.a_browser()
        context = await browser.new_context(viewport=facts.pop("viewport", PHONE))
        self._exits.push_async_callback(context.close)
        page = await context.new_page()
        page.on("console", lambda m: self.complaints.append(f"{participant}: {m.text}"))
        page.on("pageerror", lambda e: self.complaints.append(f"{participant}: {e}"))
        films = json.dumps({"colour": "#00a000", "pitch": 440})
        await page.add_init_script(camera or f"({CAMERA})({films})")
        ticket, care = self.gate.issue(a_seat(participant)), facts.pop("care", "")
        await page.goto(f"{self.address}/test/{ticket}?care={care}")
        return page

    async def _test_page(self, request: web.Request) -> web.Response:
        ways = {"case": "/m/cases/c1", "room": "/m/cases/c1/meetings/m1"}
        return _rendered("testing.html", request, **ways)

    async def _page(self, request: web.Request) -> web.Response:
        return _rendered(
            "room.html",
            request,
            name="来访人",
            role=request.query["role"],
            rights={"version": "rights-1", "words": ["调解全靠自愿。", "不能虚假调解。"]},
            consent={"version": "2026-1", "words": ["本次调解可能会录音录像。"]},
        )


def _rendered(template: str, request: web.Request, **shown) -> web.Response:
    """Show one of the product's own pages to who holds the ticket in the address."""
    pages = FileSystemLoader(PROJECT / "web" / "pages")
    found = Environment(loader=pages, autoescape=select_autoescape()).get_template(template)
    text = found.render(
        ticket=request.match_info["ticket"],
        phone="010-12345678",
        care=request.query["care"],
        **shown,
    )
    headers = {"Content-Security-Policy": CSP}
    return web.Response(text=text, content_type="text/html", headers=headers)


async def go_in(page: Page, *, agree: bool | None = True) -> None:
    """Click through the page like a person."""
    await page.click("#enter")
    await page.wait_for_selector("#inside:not([hidden])")
    if agree is not None:
        await page.wait_for_selector("#consent[open]")
        await page.click("#yes" if agree else "#no")


async def is_let_in(page: Page, mediator: Page, *, untold: bool = False) -> None:
    """Knock, read what one is told of one's rights, wait outside, and be let in."""
    await page.click("#enter")
    await page.wait_for_selector("#outside:not([hidden])")
    if untold:
        await page.click("#understood")
        await page.wait_for_selector("#rights", state="hidden")
    await mediator.click("#people .awaited >> text=请进来")
    await page.wait_for_selector("#inside:not([hidden])")
    await page.wait_for_selector("#consent[open]")
    await page.click("#yes")


async def hears_and_sees(page: Page, others: int, within: float = 20.0) -> None:
    """Wait until a page plays the others, and see that sound and picture go on."""

    async def playing() -> bool:
        figures = await page.evaluate(FIGURES)
        frames = [
            line for line in figures["seen"] if line["kind"] == "video" and line["frames"] > 5
        ]
        sounds = [
            line for line in figures["seen"] if line["kind"] == "audio" and line["energy"] > 0
        ]
        shown = len(figures["wide"]) == others and all(figures["wide"])
        return len(frames) == others == len(sounds) and shown and not any(figures["paused"])

    await until(playing, within, "pictures and sounds")
    before = _levels(await page.evaluate(FIGURES))

    async def rising() -> bool:
        after = _levels(await page.evaluate(FIGURES))
        for track in after.keys() - before.keys():  # a connection that was made anew meanwhile
            before[track] = after[track]
        return bool(after) and all(after[track] > before[track] for track in after)

    await until(rising, within, "rising figures")


def _levels(figures: dict) -> dict[str, float]:
    return {line["track"]: line["frames"] + line["energy"] for line in figures["seen"]}
