"""The parts joined to one film that plays in a browser, without encoding again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from io import IOBase

import av

from webrtc.montage.canvas import HEIGHT, WIDTH
from webrtc.montage.packing import Packet
from webrtc.montage.sound import RATE
from webrtc.montage.turns import FRAME
from webrtc.webm import OPTIONS, OPUS_HEAD

_MS = Fraction(1, 1000)


def join(
    file: IOBase,
    packets: Iterable[Packet],
    chapters: Sequence[tuple[float, float, str]],
) -> None:
    """Write the film and close its file; chapters begin and end at a second and have a name."""
    with av.open(file, "w", format="webm", options=OPTIONS) as film:
        picture = film.add_stream("libvpx", rate=25)
        picture.width, picture.height, picture.time_base = WIDTH, HEIGHT, _MS
        sound = film.add_stream("libopus", rate=RATE)
        sound.codec_context.extradata, sound.time_base = OPUS_HEAD, _MS
        film.set_chapters(
            [
                {
                    "id": number,
                    "start": round(begin * 1000),
                    "end": round(end * 1000),
                    "time_base": _MS,
                    "metadata": {"title": name},
                }
                for number, (begin, end, name) in enumerate(chapters, 1)
            ]
        )
        for one in packets:
            packet = av.Packet(one.data)
            packet.stream = picture if one.picture else sound
            packet.time_base, packet.is_keyframe = _MS, one.key
            packet.pts = packet.dts = one.at
            if not one.picture:
                packet.duration = FRAME
            film.mux(packet)
    file.close()
