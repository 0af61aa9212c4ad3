"""What is read and written on the way of a packet: control packets, bounds, picture headers."""

import itertools
import struct

from hypothesis import given
from hypothesis import strategies as st

from webrtc import rtp
from webrtc.codecs import CODECS
from webrtc.engine import feedback
from webrtc.engine.congestion import ArrivalLog
from webrtc.engine.feedback import KeyframeWanted, Lost


def test_requests_are_read_as_they_are_written():
    wanted = feedback.missing_request(9, [5, 6, 21, 22, 40])

    assert list(feedback.read(wanted)) == [Lost(9, (5, 6, 21, 22, 40))]
    assert list(feedback.read(feedback.keyframe_request(9))) == [KeyframeWanted(9)]


@given(st.lists(st.booleans(), min_size=1, max_size=300), st.integers(0, 65535))
def test_arrivals_are_read_as_they_are_written(pattern, first):
    log = ArrivalLog()
    arrived = [first, *(first + 1 + step for step, there in enumerate(pattern) if there)]
    for step, number in enumerate(arrived):
        log.fresh.append((number & 0xFFFF, 100.0 + step * 0.003))

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
    for codec in CODECS.values():
        codec.begins(payload)
        codec.size(payload)
        codec.picture(payload)
        codec.joined([payload])
