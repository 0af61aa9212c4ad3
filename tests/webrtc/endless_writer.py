"""Writes a journal without end and says the hash of each block once it is on disk."""

import sys
from pathlib import Path

from tests.webrtc.packets import ABOUT, START
from webrtc.journal import Journal, Kind, Record


def main() -> None:
    book = Journal(Path(sys.argv[1]), ABOUT)
    number = 0
    while True:
        number += 1
        arrival = START + number * 20_000_000
        book.add(Record(kind=Kind.AUDIO, arrival=arrival, data=bytes(number % 700 + 13)))
        if number % 20 == 0:
            stored = book.store()
            assert stored is not None
            sys.stdout.write(stored.sha256 + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
