"""What is measured: our media worker or a Janus, as processes on a core of their own."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.bench.load.crowd import Crowd
from tests.bench.load.janus import Janus, JanusRooms
from tests.bench.load.ours import Rooms
from tests.ports import free_port
from tests.webrtc.house import Worker, until

_CORES = sorted(os.sched_getaffinity(0))
SERVER, LOAD = (
    {_CORES[0]},
    {_CORES[-1]},
)  #: the core of what is measured, and that of the load and the recorder


class House(Protocol):
    """A server with rooms."""

    crowd: Crowd

    async def open(self) -> None:
        """Start it."""

    async def fill(self, rooms: int, people: int) -> None:
        """Open so many more rooms, with so many people in each, who all send and watch."""

    def server(self) -> int:
        """Give the process that forwards."""
        ...

    def recorder(self) -> int | None:
        """Give the process that records, if it does."""
        ...

    async def close(self) -> None:
        """End it and what plays with it."""


@dataclass
class _Talking:
    """A house and the crowd that talks in it."""

    host: str
    profile: str = "gcm"
    crowd: Crowd = field(default_factory=Crowd)
    exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def close(self) -> None:
        await self.exits.aclose()

    def _talk(self) -> Path:
        """Let the crowd begin; give a folder that lasts as long as the house."""
        folder = tempfile.TemporaryDirectory(prefix="fengqiao-bench-")
        self.exits.callback(folder.cleanup)
        self.exits.callback(self.crowd.close)
        talking = asyncio.create_task(self.crowd.run())

        async def fall_silent() -> None:
            self.crowd.end()
            await talking

        self.exits.push_async_callback(fall_silent)
        return Path(folder.name)


@dataclass
class OurHouse(_Talking):
    """Our worker, with or without recording."""

    records: bool = False
    worker: Worker = field(init=False)
    rooms: Rooms = field(init=False)
    _recorder: int = 0
    _opened: int = 0

    async def open(self) -> None:
        folder = self._talk()
        self.worker = Worker(folder, {"host": self.host})
        await self.worker.start()
        self.exits.push_async_callback(self.worker.end)
        await until(self.worker.socket.exists, 30, "the worker listens")
        self.rooms = Rooms(self.crowd, profile=self.profile)
        await self.rooms.open(self.worker.socket)
        self.exits.push_async_callback(self.rooms.close)
        self._recorder = (await self.rooms.figures())["recorder_pid"]
        pin(self.server(), SERVER)
        pin(self._recorder, LOAD)

    async def fill(self, rooms: int, people: int) -> None:
        first, self._opened = self._opened, self._opened + rooms
        await asyncio.gather(*(self._fill(f"m{n}", people) for n in range(first, first + rooms)))
        assert not self.rooms.problems, self.rooms.problems

    async def _fill(self, meeting: str, people: int) -> None:
        joined = [
            await self.rooms.join(meeting, f"p{number}", mediator=not number)
            for number in range(people)
        ]
        for member in joined:
            await asyncio.wait_for(member.down.secured.wait(), 20)
        if self.records:
            self.rooms.ask(self.rooms.members[meeting, "p0"], type="record")
            await until(lambda: self.rooms.recording.get(meeting) == "on", 20, "recording")

    def server(self) -> int:
        assert self.worker.process is not None
        return self.worker.process.pid

    def recorder(self) -> int | None:
        return self._recorder if self.records else None


@dataclass
class JanusHouse(_Talking):
    """Janus, with Debian's libsrtp or another one."""

    interface: str = ""
    libsrtp: str = ""
    janus: Janus = field(init=False)
    rooms: JanusRooms = field(init=False)

    async def open(self) -> None:
        self.janus = Janus(
            self._talk(), interface=self.interface, port=free_port(), libsrtp=self.libsrtp
        )
        self.exits.push_async_callback(self.janus.close)
        await self.janus.start()
        self.rooms = JanusRooms(self.crowd, self.janus, self.host, profile=self.profile)
        pin(self.server(), SERVER)

    async def fill(self, rooms: int, people: int) -> None:
        for _ in range(rooms):
            await self.rooms.fill(people)

    def server(self) -> int:
        assert self.janus.process is not None
        return self.janus.process.pid

    def recorder(self) -> int | None:
        return None


def pin(process: int, cores: set[int]) -> None:
    """Keep a process, with all its threads, on some cores."""
    for thread in Path(f"/proc/{process}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


def seconds_on_cpu(process: int | None) -> float:
    """Sum up the time that a process's threads have been on a core."""
    if process is None:
        return 0.0
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((t / "schedstat").read_text().split()[0]) for t in threads) / 1e9


def memory(process: int) -> float:
    """Give the mebibytes that belong to a process alone."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text()
    private = [line.split() for line in told.splitlines() if line.startswith("Private")]
    return sum(int(words[1]) for words in private) / 1024
