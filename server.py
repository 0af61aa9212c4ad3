"""Fengqiao's command line: reads the configuration and runs one command.

Each command is loaded when it is asked for: a media worker needs no database, and every process
of a paper pool loads this file again.
"""

# ruff: noqa: PLC0415  # see above

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Coroutine
from logging import INFO, WARNING
from pathlib import Path
from typing import Protocol

import config as settings
from commands.identity import IDENTITY
from commands.places import Places
from commands.refusing import refusing, refusing_to_start
from config import Config
from processes.logs import keep_logs
from processes.settling import loading

HERE = Path(__file__).resolve().parent
REFUSED = 2
INTERRUPTED = 130  #: as a shell tells of Ctrl-C


class Commands(Protocol):
    """Where commands are added."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002  # argparse's word
        description: str,
    ) -> argparse.ArgumentParser:
        """Add one."""
        ...


def main() -> int:
    """Run the command that was asked for; give the exit status."""
    os.umask(0o077)  # papers, recordings and the ledger are nobody else's on this machine
    arguments = _parser().parse_args()
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="server.py", description="Fengqiao (枫桥)")
    parser.add_argument(
        "--config", type=Path, default=HERE / "config.yaml", metavar="FILE", help="the settings"
    )
    commands = parser.add_subparsers(title="commands", required=True)
    _add_setting_up(commands)
    _add_running(commands)
    _add_keeping(commands)
    return parser


def _add_setting_up(commands: Commands) -> None:
    command = _command(commands, "init", "set up the centre, link its first administrator")
    for key in IDENTITY:
        command.add_argument(f"--{key}", metavar=key.upper(), help=f"the centre's {key}")
    command.add_argument("--force", action="store_true", help="change what is set already")
    command.add_argument("--again", action="store_true", help="link one more administrator")
    command.add_argument("--json", action="store_true", help="say it as JSON")
    command.set_defaults(run=_init)

    command = _command(commands, "migrate", "bring the database to this program's schema")
    command.set_defaults(run=_migrate)

    command = _command(commands, "seed", "fill an empty demo with invented cases")
    command.add_argument("--cases", type=int, default=40, metavar="N", help="how many")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="other ones")
    command.set_defaults(run=_seed)

    command = _command(commands, "import", "take in a table from a file")
    command.add_argument("what", choices=["areas"], help="areas: a JSON tree of code and name")
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=_import)


def _add_running(commands: Commands) -> None:
    command = _command(commands, "serve", "run every process of this host")
    command.set_defaults(run=_serve)

    command = _command(commands, "demo", "run with simulator and an invented district")
    command.add_argument("--json", action="store_true", help="say where things are as JSON")
    command.set_defaults(run=_demo)

    command = _command(commands, "web", "run one web process")
    _with_lifeline(command).set_defaults(run=_web)

    command = _command(commands, "worker", "run one job worker")
    command.add_argument("--slot", default="w0", metavar="wK", help="its lasting name")
    _with_lifeline(command).set_defaults(run=_worker)

    command = _command(commands, "media", "run one media worker")
    command.add_argument(
        "--number", type=int, default=0, metavar="N", help="its UDP port is webrtc.port + N"
    )
    _with_lifeline(command).set_defaults(run=_media)


def _add_keeping(commands: Commands) -> None:
    command = _command(commands, "backup", "copy everything, also while running")
    command.add_argument("folder", type=Path, metavar="DIR", help="a new folder")
    command.set_defaults(run=_backup)

    command = _command(commands, "restore", "bring a backup back into an empty place")
    command.add_argument("folder", type=Path, metavar="DIR", help="what backup made")
    command.set_defaults(run=_restore)

    command = _command(commands, "doctor", "look at every part and say what to do")
    command.add_argument("--json", action="store_true", help="say it as JSON")
    command.set_defaults(run=_doctor)

    command = _command(commands, "verify", "say whether a paper is genuine")
    command.add_argument("file", type=Path, metavar="FILE.pdf")
    command.add_argument("--root", type=Path, metavar="root.pem", help="whom to trust")
    command.add_argument("--json", action="store_true", help="say it as JSON")
    command.set_defaults(run=_verify)

    command = _command(commands, "verify-recording", "say whether a recording is whole")
    command.add_argument("manifest", type=Path, metavar="manifest.json")
    command.add_argument("folder", type=Path, metavar="DIR", help="holds the meeting's folder")
    command.add_argument("--root", type=Path, metavar="root.pem", required=True, help="trust it")
    command.add_argument("--json", action="store_true", help="say it as JSON")
    command.set_defaults(run=_verify_recording)


def _command(commands: Commands, name: str, about: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")


def _with_lifeline(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--lifeline-fd", type=int, metavar="FD", help="end when this pipe closes")
    return command


def _loaded(arguments: argparse.Namespace, process: str) -> Config:
    config = settings.load_or_exit(arguments.config)
    folder = config.log.dir or config.data.dir / "log"
    demo = Places(data=config.data.dir).demo
    keep_logs(
        folder,
        process,
        keep_days=config.log.keep_days,
        # Addresses and log-ins of the demo stay on the screen; everything is in the files.
        screen_level=WARNING if demo else INFO,
    )
    return config


def _init(arguments: argparse.Namespace) -> int:
    from commands import init

    given = {key: getattr(arguments, key) for key in IDENTITY}
    return refusing(
        lambda: init.run(
            arguments.config,
            {key: value for key, value in given.items() if value is not None},
            force=arguments.force,
            again=arguments.again,
            as_json=arguments.json,
        )
    )


def _serve(arguments: argparse.Namespace) -> int:
    with loading():
        from commands import installing, serve, starting

    config = _loaded(arguments, "supervisor")
    places = Places(data=config.data.dir)
    if places.demo:
        sys.stderr.write(
            "This data folder holds a demo: use another data.dir.\n演示数据不能用于正式服务。\n"
        )
        return REFUSED

    def run() -> int:
        with starting.only_one(places):
            http = config.http
            asyncio.run(starting.wait_for_port("http.port", http.host, http.port))
            installing.establish(config)
            return asyncio.run(serve.serve(config, arguments.config))

    return refusing(run)


def _demo(arguments: argparse.Namespace) -> int:
    with loading():
        from commands import demo

    config = settings.load_or_exit(arguments.config)
    folder = demo.folder_of(config)
    keep_logs(folder / "log", "supervisor", keep_days=config.log.keep_days, screen_level=WARNING)
    return refusing(lambda: asyncio.run(demo.run(config, as_json=arguments.json)))


def _web(arguments: argparse.Namespace) -> int:
    with loading():
        from commands import web

    return _child(arguments, "web", lambda config: web.run(config, arguments.lifeline_fd))


def _worker(arguments: argparse.Namespace) -> int:
    with loading():
        from commands import worker

    slot, lifeline = arguments.slot, arguments.lifeline_fd
    return _child(arguments, f"worker-{slot}", lambda config: worker.run(config, slot, lifeline))


def _media(arguments: argparse.Namespace) -> int:
    with loading():
        from commands import media

    number, lifeline = arguments.number, arguments.lifeline_fd
    return _child(arguments, f"media-{number}", lambda config: media.run(config, number, lifeline))


def _child(
    arguments: argparse.Namespace,
    process: str,
    run: Callable[[Config], Coroutine[None, None, None]],
) -> int:
    from commands import starting

    def start() -> int:
        config = settings.load_or_exit(arguments.config)
        starting.installed(Places(data=config.data.dir))
        asyncio.run(run(_loaded(arguments, process)))
        return 0

    return refusing_to_start(start)


def _verify(arguments: argparse.Namespace) -> int:
    from commands import verify

    data = HERE / "data"
    return refusing(
        lambda: verify.run(arguments.file, root=arguments.root, data=data, as_json=arguments.json)
    )


def _verify_recording(arguments: argparse.Namespace) -> int:
    from commands import verify_recording

    return refusing(
        lambda: verify_recording.run(
            arguments.manifest, arguments.folder, root=arguments.root, as_json=arguments.json
        )
    )


def _migrate(arguments: argparse.Namespace) -> int:
    from commands import installing

    config = _loaded(arguments, "migrate")

    def run() -> int:
        installing.establish(config)
        sys.stdout.write("The database has this program's schema.\n数据库结构已经是最新的。\n")
        return 0

    return refusing(run)


def _seed(arguments: argparse.Namespace) -> int:
    from commands import seed

    config = _loaded(arguments, "seed")
    return refusing(lambda: seed.run(config, cases=arguments.cases, seed=arguments.seed))


def _import(arguments: argparse.Namespace) -> int:
    from commands import imports

    config = _loaded(arguments, "import")
    return refusing(lambda: imports.areas(config, arguments.file))


def _backup(arguments: argparse.Namespace) -> int:
    from commands import backups

    config = _loaded(arguments, "backup")
    return refusing(lambda: backups.back_up(config, arguments.config, arguments.folder))


def _restore(arguments: argparse.Namespace) -> int:
    from commands import backups

    config = _loaded(arguments, "restore")
    return refusing(lambda: backups.bring_back(config, arguments.folder))


def _doctor(arguments: argparse.Namespace) -> int:
    from commands import doctor

    return doctor.run(settings.load_or_exit(arguments.config), as_json=arguments.json)


if __name__ == "__main__":
    status = main()
    gc.freeze()  # the interpreter's last look for garbage takes seconds, and we have five in all
    sys.exit(status)
