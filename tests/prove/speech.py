"""Mandarin read aloud, sent as AMR-NB, made playable and written down: how much comes back.

It makes an environment of its own from ``requirements-speech.lock`` (kept, so that a second run
only measures).  The speech is synthetic: Kokoro reads, Whisper listens; real voices are worse.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements-speech.lock"
SPEAKERS = ("zf_xiaoxiao", "zm_yunjian")
SENTENCES = (
    "隔壁老张去年三月借了我三千六百块钱，说好半年还，到现在一分也没有还。",
    "楼上的水管坏了，水漏到我家，天花板和柜子都泡坏了，他们不肯赔。",
    "我在工地上干了四个月，老板一直拖着工资不发，现在电话也不接了。",
    "小区门口的广场舞每天晚上跳到十点，声音太大，老人和孩子都睡不好。",
    "我们两家的宅基地中间有一条路，他把路堵了，我的车进不去。",
)
MOST_WRONG = 0.25  #: of the characters, over all sentences; nearer 0.1 is what was seen
HOTLINES = ("96110", "12356", "110")


@dataclass(frozen=True)
class Round:
    """One sentence there and back."""

    speaker: str
    said: str
    heard: str
    seconds: float
    reading: float
    listening: float

    @property
    def wrong(self) -> int:
        return edits(plain(self.said), plain(self.heard))


def plain(text: str) -> str:
    """Leave the characters alone that are spoken."""
    return re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", text))


def edits(one: str, other: str) -> int:
    """Count Levenshtein's edits."""
    before = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        now = [row]
        for column, right in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (left != right)))
        before = now
    return before[-1]


def as_amr(mp3: bytes) -> bytes:
    """Encode as a phone does: AMR-NB, 12.2 kbit/s."""
    import av  # noqa: PLC0415  # the other environment has it too

    from speech.amr import MAGIC  # noqa: PLC0415  # the same

    encoder = av.CodecContext.create("libopencore_amrnb", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 8000, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 12_200, Fraction(1, 8000)
    bridge = av.AudioResampler(format="s16", layout="mono", rate=8000, frame_size=160)
    packets = []
    with av.open(io.BytesIO(mp3), "r") as sound:
        for frame in (*sound.decode(audio=0), None):
            for piece in bridge.resample(frame):
                if piece.samples == 160:
                    packets += encoder.encode(piece)
    packets += encoder.encode(None)
    return MAGIC + b"".join(bytes(packet) for packet in packets)


async def there_and_back(models: Path, speaker: str, said: str) -> Round:
    """Read, encode, make playable, listen."""
    from domain.ports.speech import Unclear  # noqa: PLC0415  # in the other environment
    from speech.local import LocalReader, LocalTranscriber  # noqa: PLC0415  # the same
    from speech.voices import ChildVoices  # noqa: PLC0415  # the same

    began = time.monotonic()
    mp3 = await LocalReader(models=models, speaker=speaker).read(said)
    read = time.monotonic()
    made = await ChildVoices().playable(as_amr(mp3))
    ready = time.monotonic()
    try:
        segments = await LocalTranscriber(models=models).transcribe(made.data)
        heard = "".join(one.text for one in segments)
    except Unclear:
        heard = ""
    return Round(
        speaker=speaker,
        said=said,
        heard=heard,
        seconds=made.seconds,
        reading=read - began,
        listening=time.monotonic() - ready,
    )


async def silence(models: Path) -> str:
    """Let it listen to nothing."""
    from domain.ports.speech import Unclear  # noqa: PLC0415  # in the other environment
    from speech.amr import MAGIC  # noqa: PLC0415  # the same
    from speech.local import LocalTranscriber  # noqa: PLC0415  # the same
    from speech.voices import ChildVoices  # noqa: PLC0415  # the same

    made = await ChildVoices().playable(MAGIC + (bytes([0x44]) + bytes(5)) * 250)
    try:
        segments = await LocalTranscriber(models=models).transcribe(made.data)
    except Unclear:
        return ""
    return "".join(one.text for one in segments)


async def measure(models: Path, sentences: int) -> int:
    """Print the report; fail if too much is lost or something is made of nothing."""
    rounds = []
    for speaker in SPEAKERS:
        for said in SENTENCES[:sentences]:
            rounds.append(await there_and_back(models, speaker, said))
            print(f"{speaker}: {rounds[-1].heard}", file=sys.stderr, flush=True)
    told = "、".join(HOTLINES)
    numbers = await there_and_back(models, SPEAKERS[0], f"有人找您转账，请打{told}。")
    nothing = await silence(models)
    print(
        "Synthetic speech (Kokoro-82M int8), AMR-NB 12.2 kbit/s, Opus 32 kbit/s, Whisper base int8."
    )
    print("CER counts every changed, lost or added character; punctuation is left out.\n")
    print("| voice | characters | wrong | CER | seconds of speech | reading s | listening s |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for speaker in SPEAKERS:
        own = [one for one in rounds if one.speaker == speaker]
        length, wrong = sum(len(plain(one.said)) for one in own), sum(one.wrong for one in own)
        print(
            f"| {speaker} | {length} | {wrong} | {wrong / length:.1%}"
            f" | {sum(one.seconds for one in own):.1f}"
            f" | {sum(one.reading for one in own):.1f}"
            f" | {sum(one.listening for one in own):.1f} |"
        )
    print(f"\nHot-lines read digit by digit came back as: {numbers.heard.strip()}")
    print(f"\nFive seconds of silence: {nothing or 'nothing offered'}\n")
    print("| said | heard |\n|---|---|")
    for one in rounds:
        print(f"| {one.said} | {one.heard.strip()} |")
    whole = sum(one.wrong for one in rounds) / sum(len(plain(one.said)) for one in rounds)
    return 0 if whole <= MOST_WRONG and not nothing else 1


def environment(place: Path) -> Path:
    """Make the environment of the lock unless it is there; give its Python."""
    record, python = place / "lock.sha256", place / "venv" / "bin" / "python"
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if record.is_file() and record.read_text() == digest and python.exists():
        return python
    shutil.rmtree(place / "venv", ignore_errors=True)
    print("Installing what requirements-speech.lock names", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    pip += ["--require-hashes", "--only-binary=:all:", "--no-deps", "-r", str(LOCK)]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    record.write_text(digest)
    return python


def licences(python: Path) -> int:
    """Look at the licence of everything that the extra brings."""
    asked = [str(python), "-m", "tools.licences", LOCK.name]
    return subprocess.run(asked, cwd=ROOT, check=False, stdout=sys.stderr).returncode


def main() -> int:
    """Make ready, look at the licences, then measure in the environment made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", type=Path, default=ROOT / "data" / "proofs" / "speech")
    parser.add_argument("--sentences", type=int, default=len(SENTENCES))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    place: Path = told.place.absolute()
    if told.inside:
        return asyncio.run(measure(place / "models", told.sentences))
    place.mkdir(parents=True, exist_ok=True)
    python = environment(place)
    made = [str(python), "tools/models.py", "--into", str(place / "models")]
    subprocess.run(made, cwd=ROOT, check=True, stdout=sys.stderr)
    inside = [str(python), "-m", "tests.prove.speech", "--inside", "--place", str(place)]
    inside += ["--sentences", str(told.sentences)]
    measured = subprocess.run(inside, cwd=ROOT, check=False).returncode
    return measured or licences(python)


if __name__ == "__main__":
    sys.exit(main())
