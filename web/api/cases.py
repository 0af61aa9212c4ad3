"""Cases: the queue, one case, and everything that is done to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from domain.actors import Resident, Staff
from domain.cases import CaseState, EndReason, RefuseGround, Side
from domain.ids import CaseId, CellId, PersonId, QuestionId, StaffId
from domain.ports.cases import CaseFilter
from domain.taxonomy import TypeCode
from services.cases import Choices
from services.views import CaseLineView, CaseView, NoticeView, PublicCase, TaskList
from web.api.operations import Api
from web.api.shapes import (
    CasePath,
    Id,
    Input,
    Line,
    Made,
    Page,
    Paging,
    SecretPath,
    Version,
    VersionedReason,
    Words,
)
from web.desks import Desks
from web.guesses import counting_misses

api = Api("cases")

Gender = Literal["", "男", "女"]  #: as the form of the paper asks


class Queue(Paging):
    """Which cases: of one state, with these words."""

    state: CaseState | None = None
    words: Annotated[Line, Field(description="编号或事由里的字")] = ""


class Registering(Version):
    """The type and grid cell that a person confirmed."""

    type_code: Id
    cell: Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-]{0,64}$")] = ""


class Refusing(Version):
    """The legal ground."""

    ground: RefuseGround


class Dispatching(Version):
    """To whom."""

    mediator: Id


class Ending(Version):
    """Why there was no agreement."""

    reason: EndReason


class NewParty(Version):
    """One more party, with the number the centre reaches them at."""

    name: Annotated[Line, Field(min_length=1)]
    phone: Line = ""
    side: Side = Side.RESPONDENT
    gender: Gender = ""
    address: Line = ""


class NamedOther(Version):
    """Somebody whom the report names."""

    name: Annotated[Line, Field(min_length=1)]


class PersonPath(CasePath):
    """One person of a case."""

    person_id: Id


class QuestionPath(CasePath):
    """One question of a party."""

    question_id: Id


class NamedPerson(Input):
    """Name and number of a person, as the centre learned them."""

    name: Annotated[Line, Field(min_length=1)]
    phone: Annotated[Line | None, Field(description="电话（不填就不改）")] = None
    gender: Gender = ""
    address: Line = ""
    born: Annotated[date | None, Field(description="出生日期（不填就不改）")] = None


class Acknowledged(BaseModel):
    """Where it goes on at the desk: the talk with whoever is in danger, or else the case."""

    page: str


class Whom(Input):
    """Who is spoken to."""

    person_id: Annotated[Id, Field(description="和谁说话")]


class CodeAddress(BaseModel):
    """The address in the case code."""

    code_url: str


class Notices(BaseModel):
    """Notices whose outcome nobody knows."""

    items: tuple[NoticeView, ...]


class MyCases(BaseModel):
    """The resident's cases, newest first."""

    items: tuple[CaseLineView, ...]


class Note(Input):
    """What was learned by calling or visiting."""

    words: Annotated[Words, Field(min_length=1)]


class Visit(Note):
    """What a follow-up found; the same ``form`` sent again by the same member is the same visit."""

    form: Annotated[Id | None, Field(description="表单的编号")] = None


@api.get("/cases", "案件列表（工作台）")
async def list_cases(desks: Desks, actor: Staff, query: Queue) -> Page[CaseLineView]:
    """Show a part of the queue, alarmed cases first."""
    wanted = CaseFilter(
        states=frozenset({query.state}) if query.state else frozenset(), words=query.words
    )
    lines, after = await desks.cases.page(actor, wanted, limit=query.limit, after=query.after)
    return Page(items=lines, next=after)


@api.get("/cases/counts", "各状态的案件数")
async def count_cases(desks: Desks, actor: Staff) -> Mapping[CaseState, int]:
    """Count the cases by state."""
    return await desks.cases.counts(actor)


