"""The two ways of sending pictures that a room may have (RFC 7742, 5: every browser knows both)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from webrtc import h264, vp8
from webrtc.pictures import Picture, Size
from webrtc.rtp import HEADER

CodecName = Literal["VP8", "H264"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoCodec:
    """How pictures are sent and kept."""

    name: CodecName
    payload_type: int  #: in journals
    container: str  #: of a playable file, by FFmpeg's name
    ending: str  #: of that file
    openings: frozenset[int]  #: first octets of packets that may begin a whole picture
    begins: Callable[[bytes], bool]  #: whether a whole picture begins with this packet
    picture: Callable[[bytes], Picture]  #: the numbers in a packet
    size: Callable[[bytes], Size | None]  #: of the whole picture that begins with this packet
    joined: Callable[[Sequence[bytes]], bytes]  #: all packets of a picture, put together


VP8 = VideoCodec(
    name="VP8",
    payload_type=96,
    container="webm",
    ending=".webm",
    openings=vp8.OPENINGS,
    begins=vp8.begins,
    picture=vp8.picture,
    size=vp8.size,
    joined=vp8.joined,
)
H264 = VideoCodec(
    name="H264",
    payload_type=102,
    container="matroska",  # WebM holds no H.264
    ending=".mkv",
    openings=h264.OPENINGS,
    begins=h264.begins,
    picture=h264.picture,
    size=h264.size,
    joined=h264.joined,
)
CODECS: dict[str, VideoCodec] = {codec.name: codec for codec in (VP8, H264)}
ENDINGS = tuple(codec.ending for codec in CODECS.values())
_BY_TYPE = {codec.payload_type: codec for codec in CODECS.values()}


def codec_of(packet: bytes) -> VideoCodec:
    """Tell how the picture in a journal's packet was sent."""
    return _BY_TYPE.get(packet[1] & 0x7F, VP8)


def size_of_whole_picture(packet: bytes) -> Size | None:
    """Read the size of the whole picture that a journal's packet begins."""
    codec = codec_of(packet)
    if len(packet) <= HEADER.size or packet[HEADER.size] not in codec.openings:
        return None  # nearly all of them: not even copied
    payload = packet[HEADER.size :]
    return codec.size(payload) if codec.begins(payload) else None
