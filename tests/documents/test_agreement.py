"""The printed agreement: right to the last character of a name."""

import hashlib
import io
import json
from datetime import date
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.agreement import print_agreement
from documents.archive_form import for_the_archive
from documents.fonts import readable
from documents.numerals import counting, formal, written_date
from documents.typesetting import CLOSERS, OPENERS, Style, break_lines, chunks
from domain.errors import BadInput, NoGlyph
from tests.documents.ceremonies import LI, WANG, a_party, a_sheet
from tests.documents.programs import fonts_of, run, text_of


def paper_of(sheet, fonts, now):
    return for_the_archive(print_agreement(sheet, fonts), sheet, at=now)


def test_rare_names_come_out_of_the_paper_as_they_went_in(fonts, ceremony):
    words = text_of(ceremony.final)

    assert words.count(WANG) == words.count(LI) == 2
    assert "人民调解协议书" in words
    assert "二〇二六年十一月二十一日" in words
    assert "一式叁份" in words


def test_who_signs_for_a_party_stands_on_the_paper_as_what(fonts, now):
    for_lin = a_party("林小雨", "申请人", "party-1", hand=WANG, capacity="法定代理人")
    sheet = a_sheet(parties=(for_lin, a_sheet().parties[1]))

    paper = paper_of(sheet, fonts, now)

    words = "".join(text_of(paper).split())
    assert words.count(WANG) == 2  # beside the party, and where they sign
    assert f"法定代理人：{WANG}" in words
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        told = json.loads(pdf.attachments["case.json"].get_file().read_bytes())
    assert told["signers"][1] == {"field": "party-1", "role": "party", "name": WANG}


def test_a_name_from_far_outside_is_printed_with_the_rare_faces(fonts, now, tmp_path):
    sheet = a_sheet(parties=(a_party("欧𠀋𫠣𬺰", "申请人", "party-1"), a_sheet().parties[1]))

    paper = paper_of(sheet, fonts, now)
    (tmp_path / "paper.pdf").write_bytes(paper)

    assert "欧𠀋𫠣𬺰" in text_of(paper)
    assert any("HanaMin" in row[0] for row in fonts_of(tmp_path / "paper.pdf"))


@pytest.mark.parametrize("field", ["facts", "performance", "mediator"])
def test_a_character_that_no_face_has_stops_the_paper_and_is_named(fonts, field):
    with pytest.raises(NoGlyph) as refusal:
        print_agreement(a_sheet(**{field: "甲𰻝乙"}), fonts)

    assert refusal.value.character == "𰻝"


