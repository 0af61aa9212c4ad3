"""Before anything starts: is this data folder ours alone, and are the ports free?"""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from commands.places import Places
from commands.refusing import CommandRefused
from config import variable
from processes.alone import AlreadyRunning, alone
from sealing.keyfile import NoKey, key_in

#: seconds; what a killed supervisor left behind ends within five
FREED_WITHIN = 6.0
LOOK_AGAIN = 0.2


@contextmanager
def only_one(places: Places) -> Iterator[None]:
    """Be the only supervisor of this data folder; raises CommandRefused."""
    try:
        with alone(places.run / "supervisor.lock"):
            yield
    except AlreadyRunning:
        raise CommandRefused(
            f"Fengqiao runs already on {places.data}: stop it first.",
            f"{places.data} 里已经有一个枫桥在运行，请先停掉它。",
        ) from None


def installed(places: Places) -> None:
    """Look whether there is an installation to work on; raises CommandRefused."""
    if not places.keys.is_dir():
        raise CommandRefused(
            f"Nothing is installed in {places.data}: run `server.py migrate` first.",
            f"{places.data} 里还没有安装，请先运行 server.py migrate。",
        )
    try:
        key_in(places.files_key)
    except NoKey as reason:
        raise CommandRefused(
            f"The key of all files cannot be used: {reason}. Restore it from the backup.",
            f"文件的密钥不能用：{places.files_key}。请从备份里恢复。",
        ) from reason


async def wait_for_port(key: str, host: str, port: int, *, within: float = FREED_WITHIN) -> None:
    """Wait until nobody else listens there; raises CommandRefused naming the setting."""
    deadline = time.monotonic() + within
    while (trouble := _trouble(host, port)) is not None:
        taken = trouble.errno == errno.EADDRINUSE
        if not taken or time.monotonic() > deadline:
            raise CommandRefused(
                f"{key}: nothing can listen on {host}:{port} ({trouble.strerror}).",
                f"{key}：{host}:{port} 已经被别的程序占用，请停掉那个程序，或者换一个端口，"
                f"比如 {variable(key)}={port + 1}。"
                if taken
                else f"{key}：这台机器上不能用 {host}:{port}，请改配置。",
            )
        await asyncio.sleep(LOOK_AGAIN)


def _trouble(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()  # with SO_REUSEADDR only this tells of somebody who is just beginning
    except OSError as error:
        return error
    return None
