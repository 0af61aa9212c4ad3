"""Sends the cases to a worker and a web part in which others talk, and keeps what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pylibsrtp._binding import lib
from typing_extensions import override

from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.bench.load import descriptions
from tests.bench.load.crowd import Crowd
from tests.bench.load.houses import memory
from tests.bench.load.ours import Member, Rooms
from tests.bench.load.peer import LENGTH, POINTER, VIEW, Peer
from tests.webrtc.fuzzing import datagrams, words
from tests.webrtc.gate import a_seat
from tests.webrtc.house import House, Worker, until

#: Of a hundred messages so many of each kind; a description costs a thousand times a datagram.
SHARES = {"STUN": 26, "DTLS": 4, "RTP": 26, "RTCP": 26, "signalling": 15, "SDP": 3}
BARRIER = 64  #: datagrams after which the worker is asked whether it has read them
ATTACKERS = 4  #: at once, of those who send descriptions
PER_SOCKET = 15  #: a page that says more nonsense is cut off, as it should be
ANSWERED_WITHIN = 30.0
Progress = Callable[[str, int], None]


@dataclass
class Findings:
    """What came of the cases."""

    sent: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    drops: dict[str, int] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)  #: MiB, before and after
    wrong: list[str] = field(default_factory=list)  #: whatever must not be
    heard: int = 0  #: packets that the others got meanwhile

    @property
    def sound(self) -> bool:
        """Did nothing break?"""
        return not self.wrong


class Edge(Rooms):
    """Rooms in which some send descriptions of their own and look at the answers themselves."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__(crowd)
        self.answers: dict[str, asyncio.Queue[dict]] = {}

    @override
    def told(self, member: Member, news: dict) -> None:
        answers = self.answers.get(member.name)
        if answers is None:
            super().told(member, news)
        elif news["type"] in {"published", "problem", "offer"}:
            answers.put_nowait(news)


@dataclass
class Attack:
    """One run: a house in which two talk, and those who send what they should not."""

    chance: random.Random
    house: House
    edge: Edge
    found: Findings
    progress: Progress

    async def run(self, count: int) -> None:
        """Send so many messages of all kinds."""
        for name in ("wang", "li"):
            await self.edge.join("calm", name)
        eve, bob = [await self.edge.join("stormy", name) for name in ("eve", "bob")]
        for one in (eve, bob):
            await asyncio.wait_for(one.down.secured.wait(), ANSWERED_WITHIN)
        assert self.house.worker.process is not None
        process = self.house.worker.process.pid
        self.found.memory.append(memory(process))
        for kind, share in SHARES.items():
            number = max(1, count * share // 100)
            match kind:
                case "SDP":
                    await self._describe(number)
                case "signalling":
                    await self._signal(number)
                case _:
                    await self._throw(kind, number, eve)
            self.progress(kind, number)
        self.found.memory.append(memory(process))
        await self._others_still_talk()

    async def _throw(self, kind: str, count: int, eve: Member) -> None:
        """Send datagrams from inside a call, and wait now and then until they are read."""
        for number in range(count):
            self._throw_one(kind, self.chance.choice((eve.up, eve.down)), eve)
            self.found.sent[kind] += 1
            if number % BARRIER == BARRIER - 1:
                await self.edge.figures()
                await asyncio.sleep(0)

    def _throw_one(self, kind: str, peer: Peer, eve: Member) -> None:
        numbers = eve.up.numbers
        ssrcs = [numbers.audio, numbers.video, numbers.repair, *eve.down.streams]
        match kind:
            case "STUN":
                assert peer.theirs is not None
                ours, theirs = peer.own.credentials, peer.theirs.credentials
                peer.send(datagrams.stun(self.chance, ours, theirs))
            case "DTLS":
                peer.send(datagrams.dtls(self.chance))
            case "RTP":
                at = self.chance.randrange(1 << 16)
                _seal_and_send(peer, datagrams.rtp(self.chance, ssrcs, at), self.chance)
            case "RTCP":
                packet = datagrams.rtcp(self.chance, ssrcs)
                if self.chance.random() < 0.9:
                    peer.send_rtcp(packet)
                else:
                    peer.send(packet)

    async def _describe(self, count: int) -> None:
        """Publish, answer and restart with spoilt descriptions."""
        shares = [len(range(first, count, ATTACKERS)) for first in range(ATTACKERS)]
        await asyncio.gather(*(self._describe_as(f"mallory{n}", s) for n, s in enumerate(shares)))

    async def _describe_as(self, name: str, count: int) -> None:
        member = await self.edge.join("stormy", name)
        answers = self.edge.answers[name] = asyncio.Queue()
        sound = descriptions.offer(member.up.own, member.up.numbers)
        for _ in range(count):
            spoilt = words.description(self.chance, sound)
            deed: dict[str, Any] = {"type": self.chance.choice(("publish", "publish", "restart"))}
            if self.chance.random() < 0.2:
                deed = {"type": "answer", "number": self.chance.randrange(5)}
                self.edge.ask(member, **deed, sdp=spoilt)
                deed = {"type": "publish"}  # an answer that comes too late gets none
            self.edge.ask(member, **deed, sdp=spoilt)
            self.found.sent["SDP"] += 1
            await self._answered(answers)

    async def _answered(self, answers: asyncio.Queue[dict]) -> None:
        while True:
            news = await asyncio.wait_for(answers.get(), ANSWERED_WITHIN)
            if news["type"] != "offer":
                self.found.answers["SDP", news.get("code", news["type"])] += 1
                return

    async def _signal(self, count: int) -> None:
        """Talk nonsense over WebSockets, in a room of one's own and with one's own ticket."""
        address = self.house.address
        async with aiohttp.ClientSession() as session:
            for first in range(0, count, PER_SOCKET):
                seat = a_seat(
                    f"eve{first}", meeting_id=MeetingId(f"loud{first}"), role=SeatRole.MEDIATOR
                )
                socket = await session.ws_connect(
                    f"{address}/room/socket", headers={"Origin": address}
                )
                await socket.send_json({"type": "enter", "ticket": self.house.gate.issue(seat)})
                await self._talk(socket, min(PER_SOCKET, count - first))
                await socket.close()

    async def _talk(self, socket: aiohttp.ClientWebSocketResponse, count: int) -> None:
        for _ in range(count):
            said = words.message(self.chance, _SOUND)
            with contextlib.suppress(ConnectionError):
                await (socket.send_str(said) if isinstance(said, str) else socket.send_bytes(said))
            self.found.sent["signalling"] += 1
        with contextlib.suppress(TimeoutError, TypeError, ConnectionError):
            while True:
                news = await socket.receive_json(timeout=0.02)
                if news["type"] == "problem":
                    self.found.answers["signalling", news["code"]] += 1

    async def _others_still_talk(self) -> None:
        """Those who took no part are still in their call, and can go on."""
        members = [self.edge.members["calm", name] for name in ("wang", "li")]
        before = [one.down.received for one in members]
        self.found.heard = sum(before)
        await until(
            lambda: all(m.down.received > b + 50 for m, b in zip(members, before, strict=True)),
            20,
            "the others still hear and see each other",
        )
        if any(one.down.forged or one.up.forged for one in members):
            self.found.wrong.append("something that the others got did not authenticate")
        figures = await self.edge.figures()
        self.found.drops = {k: v for k, v in figures.items() if k.startswith("dropped_")}
        if figures.get("dropped_failed"):
            self.found.wrong.append(f"{figures['dropped_failed']} datagrams ended in an exception")


async def fuzz(*, count: int, seed: int, progress: Progress = lambda *_: None) -> Findings:
    """Send so many messages of this seed to a new worker and web part."""
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="fengqiao-fuzz-") as folder, _complaints(found):
        async with _house(Path(folder), found) as (house, edge):
            attack = Attack(random.Random(seed), house, edge, found, progress)
            await attack.run(count)
    return found


