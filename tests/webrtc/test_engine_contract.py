"""What every relay engine does, seen from its socket: the same tests for each of them."""

import struct
import time

import pytest

from tests.webrtc.rig import ENGINES, Basket, Rig, a_line, later, parts
from webrtc import rtp
from webrtc.engine import feedback
from webrtc.engine.feedback import Arrivals, KeyframeWanted, Lost
from webrtc.engine.interface import Packet, SenderReport


@pytest.fixture(params=ENGINES)
def rig(request):
    opened = Rig(request.param)
    yield opened
    opened.close()


def test_a_relayed_packet_has_the_subscribers_numbers_and_the_same_payload(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)

    wang.send(500, b"picture", marker=True, timestamp=90)
    wang.send(501, b"more")

    first, second = map(parts, li.media())
    assert first == ((0x90, 97 | 0x80, 500, 90, 100), 0, b"picture")
    assert second == ((0x90, 97, 501, 0, 100), 1, b"more")


def test_every_subscriber_gets_every_packet_under_keys_of_their_own(rig):
    wang = rig.publisher("audio", "video")
    others = [rig.subscriber(*wang.leg.streams) for _ in range(3)]

    wang.send(1, b"sound", ssrc=7)
    wang.send(1, b"picture", ssrc=17)

    for other in others:
        assert [parts(p)[2] for p in other.media()] == [b"sound", b"picture"]


def test_a_line_without_transport_numbers_is_sent_without(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams, extensions={rtp.MID: 1})

    wang.send(9, b"sound")

    assert parts(li.media()[0]) == ((0x90, 97, 9, 0, 100), None, b"sound")


def test_a_sink_is_given_the_packets_in_the_clear(rig):
    wang = rig.publisher()
    basket = Basket()
    wang.leg.streams[0].feed(basket, later(0))

    wang.send(10, b"picture", marker=True, timestamp=90)
    wang.leg.streams[0].starve(basket)
    wang.send(11)

    assert basket.packets == [Packet(10, True, 90, b"picture")]  # noqa: FBT003 (the marker)


def test_a_missing_packet_is_asked_for_and_comes_late_but_once(rig):
    wang = rig.publisher()
    basket = Basket()
    wang.leg.streams[0].feed(basket, later(0))
    for sequence in (10, 11, 14):
        wang.send(sequence)
    wang.told()

    wang.leg.tick(later(0.02))
    assert Lost(7, (12, 13)) in wang.told()
    wang.leg.tick(later(0.05))
    assert not lost(wang)
    wang.send(900, struct.pack("!H", 12) + b"x", ssrc=8, kind=97)
    wang.send(12)

    assert [p.sequence for p in basket.packets] == [10, 11, 14, 12]
    assert wang.leg.streams[0].recovered == 1
    wang.leg.tick(later(0.2))
    assert lost(wang) == [Lost(7, (13,))]
    wang.leg.tick(later(2.5))
    assert not lost(wang)


def test_the_number_wraps_around_without_a_gap(rig):
    wang = rig.publisher()
    for sequence in range(65530, 65546):
        wang.send(sequence)

    wang.leg.tick(later(0.5))

    items = wang.heard()[1]
    assert not [i for packet in items for i in feedback.read(packet) if isinstance(i, Lost)]
    lost_so_far, highest = report_of(items)
    assert (lost_so_far, highest) == (0, 65536 + 9)


def test_a_probe_made_of_a_packet_that_was_there_is_dropped(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)

    wang.send(5)
    wang.send(900, struct.pack("!H", 5) + b"x", ssrc=8, kind=97)
    wang.send(901, struct.pack("!H", 9) + b"x", ssrc=8, kind=97)
    wang.send(902, b"\0", ssrc=8, kind=97)

    assert [parts(p)[0][2] for p in li.media()] == [5]


def test_a_long_interruption_asks_for_a_whole_picture_instead_of_every_packet(rig):
    wang = rig.publisher()
    wang.send(0)

    wang.send(5000)
    wang.leg.tick(later(0.02))

    assert KeyframeWanted(7) in (told := wang.told())
    assert not [item for item in told if isinstance(item, Lost)]


