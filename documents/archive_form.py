"""The printed paper as PDF/A-3b: colours, language, metadata and ``case.json`` inside.

Built after ISO 19005-3 and checked rule by rule in the tests; no certified validator was run.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, String
from PIL import ImageCms

from documents.agreement import COMMITTEE, MEDIATOR, PLATFORM, Printed
from domain.errors import BadInput
from domain.ports.papers import AgreementSheet

ATTACHMENT = "case.json"
SCHEMA = "fengqiao-paper/1"
PRODUCER = "Fengqiao"

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def for_the_archive(printed: Printed, sheet: AgreementSheet, *, at: datetime) -> bytes:
    """Turn the printed paper into PDF/A-3b with the case's data attached."""
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        title = f"人民调解协议书 {sheet.number}"
        describe(pdf, title=title, author=sheet.committee, at=at)
        colour(pdf)
        attach(pdf, case_data(sheet), at=at)
        out = io.BytesIO()
        pdf.save(
            out,
            force_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            deterministic_id=True,
        )
    return out.getvalue()


def describe(pdf: pikepdf.Pdf, *, title: str, author: str, at: datetime) -> None:
    """Say what the file is, once for archives (XMP) and once for old readers (Info)."""
    words = {"title": title, "author": author, "producer": PRODUCER}
    safe = {key: escape(word) for key, word in words.items()}
    xmp = XMP.format(**safe, at=at.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    stream = pdf.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = stream
    pdf.Root.Lang = String("zh-CN")
    pdf.Root.MarkInfo = Dictionary(Marked=False)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"], pdf.docinfo["/Author"] = title, author
    pdf.docinfo["/Creator"] = pdf.docinfo["/Producer"] = PRODUCER
    pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = pdf_date(at)


def pdf_date(at: datetime) -> str:
    """Write a UTC instant as PDF does."""
    return at.strftime("D:%Y%m%d%H%M%S+00'00'")


def colour(pdf: pikepdf.Pdf) -> None:
    """Say that all colours are sRGB."""
    profile = pdf.make_stream(srgb(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


@cache
def srgb() -> bytes:
    """Make the sRGB profile, its making date fixed so that equal papers are equal bytes."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07ea00010001000000000000")  # ICC.1: 2026-01-01 00:00:00
    profile[84:100] = bytes(16)  # the profile's own hash, which may be left out
    return bytes(profile)


def attach(pdf: pikepdf.Pdf, data: Mapping[str, Any], *, at: datetime) -> None:
    """Attach the data from which a program reads what a person reads on the page."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    file = AttachedFileSpec(  # type: ignore[call-arg]  # its stub forgets the relationship
        pdf,
        text.encode(),
        filename=ATTACHMENT,
        description="案件结构化数据",
        mime_type="application/json",
        relationship=Name.Data,
        creation_date=pdf_date(at),
        mod_date=pdf_date(at),
    )
    pdf.attachments[ATTACHMENT] = file
    pdf.Root.AF = Array([pdf.attachments[ATTACHMENT].obj])


def case_data(sheet: AgreementSheet) -> dict[str, Any]:
    """Gather what an offline verifier has to know: which paper, and who has to sign where.

    Raises :class:`~domain.errors.BadInput` if ``sheet.data`` is not JSON.
    """
    try:
        terms = json.loads(sheet.data) if sheet.data else None
    except ValueError as error:
        raise BadInput("data", "not JSON") from error
    return {
        "schema": SCHEMA,
        "agreement_id": sheet.agreement_id,
        "number": sheet.number,
        "version": sheet.version,
        "committee": sheet.committee,
        "date": sheet.date.isoformat(),
        "demo": sheet.demo,
        "data": terms,
        "data_sha256": hashlib.sha256(sheet.data.encode()).hexdigest(),
        "signers": [] if sheet.wet_ink else signers(sheet),
    }


def signers(sheet: AgreementSheet) -> list[dict[str, str]]:
    """List every signature that makes the paper complete, in the order of the ceremony."""
    parties = [{"field": p.field, "role": "party", "name": p.hand or p.name} for p in sheet.parties]
    return [
        {"field": PLATFORM, "role": "platform", "name": sheet.committee},
        *parties,
        {"field": MEDIATOR, "role": "mediator", "name": sheet.mediator},
        {"field": COMMITTEE, "role": "committee", "name": sheet.committee},
    ]
