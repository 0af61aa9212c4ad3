"""The load in our own rooms: it speaks with the media worker in the place of the web process."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load import descriptions
from tests.bench.load.crowd import Crowd
from tests.bench.load.film import Film, film
from tests.bench.load.peer import Identity, new_identity
from tests.bench.load.receiving import Receiver
from tests.bench.load.sending import Sender

_LINE = 1 << 20
_WITHIN = 20.0  # seconds for a step of joining


@dataclass
class Member:
    """One person: what they send and what they are shown."""

    meeting: str
    name: str
    up: Sender
    down: Receiver
    admitted: asyncio.Event = field(default_factory=asyncio.Event)
    published: asyncio.Event = field(default_factory=asyncio.Event)
    out: asyncio.Event = field(default_factory=asyncio.Event)


class Rooms:
    """Everybody in all rooms of one worker."""

    def __init__(
        self, crowd: Crowd, *, profile: str = "gcm", stamped: bool = True, shown: Film | None = None
    ) -> None:
        self.crowd, self.profile, self._stamped = crowd, profile, stamped
        self.members: dict[tuple[str, str], Member] = {}
        self.problems: list[str] = []
        self.segments: dict[str, dict] = {}  #: what was recorded, by journal
        self.recording: dict[str, str] = {}  #: the state that each room's roster tells
        self.removed: list[str] = []
        self._film: Film = shown or film()
        self._identity: Identity = new_identity(profile)
        self._figures: asyncio.Queue[dict] = asyncio.Queue()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task | None = None

    async def open(self, socket: Path) -> None:
        """Reach the worker."""
        self._reader, self._writer = await asyncio.open_unix_connection(str(socket), limit=_LINE)
        self._listening = asyncio.create_task(self._listen())
        self.say(type="hello")

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])

    def say(self, **message) -> None:
        """Tell the worker something."""
        assert self._writer is not None
        self._writer.write(json.dumps(message).encode() + b"\n")

    async def figures(self) -> dict[str, int]:
        """Ask the worker for its own figures."""
        self.say(type="count")
        return await asyncio.wait_for(self._figures.get(), _WITHIN)

    async def join(self, meeting: str, name: str, *, mediator: bool = False) -> Member:
        """Let somebody in, and wait until they send."""
        up = Sender(self._identity, self.profile, self._film, stamped=self._stamped)
        member = Member(meeting, name, up, Receiver(self._identity, self.profile))
        self.members[meeting, name] = member
        self.crowd.add(member.up)
        self.crowd.add(member.down)
        role = "mediator" if mediator else "party"
        seat = {"meeting": meeting, "participant": name, "name": name, "role": role}
        self.say(type="seated", **seat, consented=True)
        await asyncio.wait_for(member.admitted.wait(), _WITHIN)
        self.ask(member, type="publish", sdp=descriptions.offer(up.own, up.numbers))
        await asyncio.wait_for(member.published.wait(), _WITHIN)
        await asyncio.wait_for(up.secured.wait(), _WITHIN)
        self.crowd.send(up)
        return member

    async def leave(self, member: Member) -> None:
        """Let somebody out, properly."""
        self.say(type="left", meeting=member.meeting, participant=member.name)
        self.drop(member)

    def drop(self, member: Member) -> None:
        """Forget somebody, as if their phone had died."""
        self.members.pop((member.meeting, member.name), None)
        self.crowd.remove(member.up)
        self.crowd.remove(member.down)

    def ask(self, member: Member, **deed) -> None:
        """Ask the worker for something in somebody's name."""
        self.say(type="asked", meeting=member.meeting, participant=member.name, deed=deed)

    async def _listen(self) -> None:
        assert self._reader is not None
        while line := await self._reader.readline():
            self._hear(json.loads(line))

    def _hear(self, message: dict) -> None:
        match message["type"]:
            case "admitted" | "tell":
                member = self.members.get((message["meeting"], message["participant"]))
                if member is None:
                    return
                if message["type"] == "admitted":
                    member.admitted.set()
                else:
                    self.told(member, message["news"])
            case "counted":
                self._figures.put_nowait(message["figures"])
            case "recorded":
                self.segments[message["journal"]] = message
                if message["closed"]:
                    self.say(type="kept", journal=message["journal"])
            case "gone":
                self.removed.append(message["participant"])

    def told(self, member: Member, news: dict) -> None:
        """Do what a page does with what it is told."""
        match news["type"]:
            case "published":
                answered = descriptions.read(news["sdp"])
                member.up.settle(answered)
                member.up.meet(answered, active=answered.setup != "active")
                member.published.set()
            case "offer":
                offered = descriptions.read(news["sdp"])
                member.down.settle(offered)
                member.down.meet(offered, active=True)
                answer = descriptions.answer(offered, member.down.own)
                self.ask(member, type="answer", number=news["number"], sdp=answer)
            case "roster":
                self.recording[member.meeting] = news["recording"]
            case "problem":
                self.problems.append(f"{member.meeting} {member.name}: {news['code']}")
