"""Ports for servers that a test starts: never the same one twice in a test run."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator

#: Below what Linux gives to connections on its own (32768 and above), and the tests' alone.
TESTS_OWN = range(20000, 32000)


def _in_an_order_of_its_own() -> Iterator[int]:
    """Each process of a test run begins elsewhere."""
    ports = list(TESTS_OWN)
    random.Random(os.getpid()).shuffle(ports)  # no secret
    yield from ports


_PORTS = _in_an_order_of_its_own()


def free_port() -> int:
    """Give a port of the loopback address that is free for TCP and UDP, and was not given yet."""
    return next(port for port in _PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
