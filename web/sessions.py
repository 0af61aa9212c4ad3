"""Who is logged in: two cookies, of residents and of staff; programs send a bearer token."""

from __future__ import annotations

import enum

from aiohttp import hdrs, web

from domain.actors import Resident, Staff
from domain.errors import NotAllowed, NotLoggedIn
from web.keys import DESKS, SETTINGS
from web.settings import WebSettings

SECRET_LIMIT = 128
AS = "X-Fengqiao-As"  #: a browser that is logged in as both says here which one it means


class Face(enum.StrEnum):
    """The two kinds of people who log in; one browser may be both."""

    RESIDENT = "resident"
    STAFF = "staff"


def cookie_name(face: Face, settings: WebSettings) -> str:
    """Name of the session cookie; ``__Host-`` ties it to this host and HTTPS (RFC 6265bis)."""
    return f"__Host-fengqiao-{face}" if settings.secure else f"fengqiao-{face}"


def carries_cookie(request: web.Request) -> bool:
    """Does the request hold a session cookie of ours?"""
    settings = request.app[SETTINGS]
    return any(cookie_name(face, settings) in request.cookies for face in Face)


def remember(response: web.StreamResponse, face: Face, secret: str, settings: WebSettings) -> None:
    """Give the browser its session; it ends with the browser, or earlier on our side."""
    response.set_cookie(
        cookie_name(face, settings),
        secret,
        httponly=True,
        samesite="Lax",
        secure=settings.secure,
        path="/",
    )


def forget(response: web.StreamResponse, face: Face, settings: WebSettings) -> None:
    """Take the session from the browser."""
    response.del_cookie(cookie_name(face, settings), path="/", secure=settings.secure)


def secret_of(request: web.Request, face: Face) -> str:
    """The session's secret, from the header or the cookie; empty if there is none."""
    scheme, _, bearer = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme == "Bearer":
        return bearer.strip()[:SECRET_LIMIT]
    name = cookie_name(face, request.app[SETTINGS])
    return request.cookies.get(name, "")[:SECRET_LIMIT]


async def staff(request: web.Request) -> Staff:
    """The member of staff who asks; raises NotLoggedIn."""
    actor = await _who(request, Face.STAFF)
    if not isinstance(actor, Staff):
        raise NotAllowed("residents have no desk")
    return actor


async def resident(request: web.Request) -> Resident:
    """The resident who asks; raises NotLoggedIn."""
    actor = await _who(request, Face.RESIDENT)
    if not isinstance(actor, Resident):
        raise NotAllowed("staff have no resident pages")
    return actor


async def somebody(request: web.Request) -> Staff | Resident:
    """Whoever asks, logged in; page or header decide for a browser that is both."""
    faces = _faces(request)
    face = next((face for face in faces if secret_of(request, face)), faces[0])
    return await _who(request, face)


def _faces(request: web.Request) -> tuple[Face, ...]:
    if request.path.startswith("/desk"):
        return (Face.STAFF,)
    if request.path.startswith("/m/"):
        return (Face.RESIDENT,)
    wanted = request.headers.get(AS, "")
    return (Face(wanted),) if wanted in list(Face) else (Face.STAFF, Face.RESIDENT)


async def _who(request: web.Request, face: Face) -> Staff | Resident:
    secret = secret_of(request, face)
    if not secret:
        raise NotLoggedIn(face)
    actor = await request.app[DESKS].identity.who(secret)
    if not isinstance(actor, (Staff, Resident)):
        raise NotLoggedIn(face)
    return actor
