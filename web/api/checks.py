"""Texts that residents asked about and only a human can judge."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from domain.actors import Staff
from domain.checks import Review
from web.api.operations import Api
from web.api.shapes import Id, Input, Line, Moment
from web.desks import Desks

api = Api("checks")


class CheckPath(Input):
    """The text meant."""

    check_id: Id


class Reviewing(Input):
    """What it is."""

    review: Review
    remark: Annotated[Line, Field(description="补充说明 居民可见")] = ""


class AskedTextView(BaseModel):
    """A text, how many people asked, and the signs the machine saw."""

    id: str
    text: str
    people: int
    asked_at: Moment
    words: tuple[str, ...]


class AskedTexts(BaseModel):
    """What waits, oldest first."""

    items: tuple[AskedTextView, ...]


@api.get("/checks", "等人看的消息（分派员、督办、公安联络员）")
async def list_checks(desks: Desks, actor: Staff) -> AskedTexts:
    """Show what a human has to look at."""
    return AskedTexts.model_validate(
        {"items": await desks.checks.queue(actor)}, from_attributes=True
    )


@api.post("/checks/{check_id}/review", "说明是不是诈骗，问过的人都会知道")
async def review(desks: Desks, actor: Staff, path: CheckPath, body: Reviewing) -> None:
    """Say what a text is."""
    await desks.checks.review(actor, path.check_id, body.review, body.remark)
