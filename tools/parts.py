"""Long runs by nameable parts: a part is a program ``tests/<kind>/<part>.py``.

It prints its report, Markdown, on standard output and its progress on standard error, takes its
seed and sizes as options, and ends with a status other than 0 if what it proves does not hold.
"""

from __future__ import annotations

import ast
import os
import platform
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROOFS = Path("docs/proofs")


@dataclass(frozen=True)
class Kind:
    """A folder of parts and how their reports are named."""

    folder: str  #: in tests/
    report: str  #: such as bench-{}.md

    def parts(self, root: Path) -> dict[str, str]:
        """Find the parts and the first line of what each says of itself."""
        files = sorted((root / "tests" / self.folder).glob("[!_]*.py"))
        return {_name(file): _first_line(file) for file in files if _is_program(file)}


PROVE = Kind("prove", "{}.md")
BENCH = Kind("bench", "bench-{}.md")


def run(kind: Kind, arguments: list[str], root: Path = ROOT) -> int:
    """Run the named part, or ``all``; list them when none is named."""
    parts = kind.parts(root)
    if not arguments:
        print("\n".join(f"{part:<20} {about}" for part, about in parts.items()) or "No parts yet")
        return 0
    wanted, *options = arguments
    if wanted != "all" and wanted not in parts:
        print(f"There is no part {wanted}; there are: {', '.join(parts)}", file=sys.stderr)
        return 2
    return max(
        _run_part(kind, part, options, root) for part in (parts if wanted == "all" else [wanted])
    )


def _run_part(kind: Kind, part: str, options: list[str], root: Path) -> int:
    """Let the part run and keep its report, whatever it found."""
    print(f"== {part}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", f"tests.{kind.folder}.{part.replace('-', '_')}", *options]
    ran = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    verdict = "held" if ran.returncode == 0 else f"FAILED (status {ran.returncode})"
    invited = f"make {kind.folder} PART={part}" + (
        f' ARGS="{shlex.join(options)}"' if options else ""
    )
    report = f"# {part}: {verdict}\n\n`{invited}` on {_machine()}\n\n{ran.stdout.strip()}\n"
    print(report, flush=True)
    file = root / PROOFS / kind.report.format(part)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(report, "utf-8")
    return 1 if ran.returncode else 0


def _machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores ({platform.machine()})"


def _name(file: Path) -> str:
    return file.stem.replace("_", "-")


def _is_program(file: Path) -> bool:
    return '__name__ == "__main__"' in file.read_text("utf-8")


def _first_line(file: Path) -> str:
    about = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return about.partition("\n")[0]
