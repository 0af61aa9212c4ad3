"""Keys and certificates: made once, kept apart, never written out for a person."""

import hashlib
import os
import stat
from datetime import timedelta

import pytest
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from documents.authority import EVIDENCE, Authority, establish
from documents.distinguished_names import spelled
from documents.timestamps import TimeStampService, imprint
from domain.errors import Unavailable
from tests.documents.ceremonies import COMMITTEE, NUMBER, WANG

EVIDENCE_HASH = hashlib.sha256(b"who signed and how").hexdigest()


def an_event(authority, at, name=WANG):
    return authority.event_pair(
        role="party", name=name, number=NUMBER, evidence_sha256=EVIDENCE_HASH, at=at
    )


def test_an_authority_is_made_once(tmp_path, now):
    first = establish(tmp_path, committee=COMMITTEE, at=now, demo=False)
    second = establish(tmp_path, committee="别的委员会", at=now + timedelta(days=9), demo=False)

    assert first.root == second.root
    assert first.seal.certificate == second.seal.certificate


def test_keys_are_for_this_user_only_and_the_roots_key_lies_apart(tmp_path, now):
    establish(tmp_path / "pki", committee=COMMITTEE, at=now, demo=False)

    files = [path for path in (tmp_path / "pki").rglob("*") if path.is_file()]
    vault = tmp_path / "pki" / "offline-root"

    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert "offline" in (vault / "README.txt").read_text()
    assert [path.name for path in files if path.name == "root-key.pem"] == ["root-key.pem"]


def test_the_server_runs_while_the_roots_key_is_away(tmp_path, now):
    establish(tmp_path / "pki", committee=COMMITTEE, at=now, demo=False)
    (tmp_path / "pki" / "offline-root").rename(tmp_path / "safe")

    authority = Authority.at(tmp_path / "pki")

    assert authority.root_list()
    assert authority.fresh_list(now)
    assert an_event(authority, now).certificate.issuer == authority.issuer.certificate.subject


def test_a_certificate_says_who_for_which_paper_and_on_what_evidence(office, now):
    certificate = an_event(office.authority, now).certificate
    subject = certificate.subject

    evidence = certificate.extensions.get_extension_for_oid(EVIDENCE).value.value

    assert subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "王〔U+2CC56〕㛃"
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == NUMBER
    assert evidence == b"\x04\x20" + bytes.fromhex(EVIDENCE_HASH)
    assert (certificate.not_valid_after_utc - now).days == 3650


def test_no_private_key_of_a_person_is_ever_written(ceremony, office):
    folder = office.authority.folder

    keys = sorted(path.name for path in folder.rglob("*-key.pem"))

    assert ceremony.final
    assert keys == [
        "issuer-key.pem",
        "platform-key.pem",
        "root-key.pem",
        "seal-key.pem",
        "tsa-key.pem",
    ]


@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_any_name_makes_a_certificate_that_strict_readers_accept(name):
    written = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, spelled(name))])

    read = asn1.Name.load(written.public_bytes())

    assert read.hashable
    assert len(spelled(name).encode()) <= 64


def test_the_place_of_the_list_is_printed_unless_it_is_this_machine(tmp_path, now):
    lasting = establish(
        tmp_path / "a", committee="甲", at=now, demo=False, list_url="https://x.cn/ca/issuer.crl"
    )
    fleeting = establish(
        tmp_path / "b", committee="甲", at=now, demo=True, list_url="http://127.0.0.1:1/issuer.crl"
    )

    def place(authority):
        found = asn1.Certificate.load(
            an_event(authority, now).certificate.public_bytes(serialization.Encoding.DER)
        ).crl_distribution_points
        return [point.url for point in found]

    assert place(lasting) == ["https://x.cn/ca/issuer.crl"]
    assert place(fleeting) == []


def test_without_an_authority_the_message_says_how_to_make_one(tmp_path):
    with pytest.raises(Unavailable, match="init"):
        Authority.at(tmp_path)


@pytest.mark.parametrize(
    ("request_", "failure"),
    [
        (b"", "bad_data_format"),
        (os.urandom(64), "bad_data_format"),
        (b"\x30" * 5000, "bad_data_format"),
        (imprint(b"x") + b"\x00", "bad_data_format"),
    ],
    ids=["nothing", "noise", "too long", "one byte too many"],
)
def test_a_bad_request_for_a_time_stamp_is_answered_by_its_reason(office, now, request_, failure):
    answer = TimeStampService(office.authority).respond(request_, now)

    status = tsp.PKIStatusInfo.load(answer[2:])
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {failure}


def test_weak_digests_and_foreign_policies_are_refused(office, now):
    service = TimeStampService(office.authority)

    def refusal(**changes):
        request = tsp.TimeStampReq.load(imprint(b"x"))
        for field, value in changes.items():
            request[field] = value
        return tsp.PKIStatusInfo.load(service.respond(request.dump(), now)[2:])["fail_info"].native

    sha1 = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
    short = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(20)}
    assert refusal(message_imprint=sha1) == {"bad_alg"}
    assert refusal(message_imprint=short) == {"bad_data_format"}
    assert refusal(req_policy="1.2.3") == {"unaccepted_policy"}


def test_two_stamps_never_have_the_same_number(office, now):
    service = TimeStampService(office.authority)

    answers = [tsp.TimeStampResp.load(service.respond(imprint(b"x"), now)) for _n in range(5)]

    tokens = [answer["time_stamp_token"]["content"] for answer in answers]
    infos = [token["encap_content_info"]["content"].parsed for token in tokens]
    assert len({info["serial_number"].native for info in infos}) == 5
    assert {info["gen_time"].native for info in infos} == {now}
