"""Daily-life matters (民生事项): reported, given to a unit, answered, rated."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field
from typing_extensions import override

from domain.actors import Resident, Staff
from domain.cases import Spot
from domain.helping import Helped, HowAgreed
from domain.ids import MatterId, MediaId
from domain.matters import (
    LONGEST_ANSWER,
    LONGEST_TOLD,
    LONGEST_UNIT,
    MOST_MEDIA,
    SHORTEST_TOLD,
    Grade,
    MatterReport,
)
from services.matter_views import MatterLineView, MatterView
from web.api.operations import Api
from web.api.shapes import Id, Input, Line, Made, Page, Paging, Rung, Version, Words
from web.desks import Desks
from web.ranges import film
from web.sent import as_sent

api = Api("matters")

Unit = Annotated[Line, Field(min_length=1, max_length=LONGEST_UNIT)]
Said = Annotated[Words, Field(min_length=1, max_length=LONGEST_ANSWER)]


class MatterQueue(Paging):
    """Which matters: those that wait for an answer, or those that have one."""

    over: Annotated[bool, Field(description="true：已经答复的")] = False


class MatterPath(Input):
    """The matter meant."""

    matter_id: Id


class MatterMediumPath(MatterPath):
    """A picture or voice that was sent with it."""

    media_id: Id


class SaidMatter(Input):
    """What is said of a matter, by whomever."""

    told: Annotated[
        Words, Field(description="什么事", min_length=SHORTEST_TOLD, max_length=LONGEST_TOLD)
    ]
    place: Annotated[Line, Field(description="在哪里")] = ""
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)

    def as_report(self) -> MatterReport:
        """The report in the trade's words."""
        spot = Spot(words=self.place, latitude=self.latitude, longitude=self.longitude)
        return MatterReport(told=self.told, spot=spot)


class ToldMatter(SaidMatter):
    """What a resident tells of a matter, with what they uploaded before."""

    media: tuple[Id, ...] = Field((), max_length=MOST_MEDIA)

    @override
    def as_report(self) -> MatterReport:
        """The report in the trade's words."""
        return replace(super().as_report(), media=tuple(MediaId(one) for one in self.media))


class TakenDownMatter(SaidMatter):
    """What staff took down for a resident, who agreed to it."""

    name: Annotated[Line, Field(description="替谁反映", min_length=1)]
    phone: Annotated[Line, Field(description="那个人的电话")] = ""
    agreed: Annotated[HowAgreed, Field(description="那个人怎么同意的")]

    def for_whom(self) -> Helped:
        """For whom it was told."""
        return Helped(name=self.name.strip(), phone=self.phone, agreed=self.agreed)


class Taking(Version):
    """Which unit has it from now on."""

    unit: Unit


class AnsweringMatter(Version):
    """What the resident is told."""

    words: Said


class RefusingMatter(Version):
    """Why it is not taken on, and where to go instead; the resident reads both."""

    reason: Said
    instead: Said


class Grading(Input):
    """How satisfied the resident is."""

    grade: Grade


class More(Input):
    """What the resident says of it later."""

    words: Annotated[Words, Field(min_length=1, max_length=LONGEST_TOLD)]


class FiledMatter(BaseModel):
    """The matter that came of it."""

    id: str
    number: str
    called: str = ""  #: who hears of an alarm of theirs; empty without one


class MyMatters(BaseModel):
    """The resident's matters, newest first."""

    items: tuple[MatterLineView, ...]


@api.post("/matters", "反映一件民生事项（居民）", status=201)
async def report_matter(desks: Desks, actor: Resident, body: ToldMatter) -> FiledMatter:
    """Make a matter of what the resident tells; told again within ten minutes it is the same."""
    matter = await desks.matters.file_own(actor, body.as_report())
    called = await desks.alarms.who_was_called(actor)
    return FiledMatter(id=matter.id, number=matter.number, called=called)


@api.post("/matters/taken", "替居民登记民生事项（电话、上门）", status=201)
async def take_matter_down(desks: Desks, actor: Staff, body: TakenDownMatter) -> FiledMatter:
    """Take a matter down for a resident; number and address go to them by SMS."""
    matter = await desks.matters.take_down(actor, body.as_report(), body.for_whom())
    return FiledMatter(id=matter.id, number=matter.number)