@api.get("/tasks", "我要办的案件，最急的在前")
async def see_tasks(desks: Desks, actor: Staff) -> TaskList:
    """Show what waits for the one who asks: danger first, then the soonest deadline."""
    return await desks.cases.tasks(actor)


@api.get("/choices", "表单里可选的内容")
async def see_choices(desks: Desks, actor: Staff) -> Choices:
    """Give what a dispatcher or mediator can choose from."""
    return await desks.cases.choices(actor)


@api.get("/notices/unknown", "不知道有没有送到的通知")
async def see_unknown_notices(desks: Desks, actor: Staff) -> Notices:
    """Show the notices that a person has to look after."""
    return Notices(items=await desks.cases.unknown_notices(actor))


@api.get("/my/cases", "我的案件（居民）")
async def see_my_cases(desks: Desks, actor: Resident) -> MyCases:
    """Show the resident their cases."""
    return MyCases(items=await desks.cases.mine(actor))


@api.get("/cases/{case_id}", "一件案件")
async def see_case(desks: Desks, actor: Staff | Resident, path: CasePath) -> CaseView:
    """Show a case as far as this person may see it."""
    return await desks.cases.view(actor, CaseId(path.case_id))


@api.post("/cases/{case_id}/register", "受理")
async def register(desks: Desks, actor: Staff, path: CasePath, body: Registering) -> None:
    """Take the case on."""
    await desks.cases.register(
        actor,
        CaseId(path.case_id),
        version=body.version,
        type_code=TypeCode(body.type_code),
        cell=CellId(body.cell),
    )


@api.post("/cases/{case_id}/refuse", "不予受理")
async def refuse(desks: Desks, actor: Staff, path: CasePath, body: Refusing) -> None:
    """Not take the case on."""
    await desks.cases.refuse(actor, CaseId(path.case_id), version=body.version, ground=body.ground)


@api.post("/cases/{case_id}/dispatch", "分派给调解员")
async def dispatch(desks: Desks, actor: Staff, path: CasePath, body: Dispatching) -> None:
    """Hand the case to a mediator."""
    await desks.cases.dispatch(
        actor, CaseId(path.case_id), version=body.version, mediator=StaffId(body.mediator)
    )


@api.post("/cases/{case_id}/accept", "接单")
async def accept(desks: Desks, actor: Staff, path: CasePath, body: Version) -> None:
    """Take the case as its mediator."""
    await desks.cases.accept(actor, CaseId(path.case_id), version=body.version)


@api.post("/cases/{case_id}/return", "退单")
async def give_back(desks: Desks, actor: Staff, path: CasePath, body: VersionedReason) -> None:
    """Return the case to the centre."""
    await desks.cases.give_back(
        actor, CaseId(path.case_id), version=body.version, reason=body.reason
    )


@api.post("/cases/{case_id}/acknowledge", "接手处理危险")
async def acknowledge(desks: Desks, actor: Staff, path: CasePath) -> Acknowledged:
    """Take care of an alarm, by name, and take the talk with whoever is in danger."""
    case_id = CaseId(path.case_id)
    await desks.cases.acknowledge(actor, case_id)
    talk = await desks.hand_overs.take_alarm(actor, case_id)
    return Acknowledged(page=f"/desk/talks/{talk}" if talk else f"/desk/cases/{case_id}")


@api.post("/cases/{case_id}/calls", "记录给说有危险的人打的电话")
async def note_call(desks: Desks, actor: Staff, path: CasePath, body: Note) -> None:
    """Keep that whoever told of danger was called, and what came of it."""
    await desks.cases.note_call(actor, CaseId(path.case_id), words=body.words)


@api.post("/cases/{case_id}/talks", "在微信里找居民说话，居民会看到您的姓名", status=201)
async def begin_talk(desks: Desks, actor: Staff, path: CasePath, body: Whom) -> Made:
    """Speak first with whoever reported the case, or told of danger in it."""
    case_id, person = CaseId(path.case_id), PersonId(body.person_id)
    return Made(id=await desks.reaching.begin(actor, case_id, person))


