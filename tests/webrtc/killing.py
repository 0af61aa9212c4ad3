"""kill -9 of the recorder or of its media worker while two people are recorded, again and again."""

import asyncio
import base64
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Page

from domain.ports.rooms import SeatRole, Segment
from sealing.whole import opened
from tests.webrtc.house import KEY, House, go_in, hears_and_sees, until
from webrtc import journal
from webrtc.journal import NANOSECONDS, Kind

Victim = Literal["recorder", "worker"]
FFPROBE = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json"]
PEOPLE = ("li", "wang")
FROM_START = """
async (octets) => {
  const film = Uint8Array.from(atob(octets), (one) => one.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([film], { type: "video/webm" }));
  document.body.replaceChildren(video);
  const ended = new Promise((end) => {
    video.onended = () => end("");
    video.onerror = () => end(`error ${video.error.code} ${video.error.message}`);
    setTimeout(() => end(`stands at ${video.currentTime} of ${video.duration}`), 30000);
  });
  video.playbackRate = 8;
  await video.play().catch(() => {});
  const found = await ended;
  URL.revokeObjectURL(video.src);
  return found;
}
"""


@dataclass(frozen=True)
class Outcome:
    """What one death cost."""

    victim: Victim
    acknowledged: float  #: seconds of both people that web had been told of before
    lost: float  #: seconds of those that are not on disk afterwards
    tail: float  #: seconds before the death of which nothing is on disk, of the worse of the two
    away: float  #: seconds until both were recorded again


@dataclass
class Films:
    """How the playable files were found."""

    films: int = 0
    complaints: list[str] = field(default_factory=list)


async def a_recorded_meeting(house: House) -> None:
    """Have two people see each other, agree and be recorded."""
    li = await house.a_page("li", colour="#c00000", pitch=400, role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000", pitch=700)
    for page in (li, wang):
        await go_in(page, agree=True)
    await asyncio.gather(hears_and_sees(li, others=1), hears_and_sees(wang, others=1))
    await li.click("#record")


async def killed(house: House, victim: Victim, *, after: float, pause: float = 0) -> Outcome:
    """Kill it once so many seconds of a new segment of each are acknowledged; see what is left.

    Between the acknowledgement and the death lies the ``pause``.
    """
    await until(lambda: _seconds(house) >= after, 60, f"{after} s of each")
    pid = await _pid(house, victim)
    await asyncio.sleep(pause)
    before = {path: segment for path, segment in house.gate.segments.items() if not segment.closed}

    os.kill(pid, signal.SIGKILL)
    died = time.time()
    if victim == "worker":
        await house.worker.end(signal.SIGKILL)
        await house.worker.start()

    await until(lambda: _recorded_since(house, before), 60, "recorded again")
    again = time.time()
    await until(lambda: all(house.gate.segments[path].closed for path in before), 30, "mended")
    found = {path: await asyncio.to_thread(house.worker.verified, path) for path in before}
    assert all(one.broken_at is None and one.torn == 0 for one in found.values())
    return Outcome(
        victim=victim,
        acknowledged=sum(one.seconds for one in before.values()),
        lost=sum(max(0, before[path].seconds - found[path].stored.seconds) for path in before),
        tail=died - min([await asyncio.to_thread(_until, house, path) for path in before]),
        away=again - died,
    )


async def everything_plays(house: House, page: Page) -> Films:
    """Open the film of every journal with ffprobe and in a browser, from its first second on."""
    found = Films()
    for path in sorted(house.gate.segments):
        film = house.worker.recordings / house.gate.segments[path].playback
        if not film.exists():
            if house.worker.verified(path).stored.seconds:
                found.complaints.append(f"{path}: no film")
            continue
        plain = opened(KEY, f"recordings/{house.gate.segments[path].playback}", film.read_bytes())
        found.films += 1
        if wrong := await asyncio.to_thread(_probed, plain):
            found.complaints.append(f"{path}: ffprobe: {wrong}")
        if wrong := await page.evaluate(FROM_START, base64.b64encode(plain).decode()):
            found.complaints.append(f"{path}: Chromium: {wrong}")
    return found


def _newest(house: House) -> dict[str, Segment]:
    """The open segment of each person, if they are recorded."""
    return {one.participant: one for one in house.gate.segments.values() if not one.closed}


def _seconds(house: House) -> float:
    newest = _newest(house)
    return min(newest[name].seconds if name in newest else 0.0 for name in PEOPLE)


def _recorded_since(house: House, before: dict[str, Segment]) -> bool:
    newest = _newest(house)
    return all(name in newest and newest[name].journal not in before for name in PEOPLE)


async def _pid(house: House, victim: Victim) -> int:
    if victim == "worker":
        assert house.worker.process is not None
        return house.worker.process.pid
    plane = house.plane
    assert plane is not None
    plane.figures.clear()
    plane.count()
    await until(lambda: plane.figures, 5)
    return plane.figures[house.worker.socket]["recorder_pid"]


def _until(house: House, path: str) -> float:
    """When the last packet came that is on disk."""
    records = journal.read(house.worker.recordings / path, KEY)
    media = (record.arrival for record in records if record.kind in {Kind.AUDIO, Kind.VIDEO})
    return max(media) / NANOSECONDS


def _probed(film: bytes) -> str:
    """What ffprobe finds wrong when it decodes everything; empty if nothing."""
    ran = subprocess.run(
        [*FFPROBE, "-"],
        input=film,
        capture_output=True,
        check=False,
    )
    if ran.returncode or ran.stderr:
        return ran.stderr.decode(errors="replace").strip() or f"status {ran.returncode}"
    read = [int(one.get("nb_read_frames", 0)) for one in json.loads(ran.stdout)["streams"]]
    return "" if read and all(read) else f"frames {read}"
