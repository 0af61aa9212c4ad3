"""One PAdES signature (ETSI EN 319 142-1, B-T) through pyHanko, at a time that is handed in."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.content import RawContent, ResourceType
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.sign.ades.api import CAdESSignedAttrSpec, GenericCommitment
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore
from typing_extensions import override

from documents.authority import KeyPair
from documents.outlines import Drawing
from documents.timestamps import as_asn1

RESERVED = 12288  #: hex digits for a signature with its stamp; saves a rehearsal of both


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What is to be put into a field."""

    field: str
    name: str
    reason: str
    pair: KeyPair
    certifies: bool = False
    closes: bool = False  #: nothing may change afterwards


class QuietWriter(IncrementalPdfFileWriter):
    """Appends to a file without touching its metadata.

    pyHanko would write the machine's clock and its own name into them, past the handed-in time
    and out of step with the archive metadata.
    """

    @override
    def _update_meta(self) -> None:
        """Leave the metadata as they were certified."""


class KeyInHand(Signer):
    """Signs with a key object that is never written out."""

    def __init__(self, pair: KeyPair, issuer: x509.Certificate) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        store.register(as_asn1(issuer))
        super().__init__(
            signing_cert=as_asn1(pair.certificate), cert_registry=store, embed_roots=False
        )
        self.key = pair.key

    @override
    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        return bytes(72) if dry_run else self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class DatedSigner(PdfSigner):
    """Signs at the handed-in time; pyHanko's public way always takes the machine's clock."""

    at: datetime

    @override
    def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


class Ink(RawContent):
    """A drawing pressed onto the page like ink: what is printed below stays readable."""

    def __init__(self, drawing: Drawing) -> None:
        box = BoxConstraints(width=drawing.width, height=drawing.height)
        super().__init__(b"/Ink gs " + drawing.operators, box=box)
        blend = DictionaryObject({pdf_name("/BM"): pdf_name("/Multiply")})  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        self.set_resource(ResourceType.EXT_G_STATE, pdf_name("/Ink"), blend)


def appearance(picture: Drawing) -> StaticStampStyle:
    """Show a drawing exactly as large as its field."""
    layout = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MID,
        y_align=AxisAlignment.ALIGN_MID,
        margins=Margins.uniform(0),  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        inner_content_scaling=InnerScaling.NO_SCALING,
    )
    return StaticStampStyle(border_width=0, background=Ink(picture), background_layout=layout)


def metadata(signature: Signature) -> PdfSignatureMetadata:
    """Say what the signature means."""
    approval = CAdESSignedAttrSpec(commitment_type=GenericCommitment.PROOF_OF_APPROVAL.asn1)
    return PdfSignatureMetadata(
        field_name=signature.field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=signature.certifies,
        docmdp_permissions=MDPPerm.NO_CHANGES if signature.closes else MDPPerm.FILL_FORMS,
        name=signature.name,
        reason=signature.reason,
        cades_signed_attr_spec=None if signature.certifies else approval,
    )


def put_signature(
    pdf: bytes,
    signature: Signature,
    *,
    picture: Drawing | None,
    issuer: x509.Certificate,
    stamper: TimeStamper,
    at: datetime,
    room: int | None,
) -> bytes:
    """Append one signature with its time stamp."""
    signer = DatedSigner(
        metadata(signature),
        KeyInHand(signature.pair, issuer),
        timestamper=stamper,
        stamp_style=appearance(picture) if picture else None,
    )
    signer.at = at.replace(microsecond=0)
    out = signer.sign_pdf(
        QuietWriter(io.BytesIO(pdf)),
        existing_fields_only=True,
        bytes_reserved=room,
        output=io.BytesIO(),
    )
    return bytes(out.getvalue())
