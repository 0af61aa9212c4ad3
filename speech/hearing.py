"""The child that writes one voice down: hints and sound in, segments out."""

from __future__ import annotations

import json
import os
import struct
import sys
from dataclasses import asdict
from pathlib import Path

from speech.bounds import MIB, bound

HEAD = struct.Struct("!I")  #: octets of the hints, which are JSON
MODELS = "SPEECH_MODELS"  #: the variable that names the folder of the models
UNCLEAR, NO_MODEL = 3, 4
WORK = 600  #: seconds of work; a minute of voice takes some twenty
MEMORY = 8192 * MIB  #: of address space; Whisper base uses half a gigabyte of it


def main() -> int:
    """Read, listen, write."""
    bound(seconds=WORK, memory=MEMORY)
    from domain.ports.speech import Unclear  # noqa: PLC0415  # only within the limits
    from speech.models import WrongModel  # noqa: PLC0415  # the same
    from speech.whisper import written_down  # noqa: PLC0415  # the same

    (length,) = HEAD.unpack(sys.stdin.buffer.read(HEAD.size))
    hints = json.loads(sys.stdin.buffer.read(length))
    sound = sys.stdin.buffer.read()
    try:
        segments = written_down(sound, hints=hints, models=Path(os.environ[MODELS]))
    except Unclear:
        return UNCLEAR
    except WrongModel:
        return NO_MODEL
    json.dump([asdict(one) for one in segments], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
