"""Every place where we reach into aiortc 1.16; each has its contract test, the version a pin.

aiortc gives us SDP and DTLS.  It has no way to pass encoded media on (aiortc issues 449, 544), so
its receiver and sender are replaced by ones that only report what was negotiated, its ICE by our
ICE-lite agent, and its keys for SRTP are handed to the relay engine.
"""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from aiortc import (
    RTCBundlePolicy,
    RTCCertificate,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCRtpTransceiver,
    rtcdtlstransport,
    rtcicetransport,
    rtcpeerconnection,
)
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpReceiveParameters,
    RTCRtpSendParameters,
)
from typing_extensions import override

from domain.errors import BadInput
from webrtc import rtp
from webrtc.agent import LiteAgent
from webrtc.engine.interface import Keys, Profile
from webrtc.lines import IncomingLine, OutgoingLine
from webrtc.port import MediaPort

# GCM with 128 bits first: half the work of the default order, and no separate authentication pass
_PROFILES: dict[rtcdtlstransport.SRTPProtectionProfile, Profile] = {
    rtcdtlstransport.SRTP_AEAD_AES_128_GCM: "gcm-128",
    rtcdtlstransport.SRTP_AES128_CM_SHA1_80: "cm-sha1-80",
}
_REPAIR = "video/rtx"
_NACK = RTCRtcpFeedback(type="nack")
_CONGESTION = RTCRtcpFeedback(type="transport-cc")
_SOUND: dict[str, int | str | None] = {
    "minptime": 10,
    "useinbandfec": 1,
    "usedtx": 1,
}  # RFC 7587, 6.1
_BASELINE = "42e01f"  # constrained, level 3.1
_FIRST_EXTENSION = 4  # numbers from here on aiortc's own extensions leave free


class RelayIce(rtcicetransport.RTCIceTransport):
    """ICE that may be closed before its browser came: aiortc's own task would fail unheard."""

    @override
    async def start(self, remoteParameters: rtcicetransport.RTCIceParameters) -> None:
        if self.state != "closed":
            await super().start(remoteParameters)


class RelayDtls(rtcdtlstransport.RTCDtlsTransport):
    """DTLS that gives its keys away."""

    def __init__(
        self, transport: rtcicetransport.RTCIceTransport, certificates: list[RTCCertificate]
    ) -> None:
        super().__init__(transport, certificates)
        self._srtp_profiles = list(_PROFILES)
        self.secured: Callable[[Keys], None] | None = None

    @override
    def _setup_srtp(self) -> None:
        """Hand the keys over (RFC 5764, 4.2); libsrtp is the engine's business."""
        ssl: Any = self._ssl
        chosen = ssl.get_selected_srtp_profile()
        profile = next((p for p in _PROFILES if p.openssl_profile == chosen), None)
        if profile is None:
            self._set_state(rtcdtlstransport.State.FAILED)
        elif self.secured is not None:
            length = 2 * (profile.key_length + profile.salt_length)
            material = ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", length)
            clients, servers = (profile.get_key_and_salt(material, side) for side in (0, 1))
            passive = self._role == "server"
            keys = (clients, servers) if passive else (servers, clients)
            name = _PROFILES[profile]
            self.secured(Keys(profile=name, inbound=keys[0], outbound=keys[1]))


class RelayReceiver(RTCRtpReceiver):
    """A receiver that decodes nothing; it tells what the browser will send."""

    settled: Callable[[IncomingLine], None] | None = None

    @override
    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        if self.settled is None:
            return
        first, repair = _types(parameters.codecs)
        encoding = next(iter(parameters.encodings), None)
        line = IncomingLine(
            mid=parameters.muxId,
            payload_type=first,
            repair_type=repair,
            ssrc=encoding.ssrc if encoding else None,
            repair_ssrc=encoding.rtx.ssrc if encoding and encoding.rtx else None,
            extensions=_numbers(parameters.headerExtensions),
            resends=_resends(parameters.codecs),
        )
        self.settled(line)


