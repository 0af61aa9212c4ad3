"""Run every static check and name those that failed: ``make check``."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = (
    (BIN / "ruff", "format", "--check"),
    (BIN / "ruff", "check"),
    (BIN / "mypy",),
    (BIN / "lint-imports", "--no-logo"),
    (sys.executable, "-m", "tools.licences"),
)


def main() -> int:
    """Run all of them, also after one has failed."""
    failed = []
    for program, *options in CHECKS:
        name = " ".join([Path(program).name, *options])
        print(f"== {name}", flush=True)
        began = time.monotonic()
        if subprocess.run([program, *options], check=False).returncode:
            failed.append(name)
        print(f"   {time.monotonic() - began:.1f} s", flush=True)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
