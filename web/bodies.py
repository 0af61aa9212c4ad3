"""Reading what a stranger sends: bounded in size, time and depth, before anybody trusts it."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from web.problems import BAD_INPUT, MALFORMED, NOT_JSON, TOO_LARGE, TOO_SLOW, Problem, Unacceptable

JSON_LIMIT = 64 * 1024
READ_SECONDS = 15.0  #: aiohttp itself never ends a body that stops half-way
MALFORMED_KINDS = frozenset({"json_invalid"})

M = TypeVar("M", bound=BaseModel)


async def read(
    request: web.Request, *, limit: int = JSON_LIMIT, seconds: float = READ_SECONDS
) -> bytes:
    """Read the whole body or refuse it; ``limit`` counts bytes after decompression."""
    if request.content_length is not None and request.content_length > limit:
        raise Unacceptable(TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise Unacceptable(TOO_LARGE)
    except TimeoutError:
        raise Unacceptable(TOO_SLOW) from None
    except web.RequestPayloadError:  # it says it is compressed, and is not
        raise Unacceptable(MALFORMED) from None
    return bytes(body)


async def read_json(request: web.Request, model: type[M]) -> M:
    """Read a JSON body as this model: strict types, no unknown keys, no NaN, bounded depth."""
    if request.content_type != "application/json":
        raise Unacceptable(NOT_JSON)
    body = await read(request)
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise Unacceptable(invalid(error)) from None


def invalid(error: ValidationError) -> Problem:
    """Name the fields that are wrong and how, never what stood in them."""
    faults = tuple(
        {"field": ".".join(str(part) for part in fault["loc"]), "code": fault["type"]}
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    )
    if any(fault["code"] in MALFORMED_KINDS for fault in faults):
        return MALFORMED
    return dataclasses.replace(BAD_INPUT, field=faults[0]["field"], faults=faults)
