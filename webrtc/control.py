"""What web and media worker tell each other: JSON lines over a Unix socket, small and typed."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from domain.companions import Joining
from domain.errors import BadInput
from webrtc import wire
from webrtc.codecs import CodecName
from webrtc.engine.interface import Source
from webrtc.wire import Deed, Name, News, Trial

MAX_LINE = 1 << 18  #: octets: an SDP of 64 KiB in JSON, and room to spare
MAX_UNREAD = 4 << 20  #: octets that the other end may leave unread


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Beat(_Message):
    """Web: are you there?  Worker: I am."""

    type: Literal["beat"] = "beat"


class Hello(_Message):
    """Web: I have pages; tell me what happens in the rooms."""

    type: Literal["hello"] = "hello"


class Accompanied(_Message):
    """Web: these are at this person's device now."""

    type: Literal["accompanied"] = "accompanied"
    meeting: Name
    participant: Name
    people: list[wire.Beside]


class Doubted(_Message):
    """Web: this companion, or somebody new at this person's device, is noted as not agreeing.

    It is told before it is in the books, so that nothing is recorded meanwhile.
    """

    type: Literal["doubted"] = "doubted"
    meeting: Name
    participant: Name | Literal[""] = ""  #: at whose device somebody is new
    name: str = ""
    how: Joining = Joining.BESIDE
    companion: Name | Literal[""] = ""


class Seated(_Message):
    """Web: this person is in the room, through me, from now on."""

    type: Literal["seated"] = "seated"
    meeting: Name
    participant: Name
    name: str
    role: str
    consented: bool
    waiting: bool = False
    acknowledged: bool = False
    identified: bool = False
    muted: bool = False
    where: Literal["table", "aside", "paused"] = "table"
    aside: Name | Literal[""] = ""
    epoch: int = 0  #: of the room's place
    codec: CodecName = "VP8"  #: of the room, if it is not here yet
    company: list[wire.Beside] = []


class Moved(_Message):
    """Web: this room is somewhere else by now; drop it if yours is of an earlier epoch."""

    type: Literal["moved"] = "moved"
    meeting: Name
    epoch: int


class Asked(_Message):
    """Web: this person's page asks for something."""

    type: Literal["asked"] = "asked"
    meeting: Name
    participant: Name
    deed: Deed


class Lost(_Message):
    """Web: this person's page does not answer any more; it may come back."""

    type: Literal["lost"] = "lost"
    meeting: Name
    participant: Name


class Placed(_Message):
    """Web: from now on these are with the mediator, all others in a pause or at the table."""

    type: Literal["placed"] = "placed"
    meeting: Name
    paused: bool
    aside: Name | Literal[""]  #: the recording of the talk apart
    members: list[Name]


class Try(_Message):
    """Web: this person tries devices and line, through me, in place of what they tried before."""

    type: Literal["try"] = "try"
    meeting: Name
    participant: Name
    codec: CodecName = "VP8"  #: as in the room


class TryAsked(_Message):
    """Web: the page of this trial asks for something."""

    type: Literal["try-asked"] = "try-asked"
    meeting: Name
    participant: Name
    deed: Trial


class TryLeft(_Message):
    """Web: the page of this trial is gone."""

    type: Literal["try-left"] = "try-left"
    meeting: Name
    participant: Name


class Left(_Message):
    """Web or job worker: this person is out of the room; answered by :class:`Done`."""

    type: Literal["left"] = "left"
    meeting: Name
    participant: Name
    removed: bool = False  #: by somebody else


class Close(_Message):
    """Web or job worker: the meeting is over; answered by :class:`Done`."""

    type: Literal["close"] = "close"
    meeting: Name


class Kept(_Message):
    """Web: this segment is in the books."""

    type: Literal["kept"] = "kept"
    journal: str


class Count(_Message):
    """Web: how much goes through you?"""

    type: Literal["count"] = "count"


class Alive(_Message):
    """Worker: here I am; another ``life`` means that every room was lost."""

    type: Literal["alive"] = "alive"
    life: str


class Admitted(_Message):
    """Worker: the person of :class:`Seated` is in; ``fresh`` if nothing of their media is here."""

    type: Literal["admitted"] = "admitted"
    meeting: Name
    participant: Name
    fresh: bool


class Tell(_Message):
    """Worker: tell this person's page."""

    type: Literal["tell"] = "tell"
    meeting: Name
    participant: Name
    news: News


class TryTold(_Message):
    """Worker: tell the page of this trial."""

    type: Literal["try-told"] = "try-told"
    meeting: Name
    participant: Name
    news: News


class Gone(_Message):
    """Worker: this person did not come back."""

    type: Literal["gone"] = "gone"
    meeting: Name
    participant: Name


class RecordingTurned(_Message):
    """Worker: recording began or stopped, or is wanted or not any more."""

    type: Literal["recording-turned"] = "recording-turned"
    meeting: Name
    on: bool
    wanted: bool
    by: str
    aside: Name | Literal[""] = ""  #: the talk apart that it is of


class Recorded(_Message):
    """Worker: so much of a segment is on disk."""

    type: Literal["recorded"] = "recorded"
    meeting: str
    participant: str
    number: int
    started: float  #: seconds since 1970
    seconds: float
    lost: float
    journal: str
    playback: str
    sha256: str
    closed: bool
    ended: str
    gap_before: float
    source: Source = "camera"


class Done(_Message):
    """Worker: what was commanded about this room is done."""

    type: Literal["done"] = "done"
    meeting: Name


class Counted(_Message):
    """Worker: so much goes through me."""

    type: Literal["counted"] = "counted"
    figures: dict[str, int]


OfTrial = Try | TryAsked | TryLeft
FromWeb = (
    Beat
    | Hello
    | Seated
    | Moved
    | Asked
    | Placed
    | Accompanied
    | Doubted
    | Lost
    | Left
    | Close
    | Kept
    | Count
    | OfTrial
)
FromWorker = (
    Beat | Alive | Admitted | Tell | TryTold | Gone | RecordingTurned | Recorded | Done | Counted
)

FROM_WEB: TypeAdapter[FromWeb] = TypeAdapter(Annotated[FromWeb, Field(discriminator="type")])
FROM_WORKER: TypeAdapter[FromWorker] = TypeAdapter(
    Annotated[FromWorker, Field(discriminator="type")]
)


class Line:
    """One end of the socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Give the next message, empty at the end.  Raises :class:`BadInput` for a giant one."""
        try:
            return await self._reader.readline()
        except ValueError as reason:
            raise BadInput("message", "too long") from reason
        except ConnectionError:
            return b""

    def write(self, message: FromWeb | FromWorker) -> None:
        """Send a message; a line that is gone swallows it, the other end asks again.

        Who leaves too much unread is gone too.
        """
        if self._writer.is_closing():
            return
        self._writer.write(message.model_dump_json().encode() + b"\n")
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD:
            self.cut()

    def cut(self) -> None:
        """End the line at once, whatever was not read."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return


def from_web(line: bytes) -> FromWeb:
    """Read a message of the web process.  Raises :class:`BadInput`."""
    try:
        return FROM_WEB.validate_json(line)
    except ValidationError as reason:
        raise BadInput("message", "not understood") from reason


def from_worker(line: bytes) -> FromWorker:
    """Read a message of the worker.  Raises :class:`BadInput`."""
    try:
        return FROM_WORKER.validate_json(line)
    except ValidationError as reason:
        raise BadInput("message", "not understood") from reason
