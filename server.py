"""Fengqiao's command line: reads the configuration and runs one command."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import config as settings
from commands import demo, installing, media, serve, verify, web, worker
from commands.wiring import Places
from config import Config
from processes.logs import keep_logs

HERE = Path(__file__).resolve().parent
REFUSED = 2


def main() -> int:
    """Run the command that was asked for; give the exit status."""
    arguments = _parser().parse_args()
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="server.py", description="Fengqiao (枫桥)")
    parser.add_argument("--config", type=Path, default=HERE / "config.yaml", metavar="FILE")
    commands = parser.add_subparsers(title="commands", required=True)

    command = commands.add_parser("serve", help="run every process of this host")
    command.set_defaults(run=_serve)

    command = commands.add_parser("demo", help="run with simulator and an invented district")
    command.add_argument("--json", action="store_true", help="say where things are as JSON")
    command.set_defaults(run=_demo)

    command = commands.add_parser("web", help="run one web process")
    _with_lifeline(command).set_defaults(run=_web)

    command = commands.add_parser("worker", help="run one job worker")
    command.add_argument("--slot", default="w0", metavar="wK", help="its lasting name")
    _with_lifeline(command).set_defaults(run=_worker)

    command = commands.add_parser("media", help="run one media worker")
    command.add_argument("--number", type=int, default=0, metavar="N")
    _with_lifeline(command).set_defaults(run=_media)

    command = commands.add_parser("verify", help="say whether a paper is genuine")
    command.add_argument("file", type=Path, metavar="FILE.pdf")
    command.add_argument("--root", type=Path, metavar="root.pem", help="whom to trust")
    command.add_argument("--json", action="store_true", help="say it as JSON")
    command.set_defaults(run=_verify)

    command = commands.add_parser("migrate", help="bring the database to this program's schema")
    command.set_defaults(run=_migrate)
    return parser


def _with_lifeline(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--lifeline-fd", type=int, metavar="FD", help="end when this pipe closes")
    return command


def _loaded(arguments: argparse.Namespace, process: str) -> Config:
    config = settings.load_or_exit(arguments.config)
    folder = config.log.dir or config.data.dir / "log"
    keep_logs(folder, process, keep_days=config.log.keep_days)
    return config


def _serve(arguments: argparse.Namespace) -> int:
    config = _loaded(arguments, "supervisor")
    if Places(data=config.data.dir).demo:
        sys.stderr.write(
            "This data folder holds a demo: use another data.dir.\n演示数据不能用于正式服务。\n"
        )
        return REFUSED
    installing.establish(config)
    return asyncio.run(serve.serve(config, arguments.config))


def _demo(arguments: argparse.Namespace) -> int:
    return asyncio.run(demo.run(_loaded(arguments, "demo"), as_json=arguments.json))


def _web(arguments: argparse.Namespace) -> int:
    asyncio.run(web.run(_loaded(arguments, "web"), arguments.lifeline_fd))
    return 0


def _worker(arguments: argparse.Namespace) -> int:
    config = _loaded(arguments, f"worker-{arguments.slot}")
    asyncio.run(worker.run(config, arguments.slot, arguments.lifeline_fd))
    return 0


def _media(arguments: argparse.Namespace) -> int:
    config = _loaded(arguments, f"media-{arguments.number}")
    asyncio.run(media.run(config, arguments.number, arguments.lifeline_fd))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    data = HERE / "data"
    return verify.run(arguments.file, root=arguments.root, data=data, as_json=arguments.json)


def _migrate(arguments: argparse.Namespace) -> int:
    installing.establish(_loaded(arguments, "migrate"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
