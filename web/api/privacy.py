"""One's own data: what is kept, a copy of it, and its end (个人信息保护法 44 to 50)."""

from __future__ import annotations

from aiohttp import hdrs, web
from pydantic import BaseModel

from domain.actors import Resident
from domain.privacy import TAKE_BACK, Category, CopyState, Wish
from services.standing import foreseen, going
from web.api.operations import Api
from web.api.shapes import Id, Input, Moment
from web.desks import Desks

api = Api("privacy")
ZIP = "application/zip"


class CopyPath(Input):
    """The copy meant."""

    copy_id: Id


class Taking(Input):
    """What the consent is taken back for."""

    wish: Wish


class OwnLineView(BaseModel):
    """One kind of data: what there is (a count, or the value masked), why, and for how long."""

    category: Category
    name: str
    there: str
    purpose: str
    basis: str
    term: str


class CopyView(BaseModel):
    """A copy that was asked for."""

    id: str
    state: CopyState
    asked_at: Moment
    ends_at: Moment | None


class RequestView(BaseModel):
    """A request to delete: ``left`` says what stays and by which article."""

    asked_at: Moment
    done_at: Moment | None
    wanted: tuple[str, ...]
    left: tuple[str, ...]


class WishView(BaseModel):
    """What can be taken back: what happens then, and what has to stay, by which article."""

    wish: Wish
    name: str
    happens: str
    going: tuple[str, ...]
    left: tuple[str, ...]


class OwnDataView(BaseModel):
    """What is kept about the one who asks."""

    lines: tuple[OwnLineView, ...]
    copies: tuple[CopyView, ...]
    requests: tuple[RequestView, ...]
    wishes: tuple[WishView, ...]


@api.get("/my/data", "我的信息：保存了什么、为什么、多久（居民）")
async def see_my_data(desks: Desks, actor: Resident) -> OwnDataView:
    """Tell a resident what is kept about them."""
    own = await desks.privacy.own(actor)
    return OwnDataView(
        lines=tuple(OwnLineView.model_validate(one, from_attributes=True) for one in own.lines),
        copies=tuple(CopyView.model_validate(one, from_attributes=True) for one in own.copies),
        requests=tuple(
            RequestView.model_validate(one, from_attributes=True) for one in own.requests
        ),
        wishes=tuple(
            WishView(
                wish=wish,
                name=name,
                happens=happens,
                going=going(wish, own.standing),
                left=foreseen(wish, own.standing),
            )
            for wish, (name, happens) in TAKE_BACK.items()
        ),
    )


@api.post("/my/copies", "要一份我的信息副本（居民）")
async def ask_my_copy(desks: Desks, actor: Resident) -> None:
    """Have a copy made."""
    await desks.privacy.ask_own_copy(actor)


@api.post("/my/copies/{copy_id}", "取我的信息副本，只能取一次（居民）", produces=ZIP)
async def take_my_copy(desks: Desks, actor: Resident, path: CopyPath) -> web.Response:
    """Hand the copy over; it is gone afterwards."""
    data = await desks.privacy.take_copy(actor, path.copy_id)
    named = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="fengqiao-my-data.zip"'}
    return web.Response(body=data, content_type=ZIP, headers=named)


@api.post("/my/withdrawals", "撤回同意（居民）")
async def take_back(desks: Desks, actor: Resident, body: Taking) -> None:
    """Take the consent back: processing ends, what may go is deleted."""
    await desks.privacy.take_own_back(actor, body.wish)
