"""Codes that decode, media that expire, menus that fit, users who are known."""

from __future__ import annotations

import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.settings import CodeRules, Settings
from tests.simulator.stage import on_stage

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40


def decoded(picture: bytes) -> str:
    reader = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-"]
    return subprocess.run(reader, input=picture, capture_output=True, check=True).stdout.decode()


async def fetched(stage, path, **params):
    async with stage.http.get(stage.url + path, params=params) as answer:
        return answer.status, answer.content_type, await answer.read()


async def code(stage, scene="case-7", **more):
    asked = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    return await stage.call("/cgi-bin/qrcode/create", **asked | more)


async def test_a_ticket_becomes_a_picture_that_decodes_to_its_address(stage):
    made = await code(stage, expire_seconds=600)

    status, kind, picture = await fetched(stage, "/cgi-bin/showqrcode", ticket=made["ticket"])

    assert (status, kind) == (200, "image/png")
    assert decoded(picture).strip() == made["url"]


async def test_scanning_leads_to_following_with_the_scene_and_later_to_a_scan(stage):
    made, openid = await code(stage), await stage.openid()

    first = await stage.control("scan", openid=openid, code=made["url"])
    second = await stage.control("scan", openid=openid, code=made["ticket"])

    assert (first["kind"], second["kind"]) == ("follow", "scan")
    followed, scanned = [one.message for one in stage.product.seen]
    assert (followed.event, followed.scene_id, followed.ticket) == (
        "subscribe_scan",
        "case-7",
        made["ticket"],
    )
    assert (scanned.event, scanned.scene_id) == ("scan", "case-7")


async def test_a_temporary_code_expires(stage):
    made, openid = await code(stage, expire_seconds=60), await stage.openid()
    await stage.advance(61)

    assert await stage.control("scan", openid=openid, code=made["url"]) == {"kind": "expired"}


async def permanent(stage, scene):
    action = {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": scene}}}
    return await stage.call("/cgi-bin/qrcode/create", **action)


async def test_a_permanent_code_has_no_end_and_is_scanned_years_later(stage):
    made, openid = await permanent(stage, 7), await stage.openid()
    _, _, picture = await fetched(stage, "/cgi-bin/showqrcode", ticket=made["ticket"])
    await stage.advance(3 * 365 * 86400)

    told = await stage.control("scan", openid=openid, code=decoded(picture).strip())

    assert set(made) == {"ticket", "url"}
    assert (told["kind"], told["scene"]) == ("follow", "7")
    assert stage.product.seen[-1].message.ticket == made["ticket"]


async def test_there_are_only_so_many_permanent_codes(tmp_path):
    async with on_stage(tmp_path, settings=Settings(codes=CodeRules(permanent=2))) as stage:
        first = await permanent(stage, 1)
        temporary = await code(stage)
        made = [(await permanent(stage, scene)).get("errcode", 0) for scene in (2, 3)]
        another = await code(stage)
        old = await stage.control("scan", openid=await stage.openid(), code=first["url"])

    assert made == [0, 45009]
    assert {"ticket", "expire_seconds"} <= set(temporary) & set(another)
    assert old["kind"] == "follow"


def test_the_platform_allows_a_hundred_thousand_permanent_codes():
    assert Settings().codes.permanent == 100_000


@pytest.mark.parametrize(
    "wrong",
    [{"action_name": "QR_X"}, {"expire_seconds": 2592001}, {"action_info": {"scene": {}}}],
)
async def test_wrong_codes_are_refused(stage, wrong):
    assert (await code(stage, **wrong))["errcode"] == 40097


async def test_a_miniprogram_code_opens_the_twin_of_its_page(stage):
    params = {"access_token": await stage.token("miniprogram")}
    asked = {"scene": "a1b2c3", "page": "pages/case/case"}

    async with stage.http.post(
        f"{stage.url}/wxa/getwxacodeunlimit", params=params, json=asked
    ) as answer:
        picture = await answer.read()
    found = await stage.control("scan", openid=await stage.openid(), code=decoded(picture).strip())

    assert found["url"] == f"{stage.product.url}/m/case?scene=a1b2c3"


@pytest.mark.parametrize(
    ("page", "opened"),
    [
        ("", "/m/"),
        ("pages/report/index", "/m/report"),
        ("pages/case/index?id=a_1", "/m/cases/a_1"),
        ("pages/rate/index?secret=s-1", "/rate/s-1"),
        ("pages/web/index?path=%2Froom%2Fr1", "/room/r1"),
        ("pages/scan/index?q=http%3A%2F%2Fevil.example%2Fc%2Fx", "/c/x"),
        ("pages/task/index?id=a_1", "/desk/cases/a_1"),
        ("pages/case/index", "/m/case"),
    ],
)
async def test_a_page_of_the_miniprogram_opens_where_it_stands_on_the_web(stage, page, opened):
    asked = {"params": {"page": page}, "allow_redirects": False}

    async with stage.http.get(f"{stage.url}/phone/twin", **asked) as answer:
        door = urlsplit(answer.headers["Location"])

    assert f"{door.scheme}://{door.netloc}" == stage.product.url
    assert urlsplit(parse_qs(door.query)["next"][0]).path == opened


async def test_a_page_that_stands_nowhere_on_the_web_says_so(stage):
    page = {"page": "pages/check/index"}

    async with stage.http.get(f"{stage.url}/phone/twin", params=page) as answer:
        assert answer.status == 200
        assert "没有网页版" in await answer.text()


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"scene": "x" * 33}, 40169),
        ({"scene": "a%b"}, 40169),
        ({"scene": "a", "page": "/pages/a"}, 41030),
        ({"scene": "a", "width": 100}, 40097),
    ],
)
async def test_wrong_miniprogram_codes_are_refused(stage, asked, refusal):
    told = await stage.call("/wxa/getwxacodeunlimit", "miniprogram", **asked)

    assert told["errcode"] == refusal


