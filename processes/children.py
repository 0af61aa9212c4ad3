"""What the supervisor is told about each process that it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Restart(StrEnum):
    """What happens when a child has ended by itself."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A process to keep: it gets ``--lifeline-fd N`` and ends within 5 s when that pipe closes."""

    name: str  #: shown on the workbench, such as web, media-0, worker-w0
    argv: tuple[str, ...]
    env: Mapping[str, str] | None = None  #: its whole environment; None: the supervisor's own
    restart: Restart = Restart.ALWAYS
    silent: bool = False  #: nobody hears its standard output; its errors are heard all the same
