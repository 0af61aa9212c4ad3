"""`server.py import areas FILE`: tables that are kept in files elsewhere."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from commands.installing import establish
from commands.ledger import ledger
from commands.refusing import CommandRefused
from config import Config
from domain.areas import Area, areas_of
from domain.errors import BadInput

BATCH = 500  #: rows; a transaction of more would keep other processes waiting
LARGEST_FILE = 256 * 1024 * 1024


def areas(config: Config, file: Path) -> int:
    """Keep the areas of a file; a second time only what changed is touched."""
    found = _read(file)
    establish(config)
    changed = asyncio.run(_keep(config, found))
    sys.stdout.write(f"{len(found)} areas, {changed} of them new or changed\n")
    return 0


def _read(file: Path) -> Sequence[Area]:
    if not file.is_file() or file.stat().st_size > LARGEST_FILE:
        raise CommandRefused(f"{file} is no file, or too large.", f"{file} 不是文件，或者太大。")
    try:
        return areas_of(json.loads(file.read_bytes()))
    except BadInput as error:
        raise CommandRefused(
            f"{file}: {error}", f"{file}：第一处问题在 {error.field}，整个文件没有导入。"
        ) from None
    except (ValueError, RecursionError):
        raise CommandRefused(f"{file} is no JSON.", f"{file} 不是 JSON 文件。") from None


async def _keep(config: Config, found: Sequence[Area]) -> int:
    changed = 0
    columns = (TextColumn("areas"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("areas", total=len(found))
        async with ledger(config) as store:
            for start in range(0, len(found), BATCH):
                batch = found[start : start + BATCH]
                async with store.begin() as work:
                    changed += await work.areas.add_all(batch)
                progress.advance(task, len(batch))
    return changed
