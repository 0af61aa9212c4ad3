"""Nobody is ever recorded while somebody present has not agreed."""

import dataclasses
import json
import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.companions import Joining
from domain.errors import NotReady
from domain.ids import MeetingId
from domain.ports.rooms import Beside
from tests.fakes import FakeClock
from tests.webrtc.gate import a_seat
from webrtc.consents import Consents
from webrtc.engine.interface import Stream
from webrtc.engine.stream import RelayStream
from webrtc.pipe import OPEN, SHUT
from webrtc.recording import Recorder, RecordingDesk
from webrtc.rooms import Room

NAMES = st.sampled_from(["li", "wang", "zhao"])


class Person:
    """A member with a seat, a voice and a screen to show, without a browser."""

    def __init__(self, name: str, *, consented: bool) -> None:
        self.seat = a_seat(name, consented=consented)
        self.stream = RelayStream(name, "audio", lambda _: None)
        self.screen = RelayStream(name, "video", lambda _: None, source="screen")

    @property
    def name(self) -> str:
        return self.seat.participant

    def receive(self, stream: Stream) -> None:
        """Look at nothing."""

    def lose(self, stream: Stream) -> None:
        """Miss nothing."""


class Tape:
    """A recorder's process that only remembers what it was given."""

    def __init__(self) -> None:
        self.runs = True
        self.told: dict = {}
        self.packets: list[int] = []
        self.arrivals: list[int] = []
        self.ended: list[str] = []
        self.opened: list[str] = []  # sources

    def new_channel(self, told) -> int:
        self.told[len(self.told) + 1] = told
        return len(self.told)

    def forget(self, channel: int) -> None:
        """Remember all the same."""

    def send(self, channel: int, kind: int, arrival: int, *data: bytes) -> None:
        if kind == SHUT:
            self.ended.append(b"".join(data).decode())
        elif kind == OPEN:
            self.opened.append(json.loads(b"".join(data))["source"])
        else:
            self.packets.append(channel)
            self.arrivals.append(arrival)

    def acknowledge(self, channel: int, **facts) -> None:
        whose = {"meeting": "m1", "participant": "li", "number": 1, "started": 0.0}
        files = {"journal": "m1/li/0001.journal", "playback": "m1/li/0001.webm", "sha256": "00"}
        extent = {"seconds": 1.0, "lost": 0.0, "gap_before": 0.0, "closed": False, "ended": ""}
        self.told[channel]({"channel": channel, "segment": whose | files | extent | facts})

    def fail(self, channel: int, code: str) -> None:
        self.told[channel]({"channel": channel, "failed": code})


class Notes:
    """Books that remember."""

    def __init__(self) -> None:
        self.segments: list = []
        self.turns: list[tuple[bool, str]] = []
        self.wishes: list[bool] = []

    def recorded(self, segment) -> None:
        self.segments.append(segment)

    def turned(self, *, on: bool, wanted: bool, by: str) -> None:
        self.wishes.append(wanted)
        if on or (self.turns and self.turns[-1][0]):
            self.turns.append((on, by))

    def changed(self) -> None:
        """Show nobody."""


