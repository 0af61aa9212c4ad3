"""What each signature of a file proves, through pyHanko."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import ModificationInfo, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.authority import ROLE_POLICY

MOST_SIGNATURES = 40
HEX = re.compile(rb"<[0-9A-F]+>")  #: as we write it
SLACK = timedelta(seconds=1)  #: the accuracy that a time stamp states


class Damaged(Exception):
    """The file is one of ours as far as can be seen, but cannot be read any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One signature or document time stamp as it was found."""

    field: str
    stamp: bool  #: a document time stamp
    revision: int
    intact: bool  #: the bytes it covers and the signature itself
    trusted: bool  #: its certificate comes from the root, and so does its time stamp's
    permitted: bool  #: what was added later is allowed by it
    last: bool  #: it covers the whole file
    at: datetime | None  #: proven by a time stamp
    certificate: asn1.Certificate
    reason: str

    @property
    def good(self) -> bool:
        """Say whether this signature can be believed."""
        return self.intact and self.trusted

    @property
    def role(self) -> str:
        """The role for which its certificate was issued."""
        policies = self.certificate.certificate_policies_value
        held = {each["policy_identifier"].dotted for each in policies or ()}
        roles = (role for role, oid in ROLE_POLICY.items() if oid.dotted_string in held)
        return next(roles, "")


@dataclass(frozen=True)
class Archive:
    """The validation data inside a file."""

    certificates: tuple[asn1.Certificate, ...] = ()
    lists: tuple[bytes, ...] = ()

    @classmethod
    def inside(cls, reader: PdfFileReader) -> Archive:
        """Read them; a file in the middle of its ceremony has none."""
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return cls()
        lists = (pointer.get_object().data for pointer in store.crls)
        return cls(tuple(store.load_certs()), tuple(lists))


@dataclass(frozen=True)
class Examiner:
    """Looks at every signature, each at its own time."""

    roots: Sequence[x509.Certificate]  #: the first for signers, all of them for time stamps
    archive: Archive

    def look(self, reader: PdfFileReader) -> tuple[Seen, ...]:
        """Examine all signatures in the order in which they were made."""
        found = list(reader.embedded_signatures)
        if len(found) > MOST_SIGNATURES:
            raise Damaged("too many signatures")
        return asyncio.run(self.all_of(found))

    async def all_of(self, found: Iterable[EmbeddedPdfSignature]) -> tuple[Seen, ...]:
        """Examine one after the other."""
        return tuple([await self.one(each) for each in found])

    async def one(self, each: EmbeddedPdfSignature) -> Seen:
        """Examine one."""
        if each.sig_object_type == "/DocTimeStamp":
            return await self.document_stamp(each)
        return await self.signature(each)

    async def signature(self, each: EmbeddedPdfSignature) -> Seen:
        """Examine a person's, the platform's or the committee's signature."""
        at = next(map(stamped_at, extract_tst_data_iter(each.signer_info, signed=False)), None)
        status = await async_validate_pdf_signature(
            each, self.context(self.roots[:1], at), self.context(self.roots, at)
        )
        stamp = status.timestamp_validity
        proven = stamp is not None and stamp.intact and stamp.valid and stamp.trusted
        return Seen(
            field=str(each.field_name),
            stamp=False,
            revision=each.signed_revision,
            intact=status.intact and status.valid,
            trusted=status.trusted,
            permitted=permitted(status) and status.docmdp_ok is not False,
            last=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
            at=at if proven else None,
            certificate=each.signer_cert,
            reason=str(each.sig_object.get("/Reason", "")),
        )

    async def document_stamp(self, each: EmbeddedPdfSignature) -> Seen:
        """Examine a document time stamp."""
        at = stamped_at(each.signed_data)
        status = await async_validate_pdf_timestamp(each, self.context(self.roots, at))
        return Seen(
            field=str(each.field_name),
            stamp=True,
            revision=each.signed_revision,
            intact=status.intact and status.valid and self.tidy_token(each),
            trusted=status.trusted,
            permitted=permitted(status),
            last=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
            at=at if status.trusted else None,
            certificate=each.signer_cert,
            reason="",
        )

    def context(self, roots: Sequence[x509.Certificate], at: datetime | None) -> ValidationContext:
        """Trust the roots, at the time of the stamp; revocation is judged by the verdict."""
        anchors = [
            asn1.Certificate.load(root.public_bytes(serialization.Encoding.DER)) for root in roots
        ]
        return ValidationContext(
            trust_roots=anchors,
            other_certs=self.archive.certificates,
            moment=at,
            allow_fetching=False,
            revocation_mode="soft-fail",
            time_tolerance=SLACK,
        )

    def tidy_token(self, each: EmbeddedPdfSignature) -> bool:
        """Refuse a last token in which unsigned parts were touched.

        Nothing later covers it, so that its unsigned bytes have to be what the archive says.
        """
        archived = {certificate.sha256 for certificate in self.archive.certificates}
        inside = {choice.chosen.sha256 for choice in each.signed_data["certificates"]}
        return alone(each) and plain(each) and (not archived or inside <= archived)


def alone(each: EmbeddedPdfSignature) -> bool:
    """Say whether the place of a signature holds the signature and then only zeros."""
    _start, length, after, _rest = each.byte_range
    stream = each.reader.stream
    stream.seek(length)
    size = len(cms.ContentInfo.load(each.pkcs7_content).dump())
    return HEX.fullmatch(stream.read(after - length)) is not None and not any(
        each.pkcs7_content[size:]
    )


def plain(each: EmbeddedPdfSignature) -> bool:
    """Say whether a token has the form of RFC 5652 and no other: what it repeats must agree."""
    data, info = each.signed_data, each.signer_info
    named = info["sid"].chosen
    by_issuer = info["sid"].name == "issuer_and_serial_number"
    return (
        data["version"].native == "v3"
        and info["version"].native == ("v1" if by_issuer else "v3")
        and [used.dump() for used in data["digest_algorithms"]] == [info["digest_algorithm"].dump()]
        and (not by_issuer or named["issuer"].dump() == each.signer_cert.issuer.dump())
    )


def stamped_at(token: cms.SignedData) -> datetime:
    """Read a token's time."""
    time = token["encap_content_info"]["content"].parsed["gen_time"].native
    assert isinstance(time, datetime)
    return time


def permitted(status: ModificationInfo) -> bool:
    """Say whether all later changes are of a kind that pyHanko's analysis allows."""
    return status.modification_level is not ModificationLevel.OTHER
