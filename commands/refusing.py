"""How a command refuses: one line in English, one in Chinese, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable

from domain.errors import DomainError

REFUSED = 2
FAILED = 1


class CommandRefused(Exception):  # a word to the operator, not a mistake of the program
    """The command does not do this here; nothing was changed."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese


def refusing_to_start(command: Callable[[], int]) -> int:
    """Run a process that may say why it does not start; what ends it later keeps its traceback."""
    try:
        return command()
    except CommandRefused as refusal:
        sys.stderr.write(f"{refusal}\n{refusal.chinese}\n")
        return REFUSED


def refusing(command: Callable[[], int]) -> int:
    """Run a command; what it refuses or cannot do is said to the operator."""
    try:
        return refusing_to_start(command)
    except DomainError as error:
        sys.stderr.write(f"{error.code}: {error}\n没有办成，原因见上一行；已有的数据没有改动。\n")
        return FAILED
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"{error.strerror}{place}\n文件读写没有成功，请检查磁盘空间和权限。\n")
        return FAILED
