"""Whatever is thrown at the port or the socket, the call of others goes on."""

import asyncio
import json
import os
import random
import socket
import struct

import aiohttp
import pytest
from aiortc import RTCPeerConnection

from domain.errors import BadInput
from domain.ids import MeetingId
from tests.bench.load import descriptions
from tests.bench.load.descriptions import Numbers
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import until
from tests.webrtc.test_stun import a_check
from webrtc import sdp
from webrtc.engine import feedback

pytestmark = pytest.mark.media

_HASH = ":".join(["AB"] * 32)
_FINGERPRINT = f"a=fingerprint:sha-256 {_HASH}"


async def goes_on(*callers: Caller) -> None:
    """Wait for more sound."""
    before = [caller.received for caller in callers]
    await until(lambda: all(c.received > b + 20 for c, b in zip(callers, before, strict=True)), 10)
    assert all(caller.last("start-over") is None for caller in callers)


async def figures(house):
    house.plane.figures.clear()
    house.plane.count()
    await until(lambda: house.plane.figures, 5)
    return house.plane.figures[house.worker.socket]


async def test_no_datagram_of_a_stranger_ends_a_call(house, call):
    seen = await figures(house)
    chance = random.Random(11)
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.connect(("127.0.0.1", seen["udp_port"]))

    for datagram in _junk(chance):
        stranger.send(datagram)
        await asyncio.sleep(0)
    stranger.close()

    await goes_on(*call)
    after = await figures(house)
    assert after["dropped_empty"] >= 1
    assert after["dropped_check"] > 100
    assert after["dropped_stranger"] > 500
    assert "failed" not in house.worker.log


async def test_no_datagram_from_a_logged_in_browsers_own_address_ends_a_call(house, call):
    li, wang = call
    await figures(house)
    chance = random.Random(12)
    pair = li.up.getTransceivers()[0].sender.transport.transport._connection
    protocol = next(iter(pair._nominated.values())).protocol

    for datagram in _junk(chance):
        protocol.transport.sendto(datagram, ("127.0.0.1", (await _port(house))))
        await asyncio.sleep(0)

    await goes_on(li, wang)
    assert (await figures(house))["dropped_forged"] > 100
    assert "failed" not in house.worker.log


async def test_malformed_feedback_of_a_logged_in_browser_ends_no_call(house, call):
    li, wang = call
    dtls = li.down.getTransceivers()[0].receiver.transport

    remb = struct.pack("!BBHII4sI", 0x8F, 206, 4, 1, 0, b"REMB", 0xFF000000)
    arrivals = feedback.arrival_report(1, struct.pack("!HHIH", 5, 60000, 0, 0x3FFF))
    for packet in (remb, arrivals, arrivals[:20], b"\x8f\xcd\x00\x02" + bytes(8)):
        await dtls._send_rtp(packet)

    await goes_on(li, wang)


async def test_mutated_offers_are_refused_and_others_go_on(house, call):
    li, wang = call
    chance = random.Random(13)
    offer = li.up.localDescription.sdp
    answers: list[str] = []
    async with aiohttp.ClientSession() as session:
        for name in ("zhao", "qian", "sun"):  # one alone may not ask for so much
            web = await session.ws_connect(
                f"{house.address}/room/socket", headers={"Origin": house.address}
            )
            await web.send_json({"type": "enter", "ticket": house.gate.issue(a_seat(name))})
            answers += [await _answer_to(web, _mutated(offer, chance)) for _ in range(50)]
            await web.close()

    assert answers.count("bad-input") > 40
    assert set(answers) == {"bad-input", "published"}
    await goes_on(li, wang)


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "v=0\r\n" * 20000,
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        "m=audio 9 X 0\r\n" * 4,
        "m=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\n",
        "m=audio 9 X 0\r\na=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n",
    ],
)
def test_an_offer_that_is_not_ours_is_refused_before_the_library_sees_it(offer):
    with pytest.raises(BadInput):
        sdp.checked(offer, media=3)


