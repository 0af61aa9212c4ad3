"""Looking at a recording: which colour, when does it flash, when does it beep, how high?"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import av
import numpy as np

from sealing.whole import opened


@dataclass(frozen=True)
class Film:
    """What one playable file shows; times in seconds."""

    colour: tuple[int, int, int]  #: of the median frame
    pitch: float  #: Hz, of the loudest beep
    flashes: list[float]
    beeps: list[float]
    seconds: float
    frames: int


def watch(path: Path, key: bytes | None = None, name: str = "") -> Film:
    """Decode a whole file, sealed or not."""
    octets = path.read_bytes()
    plain = octets if key is None else opened(key, name, octets)
    pictures = list(_pictures(plain))
    sound, rate = _sound(plain)
    unlit = np.array([mean for _, mean in pictures if mean.min() < 200])
    red, green, blue = (int(c) for c in np.median(unlit, axis=0))
    loud = np.abs(sound) > 0.1
    begins = _onsets(np.flatnonzero(loud) / rate)
    first = int(begins[len(begins) // 2] * rate) if begins else 0  # the first may be cut
    return Film(
        colour=(red, green, blue),
        pitch=_pitch(sound[first + rate // 50 : first + rate // 8], rate),
        flashes=_onsets([at for at, mean in pictures if mean.min() > 200]),
        beeps=begins,
        seconds=max(pictures[-1][0], len(sound) / rate),
        frames=len(pictures),
    )


def apart(film: Film) -> list[float]:
    """How far each flash is from the nearest beep, in seconds."""
    return [min(abs(flash - beep) for beep in film.beeps) for flash in film.flashes[1:-1]]


def _pictures(film: bytes):
    with av.open(BytesIO(film), "r") as file:
        for frame in file.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24")[frame.height // 2 :]  # below the mark
            yield frame.time, pixels.reshape(-1, 3).mean(axis=0)


def _sound(film: bytes) -> tuple[np.ndarray, int]:
    """Lay every decoded piece at its own time, so that a gap stays a gap."""
    with av.open(BytesIO(film), "r") as file:
        if not file.streams.audio:  # of a screen
            return np.zeros(0), 48000
        pieces = [(f.time or 0.0, f.to_ndarray()[0], f.sample_rate) for f in file.decode(audio=0)]
    rate = pieces[0][2]
    last, samples, _ = pieces[-1]
    whole = np.zeros(round(last * rate) + len(samples))
    for at, samples, _ in pieces:
        start = round(at * rate)
        whole[start : start + len(samples)] = samples[: len(whole) - start]
    return whole, rate


def _onsets(times) -> list[float]:
    """The first of each group of times that lie together."""
    begins = []
    last = -1.0
    for at in times:
        if at - last > 0.4:
            begins.append(float(at))
        last = at
    return begins


def _pitch(samples: np.ndarray, rate: int) -> float:
    if not len(samples):
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))
