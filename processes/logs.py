"""One log per process: JSON lines in a file that is turned over daily, a short form on stderr."""

from __future__ import annotations

import logging
import sys
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor
from typing_extensions import override

from processes.masking import without_personal_data

#: what every line goes through, also those of libraries that use ``logging``
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)


def keep_logs(
    folder: Path,
    process: str,
    *,
    keep_days: int,
    screen: TextIO = sys.stderr,
    level: int = logging.INFO,
    screen_level: int = logging.INFO,
) -> None:
    """Send every log line to ``folder/process.jsonl``, and the graver ones to the screen."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    file = _DailyFile(
        folder / f"{process}.jsonl",
        when="midnight",
        utc=True,
        backupCount=keep_days,
        encoding="utf-8",
    )
    file.setFormatter(
        _formatter(structlog.processors.JSONRenderer(ensure_ascii=False, default=str))
    )
    short = logging.StreamHandler(screen)
    short.setLevel(screen_level)
    short.setFormatter(_formatter(_short(colours=screen.isatty())))
    logging.basicConfig(level=level, handlers=[file, short], force=True)


def _formatter(renderer: Processor) -> ProcessorFormatter:
    """Render a line after the masking, which nothing gets around."""
    return ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[ProcessorFormatter.remove_processors_meta, without_personal_data, renderer],
    )


def _short(*, colours: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=colours, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
    )


class _DailyFile(TimedRotatingFileHandler):
    """A log file whose failure (a full disk) ends nothing and repeats no line unmasked."""

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        sys.stderr.write(f"log file cannot be written: {type(error).__name__}\n")
