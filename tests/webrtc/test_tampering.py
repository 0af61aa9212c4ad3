"""A small run of ``make prove PART=media-tamper``: whatever is altered is found, and where."""

import json
import random

import pytest

from documents.attesting import NotAsSigned, attested
from domain.manifests import seals_of
from tests.commands.calling import call
from tests.webrtc.tampering import (
    MANIFEST,
    Archive,
    done,
    file_deeds,
    film_deeds,
    flip_at,
    is_located,
    journal_deeds,
    recorded,
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Archive:
    """A recording of three segments, which every test leaves as it was."""
    return recorded(tmp_path_factory.mktemp("archive"), seconds=2.1)


def test_what_nobody_altered_is_whole(archive):
    assert archive.examined() == []
    assert len(archive.files()) == 7


def test_every_kind_of_alteration_of_a_file_is_found_in_its_place(archive):
    chance = random.Random(1)
    journals = [file for file in archive.files() if file.endswith(".journal")]
    films = [file for file in archive.files() if file.endswith(".webm")]
    deeds = [
        *(deed for file in journals for deed in journal_deeds(archive, file, chance)),
        *(deed for file in films for deed in film_deeds(archive, file, chance)),
        *file_deeds(archive),
    ]

    missed = [deed for deed in deeds if not is_located(deed, done(archive, deed))]

    assert len(deeds) > 100
    assert [(deed.name, deed.file) for deed in missed] == []


def test_a_film_that_the_edition_at_hand_does_not_know_is_said_to_be_perhaps_of_a_newer_one(
    archive,
):
    newer = archive.recordings / "m1/montage-2.webm"
    newer.write_bytes(b"sealed")

    found = archive.examined()
    newer.unlink()

    assert [(one.file, one.what) for one in found] == [
        ("m1/montage-2.webm", "not in edition 1 of the manifest; a newer one may name it")
    ]


def test_a_changed_octet_of_the_manifest_is_found_wherever_it_is(archive):
    octets = (archive.folder / MANIFEST).read_bytes()
    chance = random.Random(2)

    for at in chance.sample(range(len(octets)), 150):
        with pytest.raises(NotAsSigned):
            attested(flip_at(octets, at, chance.randrange(8)), archive.root)


@pytest.mark.parametrize("section", ["participants", "consents", "segments", "made", "clocks"])
def test_an_altered_section_of_the_manifest_is_named(archive, section):
    told = json.loads((archive.folder / MANIFEST).read_bytes())
    told["manifest"][section] = []

    with pytest.raises(NotAsSigned) as refused:
        attested(_written(told), archive.root)

    assert refused.value.field == f"manifest/{section}"


def test_who_alters_a_section_and_its_seal_has_no_signature(archive):
    told = json.loads((archive.folder / MANIFEST).read_bytes())
    told["manifest"]["consents"] = []
    sections = {name: part for name, part in told["manifest"].items() if name != "seals"}
    told["manifest"]["seals"] = seals_of(sections)

    with pytest.raises(NotAsSigned) as refused:
        attested(_written(told), archive.root)

    assert refused.value.field == "certificates or signature"


def test_the_manifest_of_another_centre_is_not_believed(archive, tmp_path):
    other = recorded(tmp_path, seconds=0.3)

    with pytest.raises(NotAsSigned) as refused:
        attested((other.folder / MANIFEST).read_bytes(), archive.root)

    assert refused.value.field == "certificates"


def test_the_manifest_says_what_is_missing_and_why_and_who_agreed(archive):
    manifest = attested((archive.folder / MANIFEST).read_bytes(), archive.root)

    first, second, _ = manifest["segments"]
    assert (first["ended"], second["ended"]) == ("size", "stopped")
    assert second["gap"] == {"seconds": 0.0, "because": "size"}
    assert [one["participant"] for one in manifest["consents"]] == ["wang"]
    assert [one["name"] for one in manifest["participants"]] == ["李调解", "王某"]
    assert len(manifest["events"]) == 1


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"manifest":"\\ud800"}',
        b'{"manifest":{},"certificates":[],"signature":""}',
    ],
)
def test_what_is_no_manifest_is_refused_like_any_other(archive, odd):
    with pytest.raises(NotAsSigned):
        attested(odd, archive.root)


def test_the_command_says_that_all_is_whole_or_where_it_is_not(archive):
    manifest, root = archive.folder / MANIFEST, archive.folder / "pki" / "root.pem"
    whole = call("verify-recording", manifest, archive.recordings, "--root", root)

    journal = archive.recordings / "m1/li/0001.journal"
    octets = journal.read_bytes()
    journal.write_bytes(flip_at(octets, len(octets) - 40, 3))
    altered = call("verify-recording", manifest, archive.recordings, "--root", root, "--json")
    journal.write_bytes(octets)

    assert (whole.status, whole.out[:18]) == (0, "Whole: 3 segments ")
    assert altered.status == 1
    assert {one["file"] for one in json.loads(altered.out)["alterations"]} == {"m1/li/0001.journal"}


def _written(told) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
