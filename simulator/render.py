"""Renders the simulator's few pages, strictly escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")),
    autoescape=True,
    undefined=StrictUndefined,
)


def page(template: str, /, *, status: int = 200, **values: Any) -> web.Response:
    """Render a page."""
    text = _PAGES.get_template(template).render(values)
    return web.Response(status=status, text=text, content_type="text/html")