def test_every_font_is_embedded_and_nothing_else_is_used(ceremony, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(ceremony.final)

    rows = fonts_of(tmp_path / "paper.pdf")

    assert rows
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_what_people_type_is_text_and_never_markup(fonts, now):
    typed = '<b>粗</b> &amp; <img src="/etc/passwd"/> <张三> {{7*7}} %s \\n'

    words = text_of(paper_of(a_sheet(facts=typed), fonts, now), "-layout")

    assert typed in " ".join(words.split())


def test_what_cannot_be_seen_is_dropped():
    assert readable("甲\u200b乙\ufeff\x00\u2003丙\r\n丁\t戊") == "甲乙 丙\n丁 戊"


def test_the_code_on_the_paper_leads_to_its_page(fonts, now, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(paper_of(a_sheet(), fonts, now))
    run("pdftoppm", "-r", "150", "-png", tmp_path / "paper.pdf", tmp_path / "page")

    pictures = sorted(tmp_path.glob("page*.png"))
    _code, out = run("zbarimg", "-q", "--raw", pictures[-1])

    assert out.splitlines()[0] == a_sheet().verify_url


def test_a_long_agreement_goes_on_over_pages_that_are_counted(fonts, now):
    terms = tuple(f"第{number}项：被申请人应当{'按约定履行义务，' * 20}" for number in range(1, 31))
    paper = paper_of(a_sheet(terms=terms), fonts, now)

    words = "".join(text_of(paper).split())
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        pages = len(pdf.pages)

    assert pages > 4
    assert all(f"第{page}页共{pages}页" in words for page in range(1, pages + 1))
    assert all(f"第{number}项" in words for number in range(1, 31))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_every_party_has_a_place_to_sign_that_overlaps_no_other(fonts, count):
    parties = tuple(
        a_party(f"当事人{counting(n)}", "申请人", f"party-{n}") for n in range(1, count + 1)
    )

    printed = print_agreement(a_sheet(parties=parties), fonts)

    boxes = {spot.field: (spot.page, *spot.box) for spot in printed.spots}
    assert set(boxes) == {f"party-{n}" for n in range(1, count + 1)} | {"mediator", "committee"}
    assert all(apart(one, other) for one, other in pairs(boxes.values()))


def pairs(things):
    listed = list(things)
    return [(one, other) for i, one in enumerate(listed) for other in listed[i + 1 :]]


def apart(one, other):
    (page, left, low, right, top), (page2, left2, low2, right2, top2) = one, other
    return page != page2 or right <= left2 or right2 <= left or top <= low2 or top2 <= low


def test_signatures_never_stand_on_a_page_without_words_of_the_agreement(fonts):
    sheets = [a_sheet(facts="事实。" * count) for count in range(40, 440, 40)]

    for sheet in sheets:
        printed = print_agreement(sheet, fonts)
        last = text_of(printed.pdf, "-f", str(printed.pages), "-l", str(printed.pages))
        assert "一式叁份" in last


def test_the_same_sheet_gives_the_same_bytes(fonts, now):
    one, other = (paper_of(a_sheet(), fonts, now) for _time in range(2))

    assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest()


def test_a_demonstration_says_so_and_a_real_paper_does_not(fonts, now):
    shown, real = (text_of(paper_of(a_sheet(demo=demo), fonts, now)) for demo in (True, False))

    assert "演示文书" in shown
    assert "演示" not in real


def test_a_paper_for_ink_leaves_room_for_ink(fonts):
    words = text_of(print_agreement(a_sheet(wet_ink=True), fonts).pdf)

    assert "签名、盖章或按指印" in words
    assert "纸质签署文本" in words
    assert "孙丽" not in words


def test_the_paper_says_that_its_authority_is_no_licensed_one(ceremony):
    words = "".join(text_of(ceremony.final).split())

    assert "不是依法设立的电子认证服务机构" in words
    assert "《中华人民共和国电子签名法》第十三条" in words


def test_the_file_keeps_the_rules_of_the_archive_format(fonts, now):
    """ISO 19005-3, level B, rule by rule; no certified validator was at hand."""
    with pikepdf.open(io.BytesIO(paper_of(a_sheet(), fonts, now))) as pdf:
        root = pdf.Root
        xmp = root.Metadata.read_bytes().decode()

        assert pdf.pdf_version == "1.7"
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in xmp
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert root.OutputIntents[0].DestOutputProfile.N == 3
        assert str(root.Lang) == "zh-CN"
        assert root.AF[0].AFRelationship == "/Data"
        assert "/OpenAction" not in root
        assert str(pdf.docinfo["/Title"]) == f"人民调解协议书 {a_sheet().number}"
        assert str(pdf.docinfo["/Producer"]) == "Fengqiao"
        assert "/Encrypt" not in pdf.trailer
        assert "/ID" in pdf.trailer


def test_the_attached_data_name_the_paper_and_its_signers(fonts, now):
    with pikepdf.open(io.BytesIO(paper_of(a_sheet(), fonts, now))) as pdf:
        data = json.loads(pdf.attachments["case.json"].get_file().read_bytes())

    assert data["number"] == a_sheet().number
    assert data["data"] == {"amount_fen": 800000}
    assert [(row["role"], row["field"]) for row in data["signers"]] == [
        ("platform", "platform"),
        ("party", "party-1"),
        ("party", "party-2"),
        ("mediator", "mediator"),
        ("committee", "committee"),
    ]
    assert "19912345678" not in json.dumps(data)


def test_data_that_are_no_json_are_refused(fonts, now):
    with pytest.raises(BadInput):
        paper_of(a_sheet(data="{"), fonts, now)


@pytest.mark.parametrize(
    ("number", "plain", "written"),
    [(1, "一", "壹"), (10, "十", "拾"), (12, "十二", "拾贰"), (30, "三十", "叁拾")],
)
def test_numbers_are_written_as_on_chinese_papers(number, plain, written):
    assert (counting(number), formal(number)) == (plain, written)
    assert written_date(date(2030, 10, 20)) == "二〇三〇年十月二十日"


@given(st.text(alphabet="甲乙，。（）《》：、0123456789.,-abc ", max_size=200))
def test_no_line_begins_with_a_stop_or_ends_with_an_opening_bracket(text):
    pieces = chunks(text)

    assert "".join(pieces) == text
    assert all(
        before[-1] not in OPENERS and after[0] not in CLOSERS
        for before, after in pairwise(pieces)
        if before[-1] not in CLOSERS or after[0] not in OPENERS
    )


def test_an_amount_is_never_torn_apart(fonts):
    style = Style(size=12)
    lines = break_lines(fonts, "赔偿金额为（￥12,800.00元），于2026-12-01前付清。" * 8, style, 150)

    assert all(fonts.width(line.text, style.size) <= 150 for line in lines)
    assert sum(line.text.count("（￥12,800.00") for line in lines) == 8
