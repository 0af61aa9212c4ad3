"""The centre itself, for whoever wants to call it."""

from __future__ import annotations

from pydantic import BaseModel

from web.api.operations import Api
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
