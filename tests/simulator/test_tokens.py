"""Access tokens: lifetimes, overlap, and who they belong to."""

from __future__ import annotations

from simulator.settings import MINIPROGRAM, OFFICIAL

ASKED = {
    "grant_type": "client_credential",
    "appid": OFFICIAL.appid,
    "secret": OFFICIAL.secret,
}


async def stable(stage, **more):
    return await stage.ask("POST", "/cgi-bin/stable_token", json={**ASKED, **more})


async def legacy(stage):
    return await stage.ask("GET", "/cgi-bin/token", params=ASKED)


async def works(stage, token):
    told = await stage.ask("GET", "/cgi-bin/getcallbackip", params={"access_token": token})
    return told.get("errcode", 0)


async def test_a_stable_token_stays_the_same_until_its_last_five_minutes(stage):
    first = await stable(stage)
    await stage.advance(6000)

    again = await stable(stage)

    assert again["access_token"] == first["access_token"]
    assert 1190 <= again["expires_in"] <= 1200


async def test_old_and_new_stable_tokens_overlap(stage):
    first = await stable(stage)
    await stage.advance(6950)

    second = await stable(stage)

    assert second["access_token"] != first["access_token"]
    assert await works(stage, first["access_token"]) == 0
    assert await works(stage, second["access_token"]) == 0


async def test_an_old_token_expires(stage):
    first = await stable(stage)
    await stage.advance(7201)

    assert await works(stage, first["access_token"]) == 42001


async def test_a_forced_refresh_kills_the_old_token_at_once(stage):
    first = await stable(stage)

    second = await stable(stage, force_refresh=True)

    assert await works(stage, first["access_token"]) == 40001
    assert await works(stage, second["access_token"]) == 0


async def test_forced_refreshes_are_thirty_seconds_apart_and_twenty_a_day(stage):
    await stable(stage, force_refresh=True)
    assert (await stable(stage, force_refresh=True))["errcode"] == 45011

    for _ in range(19):
        await stage.advance(31)
        await stable(stage, force_refresh=True)
    await stage.advance(31)

    assert (await stable(stage, force_refresh=True))["errcode"] == 45009


async def test_the_legacy_token_leaves_its_predecessor_five_minutes(stage):
    first = (await legacy(stage))["access_token"]
    second = (await legacy(stage))["access_token"]

    assert await works(stage, first) == 0
    await stage.advance(301)

    assert await works(stage, first) == 42001
    assert await works(stage, second) == 0


async def test_legacy_and_stable_tokens_do_not_disturb_each_other(stage):
    steady = (await stable(stage))["access_token"]
    await legacy(stage)
    await stage.advance(301)

    assert await works(stage, steady) == 0


async def test_wrong_tokens_are_refused_in_the_platforms_words(stage):
    assert await works(stage, "") == 41001
    assert await works(stage, "short") == 40014
    told = await stage.ask("GET", "/cgi-bin/getcallbackip", params={"access_token": "x" * 100})

    assert told["errmsg"].startswith(
        "invalid credential, access_token is invalid or not latest rid: "
    )


async def test_wrong_credentials_are_refused(stage):
    assert (await stable(stage, secret="wrong"))["errcode"] == 40125
    assert (await stable(stage, appid="wx-nobody"))["errcode"] == 40013
    assert (await stable(stage, grant_type="password"))["errcode"] == 40002


async def test_an_address_outside_the_white_list_is_refused(stage):
    await stage.control("faults", ip_refused=True)

    assert (await stable(stage))["errcode"] == 40164


async def test_a_token_of_the_other_account_is_not_authorised(stage):
    told = await stage.call("/wxa/msg_sec_check", content="x")

    assert told["errcode"] == 48001


async def test_revoked_tokens_are_not_the_latest(stage):
    token = (await stable(stage))["access_token"]

    await stage.control("tokens/revoke", account="official")

    assert await works(stage, token) == 40001
    assert await works(stage, (await stable(stage))["access_token"]) == 0


async def test_calls_are_counted_by_minute_and_day(stage):
    await stage.control("faults", minute_limit=2)
    token = {"access_token": await stage.token()}

    codes = [(await works(stage, token["access_token"])) for _ in range(3)]

    assert codes == [0, 0, 45011]
    await stage.control("faults", daily_limit=2)
    assert await works(stage, token["access_token"]) == 45009
    told = await stage.ask(
        "POST",
        "/cgi-bin/openapi/quota/get",
        params=token,
        json={"cgi_path": "/cgi-bin/getcallbackip"},
    )
    assert told["quota"]["remain"] == 0
    await stage.ask("POST", "/cgi-bin/clear_quota", params=token, json={"appid": OFFICIAL.appid})
    assert await works(stage, token["access_token"]) == 0


async def test_wrong_methods_and_bodies_are_refused_with_status_200(stage):
    token = {"access_token": await stage.token()}
    path = "/cgi-bin/message/custom/send"

    assert (await stage.ask("GET", path, params=token))["errcode"] == 43002
    assert (await stage.ask("POST", path, params=token))["errcode"] == 44002
    assert (await stage.ask("POST", path, params=token, data=b"{"))["errcode"] == 47001
    assert (await stage.ask("GET", "/cgi-bin/nothing/here"))["errcode"] == 40066


async def test_a_token_in_the_body_is_not_looked_at(stage):
    told = await stage.ask(
        "POST",
        "/cgi-bin/clear_quota",
        json={"access_token": await stage.token(), "appid": MINIPROGRAM.appid},
    )

    assert told["errcode"] == 41001
