"""Where a request comes from, when proxies stand between."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from aiohttp import web

from web.settings import Network


def client_address(request: web.Request, trusted: Sequence[Network]) -> str:
    """Return the nearest address that is not one of our own proxies.

    ``X-Forwarded-For`` is read from the right and only behind a trusted proxy: what stands
    further left was written by the client.
    """
    nearest = request.remote or "unknown"
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    while forwarded and _is_trusted(nearest, trusted):
        candidate = forwarded.pop().strip()
        if not _is_address(candidate):
            break
        nearest = candidate
    return nearest


def comes_through_strangers(request: web.Request, trusted: Sequence[Network]) -> bool:
    """Say whether a proxy brings the request that nobody told us of: its client is unknown."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return forwarded and not _is_trusted(request.remote or "unknown", trusted)


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    if not _is_address(address):
        return False
    return any(ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
