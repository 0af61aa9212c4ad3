"""Each word of the contract: what was done to the paper, and what the verifier calls it."""

import io
import random
import time
import zlib
from datetime import timedelta

import pikepdf
import pytest

from documents.authority import Revocation, read_revocations, revocation_list, revoke
from documents.bounds import LARGEST_FILE
from documents.ceremony import reopen
from documents.verdicts import KIND, KIND_OF, with_registry
from documents.verifying import Trust, examine, verify_file
from domain.ids import AgreementId
from domain.ports.papers import Registered, VerdictKind
from tests.documents import tampering
from tests.documents.ceremonies import (
    HANDS,
    a_request,
    a_seal,
    a_sheet,
    an_office,
    frozen,
    hold,
)

CHANGES = {
    "byte-changed": tampering.byte_changed,
    "overlay": tampering.overlay,
    "annotation": tampering.annotation,
    "script": tampering.script,
    "attachment": tampering.attachment,
    "appearance": tampering.appearance,
}


def registered(verdict, **changes):
    usual = {
        "agreement_id": AgreementId("a1"),
        "final": True,
        "head": verdict.sha256,
        "sealed": True,
        "voided": "",
    }
    return Registered(**{**usual, **changes})


def test_a_paper_that_went_the_whole_way_is_genuine(ceremony, trust, now):
    verdict = examine(ceremony.final, trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.GENUINE, "")
    assert verdict.number == "〔2026〕枫调字第0001号"
    assert verdict.agreement_id == "a1"
    assert verdict.effective_at == now
    assert [(each.role, each.name) for each in verdict.signatures] == [
        ("platform", "清溪县枫桥镇人民调解委员会"),
        ("party", "王*㛃"),
        ("party", "李*𠅤"),
        ("mediator", "赵*"),
        ("committee", "清溪县枫桥镇人民调解委员会"),
    ]
    assert all(each.intact and each.trusted and each.at == now for each in verdict.signatures)


@pytest.mark.parametrize("days", [60, 1800, 4000])
def test_a_paper_stays_genuine_for_years(ceremony, trust, now, days):
    """Also when its certificates have ended: each signature is judged at its own stamp."""
    verdict = examine(ceremony.final, trust, at=now + timedelta(days=days))

    assert verdict.kind is VerdictKind.GENUINE


@pytest.mark.parametrize("reason", CHANGES)
def test_a_changed_paper_is_called_by_what_was_changed(ceremony, trust, now, reason):
    changed = CHANGES[reason](ceremony.final)

    verdict = examine(changed, trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.ALTERED, reason)


@pytest.mark.parametrize("reason", CHANGES)
def test_a_change_is_named_in_a_half_signed_paper_too(ceremony, trust, now, reason):
    changed = CHANGES[reason](ceremony.parties_signed)

    verdict = examine(changed, trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.ALTERED, reason)


def test_a_new_form_field_is_an_annotation(ceremony, trust, now):
    verdict = examine(tampering.new_widget(ceremony.final), trust, at=now)

    assert verdict.reason == "annotation"


@pytest.mark.parametrize("state", ["sealed", "final"])
def test_a_signature_after_the_seal_is_named_whoever_made_it(
    ceremony, office, tmp_path, trust, now, state
):
    stranger = an_office(tmp_path, office.fonts, now).authority

    by_stranger = tampering.signed_once_more(getattr(ceremony, state), stranger, now)
    by_ours = tampering.signed_once_more(getattr(ceremony, state), office.authority, now)

    assert examine(by_stranger, trust, at=now).reason == "after-seal"
    assert examine(by_ours, trust, at=now).reason == "after-seal"


def test_an_earlier_revision_is_a_rollback(ceremony, trust, now):
    states = (
        ceremony.one_signed,
        ceremony.parties_signed,
        ceremony.mediator_signed,
        ceremony.sealed,
    )

    verdicts = [examine(state, trust, at=now) for state in states]

    assert {(each.kind, each.reason) for each in verdicts} == {(VerdictKind.INCOMPLETE, "rollback")}


def test_a_paper_cut_back_after_its_seal_is_a_rollback(ceremony, trust, now):
    before_the_stamp = ceremony.final.rindex(b"%%EOF", 0, ceremony.final.rindex(b"%%EOF")) + 6

    verdict = examine(ceremony.final[:before_the_stamp], trust, at=now)

    assert len(ceremony.sealed) < before_the_stamp < len(ceremony.final)
    assert (verdict.kind, verdict.reason) == (VerdictKind.INCOMPLETE, "rollback")


def test_a_paper_nobody_signed_is_unsigned(ceremony, trust, now):
    verdict = examine(ceremony.frozen, trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.INCOMPLETE, "unsigned")