@contextlib.asynccontextmanager
async def _house(folder: Path, found: Findings) -> AsyncIterator[tuple[House, Edge]]:
    house, crowd = House(Worker(folder)), Crowd()
    await house.worker.start()
    await house.open_web()
    edge, talking = Edge(crowd), asyncio.create_task(crowd.run())
    await edge.open(house.worker.socket)
    try:
        yield house, edge
    finally:
        await edge.close()
        crowd.end()
        await talking
        crowd.close()
        assert house.worker.process is not None
        if house.worker.process.returncode is not None:
            found.wrong.append(f"the worker ended: {house.worker.process.returncode}")
        await house.close()
        found.wrong += _complaints_in(house.worker.log)


@contextlib.contextmanager
def _complaints(found: Findings):
    """Count what the web part's own process complains of."""

    class Listener(logging.Handler):
        @override
        def emit(self, record: logging.LogRecord) -> None:
            found.wrong.append(f"{record.name}: {record.getMessage()[:300]}")

    listener = Listener(logging.ERROR)
    logging.getLogger().addHandler(listener)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(listener)


def _complaints_in(log: str) -> Iterator[str]:
    """Pick errors, and what each traceback ends in."""
    yield from (line for line in log.splitlines() if "[error" in line)
    for traceback in log.split("Traceback (most recent call last):")[1:]:
        yield next(line for line in traceback.splitlines()[1:] if not line.startswith(" "))


def _seal_and_send(peer: Peer, packet: bytes, chance: random.Random) -> None:
    """Encrypt what can be encrypted; the rest goes as it is, as from somebody outside."""
    VIEW[: len(packet)] = packet
    LENGTH[0] = len(packet)
    sealed = chance.random() < 0.9 and not lib.srtp_protect(peer.transmit, POINTER, LENGTH)
    peer.send(VIEW[: LENGTH[0]] if sealed else packet)


_SOUND: list[dict[str, Any]] = [
    {"type": "publish", "sdp": "v=0\r\n"},
    {"type": "watch"},
    {"type": "answer", "number": 1, "sdp": "v=0\r\n"},
    {"type": "restart", "sdp": "v=0\r\n"},
    {"type": "consent", "text_version": "2026-1"},
    {"type": "withdraw", "text_version": "2026-1"},
    {"type": "record"},
    {"type": "stop"},
    {"type": "chat", "text": "您好"},
    {"type": "beat"},
    {"type": "enter", "ticket": "x"},
    {"type": "resume", "token": "x"},
]
