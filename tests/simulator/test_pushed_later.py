"""What the platform tells by itself: privacy, checked media, bursts and places."""

from __future__ import annotations

import pytest

from simulator import deliveries
from simulator.store import Store
from tests.simulator.stage import on_stage, until


@pytest.mark.parametrize(
    ("what", "event"),
    [
        ("modify", "user_info_modified"),
        ("revoke", "user_authorization_revoke"),
        ("cancel", "user_authorization_cancellation"),
    ],
)
async def test_a_change_of_privacy_comes_from_the_platform_and_names_the_person(stage, what, event):
    openid = await stage.openid(kind="miniprogram")

    told = await stage.control("privacy", openid=openid, what=what, info="8")

    (pushed,) = stage.product.pushed
    assert (pushed["Event"], pushed["OpenID"], pushed["RevokeInfo"]) == (event, openid, "8")
    assert pushed["FromUserName"] != openid
    assert pushed["AppID"] == stage.settings.miniprogram.appid
    assert told["outcome"] == "success"


async def test_a_checked_picture_is_judged_by_a_later_push(stage):
    openid = await stage.openid(kind="miniprogram")
    wish = {
        "media_url": "https://example.org/1.png",
        "media_type": 2,
        "version": 2,
        "openid": openid,
        "scene": 1,
    }
    too_long_ago = await stage.call("/wxa/media_check_async", "miniprogram", **wish)
    await seen_in_mini_program(stage)
    await stage.control("faults", risky_media_percent=100)

    told = await stage.call("/wxa/media_check_async", "miniprogram", **wish)
    await stage.advance(2)
    await until(lambda: _pushed(stage))

    (pushed,) = stage.product.pushed
    assert too_long_ago["errcode"] == 61010
    assert (pushed["trace_id"], pushed["version"]) == (told["trace_id"], 2)
    assert pushed["result"] == {"suggest": "risky", "label": "20012"}


async def seen_in_mini_program(stage):
    openid = await stage.openid(kind="miniprogram")
    code = (await stage.control("codes", openid=openid, kind="js"))["code"]
    account = stage.settings.miniprogram
    asked = {"appid": account.appid, "secret": account.secret, "js_code": code}
    await stage.ask(
        "GET", "/sns/jscode2session", params={**asked, "grant_type": "authorization_code"}
    )


async def _pushed(stage):
    return bool(stage.product.pushed)


async def test_a_phone_tells_its_place_every_five_seconds_of_simulated_time(stage):
    openid = await stage.follower()
    place = {"Latitude": "23.1", "Longitude": "113.3", "Precision": "40.0"}

    told = await stage.control(
        "repeat",
        openid=openid,
        type="event",
        event="LOCATION",
        fields=place,
        times=4,
        every_seconds=5,
    )
    await stage.advance(15)
    await until(lambda: _seen(stage, 5))

    heard = [one.message._data for one in stage.product.seen[1:]]
    assert len(told["deliveries"]) == 4
    times = sorted(int(one["CreateTime"]) for one in heard)
    assert [later - times[0] for later in times] == [0, 5, 10, 15]


async def test_a_burst_is_many_messages_at_one_moment(stage):
    openid = await stage.follower()

    await stage.control(
        "repeat", openid=openid, type="text", text="快来人", times=20, every_seconds=0
    )
    await until(lambda: _seen(stage, 21))

    ids = {one.message._data["MsgId"] for one in stage.product.seen[1:]}
    assert len(ids) == 20


async def _seen(stage, count):
    return len(stage.product.seen) >= count


async def test_a_refused_call_can_be_looked_up_by_its_number(stage):
    refused = await stage.call("/cgi-bin/message/mass/speed/set", speed=9)
    rid = refused["errmsg"].rpartition("rid: ")[2]

    told = await stage.call("/cgi-bin/openapi/rid/get", rid=rid)
    unknown = await stage.call("/cgi-bin/openapi/rid/get", rid="none")

    assert told["request"]["request_url"] == "POST /cgi-bin/message/mass/speed/set"
    assert unknown["errcode"] == 76001


async def test_links_into_the_mini_program_end(stage):
    wish = {"path": "pages/case/index", "query": "c=abc", "expire_type": 1, "expire_interval": 1}

    link = await stage.call("/wxa/generate_urllink", "miniprogram", **wish)
    scheme = await stage.call("/wxa/generatescheme", "miniprogram", jump_wxa=wish)
    long = await stage.call(
        "/wxa/generate_urllink", "miniprogram", **{**wish, "expire_interval": 31}
    )
    openid = await stage.openid()
    opened = await stage.control("scan", openid=openid, code=scheme["openlink"])
    async with stage.http.get(link["url_link"], allow_redirects=False) as answer:
        entered = answer.status
    await stage.advance(2 * 86400)
    async with stage.http.get(link["url_link"], allow_redirects=False) as answer:
        late = answer.status

    assert opened["url"].endswith("/m/case?c=abc")
    assert (entered, late, long["errcode"]) == (302, 410, 85401)


async def test_quotas_are_cleared_by_path_and_by_secret(stage):
    await stage.control("faults", daily_limit=2, paths=["/cgi-bin/openapi/quota/get"])
    spent = [
        (await stage.call("/cgi-bin/openapi/quota/get", cgi_path="/x"))["errcode"] for _ in range(3)
    ]
    cleared = await stage.call(
        "/cgi-bin/openapi/quota/clear", cgi_path="/cgi-bin/openapi/quota/get"
    )
    again = await stage.call("/cgi-bin/openapi/quota/get", cgi_path="/x")
    account = stage.settings.official
    proven = await stage.ask(
        "POST",
        "/cgi-bin/clear_quota/v2",
        json={"appid": account.appid, "appsecret": account.secret},
    )

    assert spent == [0, 0, 45009]
    assert (cleared["errcode"], again["errcode"], proven["errcode"]) == (0, 0, 0)


async def test_what_is_not_due_yet_stays_on_its_way_when_the_world_ends(tmp_path):
    async with on_stage(tmp_path) as stage:
        openid = await stage.follower()
        told = await stage.control(
            "repeat", openid=openid, type="text", text="在吗", times=2, every_seconds=3600
        )
        await until(lambda: _seen(stage, 2))

    store = Store(tmp_path / "simulator.sqlite3")
    left = await store.within(deliveries.pending)
    store.close()
    assert left == told["deliveries"][1:]
