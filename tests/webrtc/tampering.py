"""A recorded meeting of three segments with its signed manifest, and every way to alter it."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509

from documents.attesting import Attestor, NotAsSigned, attested
from documents.authority import make_authority
from domain.actors import SYSTEM
from domain.history import Event
from domain.ids import CaseId, MeetingId, PersonId, StaffId
from domain.manifests import Files, Kept, KeptFilm, manifest_of
from domain.measures import measured
from domain.meetings import Attendee, Meeting
from domain.ports.rooms import Ended, SeatRole, Segment
from sealing.whole import sealed
from tests.webrtc.house import KEY
from tests.webrtc.packets import START, marks, pictures, sound
from webrtc.inspecting import Alteration, alterations
from webrtc.mending import Mending
from webrtc.shelf import Report, Shelf
from webrtc.tape import Tape

PIECE = 16 * 1024  #: octets; small files are to have several, too
AT = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Found:
    """What the verifier says of one alteration."""

    file: str
    first: int
    last: int
    what: str


@dataclass(frozen=True)
class Deed:
    """One alteration and where it has to be found."""

    name: str
    file: str
    first: int
    last: int
    do: Callable[[Path], None]


class Archive:
    """The folder of recordings of one meeting, beside its manifest."""

    def __init__(self, folder: Path, pki: Path) -> None:
        self.folder = folder
        self.recordings = folder / "recordings"
        self.root = x509.load_pem_x509_certificate((pki / "root.pem").read_bytes())

    def examined(self) -> list[Found]:
        """Verify everything as somebody without key or network does."""
        try:
            manifest = attested((self.folder / MANIFEST).read_bytes(), self.root)
        except NotAsSigned as wrong:
            return [Found(MANIFEST, 0, 0, f"{wrong.field}: {wrong.why}")]
        return [_found(one) for one in alterations(manifest, self.recordings)]

    def files(self) -> list[str]:
        """Every file of the recording, as the manifest names it."""
        whole = sorted(path for path in self.recordings.rglob("*") if path.is_file())
        return [path.relative_to(self.recordings).as_posix() for path in whole]


def recorded(folder: Path, *, seconds: float = 2.0) -> Archive:
    """Record somebody whose picture changes its size, and somebody else; sign the manifest."""
    pki = folder / "pki"
    make_authority(pki, committee="枫桥调委会", at=AT, demo=True, list_url="")
    recordings = folder / "recordings"
    reports: dict[str, Report] = {}
    for name in ("wang", "li"):
        tape = Tape(Shelf(recordings), KEY, ("m1", name), START, _keep(reports))
        first = pictures(seconds)
        small = pictures(seconds, begin=seconds, size=(80, 48), sequence=100)
        films = [*first, *small] if name == "wang" else [*first]
        records = sorted([*marks(), *sound(seconds), *films], key=lambda one: one.arrival)
        for number, record in enumerate(records):
            tape.take(record)
            if number % 40 == 0:
                tape.store()
        tape.close(0, Ended.STOPPED)
    for journal in reports:
        Mending(Shelf(recordings), KEY).mend(recordings / journal)
    kept = [_kept(recordings, _segment(report)) for report in reports.values()]
    write_manifest(folder, pki, Files(segments=kept, film=_side_by_side(recordings)))
    return Archive(folder, pki)


def _side_by_side(recordings: Path) -> KeptFilm:
    """Put the film of both there, sealed as it is kept; nobody here looks at it."""
    name = "m1/montage-1.webm"
    octets = sealed(KEY, f"recordings/{name}", random.Random(1).randbytes(40_000))
    (recordings / name).write_bytes(octets)
    pieces = (octets[at : at + PIECE] for at in range(0, len(octets), PIECE))
    return KeptFilm(name=name, seconds=2.0, file=measured(pieces))


def write_manifest(folder: Path, pki: Path, files: Files) -> None:
    """Write down and sign what is there."""
    meeting = Meeting(
        id=MeetingId("m1"),
        case_id=CaseId("c1"),
        starts_at=AT,
        attendees=(
            Attendee(participant="li", role=SeatRole.MEDIATOR, staff_id=StaffId("s1")),
            Attendee(participant="wang", role=SeatRole.PARTY, person_id=PersonId("p1")),
        ),
    )
    agreed = meeting.consent("wang", given=True, text_version="2026-1", by=SYSTEM, at=AT)[1]
    strange = Event(subject="m2", case_id="c1", kind="meeting.opened", by="system", at=AT)
    record = manifest_of(
        meeting,
        {"li": "李调解", "wang": "王某"},
        files,
        [agreed, strange],
        committee="枫桥调委会",
        edition=1,
        at=AT,
        piece=PIECE,
    )
    (folder / MANIFEST).write_bytes(Attestor(pki).attest(record))


def journal_deeds(archive: Archive, file: str, chance: random.Random) -> Iterator[Deed]:
    """Every class of place in a journal, in its first, second, middle and last block."""
    octets = (archive.recordings / file).read_bytes()
    bounds = [*_block_starts(octets), len(octets)]
    blocks = list(pairwise(bounds))
    for number in sorted({0, 1, len(blocks) // 2, len(blocks) - 1}):
        first, end = blocks[number]
        places = {
            "magic": first + chance.randrange(4),
            "number": first + 4 + chance.randrange(8),
            "length": first + 12 + chance.randrange(4),
            "hash before": first + 16 + chance.randrange(32),
            "first of body": first + 48,
            "within body": chance.randrange(first + 48, end - 32),
            "last of body": end - 33,
            "hash": end - 32 + chance.randrange(32),
        }
        for name, at in places.items():
            yield Deed(f"journal {name}", file, at, at, flipped(at, chance))
    middle, end = blocks[len(blocks) // 2]
    beyond, last = blocks[len(blocks) // 2 + 1]
    tail = len(octets) - 1
    swapped = octets[:middle] + octets[beyond:last] + octets[middle:end] + octets[last:]
    yield Deed("journal block taken out", file, middle, tail, _put(octets[:middle] + octets[end:]))
    yield Deed("journal blocks swapped", file, middle, last - 1, _put(swapped))
    yield Deed("journal cut at a block", file, middle, tail, _put(octets[:middle]))
    yield Deed("journal cut within a block", file, middle + 9, tail, _put(octets[: middle + 9]))
    twice = octets[:end] + octets[middle:]
    yield Deed("journal block put in", file, end, len(twice) - 1, _put(twice))
    more = octets + b"FQJ1"
    yield Deed("journal lengthened", file, len(octets), len(more) - 1, _put(more))


def film_deeds(archive: Archive, file: str, chance: random.Random) -> Iterator[Deed]:
    """The header, the sealed segment and its tag, and the ends of a film."""
    octets = (archive.recordings / file).read_bytes()
    places = {
        "header length": 0,
        "salt": 1 + chance.randrange(32),
        "prefix": 33 + chance.randrange(7),
        "first sealed octet": 40,
        "within": chance.randrange(41, len(octets) - 17),
        "tag": len(octets) - 1 - chance.randrange(16),
    }
    for name, at in places.items():
        yield Deed(f"film {name}", file, at, at, flipped(at, chance))
    half, tail = len(octets) // 2, len(octets) - 1
    yield Deed("film cut off", file, half, tail, _put(octets[:half]))
    yield Deed("film lengthened", file, tail + 1, tail + 1, _put(octets + b"!"))


def file_deeds(archive: Archive) -> Iterator[Deed]:
    """Whole files missing, put in another's place, and added."""
    files = archive.files()
    for file in files:
        path = archive.recordings / file
        size = path.stat().st_size
        other = next(one for one in files if one != file and Path(one).suffix == path.suffix)
        its = (archive.recordings / other).read_bytes()
        yield Deed("file missing", file, 0, size - 1, Path.unlink)
        yield Deed("another in its place", file, 0, size - 1, _put(its))
    added = files[0].replace("0001", "0009")
    yield Deed("file added", added, 0, 9, _put(b"FQJ1 added"))


