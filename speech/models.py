"""The models of the extra ``speech``: where set-up puts them, and which hashes they must have."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

WHISPER = "whisper-base"
KOKORO = "kokoro"
MODEL = "model.bin"
#: By model: file and SHA-256.  Whisper's are those of the published Systran/faster-whisper-base.
FILES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        WHISPER: {
            MODEL: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        },
        KOKORO: {
            MODEL: "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            "zf_xiaoxiao.bin": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
            "zm_yunjian.bin": "de48a00bdbf3649f07162269a2b6e0513604389bfac8a2e6c75cb34b323ad6fa",
        },
    }
)
LIBRARIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {WHISPER: ("faster_whisper", "opencc"), KOKORO: ("onnxruntime", "misaki", "pypinyin")}
)


class WrongModel(Exception):
    """A model is missing or is not the one that was published."""


def is_ready(folder: Path, model: str) -> bool:
    """Say whether the extra is installed and its files are there; their hashes cost a second."""
    there = all((folder / model / name).is_file() for name in FILES[model])
    return there and all(find_spec(one) is not None for one in LIBRARIES[model])


def checked(folder: Path, model: str) -> Path:
    """Return the model's folder once every file in it has its hash; raises WrongModel."""
    place = folder / model
    for name, wanted in FILES[model].items():
        try:
            with (place / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise WrongModel(f"{model}/{name} is missing") from None
        if found != wanted:
            raise WrongModel(f"{model}/{name} is another file than was published")
    return place
