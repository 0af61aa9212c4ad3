"""The same load in Janus's video rooms: Debian's package, or with another libsrtp in its place."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.load import descriptions
from tests.bench.load.crowd import Crowd
from tests.bench.load.film import film
from tests.bench.load.peer import new_identity
from tests.bench.load.receiving import Receiver
from tests.bench.load.sending import Sender

_WITHIN = 20.0
_LIBRARY = "/usr/lib/{}-linux-gnu/janus"
_ROOM: dict[str, Any] = {
    "request": "create",
    "publishers": 50,
    "bitrate": 0,
    "audiocodec": "opus",
    "videocodec": "vp8",
    "fir_freq": 0,
    "audiolevel_ext": True,
    "audiolevel_event": False,
    "transport_wide_cc_ext": True,
    "playoutdelay_ext": False,
    "videoorient_ext": False,
}
_MAIN = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{library}/plugins"
  transports_folder = "{library}/transports"
  events_folder = "{library}/events"
  loggers_folder = "{library}/loggers"
  debug_level = 3
  session_timeout = 0
}}
certificates: {{ }}
media: {{ }}
nat: {{ ice_enforce_list = "{interface}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
loggers: {{ }}
events: {{ broadcast = false }}
"""
_SOCKETS = """
general: {{ json = "compact" ws = true ws_port = {port} ws_interface = "lo" }}
admin: {{ admin_ws = false }}
cors: {{ }}
"""


class Janus:
    """The process, and the way to command it."""

    def __init__(self, folder: Path, *, interface: str, port: int, libsrtp: str = "") -> None:
        self._folder, self._interface, self._port = folder, interface, port
        self._libsrtp = libsrtp
        self.process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task | None = None
        self._open: dict[str, asyncio.Future[dict]] = {}
        self._session = self._desk = 0

    async def start(self) -> None:
        """Write its settings, start it, and open a session."""
        library = Path(_LIBRARY.format(os.uname().machine))
        kept = {"libjanus_videoroom.so", "libjanus_websockets.so"}
        unused = {
            kind: ",".join(f.name for f in (library / kind).glob("*.so") if f.name not in kept)
            for kind in ("plugins", "transports")
        }
        main = {"folder": self._folder, "library": library, "interface": self._interface}
        (self._folder / "janus.jcfg").write_text(_MAIN.format(**main, **unused))
        (self._folder / "janus.transport.websockets.jcfg").write_text(
            _SOCKETS.format(port=self._port)
        )
        environment = os.environ | ({"LD_LIBRARY_PATH": self._libsrtp} if self._libsrtp else {})
        with (self._folder / "janus.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *("janus", "--disable-colors", "-F", str(self._folder)),
                stdout=log,
                stderr=log,
                env=environment,
            )
        self._http = aiohttp.ClientSession()
        self._socket = await self._reach()
        self._listening = asyncio.create_task(self._listen())
        self._session = (await self._ask(janus="create"))["data"]["id"]
        self._desk = await self._attach()

    async def close(self) -> None:
        """End it."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        if self._http is not None:
            await self._http.close()
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 5)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    async def room(self) -> int:
        """Open one more room."""
        number = 1 + secrets.randbelow(1 << 30)
        await self._say(self._desk, **_ROOM, room=number)
        return number

    async def publish(self, room: int, name: str, offer: str) -> tuple[int, str]:
        """Let somebody send; give their number and the answer."""
        handle = await self._attach()
        joined = await self._say(handle, request="join", ptype="publisher", room=room, display=name)
        told = await self._say(handle, offer, request="publish")
        return joined["plugindata"]["data"]["id"], told["jsep"]["sdp"]

    async def subscribe(self, room: int, feeds: list[int]) -> tuple[int, str]:
        """Let somebody watch others; give where to answer, and the offer."""
        handle = await self._attach()
        streams = [{"feed": feed} for feed in feeds]
        told = await self._say(
            handle, request="join", ptype="subscriber", room=room, streams=streams
        )
        return handle, told["jsep"]["sdp"]

    async def start_watching(self, handle: int, answer: str) -> None:
        """Agree to the offer."""
        jsep = {"type": "answer", "sdp": answer}
        await self._ask(
            janus="message",
            session_id=self._session,
            handle_id=handle,
            body={"request": "start"},
            jsep=jsep,
        )

    async def _attach(self) -> int:
        told = await self._ask(
            janus="attach", session_id=self._session, plugin="janus.plugin.videoroom"
        )
        return told["data"]["id"]

    async def _say(self, handle: int, offer: str = "", **body) -> dict:
        jsep = {"jsep": {"type": "offer", "sdp": offer}} if offer else {}
        told = await self._ask(
            janus="message", session_id=self._session, handle_id=handle, body=body, **jsep
        )
        assert "error" not in told.get("plugindata", {}).get("data", {}), told
        return told

    async def _ask(self, **message) -> dict:
        assert self._socket is not None
        transaction = secrets.token_hex(8)
        self._open[transaction] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({**message, "transaction": transaction})
        told = await asyncio.wait_for(self._open[transaction], _WITHIN)
        assert told["janus"] != "error", told
        return told

    async def _listen(self) -> None:
        assert self._socket is not None
        async for message in self._socket:
            told = message.json()
            waiting = self._open.get(told.get("transaction", ""))
            if waiting is not None and not waiting.done() and told["janus"] != "ack":
                waiting.set_result(told)

    async def _reach(self) -> aiohttp.ClientWebSocketResponse:
        assert self._http is not None
        for attempt in itertools.count():
            try:
                return await self._http.ws_connect(
                    f"http://127.0.0.1:{self._port}", protocols=["janus-protocol"]
                )
            except aiohttp.ClientError:
                if attempt > 100:
                    raise
                await asyncio.sleep(0.1)
        raise AssertionError


class JanusRooms:
    """Everybody in all rooms of one Janus."""

    def __init__(self, crowd: Crowd, janus: Janus, host: str, *, profile: str = "gcm") -> None:
        self.crowd, self._janus, self._host, self._profile = crowd, janus, host, profile
        self._film, self._identity = film(), new_identity(profile)

    async def fill(self, people: int) -> None:
        """Open one more room, and let everybody in it send and watch all others."""
        room = await self._janus.room()
        feeds = await asyncio.gather(*(self._publish(room, str(n)) for n in range(people)))
        await asyncio.gather(
            *(self._watch(room, [feed for feed in feeds if feed != own]) for own in feeds)
        )

    async def _publish(self, room: int, name: str) -> int:
        up = Sender(self._identity, self._profile, self._film, stamped=True)
        self.crowd.add(up)
        offer = descriptions.offer(up.own, up.numbers, up.bind(self._host))
        feed, answer = await self._janus.publish(room, name, offer)
        answered = descriptions.read(answer)
        up.settle(answered)
        up.meet(answered, active=answered.setup != "active")
        await asyncio.wait_for(up.secured.wait(), _WITHIN)
        self.crowd.send(up)
        return feed

    async def _watch(self, room: int, feeds: list[int]) -> None:
        down = Receiver(self._identity, self._profile)
        self.crowd.add(down)
        handle, offer = await self._janus.subscribe(room, feeds)
        offered = descriptions.read(offer)
        down.settle(offered)
        answer = descriptions.answer(offered, down.own, down.bind(self._host))
        await self._janus.start_watching(handle, answer)
        down.meet(offered, active=True, controls=False)
        await asyncio.wait_for(down.secured.wait(), _WITHIN)