class Meeting:
    """A room with a recording desk, driven by hand."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.room = Room(MeetingId("m1"))
        self.tape = Tape()
        self.notes = Notes()
        self.desk = RecordingDesk(self.room, self.tape, clock or FakeClock(), self.notes)
        self.opened = time.monotonic()
        self.people: dict[str, Person] = {}
        self.sequence = 0

    def join(self, name: str, *, consented: bool) -> None:
        person = Person(name, consented=consented)
        self.people[name] = person
        self.room.join(person)
        self.desk.review()
        self.room.publish(name, (person.stream,))

    def leave(self, name: str) -> None:
        if self.people.pop(name, None):
            self.room.leave(name)
            self.desk.review()

    def decide(self, name: str, *, given: bool) -> None:
        if name in self.people:
            person = self.people[name]
            person.seat = dataclasses.replace(person.seat, consented=given)
            if not given:
                self.desk.stop("withdrawn")
            self.desk.review()

    def accompany(self, name: str, *, agreed: bool | None) -> None:
        """Have somebody sit beside them, who agrees or not; or nobody any more."""
        if name in self.people:
            person = self.people[name]
            beside = Beside(id="c1", name="王奶奶", how=Joining.BESIDE, agreed=bool(agreed))
            company = () if agreed is None else (beside,)
            person.seat = dataclasses.replace(person.seat, company=company)
            self.desk.review()

    def show(self, name: str, *, on: bool) -> None:
        if name in self.people:
            person = self.people[name]
            self.room.publish(name, (person.stream, person.screen) if on else (person.stream,))

    def move_on(self) -> int:
        """Have a picture of every screen, shown or not; give how many were recorded."""
        before = len(self.tape.packets)
        self.sequence += 1
        for person in self.people.values():
            person.screen.layers[""].take(self.sequence, 0x80, 0, b"x", 0.0)
        return len(self.tape.packets) - before

    def talk(self, at: float = 0.0) -> int:
        """Have everybody send a packet; give how many of them were recorded."""
        before = len(self.tape.packets)
        self.sequence += 1
        for person in self.people.values():
            person.stream.layers[""].take(self.sequence, 0x80, 0, b"x", at)
        return len(self.tape.packets) - before


@pytest.fixture
def meeting():
    return Meeting()


def test_consents_cannot_be_made_while_one_has_not_agreed(meeting):
    meeting.join("li", consented=True)
    meeting.join("wang", consented=False)

    with pytest.raises(NotReady):
        Consents(meeting.room)


def test_whoever_sits_beside_somebody_has_to_agree_too(meeting):
    meeting.join("li", consented=True)
    meeting.join("wang", consented=True)
    meeting.desk.start("li")
    assert meeting.talk() == 2

    meeting.accompany("wang", agreed=False)
    assert (meeting.desk.state, meeting.desk.reason, meeting.talk()) == ("waiting", "consent", 0)

    meeting.accompany("wang", agreed=True)
    assert meeting.talk() == 2


def test_an_empty_room_gives_no_leave_to_record(meeting):
    with pytest.raises(NotReady):
        Consents(meeting.room)


def test_the_light_is_red_only_after_the_disk_has_it(meeting):
    meeting.join("li", consented=True)
    meeting.desk.start("li")
    assert meeting.desk.state == "starting"

    meeting.tape.acknowledge(1)

    assert meeting.desk.state == "on"
    assert meeting.notes.turns == [(True, "li")]
    assert meeting.notes.segments[0].journal == "m1/li/0001.journal"


def test_a_full_disk_stops_the_recording_and_says_so(meeting):
    meeting.join("li", consented=True)
    meeting.desk.start("li")
    meeting.tape.acknowledge(1)

    meeting.tape.fail(1, "disk-full")

    assert (meeting.desk.state, meeting.desk.reason) == ("failed", "disk-full")
    assert meeting.talk() == 0
    assert meeting.notes.turns == [(True, "li"), (False, "li")]
    assert meeting.notes.wishes == [True, True, False]


def test_what_is_wanted_stays_so_while_somebody_has_not_agreed(meeting):
    meeting.join("li", consented=True)
    meeting.desk.start("li")
    meeting.tape.acknowledge(1)

    meeting.join("wang", consented=False)
    resting = (meeting.desk.state, meeting.notes.turns[-1], meeting.notes.wishes[-1])
    meeting.desk.stop()

    assert resting == ("waiting", (False, "li"), True)
    assert meeting.notes.wishes[-1] is False


def test_a_segment_ends_with_the_reason(meeting):
    meeting.join("li", consented=True)
    meeting.join("wang", consented=True)
    meeting.desk.start("li")

    meeting.leave("wang")
    meeting.join("zhao", consented=False)
    meeting.decide("zhao", given=True)
    meeting.decide("zhao", given=False)
    meeting.decide("zhao", given=True)
    meeting.desk.start("li")
    meeting.desk.stop()

    assert meeting.tape.ended == ["away", "consent", *["withdrawn"] * 2, *["stopped"] * 2]


def test_a_recorder_that_died_is_replaced_when_there_is_a_new_one(meeting):
    meeting.join("li", consented=True)
    meeting.desk.start("li")
    meeting.tape.acknowledge(1)

    meeting.tape.runs = False
    meeting.desk.review()
    assert meeting.talk() == 0
    meeting.tape.runs = True
    meeting.desk.review()

    assert meeting.talk() == 1
    assert (meeting.desk.state, meeting.desk.reason) == ("starting", "interrupted")
    meeting.tape.acknowledge(2)
    assert meeting.desk.state == "on"


def test_somebody_who_left_is_not_recorded_any_more(meeting):
    meeting.join("li", consented=True)
    meeting.join("wang", consented=True)
    meeting.desk.start("li")
    stream = meeting.people["wang"].stream

    meeting.leave("wang")

    assert stream.layers[""].taps == []
    assert meeting.talk() == 1


def test_the_recorder_is_a_member_like_any_other(meeting):
    meeting.join("li", consented=True)
    told = []

    consents = Consents(meeting.room)
    recorder = Recorder(
        consents, meeting.room.codec, meeting.tape, FakeClock(), lambda *a: told.append(a)
    )
    meeting.room.join(recorder)

    assert meeting.talk() == 1
    assert recorder.seat is None
    assert meeting.room.seats == (meeting.people["li"].seat,)


def test_what_somebody_shows_is_recorded_by_itself_and_not_a_packet_after_it_ended(meeting):
    meeting.join("li", consented=True)
    meeting.desk.start("li")
    assert meeting.move_on() == 0

    meeting.show("li", on=True)
    assert (meeting.talk(), meeting.move_on()) == (1, 1)
    assert meeting.tape.packets == [1, 2]

    meeting.show("li", on=False)

    assert (meeting.talk(), meeting.move_on()) == (1, 0)
    assert meeting.tape.ended == ["away"]
    assert meeting.tape.opened == ["camera", "screen"]


class RecordedOnlyWithConsent(RuleBasedStateMachine):
    """People and those beside them come, go, agree and withdraw; recorded implies all agree."""

    @initialize()
    def open(self):
        self.meeting = Meeting()

    @rule(name=NAMES, consented=st.booleans())
    def join(self, name, consented):
        self.meeting.join(name, consented=consented)

    @rule(name=NAMES, on=st.booleans())
    def show(self, name, on):
        self.meeting.show(name, on=on)

    @rule(name=NAMES)
    def leave(self, name):
        self.meeting.leave(name)

    @rule(name=NAMES, given=st.booleans())
    def decide(self, name, given):
        self.meeting.decide(name, given=given)

    @rule(name=NAMES, agreed=st.one_of(st.none(), st.booleans()))
    def accompany(self, name, agreed):
        self.meeting.accompany(name, agreed=agreed)

    @rule()
    def start(self):
        self.meeting.desk.start("li")

    @rule()
    def stop(self):
        self.meeting.desk.stop()

    @rule(runs=st.booleans())
    def process(self, runs):
        self.meeting.tape.runs = runs
        self.meeting.desk.review()

    @invariant()
    def recorded_implies_that_everybody_agreed(self):
        if hasattr(self, "meeting") and self.meeting.talk() + self.meeting.move_on():
            seats = [person.seat for person in self.meeting.people.values()]
            assert all(one.consented for one in seats)
            assert all(one.agreed for seat in seats for one in seat.company)
            assert self.meeting.tape.runs


TestRecordedOnlyWithConsent = RecordedOnlyWithConsent.TestCase
TestRecordedOnlyWithConsent.settings = settings(max_examples=200, stateful_step_count=30)
