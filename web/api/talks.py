"""Talks of residents with a human, at the desk."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from domain.actors import Staff
from domain.handovers import HandOverState
from domain.ids import MediaId
from web.api.operations import Api
from web.api.shapes import Id, Input, Moment, Words
from web.desks import Desks
from web.ranges import film
from web.sent import as_sent

api = Api("talks")


class TalkPath(Input):
    """The talk meant."""

    talk_id: Id


class TalkMediumPath(TalkPath):
    """A picture or voice of the talk."""

    media_id: Id


class Answering(Input):
    """What is said to the resident."""

    words: Annotated[Words, Field(min_length=1)]


class EndingTalk(Input):
    """Why a talk about danger may end; any other needs no reason."""

    words: Words = ""


class SaidView(BaseModel):
    """Something said; an empty ``name`` is the resident; ``before``: said to the bot before."""

    at: Moment
    words: str
    name: str
    media_id: str
    before: bool
    unsent: str  #: why the resident has not got it yet, or may not have


class TalkView(BaseModel):
    """A talk; ``late``: nobody took it within the time set; ``mine``: the one who asks has it."""

    id: str
    who: str
    phone: str
    state: HandOverState
    asked_at: Moment
    changed_at: Moment
    staff_name: str
    late: bool
    mine: bool
    danger: bool  #: whoever writes may be in mortal danger
    rings: bool  #: nobody takes care of that danger yet, and whoever asks may
    seen_by: str  #: who takes care of it
    begun: bool  #: staff spoke first
    ended: str  #: how it ended, in words
    matter_id: str  #: of the daily-life matter of which staff speak
    case_id: str
    number: str
    lines: tuple[SaidView, ...]


class Talks(BaseModel):
    """The talks, the longest waiting first, then the last that ended."""

    items: tuple[TalkView, ...]


@api.get("/talks", "人工对话列表（分派员、督办）")
async def list_talks(desks: Desks, actor: Staff) -> Talks:
    """Show the talks of somebody's region."""
    return Talks.model_validate(
        {"items": await desks.hand_overs.listed(actor)}, from_attributes=True
    )


@api.get("/talks/{talk_id}", "一次人工对话")
async def see_talk(desks: Desks, actor: Staff, path: TalkPath) -> TalkView:
    """Show one talk."""
    found = await desks.hand_overs.view(actor, path.talk_id)
    return TalkView.model_validate(found, from_attributes=True)


@api.post("/talks/{talk_id}/take", "接手，用自己的姓名回答")
async def take_talk(desks: Desks, actor: Staff, path: TalkPath) -> None:
    """Answer this person from now on; an alarm that rings for them is taken with it."""
    await desks.hand_overs.take(actor, path.talk_id)


@api.post("/talks/{talk_id}/words", "回答居民")
async def say(desks: Desks, actor: Staff, path: TalkPath, body: Answering) -> None:
    """Say something in the chat."""
    await desks.hand_overs.say(actor, path.talk_id, body.words)


@api.post("/talks/{talk_id}/end", "结束，交还给机器")
async def end_talk(desks: Desks, actor: Staff, path: TalkPath, body: EndingTalk) -> None:
    """Give the talk back to the bot; of a talk about danger with what came of it."""
    await desks.hand_overs.end(actor, path.talk_id, words=body.words)


@api.get("/talks/{talk_id}/media/{media_id}", "居民发来的图片或语音", produces="*/*")
async def see_talk_medium(
    request: web.Request, desks: Desks, actor: Staff, path: TalkMediumPath
) -> web.StreamResponse:
    """Show a picture of the talk, or play the copy of a voice (with Range)."""
    medium = await desks.hand_overs.medium(actor, path.talk_id, MediaId(path.media_id))
    if medium.copy is not None:
        return await film(request, desks.objects, medium.copy.key, "audio/webm")
    return as_sent(await desks.objects.get(medium.object_key), medium.content_type)
