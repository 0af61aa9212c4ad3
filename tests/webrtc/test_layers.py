"""One picture in several layers: each subscriber follows one and sees no seam at a switch."""

import struct

import pytest

from tests.webrtc.rig import ENGINES, RIDS, Basket, Rig, a_picture, later, parts
from webrtc import vp8
from webrtc.engine import feedback
from webrtc.engine.feedback import KeyframeWanted
from webrtc.engine.interface import SenderReport

LOW, MIDDLE, HIGH = 0, 1, 2


@pytest.fixture(params=ENGINES)
def rig(request):
    opened = Rig(request.param)
    yield opened
    opened.close()


@pytest.fixture
def wang(rig):
    """A publisher whose layers are known: each has sent one packet that names it."""
    browser = rig.layered()
    for rid in RIDS:
        sends(browser, rid, 10, named=True)
        sends(browser, rid, 11)
    browser.heard()
    return browser


def sends(browser, rid, number, *, whole=False, named=False):
    """Send one picture of a layer; its numbers begin elsewhere in each layer."""
    far = RIDS[rid]
    facts = {"mid": "0", "rid": rid} if named else {}
    payload = a_picture(far + number & 0x7FFF, whole=whole, base=far + number & 0xFF)
    ticks = far * 1000 + number * 4500
    browser.send(far + number, payload, ssrc=far, marker=True, timestamp=ticks, **facts)


def wishes(browser):
    return [item for item in browser.told() if isinstance(item, KeyframeWanted)]


def shows(packet):
    """Give sequence number, picture number, base number and timestamp of a packet."""
    header, _, payload = parts(packet)
    picture = vp8.picture(payload)
    return header[2], picture.number, picture.base, header[3]


def test_nothing_is_shown_before_a_whole_picture_and_one_is_asked_for(rig, wang):
    li = rig.subscriber(*wang.leg.streams)

    assert wang.told() == [KeyframeWanted(RIDS["h"])]
    sends(wang, "h", 12)
    assert li.media() == []

    sends(wang, "h", 13, whole=True)
    sends(wang, "l", 12)
    sends(wang, "h", 14)

    assert [shows(p)[0] for p in li.media()] == [3013, 3014]