async def test_media_come_back_for_three_days(stage):
    kept = await stage.upload(PNG)
    asked = {"media_id": kept["media_id"], "access_token": await stage.token()}

    _, kind, data = await fetched(stage, "/cgi-bin/media/get", **asked)
    await stage.advance(3 * 86400 + 1)
    asked["access_token"] = await stage.token()
    told = await stage.ask("GET", "/cgi-bin/media/get", params=asked)

    assert (kind, data) == ("image/png", PNG)
    assert told["errcode"] == 40007


async def test_a_voice_is_an_amr_file_to_fetch(stage):
    openid = await stage.follower()
    await stage.control("send", openid=openid, type="voice")
    media_id = stage.product.seen[-1].message.media_id

    asked = {"media_id": media_id, "access_token": await stage.token()}
    _, kind, data = await fetched(stage, "/cgi-bin/media/get", **asked)

    assert kind == "audio/amr"
    assert data.startswith(b"#!AMR\n")


@pytest.mark.parametrize(
    ("head", "size", "kind", "refusal"),
    [
        (b"MZ rubbish", 0, "image", 40004),
        (PNG, 0, "voice", 40004),
        (PNG, 0, "poem", 40004),
        (PNG, 10 << 20, "image", 40006),
        (PNG, 13 << 20, "image", 41005),
    ],
)
async def test_wrong_media_are_refused(stage, head, size, kind, refusal):
    assert (await stage.upload(head + bytes(size), kind))["errcode"] == refusal


