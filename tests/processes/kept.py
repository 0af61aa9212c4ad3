"""A child for the supervisor's tests: it lives until its lifeline closes, unless it is stubborn.

    python -m tests.processes.kept FOLDER MANNER --lifeline-fd N

It writes FOLDER/ended when it ends by itself.  Manners: `good`, `stubborn` (never ends),
`brief` (ends at once with status 3), `parent` (leaves a process behind that never ends).
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from processes.lifeline import closed

FOR_EVER = [sys.executable, "-c", "import signal; signal.pause()"]


def whole(file, text):
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(file)


def main():
    folder, manner, _option, fd = sys.argv[1:]
    whole(Path(folder) / "environment", "\n".join(os.environ))
    if manner == "brief":
        sys.exit(3)
    if manner == "parent":
        whole(Path(folder) / "orphan", str(subprocess.Popen(FOR_EVER).pid))
    asyncio.run(asyncio.Event().wait() if manner == "stubborn" else closed(int(fd)))
    (Path(folder) / "ended").touch()


main()
