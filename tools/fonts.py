"""Make the fonts that papers are set in: once, checked by hash, kept in one folder.

reportlab embeds only TrueType outlines; the wheel ``pylopdf-fonts-zh-cn`` carries Noto Serif SC
(OFL-1.1) with PostScript ones, so they are turned into TrueType here.  Where npm is at hand the
static regular and bold of the same family are fetched too.  Rare characters come from Debian's
``fonts-hanazono``, which is only looked for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fontTools.misc.roundTools import otRound
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from rich.progress import track

MADE = "NotoSerifSC-Made.ttf"
RECORD = "fonts.json"  #: what was made from what, as hashes
RECIPE = 1  #: raise it when the conversion changes
UNUSED = (  # what hinting would need
    *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
    *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints"),
    *("maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"),
)
MAX_ERROR = 1.0  #: font units; a thousandth of the em is below what a printer shows
NPM_PACKAGE = "@expo-google-fonts/noto-serif-sc@0.4.3"
NPM_FACES = {
    "NotoSerifSC-Regular.ttf": (
        "package/400Regular/NotoSerifSC_400Regular.ttf",
        "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
    ),
    "NotoSerifSC-Bold.ttf": (
        "package/700Bold/NotoSerifSC_700Bold.ttf",
        "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
    ),
    "OFL.txt": (
        "package/LICENSE_FONT",
        "5e0da210fb04058a8c0087985d2d456b931c2579811a49655721d3cf0c36b6d6",
    ),
}

Watch = Callable[[Iterable[str], int], Iterable[str]]


def sha256(path: Path) -> str:
    """Return the hex hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def postscript_source() -> Path:
    """Find Noto Serif SC inside the wheel."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise SystemExit("The wheel pylopdf-fonts-zh-cn is not installed: run `make setup`.")
    return Path(spec.origin).parent / "NotoSerifSC-Regular.otf"


def is_made(folder: Path) -> bool:
    """Say whether the folder already holds what this recipe makes from this source."""
    record, made = folder / RECORD, folder / MADE
    if not (record.is_file() and made.is_file()):
        return False
    wanted = {"recipe": RECIPE, "source": sha256(postscript_source()), "made": sha256(made)}
    return bool(json.loads(record.read_text()) == wanted)


def make_fonts(folder: Path, *, watch: Watch | None = None) -> Path:
    """Make the TrueType Noto Serif SC in the folder unless it is there; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / MADE
    if is_made(folder):
        return made
    source = postscript_source()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as room:
        draft = Path(room) / MADE
        as_truetype(source, draft, watch or (lambda names, _count: names))
        record = {"recipe": RECIPE, "source": sha256(source), "made": sha256(draft)}
        note = Path(room) / RECORD
        note.write_text(json.dumps(record, indent=1) + "\n")
        draft.replace(made)
        note.replace(folder / RECORD)
    return made


def as_truetype(source: Path, target: Path, watch: Watch) -> None:
    """Turn PostScript outlines into TrueType ones; hinting and layout rules are dropped."""
    font = TTFont(source, recalcTimestamp=False)
    names = font.getGlyphOrder()
    outlines = font.getGlyphSet()
    glyphs = {name: quadratic(outlines, name) for name in watch(names, len(names))}
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = names, glyphs
    for table in ("CFF ", "VORG", "GSUB", "GPOS", "GDEF", "BASE"):
        if table in font:
            del font[table]
    left_bearings(font, glyphs)
    truetype_headers(font, len(names))
    font.save(target)


def quadratic(outlines: Any, name: str) -> Any:
    """Draw one glyph with quadratic curves."""
    pen = TTGlyphPen(outlines)
    outlines[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
    return pen.glyph()


def left_bearings(font: TTFont, glyphs: dict[str, Any]) -> None:
    """Take the left side bearings from the new outlines, as TrueType wants them."""
    widths = font["hmtx"].metrics
    for name, glyph in glyphs.items():
        glyph.recalcBounds(font["glyf"])
        widths[name] = (widths[name][0], otRound(getattr(glyph, "xMin", 0)))


def truetype_headers(font: TTFont, count: int) -> None:
    """Write the header tables of a TrueType font (OpenType 1.9, maxp 1.0 and post 3.0)."""
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion, maxp.numGlyphs, maxp.maxZones = 0x00010000, count, 1
    for field in UNUSED:
        setattr(maxp, field, 0)
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\x00\x01\x00\x00"


def fetch_faces(folder: Path) -> bool:
    """Fetch the static regular and bold by npm; False, said aloud, where that is impossible."""
    folder = folder.resolve()
    if all((folder / name).is_file() for name in NPM_FACES):
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as room:
        packing = subprocess.run(
            [npm, "pack", NPM_PACKAGE, "--silent", "--pack-destination", room],
            cwd=room,
            capture_output=True,
            timeout=300,
            check=False,
        )
        archives = list(Path(room).glob("*.tgz"))
        return (
            packing.returncode == 0 and bool(archives) and unpack(archives[0], Path(room), folder)
        )


def unpack(archive: Path, room: Path, folder: Path) -> bool:
    """Take the faces out of the package; refuse all of them if one has another hash."""
    with tarfile.open(archive) as package:
        for name, (member, _hash) in NPM_FACES.items():
            stream = package.extractfile(member)
            if stream is None:
                return False
            (room / name).write_bytes(stream.read())
    if any(sha256(room / name) != wanted for name, (_member, wanted) in NPM_FACES.items()):
        return False
    for name in NPM_FACES:
        (room / name).replace(folder / name)
    return True


def main() -> int:
    """Make or fetch all fonts, showing a bar, and say what is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("data/fonts"))
    folder: Path = parser.parse_args().folder.resolve()
    make_fonts(folder, watch=lambda names, n: track(names, "Making Noto Serif SC", total=n))
    if not fetch_faces(folder):
        print("No bold face (npm missing or offline): headings use the regular face, larger.")
    if not any(Path("/usr/share/fonts").rglob("HanaMin[AB].ttf")):
        print("fonts-hanazono is missing: `apt-get install fonts-hanazono` for rare characters.")
    print(f"Fonts are ready in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
