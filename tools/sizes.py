"""Report how long files and functions are; a habit to look at, not a gate."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sources() -> list[Path]:
    """Give our own Python files, tests left out, as git knows them."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, check=True)
    files = [Path(name) for name in listed.stdout.decode().splitlines()]
    return [file for file in files if file.parts[0] != "tests" and (ROOT / file).exists()]


def functions(file: Path) -> Iterator[tuple[int, str]]:
    """Give length and name of every function in a file."""
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{file}:{node.name}"


def report(kind: str, lengths: list[tuple[int, str]], much: int) -> str:
    """Say how many there are, how long the middle one is, and which are long."""
    longest = sorted((one for one in lengths if one[0] > much), reverse=True)
    named = "".join(f"\n   {length:4} {name}" for length, name in longest[:8])
    middle = statistics.median(length for length, _ in lengths)
    return f"{len(lengths)} {kind}, median {middle:.0f} lines, {len(longest)} over {much}{named}"


def main() -> int:
    """Print both reports."""
    files = [((ROOT / file).read_text("utf-8").count("\n"), str(file)) for file in sources()]
    print(report("files", files, 300))
    print(report("functions", [one for file in sources() for one in functions(file)], 40))
    return 0


if __name__ == "__main__":
    sys.exit(main())
