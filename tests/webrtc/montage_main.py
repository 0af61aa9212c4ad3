"""Makes the film of the talk in a process of its own, until somebody kills it."""

import asyncio
import sys
from pathlib import Path

from tests.webrtc.film_archive import found


async def main(folder: Path) -> None:
    """Say how far it is; once two parts are done, wait to be killed."""

    async def told(done: int, parts: int) -> None:
        print(done, parts, flush=True)
        if done == 2:
            await asyncio.Event().wait()

    await found(folder).make(told=told)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