@pytest.mark.parametrize(
    ("sound", "spoilt"),
    [
        ("BUNDLE 0 1", "BUNDLE 1 0"),
        ("BUNDLE 0 1", " BUNDLE 0 0 1"),
        (f"{_FINGERPRINT}\r\na=setup:actpass\r\na=mid:0", "a=mid:0"),
        ("a=setup:actpass\r\na=mid:1", "a=mid:1"),
        ("a=rtcp-mux\r\n", "a=rtcp-mux\rm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
        ("a=rtcp-mux\r\n", "a=rtcp-mux\u2028m=video 9 X 96\r\n"),
    ],
)
def test_an_offer_that_the_library_would_read_otherwise_is_refused(sound, spoilt):
    offer = descriptions.offer(descriptions.Own(_HASH), Numbers(1, 2, 3))
    assert sdp.checked(offer, media=3) == offer

    with pytest.raises(BadInput):
        sdp.checked(offer.replace(sound, spoilt), media=3)


async def test_a_second_picture_is_refused_until_there_is_a_place_for_it(house, call):
    li, wang = call
    async with aiohttp.ClientSession() as session:
        web = await _zhao(house, session)
        two = RTCPeerConnection()
        for kind in ("audio", "video", "video"):
            two.addTransceiver(kind, direction="sendonly")
        await two.setLocalDescription()

        await web.send_json({"type": "publish", "sdp": two.localDescription.sdp})

        assert (await _next(web, "problem"))["code"] == "bad-input"
        await two.close()
        await web.close()
    await goes_on(li, wang)


async def test_who_answers_an_offer_with_what_is_no_answer_is_told_to_start_over(house, call):
    li, wang = call
    async with aiohttp.ClientSession() as session:
        web = await _zhao(house, session)
        offer = await _next(web, "offer")
        no_answer = li.up.localDescription.sdp  # an offer, of other lines
        await web.send_json({"type": "answer", "number": offer["number"], "sdp": no_answer})

        assert await _next(web, "start-over")

        await web.send_json({"type": "watch"})
        assert (await _next(web, "offer"))["number"] == 1
        await web.close()
    await goes_on(li, wang)


async def test_who_does_not_answer_an_offer_is_offered_again(house, call):
    async with aiohttp.ClientSession() as session:
        web = await _zhao(house, session)
        assert (await _next(web, "offer"))["number"] == 1

        assert (await _next(web, "offer"))["number"] == 2
        await web.close()


async def _zhao(house, session):
    """Somebody who came in and only watches."""
    web = await session.ws_connect(
        f"{house.address}/room/socket", headers={"Origin": house.address}
    )
    await web.send_json({"type": "enter", "ticket": house.gate.issue(a_seat("zhao"))})
    await web.send_json({"type": "watch"})
    return web


async def _next(web, kind: str) -> dict:
    """Pass over everything until news of this kind."""
    while True:
        news = json.loads(await web.receive_str(timeout=15))
        if news["type"] == kind:
            return news


def test_layers_are_read_from_an_offer_and_welcomed_in_the_answer():
    offer = "v=0\r\nm=audio 9 X 111\r\nm=video 9 X 96\r\na=simulcast:send l;m;h\r\n"
    layers = sdp.layers(offer)

    answer = sdp.with_layers("v=0\r\nm=audio 9 X 111\r\nm=video 9 X 96\r\n", layers)

    assert layers == [(), ("l", "m", "h")]
    assert answer.endswith("a=rid:h recv\r\na=simulcast:recv l;m;h\r\n")
    assert answer.count(" recv") == 3


@pytest.mark.parametrize("rids", ["a;b;c;d", "a;;b", ";"])
def test_more_layers_than_a_browser_sends_are_refused(rids):
    with pytest.raises(BadInput):
        sdp.layers(f"v=0\r\nm=video 9 X 96\r\na=simulcast:send {rids}\r\n")


async def test_a_page_of_another_origin_is_not_listened_to(house):
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(
                f"{house.address}/room/socket", headers={"Origin": "http://evil.example"}
            )

    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "enter", "ticket": "stolen"}, "expired"),
        ({"type": "resume", "token": "bm9ib2R5.0000"}, "expired"),
        ({"type": "resume", "token": "中文"}, "expired"),
        ({"type": "chat", "text": "hello"}, "not-allowed"),
        ({"type": "enter", "ticket": "x", "role": "mediator"}, "bad-input"),
        ({"type": "nonsense"}, "bad-input"),
    ],
)
async def test_only_a_ticket_or_a_token_of_ours_lets_in(house, first, code):
    async with aiohttp.ClientSession() as session:
        web = await session.ws_connect(
            f"{house.address}/room/socket", headers={"Origin": house.address}
        )
        await web.send_str(json.dumps(first))

        assert json.loads(await web.receive_str(timeout=5)) == {"type": "problem", "code": code}
        assert (await web.receive(timeout=5)).type in {
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSING,
            aiohttp.WSMsgType.CLOSED,
        }


async def test_a_ticket_is_good_once(house, call):
    ticket = house.gate.issue(a_seat("zhao"))
    async with aiohttp.ClientSession() as session:
        first, second = Caller(session, house.address), Caller(session, house.address)
        await first.enter({"type": "enter", "ticket": ticket})
        await until(lambda: first.last("welcome"), 5)
        await second.enter({"type": "enter", "ticket": ticket})
        await until(lambda: second.last("problem"), 5)

        assert second.last("welcome") is None
        await asyncio.gather(first.close(), second.close())


async def test_a_party_can_neither_record_nor_end(house, call):
    _, wang = call

    for wish in ("record", "stop", "end"):
        wang.news.clear()
        await wang.say({"type": wish})
        await until(lambda: wang.last("problem"), 5)
        assert wang.last("problem") == {"type": "problem", "code": "not-allowed"}


