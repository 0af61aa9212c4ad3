"""Meetings: fix one, get into its room, look at what was recorded."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from pydantic import BaseModel

from domain.actors import Resident, Staff
from domain.ids import CaseId, MeetingId
from services.views import FilmView, SegmentView, TurnView
from web.api.operations import Api
from web.api.shapes import CasePath, Id, Made, MeetingPath, Moment, Reason, SecretPath, Version
from web.desks import Desks
from web.ranges import film
from web.subtitles import subtitles

api = Api("meetings")
_WEBM, _MATROSKA = "video/webm", "video/matroska"  # the latter of a room of H.264 (RFC 9559)
SIGNED = "application/vnd.fengqiao.recording+json"
DOWNLOADED = {"Content-Disposition": 'attachment; filename="manifest.json"'}


class Fixing(Version):
    """When."""

    starts_at: Moment


class Ticket(BaseModel):
    """Five minutes, one use: what the room asks for."""

    ticket: str


class Segments(BaseModel):
    """What was recorded, by participant."""

    items: tuple[SegmentView, ...]


class Films(BaseModel):
    """The films in which everybody is seen side by side, and how far each is."""

    items: tuple[FilmView, ...]


class Turns(BaseModel):
    """When a voice was active on whose line."""

    items: tuple[TurnView, ...]


class OfAside(BaseModel):
    """Of which talk apart; empty for the table."""

    aside: Id | Literal[""] = ""


class SegmentPath(MeetingPath):
    """One stretch of one participant's recording."""

    participant: Id
    number: int


@api.post("/cases/{case_id}/meetings", "约定调解时间", status=201)
async def fix_meeting(desks: Desks, actor: Staff, path: CasePath, body: Fixing) -> Made:
    """Fix a meeting; the parties are told."""
    made = await desks.meetings.fix(
        actor, CaseId(path.case_id), version=body.version, starts_at=body.starts_at
    )
    return Made(id=made)


@api.post("/meetings/{meeting_id}/cancel", "取消调解")
async def cancel_meeting(desks: Desks, actor: Staff, path: MeetingPath, body: Reason) -> None:
    """Call a meeting off; the parties are told why."""
    await desks.meetings.cancel(actor, MeetingId(path.meeting_id), reason=body.reason)


@api.get("/invitations/room/{secret}/meeting", "邀请的是哪次调解（登录后）")
async def see_invited_meeting(desks: Desks, actor: Resident, path: SecretPath) -> Made:
    """Say to the invited person, logged in, which meeting it is."""
    return Made(id=await desks.meetings.from_invitation(actor, path.secret))


@api.post("/meetings/{meeting_id}/ticket", "领取进入调解室的票", status=201)
async def take_ticket(desks: Desks, actor: Staff | Resident, path: MeetingPath) -> Ticket:
    """Give the right to enter the room once, within five minutes."""
    return Ticket(ticket=await desks.meetings.ticket(actor, MeetingId(path.meeting_id)))


@api.get("/meetings/{meeting_id}/segments", "录音录像清单")
async def see_segments(desks: Desks, actor: Staff | Resident, path: MeetingPath) -> Segments:
    """List what was recorded and may be played."""
    return Segments(items=await desks.meetings.segments(actor, MeetingId(path.meeting_id)))


@api.get(
    "/meetings/{meeting_id}/manifest.json",
    "录音录像清单文件（带签名，可离线核验）",
    produces=SIGNED,
)
async def see_manifest(
    desks: Desks, actor: Staff, path: MeetingPath, query: OfAside
) -> web.Response:
    """Give the signed list of everything that was recorded."""
    file = await desks.manifests.file(actor, MeetingId(path.meeting_id), aside=query.aside)
    return web.Response(body=file, content_type=SIGNED, headers=DOWNLOADED)


@api.get(
    "/meetings/{meeting_id}/recordings/{participant}/{number}.webm",
    "播放一段录音录像（支持 Range）",
    produces=_WEBM,
)
async def play(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: SegmentPath, query: OfAside
) -> web.StreamResponse:
    """Stream a stretch of recording."""
    key = await desks.playback.film(
        actor, MeetingId(path.meeting_id), path.participant, path.number, aside=query.aside
    )
    return await film(request, desks.objects, key, _MATROSKA if key.endswith(".mkv") else _WEBM)


@api.get("/meetings/{meeting_id}/films", "大家在一个画面里的录像，做到哪里了")
async def see_films(desks: Desks, actor: Staff | Resident, path: MeetingPath) -> Films:
    """Say how far the films are that may be played."""
    return Films(items=await desks.films.list_for(actor, MeetingId(path.meeting_id)))


@api.get(
    "/meetings/{meeting_id}/film.webm",
    "播放大家在一个画面里的录像（支持 Range）",
    produces=_WEBM,
)
async def play_together(
    request: web.Request, desks: Desks, actor: Staff | Resident, path: MeetingPath, query: OfAside
) -> web.StreamResponse:
    """Stream the film of everybody."""
    meeting_id = MeetingId(path.meeting_id)
    key = await desks.playback.side_by_side(actor, meeting_id, aside=query.aside)
    return await film(request, desks.objects, key, _WEBM)


@api.get("/meetings/{meeting_id}/film/turns", "谁的线路上什么时候有人说话（按声音判断，不是身份）")
async def see_turns(
    desks: Desks, actor: Staff | Resident, path: MeetingPath, query: OfAside
) -> Turns:
    """List when a voice was active on whose line, in seconds of the film."""
    meeting_id = MeetingId(path.meeting_id)
    return Turns(items=await desks.films.turns(actor, meeting_id, aside=query.aside))


@api.get(
    "/meetings/{meeting_id}/film.vtt",
    "同上，WebVTT 字幕",
    produces="text/vtt",
)
async def see_subtitles(
    desks: Desks, actor: Staff | Resident, path: MeetingPath, query: OfAside
) -> web.Response:
    """Give the turns as a side text of the film."""
    meeting_id = MeetingId(path.meeting_id)
    turns = await desks.films.turns(actor, meeting_id, aside=query.aside)
    return web.Response(text=subtitles(turns), content_type="text/vtt", charset="utf-8")
