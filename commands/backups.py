"""`server.py backup DIR` and `restore DIR`: everything that must not be lost, and its way back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.files import folder_of, in_bucket
from commands.places import DEMO_MARK, Places, database_url, pki_dir
from commands.refusing import CommandRefused
from config import Config
from storage import keys
from storage.backup import Belongings, NotEmpty, backup, restore

CONFIG = "config.yaml"
RESTORED_CONFIG = "config.restored.yaml"
#: The mark that a recording is in the books: the books were copied first, so it may say too much.
#: Without it the recorder simply reports what it has again.
NOT_COPIED = ("*.kept",)


def back_up(config: Config, config_file: Path, into: Path) -> int:
    """Copy everything into a new folder, also while the service runs."""
    with _progress() as copied:
        try:
            backup(belongings(config, config_file), into, copied=copied)
        except NotEmpty:
            raise CommandRefused(
                f"{into} exists already; a backup is a new folder.",
                f"{into} 已经存在，备份要放进一个新的文件夹。",
            ) from None
    sys.stdout.write(f"Kept in {into}. It opens everything: keep it locked away, and elsewhere.\n")
    if in_bucket(config):
        sys.stdout.write("The objects are in their bucket, which needs versions of its own.\n")
    return 0


def bring_back(config: Config, source: Path) -> int:
    """Put a backup where the configuration says, if nothing is there yet."""
    restored = config.data.dir / RESTORED_CONFIG
    with _progress() as copied:
        try:
            manifest = restore(source, belongings(config, restored), copied=copied)
        except NotEmpty as error:
            raise CommandRefused(
                f"There is something already: {error}. Restore into an empty place.",
                f"这里已经有数据（{error}），恢复只能到空的地方。",
            ) from None
    keys.load(Places(data=config.data.dir).keys)
    sys.stdout.write(
        f"Restored a ledger of schema {manifest.revision} ({manifest.engine}).\n"
        f"The configuration it ran with is {restored}; nothing reads it there.\n"
    )
    return 0


def belongings(config: Config, config_file: Path) -> Belongings:
    """Everything of this installation, with the configuration in this file."""
    places = Places(data=config.data.dir)
    beside = {
        "recordings.key": places.files_key,
        "pki": pki_dir(config),
        CONFIG: config_file,
        DEMO_MARK: places.data / DEMO_MARK,
    }
    objects = None if in_bucket(config) else folder_of(config)
    if objects is None or not places.recordings.is_relative_to(objects):
        beside["recordings"] = places.recordings  # media workers write them on this host
    return Belongings(
        database=database_url(config),
        objects=objects,
        keys=places.keys,
        beside=beside,
        left_out=NOT_COPIED,
    )


@contextmanager
def _progress() -> Iterator[Callable[[Path], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.completed} files"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("copy", total=None)
        yield lambda _path: progress.advance(task)