@api.get("/my/matters", "我的民生事项（居民）")
async def see_my_matters(desks: Desks, actor: Resident) -> MyMatters:
    """Show the resident their matters."""
    return MyMatters(items=await desks.matters.mine(actor))


@api.get("/matters", "民生事项列表，最先到期的在前（分派员、督办）")
async def list_matters(desks: Desks, actor: Staff, query: MatterQueue) -> Page[MatterLineView]:
    """Show a part of the matters of somebody's region."""
    lines, after = await desks.matters.listed(
        actor, over=query.over, limit=query.limit, after=query.after
    )
    return Page(items=lines, next=after)


@api.get("/matters/{matter_id}", "一件民生事项")
async def see_matter(desks: Desks, actor: Staff | Resident, path: MatterPath) -> MatterView:
    """Show a matter as far as this person may see it."""
    return await desks.matters.view(actor, MatterId(path.matter_id))


@api.post("/matters/{matter_id}/take", "交给一个单位办，居民会知道")
async def take_matter(desks: Desks, actor: Staff, path: MatterPath, body: Taking) -> None:
    """Give a matter to a unit."""
    await desks.matters.take(actor, MatterId(path.matter_id), version=body.version, unit=body.unit)


@api.post("/matters/{matter_id}/answer", "答复居民，请对方评价")
async def answer_matter(
    desks: Desks, actor: Staff, path: MatterPath, body: AnsweringMatter
) -> None:
    """Answer."""
    await desks.matters.answer(
        actor, MatterId(path.matter_id), version=body.version, words=body.words
    )


@api.post("/matters/{matter_id}/refuse", "不归我们办：说明原因和该找谁")
async def refuse_matter(desks: Desks, actor: Staff, path: MatterPath, body: RefusingMatter) -> None:
    """Not take it on."""
    await desks.matters.refuse(
        actor,
        MatterId(path.matter_id),
        version=body.version,
        reason=body.reason,
        instead=body.instead,
    )


@api.post("/matters/{matter_id}/case", "转为纠纷，登记成案件", status=201)
async def make_case_of_matter(desks: Desks, actor: Staff, path: MatterPath, body: Version) -> Made:
    """Go on with it as a dispute."""
    made = await desks.matters.make_case(actor, MatterId(path.matter_id), version=body.version)
    return Made(id=made)


@api.post("/matters/{matter_id}/talks", "在微信里找反映的人说话", status=201)
async def begin_talk_of_matter(desks: Desks, actor: Staff, path: MatterPath) -> Made:
    """Speak first with who reported it."""
    return Made(id=await desks.reaching.begin_about_matter(actor, MatterId(path.matter_id)))


@api.post("/matters/{matter_id}/rating", "评价答复（居民）")
async def rate_matter(desks: Desks, actor: Resident, path: MatterPath, body: Grading) -> None:
    """Keep what the resident thinks of the answer."""
    await desks.matters.rate_own(actor, MatterId(path.matter_id), body.grade)


@api.post("/matters/{matter_id}/words", "补充情况（居民）")
async def say_more_of_matter(desks: Desks, actor: Resident, path: MatterPath, body: More) -> Rung:
    """Add what the resident says of it; words of mortal danger ring."""
    await desks.matters.say_more_own(actor, MatterId(path.matter_id), body.words)
    return Rung(called=await desks.alarms.who_was_called(actor))


@api.get("/matters/{matter_id}/media/{media_id}", "民生事项里的照片或语音的原件", produces="*/*")
async def see_matter_medium(
    desks: Desks, actor: Staff | Resident, path: MatterMediumPath
) -> web.Response:
    """Send what was sent, as it came."""
    medium = await desks.matters.medium(actor, MatterId(path.matter_id), MediaId(path.media_id))
    return as_sent(await desks.objects.get(medium.object_key), medium.content_type)


@api.get(
    "/matters/{matter_id}/media/{media_id}/playable.webm",
    "民生事项里的一段语音，转成能播放的格式（支持 Range）",
    produces="audio/webm",
)
async def play_voice_of_matter(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: MatterMediumPath
) -> web.StreamResponse:
    """Stream the playable copy of a voice."""
    key = await desks.matters.playable(actor, MatterId(path.matter_id), MediaId(path.media_id))
    return await film(request, desks.objects, key, "audio/webm")
