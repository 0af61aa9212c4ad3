"""Voices as WeChat sends them, made here: AMR-NB of tones, and of what nobody should send."""

import io
import math
from fractions import Fraction

import av

from speech.amr import MAGIC

SILENCE = bytes([0x44]) + bytes(5)  # a SID frame, as phones send when nobody speaks


def a_voice(seconds=1.0, *, hertz=440):
    """Encode a tone as a phone does."""
    encoder = av.CodecContext.create("libopencore_amrnb", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 8000, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 12_200, Fraction(1, 8000)
    packets = []
    for number in range(round(seconds * 50)):
        packets += encoder.encode(_tone(number, hertz))
    packets += encoder.encode(None)
    return MAGIC + b"".join(bytes(packet) for packet in packets)


def _tone(number, hertz):
    samples = range(number * 160, number * 160 + 160)
    wave = [round(8000 * math.sin(2 * math.pi * hertz * one / 8000)) for one in samples]
    frame = av.AudioFrame(format="s16", layout="mono", samples=160)
    frame.sample_rate, frame.pts = 8000, number * 160
    frame.planes[0].update(b"".join(one.to_bytes(2, "little", signed=True) for one in wave))
    return frame


def a_sound(seconds=0.5):
    """Encode a tone as MP3, as a reader does."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as box:
        stream = box.add_stream("libmp3lame", rate=8000)
        stream.layout = "mono"
        for number in range(round(seconds * 50)):
            frame = _tone(number, 440)
            for piece in av.AudioResampler(format="s16p", layout="mono", rate=8000).resample(frame):
                box.mux(stream.encode(piece))
        box.mux(stream.encode(None))
    return file.getvalue()


class ToneReader:
    """Reads every text as the same tone."""

    voice = "tone/1"

    async def read(self, words):
        assert words
        return a_sound()
