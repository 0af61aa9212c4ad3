"""A supervisor for the tests: `python -m tests.processes.supervise FOLDER MANNER...`."""

import asyncio
import sys
from pathlib import Path

from processes.children import Child, Restart
from processes.supervisor import Supervisor


def child(folder, number, word):
    manner, _, special = word.partition("-")
    room = folder / f"{number}"
    room.mkdir()
    return Child(
        name=f"{word}-{number}",
        argv=(sys.executable, "-m", "tests.processes.kept", str(room), manner),
        env={"PATH": "/bin", "ONLY": "this"} if special == "bare" else None,
        restart=Restart.NEVER if special == "once" else Restart.ALWAYS,
    )


async def main():
    folder = Path(sys.argv[1])
    children = [child(folder, number, manner) for number, manner in enumerate(sys.argv[2:])]
    return await Supervisor(children, state_file=folder / "processes.json").run()


sys.exit(asyncio.run(main()))
