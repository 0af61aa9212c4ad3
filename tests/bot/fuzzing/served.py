"""The product's web process in a folder of its own, with a watch on how long its loop is held up.

``python -m tests.bot.fuzzing.served FOLDER PORT`` serves until SIGTERM, then says what it saw.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bot.wechat import Account
from commands import installing, web
from config import Config, load
from processes.logs import keep_logs

ROOT = Path(__file__).parents[3]
OFFICIAL = Account(appid="wxfuzzofficial000", token="official-token", encoding_aes_key="F" * 43)
MINIPROGRAM = Account(appid="wxfuzzminiprogram", token="mini-token", encoding_aes_key="M" * 43)
STEP = 0.005  #: seconds between two looks at the clock


@dataclass
class Watch:
    """Wakes up every 5 ms; how much too late it wakes is how long the loop was held up."""

    longest: float = 0.0  #: seconds on the wall
    longest_own: float = 0.0  #: seconds of the processor that the loop's thread used meanwhile
    above: int = 0  #: times the loop was held up for more than a tenth of a second
    looks: int = 0
    counting: bool = False

    async def look(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(STEP)
            late = time.perf_counter() - began - STEP
            if not self.counting:
                continue
            self.looks += 1
            self.above += late > 0.1
            self.longest = max(self.longest, late)
            self.longest_own = max(self.longest_own, min(late, time.thread_time() - used))

    def begin(self) -> None:
        """Count from now on: what came before was the start."""
        self.counting = True


def settings(folder: Path, port: int) -> Config:
    """Configure one process of the product, both WeChat apps, nothing outside."""
    wanted = {"data.dir": folder, "http.port": port, "documents.fonts": ROOT / "data" / "fonts"}
    for name, app in (("official", OFFICIAL), ("miniprogram", MINIPROGRAM)):
        wanted |= {
            f"wechat.{name}.appid": app.appid,
            f"wechat.{name}.token": app.token,
            f"wechat.{name}.encoding_aes_key": app.encoding_aes_key,
        }
    return load(None, wanted, environment={})


async def serve(config: Config) -> Watch:
    """Serve as ``server.py web`` does; SIGUSR1 begins the watch."""
    watch = Watch()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, watch.begin)
    looking = asyncio.create_task(watch.look())
    await web.run(config, None)
    looking.cancel()
    return watch


def main() -> None:
    """Set up, serve, and tell what the watch saw."""
    config = settings(Path(sys.argv[1]), int(sys.argv[2]))
    keep_logs(config.data.dir / "log", "web", keep_days=1)
    installing.establish(config)
    watch = asyncio.run(serve(config))
    print(json.dumps(vars(watch)), flush=True)


if __name__ == "__main__":
    main()
