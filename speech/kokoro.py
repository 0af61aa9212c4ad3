"""Kokoro-82M on this machine, by onnxruntime; loaded only in a child (the extra ``speech``)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from speech.kokoro_sounds import SOUNDS
from speech.models import KOKORO, MODEL, checked
from speech.spoken import MARKS

RATE = 24_000
MP3_BITS = 32_000
THREADS = 2
PAUSE = 0.35  #: seconds between two sentences
MOST_SOUNDS = 480  #: the model takes 510
STYLES = 256  #: numbers of a voice for each length
_PAUSES = dict(zip("，、；：。！？（）", ",,;:.!?,,", strict=True))


def read_aloud(sentences: list[str], *, voice: str, models: Path) -> bytes:
    """Return an MP3 of the sentences, one after the other."""
    import numpy  # noqa: PLC0415, ICN001  # the extra, in the child alone
    import onnxruntime  # noqa: PLC0415  # the same

    folder = checked(models, KOKORO)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(
        str(folder / MODEL), sess_options=options, providers=["CPUExecutionProvider"]
    )
    styles = numpy.fromfile(folder / f"{voice}.bin", dtype=numpy.float32).reshape(-1, STYLES)
    gap = numpy.zeros(round(PAUSE * RATE), numpy.float32)
    pieces: list[Any] = []
    for sentence in sentences:
        for sounds in _portions(sounds_of(sentence)):
            tokens = [SOUNDS[one] for one in sounds if one in SOUNDS]
            given = {
                "tokens": numpy.array([[0, *tokens, 0]], dtype=numpy.int64),
                "style": styles[min(len(tokens), len(styles)) - 1].reshape(1, STYLES),
                "speed": numpy.array([1.0], dtype=numpy.float32),
            }
            pieces += [numpy.asarray(session.run(None, given)[0]).ravel(), gap]
    whole = numpy.concatenate(pieces) if pieces else gap
    return _as_mp3((numpy.clip(whole, -1, 1) * 32767).astype(numpy.int16))


def sounds_of(sentence: str) -> str:
    """Write a sentence in the sounds that Kokoro was taught, word by word."""
    from misaki.transcription import pinyin_to_ipa  # noqa: PLC0415  # the extra
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  # the same
    from pypinyin.seg.mmseg import seg  # noqa: PLC0415  # the same

    def word(text: str) -> str:
        syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
        return "".join(_toned(part) for one in syllables for part in pinyin_to_ipa(one)[0])

    told = []
    for run in re.findall(rf"[{MARKS}]|[^{MARKS}]+", sentence):
        if run in _PAUSES:
            told.append(f"{_PAUSES[run]} ")
        else:
            told.append(" ".join(word(one) for one in seg.cut(run)))
    return "".join(told).replace("\u032f", "").strip()


def _toned(sounds: Any) -> str:
    """Write tones as arrows, as misaki does for Kokoro."""
    text = "".join(sounds) if not isinstance(sounds, str) else sounds
    for tone, arrow in (("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→")):
        text = text.replace(tone, arrow)
    return text.replace("\u027b\u0329", "ɨ").replace("\u0279\u0329", "ɨ")


def _portions(sounds: str) -> Iterator[str]:
    while len(sounds) > MOST_SOUNDS:
        cut = max(sounds.rfind(" ", 0, MOST_SOUNDS), 1)
        yield sounds[:cut]
        sounds = sounds[cut:]
    if sounds.strip():
        yield sounds


def _as_mp3(samples: Any) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as box:
        stream = box.add_stream("libmp3lame", rate=RATE)
        stream.bit_rate, stream.layout, stream.format = MP3_BITS, "mono", "s16p"
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for piece in av.AudioResampler(format="s16p", layout="mono", rate=RATE).resample(frame):
            box.mux(stream.encode(piece))
        box.mux(stream.encode(None))
    return file.getvalue()
