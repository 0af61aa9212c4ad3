"""Who may show something, one at a time, and when it ends by itself."""

import time

import pytest

from domain.errors import NotAllowed, NotReady, ScreenTaken
from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.fakes import FakeClock
from tests.webrtc.gate import a_seat
from tests.webrtc.house import until
from tests.webrtc.test_consents import Tape
from webrtc import seams, sharing, wire
from webrtc.engine.stream import RelayStream
from webrtc.hosted import HostedRoom
from webrtc.port import MediaPort


class Shown:
    """The far end of what somebody shows."""

    def __init__(self, participant: str) -> None:
        screen = RelayStream(participant, "video", lambda _: None, source="screen")
        self.streams = (screen,)
        self.dead = self.closed = False
        self._sequence = 0

    def is_dead(self, now: float) -> bool:  # noqa: ARG002 (the face of a publisher)
        return self.dead

    def tick(self, now: float) -> None:
        """Owe no feedback."""

    def move(self) -> None:
        self._sequence += 1
        self.streams[0].layers[""].take(self._sequence, 0x80, 0, b"x", time.monotonic())

    async def close(self) -> None:
        self.closed = True


class Sharing:
    """李 leads, 王 and 赵 are parties, all agreed and recorded; what each is told."""

    def __init__(self) -> None:
        self.tape = Tape()
        self.room = HostedRoom(MeetingId("m1"), self.tape, FakeClock(), lambda _: None)
        self.told: dict[str, list[wire.News]] = {}
        for name in ("li", "wang", "zhao"):
            role = SeatRole.MEDIATOR if name == "li" else SeatRole.PARTY
            self.told[name] = []
            self.room.seat(a_seat(name, role=role, consented=True), self.told[name].append)
        self.room.review()
        self.room.ask("li", wire.Record())

    def check(self, name: str):
        person = self.room.people[name]
        return sharing.check(person, self.room._tables.of(person.seat), self.room.people.values())

    def show(self, name: str) -> Shown:
        shown = Shown(name)
        sharing.put_up(self.room.people[name], self.check(name), shown)  # type: ignore[arg-type]  # a far end
        self.room.review()
        return shown

    def recorded(self, shown: Shown) -> int:
        before = len(self.tape.packets)
        shown.move()
        return len(self.tape.packets) - before

    def sends(self, viewer: str, name: str) -> list[str]:
        roster = [one for one in self.told[viewer] if isinstance(one, wire.Roster)][-1]
        (line,) = [one for one in roster.people if one.participant == name]
        return list(line.sends)

    def let(self, name: str, *, on: bool = True) -> None:
        self.room.ask("li", wire.Allow(participant=name, on=on))


@pytest.fixture
async def room():
    return Sharing()


async def test_the_mediator_may_always_and_a_party_when_the_mediator_says_so(room):
    assert room.check("li")
    with pytest.raises(NotAllowed):
        room.check("wang")

    room.let("wang")

    assert room.check("wang")


async def test_a_party_lets_nobody(room):
    room.room.ask("wang", wire.Allow(participant="wang", on=True))

    assert room.told["wang"][-1] == wire.Problem(code="not-allowed")
    with pytest.raises(NotAllowed):
        room.check("wang")


async def test_that_somebody_may_is_for_them_and_the_mediator_to_know(room):
    before = list(room.told["zhao"])

    room.let("wang")

    assert room.told["zhao"] == before
    seen = [room.told[name][-1].people[1].shows for name in ("li", "wang")]
    assert seen == [True, True]


async def test_the_second_is_refused_while_the_first_shows_something(room):
    room.let("wang")
    room.show("li")

    assert room.sends("zhao", "li") == ["screen"]
    with pytest.raises(ScreenTaken):
        room.check("wang")


@pytest.mark.parametrize(
    "move",
    [
        {"paused": True, "aside": "", "members": []},
        {"paused": False, "aside": "talk", "members": ["wang"]},
        {"paused": False, "aside": "talk", "members": ["zhao"]},
    ],
)
async def test_whoever_changes_rooms_shows_nothing_there_and_nothing_after(room, move):
    room.let("wang")
    shown = room.show("wang")
    assert room.recorded(shown) == 1

    room.room.place(**move)
    room.room.place(paused=False, aside="", members=[])

    assert room.told["wang"].count(wire.Unshare()) == 1
    assert room.recorded(shown) == 0
    assert "screen" not in room.sends("zhao", "wang")


@pytest.mark.parametrize("end", ["removed", "forbidden", "stopped", "dead"])
async def test_not_a_packet_is_recorded_of_what_is_shown_no_more(room, end):
    room.let("wang")
    shown = room.show("wang")
    assert room.recorded(shown) == 1

    match end:
        case "removed":
            room.room.let_go("wang", wire.Removed())
        case "forbidden":
            room.let("wang", on=False)
        case "stopped":
            room.room.ask("wang", wire.Unshare())
        case "dead":
            shown.dead = True
            room.room.sweep(time.monotonic())

    assert room.recorded(shown) == 0
    assert room.check("li")


async def test_in_a_pause_nothing_can_be_shown(room):
    room.room.place(paused=True, aside="", members=[])

    with pytest.raises(NotReady):
        room.check("li")


@pytest.fixture
async def offered():
    """A browser's offer of one picture, as of a screen, and of the same with sound."""
    port = MediaPort("127.0.0.1")
    port.open()
    with seams.installed(port):
        browsers = [seams.new_connection(), seams.new_connection()]
        for browser, kinds in zip(browsers, (("video",), ("video", "audio")), strict=True):
            for kind in kinds:
                browser.addTransceiver(kind, "sendonly")
            await browser.setLocalDescription()
        yield [wire.Share(number=1, sdp=browser.localDescription.sdp) for browser in browsers]
        for browser in browsers:
            await browser.close()
    port.close()


async def test_what_is_taken_back_while_it_is_being_answered_is_not_shown(room, offered):
    room.let("wang")

    room.room.ask("wang", offered[0])
    room.room.ask("wang", wire.Unshare())
    await until(lambda: not room.room.people["wang"].asked, 10)

    assert any(isinstance(one, wire.Shared) for one in room.told["wang"])
    assert not room.room.people["wang"].shares
    assert "screen" not in room.sends("zhao", "wang")
    await room.room.end()


async def test_what_was_offered_to_one_room_is_not_shown_in_another(room, offered):
    room.room.ask("li", offered[0])
    room.room.place(paused=False, aside="talk", members=["wang"])
    await until(lambda: not room.room.people["li"].asked, 10)

    assert room.told["li"][-2:] == [wire.Unshare(), wire.Problem(code="not-ready")]
    assert not room.room.people["li"].shares
    await room.room.end()


async def test_sound_beside_a_screen_is_refused(room, offered):
    room.room.ask("li", offered[1])
    await until(lambda: not room.room.people["li"].asked, 10)

    assert room.told["li"][-2:] == [wire.Unshare(), wire.Problem(code="bad-input")]
    await room.room.end()
