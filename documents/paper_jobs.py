"""What a paper process does: one function per job; loaded there alone, for its libraries are slow.

A job changes nothing outside, so that one whose process died is simply done again.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.agreement import print_agreement
from documents.archive_form import for_the_archive
from documents.authority import Authority
from documents.ceremony import Office, Sealed, Signing, fingerprint, reopen
from documents.fonts import FontSet
from documents.paper_place import Place
from documents.timestamps import TimeStampService
from documents.verdicts import with_registry
from documents.verifying import Trust, examine
from domain.errors import IllegalMove, NotReady, WetInkOnly
from domain.ports.papers import (
    AgreementSheet,
    Registered,
    Revision,
    SealRequest,
    Signed,
    SignRequest,
    Verdict,
)


@cache
def office(place: Place) -> Office:
    """Open keys and fonts once per process."""
    fonts = FontSet.at(place.fonts)
    fonts.warm()
    return Office(Authority.at(place.pki), fonts, tsa_url=place.tsa_url)


def read_fonts(place: Place) -> None:
    """Open the office."""
    office(place)


def freeze(place: Place, sheet: AgreementSheet, at: datetime) -> Revision:
    """Print, make fields, certify."""
    if sheet.wet_ink:
        raise WetInkOnly("a paper for ink has no signature fields")
    here = office(place)
    printed = print_agreement(sheet, here.fonts)
    prepared = here.prepare(for_the_archive(printed, sheet, at=at), printed)
    return revision(here.certify(prepared, at=at).pdf)


def print_only(place: Place, sheet: AgreementSheet) -> Revision:
    """Print."""
    return revision(print_agreement(sheet, office(place).fonts).pdf)


def sign(place: Place, pdf: bytes, request: SignRequest) -> Signed:
    """Add a person's signature."""
    paper, certificate = office(place).sign(reopen(pdf), request)
    return signed(paper.pdf, certificate)


def seal(place: Place, pdf: bytes, request: SealRequest) -> Signed:
    """Press the seal."""
    paper = reopen(pdf)
    if isinstance(paper, Sealed):
        raise IllegalMove("the paper is sealed")
    if not isinstance(paper, Signing):
        raise NotReady("nobody has signed")
    sealed, certificate = office(place).seal(paper, request)
    return signed(sealed.pdf, certificate)


def preserve(place: Place, pdf: bytes, at: datetime) -> Revision:
    """Add what later verifiers need."""
    paper = reopen(pdf)
    if not isinstance(paper, Sealed):
        raise NotReady("the paper is not sealed")
    return revision(office(place).preserve(paper, at=at).pdf)


def verify(place: Place, pdf: bytes, registered: Registered | None, at: datetime) -> Verdict:
    """Judge a file, with the newest list of revoked certificates."""
    authority = authority_at(place.pki)
    root = (place.pki / "root.pem").read_bytes()
    trust = Trust.in_pem(root, (authority.root_list(), authority.fresh_list(at)))
    return with_registry(examine(pdf, trust, at=at), registered)


def stamp(place: Place, request: bytes, at: datetime) -> bytes:
    """Answer a time-stamp request."""
    return TimeStampService(authority_at(place.pki)).respond(request, at)


@cache
def authority_at(folder: Path) -> Authority:
    """Open the authority once per process; a verifier needs no fonts."""
    return Authority.at(folder)


def revision(pdf: bytes) -> Revision:
    """Describe a state of the file."""
    pages = int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"])
    return Revision(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=pages)


def signed(pdf: bytes, certificate: x509.Certificate) -> Signed:
    """Describe a state of the file and the certificate that was added."""
    return Signed(
        revision=revision(pdf),
        certificate_serial=f"{certificate.serial_number:x}",
        certificate_sha256=fingerprint(certificate),
    )
