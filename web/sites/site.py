"""One decorator: a typed function that says what is shown becomes a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from aiohttp import hdrs, web

from web.admission import Handler, arguments, asks_for
from web.rendering import render

H = TypeVar("H", bound=Handler)
Shown: TypeAlias = Mapping[str, Any] | web.StreamResponse


class Site:
    """Collects the pages of one kind of people."""

    def __init__(self) -> None:
        self._pages: list[tuple[str, str, Callable[[web.Request], Awaitable[Any]]]] = []

    def get(self, path: str, template: str = "") -> Callable[[H], H]:
        """Show a page at this address."""
        return self._page(hdrs.METH_GET, path, template)

    def post(self, path: str, template: str = "") -> Callable[[H], H]:
        """Take a form that works without scripts."""
        return self._page(hdrs.METH_POST, path, template)

    def add_to(self, app: web.Application) -> None:
        """Serve every page of the site."""
        for method, path, serve in self._pages:
            app.router.add_route(method, path, serve)
            if method == hdrs.METH_GET:
                # Who watches over a page, or shows it in a chat, asks for its head (RFC 9110, 9.1).
                app.router.add_route(hdrs.METH_HEAD, path, serve)

    def _page(self, method: str, path: str, template: str) -> Callable[[H], H]:
        def served(handler: H) -> H:
            hints = asks_for(handler)

            async def serve(request: web.Request) -> web.StreamResponse:
                shown = await handler(**await arguments(request, hints))
                if isinstance(shown, web.StreamResponse):
                    return shown
                return render(request, template, shown)

            self._pages.append((method, path, serve))
            return handler

        return served


def see_other(address: str) -> web.Response:
    """Send the browser to another page."""
    return web.Response(status=303, headers={hdrs.LOCATION: address})


def own_path(address: str, otherwise: str) -> str:
    """Return the address if it is a path on this server, so that no link leads a person astray."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    if not plain or any(ord(char) < ord(" ") or char == "\\" for char in address):
        return otherwise
    return address
