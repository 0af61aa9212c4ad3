"""One contract test for each place where we reach into aiortc and libsrtp."""

import asyncio
import gc
import inspect

import aiortc
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription, rtcicetransport, rtcpeerconnection
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcdtlstransport import RTCDtlsTransport

from domain.errors import BadInput
from webrtc import codecs, rtp, seams
from webrtc.agent import LiteAgent
from webrtc.engine.interface import Keys
from webrtc.peer import Publisher, answered
from webrtc.port import MediaPort


@pytest.fixture
async def port():
    opened = MediaPort("127.0.0.1")
    opened.open()
    with seams.installed(opened):
        yield opened
    opened.close()


async def an_offer(*kinds: str, codec: str | None = "VP8") -> tuple[RTCPeerConnection, str]:
    """A connection of ours that offers to send; without a codec all that it knows."""
    connection = seams.new_connection()
    for kind in kinds:
        transceiver = connection.addTransceiver(kind, "sendonly")
        if kind == "video" and codec is not None:
            seams.offer_only(transceiver, codec)
    await connection.setLocalDescription()
    return connection, connection.localDescription.sdp


def _codecs(sdp: str) -> list[str]:
    return [line.split()[1].split("/")[0] for line in sdp.splitlines() if "a=rtpmap:" in line]


def test_the_versions_are_the_ones_that_were_read():
    assert aiortc.__version__.startswith("1.16.")


async def test_everything_is_put_back_afterwards(port):
    port = MediaPort("127.0.0.1")
    before = vars(rtcicetransport)["Connection"], CODECS["video"][:], HEADER_EXTENSIONS["video"][:]

    with seams.installed(port):
        assert vars(rtcpeerconnection)["RTCDtlsTransport"] is seams.RelayDtls

    port.open()
    port.close()
    after = vars(rtcicetransport)["Connection"], CODECS["video"][:], HEADER_EXTENSIONS["video"][:]
    assert after == before


async def test_ice_is_lite_with_one_candidate_and_credentials_of_full_length(port):
    connection, sdp = await an_offer("audio", "video")

    assert isinstance(seams.agent_of(connection), LiteAgent)
    assert "a=ice-lite" in sdp
    assert sdp.count("a=candidate:") == 2
    assert f"127.0.0.1 {port.number} typ host" in sdp
    assert len(_value(sdp, "a=ice-ufrag:")) == 8
    assert len(_value(sdp, "a=ice-pwd:")) == 24
    await connection.close()
    assert port._by_ufrag == {}


@pytest.mark.parametrize("codec", codecs.CODECS)
async def test_only_opus_the_rooms_codec_and_its_repair_are_offered_with_feedback(port, codec):
    connection, sdp = await an_offer("audio", "video", codec=codec)

    assert _codecs(sdp) == ["opus", codec, "rtx"]
    assert sdp.count("transport-cc") == 2
    assert "goog-remb" not in sdp
    assert sdp.count(rtp.TRANSPORT_SEQUENCE) == 2
    assert "abs-send-time" not in sdp
    await connection.close()


async def test_how_loud_a_voice_is_may_be_told_and_of_pictures_their_layers(port):
    connection, sdp = await an_offer("audio", "video")

    sound, picture = sdp.split("m=video")
    assert (sound.count(rtp.AUDIO_LEVEL), picture.count(rtp.AUDIO_LEVEL)) == (1, 0)
    assert (sound.count(rtp.RID), picture.count(rtp.RID)) == (0, 1)
    maps = {line for line in sdp.splitlines() if line.startswith("a=extmap:")}
    numbers = [line.split()[0] for line in maps]
    assert len(numbers) == len(set(numbers))  # Chromium refuses a number that means two things
    await connection.close()


async def test_opus_mends_lost_sounds_and_rests_in_silence_in_offers_and_answers(port):
    offering, offer = await an_offer("audio")
    answering = seams.new_connection()
    browsers = offer.replace("useinbandfec=1;usedtx=1", "useinbandfec=1")

    await answering.setRemoteDescription(RTCSessionDescription(browsers, "offer"))
    await answering.setLocalDescription()

    for sdp in (offer, answering.localDescription.sdp):
        assert "a=fmtp:96 minptime=10;useinbandfec=1;usedtx=1" in sdp
    await asyncio.gather(offering.close(), answering.close())


async def test_sound_that_is_sent_again_carries_no_number_that_would_change(port):
    """Under one nonce of GCM there may be one packet only; Chromium has no RTX for sound."""
    offering, offer = await an_offer("audio", "video")
    publisher, plain = Publisher(), Publisher()

    answer = await publisher.answer("wang", offer)
    without = await plain.answer("li", _without(offer, " nack\r\n", "audio"))

    sound, picture = answer.split("m=video")
    assert "a=rtcp-fb:96 nack\r\n" in sound
    assert rtp.TRANSPORT_SEQUENCE not in sound
    assert "transport-cc" not in sound
    assert rtp.TRANSPORT_SEQUENCE in picture
    assert without.count(rtp.TRANSPORT_SEQUENCE) == without.count("transport-cc") == 2
    await asyncio.gather(offering.close(), publisher.close(), plain.close())


@pytest.mark.parametrize("codec", codecs.CODECS.values(), ids=codecs.CODECS)
async def test_a_browser_that_knows_both_is_answered_with_the_rooms_codec_alone(port, codec):
    offering, offer = await an_offer("audio", "video", codec=None)
    publisher = Publisher(codec)

    answer = await publisher.answer("wang", offer)

    assert sorted(_codecs(offer)) == ["H264", "VP8", "opus", "rtx", "rtx"]
    assert _codecs(answer) == ["opus", codec.name, "rtx"]
    assert [stream.codec for stream in publisher.streams] == [codec, codec]
    await asyncio.gather(offering.close(), publisher.close())


