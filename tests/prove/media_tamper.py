"""Every way to alter a recording is found and located by the offline verifier, without any key.

Each bit of the manifest is changed once, a seeded share of the octets of every file, every class of
place in a journal and a film; blocks and files are taken out, put in and put in another's place.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from documents.attesting import NotAsSigned, attested
from tests.webrtc.tampering import (
    MANIFEST,
    PIECE,
    Archive,
    Deed,
    done,
    file_deeds,
    film_deeds,
    flip_at,
    flipped,
    is_located,
    journal_deeds,
    recorded,
)

HEAD = "| altered | times | found | located |\n|---|--:|--:|--:|"


def main() -> int:
    """Alter everything, print the report, give the status."""
    parser = argparse.ArgumentParser(prog="make prove PART=media-tamper", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the alterations (%(default)s)")
    parser.add_argument("--each", type=int, default=2000, help="octets of a file (%(default)s)")
    parser.add_argument("--rounds", type=int, default=10, help="of every class (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="media-tamper-") as folder:
        archive = recorded(Path(folder), seconds=4)
        times, found, located = _prove(archive, options)
        whole = archive.examined() == []
        sizes = [(archive.recordings / file).stat().st_size for file in archive.files()]
    print(
        f"Seed {options.seed}. Three segments: {len(sizes)} files, {sum(sizes)} octets; pieces of",
        f"{PIECE} octets. *Located*: the verifier names the file, and a range of octets (a block",
        "of a journal, a piece of any file) that holds the first altered one; of the manifest the",
        f"section or octet. Unaltered, everything verifies: {'yes' if whole else 'NO'}.\n",
        sep="\n",
    )
    print(HEAD)
    for name, count in times.items():
        print(f"| {name} | {count} | {found[name]} | {located[name]} |")
    return 0 if whole and found == times and located == times else 1


def _prove(
    archive: Archive, options: argparse.Namespace
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    times, found, located = Counter[str](), Counter[str](), Counter[str]()
    for deed in _deeds(archive, random.Random(options.seed), options):
        told = done(archive, deed)
        times[deed.name] += 1
        found[deed.name] += bool(told)
        located[deed.name] += is_located(deed, told)
    octets = (archive.folder / MANIFEST).read_bytes()
    for place in range(8 * len(octets)):
        name = "one bit of the manifest (each of them)"
        times[name] += 1
        try:
            attested(flip_at(octets, *divmod(place, 8)), archive.root)
        except NotAsSigned as wrong:
            found[name] += 1
            located[name] += bool(wrong.field)
    return times, found, located


def _deeds(archive: Archive, chance: random.Random, options: argparse.Namespace) -> Iterator[Deed]:
    files = archive.files()
    for _ in range(options.rounds):
        for file in files:
            deeds = journal_deeds if file.endswith(".journal") else film_deeds
            yield from deeds(archive, file, chance)
        yield from file_deeds(archive)
    for file in files:
        size = (archive.recordings / file).stat().st_size
        name = f"one octet of a {Path(file).suffix[1:]} file"
        for at in sorted(chance.sample(range(size), min(size, options.each))):
            yield Deed(name, file, at, at, flipped(at, chance))
    print(f"altering {len(files)} files", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
