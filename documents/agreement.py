"""The 人民调解协议书 (司发通〔2010〕239号, form 6), set in type."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
)

from documents.case_code import as_path
from documents.fonts import FontSet, readable
from documents.numerals import counting, formal, written_date
from documents.outlines import text_path
from documents.typesetting import Prose, Style, draw_text
from domain.ports.papers import AgreementSheet, PartySheet

COMMITTEE, MEDIATOR, PLATFORM = "committee", "mediator", "platform"
SEAL_SIZE = 40 * mm
SEAL_COLUMN = 75 * mm
SIGN_HEIGHT = 44.0
COLUMN = A4[0] - 52 * mm
BODY = Style(size=12, leading=21, indent=24, after=2)
HEAD = Style(size=12.5, leading=22, heading=True, after=1)
CELL = Style(size=10.5, leading=16)
LABEL = Style(size=10.5, leading=16, align="center")
SMALL = Style(size=8, leading=11.5)
BLANK = "＿＿＿＿"

E_SIGNED = (
    "本协议以电子签名签署并加盖电子印章。核验方法：扫描左侧二维码并上传本文件，"
    "或用任何支持 PDF 签名的软件打开。签名证书由本平台内部证书机构签发，"
    "该机构不是依法设立的电子认证服务机构；能否视为可靠的电子签名，"
    "依《中华人民共和国电子签名法》第十三条判断。"
)
WET_INK = "本协议为纸质签署文本，须由各方当事人、人民调解员亲笔签名并加盖人民调解委员会印章。"
EFFECT = (
    "本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。"
    "双方当事人认为有必要的，可以自本协议生效之日起三十日内共同向人民法院申请司法确认。"
)


@dataclass(frozen=True)
class Spot:
    """Where a signature field lies: page (0 is the first) and box in points."""

    field: str
    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Printed:
    """A paper in type, with the places where signatures belong."""

    pdf: bytes
    pages: int
    spots: tuple[Spot, ...]


class SignaturePlace(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A place to sign, which remembers where on which page it came to lie."""

    def __init__(self, field: str, found: list[Spot], *, width: float, height: float) -> None:
        super().__init__()
        self.field, self.found = field, found
        self.width, self.height = width, height

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Take exactly the place that was asked for."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the line to sign on; the seal needs none."""
        if self.field != COMMITTEE:
            self.canv.setLineWidth(0.5)
            self.canv.line(0, 0, self.width, 0)
        x, y = self.canv.absolutePosition(0, 0)
        box = (round(x, 2), round(y, 2), round(x + self.width, 2), round(y + self.height, 2))
        self.found.append(Spot(self.field, self.canv.getPageNumber() - 1, box))


class Code(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A QR code, drawn as one path."""

    def __init__(self, url: str, size: float) -> None:
        super().__init__()
        self.url, self.size = url, size

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Take a square."""
        return self.size, self.size

    def draw(self) -> None:
        """Fill all dark cells at once."""
        runs, step = as_path(self.url, size=self.size)
        path = self.canv.beginPath()
        for x, y, length in runs:
            path.rect(x, y, length, step)
        self.canv.setFillGray(0)
        self.canv.drawPath(path, stroke=0, fill=1)


def print_agreement(sheet: AgreementSheet, fonts: FontSet) -> Printed:
    """Set the agreement in type.

    Raises :class:`~domain.errors.NoGlyph` naming a character that no face has.
    """
    for character in all_words(sheet):  # before reportlab could wrap the error into another
        fonts.face_for(character)
    out, found = io.BytesIO(), list[Spot]()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=f"人民调解协议书 {sheet.number}",
        lang="zh-CN",
        invariant=1,  # the same sheet gives the same bytes
        initialFontName=fonts.text[0].printed.fontName,  # otherwise an unembedded Helvetica
        leftMargin=26 * mm,
        rightMargin=26 * mm,
        topMargin=25 * mm,
        bottomMargin=24 * mm,
    )
    frame = Frame(26 * mm, 24 * mm, COLUMN, A4[1] - 49 * mm, 0, 0, 0, 0)
    page = PageTemplate(frames=[frame], onPage=partial(draw_margins, sheet=sheet, fonts=fonts))
    document.addPageTemplates([page])
    document.build([*Agreement(sheet, fonts, found).story(), Total(fonts)])
    return Printed(out.getvalue(), int(document.page), tuple(found))


def all_words(sheet: AgreementSheet) -> set[str]:
    """Gather every character that will be printed."""
    persons = (
        value for party in sheet.parties for value in vars_of(party) if isinstance(value, str)
    )
    texts = (value for value in vars_of(sheet) if isinstance(value, str))
    return set(readable("".join([*texts, *persons, *sheet.terms])).replace("\n", ""))


def vars_of(thing: AgreementSheet | PartySheet) -> list[Any]:
    """Take the values of a sheet."""
    return [getattr(thing, each.name) for each in fields(thing) if each.name != "data"]


