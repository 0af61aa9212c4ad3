"""The child that reads one text aloud: sentences in, MP3 out."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from speech.bounds import MIB, bound
from speech.hearing import MODELS, NO_MODEL

WORK = 1200  #: seconds of work; a minute of speech takes some eighty
MEMORY = 8192 * MIB


def main() -> int:
    """Read the sentences, read them aloud, write."""
    bound(seconds=WORK, memory=MEMORY)
    from speech.kokoro import read_aloud  # noqa: PLC0415  # only within the limits
    from speech.models import WrongModel  # noqa: PLC0415  # the same

    told = json.load(sys.stdin)
    try:
        made = read_aloud(told["sentences"], voice=told["voice"], models=Path(os.environ[MODELS]))
    except WrongModel:
        return NO_MODEL
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
