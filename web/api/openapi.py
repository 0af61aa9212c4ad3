"""The API's own description (OpenAPI 3.1), made from the operations and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from web.api.operations import JSON, Operation

PROBLEM = "application/problem+json"
REF = "#/components/schemas/{model}"


class ProblemDetails(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str
    status: int
    code: str
    title: str
    ref: str
    field: str = ""
    faults: list[dict[str, str]] = []


def describe(operations: Iterable[Operation], *, title: str, version: str) -> dict[str, Any]:
    """Write the description of all operations."""
    every = list(operations)
    schemas, components = _schemas(every)
    paths: dict[str, dict[str, Any]] = {}
    for one in every:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


_SECURITY = {
    "session": {"type": "http", "scheme": "bearer", "description": "登录后得到的 secret"},
}
_Key = tuple[str, str, str]


def _schemas(every: list[Operation]) -> tuple[dict[_Key, Any], dict[str, Any]]:
    wanted: list[tuple[_Key, JsonSchemaMode, TypeAdapter[Any]]] = [
        (("", "", "problem"), "serialization", TypeAdapter(ProblemDetails))
    ]
    for one in every:
        if "body" in one.hints:
            body = TypeAdapter(one.hints["body"])
            wanted.append(((one.method, one.path, "body"), "validation", body))
        if one.answer and one.produces == JSON:
            answer = TypeAdapter(one.answer)
            wanted.append(((one.method, one.path, "answer"), "serialization", answer))
    found, rest = TypeAdapter.json_schemas(wanted, ref_template=REF)
    schemas = {key: schema for (key, _), schema in found.items()}
    return cast("dict[_Key, Any]", schemas), rest.get("$defs", {})


def _operation(one: Operation, schemas: dict[_Key, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.handler.__name__,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": [*_parameters(one, "path"), *_parameters(one, "query")],
        "responses": _responses(one, schemas),
        "security": [] if one.open_to_all else [{"session": []}],
    }
    if "body" in one.hints:
        content = {JSON: {"schema": schemas[one.method, one.path, "body"]}}
        told["requestBody"] = {"required": True, "content": content}
    elif one.consumes != JSON:
        raw = {"schema": {"type": "string", "format": "binary"}}
        told["requestBody"] = {"required": True, "content": {one.consumes: raw}}
    return told


def _parameters(one: Operation, where: str) -> list[dict[str, Any]]:
    if where not in one.hints:
        return []
    schema = TypeAdapter(one.hints[where]).json_schema(ref_template=REF)
    named = re.findall(r"{(\w+)", one.path) if where == "path" else list(schema["properties"])
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": where,
            "required": where == "path" or name in required,
            "schema": schema["properties"][name],
        }
        for name in named
    ]


def _responses(one: Operation, schemas: dict[_Key, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.produces != JSON:
        good["content"] = {one.produces: {"schema": {"type": "string", "format": "binary"}}}
    elif one.answer:
        good["content"] = {JSON: {"schema": schemas[one.method, one.path, "answer"]}}
    problem = {
        "description": "为什么没有办成",
        "content": {PROBLEM: {"schema": schemas["", "", "problem"]}},
    }
    return {str(one.status): good, "default": problem}