class RelaySender(RTCRtpSender):
    """A sender that encodes nothing; it tells under which numbers we may send."""

    settled: Callable[[OutgoingLine], None] | None = None

    def renew(self, *, stream: str, track: str) -> None:
        """Take new numbers and names, for another stream on the same m-line.

        Under the old SSRC a sequence number could come twice, and with it a GCM nonce.
        """
        self._ssrc, self._rtx_ssrc = (1 + secrets.randbelow(0xFFFFFFFE) for _ in range(2))
        self._stream_id, self._track_id = stream, track

    @override
    async def send(self, parameters: RTCRtpSendParameters) -> None:
        if self.settled is None:
            return
        first, repair = _types(parameters.codecs)
        line = OutgoingLine(
            mid=parameters.muxId,
            payload_type=first,
            repair_type=repair,
            ssrc=self._ssrc,
            repair_ssrc=self._rtx_ssrc,
            extensions=_numbers(parameters.headerExtensions),
            resends=_resends(parameters.codecs),
        )
        self.settled(line)


@contextlib.contextmanager
def installed(port: MediaPort) -> Iterator[None]:
    """Make aiortc use our parts and listen on this port, as long as the block runs."""
    saved = {kind: (CODECS[kind][:], HEADER_EXTENSIONS[kind][:]) for kind in CODECS}
    with contextlib.ExitStack() as stack:
        stack.callback(_restore, saved)
        _offer_what_we_relay()
        gatherer = rtcicetransport.RTCIceGatherer
        for owner, name, part in (
            (rtcicetransport, "Connection", functools.partial(LiteAgent, port)),
            (gatherer, "getLocalParameters", _lite(gatherer.getLocalParameters)),
            (rtcpeerconnection, "RTCIceTransport", RelayIce),
            (rtcpeerconnection, "RTCDtlsTransport", RelayDtls),
            (rtcpeerconnection, "RTCRtpReceiver", RelayReceiver),
            (rtcpeerconnection, "RTCRtpSender", RelaySender),
        ):
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, part)
        yield


def new_connection() -> RTCPeerConnection:
    """Make a peer connection; without explicit ``iceServers`` aiortc asks a foreign STUN server."""
    configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    return RTCPeerConnection(configuration)


def agent_of(connection: RTCPeerConnection) -> LiteAgent:
    """Give the agent of a connection, which is one because everything is bundled."""
    agent: Any = _dtls(connection).transport._connection  # noqa: SLF001 (seam)
    assert isinstance(agent, LiteAgent)
    return agent


def when_secured(connection: RTCPeerConnection, tell: Callable[[Keys], None]) -> None:
    """Have the keys handed over as soon as DTLS has agreed on them."""
    _dtls(connection).secured = tell


def be_passive(connection: RTCPeerConnection) -> None:
    """Let the browser begin DTLS, so that we choose the SRTP profile (RFC 5764, 4.1.1)."""
    dtls = _dtls(connection)
    if dtls.state == "new":
        dtls._set_role("server")  # noqa: SLF001 (seam)


def unstamp_sound(connection: RTCPeerConnection) -> None:
    """Have a browser that sends lost sound again number it by itself alone.

    Chromium sends sound again under the number it had (there is no RTX for it), and would write a
    new transport-wide number into it: two different packets under one nonce of GCM.
    """
    for transceiver in connection.getTransceivers():
        codecs, extensions = transceiver._codecs, transceiver._headerExtensions  # noqa: SLF001 (seam)
        if transceiver.kind == "audio" and _resends(codecs):
            extensions[:] = [e for e in extensions if e.uri != rtp.TRANSPORT_SEQUENCE]
            for codec in codecs:
                codec.rtcpFeedback = [f for f in codec.rtcpFeedback if f != _CONGESTION]


def take_only(connection: RTCPeerConnection, codec: str) -> None:
    """Answer an offer of pictures with one way of sending them.  Raises :class:`BadInput`."""
    for transceiver in connection.getTransceivers():
        if transceiver.kind == "video":
            codecs = transceiver._codecs  # noqa: SLF001 (seam)
            chosen = next((c for c in codecs if c.mimeType == f"video/{codec}"), None)
            if chosen is None:
                raise BadInput("sdp", "codecs")
            repair = (c for c in codecs if c.parameters.get("apt") == chosen.payloadType)
            codecs[:] = [chosen, *repair]


def offer_only(transceiver: RTCRtpTransceiver, codec: str) -> None:
    """Offer one way of sending pictures."""
    known = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences(
        [one for one in known if one.mimeType in {f"video/{codec}", _REPAIR}]
    )


