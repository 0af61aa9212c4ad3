"""Check the licence of everything in requirements.lock: nothing that Apache-2.0 cannot stand on.

Weak copyleft (LGPL, MPL) is fine as long as NOTICE names the distribution.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
FREE = frozenset(
    {
        "0BSD",
        "APACHE-2.0",
        "BSD-2-CLAUSE",
        "BSD-3-CLAUSE",
        "CC0-1.0",
        "CNRI-PYTHON",
        "HPND",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "OFL-1.1",
        "PSF-2.0",
        "UNLICENSE",
        "ZLIB",
    }
)
NAMED_IN_NOTICE = frozenset({"LGPL-2.1-OR-LATER", "LGPL-3.0-ONLY", "LGPL-3.0-OR-LATER", "MPL-2.0"})
#: what authors write where SPDX has an identifier
SAME_AS = {
    "APACHE": "APACHE-2.0",
    "APACHE 2": "APACHE-2.0",
    "APACHE 2.0": "APACHE-2.0",
    "APACHE LICENSE 2.0": "APACHE-2.0",
    "APACHE SOFTWARE LICENSE": "APACHE-2.0",
    "BSD LICENSE": "BSD-3-CLAUSE",
    "3-CLAUSE BSD LICENSE": "BSD-3-CLAUSE",
    "BSD-3-CLAUSE APACHE-2.0 DEPENDENCY LICENSES": "BSD-3-CLAUSE",  # pypdfium2; NOTICE says more
    "MIT LICENSE": "MIT",
    "MOZILLA PUBLIC LICENSE 2.0 (MPL 2.0)": "MPL-2.0",
    "MPL-2.0 AND MIT": "MPL-2.0",  # tqdm
    "PYTHON SOFTWARE FOUNDATION LICENSE": "PSF-2.0",
    "SIL OPEN FONT LICENSE 1.1 (OFL-1.1)": "OFL-1.1",
}


def requirements(lock: str) -> list[Requirement]:
    """Read which distributions a lock names for this machine."""
    lines = (line.rstrip("\\ ") for line in lock.splitlines() if line[:1].isalnum())
    named = [Requirement(line) for line in lines]
    return [one for one in named if one.marker is None or one.marker.evaluate()]


def licences(found: Distribution) -> list[str]:
    """Give the SPDX identifiers that a distribution declares; every one of them counts."""
    metadata = found.metadata
    if expression := metadata.get_all("License-Expression"):
        return [_spdx(term) for term in re.split(r"\s+(?:AND|OR)\s+|[()]", expression[0]) if term]
    classifiers = metadata.get_all("Classifier") or []
    declared = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License ::")]
    return [_spdx(term) for term in declared or metadata.get_all("License") or []]


def complaint(name: str, declared: list[str], notice: str) -> str | None:
    """Say why a distribution may not be used; None if it may."""
    unknown = [one for one in declared if one not in FREE | NAMED_IN_NOTICE]
    if unknown or not declared:
        return f"{name}: licence {', '.join(unknown) or 'not declared'} is not allowed"
    weak = [one for one in declared if one in NAMED_IN_NOTICE]
    if weak and not re.search(rf"^\s*{re.escape(name)}\b", notice, re.MULTILINE):
        return f"{name}: {', '.join(weak)}, so NOTICE has to name it"
    return None


def complaints(lock: str = "requirements.lock") -> list[str]:
    """Look at a whole lock; that of what runs, if none is named."""
    notice = (ROOT / "NOTICE").read_text("utf-8")
    found = []
    for one in requirements((ROOT / lock).read_text("utf-8")):
        try:
            found.append(complaint(one.name, licences(distribution(one.name)), notice))
        except PackageNotFoundError:
            found.append(f"{one.name}: not installed, run `make setup`")
    return [text for text in found if text]


def _spdx(written: str) -> str:
    plain = " ".join(written.replace(",", " ").replace("Version", " ").split()).upper()
    return SAME_AS.get(plain, plain)


def main() -> int:
    """Print every complaint about the locks named."""
    locks = sys.argv[1:] or ["requirements.lock"]
    wrong = [text for lock in locks for text in complaints(lock)]
    print("\n".join(wrong) or "Every licence is allowed, and NOTICE names those that ask for it")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
