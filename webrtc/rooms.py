"""A room: who is in it and what each of them publishes.  It knows no socket, peer or file."""

from __future__ import annotations

from typing import Protocol

from domain.ids import MeetingId
from domain.ports.rooms import Seat
from webrtc.codecs import VP8, VideoCodec
from webrtc.engine.interface import Stream


class Member(Protocol):
    """Whoever is given what the others publish: a participant's browser, or the recorder."""

    @property
    def name(self) -> str:
        """A name of its own in this room."""
        ...

    @property
    def seat(self) -> Seat | None:
        """The person's seat, if it is a person."""
        ...

    def receive(self, stream: Stream) -> None:
        """Begin to take a stream that somebody else publishes."""
        ...

    def lose(self, stream: Stream) -> None:
        """Take nothing more of a stream."""
        ...


class Room:
    """The members of one meeting and their streams."""

    def __init__(self, meeting_id: MeetingId, codec: VideoCodec = VP8) -> None:
        self.meeting_id = meeting_id
        self.codec = codec  #: everybody's, so that nothing is transcoded
        self._members: dict[str, Member] = {}
        self._streams: dict[str, tuple[Stream, ...]] = {}

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats of all persons present."""
        return tuple(m.seat for m in self._members.values() if m.seat is not None)

    def __contains__(self, name: str) -> bool:
        """Tell whether somebody of this name is in."""
        return name in self._members

    def join(self, member: Member) -> None:
        """Let somebody in and give them everything that is already published."""
        self.leave(member.name)
        self._members[member.name] = member
        for publisher, streams in self._streams.items():
            if publisher != member.name:
                for stream in streams:
                    member.receive(stream)

    def leave(self, name: str) -> None:
        """Let somebody go: nothing of theirs is given to anybody afterwards, nor to them."""
        self.unpublish(name)
        member = self._members.pop(name, None)
        if member is not None:
            for streams in self._streams.values():
                for stream in streams:
                    member.lose(stream)

    def publish(self, name: str, streams: tuple[Stream, ...]) -> None:
        """Give a member's streams to all the others, in place of what it published before.

        What it published already goes on without a break; it is taken away before more is given.
        """
        before = self._streams.get(name, ())
        self._take_away(name, tuple(one for one in before if one not in streams))
        self._streams[name] = streams
        for other in self._others(name):
            for stream in streams:
                if stream not in before:
                    other.receive(stream)

    def unpublish(self, name: str) -> None:
        """Take a member's streams away from all the others."""
        self._take_away(name, self._streams.pop(name, ()))

    def _take_away(self, name: str, streams: tuple[Stream, ...]) -> None:
        for stream in streams:
            for other in self._others(name):
                other.lose(stream)

    def _others(self, name: str) -> list[Member]:
        return [member for member in self._members.values() if member.name != name]
