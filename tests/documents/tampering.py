"""What dishonest hands do to a paper; each function returns the changed file."""

from __future__ import annotations

import hashlib
import io

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.sign import fields
from pyhanko.sign.fields import SigFieldSpec

from documents.signature import RESERVED, QuietWriter, Signature, put_signature
from documents.timestamps import time_stamper


def updated(pdf, change):
    writer = QuietWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer, number=0):
    return writer.root["/Pages"]["/Kids"][number]


def byte_changed(pdf):
    """Another digit inside the first revision."""
    place = pdf.index(b"stream\n") + 40
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def overlay(pdf):
    """A page content that paints over the sum."""

    def paint(writer):
        white = StreamObject(stream_data=b"q 1 g 80 400 300 60 re f Q")
        writer.add_stream_to_page(0, writer.add_object(white))

    return updated(pdf, paint)


def annotation(pdf):
    """A remark that covers the text."""

    def remark(writer):
        note = DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): ArrayObject(map(FloatObject, (80, 400, 400, 460))),
                pdf_name("/Contents"): pdf_string("赔偿八万元"),
                pdf_name("/DA"): pdf_string("/Helv 12 Tf 0 g"),
            }
        )
        page = page_of(writer)
        annotations = page.get("/Annots", ArrayObject())
        page[pdf_name("/Annots")] = ArrayObject([*annotations, writer.add_object(note)])
        writer.update_container(page)

    return updated(pdf, remark)


def script(pdf):
    """A program that runs when the file is opened."""

    def program(writer):
        action = {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): pdf_string("app.alert('80,000')"),
        }
        writer.root[pdf_name("/OpenAction")] = writer.add_object(DictionaryObject(action))
        writer.update_root()

    return updated(pdf, program)


def attachment(pdf):
    """Another file inside the file."""

    def attach(writer):
        content = embed.EmbeddedFileObject.from_file_data(writer, b"another agreement")
        embed.embed_file(writer, embed.FileSpec("new.txt", embedded_data=content))

    return updated(pdf, attach)


def appearance(pdf):
    """Another picture in the place of a signature's."""

    def repaint(writer):
        for name, _value, reference in fields.enumerate_sig_fields(writer):
            if name == "party-1":
                widget = reference.get_object()
                picture = StreamObject(
                    {
                        pdf_name("/Type"): pdf_name("/XObject"),
                        pdf_name("/Subtype"): pdf_name("/Form"),
                        pdf_name("/BBox"): ArrayObject(map(FloatObject, (0, 0, 200, 44))),
                    },
                    stream_data=b"0 0 200 44 re f",
                )
                looks = {pdf_name("/N"): writer.add_object(picture)}
                widget[pdf_name("/AP")] = DictionaryObject(looks)
                writer.update_container(widget)

    return updated(pdf, repaint)


def signed_once_more(pdf, authority, at):
    """One more signature, by a certificate of the given authority."""

    def make_field(writer):
        fields.append_signature_field(writer, SigFieldSpec("party-3"))

    pair = authority.event_pair(
        role="party",
        name="周新",
        number="1",
        evidence_sha256=hashlib.sha256(b"").hexdigest(),
        at=at,
    )
    return put_signature(
        updated(pdf, make_field),
        Signature(field="party-3", name="周新", reason="我也同意", pair=pair),
        picture=None,
        issuer=authority.issuer.certificate,
        stamper=time_stamper(authority, at=at),
        at=at,
        room=RESERVED,
    )


def new_widget(pdf):
    """A text field over the page, which is no signature."""

    def add(writer):
        field = DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): pdf_string("amount"),
                pdf_name("/V"): pdf_string("80000"),
                pdf_name("/Rect"): ArrayObject(map(FloatObject, (80, 400, 400, 460))),
                pdf_name("/F"): generic.NumberObject(4),
            }
        )
        reference = writer.add_object(field)
        page = page_of(writer)
        page[pdf_name("/Annots")] = ArrayObject([*page.get("/Annots", ()), reference])
        writer.update_container(page)
        form = writer.root["/AcroForm"]
        form["/Fields"].append(reference)
        writer.update_container(form["/Fields"])

    return updated(pdf, add)


def sealed_with(pdf, authority, pair, at):
    """The committee's field, signed with a certificate that was issued for something else."""
    return put_signature(
        pdf,
        Signature(field="committee", name="周新", reason="盖章", pair=pair, closes=True),
        picture=None,
        issuer=authority.issuer.certificate,
        stamper=time_stamper(authority, at=at),
        at=at,
        room=RESERVED,
    )
