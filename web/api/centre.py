"""The centre itself, for whoever wants to call it."""

from __future__ import annotations

from pydantic import BaseModel

from domain.consents import CONSENTS
from domain.errors import NotFound
from web.api.operations import Api
from web.api.shapes import Id, Input
from web.desks import Desks

api = Api("centre")


class CentreView(BaseModel):
    """Who one deals with here, and the number that somebody answers."""

    name: str
    committee: str
    phone: str
    demo: bool


@api.get("/centre", "中心的名称和电话")
async def see_centre(desks: Desks) -> CentreView:
    """Say who we are; nobody needs to log in for that."""
    centre = desks.cases.centre
    return CentreView(
        name=centre.name, committee=centre.committee, phone=centre.phone, demo=centre.demo
    )


class ConsentPath(Input):
    """The version of a text that people agree to."""

    version: Id


class ConsentView(BaseModel):
    """The words; their hash stands in the evidence of whoever agreed to them."""

    version: str
    words: tuple[str, ...]
    sha256: str


@api.get("/consents/{version}", "同意书的原文（按版本）")
async def see_consent(path: ConsentPath) -> ConsentView:
    """Show what was agreed to, also long after; nobody needs to log in for that."""
    if path.version not in CONSENTS:
        raise NotFound(path.version)
    consent = CONSENTS[path.version]
    return ConsentView(version=consent.version, words=consent.words, sha256=consent.sha256)
