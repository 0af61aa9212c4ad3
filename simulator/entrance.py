"""How the phone enters the product's pages: always through a login for its current user."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from simulator.settings import Product

_BRACES: Final = re.compile(r"\{(\w+)\}")
_FIRST_PAGES: Final = frozenset({"", "index", "home"})


def is_products(product: Product, url: str) -> bool:
    """Tell whether an address is a page of the product."""
    try:
        return _origin(url) == _origin(product.url)
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def entered(product: Product, url: str, *, by_sms: bool) -> str:
    """Give the address that opens a page of the product for the phone's user."""
    parts = urlsplit(url)
    path = urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment))
    template = product.enter_by_sms if by_sms else product.enter
    # a template that is the path itself must keep its slashes
    inserted = path if template == "{path}" else quote(path, safe="")
    return product.url.rstrip("/") + template.replace("{path}", inserted)


def twin(product: Product, page: str, *, scene: str = "") -> str:
    """Give the web address that stands for a mini-program page, or nothing if there is none."""
    path, _, query = page.strip("/").partition("?")
    steps = path.split("/")
    name = steps[1] if steps[0] == "pages" and len(steps) > 1 else steps[-1]
    home = product.home if product.home.endswith("/") else f"{product.home}/"
    asked = parse_qsl(query) + ([("scene", scene)] if scene else [])
    template = dict(one.partition("=")[::2] for one in product.twins).get(name)
    if template == "":
        return ""
    own = _filled(template, dict(asked)) if template else ""
    if own:
        return product.url.rstrip("/") + own
    address = home if name in _FIRST_PAGES else home + name
    return product.url.rstrip("/") + address + (f"?{urlencode(asked)}" if asked else "")


def _filled(template: str, given: dict[str, str]) -> str:
    """Put a page's own parameters into its address; nothing if one of them is missing."""
    for name in _BRACES.findall(template):
        if name not in given:
            return ""
        template = template.replace(f"{{{name}}}", quote(urlsplit(unquote(given[name])).path))
    return template


def with_answer(url: str, **answer: str) -> str:
    """Add parameters to an address, keeping its own."""
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *answer.items()])
    return urlunsplit(parts._replace(query=query))
