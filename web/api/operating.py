"""How the installation fares, for its administrator and for supervisors."""

from __future__ import annotations

from pydantic import BaseModel

from domain.actors import Staff
from services.operations import Overview
from web.api.operations import Api
from web.api.shapes import Id, Input, Moment
from web.desks import Desks

api = Api("operations")


class TroublePath(Input):
    """The job meant."""

    trouble_id: Id


class ProcessView(BaseModel):
    """One process of the host that answers."""

    name: str
    alive: bool
    restarts: int
    since: Moment
    ended: str


class TroubleView(BaseModel):
    """A job that nobody could do."""

    id: str
    job: str
    why: str
    since: Moment
    comes_back: bool
    dispensable: bool


class RestView(BaseModel):
    """A call of WeChat whose quota is used up."""

    path: str
    code: int
    until: Moment


class OperationsView(BaseModel):
    """What broke, and what lives; ``unknown`` counts messages by their way, ``held`` by why."""

    processes: tuple[ProcessView, ...]
    troubles: tuple[TroubleView, ...]
    unknown: dict[str, int]
    held: dict[str, int]
    rests: tuple[RestView, ...]


@api.get("/operations", "系统运行情况（管理员、督办）")
async def see_operations(desks: Desks, actor: Staff) -> OperationsView:
    """Show everything that needs somebody's eye."""
    return _view(await desks.operations.overview(actor))


@api.post("/operations/{trouble_id}/retry", "再办一次")
async def retry_job(desks: Desks, actor: Staff, path: TroublePath) -> None:
    """Have a job done once more."""
    await desks.operations.retry(actor, path.trouble_id)


@api.post("/operations/{trouble_id}/drop", "不用再办了（只限通知）")
async def drop_job(desks: Desks, actor: Staff, path: TroublePath) -> None:
    """Strike off a message that need not be brought any more."""
    await desks.operations.strike_off(actor, path.trouble_id)


def _view(overview: Overview) -> OperationsView:
    return OperationsView.model_validate(overview, from_attributes=True)
