"""What a handler's annotations ask for: the desks, who is there, and the checked input.

``actor: Staff`` lets in staff only, ``actor: Resident`` residents only, ``Staff | Resident``
whoever is logged in; a handler without ``actor`` is open to everybody.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ValidationError

from domain.actors import Resident, Staff
from domain.errors import NotFound
from web import sessions
from web.bodies import invalid, read_json
from web.desks import Desks
from web.keys import DESKS
from web.problems import BAD_INPUT, Unacceptable

Handler = Callable[..., Awaitable[Any]]
OPEN_TO: Mapping[Any, Callable[[web.Request], Awaitable[Staff | Resident]]] = {
    Staff: sessions.staff,
    Resident: sessions.resident,
    Staff | Resident: sessions.somebody,
}


def asks_for(handler: Handler) -> dict[str, Any]:
    """The handler's parameters and their types, ``return`` included; fails at start if unknown."""
    hints = get_type_hints(handler, include_extras=True)
    unknown = set(hints) - {"request", "desks", "actor", "path", "query", "body", "return"}
    assert not unknown, f"{handler.__name__} asks for {unknown}"
    assert hints.get("actor", Staff) in OPEN_TO, f"{handler.__name__}: who is that?"
    return hints


async def arguments(request: web.Request, hints: Mapping[str, Any]) -> dict[str, Any]:
    """Gather what the handler asks for; who is there comes before what they say."""
    found: dict[str, Any] = {}
    if "actor" in hints:
        found["actor"] = await OPEN_TO[hints["actor"]](request)
    if "request" in hints:
        found["request"] = request
    if "desks" in hints:
        found["desks"] = desks_of(request)
    if "path" in hints:
        found["path"] = _path(request, hints["path"])
    if "query" in hints:
        found["query"] = _query(request, hints["query"])
    if "body" in hints:
        found["body"] = await read_json(request, hints["body"])
    return found


def desks_of(request: web.Request) -> Desks:
    """The desks this application serves."""
    return request.app[DESKS]


def _path(request: web.Request, model: type[BaseModel]) -> BaseModel:
    try:
        return model.model_validate_strings(dict(request.match_info))
    except ValidationError:
        # What can't be the name of anything is not there.
        raise NotFound("path") from None


def _query(request: web.Request, model: type[BaseModel]) -> BaseModel:
    if repeated := [name for name in request.query if len(request.query.getall(name)) > 1]:
        raise Unacceptable(dataclasses.replace(BAD_INPUT, field=repeated[0]))
    try:
        return model.model_validate_strings(dict(request.query))
    except ValidationError as error:
        raise Unacceptable(invalid(error)) from None
