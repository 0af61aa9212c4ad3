"""What programs that are not ours say of a paper, today and later."""

import re

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.timestamps import TimeStampService, imprint
from tests.documents.programs import nss_with, pyhanko, run


@pytest.fixture(scope="module")
def paper(tmp_path_factory, ceremony):
    file = tmp_path_factory.mktemp("papers") / "paper.pdf"
    file.write_bytes(ceremony.final)
    return file


@pytest.mark.parametrize("later", ["", "+60d", "+1800d"])
def test_pdfsig_calls_every_signature_valid_and_trusted(paper, root_pem, tmp_path, later):
    store = nss_with(root_pem, tmp_path)

    _code, out = run("pdfsig", "-nssdir", store, paper, faketime=later)

    assert out.count("Signature Validation: Signature is Valid.") == 5
    assert out.count("Certificate Validation: Certificate is Trusted.") == 5
    assert re.search(r"Signature #6:\n.*archive-time", out)


@pytest.mark.parametrize("later", ["", "+60d", "+1800d"])
def test_pyhanko_calls_every_signature_valid_and_trusted(paper, root_pem, later):
    _code, plain = pyhanko("sign", "validate", "--trust", root_pem, paper, faketime=later)
    _code, ades = pyhanko("sign", "adesverify", "--trust", root_pem, paper, faketime=later)

    for out in (plain, ades):
        rows = [line for line in out.splitlines() if "INTACT:" in line]
        assert len(rows) == 5
        assert all("INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>" in row for row in rows)
        assert all(row.endswith("ACCEPTABLE_MODIFICATIONS") for row in rows)


def test_qpdf_finds_no_fault_in_any_state(ceremony, tmp_path):
    states = vars(ceremony)
    for name, state in states.items():
        (tmp_path / f"{name}.pdf").write_bytes(state)

    answers = [run("qpdf", "--check", tmp_path / f"{name}.pdf") for name in states]

    assert [code for code, _out in answers] == [0] * 6
    assert all("No syntax or stream encoding errors" in out for _code, out in answers)


def test_openssl_verifies_the_answer_to_its_own_request(office, root_pem, now, tmp_path):
    data, query, reply = (tmp_path / name for name in ("data", "query", "reply"))
    data.write_bytes(b"an agreement")
    run("openssl", "ts", "-query", "-data", data, "-cert", "-sha512", "-out", query)

    reply.write_bytes(TimeStampService(office.authority).respond(query.read_bytes(), now))
    code, out = run(
        *("openssl", "ts", "-verify", "-queryfile", query, "-in", reply),
        *("-CAfile", root_pem, "-untrusted", root_pem.with_name("issuer.pem")),
    )

    assert code == 0
    assert "Verification: OK" in out


def test_openssl_verifies_the_document_time_stamp(ceremony, root_pem, paper, tmp_path):
    with paper.open("rb") as file:
        stamp = list(PdfFileReader(file).embedded_timestamp_signatures)[-1]
    token, signed = tmp_path / "token", tmp_path / "signed"
    token.write_bytes(cms.ContentInfo.load(stamp.pkcs7_content).dump())
    start, length, after, rest = stamp.byte_range
    signed.write_bytes(ceremony.final[start:length] + ceremony.final[after : after + rest])

    code, out = run(
        *("openssl", "ts", "-verify", "-data", signed, "-in", token, "-token_in"),
        *("-CAfile", root_pem, "-untrusted", root_pem.with_name("issuer.pem")),
    )

    assert (code, "Verification: OK" in out) == (0, True)


def test_our_own_request_is_one_that_openssl_reads(tmp_path):
    query = tmp_path / "query"
    query.write_bytes(imprint(b"x"))

    code, out = run("openssl", "ts", "-query", "-in", query, "-text")

    assert code == 0
    assert "sha256" in out
