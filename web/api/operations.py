"""One decorator: a typed function becomes a route and its own description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from aiohttp import hdrs, web
from pydantic import TypeAdapter

from web.admission import Handler, arguments, asks_for

H = TypeVar("H", bound=Handler)
JSON = "application/json"
PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing a program can ask for."""

    method: str
    path: str
    handler: Handler
    hints: dict[str, Any]
    summary: str
    status: int
    produces: str  #: content type of the answer
    consumes: str  #: content type of the body
    tag: str

    @property
    def answer(self) -> Any:
        """The type of the answer, None for an empty one."""
        kind = self.hints.get("return")
        return None if kind is type(None) else kind

    @property
    def open_to_all(self) -> bool:
        """May it be asked without being logged in?"""
        return "actor" not in self.hints


@dataclass(slots=True)
class Api:
    """Collects the operations of one topic."""

    tag: str
    operations: list[Operation] = field(default_factory=list)

    def operation(  # one keyword for each line of the description
        self,
        method: str,
        path: str,
        summary: str,
        *,
        status: int = 0,
        produces: str = JSON,
        consumes: str = JSON,
    ) -> Callable[[H], H]:
        """Serve the function at this address, with its types as the contract."""

        def described(handler: H) -> H:
            hints = asks_for(handler)
            empty = hints.get("return") is type(None)
            self.operations.append(
                Operation(
                    method=method,
                    path=PREFIX + path,
                    handler=handler,
                    hints=hints,
                    summary=summary,
                    status=status or (HTTPStatus.NO_CONTENT if empty else HTTPStatus.OK),
                    produces=produces,
                    consumes=consumes,
                    tag=self.tag,
                )
            )
            return handler

        return described

    def get(self, path: str, summary: str, **how: Any) -> Callable[[H], H]:
        """Serve something to read."""
        return self.operation(hdrs.METH_GET, path, summary, **how)

    def post(self, path: str, summary: str, **how: Any) -> Callable[[H], H]:
        """Serve something to do."""
        return self.operation(hdrs.METH_POST, path, summary, **how)

    def put(self, path: str, summary: str, **how: Any) -> Callable[[H], H]:
        """Serve something to replace."""
        return self.operation(hdrs.METH_PUT, path, summary, **how)

    def delete(self, path: str, summary: str, **how: Any) -> Callable[[H], H]:
        """Serve something to end."""
        return self.operation(hdrs.METH_DELETE, path, summary, **how)

    def add_to(self, app: web.Application) -> None:
        """Serve every operation of the topic."""
        for one in self.operations:
            app.router.add_route(one.method, one.path, _served(one))


def _served(one: Operation) -> Callable[[web.Request], Any]:
    adapter = TypeAdapter(one.answer) if one.produces == JSON and one.answer else None

    async def serve(request: web.Request) -> web.StreamResponse:
        result = await one.handler(**await arguments(request, one.hints))
        if isinstance(result, web.StreamResponse):
            return result
        if adapter is None:
            return web.Response(status=one.status)
        body = adapter.dump_json(result)
        return web.Response(body=body, status=one.status, content_type=JSON)

    return serve