async def test_a_second_page_replaces_the_first_and_a_token_brings_it_back(house, call):
    li, wang = call
    token = li.last("welcome")["resume"]
    async with aiohttp.ClientSession() as session:
        again = Caller(session, house.address)
        await again.enter({"type": "resume", "token": token})
        await until(lambda: again.last("welcome"), 5)

        assert again.last("welcome").get("fresh") is False
        await until(lambda: li.last("replaced"), 5)
        before = wang.received
        await until(lambda: wang.received > before + 10, 5, "li is still heard")
        await again.close()


async def test_oversized_and_broken_messages_end_only_their_own_socket(house, call):
    async with aiohttp.ClientSession() as session:
        for message in (
            "x" * 70000,
            "[" * 60000,
            '{"type": "chat", "text": "' + "好" * 2000 + '"}',
        ):
            web = await session.ws_connect(
                f"{house.address}/room/socket", headers={"Origin": house.address}
            )
            await web.send_str(message)
            answer = await web.receive(timeout=5)
            assert answer.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.TEXT}
            await web.close()

    await goes_on(*call)


async def test_who_floods_the_room_is_refused_and_then_cut_off_but_may_always_withdraw(house, call):
    li, wang = call
    for one in call:
        await one.say({"type": "consent", "text_version": "2026-1"})
    li.news.clear()

    for number in range(70):
        await wang.say({"type": "chat", "text": str(number)})
    await wang.say({"type": "withdraw", "text_version": "2026-1"})
    for number in range(30):
        await wang.say({"type": "chat", "text": str(number)})

    await until(lambda: wang.socket.closed, 5, "cut off")
    assert {"type": "problem", "code": "too-many-tries"} in wang.news
    assert ("withdraw", "wang", "2026-1") in house.gate.told
    said = [news for news in li.news if news["type"] == "said"]
    assert 50 <= len(said) < 80
    before = li.received
    await until(lambda: li.received > before + 20, 10, "wang is still heard")


@pytest.mark.parametrize("flood", [{"type": "beat"}, {"type": "unshare"}])
async def test_nothing_may_be_asked_for_without_end(house, call, flood):
    _, wang = call

    for _ in range(120):
        await wang.say(flood)

    await until(lambda: wang.socket.closed, 5, "cut off")


async def test_a_web_that_talks_nonsense_to_the_worker_is_hung_up_on(house, call):
    reader, writer = await asyncio.open_unix_connection(house.worker.socket)
    assert b"alive" in await reader.readline()

    writer.write(b'{"type": "seated", "meeting": "../x"}\n')

    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await goes_on(*call)


async def test_the_socket_of_the_worker_is_for_our_user_alone(house):
    assert house.worker.socket.stat().st_mode & 0o077 == 0


async def _port(house):
    return house.plane.figures[house.worker.socket]["udp_port"]


async def _answer_to(web: aiohttp.ClientWebSocketResponse, offer: str):
    """Publish an offer and wait for what becomes of it."""
    await web.send_json({"type": "publish", "sdp": offer})
    while True:
        news = json.loads(await web.receive_str(timeout=10))
        if news["type"] == "published":
            return "published"
        if news["type"] == "problem":
            return news["code"]


def _junk(chance: random.Random):
    """Empty, crafted and random datagrams of every kind that RFC 7983 tells apart."""
    yield b""
    whole = a_check()
    for _ in range(300):
        crafted = bytearray(whole)
        crafted[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        yield bytes(crafted[: chance.randint(1, len(whole))])
    for first in (0, 1, 16, 20, 22, 63, 64, 79, 128, 144, 191, 255):
        for _ in range(100):
            yield bytes([first]) + os.urandom(chance.randint(0, 1400))
    for kind in range(192, 224):
        yield bytes([0x80, kind]) + os.urandom(chance.randint(0, 200))


def _mutated(offer: str, chance: random.Random) -> str:
    """Change a few lines: dropped, doubled, cut, swapped or with other characters."""
    lines = offer.split("\r\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        change = chance.randrange(5)
        if change == 0:
            del lines[at]
        elif change == 1:
            lines.insert(at, lines[at])
        elif change == 2:
            lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
        elif change == 3:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = "".join(chance.choice("a=:0 /9中") for _ in lines[at])
    return "\r\n".join(lines)


async def test_of_somebody_who_was_removed_and_goes_on_sending_nothing_is_forwarded(house, call):
    li, wang = call

    await house.rooms.remove(MeetingId("m1"), "wang")
    await until(lambda: wang.last("removed"), 5)
    before = await thrown_away(house, 25)  # half a second: li's own buffer has run dry
    heard = li.received
    after = await thrown_away(house, before["dropped_stranger"] + 150)

    assert wang.up.getTransceivers()[0].sender.transport.state == "connected"
    assert li.received - heard <= 1
    assert (before["people"], after["people"]) == (1, 1)


async def thrown_away(house, packets: int) -> dict[str, int]:
    """Wait until so many packets of nobody who is in a room have come."""

    async def enough() -> bool:
        return (await figures(house)).get("dropped_stranger", 0) >= packets

    await until(enough, 20, f"{packets} packets thrown away")
    return house.plane.figures[house.worker.socket]
