"""A resident's messages (我的消息), and what they let us send them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from domain.actors import Resident
from services.subscriptions import MOST_TOLD
from services.views import MessageView
from web.api.operations import Api
from web.api.shapes import Id, Input, Page, Paging
from web.desks import Desks

api = Api("messages")

TemplateId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_\-]{1,64}$")]
Result = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,32}$")]


class Messages(Page[MessageView]):
    """One page of messages, and how many were not seen at all."""

    unread: int


class Seen(Input):
    """Up to which message the list was seen."""

    until: Id


class Templates(BaseModel):
    """The templates to ask about with ``wx.requestSubscribeMessage``; none: do not ask."""

    templates: tuple[str, ...]


class Answered(Input):
    """What ``wx.requestSubscribeMessage`` gave by template; ``tap`` is the phone's id of it."""

    tap: Id
    results: Annotated[dict[TemplateId, Result], Field(max_length=MOST_TOLD)]


@api.get("/my/messages", "我的消息（新的在前）")
async def my_messages(desks: Desks, actor: Resident, query: Paging) -> Messages:
    """List the resident's messages, whichever way they also went out."""
    mine, following = await desks.notices.list_mine(actor, limit=query.limit, after=query.after)
    return Messages(items=mine.items, next=following, unread=mine.unread)


@api.post("/my/messages/seen", "我的消息：看过了")
async def see_messages(desks: Desks, actor: Resident, body: Seen) -> None:
    """Note that this message and those before it were seen."""
    await desks.notices.see(actor, body.until)


@api.get("/my/subscriptions", "该问哪些订阅消息")
async def subscriptions_to_ask(desks: Desks, actor: Resident) -> Templates:
    """Name the templates that a yes would help with."""
    return Templates(templates=await desks.subscriptions.to_ask(actor))


@api.post("/my/subscriptions", "订阅消息：居民的选择")
async def tell_subscriptions(desks: Desks, actor: Resident, body: Answered) -> None:
    """Count what the resident allowed; the same tap told again counts once."""
    await desks.subscriptions.answered(actor, body.results, tap=body.tap)
