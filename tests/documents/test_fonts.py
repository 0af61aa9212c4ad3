"""Fonts: made once, checked, complete; and the map back from drawings to text."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import reportlab
from fontTools.ttLib import TTFont

from documents.fonts import FontSet, coverage
from documents.unicode_map import to_unicode
from domain.errors import NoGlyph, Unavailable
from tools.fonts import MADE, is_made, make_fonts, postscript_source

ROOT = Path(__file__).parents[2]


def test_the_made_font_draws_what_its_source_draws(fonts_folder):
    with TTFont(fonts_folder / MADE, lazy=True) as made, TTFont(postscript_source()) as source:
        drawn, wanted = made.getBestCmap(), source.getBestCmap()

        assert made.sfntVersion == "\x00\x01\x00\x00"
        assert drawn.keys() == wanted.keys()
        assert len(made.getGlyphOrder()) == 31_058
        assert made["hmtx"][drawn[ord("枫")]][0] == source["hmtx"][wanted[ord("枫")]][0]


def test_fonts_are_made_once(fonts_folder):
    before = (fonts_folder / MADE).stat().st_mtime_ns

    make_fonts(fonts_folder)

    assert is_made(fonts_folder)
    assert (fonts_folder / MADE).stat().st_mtime_ns == before


def test_a_damaged_font_is_not_taken_for_a_made_one(fonts_folder, tmp_path):
    (tmp_path / "fonts.json").write_bytes((fonts_folder / "fonts.json").read_bytes())
    (tmp_path / MADE).write_bytes((fonts_folder / MADE).read_bytes()[:-1])

    assert not is_made(tmp_path)


def test_the_set_up_step_says_what_it_did(fonts_folder):
    done = subprocess.run(
        [sys.executable, "tools/fonts.py", str(fonts_folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )

    assert "Fonts are ready" in done.stdout


def test_every_character_of_the_standard_can_be_printed(fonts_folder):
    """GB 18030-2022, level 3; needs Debian's fonts-hanazono."""
    blocks = coverage(fonts_folder)

    assert sum(block.total for block in blocks) == 87_887
    assert {block.block: block.example for block in blocks if block.example} == {}
    assert sum(block.printable for block in blocks) == 87_887


def test_without_the_rare_faces_the_coverage_says_what_is_missing(fonts):
    plain = FontSet(text=fonts.text[:1], heading=fonts.heading[:1])

    with pytest.raises(NoGlyph, match=r"U\+2000B"):
        list(plain.runs("𠀋"))


def test_private_and_control_characters_have_no_face(fonts):
    for character in ("\ue000", "\x07"):
        with pytest.raises(NoGlyph):
            fonts.face_for(character)


def test_without_fonts_the_paper_room_says_how_to_get_them(tmp_path):
    with pytest.raises(Unavailable, match="make setup"):
        FontSet.at(tmp_path)


def test_headings_use_bold_only_where_there_is_one(fonts):
    assert fonts.has_bold == ("Bold" in fonts.heading[0].name)
    assert not FontSet(text=fonts.text, heading=fonts.text).has_bold


def test_reportlab_is_the_version_whose_text_map_is_replaced():
    assert reportlab.__version__ == "5.1.0"


def test_characters_beyond_the_first_plane_are_written_as_pairs():
    written = to_unicode("F", [0, ord("王"), 0x2CC56])

    assert "<01> <738B>" in written
    assert "<02> <D873DC56>" in written
    assert "<00>" not in written.replace("<00> <FF>", "")


def test_a_text_map_has_blocks_of_at_most_a_hundred():
    written = to_unicode("F", range(0x4E00, 0x4F00))

    assert [int(count) for count in re.findall(r"(\d+) beginbfchar", written)] == [100, 100, 56]
