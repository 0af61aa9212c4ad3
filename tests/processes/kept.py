"""A child for the supervisor's tests: it lives until its lifeline closes, unless it is stubborn.

    python -m tests.processes.kept FOLDER MANNER --lifeline-fd N

It writes FOLDER/ended when it ends by itself.  Manners: `good`, `starting` (does not look at its
lifeline yet), `stubborn` (hears no signal either), `brief` (ends at once with status 3), `parent`
(leaves a process behind that never ends).
"""

import asyncio
import os
import signal
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
    if manner == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    whole(Path(folder) / "environment", "\n".join(os.environ))
    if manner == "brief":
        sys.exit(3)
    if manner == "parent":
        whole(Path(folder) / "orphan", str(subprocess.Popen(FOR_EVER).pid))
    if manner in {"starting", "stubborn"}:
        signal.pause()
    asyncio.run(closed(int(fd)))
    (Path(folder) / "ended").touch()


main()