async def test_a_browser_that_does_not_know_the_rooms_codec_is_told_so(port):
    offering, offer = await an_offer("audio", "video", codec="VP8")

    with pytest.raises(BadInput, match="codecs"):
        await answered("wang", offer, codecs.H264)
    await offering.close()


async def test_no_foreign_stun_server_is_asked(port):
    connection = seams.new_connection()

    assert vars(connection)["_RTCPeerConnection__configuration"].iceServers == []
    await connection.close()


async def test_all_m_lines_share_one_agent(port):
    connection, _ = await an_offer("audio", "video", "video")

    agents: set[object] = {
        t.receiver.transport.transport._connection for t in connection.getTransceivers()
    }
    assert agents == {seams.agent_of(connection)}
    await connection.close()


async def test_a_line_that_is_used_again_gets_new_numbers_and_names(port):
    connection, before = await an_offer("video")
    transceiver = connection.getTransceivers()[0]

    seams.sender_of(transceiver).renew(stream="p-wang", track="video-2")
    offer = await connection.createOffer()

    assert "a=msid:p-wang video-2" in offer.sdp
    assert _ssrcs(offer.sdp).isdisjoint(_ssrcs(before))
    await connection.close()


async def test_two_of_our_ends_agree_on_gcm_with_128_bits_and_tell_their_lines(port):
    """Browser stands in for itself in the other tests; here both ends are aiortc's."""
    offering, offer = await an_offer("audio", "video")
    answering = seams.new_connection()
    lines: list = []
    keys: list[Keys] = []
    await answering.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    for transceiver in answering.getTransceivers():
        seams.receiver_of(transceiver).settled = lines.append
    for transceiver in offering.getTransceivers():
        seams.sender_of(transceiver).settled = lines.append
    seams.when_secured(answering, keys.append)
    seams.when_secured(offering, keys.append)
    seams.be_passive(answering)
    await answering.setLocalDescription()
    assert "a=setup:passive" in answering.localDescription.sdp
    await _check_each_other(offering, answering)

    await offering.setRemoteDescription(
        RTCSessionDescription(answering.localDescription.sdp, "answer")
    )
    for _ in range(200):
        if len(lines) == 4:
            break
        await asyncio.sleep(0.02)

    here, there = keys
    assert here.profile == there.profile == "gcm-128"
    assert (here.inbound, here.outbound) == (there.outbound, there.inbound)
    assert (
        sorted(type(line).__name__ for line in lines) == ["IncomingLine"] * 2 + ["OutgoingLine"] * 2
    )
    incoming = [line for line in lines if hasattr(line, "repair_ssrc") and line.repair_type]
    assert incoming[0].repair_ssrc == incoming[1].repair_ssrc
    assert {rtp.MID, rtp.TRANSPORT_SEQUENCE} <= incoming[0].extensions.keys()
    dtls = answering.getTransceivers()[0].receiver.transport
    assert dtls._ssl is not None
    assert dtls._ssl.get_selected_srtp_profile() == b"SRTP_AEAD_AES_128_GCM"
    await asyncio.gather(offering.close(), answering.close())


def test_the_private_calls_that_are_overridden_still_exist():
    base = RTCDtlsTransport
    assert list(inspect.signature(base._setup_srtp).parameters) == ["self"]
    assert list(inspect.signature(base._set_role).parameters) == ["self", "role"]
    assert list(inspect.signature(base.__init__).parameters) == [
        "self",
        "transport",
        "certificates",
    ]


async def _check_each_other(*connections: RTCPeerConnection) -> None:
    """Both ends are lite and never check: bind each to a socket of the other's port."""
    for connection, other in zip(connections, reversed(connections), strict=True):
        agent = seams.agent_of(connection)
        there = seams.agent_of(other)
        agent.port.send = _Between(connections).send  # type: ignore[method-assign]  # no socket between the two ends
        agent.bind((there.local_username, 0), nominated=True)


class _Between:
    """Carries DTLS from one agent to the other."""

    def __init__(self, connections) -> None:
        agents = [seams.agent_of(connection) for connection in connections]
        self._agents = {agent.local_username: agent for agent in agents}

    def send(self, datagram, address) -> None:
        self._agents[address[0]].take_handshake(bytes(datagram))


def _without(sdp: str, ending: str, kind: str) -> str:
    """A description whose section of this kind has no lines that end like this."""
    parts = sdp.split("m=")
    lines = [part.splitlines(keepends=True) for part in parts]
    kept = [
        [line for line in of if not part.startswith(kind) or not line.endswith(ending)]
        for part, of in zip(parts, lines, strict=True)
    ]
    return "m=".join("".join(of) for of in kept)


def _value(sdp: str, name: str) -> str:
    return next(line for line in sdp.splitlines() if line.startswith(name)).removeprefix(name)


def _ssrcs(sdp: str) -> set[str]:
    return {line.split()[0] for line in sdp.splitlines() if line.startswith("a=ssrc:")}


async def test_a_connection_that_is_closed_before_its_browser_came_leaves_no_failure_behind(port):
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    offering, offer = await an_offer("audio", "video")
    publisher = Publisher()
    await publisher.answer("wang", offer)
    await asyncio.sleep(0)

    await publisher.close()

    await offering.close()
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert complaints == []