def test_a_paper_of_another_authority_is_foreign(office, tmp_path, trust, now):
    elsewhere = hold(an_office(tmp_path, office.fonts, now), now)

    verdict = examine(elsewhere.final, trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.UNKNOWN, "foreign-certificate")
    assert verdict.number == ""


def test_a_forged_rest_of_the_signatures_is_foreign(ceremony, office, tmp_path, trust, now):
    forger = an_office(tmp_path, office.fonts, now)
    paper = reopen(ceremony.one_signed)

    paper, _certificate = forger.sign(paper, a_request("party-2", now))
    paper, _certificate = forger.sign(paper, a_request("mediator", now))
    sealed, _certificate = forger.seal(paper, a_seal(now))
    whole = forger.preserve(sealed, at=now).pdf

    assert examine(whole, trust, at=now).reason == "foreign-certificate"


def test_a_partys_certificate_cannot_stand_in_for_the_committees(
    ceremony, office, trust, now, tmp_path
):
    pair = office.authority.event_pair(
        role="party", name="周新", number="1", evidence_sha256="00" * 32, at=now
    )
    disguised = tampering.sealed_with(ceremony.mediator_signed, office.authority, pair, now)

    assert examine(disguised, trust, at=now).reason == "foreign-certificate"


@pytest.mark.parametrize("harmed", ["altered", "foreign"])
def test_no_name_stands_where_nothing_proves_whose_signature_it_is(
    ceremony, office, tmp_path, trust, now, harmed
):
    if harmed == "altered":
        pdf = tampering.byte_changed(ceremony.final)
    else:
        pdf = hold(an_office(tmp_path, office.fonts, now), now).final

    verdict = examine(pdf, trust, at=now)

    unproven = [one for one in verdict.signatures if not (one.intact and one.trusted)]
    assert unproven
    assert {(one.name, one.role) for one in unproven} == {("", "")}


def test_a_certificate_revoked_before_its_use_makes_the_paper_unknown(office, tmp_path, now):
    place = an_office(tmp_path, office.fonts, now - timedelta(days=1))
    paper, certificate = place.sign(frozen(place, a_sheet(), now), a_request("party-1", now))
    paper, _certificate = place.sign(paper, a_request("party-2", now))
    paper, _certificate = place.sign(paper, a_request("mediator", now))
    sealed, _certificate = place.seal(paper, a_seal(now))
    own = Trust.in_pem((tmp_path / "root.pem").read_bytes())
    before = examine(place.preserve(sealed, at=now).pdf, own, at=now)

    revoke(tmp_path, certificate.serial_number, at=now - timedelta(minutes=1))
    after = examine(place.preserve(sealed, at=now).pdf, own, at=now)

    assert before.kind is VerdictKind.GENUINE
    assert (after.kind, after.reason) == (VerdictKind.UNKNOWN, "revoked")
    assert [entry.serial for entry in read_revocations(tmp_path)] == [certificate.serial_number]


def test_a_key_revoked_later_leaves_earlier_papers_genuine(ceremony, office, root_pem, now):
    later = Revocation(office.authority.seal.certificate.serial_number, now + timedelta(days=9))
    newer = revocation_list(office.authority.issuer, [later], at=now + timedelta(days=9))
    trust = Trust.in_pem(root_pem.read_bytes(), (newer,))

    verdict = examine(ceremony.final, trust, at=now + timedelta(days=10))

    assert verdict.kind is VerdictKind.GENUINE


def test_a_forged_list_of_revoked_certificates_is_not_believed(ceremony, office, tmp_path, now):
    stranger = an_office(tmp_path, office.fonts, now).authority
    gone = Revocation(office.authority.seal.certificate.serial_number, now - timedelta(days=9))
    forged = revocation_list(stranger.issuer, [gone], at=now)
    pem = (office.authority.folder / "root.pem").read_bytes()

    verdict = examine(ceremony.final, Trust.in_pem(pem, (forged,)), at=now)

    assert verdict.kind is VerdictKind.GENUINE


def test_stamps_from_the_future_are_not_believed(ceremony, trust, now):
    verdict = examine(ceremony.final, trust, at=now - timedelta(days=1))

    assert (verdict.kind, verdict.reason) == (VerdictKind.UNKNOWN, "time")


def test_stamps_out_of_order_are_not_believed(office, trust, now):
    paper = frozen(office, a_sheet(), now)
    for field, minutes in zip(HANDS, (0, -30, -20), strict=True):
        paper, _certificate = office.sign(paper, a_request(field, now + timedelta(minutes=minutes)))

    verdict = examine(paper.pdf, trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.UNKNOWN, "time")


