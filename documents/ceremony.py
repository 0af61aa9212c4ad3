"""The order in which a paper becomes binding, each step a type.

``prepare`` -> :class:`Prepared` -> ``certify`` -> :class:`Frozen` -> ``sign`` -> :class:`Signing`
-> ``seal`` -> :class:`Sealed` -> ``preserve`` -> :class:`Preserved`.

The platform certifies first, invisibly, allowing only signatures from then on (DocMDP P=2); every
person's signature locks its own field; the committee's seal locks everything (FieldMDP ALL, P=1).
So a signature after the seal breaks the seal, whatever a program claims.  人民调解法 29: in force
when the parties and the mediator signed and the committee's seal is on.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from documents.agreement import COMMITTEE, MEDIATOR, PLATFORM, Printed
from documents.authority import Authority
from documents.case_file import CaseFile, NotOurs, Signer
from documents.fonts import FontSet
from documents.outlines import Drawing, handwriting, seal
from documents.signature import RESERVED, QuietWriter, Signature, put_signature
from documents.timestamps import as_asn1, time_stamper
from domain.errors import IllegalMove, NotReady
from domain.ports.papers import SealRequest, SignRequest

CERTIFIED = "平台固定文本与签署栏"
ARCHIVED = "archive-time"  #: the field of the document time stamp


@dataclass(frozen=True)
class Prepared:
    """Printed, with empty fields; nothing is certified yet."""

    pdf: bytes


@dataclass(frozen=True)
class Frozen:
    """Certified by the platform: the text and the list of signers cannot change any more."""

    pdf: bytes
    case: CaseFile
    signed: frozenset[str]


class Signing(Frozen):
    """At least one person signed."""


class Sealed(Frozen):
    """The committee's seal is on; the paper is in force."""


@dataclass(frozen=True)
class Preserved:
    """Revocation data and a document time stamp are inside: checkable for years, offline."""

    pdf: bytes


@dataclass(frozen=True)
class Office:
    """What a ceremony works with."""

    authority: Authority
    fonts: FontSet
    tsa_url: str = ""

    def prepare(self, pdf: bytes, printed: Printed) -> Prepared:
        """Make the empty fields where the print has left room."""
        writer = QuietWriter(io.BytesIO(pdf))
        fields.append_signature_field(writer, SigFieldSpec(PLATFORM))
        for spot in printed.spots:
            last = spot.field == COMMITTEE
            only_itself = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=[spot.field])
            spec = SigFieldSpec(
                spot.field,
                on_page=spot.page,
                box=spot.box,  # type: ignore[arg-type]  # fractions of a point are fine
                field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if last else only_itself,
                doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
                empty_field_appearance=True,
            )
            fields.append_signature_field(writer, spec)
        return Prepared(written(writer))

    def certify(self, prepared: Prepared, *, at: datetime) -> Frozen:
        """Certify text and fields with the platform's key; only signatures may follow."""
        signature = Signature(
            field=PLATFORM,
            name="枫桥平台",
            reason=CERTIFIED,
            pair=self.authority.platform,
            certifies=True,
        )
        return reopen(self.put(prepared.pdf, signature, at=at))

    def sign(self, paper: Frozen, request: SignRequest) -> tuple[Signing, x509.Certificate]:
        """Add one person's signature; its key exists only inside this call."""
        signer = may_sign(paper, request.field)
        pair = self.authority.event_pair(
            role=signer.role,
            name=request.name,
            number=request.number,
            evidence_sha256=request.evidence_sha256,
            at=request.at,
        )
        signature = Signature(
            field=request.field, name=request.name, reason=request.reason, pair=pair
        )
        width, height = field_size(paper.pdf, request.field)
        picture = handwriting(request.strokes, width=width, height=height)
        signed = reopen(self.put(paper.pdf, signature, at=request.at, picture=picture))
        assert isinstance(signed, Signing)
        return signed, pair.certificate

    def seal(self, paper: Signing, request: SealRequest) -> tuple[Sealed, x509.Certificate]:
        """Press the committee's seal, once everybody has signed."""
        missing = paper.case.fields("party", "mediator") - paper.signed
        if missing:
            raise NotReady(f"not signed yet: {', '.join(sorted(missing))}")
        pair = self.authority.seal
        signature = Signature(
            field=request.field,
            name=request.committee,
            reason=request.reason,
            pair=pair,
            closes=True,
        )
        width, _height = field_size(paper.pdf, request.field)
        picture = seal(self.fonts, request.committee, demo=paper.case.demo, size=width)
        sealed = reopen(self.put(paper.pdf, signature, at=request.at, picture=picture))
        assert isinstance(sealed, Sealed)
        return sealed, pair.certificate

    def preserve(self, paper: Sealed, *, at: datetime) -> Preserved:
        """Add what a verifier needs later: a list made now, after the last signature, then a stamp.

        A list older than the signatures proves nothing about them (ETSI EN 319 102-1, 5.6.2).
        """
        writer = QuietWriter(io.BytesIO(paper.pdf))
        signers = {each.signer_cert for each in PdfFileReader(writer.prev.stream)
                   .embedded_regular_signatures}  # fmt: skip
        own = (self.authority.tsa.certificate, *self.authority.chain)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            sig_contents=None,
            certs=[*signers, *(as_asn1(certificate) for certificate in own)],
            crls=[as_list(self.authority.root_list()), as_list(self.authority.fresh_list(at))],
        )
        stamped = QuietWriter(io.BytesIO(written(writer)))
        stamper = time_stamper(self.authority, at=at, url=self.tsa_url)
        out = PdfTimeStamper(stamper, field_name=ARCHIVED).timestamp_pdf(
            stamped, "sha256", bytes_reserved=self.room, output=io.BytesIO()
        )
        return Preserved(out.getvalue())

    @property
    def room(self) -> int | None:
        """Bytes kept for a signature; a foreign time stamp's size has to be asked for."""
        return None if self.tsa_url else RESERVED

    def put(
        self, pdf: bytes, signature: Signature, *, at: datetime, picture: Drawing | None = None
    ) -> bytes:
        """Put one signature with its time stamp (PAdES B-T) into the file."""
        stamper = time_stamper(self.authority, at=at, url=self.tsa_url)
        return put_signature(
            pdf,
            signature,
            picture=picture,
            issuer=self.authority.issuer.certificate,
            stamper=stamper,
            at=at,
            room=self.room,
        )