class Total(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """The number of pages, known only now, as the form that every foot refers to."""

    def __init__(self, fonts: FontSet) -> None:
        super().__init__()
        self.fonts = fonts

    def draw(self) -> None:
        """Define the form."""
        canvas = self.canv
        pages = str(canvas.getPageNumber())
        canvas.beginForm("total-pages", 0, -5, 40, 15)
        draw_text(canvas, self.fonts, f"共 {pages} 页", 0, 0, Style(size=9))
        canvas.endForm()


def draw_margins(canvas: Any, _document: Any, *, sheet: AgreementSheet, fonts: FontSet) -> None:
    """Draw what stands on every page: number, page x of y, and the mark of a demonstration."""
    canvas.saveState()
    foot, left, right = 14 * mm, 26 * mm, A4[0] - 26 * mm
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(0.45)
    canvas.line(left, foot + 12, right, foot + 12)
    small = Style(size=9)
    draw_text(canvas, fonts, readable(sheet.number), left, foot, small)
    draw_text(canvas, fonts, f"第 {canvas.getPageNumber()} 页", right - 74, foot, small)
    canvas.translate(right - 34, foot)
    canvas.doForm("total-pages")
    canvas.restoreState()
    if sheet.demo:
        draw_demo_mark(canvas, fonts)


def draw_demo_mark(canvas: Any, fonts: FontSet) -> None:
    """Mark the page as a demonstration, behind the text and above it."""
    canvas.saveState()
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(40)
    canvas.setFillGray(0.955)
    canvas._code.append(text_path(fonts, "演示", at=(0, 0), size=190) + " f")  # noqa: SLF001  # reportlab has no public way to add glyph outlines
    canvas.restoreState()
    canvas.saveState()
    canvas.setFillColorRGB(0.7, 0.1, 0.1)
    line = "演示文书，不具有法律效力"
    style = Style(size=9)
    place = (A4[0] - fonts.width(line, style.size)) / 2
    draw_text(canvas, fonts, line, place, A4[1] - 15 * mm, style)
    canvas.restoreState()


@dataclass(frozen=True)
class Agreement:
    """The parts of the paper, from the title to the seal."""

    sheet: AgreementSheet
    fonts: FontSet
    found: list[Spot]

    def text(self, words: str, style: Style) -> Prose:
        """Set words that a person wrote or that we wrote: both the same way."""
        return Prose(self.fonts, readable(words), style)

    def story(self) -> Iterator[Any]:
        """Go through the form from top to bottom."""
        size = 24 if self.fonts.has_bold else 27
        title = Style(size=size, leading=size * 1.5, heading=True, align="center", after=4)
        yield self.text("人民调解协议书", title)
        yield self.text(self.sheet.number, Style(size=11, leading=18, align="right", after=6))
        for party in self.sheet.parties:
            yield from (self.party_table(party), Spacer(0, 6))
        yield from self.section("纠纷主要事实、争议事项：", [self.sheet.facts])
        yield from self.section("经调解，自愿达成如下协议：", self.numbered_terms())
        yield from self.section("履行方式、时限：", [self.sheet.performance])
        # Never a page of signatures alone: it could be put behind another text.
        last = self.text(f"{self.copies()}{EFFECT}", BODY)
        yield KeepTogether([last, Spacer(0, 8), *self.signatures(), self.closing()])

    def section(self, head: str, paragraphs: list[str]) -> Iterator[Any]:
        """A heading, never alone at the foot of a page, and its paragraphs."""
        yield CondPageBreak(HEAD.leading + 2 * BODY.leading)
        yield self.text(head, HEAD)
        for paragraph in paragraphs:
            yield self.text(paragraph or BLANK, BODY)

    def numbered_terms(self) -> list[str]:
        """Number the terms 一、二、三."""
        return [f"{counting(n)}、{term}" for n, term in enumerate(self.sheet.terms, 1)]

    def copies(self) -> str:
        """Say how many copies there are and who keeps them."""
        return f"本协议一式{formal(self.sheet.copies)}份，当事人、人民调解委员会各持一份。"

    def party_table(self, party: PartySheet) -> Table:
        """One party as a grid."""
        label, value = partial(self.text, style=LABEL), partial(self.text, style=CELL)
        rows = [
            [
                label(party.side), label("姓名"), value(named(party)), label("性别"),
                value(party.gender), label("民族"), value(party.nation), label("年龄"),
                value(party.age),
            ],
            [
                "", label("职业或\n职务"), value(party.occupation), label("联系方式"), "",
                value(party.contact), "", "", "",
            ],
            ["", label("单位或\n住址"), value(party.address), *[""] * 6],
        ]  # fmt: skip
        widths = [1.35, 1.35, 2.6, 1.0, 1.0, 1.0, 1.35, 1.0, 1.1]
        unit = COLUMN / sum(widths)
        style = [
            self.own_font(),
            ("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            *[(f"{side}PADDING", (0, 0), (-1, -1), 3) for side in ("LEFT", "RIGHT")],
            *[(f"{side}PADDING", (0, 0), (-1, -1), 2.5) for side in ("TOP", "BOTTOM")],
            *[("SPAN", *span) for span in PARTY_SPANS],
        ]
        return Table(rows, colWidths=[width * unit for width in widths], style=style)

    def own_font(self) -> tuple[Any, ...]:
        """Keep a table from naming Helvetica, which is never embedded."""
        return ("FONTNAME", (0, 0), (-1, -1), self.fonts.text[0].printed.fontName)

    def signatures(self) -> Iterator[Any]:
        """Places for every party, then mediator and recorder, two in a row."""
        how = "签名、盖章或按指印" if self.sheet.wet_ink else "签名"
        places = [
            self.place(f"{party.side}（{how}）", party.name, party.field, *hand(party))
            for party in self.sheet.parties
        ]
        yield self.pairs(places)
        recorder = "" if self.sheet.wet_ink else self.sheet.recorder
        yield self.pairs(
            [
                self.place("人民调解员（签名）", self.sheet.mediator, MEDIATOR),
                self.place("记录人", recorder, ""),
            ]
        )

    def place(self, label: str, name: str, field: str, *below: str) -> list[Any]:
        """A label with the printed name, and the line above which one signs."""
        width = COLUMN / 2 - 24
        head = self.text(f"{label}：{name}", Style(size=11, leading=17))
        if field:
            lines = [self.text(words, Style(size=11, leading=17)) for words in below]
            return [
                head,
                *lines,
                SignaturePlace(field, self.found, width=width, height=SIGN_HEIGHT),
            ]
        return [head] if name else [head, SignaturePlace("", [], width=width, height=SIGN_HEIGHT)]

    def pairs(self, cells: list[list[Any]]) -> Table:
        """Set cells two in a row."""
        padded = cells + [[]] * (len(cells) % 2)
        rows = [padded[index : index + 2] for index in range(0, len(padded), 2)]
        style = [
            self.own_font(),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]
        return Table(rows, colWidths=[COLUMN / 2] * 2, style=style)

    def closing(self) -> Table:
        """Code and note on the left; committee, date and the place of the seal on the right."""
        note = self.text(WET_INK if self.sheet.wet_ink else E_SIGNED, SMALL)
        code = Code(self.sheet.verify_url, 25 * mm)
        plain = [*PLAIN, self.own_font()]
        left = Table([[code, note]], colWidths=[28 * mm, 50 * mm], style=plain)
        right = [
            self.text("人民调解委员会（印章）：", Style(size=10.5, leading=15)),
            SealPlace(self),
        ]
        widths = [COLUMN - SEAL_COLUMN, SEAL_COLUMN]
        return Table([[left, right]], colWidths=widths, style=[*plain, BOTTOM])


def named(party: PartySheet) -> str:
    """A party's name, and who signs for them as what."""
    below = [f"{party.capacity}：", party.hand] if party.hand else []
    return "\n".join([party.name, *below])


def hand(party: PartySheet) -> list[str]:
    """Who signs for a party, if they do not sign themselves."""
    return [f"{party.capacity}：{party.hand}"] if party.hand else []


class SealPlace(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Committee and date, whose ends the seal covers as custom wants (骑年盖月)."""

    def __init__(self, paper: Agreement) -> None:
        super().__init__()
        self.paper = paper
        self.place = SignaturePlace(COMMITTEE, paper.found, width=SEAL_SIZE, height=SEAL_SIZE)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Take the height of the seal."""
        self.column = width
        return width, SEAL_SIZE

    def draw(self) -> None:
        """Write committee and date, left of the star."""
        sheet = self.paper.sheet
        for row, words in enumerate(reversed(self.halves(readable(sheet.committee)))):
            self.write(words, SEAL_SIZE / 2 + 3 + 15 * row)
        day = "＿＿＿＿年＿＿月＿＿日" if sheet.wet_ink else written_date(sheet.date)
        self.write(day, SEAL_SIZE / 2 - 15)
        self.place.drawOn(self.canv, self.column - SEAL_SIZE, 0)

    def halves(self, name: str) -> list[str]:
        """Cut a name that is too long for one line into two."""
        if self.paper.fonts.width(name, 10.5) <= self.room:
            return [name]
        return [name[: len(name) // 2], name[len(name) // 2 :]]

    @property
    def room(self) -> float:
        """The width left of the star."""
        return float(self.column - SEAL_SIZE * 0.66)

    def write(self, words: str, y: float) -> None:
        """Write one line, centred left of the star; smaller if it would not fit."""
        fonts, room = self.paper.fonts, self.room
        size = min(10.5, 10.5 * room / max(fonts.width(words, 10.5), 1))
        left = (room - fonts.width(words, size)) / 2
        draw_text(self.canv, fonts, words, left, y, Style(size=size))


PARTY_SPANS = (
    ((0, 0), (0, 2)),
    ((3, 1), (4, 1)),
    ((5, 1), (8, 1)),
    ((2, 2), (8, 2)),
)
PLAIN = [
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    *[(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")],
]
BOTTOM = ("VALIGN", (0, 0), (-1, -1), "BOTTOM")
