"""The files of a recording compared with its manifest, without key or network.

An alteration is located in a journal to its block, by the chain, and in every file to a piece, by
the hashes of its pieces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from webrtc.codecs import ENDINGS
from webrtc.journal import BLOCK_HEAD, HASH, LONGEST_BODY, MAGIC

SUFFIXES = {".journal", *ENDINGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One place at which a file is not what the manifest says."""

    file: str
    first: int  #: octet
    last: int
    what: str


def alterations(manifest: Mapping[str, Any], folder: Path) -> Iterator[Alteration]:
    """Find everything in the folder of recordings that does not fit; nothing means all is whole."""
    known: set[str] = set()
    piece = manifest["made"]["piece"]
    for segment in manifest["segments"]:
        journal, film = segment["journal"], segment["film"]
        for told in filter(None, (journal, film)):
            known.add(told["file"])
            yield from _in_file(folder, told, piece)
        path = folder / journal["file"]
        if path.is_file():
            yield from _in_chain(path, segment, manifest["meeting"]["id"])
    for film in manifest.get("films", ()):
        known.add(film["file"])
        yield from _in_file(folder, film, piece)
    edition = manifest["made"]["edition"]
    strange = f"not in edition {edition} of the manifest; a newer one may name it"
    for path in _unknown(folder / manifest["meeting"]["id"], folder, known):
        last = max(0, path.stat().st_size - 1)
        name = path.relative_to(folder).as_posix()
        yield Alteration(file=name, first=0, last=last, what=strange)


def _unknown(own: Path, folder: Path, known: set[str]) -> Iterator[Path]:
    for path in sorted(own.rglob("*")):
        if path.suffix in SUFFIXES and path.relative_to(folder).as_posix() not in known:
            yield path


def _in_file(folder: Path, told: Mapping[str, Any], piece: int) -> Iterator[Alteration]:
    name, path, octets = told["file"], folder / told["file"], told["octets"]
    if not path.is_file():
        yield Alteration(file=name, first=0, last=max(0, octets - 1), what="missing")
        return
    size = path.stat().st_size
    if size != octets:
        less = min(size, octets)
        what = "cut off" if size < octets else "lengthened"
        yield Alteration(file=name, first=less, last=max(size, octets) - 1, what=what)
    yield from _in_pieces(name, path, told["pieces"], piece, min(size, octets))


def _in_pieces(
    name: str, path: Path, pieces: Sequence[str], piece: int, size: int
) -> Iterator[Alteration]:
    with path.open("rb") as file:
        for number, sha256 in enumerate(pieces):
            found = hashlib.sha256(file.read(piece)).hexdigest()
            first = number * piece
            if found != sha256 and first < size:
                last = min(first + piece, size) - 1
                yield Alteration(file=name, first=first, last=last, what="changed")


def _in_chain(path: Path, segment: Mapping[str, Any], meeting: str) -> Iterator[Alteration]:
    """Walk a journal's blocks; of what follows the first that does not fit nothing can be said."""
    name, told = segment["journal"]["file"], segment["journal"]
    number, before, at = 0, bytes(HASH), 0
    with path.open("rb") as file:
        while head := file.read(BLOCK_HEAD.size):
            why, digest, length = _wrong_with(head, file, number, before)
            end = at + length - 1
            if why:
                yield Alteration(file=name, first=at, last=end, what=f"block {number}: {why}")
                return
            if number == 0 and (why := _not_about(file, at, length, segment, meeting)):
                yield Alteration(file=name, first=at, last=end, what=f"block 0: {why}")
            number, before, at = number + 1, digest, at + length
    if before.hex() != told["last_block"]:
        what = f"ends after block {number - 1} with another block than the centre's books say"
        yield Alteration(file=name, first=at, last=max(at, told["octets"] - 1), what=what)


def _wrong_with(head: bytes, file: BinaryIO, number: int, before: bytes) -> tuple[str, bytes, int]:
    """Say what is wrong with the block that begins with this head; give its hash and length."""
    if len(head) < BLOCK_HEAD.size:
        return "half a head", b"", len(head)
    magic, own_number, length, own_before = BLOCK_HEAD.unpack(head)
    size = BLOCK_HEAD.size + length + HASH
    if magic != MAGIC or length > LONGEST_BODY:
        return "no block", b"", BLOCK_HEAD.size
    body, digest = file.read(length), file.read(HASH)
    if len(digest) < HASH:
        return "cut off", b"", BLOCK_HEAD.size + len(body) + len(digest)
    if (own_number, own_before) != (number, before):
        return "does not follow the one before", digest, size
    if hashlib.sha256(head + body).digest() != digest:
        return "changed", digest, size
    return "", digest, size


def _not_about(
    file: BinaryIO, at: int, length: int, segment: Mapping[str, Any], meeting: str
) -> str:
    """Say whether the first block tells of another recording than this one."""
    there = file.tell()
    file.seek(at + BLOCK_HEAD.size)
    body = file.read(length - BLOCK_HEAD.size - HASH)
    file.seek(there)
    wanted = (meeting, segment["participant"], segment["number"])
    try:
        about = json.loads(body)
        told = (about["meeting"], about["participant"], about["number"])
    except (ValueError, KeyError, TypeError):
        return "says nothing of a recording"
    return "" if told == wanted else "of another recording"
