"""The child that makes one voice playable: original in, seconds and WebM out."""

from __future__ import annotations

import struct
import sys

from speech.bounds import MIB, bound

HEAD = struct.Struct("!d")  #: seconds
#: What its status says; anything else is a crash.
REFUSED = {"format": 3, "damaged": 4, "too-long": 5}
WORK = 20  #: seconds of work; a minute of voice takes a fifth of one
MEMORY = 768 * MIB


def main() -> int:
    """Read, make, write."""
    bound(seconds=WORK, memory=MEMORY)
    # Only now: the limits hold for the libraries too.
    from domain.ports.speech import NotPlayable  # noqa: PLC0415  # see above
    from speech.decoding import playable  # noqa: PLC0415  # see above

    try:
        made = playable(sys.stdin.buffer.read())
    except NotPlayable as reason:
        return REFUSED[reason.why]
    sys.stdout.buffer.write(HEAD.pack(made.seconds) + made.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