def receiver_of(transceiver: RTCRtpTransceiver) -> RelayReceiver:
    """Give a transceiver's receiver, which is ours."""
    assert isinstance(transceiver.receiver, RelayReceiver)
    return transceiver.receiver


def sender_of(transceiver: RTCRtpTransceiver) -> RelaySender:
    """Give a transceiver's sender, which is ours."""
    assert isinstance(transceiver.sender, RelaySender)
    return transceiver.sender


def _dtls(connection: RTCPeerConnection) -> RelayDtls:
    dtls = connection.getTransceivers()[0].receiver.transport
    assert isinstance(dtls, RelayDtls)
    return dtls


def _offer_what_we_relay() -> None:
    """Offer Opus, VP8 and of H.264 what every browser knows (RFC 7742, 6.2)."""
    opus = [codec for codec in CODECS["audio"] if codec.mimeType == "audio/opus"]
    pictures = [codec for codec in CODECS["video"] if _is_relayed(codec)]
    numbers = {codec.payloadType for codec in pictures}
    repair = [c for c in CODECS["video"] if c.parameters.get("apt") in numbers]
    for kind, relayed in (("audio", opus), ("video", pictures + repair)):
        CODECS[kind][:] = [_as_we_relay(codec) for codec in relayed]
        mid = [e for e in HEADER_EXTENSIONS[kind] if e.uri == rtp.MID]
        HEADER_EXTENSIONS[kind][:] = [*mid, *_extensions(kind)]


def _is_relayed(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType == "video/VP8" or codec.parameters.get("profile-level-id") == _BASELINE


def _extensions(kind: str) -> list[RTCRtpHeaderExtensionParameters]:
    """Name what we read; in a bundle a number may stand for one thing only (RFC 8843, 8)."""
    wanted = (rtp.TRANSPORT_SEQUENCE, rtp.RID, rtp.REPAIRED_RID, rtp.AUDIO_LEVEL)
    others = (rtp.AUDIO_LEVEL,) if kind == "video" else (rtp.RID, rtp.REPAIRED_RID)
    return [
        RTCRtpHeaderExtensionParameters(number, uri)
        for number, uri in enumerate(wanted, _FIRST_EXTENSION)
        if uri not in others
    ]


def _as_we_relay(codec: RTCRtpCodecParameters) -> RTCRtpCodecParameters:
    """Ask for transport-wide feedback, and of Opus to mend lost sounds and to rest in silence."""
    if codec.mimeType == _REPAIR:
        return codec
    kept = [f for f in codec.rtcpFeedback if f.type != "goog-remb"]
    if codec.mimeType == "audio/opus":
        kept += [_NACK, RTCRtcpFeedback(type="rrtr")]
    return RTCRtpCodecParameters(
        mimeType=codec.mimeType,
        clockRate=codec.clockRate,
        channels=codec.channels,
        payloadType=codec.payloadType,
        rtcpFeedback=[*kept, _CONGESTION],
        parameters=dict(_SOUND) if codec.mimeType == "audio/opus" else codec.parameters,
    )


def _restore(saved: dict[str, tuple[list[Any], list[Any]]]) -> None:
    for kind, (codecs, extensions) in saved.items():
        CODECS[kind][:] = codecs
        HEADER_EXTENSIONS[kind][:] = extensions


def _lite(parameters_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Have ``a=ice-lite`` written into every description (RFC 8839, 5.3)."""

    def lite(gatherer: Any) -> Any:
        parameters = parameters_of(gatherer)
        parameters.iceLite = True
        return parameters

    return lite


def _types(codecs: list[RTCRtpCodecParameters]) -> tuple[int, int | None]:
    """Give the payload types of a codec and of its RTX."""
    media = next(codec for codec in codecs if codec.mimeType != _REPAIR)
    repair = [c for c in codecs if c.parameters.get("apt") == media.payloadType]
    first = media.payloadType
    second = repair[0].payloadType if repair else None
    assert first is not None
    return first, second


def _resends(codecs: list[RTCRtpCodecParameters]) -> bool:
    return any(_NACK in codec.rtcpFeedback for codec in codecs)


def _numbers(extensions: Iterable[RTCRtpHeaderExtensionParameters]) -> dict[str, int]:
    return {extension.uri: extension.id for extension in extensions}
