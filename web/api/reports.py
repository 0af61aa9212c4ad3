"""Reporting a matter (上报) and sending pictures for it."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from domain.actors import Resident, Staff
from domain.cases import Report, Spot
from domain.errors import BadInput
from domain.helping import Helped, HowAgreed
from domain.ids import CaseId, MediaId
from services.media import LARGEST_UPLOAD, LARGEST_VOICE
from web.api.operations import Api
from web.api.sessions import counted
from web.api.shapes import CasePath, Id, Input, Line, Made, Words
from web.bodies import read
from web.desks import Desks
from web.ranges import film
from web.rates import Rate
from web.sent import as_sent

api = Api("reports")
MOST_PICTURES = 9


class Told(Input):
    """What a resident tells; the words in their own way."""

    story: Annotated[Words, Field(description="发生了什么事", min_length=2)]
    place: Annotated[Line, Field(description="在哪里")] = ""
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    others: Annotated[Words, Field(description="还涉及谁")] = ""
    danger: Annotated[Words, Field(description="有没有人有危险")] = ""
    media: tuple[Id, ...] = Field((), max_length=MOST_PICTURES)
    form: Annotated[Id | None, Field(description="表单的编号")] = None

    def as_report(self) -> Report:
        """The report in the trade's words."""
        return Report(
            story=self.story,
            spot=Spot(words=self.place, latitude=self.latitude, longitude=self.longitude),
            others=self.others,
            danger_told=self.danger,
            media=tuple(MediaId(one) for one in self.media),
        )


class Taken(Told):
    """What staff took down: for a resident, who agreed to it, or what they found (no name)."""

    name: Annotated[Line, Field(description="替谁反映")] = ""
    phone: Annotated[Line, Field(description="那个人的电话")] = ""
    agreed: Annotated[HowAgreed | None, Field(description="那个人怎么同意的")] = None

    def for_whom(self) -> Helped | None:
        """For whom it was told; None for what was found."""
        if not self.name.strip():
            return None
        if self.agreed is None:
            raise BadInput("agreed", "somebody has to agree to what is told for them")
        return Helped(name=self.name.strip(), phone=self.phone, agreed=self.agreed)


class FiledView(BaseModel):
    """The case that came of it."""

    case_id: str
    case_number: str
    code_url: str
    called: str = ""  #: who was told of the danger, by name; empty without an alarm


@api.post("/uploads", "上传一张照片（JPEG 或 PNG）", status=201, consumes="image/*")
async def upload(request: web.Request, desks: Desks, actor: Resident) -> Made:
    """Keep a picture until the report that shows it."""
    await counted(request, Rate.UPLOAD)
    data = await read(request, limit=LARGEST_UPLOAD)
    return Made(id=await desks.media.keep_upload(actor, data, request.content_type))


@api.post("/uploads/voices", "上传一段录音（MP3）", status=201, consumes="audio/mpeg")
async def upload_voice(request: web.Request, desks: Desks, actor: Resident) -> Made:
    """Keep a voice until the report that it belongs to."""
    await counted(request, Rate.UPLOAD)
    data = await read(request, limit=LARGEST_VOICE)
    return Made(id=await desks.media.keep_voice(actor, data, request.content_type))


@api.post("/reports", "上报一件事", status=201)
async def report(desks: Desks, actor: Resident, body: Told) -> FiledView:
    """Make a case of what the resident tells."""
    filed = await desks.reports.file_own(actor, body.as_report(), form=body.form or "")
    return FiledView(
        case_id=filed.case_id,
        case_number=filed.case_number,
        code_url=filed.code_url,
        called=await desks.alarms.who_was_called(actor),
    )


@api.post("/reports/taken", "登记居民在电话里、当面说的事，或者自己发现的事", status=201)
async def take_report(desks: Desks, actor: Staff, body: Taken) -> FiledView:
    """Make a case of what a clerk or grid worker took down."""
    filed = await desks.reports.take(actor, body.as_report(), body.for_whom(), form=body.form or "")
    return FiledView(case_id=filed.case_id, case_number=filed.case_number, code_url=filed.code_url)


class MediumPath(CasePath):
    """One picture of a case."""

    media_id: Id


@api.get("/cases/{case_id}/media/{media_id}", "案件里的一张照片，或一段语音的原件", produces="*/*")
async def see_medium(desks: Desks, actor: Staff | Resident, path: MediumPath) -> web.Response:
    """Send what the reporter sent, as it came; only pictures are shown, the rest is a file."""
    medium = await desks.media.original(actor, CaseId(path.case_id), MediaId(path.media_id))
    data = await desks.objects.get(medium.object_key)
    return as_sent(data, medium.content_type)


@api.get(
    "/cases/{case_id}/media/{media_id}/playable.webm",
    "案件里的一段语音，转成能播放的格式（支持 Range）",
    produces="audio/webm",
)
async def play_voice(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: MediumPath
) -> web.StreamResponse:
    """Stream the playable copy of a voice."""
    key = await desks.media.playable(actor, CaseId(path.case_id), MediaId(path.media_id))
    return await film(request, desks.objects, key, "audio/webm")
