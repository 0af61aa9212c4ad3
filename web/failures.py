"""The edge: every request gets a number and an answer, and every failure one line in the log."""

from __future__ import annotations

import secrets
import time
import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import structlog
from aiohttp import hdrs, web

from domain.errors import NotLoggedIn
from web.api.openapi import PROBLEM
from web.keys import MEASURES, REF
from web.problems import OURS, Problem, problem_of
from web.rendering import render

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FRAMES_TOLD = 6
log = structlog.get_logger("web")


@web.middleware
async def answer_always(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer, whatever happens; people get a page, programs problem details."""
    request[REF] = secrets.token_hex(4)
    begun = time.perf_counter()
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        if answer.status < web.HTTPBadRequest.status_code:
            raise
        response = refusal(request, answer)
    except Exception as error:  # noqa: BLE001  # the edge of the process: everything is answered
        response = web.Response(status=400) if hung_up(request, error) else refusal(request, error)
    seconds = time.perf_counter() - begun
    request.app[MEASURES].answered(route(request), response.status, seconds)
    log.info(
        "answered",
        ref=request[REF],
        method=request.method,
        route=route(request),
        status=response.status,
        ms=round(seconds * 1000),
    )
    return response


def refusal(request: web.Request, error: Exception) -> web.Response:
    """Tell the one who asked what went wrong, in their own form."""
    problem = problem_of(error)
    if problem is OURS:
        _note(request, error)
    if wants_json(request):
        response = web.json_response(
            problem.as_json(request[REF]), status=problem.status, content_type=PROBLEM
        )
    elif isinstance(error, NotLoggedIn) and request.method == hdrs.METH_GET:
        return web.Response(status=303, headers={hdrs.LOCATION: _login(request)})
    else:
        response = _page(request, problem)
    response.headers.update(problem.headers)
    if problem.retry_after:
        response.headers[hdrs.RETRY_AFTER] = str(problem.retry_after)
    return response


def hung_up(request: web.Request, error: Exception) -> bool:
    """Did whoever asked leave in the middle of their request?  Nobody hears what we answer."""
    gone = request.transport is None or request.transport.is_closing()
    return isinstance(error, ConnectionResetError) and gone


def wants_json(request: web.Request) -> bool:
    """Is it a program that asks?"""
    return request.path.startswith("/api/") or "json" in request.headers.get(hdrs.ACCEPT, "")


def route(request: web.Request) -> str:
    """The pattern of the address, free of ids and secrets."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"


def _page(request: web.Request, problem: Problem) -> web.Response:
    shown = {"problem": problem, "ref": request[REF]}
    return render(request, "error.html", shown, status=problem.status)


def _login(request: web.Request) -> str:
    door = "/desk/login" if request.path.startswith("/desk") else "/m/enter"
    return f"{door}?next={quote(request.path_qs, safe='')}"


def _note(request: web.Request, error: Exception) -> None:
    """Log where it broke; the message of an error may hold what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_TOLD:]
    log.error(
        "failed",
        ref=request[REF],
        route=route(request),
        error=type(error).__name__,
        where=[f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames],
    )
