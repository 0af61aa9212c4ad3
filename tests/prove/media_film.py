"""The film of a meeting is right and whole after many kill -9; what a minute of it costs.

Three people with moving pictures and seeded turns are recorded; the process that makes their film
is killed again and again, at seeded moments, and what is whole is never made again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import av

from tests.webrtc.film_archive import BLUE, FILM, GREEN, NAMES, RED, Archive
from tests.webrtc.house import KEY, PROJECT
from tests.webrtc.talking import Speaker, written
from webrtc.montage.schedule import PART
from webrtc.montage.tiles import places

COLOURS = {"li": RED, "wang": GREEN, "zhao": BLUE}


def main() -> int:
    """Record, kill, finish, look, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=media-film", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of turns and kills (%(default)s)")
    parser.add_argument("--minutes", type=int, default=5, help="of the meeting (%(default)s)")
    parser.add_argument("--kills", type=int, default=12, help="at most (%(default)s)")
    parser.add_argument("--making", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.making:
        asyncio.run(_read(options.making).make())
        return 0
    with tempfile.TemporaryDirectory(prefix="media-film-") as folder:
        return asyncio.run(_prove(Path(folder), options))


async def _prove(folder: Path, options: argparse.Namespace) -> int:
    chance = random.Random(options.seed)
    people = _people(chance, 60.0 * options.minutes)
    archive = Archive(folder, [written(folder, KEY, "m1", one) for one in people], part=PART)
    (folder / "archive").write_bytes(pickle.dumps(archive))
    cut = 0
    while cut < options.kills and len(_parts(folder)) < options.minutes - 2:
        cut += await _killed(folder, chance.uniform(3, 30))
    whole = {one: one.stat().st_mtime_ns for one in _parts(folder)}
    began, before = time.monotonic(), _work()
    made = await archive.make()
    took, work, rest = time.monotonic() - began, _work() - before, archive.ran
    again = sum(one.stat().st_mtime_ns != at for one, at in whole.items())
    off, missed = _turns_off(people, made.turns)
    wrong = _wrong_colours(archive, people)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    minutes = max(1, rest)
    print(
        f"Seed {options.seed}. Three people of 640x360 with 20 moving pictures a second, "
        f"{options.minutes} minutes, parts of a minute.\n\n"
        "| what | found |\n|---|--:|\n"
        f"| kills, until two parts were left or so many | {cut} |\n"
        f"| whole parts made again | {again} of {len(whole)} |\n"
        f"| parts left to make after the last kill | {rest} |\n"
        f"| seconds of film | {made.seconds} |\n"
        f"| turns found / spoken | {len(made.turns)} / {sum(len(one.turns) for one in people)} |\n"
        f"| turns not found | {missed} |\n"
        f"| farthest that a turn begins or ends from the truth | {off * 1000:.0f} ms |\n"
        f"| looks at a place that showed somebody else | {wrong} |\n"
        f"| processor seconds for a minute of film | {work / minutes:.1f} |\n"
        f"| seconds for it on this machine, beside whatever ran | {took / minutes:.1f} |\n"
        f"| most memory of a child or of a maker | {memory:.0f} MiB |"
    )
    right = rest and not again and not missed and off < 0.3 and not wrong and work / minutes < 60
    return 0 if right else 1


def _people(chance: random.Random, seconds: float) -> list[Speaker]:
    turns: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
    at = 1.0
    while at < seconds - 12:
        end = round(at + chance.uniform(0.6, 9), 2)
        turns[chance.choice(list(NAMES))].append((round(at, 2), end))
        at = end + chance.uniform(0.9, 3)
    return [
        Speaker(
            name=name,
            colour=COLOURS[name],
            pitch=400 + 300 * number,
            turns=turns[name],
            end=seconds,
            size=(640, 360),
            speed=20,
            moves=True,
        )
        for number, name in enumerate(NAMES)
    ]


async def _killed(folder: Path, after: float) -> bool:
    """Make the film for so long, then kill all of it; say whether it was still at work."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.prove.media_film", "--making", str(folder),
        cwd=PROJECT, start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(after):
            await process.wait()
    except TimeoutError:
        process.send_signal(signal.SIGKILL)
        await process.wait()
        return True
    return False


def _read(folder: Path) -> Archive:
    archive: Archive = pickle.loads((folder / "archive").read_bytes())
    return archive


def _parts(folder: Path) -> list[Path]:
    return [one for one in (folder / FILM).with_suffix(".parts").glob("*") if not one.suffix]


def _work() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = os.times()
    return used.ru_utime + used.ru_stime + own.user + own.system


def _turns_off(people, turns) -> tuple[float, int]:
    """How far turns are from what was spoken, at most, and how many were not found at all."""
    off, missed = 0.0, 0
    for one in people:
        found = [(turn.begin, turn.end) for turn in turns if turn.participant == one.name]
        for begin, end in one.turns:
            near = [max(abs(a - begin), abs(b - end)) for a, b in found]
            if not near or min(near) > 1.0:
                missed += 1
            else:
                off = max(off, min(near))
    return off, missed


def _wrong_colours(archive: Archive, people) -> int:
    """Look at every place once a second; the colour that stands out has to be its person's."""
    wrong, second = 0, 1.0
    with av.open(BytesIO(archive.plain()), "r") as film:
        for frame in film.decode(video=0):
            if frame.time < second:
                continue
            second += 1.0
            picture = frame.to_ndarray(format="rgb24")
            for (left, top, width, height), one in zip(places(3), people, strict=True):
                middle = picture[top + height // 3 :, left + width // 3 :][:60, :100]
                seen = middle.reshape(-1, 3).mean(axis=0)
                wrong += int(seen.argmax() != max(range(3), key=lambda at: one.colour[at]))
    return wrong + (second < people[0].end - 2)


if __name__ == "__main__":
    sys.exit(main())