def test_after_a_switch_every_number_goes_on_where_it_was(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends(wang, "h", 12, whole=True)
    sends(wang, "h", 13)

    li.leg.show(wang.leg.streams[0], LOW)
    sends(wang, "h", 14)
    sends(wang, "l", 20, whole=True)
    sends(wang, "h", 15)
    sends(wang, "l", 21)

    seen = [shows(p) for p in li.media()]
    assert [s for s, *_ in seen] == [3012, 3013, 3014, 3015, 3016]
    assert [p for _, p, *_ in seen] == [3012, 3013, 3014, 3015, 3016]
    assert [b for _, _, b, _ in seen] == [n & 0xFF for n in range(3012, 3017)]
    times = [t for *_, t in seen]
    assert times[2] < times[3] < times[2] + 90_000 * 5
    assert times[4] - times[3] == 4500


def test_a_switch_costs_one_request_for_a_whole_picture(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends(wang, "h", 12, whole=True)
    wang.told()

    li.leg.show(wang.leg.streams[0], MIDDLE)
    wang.leg.tick(later(0.5))
    sends(wang, "m", 12, whole=True)
    wang.leg.tick(later(2.5))

    assert wishes(wang) == [KeyframeWanted(RIDS["m"])]


def test_whoever_waits_in_vain_asks_again_and_layers_do_not_talk_at_once(rig, wang):
    li, zhao = (rig.subscriber(*wang.leg.streams) for _ in range(2))
    wang.told()

    zhao.leg.show(wang.leg.streams[0], LOW)
    wang.leg.tick(later(0))
    assert not wishes(wang)
    wang.leg.tick(later(0.6))
    assert wishes(wang) == [KeyframeWanted(RIDS["h"])]  # the older wish
    wang.leg.tick(later(1.3))
    assert wishes(wang) == [KeyframeWanted(RIDS["l"])]
    wang.leg.tick(later(2.0))

    assert wishes(wang) == [KeyframeWanted(RIDS["h"])]
    assert li.media() == []


def test_what_is_older_than_the_switch_is_not_sent_late(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends(wang, "h", 12, whole=True)
    sends(wang, "l", 30)
    li.leg.show(wang.leg.streams[0], LOW)
    sends(wang, "l", 33, whole=True)
    li.heard()

    again = struct.pack("!H", RIDS["l"] + 32) + a_picture(0)
    wang.send(1, again, ssrc=1001, kind=97, mid="0", repaired="l")

    assert li.media() == []
    assert wang.leg.streams[0].recovered == 1


def test_packets_from_before_a_switch_are_sent_again_as_they_were(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    for at, rid in enumerate("hlmh", start=12):
        li.leg.show(wang.leg.streams[0], "lmh".index(rid))
        sends(wang, rid, 2 * at, whole=True)
        sends(wang, rid, 2 * at + 1)
    sent = [shows(p) for p in li.media()]

    li.tell(feedback.missing_request(100, [s for s, *_ in sent]))

    again = [parts(p) for p in li.media()]
    assert [struct.unpack("!H", p[:2])[0] for *_, p in again] == [s for s, *_ in sent]
    assert [h[3] for h, *_ in again] == [t for *_, t in sent]
    assert [vp8.picture(p[2:]).number for *_, p in again] == [n for _, n, *_ in sent]


def test_long_after_a_switch_packets_still_go_on(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends(wang, "h", 12, whole=True)
    layer = wang.leg.streams[0].layers["h"]

    for _ in range(3):  # as if half an hour went by
        layer._highest += 30_000
        wang.send(layer.next & 0xFFFF, a_picture(5), ssrc=RIDS["h"])

    assert len(li.media()) == 4


def test_a_layer_that_the_browser_gives_up_is_left_for_a_lower_one(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends(wang, "h", 12, whole=True)
    wang.told()
    for rid in "lm":
        wang.leg.streams[0].layers[rid].heard += 3

    wang.leg.tick(later(1.5))
    assert KeyframeWanted(RIDS["m"]) in wang.told()
    sends(wang, "m", 12, whole=True)

    assert [shows(p)[0] for p in li.media()] == [3012, 3013]


def test_a_picture_that_is_not_shown_comes_back_whole_and_without_a_gap(rig):
    wang = rig.publisher()
    li = rig.subscriber(*wang.leg.streams)
    wang.send(5, a_picture(5))

    li.leg.show(wang.leg.streams[0], -1)
    for number in range(6, 9):
        wang.send(number, a_picture(number))
    li.leg.show(wang.leg.streams[0], LOW)
    wang.send(9, a_picture(9))
    wang.send(10, a_picture(10, whole=True))
    wang.send(11, a_picture(11))

    assert [shows(p)[:2] for p in li.media()] == [(5, 5), (6, 6), (7, 7)]
    assert KeyframeWanted(7) in wang.told()


def test_the_recorder_follows_the_best_layer_that_is_there(rig, wang):
    basket = Basket()
    wang.leg.streams[0].feed(basket, later(0))
    sends(wang, "h", 12, whole=True)
    for rid in "lm":
        wang.leg.streams[0].layers[rid].heard += 3

    wang.leg.tick(later(1.5))
    sends(wang, "m", 12, whole=True)
    sends(wang, "h", 13)
    sends(wang, "m", 13)

    assert [p.sequence for p in basket.packets] == [3012, 3013, 3014]


def test_clock_marks_are_moved_with_the_timestamps(rig, wang):
    li = rig.subscriber(*wang.leg.streams)
    sends(wang, "h", 12, whole=True)
    li.leg.show(wang.leg.streams[0], LOW)
    sends(wang, "l", 20, whole=True)
    shown = shows(li.media()[-1])[3]

    mark = SenderReport(RIDS["l"], 1 << 33, RIDS["l"] * 1000 + 20 * 4500)
    wang.tell(feedback.sender_report(RIDS["l"], mark, packets=1, octets=1))

    assert li.told() == [SenderReport(100, 1 << 33, shown)]


def test_every_layer_is_reported_on_and_measured(rig, wang):
    for number in range(12, 112):
        sends(wang, "h", number)
    sends(wang, "l", 12)

    wang.leg.tick(later(1.0))

    rates = wang.leg.streams[0].rates
    assert rates[HIGH] > 5 * rates[LOW] > 0
    (report,) = [packet for packet in wang.heard()[1] if packet[1] == 201]
    told = {struct.unpack_from("!I", report, 8 + 24 * line)[0] for line in range(3)}
    assert told == set(RIDS.values())


def test_a_probe_before_any_layer_is_known_is_dropped(rig):
    wang = rig.layered()
    li = rig.subscriber(*wang.leg.streams)

    wang.send(1, bytes(200), ssrc=5, kind=97)
    wang.send(2, a_picture(1, whole=True), ssrc=9, mid="0", rid="x")

    assert li.media() == []
    assert rig.engine.drops == {"unknown": 2}


def test_two_layers_that_are_always_wanted_are_asked_for_in_turn(rig, wang):
    li, zhao = (rig.subscriber(*wang.leg.streams) for _ in range(2))
    li.leg.show(wang.leg.streams[0], LOW)
    wang.leg.tick(later(9))
    for rid in RIDS:
        sends(wang, rid, 12, whole=True)
    asked = []

    for tenth in range(100, 150):
        li.tell(feedback.keyframe_request(100))
        zhao.tell(feedback.keyframe_request(100))
        wang.leg.tick(later(tenth / 10))
        asked += [wish.ssrc for wish in wishes(wang)]

    assert asked.count(RIDS["l"]) == pytest.approx(asked.count(RIDS["h"]), abs=1)
    assert 11 <= len(asked) <= 15
