"""A child for the supervisor's tests: it lives until its lifeline closes, unless it is stubborn.

    python -m tests.processes.kept FOLDER MANNER --lifeline-fd N

It writes FOLDER/ended when it ends by itself.  Manners: `good`, `stubborn` (never ends),
`brief` (ends at once with status 3), `parent` (leaves a process behind that never ends).
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from processes.lifeline import closed

FOR_EVER = [sys.executable, "-c", "import signal; signal.pause()"]


def main():
    folder, manner, _option, fd = sys.argv[1:]
    if manner == "brief":
        sys.exit(3)
    if manner == "parent":
        (Path(folder) / "draft").write_text(str(subprocess.Popen(FOR_EVER).pid))
        (Path(folder) / "draft").rename(Path(folder) / "orphan")
    asyncio.run(asyncio.Event().wait() if manner == "stubborn" else closed(int(fd)))
    (Path(folder) / "ended").touch()


main()