def reopen(pdf: bytes) -> Frozen:
    """Tell from the file how far its ceremony has come.

    Raises :class:`~domain.errors.NotReady` if it was never frozen.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        case = CaseFile.inside(reader.root)
    except NotOurs as error:
        raise NotReady("the paper carries no case data") from error
    signed = frozenset(str(each.field_name) for each in reader.embedded_regular_signatures)
    if PLATFORM not in signed:
        raise NotReady("the paper is not frozen")
    if signed >= case.fields("committee"):
        return Sealed(pdf, case, signed)
    kind = Signing if len(signed) > 1 else Frozen
    return kind(pdf, case, signed)


def may_sign(paper: Frozen, field: str) -> Signer:
    """Find who signs here, unless it is not their turn: the mediator signs after all parties."""
    if isinstance(paper, Sealed):
        raise IllegalMove("the paper is sealed")
    if field not in paper.case.fields("party", "mediator"):
        raise IllegalMove(f"no person signs in {field}")
    if field in paper.signed:
        raise IllegalMove(f"{field} is signed already")
    if field == MEDIATOR and paper.case.fields("party") - paper.signed:
        raise NotReady("the parties sign before the mediator")
    return paper.case.signer(field)


def field_size(pdf: bytes, field: str) -> tuple[float, float]:
    """Measure a signature field in points."""
    reader = PdfFileReader(io.BytesIO(pdf))
    for name, _value, reference in fields.enumerate_sig_fields(reader):
        if name == field:
            left, bottom, right, top = (float(edge) for edge in reference.get_object()["/Rect"])
            return right - left, top - bottom
    raise IllegalMove(f"there is no field {field}")


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """Write the update."""
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
    return out.getvalue()


def as_list(der: bytes) -> CertificateList:
    """Hand a list of revoked certificates to pyHanko."""
    return CertificateList.load(der)


def fingerprint(certificate: x509.Certificate) -> str:
    """Hash a certificate, as the registry keeps it."""
    return certificate.fingerprint(hashes.SHA256()).hex()
