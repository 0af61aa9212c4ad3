"""Voices on the pages: played, downloaded untouched, and honest about what is missing."""

from __future__ import annotations

import io

import pytest

from domain.cases import Report, Spot
from domain.ids import CaseId, MediaId
from domain.media import Copy, Hearing, Medium

ORIGINAL, PLAYED = b"#!AMR\n" + bytes(100), b"\x1a\x45\xdf\xa3" + bytes(200)
SHA = "a" * 64
PAGE = b"<script>alert(1)</script>"


async def told_with(office, **known) -> CaseId:
    """A case whose reporter sent one medium in the chat."""
    wang = await office.resident("o-wang")
    medium = {
        "id": MediaId("m1"),
        "person_id": wang.id,
        "case_id": None,
        "kind": "voice",
        "appid": "wx1",
        "platform_id": "p1",
        "received_at": office.clock(),
        **known,
    }
    async with office.store.begin() as work:
        await work.media.add(Medium(**medium))
    spot = Spot(words="枫溪路18号")
    report = Report(story="楼上漏水把天花板泡坏了", spot=spot, media=(MediaId("m1"),))
    return (await office.desks.reports.file_own(wang, report)).case_id


def kept(**more):
    copy = Copy(key="media/m1.webm", sha256="b" * 64, made_from=SHA, seconds=65.0)
    return {"object_key": "media/m1", "sha256": SHA, "copy": copy, **more}


@pytest.fixture
async def voice(office):
    await office.desks.objects.put("media/m1", ORIGINAL)
    await office.desks.objects.put("media/m1.webm", PLAYED)


async def test_the_desk_plays_a_voice_and_downloads_what_was_sent(visitor, office, voice):
    case_id = await told_with(office, **kept())
    clerk = await visitor(staff="fenpai")

    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()
    part = await clerk.get(
        f"/desk/cases/{case_id}/media/m1/playable.webm", headers={"Range": "bytes=0-3"}
    )
    original = await clerk.get(f"/desk/cases/{case_id}/media/m1")

    assert "播放语音 1，1分05秒" in page
    assert SHA in page
    assert (part.status, part.content_type) == (206, "audio/webm")
    assert await part.read() == PLAYED[:4]
    assert await original.read() == ORIGINAL
    assert original.headers["Content-Disposition"] == "attachment"


async def test_a_transcript_says_whether_its_speaker_confirmed_it(visitor, office, voice):
    case_id = await told_with(office, **kept(heard="老张欠我钱", hearing=Hearing.OFFERED))
    clerk = await visitor(staff="fenpai")

    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()

    assert "老张欠我钱" in page
    assert "本人还没有确认，不能当作本人说的" in page


async def test_what_never_came_is_shown_as_lost(visitor, office):
    case_id = await told_with(office, lost="expired")
    clerk, wang = await visitor(staff="fenpai"), await visitor(resident="o-wang")

    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()
    own = await (await wang.get(f"/m/cases/{case_id}")).text()

    assert "没有收到，微信那边已经取不到了" in page
    assert "没有收到，微信那边已经取不到了" in own
    assert (await clerk.get(f"/desk/cases/{case_id}/media/m1")).status == 404


async def test_a_voice_that_cannot_be_played_can_be_downloaded(visitor, office, voice):
    case_id = await told_with(office, **kept(copy=None, no_copy="format"))
    clerk = await visitor(staff="fenpai")

    page = await (await clerk.get(f"/desk/cases/{case_id}")).text()

    assert "不能在这里播放，原件已经保存，可以下载下来听" in page
    assert "<audio" not in page
    assert (await clerk.get(f"/desk/cases/{case_id}/media/m1/playable.webm")).status == 404


async def test_a_page_sent_as_a_picture_is_never_shown(visitor, office):
    await office.desks.objects.put("media/m1", PAGE)
    case_id = await told_with(
        office, kind="image", object_key="media/m1", sha256=SHA, content_type="text/html"
    )
    clerk = await visitor(staff="fenpai")

    sent = await clerk.get(f"/desk/cases/{case_id}/media/m1")

    assert sent.content_type == "application/octet-stream"
    assert sent.headers["Content-Disposition"] == "attachment"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"


async def test_nobody_else_hears_a_voice(visitor, office, voice):
    case_id = await told_with(office, **kept())
    other, mediator = await visitor(resident="o-other"), await visitor(staff="tiaojie")

    addresses = (f"media/m1{end}" for end in ("", "/playable.webm"))
    answers = [
        (await one.get(f"/{face}/cases/{case_id}/{address}")).status
        for address in addresses
        for one, face in ((other, "m"), (mediator, "desk"))
    ]

    assert answers == [404] * 4


MP3 = b"\xff\xe3\x18\xc4" + bytes(68)


async def sent_up(browser, data, kind="audio/mpeg"):
    headers = {"Content-Type": kind}
    body = io.BytesIO(data)
    async with browser.post("/api/v1/uploads/voices", data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_voice_that_was_recorded_goes_with_the_report(visitor, office):
    wang = await visitor(resident="o-wang")
    _, made = await sent_up(wang, MP3 * 2)
    told = {"story": "楼上漏水把天花板泡坏了", "place": "枫溪路18号", "media": [made["id"]]}

    async with wang.post("/api/v1/reports", json=told) as answer:
        case_id = (await answer.json())["case_id"]

    (medium,) = (await office.desks.cases.view(await office.staff("fenpai"), case_id)).media
    assert (medium.kind, medium.state) == ("voice", "kept")
    clerk = await visitor(staff="fenpai")
    original = await clerk.get(f"/desk/cases/{case_id}/media/{medium.id}")
    assert await original.read() == MP3 * 2


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (PAGE, "audio/mpeg", 422),
        (MP3, "text/html", 422),
        (b"", "audio/mpeg", 422),
        (MP3 * 60_000, "audio/mpeg", 413),
    ],
)
async def test_what_is_no_recording_is_not_kept(visitor, data, kind, status):
    wang = await visitor(resident="o-wang")

    assert (await sent_up(wang, data, kind))[0] == status


async def test_only_residents_record(visitor):
    clerk, stranger = await visitor(staff="fenpai"), await visitor()

    assert [(await sent_up(one, MP3))[0] for one in (clerk, stranger)] == [401, 401]


async def test_a_picture_stands_with_its_time_its_original_and_its_digest(visitor, office):
    await office.desks.objects.put("media/m1", b"\xff\xd8\xff\xe0")
    case_id = await told_with(
        office, kind="image", object_key="media/m1", sha256=SHA, content_type="image/jpeg"
    )
    clerk, wang = await visitor(staff="fenpai"), await visitor(resident="o-wang")

    pages = [
        await (await clerk.get(f"/desk/cases/{case_id}")).text(),
        await (await wang.get(f"/m/cases/{case_id}")).text(),
    ]

    for page in pages:
        assert "图片 1 · " in page
        assert f"SHA-256：{SHA}" in page
        assert '/media/m1" download' in page
