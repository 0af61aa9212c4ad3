"""Texts to listen to: long answers of the chat, where a case stands, what is kept about oneself."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel

from domain.actors import Resident, Staff
from domain.ids import CaseId
from services.aloud import case_aloud, own_aloud
from web.api.agreements import Aloud
from web.api.operations import Api
from web.api.shapes import CasePath, Id, Input, Moment
from web.desks import Desks
from web.ranges import film

api = Api("listening")
MP3 = "audio/mpeg"


class AnswerPath(Input):
    """The answer meant."""

    answer_id: Id


class AnswerView(BaseModel):
    """A longer answer of the chat."""

    id: str
    at: Moment
    text: str


class Answers(BaseModel):
    """The latest longer answers, newest first."""

    items: tuple[AnswerView, ...]


@api.get("/my/answers", "聊天里说过的长一点的回答")
async def my_answers(desks: Desks, actor: Resident) -> Answers:
    """List what the chat told this person at some length."""
    said = await desks.said.recent(actor)
    return Answers(items=tuple(AnswerView(id=one.id, at=one.at, text=one.text) for one in said))


@api.post("/my/answers/{answer_id}/spoken", "请求把一个回答读出来")
async def ask_answer(desks: Desks, actor: Resident, path: AnswerPath) -> Aloud:
    """Have an answer read aloud."""
    said = await desks.said.one(actor, path.answer_id)
    return Aloud(ready=await desks.reading.ask(said.text))


@api.get("/my/answers/{answer_id}/spoken.mp3", "听一个回答（支持 Range）", produces=MP3)
async def hear_answer(
    request: web.Request, desks: Desks, actor: Resident, path: AnswerPath
) -> web.StreamResponse:
    """Stream an answer as it is read."""
    said = await desks.said.one(actor, path.answer_id)
    return await film(request, desks.objects, await desks.reading.sound(said.text), MP3)


@api.post("/cases/{case_id}/spoken", "请求把案件进度读出来")
async def ask_case(desks: Desks, actor: Staff | Resident, path: CasePath) -> Aloud:
    """Have it read aloud where a case stands."""
    return Aloud(ready=await desks.reading.ask(await _case(desks, actor, path)))


@api.get("/cases/{case_id}/spoken.mp3", "听案件进度（支持 Range）", produces=MP3)
async def hear_case(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: CasePath
) -> web.StreamResponse:
    """Stream where a case stands as it is read."""
    key = await desks.reading.sound(await _case(desks, actor, path))
    return await film(request, desks.objects, key, MP3)


@api.post("/my/data/spoken", "请求把保存的我的信息读出来")
async def ask_own(desks: Desks, actor: Resident) -> Aloud:
    """Have it read aloud what is kept about oneself."""
    return Aloud(ready=await desks.reading.ask(own_aloud((await desks.privacy.own(actor)).lines)))


@api.get("/my/data/spoken.mp3", "听保存的我的信息（支持 Range）", produces=MP3)
async def hear_own(request: web.Request, desks: Desks, actor: Resident) -> web.StreamResponse:
    """Stream what is kept about oneself as it is read."""
    key = await desks.reading.sound(own_aloud((await desks.privacy.own(actor)).lines))
    return await film(request, desks.objects, key, MP3)


async def _case(desks: Desks, actor: Staff | Resident, path: CasePath) -> str:
    case = await desks.cases.view(actor, CaseId(path.case_id))
    return case_aloud(case.line, desks.cases.centre.zone)
