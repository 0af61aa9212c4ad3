"""From AMR-NB and MP3 to what browsers play and listeners read (PyAV: FFmpeg and opencore-amr)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction

import av
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from domain.media import MOST_SECONDS
from domain.ports.speech import NotPlayable, Playable, WhyNot
from speech import mp3
from speech.amr import SECONDS_OF_A_FRAME, frames, is_amr

RATE = 8000
OPUS_RATE = 48_000
OPUS_BITS = 32_000


def playable(original: bytes) -> Playable:
    """Turn a voice into WebM with Opus; raises :class:`NotPlayable`."""
    seconds, sound = _told(original)
    if seconds > MOST_SECONDS:
        raise NotPlayable(WhyNot.TOO_LONG)
    try:
        return Playable(data=_as_webm(sound), seconds=round(seconds, 2))
    except (FFmpegError, ValueError) as error:
        raise NotPlayable(WhyNot.DAMAGED) from error


def _told(original: bytes) -> tuple[float, Iterator[av.AudioFrame]]:
    """Say how long a voice is, and what will be heard."""
    if is_amr(original):
        cut = _frames(original)
        return len(cut) * SECONDS_OF_A_FRAME, _sound(cut)
    if mp3.is_mp3(original):
        parts = list(mp3.frames(original))
        return sum(one.samples / one.rate for one in parts), _sound_of_mp3(parts)
    raise NotPlayable(WhyNot.FORMAT)


def _frames(original: bytes) -> list[bytes]:
    try:
        cut = list(frames(original))
    except ValueError as error:
        raise NotPlayable(WhyNot.DAMAGED) from error
    if not cut:
        raise NotPlayable(WhyNot.DAMAGED)
    return cut


def _sound(cut: list[bytes]) -> Iterator[av.AudioFrame]:
    # The decoder that av.open takes stops at frames of silence; this one, fed frame by frame, not.
    decoder = av.CodecContext.create("libopencore_amrnb", "r")
    assert isinstance(decoder, AudioCodecContext)
    decoder.sample_rate, decoder.layout = RATE, "mono"
    told = 0
    for one in cut:
        for frame in decoder.decode(av.Packet(one)):
            frame.pts, frame.time_base = told, Fraction(1, RATE)
            told += frame.samples
            yield frame


def _sound_of_mp3(parts: list[mp3.Frame]) -> Iterator[av.AudioFrame]:
    decoder = av.CodecContext.create("mp3float", "r")
    assert isinstance(decoder, AudioCodecContext)
    told = 0
    for one in parts:
        for frame in decoder.decode(av.Packet(one.data)):
            frame.pts, frame.time_base = told, Fraction(1, one.rate)
            told += frame.samples
            yield frame
    if not told:
        raise ValueError("nothing to hear")


def _as_webm(sound: Iterator[av.AudioFrame]) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as box:
        stream = box.add_stream("libopus", rate=OPUS_RATE)
        stream.bit_rate, stream.layout = OPUS_BITS, "mono"
        bridge = av.AudioResampler(format="s16", layout="mono", rate=OPUS_RATE)
        for frame in (*sound, None):
            for piece in bridge.resample(frame):
                box.mux(stream.encode(piece))
        box.mux(stream.encode(None))
    return file.getvalue()