def test_whole_pictures_are_not_asked_for_too_often_but_no_wish_is_forgotten(rig):
    wang = rig.publisher()
    stream = wang.leg.streams[0]

    for hundredth in range(10):
        stream.want_keyframe(later(hundredth / 100))
    assert wang.told() == [KeyframeWanted(7)]

    wang.leg.tick(later(0.5))
    assert KeyframeWanted(7) in wang.told()
    wang.leg.tick(later(0.9))
    assert KeyframeWanted(7) not in wang.told()


def test_a_newcomer_waits_for_a_whole_picture_that_was_just_asked_for(rig):
    wang = rig.publisher()
    streams = wang.leg.streams

    for _ in range(5):
        rig.subscriber(*streams)

    assert wang.told() == [KeyframeWanted(7)]


def test_a_receiver_report_tells_the_share_that_was_lost(rig):
    wang = rig.publisher()
    for sequence in range(100):
        if sequence % 4:
            wang.send(sequence)

    wang.leg.tick(later(1.0))

    lost_so_far, highest = report_of(wang.heard()[1])
    assert (lost_so_far, highest) == (24, 99)


def test_arrivals_are_reported_to_the_publisher(rig):
    wang = rig.publisher()
    for sequence in range(5):
        wang.send(sequence)

    wang.leg.tick(later(0.2))

    (arrivals,) = [item for item in wang.told() if isinstance(item, Arrivals)]
    assert arrivals.first == 0
    assert len([at for at in arrivals.received if at is not None]) == 5


