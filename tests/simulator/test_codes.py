"""Codes of login and phone number: once, five minutes, one purpose."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.settings import MINIPROGRAM, OFFICIAL, Settings
from tests.simulator.stage import on_stage


async def session(stage, code, account=MINIPROGRAM):
    asked = {
        "appid": account.appid,
        "secret": account.secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    return await stage.ask("GET", "/sns/jscode2session", params=asked)


async def web_token(stage, code):
    asked = {
        "appid": OFFICIAL.appid,
        "secret": OFFICIAL.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    return await stage.ask("GET", "/sns/oauth2/access_token", params=asked)


async def made(stage, kind, account="miniprogram"):
    openid = await stage.openid(kind=account)
    return openid, (await stage.control("codes", openid=openid, kind=kind))["code"]


async def test_a_login_code_gives_the_openid_once(stage):
    openid, code = await made(stage, "js")

    first = await session(stage, code)
    second = await session(stage, code)

    assert first["openid"] == openid
    assert set(first) == {"openid", "session_key", "unionid"}
    assert second["errcode"] == 40163


async def test_a_login_code_lasts_five_minutes(stage):
    _, code = await made(stage, "js")
    await stage.advance(301)

    told = await session(stage, code)

    assert told["errcode"] == 40029
    assert told["errmsg"].startswith("invalid code")


async def test_codes_of_another_kind_or_account_are_invalid(stage):
    _, phone = await made(stage, "phone")
    _, web = await made(stage, "js", "official")

    assert (await session(stage, phone))["errcode"] == 40029
    assert (await session(stage, web))["errcode"] == 40029
    assert (await web_token(stage, phone))["errcode"] == 40029


async def test_a_phone_code_gives_the_number_once(stage):
    openid, code = await made(stage, "phone")

    first = await stage.call("/wxa/business/getuserphonenumber", "miniprogram", code=code)
    second = await stage.call("/wxa/business/getuserphonenumber", "miniprogram", code=code)

    assert first["phone_info"]["purePhoneNumber"] == "12000000001"
    assert first["phone_info"]["countryCode"] == "86"
    assert first["phone_info"]["watermark"]["appid"] == MINIPROGRAM.appid
    assert second["errcode"] == 40163
    _, other = await made(stage, "phone")
    bound = await stage.call(
        "/wxa/business/getuserphonenumber", "miniprogram", code=other, openid="o" + openid[1:][::-1]
    )
    assert bound["errcode"] == 40003


async def authorize(stage, **changes):
    asked = {
        "appid": OFFICIAL.appid,
        "redirect_uri": f"{stage.product.url}/m/back?to=%2Fm%2F",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc",
        **changes,
    }
    return stage.http.get(
        f"{stage.url}/connect/oauth2/authorize", params=asked, allow_redirects=False
    )


async def test_the_login_page_sends_the_phones_person_back_with_a_code(stage):
    openid = await stage.openid(2)
    held = await stage.control("hold", openid=openid)
    stage.http.cookie_jar.update_cookies({held["cookie"]: held["value"]})

    async with await authorize(stage) as answer:
        back = urlsplit(answer.headers["Location"])

    asked = parse_qs(back.query)
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{stage.product.url}/m/back"
    assert (asked["to"], asked["state"]) == (["/m/"], ["abc"])
    told = await web_token(stage, asked["code"][0])
    assert (told["openid"], told["scope"]) == (openid, "snsapi_base")
    assert "unionid" not in told


async def test_asking_for_the_person_needs_their_consent(stage):
    held = await stage.control("hold", openid=await stage.openid(2))
    stage.http.cookie_jar.update_cookies({held["cookie"]: held["value"]})

    async with await authorize(stage, scope="snsapi_userinfo") as answer:
        asked = await answer.text()
    async with await authorize(stage, scope="snsapi_userinfo", agreed="1") as answer:
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    assert "同意并继续" in asked
    assert "unionid" in await web_token(stage, code)


async def test_a_phone_in_nobodys_hand_is_not_logged_in(stage):
    async with await authorize(stage) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"appid": "wx-other"},
        {"redirect_uri": "https://example.com/"},
        {"scope": "everything"},
        {"state": "x" * 129},
    ],
)
async def test_a_wrong_login_address_goes_nowhere(stage, wrong):
    async with await authorize(stage, **wrong) as answer:
        assert answer.status == 400


async def follower_told(stage, openid):
    await stage.control("follow", openid=openid)
    params = {"access_token": await stage.token(), "openid": openid}
    return await stage.ask("GET", "/cgi-bin/user/info", params=params)


async def test_a_follower_has_the_same_unionid_in_the_mini_program(stage):
    official = await follower_told(stage, await stage.openid())
    _, code = await made(stage, "js")

    mini = await session(stage, code)

    assert mini["unionid"] == official["unionid"]
    assert mini["openid"] != official["openid"]


async def test_accounts_that_are_bound_to_nothing_are_told_no_unionid(tmp_path):
    async with on_stage(tmp_path, settings=Settings(open_platform=False)) as stage:
        official = await follower_told(stage, await stage.openid())
        _, code = await made(stage, "js")
        mini = await session(stage, code)

    assert official["subscribe"] == 1
    assert "unionid" not in official
    assert set(mini) == {"openid", "session_key"}


async def test_openids_differ_by_account_and_unionids_do_not(stage):
    official, mini = await stage.openid(), await stage.openid(kind="miniprogram")
    again = await stage.control("users", name="王小满", phone="+8612000000001")

    assert official != mini
    assert again["openids"] == {"official": official, "miniprogram": mini}
    assert len(official) == 28
    assert (official[0], mini[0]) == ("o", "o")
