"""A participant without a browser: aiortc's own peers over the room's WebSocket."""

import asyncio
import contextlib
import fractions
import json

import numpy as np
from aiohttp import ClientSession, ClientWebSocketResponse
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.contrib.media import MediaBlackhole
from av import AudioFrame
from typing_extensions import override

NOBODY = RTCConfiguration(iceServers=[])


class Tone(MediaStreamTrack):
    """A steady 440 Hz."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    @override
    async def recv(self) -> AudioFrame:
        await asyncio.sleep(0.02)
        times = (np.arange(960) + self._at) / 48000
        wave = (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = (
            48000,
            self._at,
            fractions.Fraction(1, 48000),
        )
        self._at += 960
        return frame


class Caller:
    """One person in the room."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self._session = session
        self._address = address
        self.socket: ClientWebSocketResponse | None = None
        self.up = RTCPeerConnection(NOBODY)
        self.down = RTCPeerConnection(NOBODY)
        self.news: list[dict] = []
        self.received = 0
        self._sink = MediaBlackhole()
        self._listening: asyncio.Task | None = None
        self._tasks: list[asyncio.Task] = []

    async def enter(self, first: dict, *, video: bool = False) -> None:
        """Open the socket, say who this is, and go on with whatever the server says."""
        headers = {"Origin": self._address}
        self.socket = await self._session.ws_connect(
            f"{self._address}/room/socket", headers=headers
        )
        await self.say(first)
        self.up.addTrack(Tone())
        if video:
            self.up.addTrack(VideoStreamTrack())
        self.down.on("track", self._take)
        self._listening = asyncio.create_task(self._listen())

    async def say(self, message: dict) -> None:
        """Say something, as a page does: what the server hung up on is not heard."""
        assert self.socket is not None
        with contextlib.suppress(ConnectionError):
            await self.socket.send_str(json.dumps(message))

    def last(self, kind: str):
        return next((m for m in reversed(self.news) if m["type"] == kind), None)

    async def close(self) -> None:
        """End the socket, let the step that runs come to its end, then end the connections."""
        if self.socket is not None:
            await self.socket.close()
        if self._listening is not None:
            await asyncio.wait([self._listening], timeout=5)
        await asyncio.gather(self.up.close(), self.down.close())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _take(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._count(track)))

    async def _count(self, track: MediaStreamTrack) -> None:
        while True:
            await track.recv()
            self.received += 1

    async def _listen(self) -> None:
        assert self.socket is not None
        async for message in self.socket:
            news = json.loads(message.data)
            self.news.append(news)
            match news["type"]:
                case "admitted" | "trying":
                    await self._publish()
                case "welcome" if news["fresh"] and not news["waiting"]:
                    await self._publish()
                case "published":
                    await self.up.setRemoteDescription(RTCSessionDescription(news["sdp"], "answer"))
                case "offer":
                    await self._answer(news)

    async def _publish(self) -> None:
        await self.up.setLocalDescription()
        await self.say({"type": "publish", "sdp": self.up.localDescription.sdp})

    async def _answer(self, news: dict) -> None:
        await self.down.setRemoteDescription(RTCSessionDescription(news["sdp"], "offer"))
        await self.down.setLocalDescription()
        sdp = self.down.localDescription.sdp
        await self.say({"type": "answer", "number": news["number"], "sdp": sdp})
