"""Packets on their way: losses are noticed, asked for, repaired; duplicates and probes dropped."""

import itertools
import struct

from hypothesis import given
from hypothesis import strategies as st

from webrtc import feedback, rtp
from webrtc.congestion import ArrivalLog, SendLog
from webrtc.feedback import KeyframeWanted, Lost, SenderReport
from webrtc.lines import OutgoingLine
from webrtc.relay import Relay
from webrtc.stream import Packet, Stream


class Basket:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.marks: list[SenderReport] = []

    def write(self, packet, now):  # noqa: ARG002 (the face of a sink)
        self.packets.append(packet)

    def mark(self, report):
        self.marks.append(report)


class Wire:
    """A way down that keeps what would have been sent."""

    def __init__(self) -> None:
        self.log = SendLog()
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []

    def send_rtp(self, header, payload):
        self.rtp.append(header + payload)

    def send_rtcp(self, packet):
        self.rtcp.append(packet)


def a_stream(kind="video"):
    asked: list[int] = []
    stream = Stream("wang", kind, asked.append)
    stream.ssrc = 7
    return stream, asked


def a_packet(sequence, payload=b"x", *, marker=False, timestamp=0):
    return Packet(sequence & 0xFFFF, marker, timestamp, payload)


def a_line():
    numbers = {rtp.MID: 1, rtp.TRANSPORT_SEQUENCE: 4}
    return OutgoingLine(
        mid="0", payload_type=97, repair_type=98, ssrc=100, repair_ssrc=101, extensions=numbers
    )


def test_a_missing_packet_is_asked_for_and_comes_late_but_once():
    stream, _ = a_stream()
    basket = Basket()
    stream.feed(basket, 0.0)

    for sequence in (10, 11, 14):
        stream.take(a_packet(sequence), 1.0)
    assert stream.overdue(1.005) == []
    assert stream.overdue(1.02) == [12, 13]
    assert stream.overdue(1.05) == []
    stream.take(a_packet(12), 1.06, repaired=True)
    stream.take(a_packet(12), 1.07)

    assert [p.sequence for p in basket.packets] == [10, 11, 14, 12]
    assert stream.recovered == 1
    assert stream.overdue(1.2) == [13]
    assert stream.overdue(2.5) == []
    assert not stream._missing


def test_the_number_wraps_around_without_a_gap():
    stream, _ = a_stream()

    for sequence in range(65530, 65546):
        stream.take(a_packet(sequence), 1.0)

    assert not stream._missing
    line = stream.reception(2.0)
    assert line is not None
    assert (line.lost, line.fraction_lost, line.highest >> 16) == (0, 0, 1)


def test_a_probe_made_of_a_packet_that_was_there_is_dropped():
    stream, _ = a_stream()
    basket = Basket()
    stream.feed(basket, 0.0)

    stream.take(a_packet(5), 1.0)
    stream.take(a_packet(5), 1.1, repaired=True)
    stream.take(a_packet(9), 1.1, repaired=True)

    assert [p.sequence for p in basket.packets] == [5]


def test_a_long_interruption_asks_for_a_whole_picture_instead_of_every_packet():
    stream, asked = a_stream()
    stream.take(a_packet(0), 1.0)

    stream.take(a_packet(5000), 3.0)

    assert asked == [7]
    assert not stream._missing


def test_whole_pictures_are_not_asked_for_too_often():
    stream, asked = a_stream()

    for tenth in range(10):
        stream.want_keyframe(1.0 + tenth / 10)

    assert len(asked) == 2


def test_a_receiver_report_tells_the_share_that_was_lost():
    stream, _ = a_stream()
    for sequence in range(100):
        if sequence % 4:
            stream.take(a_packet(sequence), sequence / 100)

    line = stream.reception(1.0)

    assert line is not None
    assert line.lost == 24
    report = feedback.receiver_report([line])
    assert struct.unpack_from("!BBH", report) == (0x81, 201, 7)


def test_a_relayed_packet_has_the_subscribers_numbers_and_the_same_payload():
    stream, _ = a_stream()
    wire = Wire()
    stream.feed(Relay(stream, a_line(), wire), 0.0)

    stream.take(a_packet(500, b"picture", marker=True, timestamp=90), 1.0)
    stream.take(a_packet(501, b"more"), 1.0)

    first, second = wire.rtp
    assert rtp.HEADER.unpack_from(first) == (0x90, 97 | 0x80, 500, 90, 100)
    bounds = rtp.payload_bounds(first, len(first))
    assert first[bounds[1] :] == b"picture"
    assert rtp.extension(first, bounds[0], bounds[1], 1) == b"0"
    assert rtp.transport_sequence(bytearray(first), bounds[0], bounds[1], 4) == 0
    assert rtp.transport_sequence(bytearray(second), bounds[0], bounds[1], 4) == 1


