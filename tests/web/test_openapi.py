"""The description of the API is valid, complete, and what the server does."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok

from domain import errors
from web import problems
from web.app import description
from web.problems import problem_of


@schemathesis.serializer("application/pdf", "image/*", "audio/mpeg")
def as_bytes(_, value):
    return value


async def test_the_description_is_openapi_3_1(office):
    spec = description(office.settings)

    assert spec["openapi"] == "3.1.0"
    for schema in spec["components"]["schemas"].values():
        jsonschema_rs.meta.validate(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        )


async def test_every_reference_leads_somewhere(office):
    spec = description(office.settings)

    names = {ref.rpartition("/")[2] for ref in references(spec)}

    assert names <= set(spec["components"]["schemas"])


async def test_nothing_of_the_api_is_undocumented(office, server):
    spec = description(office.settings)
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in server.app.router.routes()
        if route.resource.canonical.startswith("/api/v1") and route.method != "HEAD"
    }

    told = {(method, path) for path, methods in spec["paths"].items() for method in methods}

    assert served == told


async def test_every_operation_has_a_name_of_its_own(office):
    spec = description(office.settings)
    names = [one["operationId"] for path in spec["paths"].values() for one in path.values()]

    assert len(names) == len(set(names)) > 50


async def test_people_can_read_the_description(visitor):
    browser = await visitor()

    page = await browser.get("/api/docs")

    assert page.status == 200
    assert "/api/v1/verify" in await page.text()


@pytest.mark.parametrize("who", ["staff", "resident"])
async def test_no_input_breaks_the_server(visitor, office, server, who):
    case_id = await office.accepted()
    await office.meeting(case_id)
    secret = (
        await office.staff_session("tiaojie")
        if who == "staff"
        else await office.resident_session("o-wang")
    )
    spec = description(office.settings)
    base = str(server.make_url("/")).rstrip("/")

    tried, broken = await asyncio.to_thread(_try_everything, spec, base, secret)

    assert tried > 300
    assert broken == []


def _try_everything(spec, base, secret):
    schema = schemathesis.openapi.from_dict(spec)
    broken, tried = [], 0
    headers = {"Authorization": f"Bearer {secret}"}

    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @settings(
            max_examples=6,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attempt(case):
            nonlocal tried
            tried += 1
            answer = case.call(base_url=base, headers=headers, timeout=20)
            if answer.status_code >= 500:
                broken.append((case.method, case.path, answer.status_code, answer.text[:200]))

        try:
            given(case=operation.as_strategy())(attempt)()
        except Unsatisfiable:
            continue
    return tried, broken


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_document_names_every_code_and_no_address_that_is_not_there(office):
    text = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
    spec = description(office.settings)

    codes = set(re.findall(r"`([a-z-]+)`", text))
    addresses = set(re.findall(r"(/api/v1/[\w/{}-]+)", text))
    served = {re.sub(r"{\w+}", "{}", path) for path in spec["paths"]}

    assert {answer.code for answer in every_problem()} <= codes
    assert {re.sub(r"{\w+}", "{}", path) for path in addresses} <= served | {"/api/v1"}


def every_problem():
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.DomainError):
            needed = {errors.BadInput: ("field",), errors.NoGlyph: ("字",)}.get(kind, ())
            if kind is not errors.DomainError:
                yield problem_of(kind(*needed))
    for constant in vars(problems).values():
        if isinstance(constant, problems.Problem):
            yield constant