def test_without_a_root_nothing_is_believed(ceremony, tmp_path, root_pem, now):
    file = tmp_path / "paper.pdf"
    file.write_bytes(ceremony.final)

    broken = tmp_path / "root.pem"
    broken.write_text("not a certificate")

    without, unreadable, with_root = (
        verify_file(file, pem, at=now) for pem in (None, broken, root_pem)
    )

    assert (without.kind, without.reason) == (VerdictKind.UNKNOWN, "no-root")
    assert (unreadable.kind, unreadable.reason) == (VerdictKind.UNKNOWN, "no-root")
    assert with_root.kind is VerdictKind.GENUINE


def test_the_registry_knows_what_signatures_cannot(ceremony, trust, now):
    verdict = examine(ceremony.final, trust, at=now)

    def with_facts(**facts):
        judged = with_registry(verdict, registered(verdict, **facts))
        return judged.kind, judged.reason

    assert with_facts() == (VerdictKind.GENUINE, "")
    assert with_facts(final=False) == (VerdictKind.INCOMPLETE, "rollback")
    assert with_facts(head="00" * 32) == (VerdictKind.INCOMPLETE, "rollback")
    assert with_facts(voided="superseded") == (VerdictKind.VOIDED, "superseded")
    assert with_facts(voided="withdrawn") == (VerdictKind.VOIDED, "withdrawn")
    assert with_registry(verdict, None).reason == "unregistered"


def test_the_registry_never_heals_an_altered_paper(ceremony, trust, now):
    verdict = examine(tampering.overlay(ceremony.final), trust, at=now)

    assert with_registry(verdict, registered(verdict)).reason == "overlay"


def test_every_reason_belongs_to_one_kind():
    assert sum(map(len, KIND.values())) == len(KIND_OF)


def test_bytes_behind_the_last_signature_do_not_pass(ceremony, trust, now):
    verdict = examine(ceremony.final + b"\n% one more line\n", trust, at=now)

    assert (verdict.kind, verdict.reason) == (VerdictKind.ALTERED, "byte-changed")


@pytest.mark.timeout(280)
def test_no_changed_byte_passes_wherever_it_is(ceremony, trust, now):
    """Every 9,000th byte, and thirty in the last signature, which nothing later covers."""
    final = ceremony.final
    last = final.rindex(b"/Contents <") + 11
    places = [*range(0, len(final), 9000), *range(last, last + 3600, 120)]

    passed = [place for place in places if examine(flipped(final, place), trust, at=now).kind
              is VerdictKind.GENUINE]  # fmt: skip

    assert not passed


def flipped(pdf, place):
    other = b"0" if pdf[place : place + 1] != b"0" else b"1"
    return pdf[:place] + other + pdf[place + 1 :]


def a_plain_pdf():
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def a_bomb():
    """Case data of two megabytes that grow to two gigabytes."""
    packer = zlib.compressobj(9)
    start = packer.compress(b"{") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["case.json"] = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]  # the stub lacks the constructor
            pdf, b"{}", filename="case.json"
        )
        stream = pdf.attachments["case.json"].obj.EF.F
        stream.write(start + block * 2048, filter=pikepdf.Name.FlateDecode)
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


@pytest.mark.parametrize(
    "file",
    [b"", b"hello", b"%PDF-1.7", b"%PDF-" + bytes(10_000), b"%PDF-" + b"<<" * 200_000],
)
def test_what_is_no_pdf_is_no_paper(trust, now, file):
    assert examine(file, trust, at=now).reason == "not-a-paper"


def test_any_other_pdf_is_no_paper(trust, now):
    assert examine(a_plain_pdf(), trust, at=now).reason == "not-a-paper"
    assert examine(a_bomb(), trust, at=now).reason == "not-a-paper"
    assert examine(b"%PDF-" + bytes(LARGEST_FILE), trust, at=now).reason == "not-a-paper"


def test_torn_and_shuffled_papers_never_break_the_verifier(ceremony, trust, now):
    """Seeded: pieces cut out, doubled and overwritten; always a verdict, always in time."""
    chance = random.Random(20261121)
    began = time.monotonic()

    verdicts = [examine(mangled(ceremony.final, chance), trust, at=now) for _attempt in range(60)]

    assert all(verdict.kind is not VerdictKind.GENUINE for verdict in verdicts)
    assert time.monotonic() - began < 200


def mangled(pdf, chance):
    start = chance.randrange(len(pdf))
    end = min(len(pdf), start + chance.randrange(1, 4000))
    piece = pdf[start:end]
    return chance.choice(
        [
            pdf[:start] + pdf[end:],
            pdf[:end] + piece + pdf[end:],
            pdf[:start] + chance.randbytes(len(piece)) + pdf[end:],
            pdf[:start],
        ]
    )
