"""A supervisor for the tests: `python -m tests.processes.supervise FOLDER MANNER...`."""

import asyncio
import sys
from pathlib import Path

from processes.children import Child, Restart
from processes.supervisor import Supervisor


def child(folder, number, manner):
    room = folder / f"{number}"
    room.mkdir()
    program = (
        sys.executable,
        "-m",
        "tests.processes.kept",
        str(room),
        manner.removesuffix("-once"),
    )
    restart = Restart.NEVER if manner.endswith("-once") else Restart.ALWAYS
    return Child(name=f"{manner}-{number}", argv=program, restart=restart)


async def main():
    folder = Path(sys.argv[1])
    children = [child(folder, number, manner) for number, manner in enumerate(sys.argv[2:])]
    return await Supervisor(children, state_file=folder / "processes.json").run()


sys.exit(asyncio.run(main()))