async def test_a_menu_is_kept_and_given_back(stage):
    button = [{"type": "click", "name": "我要反映", "key": "REPORT"}]

    await stage.call("/cgi-bin/menu/create", button=button)

    told = await stage.ask("GET", "/cgi-bin/menu/get", params={"access_token": await stage.token()})
    assert told["menu"]["button"] == button


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ([], 40016),
        ([{"name": "a"}] * 4, 40016),
        ([{"name": "六个汉字太长"}], 40018),
        ([{"name": "a", "key": "k" * 129}], 40019),
        ([{"name": "a", "sub_button": [{"name": "b"}] * 6}], 40023),
    ],
)
async def test_menus_that_do_not_fit_are_refused(stage, button, refusal):
    assert (await stage.call("/cgi-bin/menu/create", button=button))["errcode"] == refusal


async def test_an_account_knows_followers_without_their_names(stage):
    openid = await stage.openid()
    params = {"access_token": await stage.token(), "openid": openid}

    before = await stage.ask("GET", "/cgi-bin/user/info", params=params)
    await stage.control("follow", openid=openid, scene="123")
    after = await stage.ask("GET", "/cgi-bin/user/info", params=params)

    assert before == {"subscribe": 0, "openid": openid}
    assert (after["subscribe"], after["nickname"], after["qr_scene"]) == (1, "", 123)
    listed = await stage.ask("GET", "/cgi-bin/user/get", params=params | {"next_openid": ""})
    assert listed["data"]["openid"] == [openid]


async def known(stage, openid):
    asked = {"access_token": await stage.token(), "openid": openid}
    return await stage.ask("GET", "/cgi-bin/user/info", params=asked)


async def test_who_left_is_known_by_nothing_but_the_openid(stage):
    openid = await stage.follower()
    before = await known(stage, openid)

    await stage.control("unfollow", openid=openid)

    assert (before["subscribe"], "unionid" in before) == (1, True)
    assert await known(stage, openid) == {"subscribe": 0, "openid": openid}
    asked = {"access_token": await stage.token(), "next_openid": ""}
    listed = await stage.ask("GET", "/cgi-bin/user/get", params=asked)
    assert (listed["total"], "data" in listed) == (0, False)


CUSTOM = "/cgi-bin/message/custom/send"


async def answered(stage, openid):
    told = await stage.call(CUSTOM, touser=openid, msgtype="text", text={"content": "好"})
    return told["errcode"]


async def test_who_follows_again_is_the_same_person_with_new_windows(stage):
    made, openid = await code(stage, expire_seconds=7200), await stage.follower()
    first = await known(stage, openid)
    await stage.control("send", openid=openid, type="text", text="你好")  # 48 hours, five answers
    await stage.control("unfollow", openid=openid)
    away = [await answered(stage, openid), await noticed(stage, openid)]
    await stage.advance(3600)

    again = await stage.control("scan", openid=openid, code=made["url"])
    second = await known(stage, openid)
    answers = [await answered(stage, openid) for _ in range(4)]

    assert away == [45015, 43004]
    assert again["kind"] == "follow"
    heard = [one.message for one in stage.product.seen]
    assert [one.event for one in heard if one.type == "event"][:3] == [
        "subscribe",
        "unsubscribe",
        "subscribe_scan",
    ]
    assert {one.source for one in heard} == {openid}
    assert (second["unionid"], second["qr_scene_str"]) == (first["unionid"], "case-7")
    assert second["subscribe_time"] >= first["subscribe_time"] + 3600
    assert answers == [0, 0, 0, 45047]  # of the new follow; what was left of the words is gone
    assert await noticed(stage, openid) == 0


async def noticed(stage, openid):
    asked = {"touser": openid, "template_id": "T", "data": {"thing1": {"value": "调解会"}}}
    return (await stage.call("/cgi-bin/message/template/send", **asked))["errcode"]


async def test_tickets_hold_for_two_hours(tmp_path):
    async with on_stage(tmp_path) as stage:
        asked = {"access_token": await stage.token(), "type": "jsapi"}

        first = await stage.ask("GET", "/cgi-bin/ticket/getticket", params=asked)
        second = await stage.ask("GET", "/cgi-bin/ticket/getticket", params=asked)

    assert first["ticket"] == second["ticket"]
    assert 0 < first["expires_in"] <= 7200
