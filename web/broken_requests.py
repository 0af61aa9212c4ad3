"""Requests that are no HTTP: answered with 400 by the server, and a stranger's fault, not ours."""

from __future__ import annotations

import logging

from aiohttp.http_exceptions import HttpProcessingError
from typing_extensions import override

SERVER_FAILED = 500


class _StrangersFault(logging.Filter):
    """Turns an error with the request's own bytes, which anybody could write, into one line."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError) and error.code < SERVER_FAILED:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
            record.msg, record.args = "a request was no HTTP: %s", (type(error).__name__,)
            record.exc_info = None
        return True


def server_log() -> logging.Logger:
    """Return the log of the HTTP server."""
    log = logging.getLogger("http.server")
    if not any(isinstance(known, _StrangersFault) for known in log.filters):
        log.addFilter(_StrangersFault())
    return log
