"""The description of the API, for programs and for people."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from web.rendering import render


def add_description(app: web.Application, description: dict[str, Any]) -> None:
    """Serve the description as OpenAPI and as a page."""

    async def for_programs(_: web.Request) -> web.Response:
        return web.json_response(description)

    async def for_people(request: web.Request) -> web.Response:
        return render(
            request, "public/api.html", {"api": description, "topics": _topics(description)}
        )

    app.router.add_get("/api/openapi.json", for_programs)
    app.router.add_get("/api/docs", for_people)


def _topics(description: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    topics: dict[str, list[dict[str, Any]]] = {}
    for path, methods in description["paths"].items():
        for method, one in methods.items():
            told = {"path": path, "method": method.upper(), **one}
            topics.setdefault(one["tags"][0], []).append(told)
    return topics
