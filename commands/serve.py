"""The supervisor's command: which processes run, each with its lifeline."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands.places import Places, media_workers
from config import Config
from processes.children import Child
from processes.supervisor import Supervisor

PROGRAM = Path(__file__).resolve().parent.parent / "server.py"


def program(*words: str, config_file: Path) -> tuple[str, ...]:
    """The command line of one of our own processes."""
    return (sys.executable, str(PROGRAM), "--config", str(config_file), *words)


def children(
    config: Config, config_file: Path, environment: Mapping[str, str] | None
) -> tuple[Child, ...]:
    """Every process of one host: web, one job worker, and the media workers."""
    media = tuple(
        Child(
            name=f"media-{n}",
            argv=program("media", "--number", str(n), config_file=config_file),
            env=environment,
        )
        for n in range(media_workers(config))
    )
    return (
        *media,
        Child(
            name="worker-w0",
            argv=program("worker", "--slot", "w0", config_file=config_file),
            env=environment,
        ),
        Child(name="web", argv=program("web", config_file=config_file), env=environment),
    )


async def serve(
    config: Config,
    config_file: Path,
    extra: Sequence[Child] = (),
    environment: Mapping[str, str] | None = None,
) -> int:
    """Keep every process running until told to stop; the exit status."""
    places = Places(data=config.data.dir)
    return await Supervisor(
        (*extra, *children(config, config_file, environment)),
        state_file=places.run / "processes.json",
    ).run()