def flip_at(octets: bytes, at: int, bit: int) -> bytes:
    """Change one bit."""
    return octets[:at] + bytes([octets[at] ^ 1 << bit]) + octets[at + 1 :]


def done(archive: Archive, deed: Deed) -> list[Found]:
    """Alter one thing, examine everything, and put it back as it was."""
    path = archive.recordings / deed.file
    there = path.exists()
    safe = archive.folder / "as-it-was"
    if there:
        shutil.copy2(path, safe)
    deed.do(path)
    try:
        return archive.examined()
    finally:
        if there:
            shutil.copy2(safe, path)
        else:
            path.unlink()


def is_located(deed: Deed, found: list[Found]) -> bool:
    """Was something found, in this file alone, and does a place that is named hold the octets?"""
    named = {one.file for one in found} == {deed.file}
    return named and any(one.first <= deed.first <= one.last for one in found)


def _found(one: Alteration) -> Found:
    return Found(one.file, one.first, one.last, one.what)


def _keep(reports: dict[str, Report]) -> Callable[[Report], None]:
    def keep(report: Report) -> None:
        reports[report.journal] = report

    return keep


def _segment(report: Report) -> Segment:
    return Segment(
        meeting_id=MeetingId("m1"),
        participant=report.participant,
        number=report.number,
        started=datetime.fromtimestamp(report.started, UTC),
        seconds=report.seconds,
        journal=report.journal,
        playback=report.playback,
        sha256=report.sha256,
        closed=True,
        gap_before=report.gap_before,
        lost=report.lost,
        ended=report.ended,
    )


def _kept(recordings: Path, segment: Segment) -> Kept:
    files = [(recordings / name).read_bytes() for name in (segment.journal, segment.playback)]
    journal, film = (
        measured(one[at : at + PIECE] for at in range(0, len(one), PIECE)) for one in files
    )
    return Kept(segment=segment, journal=journal, film=film)


def _block_starts(octets: bytes) -> list[int]:
    at, starts = 0, []
    while at < len(octets):
        starts.append(at)
        at += 48 + int.from_bytes(octets[at + 12 : at + 16], "big") + 32
    return starts


def flipped(at: int, chance: random.Random) -> Callable[[Path], None]:
    """Change one bit of the octet at this place."""
    bit = chance.randrange(8)
    return lambda path: _write(path, flip_at(path.read_bytes(), at, bit))


def _put(octets: bytes) -> Callable[[Path], None]:
    return lambda path: _write(path, octets)


def _write(path: Path, octets: bytes) -> None:
    path.write_bytes(octets)