def test_a_packet_is_sent_again_as_rtx_and_only_if_it_is_there(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    wang.send(500, b"picture", timestamp=90)
    wang.told(), li.heard()

    li.tell(feedback.missing_request(100, [500, 501]))

    (again,) = map(parts, li.media())
    assert (again[0][1], again[0][3:]) == (98, (90, 101))
    assert again[1:] == (1, struct.pack("!H", 500) + b"picture")
    assert li.leg.resent == 1
    assert wang.told() == []


def test_one_request_costs_no_more_than_a_line_can_miss(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    for sequence in range(300):
        wang.send(sequence)
    li.heard()

    li.tell(feedback.missing_request(100, [7]) * 5)
    assert len(li.media()) == 1

    li.tell(feedback.missing_request(100, list(range(300))))
    assert 100 < len(li.media()) <= 128


def test_a_subscriber_without_rtx_is_sent_nothing_again(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams, repair_type=None, resends=False)
    wang.send(500)
    li.heard()

    li.tell(feedback.missing_request(100, [500]))

    assert li.media() == []


def test_sound_is_sent_again_in_the_very_octets_that_went_before(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams)
    for sequence in range(65500, 65580):
        wang.send(sequence, b"sound")
    before = li.sealed()

    li.tell(feedback.missing_request(100, [65535]))
    li.tell(feedback.missing_request(100, [65535, 0, 65501, 64]))

    assert li.sealed() == [before[35], before[36]]
    assert li.leg.resent == 2


def test_a_packet_that_is_sent_again_as_it_was_says_nothing_about_the_line(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams)
    wang.send(5, b"sound")
    li.tell(an_arrival_report(0, 1, lost=0, at=0))
    wang.send(6, b"sound")

    li.tell(feedback.missing_request(100, [6]))
    li.tell(an_arrival_report(1, 1, lost=0, at=16))

    assert li.leg.queueing == 0


def test_sound_that_was_lost_is_asked_for_at_once_and_not_for_long(rig):
    wang = rig.publisher("audio")
    for sequence in (10, 12):
        wang.send(sequence)
    wang.told()

    wang.leg.tick(later(0.001))
    assert lost(wang) == [Lost(7, (11,))]
    wang.leg.tick(later(0.25))
    assert lost(wang) == [Lost(7, (11,))]
    wang.leg.tick(later(0.5))
    assert not lost(wang)


def test_sound_that_comes_after_seconds_is_not_news(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams)
    for sequence in (10, 13):
        wang.send(sequence)

    wang.send(11)
    wang.leg.tick(later(1.5))
    wang.send(12)

    assert [parts(p)[0][2] for p in li.media()] == [10, 13, 11]


def test_the_next_request_waits_about_as_long_as_answers_take(rig):
    wang = rig.publisher("audio")
    wang.send(0)
    for sequence in range(2, 62, 2):  # each is missed, asked for, and there at once
        wang.send(sequence)
        wang.leg.tick(time.monotonic())
        wang.send(sequence - 1)
    wang.send(62)
    wang.told()

    wang.leg.tick(later(0))
    wang.leg.tick(later(0.04))

    assert lost(wang) == [Lost(7, (61,))] * 2


def test_what_is_not_sent_again_is_not_asked_for(rig):
    wang = rig.publisher("audio", resends=False)
    for sequence in (10, 12):
        wang.send(sequence)

    wang.leg.tick(later(0.1))

    assert not lost(wang)


def test_a_browser_protects_its_sound_against_the_worst_line_it_goes_over(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams)
    for sequence in (0, 1, 3, 2, 4):  # one was lost, and came when asked for
        wang.send(sequence)
    wang.leg.tick(later(1.0))
    mended = fraction_of(wang.heard()[1])

    li.tell(an_arrival_report(0, 1, lost=4, at=0) * 9)
    wang.leg.tick(later(2.5))

    assert mended == 256 // 5
    assert fraction_of(wang.heard()[1]) > 150


def test_whoever_only_receives_learns_how_long_the_way_is(rig):
    wang = rig.publisher("audio")
    li = rig.subscriber(*wang.leg.streams)

    li.tell(struct.pack("!BBHIBBHQ", 0x80, 207, 4, 9, 4, 0, 2, 0x1234_5678_9ABC_DEF0))

    (echo,) = li.heard()[1]
    assert echo == struct.pack("!BBHIBBHIII", 0x80, 207, 5, 100, 5, 0, 3, 9, 0x5678_9ABC, 0)


def test_a_subscribers_wish_for_a_whole_picture_reaches_the_publisher(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    wang.leg.tick(later(1.0))
    wang.told()

    li.tell(feedback.keyframe_request(100))
    wang.leg.tick(later(3.0))

    assert KeyframeWanted(7) in wang.told()


def test_clock_marks_reach_subscribers_who_come_late(rig):
    wang = rig.publisher()
    mark = SenderReport(7, 1 << 33, 90)
    wang.tell(feedback.sender_report(7, mark, packets=1, octets=1))

    li = rig.subscriber(*wang.leg.streams)
    basket = Basket()
    wang.leg.streams[0].feed(basket, later(0))

    assert li.told() == [SenderReport(100, 1 << 33, 90)]
    assert basket.marks == [mark]


def test_an_ssrc_that_the_offer_did_not_tell_is_learned_by_the_mid(rig):
    wang = rig.publisher(ssrc=None, repair=None)
    li = rig.subscriber(*wang.leg.streams)

    wang.send(1, ssrc=4000)
    wang.send(2, ssrc=4000, mid="0")
    wang.send(3, ssrc=4000)
    wang.send(5, ssrc=4000)
    wang.send(1, struct.pack("!H", 4) + b"again", ssrc=4001, kind=97, mid="0")
    wang.send(2, struct.pack("!H", 4) + b"again", ssrc=4001, kind=97)

    assert [parts(p)[0][2] for p in li.media()] == [2, 3, 5, 4]
    assert wang.leg.streams[0].ssrc == 4000


def test_what_is_dropped_goes_to_nobody_any_more(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    zhao = rig.subscriber(*wang.leg.streams)

    li.leg.drop(wang.leg.streams[0])
    zhao.leg.drop_all()
    wang.send(1)
    li.tell(feedback.missing_request(100, [1]))

    assert li.media() == zhao.media() == []


def test_a_stream_that_is_carried_already_is_not_carried_twice(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)

    li.leg.carry(wang.leg.streams[0], a_line())
    wang.send(1)

    assert len(li.media()) == 1


def test_what_is_forged_or_comes_from_a_stranger_goes_nowhere(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    stranger = rig.subscriber()
    rig.engine.unbind(stranger.address)

    wang.throw(b"\x80\x60" + bytes(40))
    wang.throw(b"\x80\xc9" + bytes(40))
    wang.throw(b"\x80\x60")
    stranger.throw(b"\x80\x60" + bytes(40))

    assert li.media() == []
    assert rig.engine.drops == {"forged": 2, "stranger": 2}


def test_a_packet_that_comes_twice_by_the_network_counts_once(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    sealed = wang._out.protect(rtp.HEADER.pack(0x80, 96, 5, 0, 7) + b"x")

    wang.throw(sealed)
    wang.throw(sealed)

    assert len(li.media()) == 1
    assert rig.engine.drops == {"again": 1}


def test_what_is_not_media_is_left_to_the_port(rig):
    wang = rig.publisher()

    for datagram in (b"\0\1check", b"\x16handshake", b"\x40channel", b"\xffjunk"):
        wang.throw(datagram)
    wang.throw(b"")

    assert [d for d, _ in rig.others] == [
        b"\0\1check",
        b"\x16handshake",
        b"\x40channel",
        b"\xffjunk",
    ]
    assert {source for _, source in rig.others} == {wang.address}
    assert rig.engine.drops == {"empty": 1}


def test_media_follow_a_browser_that_moves(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    there = rig.subscriber()

    li.leg.move(there.address)
    wang.send(1)

    assert li.media() == []
    assert len(there.socket.recv(2048)) > 12


def test_a_destination_that_cannot_be_reached_is_its_own_loss(rig):
    wang = rig.publisher()
    gone, li = (rig.subscriber(*wang.leg.streams) for _ in range(2))

    gone.leg.move(("255.255.255.255", 9))
    wang.send(1)

    assert len(li.media()) == 1
    assert rig.engine.drops == {"unsent": 1}


def test_loss_and_queueing_are_learned_from_a_subscriber(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    for sequence in range(10):
        wang.send(sequence)

    li.tell(an_arrival_report(0, 5, lost=5, at=0))
    li.tell(an_arrival_report(0, 5, lost=0, at=16))

    assert 0.05 < li.leg.loss < 0.1
    assert 0.9 < li.leg.queueing < 1.1


def lost(browser) -> list[Lost]:
    return [item for item in browser.told() if isinstance(item, Lost)]


def report_of(packets: list[bytes]) -> tuple[int, int]:
    """Lost so far and highest number, of the one receiver report among the packets."""
    (report,) = [packet for packet in packets if packet[1] == 201]
    _, _, _, _, ssrc, lost_word, highest = struct.unpack_from("!BBHIIII", report)
    assert ssrc == 7
    return lost_word & 0xFFFFFF, highest


def fraction_of(packets: list[bytes]) -> int:
    """Of 256, as the one receiver report among the packets says."""
    (report,) = [packet for packet in packets if packet[1] == 201]
    return report[12]


def an_arrival_report(first: int, count: int, *, lost: int, at: int) -> bytes:
    """Feedback on packets that came at this time (of 64 ms), and on some that did not."""
    chunks = (
        struct.pack("!HH", 1 << 13 | count, lost) if lost else struct.pack("!H", 1 << 13 | count)
    )
    head = struct.pack("!HH", first, count + lost) + at.to_bytes(3, "big") + b"\0"
    return feedback.arrival_report(100, head + chunks + bytes(count))


def test_how_loud_it_was_is_told_of_what_came_since_the_last_question(rig):
    wang = rig.publisher("audio", "video")
    sound, picture = wang.leg.streams

    for sequence, level in enumerate(
        (20, 0x80 | 30, 40)
    ):  # the highest bit says that it is a voice
        wang.send(sequence, level=level)
    wang.send(3)
    wang.send(1, ssrc=17)

    assert sound.take_loudness() == 127 - 30
    assert (sound.take_loudness(), picture.take_loudness()) == (0, 0)


def test_a_level_beside_the_transport_number_costs_neither(rig):
    wang = rig.publisher("audio")
    for sequence in range(3):
        wang.send(sequence, level=10)
    wang.leg.tick(later(1))

    arrivals = [one for one in wang.told() if isinstance(one, feedback.Arrivals)]

    assert [len(one.received) for one in arrivals] == [3]
    assert wang.leg.streams[0].take_loudness() == 117
