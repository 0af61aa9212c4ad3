"""A network of a test's own: a browser in a namespace, a switch between it and this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.needs import as_root


@dataclass(frozen=True, slots=True)
class Network:
    """Ends of a line: here is the server, there the browser, in the middle what can fail.

    While the line is cut neither end is told: no interface of the browser goes down, packets are
    lost as behind a dead antenna.
    """

    name: str
    net: str  #: the first three numbers of its addresses

    @property
    def here(self) -> str:
        """The server's address."""
        return f"{self.net}.1"

    @property
    def here6(self) -> str:
        """The server's address of the other family."""
        return f"{self._net6}::1"

    @property
    def there6(self) -> str:
        """The browser's."""
        return f"{self._net6}::2"

    @property
    def _net6(self) -> str:
        """As private as the other (RFC 4193)."""
        _, second, third = self.net.split(".")
        return f"fd{int(second):02x}:{int(third):x}"

    def cut(self) -> None:
        """Lose every packet from now on."""
        _ip(f"-n {self.name}m link set here down")

    def heal(self) -> None:
        """Let everything through again."""
        _ip(f"-n {self.name}m link set here up")

    @contextmanager
    def without_media(self) -> Iterator[None]:
        """Lose what is sent to the browser by UDP; the rest goes on."""
        rule = f"to {self.net}.2 ipproto udp blackhole"
        _ip(f"rule add {rule}")
        try:
            yield
        finally:
            _ip(f"rule del {rule}")

    def readdress(self, last: int) -> None:
        """Give the browser's machine another address in place of the one it has."""
        _ip(f"-n {self.name}b addr flush dev there")
        _ip(f"-n {self.name}b addr add {self.net}.{last}/24 dev there")
        _ip(f"-n {self.name}b route add default via {self.here}")

    def chromium(self, folder: Path) -> str:
        """Give a program that runs Chromium at the browser's end."""
        program = shutil.which("chromium")
        assert program, "install Chromium: apt-get install chromium"
        entered = folder / f"inside-{self.name}"
        words = " ".join([*as_root(), "ip", "netns", "exec", f"{self.name}b", program])
        entered.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        entered.chmod(0o700)
        return str(entered)


@contextmanager
def a_network() -> Iterator[Network]:
    """Lay a line of its own, whoever else tests on this machine; take it away afterwards."""
    name = f"fq{secrets.token_hex(3)}"
    made = Network(name, f"10.{64 + os.getpid() % 64}.{secrets.randbelow(256)}")
    try:
        _lay(made)
        yield made
    finally:
        for end in "bm":
            subprocess.run([*as_root(), "ip", "netns", "del", f"{name}{end}"], check=False)


def _lay(made: Network) -> None:
    browser, middle = f"{made.name}b", f"{made.name}m"
    for line in (
        f"netns add {browser}",
        f"netns add {middle}",
        f"link add {made.name} type veth peer name here netns {middle}",
        f"-n {browser} link add there type veth peer name there netns {middle}",
        f"-n {middle} link add switch type bridge",
        f"-n {middle} link set here master switch up",
        f"-n {middle} link set there master switch up",
        f"-n {middle} link set switch up",
        f"addr add {made.here}/24 dev {made.name}",
        f"link set {made.name} up",
        f"-n {browser} link set lo up",
        f"-n {browser} link set there up",
    ):
        _ip(line)
    made.readdress(2)
    _ip(f"addr add {made.here6}/64 dev {made.name} nodad")
    _ip(f"-n {browser} addr add {made.there6}/64 dev there nodad")
    _ip(f"-n {browser} -6 route add default via {made.here6}")


def _ip(words: str) -> None:
    done = subprocess.run([*as_root(), "ip", *words.split()], capture_output=True, check=False)
    assert done.returncode == 0, f"ip {words}: {done.stderr.decode()}"