@api.post("/cases/{case_id}/end", "终止调解")
async def end(desks: Desks, actor: Staff, path: CasePath, body: Ending) -> None:
    """End the mediation without agreement."""
    await desks.cases.end(actor, CaseId(path.case_id), version=body.version, reason=body.reason)


@api.post("/cases/{case_id}/archive", "归档")
async def archive(desks: Desks, actor: Staff, path: CasePath, body: Version) -> None:
    """Close the file."""
    await desks.cases.archive(actor, CaseId(path.case_id), version=body.version)


@api.post("/cases/{case_id}/parties", "补充当事人", status=201)
async def add_party(desks: Desks, actor: Staff, path: CasePath, body: NewParty) -> Made:
    """Name one more party."""
    made = await desks.parties.add(actor, CaseId(path.case_id), **body.model_dump())
    return Made(id=made)


@api.post("/cases/{case_id}/parties/as-told", "照反映里说的补充对方（没有核实）", status=201)
async def add_as_told(desks: Desks, actor: Staff, path: CasePath, body: NamedOther) -> Made:
    """Name the other side as the report does."""
    case_id = CaseId(path.case_id)
    made = await desks.parties.add_as_told(actor, case_id, version=body.version, name=body.name)
    return Made(id=made)


@api.put("/cases/{case_id}/parties/{person_id}", "登记当事人的姓名和电话")
async def name_person(desks: Desks, actor: Staff, path: PersonPath, body: NamedPerson) -> None:
    """Keep a party's name and number."""
    await desks.parties.name(
        actor, CaseId(path.case_id), PersonId(path.person_id), **body.model_dump()
    )


@api.post("/cases/{case_id}/parties/{person_id}/as-told", "照本人说的登记姓名、电话（没有核实）")
async def name_as_told(desks: Desks, actor: Staff, path: PersonPath, body: Version) -> None:
    """Put down what the reporter told of themselves."""
    await desks.parties.take_as_told(
        actor, CaseId(path.case_id), PersonId(path.person_id), version=body.version
    )


@api.post("/cases/{case_id}/questions/{question_id}/answer", "回复当事人的提问")
async def answer_question(desks: Desks, actor: Staff, path: QuestionPath, body: Note) -> None:
    """Answer what a party asked; the words go to their chat."""
    await desks.questions.answer(
        actor, CaseId(path.case_id), QuestionId(path.question_id), words=body.words
    )


@api.get("/cases/{case_id}/code.png", "一案一码（图片）", produces="image/png")
async def see_code(desks: Desks, actor: Staff | Resident, path: CasePath) -> web.Response:
    """Draw the case code."""
    picture = await desks.cases.code_picture(actor, CaseId(path.case_id))
    return web.Response(body=picture, content_type="image/png")


@api.post("/cases/{case_id}/code", "换发一案一码，旧码作废")
async def reissue_code(desks: Desks, actor: Staff, path: CasePath) -> CodeAddress:
    """Give the case a new code; the old one is dead."""
    return CodeAddress(code_url=await desks.cases.reissue_code(actor, CaseId(path.case_id)))


@api.post("/cases/{case_id}/follow-ups", "记录回访")
async def note_follow_up(desks: Desks, actor: Staff, path: CasePath, body: Visit) -> None:
    """Keep what a follow-up found."""
    await desks.followups.note_follow_up(
        actor, CaseId(path.case_id), words=body.words, form=body.form or ""
    )


@api.get("/public/cases/{secret}", "扫一案一码看到的内容")
async def see_public_case(request: web.Request, desks: Desks, path: SecretPath) -> PublicCase:
    """Say where a case stands, to whoever holds its code."""
    async with counting_misses(request):
        return await desks.cases.public(path.secret)