def test_a_packet_is_sent_again_as_rtx_and_only_if_it_is_there():
    stream, asked = a_stream()
    wire = Wire()
    relay = Relay(stream, a_line(), wire)
    stream.feed(relay, 0.0)
    stream.take(a_packet(500, b"picture"), 1.0)

    relay.resend((500, 501), 1.1)

    assert len(wire.rtp) == 2
    again = wire.rtp[1]
    assert rtp.HEADER.unpack_from(again)[1] == 98
    assert rtp.HEADER.unpack_from(again)[4] == 101
    start = rtp.payload_bounds(again, len(again))[1]
    assert again[start:] == struct.pack("!H", 500) + b"picture"
    assert asked == [7]


def test_clock_marks_reach_subscribers_who_come_late():
    stream, _ = a_stream()
    stream.take_report(SenderReport(7, 1 << 33, 90), 1.0)
    wire = Wire()

    stream.feed(Relay(stream, a_line(), wire), 2.0)

    (report,) = feedback.read(wire.rtcp[0])
    assert report == SenderReport(100, 1 << 33, 90)


def test_requests_are_read_as_they_are_written():
    wanted = feedback.missing_request(9, [5, 6, 21, 22, 40])

    assert list(feedback.read(wanted)) == [Lost(9, (5, 6, 21, 22, 40))]
    assert list(feedback.read(feedback.keyframe_request(9))) == [KeyframeWanted(9)]


@given(st.lists(st.booleans(), min_size=1, max_size=300), st.integers(0, 65535))
def test_arrivals_are_read_as_they_are_written(pattern, first):
    log = ArrivalLog()
    arrived = [first, *(first + 1 + step for step, there in enumerate(pattern) if there)]
    for step, number in enumerate(arrived):
        log.note(number & 0xFFFF, 100.0 + step * 0.003)

    body = log.feedback()

    assert body is not None
    (seen,) = feedback.read(feedback.arrival_report(7, body))
    assert isinstance(seen, feedback.Arrivals)
    got = [first + step for step, at in enumerate(seen.received) if at is not None]
    assert seen.first == first & 0xFFFF
    assert got == arrived
    times = [at for at in seen.received if at is not None]
    assert all(abs((b - a) - 0.003) < 0.0006 for a, b in itertools.pairwise(times))
    assert log.feedback() is None


def test_loss_and_queueing_are_learned_from_a_subscriber():
    log = SendLog()
    for step in range(10):
        log.stamp(step / 100)

    log.learn(feedback.Arrivals(0, tuple(step / 100 + 5 for step in range(5)) + (None,) * 5))
    log.learn(feedback.Arrivals(0, tuple(step / 100 + 5.2 for step in range(5))))

    assert 0.05 < log.loss < 0.1
    assert 0.19 < log.queueing < 0.21


@given(st.binary(max_size=300))
def test_any_control_packet_is_read_without_an_error(data):
    list(feedback.read(data))


@given(st.integers(200, 207), st.integers(0, 31), st.binary(max_size=120))
def test_a_malformed_packet_of_every_kind_is_read_without_an_error(kind, fmt, body):
    body += bytes(-len(body) % 4)
    list(feedback.read(struct.pack("!BBH", 0x80 | fmt, kind, len(body) // 4) + body))


def test_a_malformed_remb_is_skipped():
    remb = struct.pack("!BBHII4sI", 0x8F, 206, 4, 1, 0, b"REMB", 0xFF000000)

    assert list(feedback.read(remb + feedback.keyframe_request(9))) == [KeyframeWanted(9)]


@given(st.binary(min_size=12, max_size=80))
def test_any_packet_has_bounds_that_can_be_checked(data):
    extensions, start, end = rtp.payload_bounds(data, len(data))

    assert extensions >= 12
    assert start >= 12
    assert end <= len(data)


@given(st.binary(max_size=20))
def test_any_payload_is_looked_at_without_an_error(payload):
    rtp.is_vp8_keyframe_start(payload)
    rtp.vp8_frame_offset(payload)
    rtp.vp8_size(payload)
