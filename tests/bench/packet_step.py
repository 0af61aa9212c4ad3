"""The step of a packet through the relay engine: one datagram in, three out, with real SRTP.

Run as ``python -m tests.bench.packet_step``; it needs nothing but a loopback and takes seconds.
"""

from __future__ import annotations

import itertools
import statistics
import time

from tests.webrtc.rig import ENGINES, Make, Rig

_SUBSCRIBERS, _ROUNDS, _PACKETS = 3, 150, 70  # packets: as many as a socket's buffer holds
_SOUND, _PICTURE = b"s" * 90, b"p" * 1050


def measure(make: Make) -> list[float]:
    """Give microseconds of processor time for a forwarded packet, round by round."""
    rig = Rig(make)
    wang = rig.publisher("audio", "video")
    others = [rig.subscriber(*wang.leg.streams) for _ in range(_SUBSCRIBERS)]
    sounds, pictures = itertools.count(), itertools.count()
    spent = []
    for number in range(_ROUNDS):
        for packet in range(_PACKETS):  # fifty of sound to a hundred and twenty-five of picture
            sound = packet % 7 in {0, 3}
            at = next(sounds if sound else pictures)
            ssrc, payload = (7, _SOUND) if sound else (17, _PICTURE)
            wang.send(at, payload, ssrc=ssrc, timestamp=at // 6 * 960, read=False)
        began = time.process_time_ns()
        rig.engine.read()
        spent.append((time.process_time_ns() - began) / 1000 / _PACKETS / len(others))
        for browser in (wang, *others):
            browser.leg.tick(time.monotonic() + number)
        assert [len(other.media()) for other in others] == [_PACKETS] * len(others)
    rig.close()
    return spent


if __name__ == "__main__":
    for engine in ENGINES:
        spent = measure(engine)
        print(f"{engine.__name__}: {statistics.median(spent):.2f} us, best {min(spent):.2f} us")
