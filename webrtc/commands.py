"""Commands to live rooms from a process without pages: one connection each, until it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from domain.errors import Unavailable
from domain.ids import MeetingId
from webrtc import control
from webrtc.control import MAX_LINE, Line

WITHIN = 3.0  #: seconds


class RoomCommands:
    """The rooms of this host's media workers (:class:`domain.ports.rooms.Rooms`)."""

    def __init__(self, sockets: Sequence[Path]) -> None:
        self._sockets = sockets

    async def close(self, meeting_id: MeetingId) -> None:
        """End the room: everybody is told, the recording is closed, nothing is forwarded."""
        await self._command(control.Close(meeting=meeting_id))

    async def remove(self, meeting_id: MeetingId, participant: str) -> None:
        """Take somebody out: not a packet is forwarded or recorded afterwards."""
        left = control.Left(meeting=meeting_id, participant=participant, removed=True)
        await self._command(left)

    async def _command(self, message: control.Close | control.Left) -> None:
        """Tell every worker: a room may move at this moment, and the others have nothing to do."""
        said = await asyncio.gather(*(_try(one, message) for one in self._sockets))
        silent = [socket.name for socket, done in zip(self._sockets, said, strict=True) if not done]
        if silent:
            raise Unavailable(", ".join(silent))


async def _try(socket: Path, message: control.Close | control.Left) -> bool:
    """Command one worker; tell whether it is certain that this was done."""
    try:
        async with asyncio.timeout(WITHIN):
            await _say(socket, message)
    except (FileNotFoundError, ConnectionRefusedError):
        return True  # without a worker there is no room; who comes back is asked at the door
    except (OSError, TimeoutError, Unavailable):
        return False
    return True


async def _say(socket: Path, message: control.Close | control.Left) -> None:
    reader, writer = await asyncio.open_unix_connection(socket, limit=MAX_LINE)
    line = Line(reader, writer)
    try:
        line.write(message)
        while heard := await line.read():
            if isinstance(control.from_worker(heard), control.Done):
                return
        raise Unavailable(socket.name)
    finally:
        await line.close()
