"""Plain HTML forms, read as strictly as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import parse_qs

from aiohttp import web
from pydantic import BaseModel, ValidationError

from web.bodies import JSON_LIMIT, invalid, read
from web.problems import MALFORMED, Problem, Unacceptable

M = TypeVar("M", bound=BaseModel)
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
NOT_FORM = Problem(status=415, code="unsupported-media-type", title="请用网页上的表单提交")


async def read_form(request: web.Request) -> Mapping[str, list[str]]:
    """Read the fields of a form; what was left empty is absent."""
    if request.content_type != FORM:
        raise Unacceptable(NOT_FORM)
    body = await read(request, limit=JSON_LIMIT)
    try:
        return parse_qs(body.decode(), strict_parsing=bool(body), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unacceptable(MALFORMED) from None


def checked(model: type[M], fields: Mapping[str, object]) -> M:
    """Check what was read; raises Unacceptable naming the field."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Unacceptable(invalid(error)) from None
