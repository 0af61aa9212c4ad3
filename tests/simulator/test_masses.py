"""Mass messages: whom they reach, how often a month, and what is reported of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.settings import MassRules, Settings
from tests.simulator.stage import on_stage, until

ALL = "/cgi-bin/message/mass/sendall"
NAMED = "/cgi-bin/message/mass/send"
DAY = 86400.0


def said(words: str, **more):
    return {"msgtype": "text", "text": {"content": words}, **more}


async def reports(stage):
    return [one.message for one in stage.product.seen if _event(one) == "MASSSENDJOBFINISH"]


def _event(seen):
    return dict(seen.message._data).get("Event")


async def report_of(stage, msg_id):
    async def there():
        return any(str(one._data["MsgID"]) == str(msg_id) for one in await reports(stage))

    await until(there)
    return next(one._data for one in await reports(stage) if str(one._data["MsgID"]) == str(msg_id))


async def words_of(stage, openid):
    return [one["body"]["text"] for one in await stage.inbox(openid)]


async def test_a_message_to_all_reaches_every_follower_and_is_reported(stage):
    first, second = await stage.follower(0), await stage.follower(1)
    stranger = await stage.openid(2)

    told = await stage.call(ALL, filter={"is_to_all": True}, **said("谨防冒充客服"))

    assert told["errmsg"] == "send job submission success"
    report = await report_of(stage, told["msg_id"])
    assert report["FromUserName"] == "mphelper"
    assert report["Status"] == "send success"
    assert [report[name] for name in ("TotalCount", "SentCount", "ErrorCount")] == ["2", "2", "0"]
    for openid, words in ((first, ["谨防冒充客服"]), (second, ["谨防冒充客服"]), (stranger, [])):
        assert await words_of(stage, openid) == words


async def test_a_tag_chooses_whom_a_message_reaches(stage):
    first, second = await stage.follower(0), await stage.follower(1)
    made = await stage.call("/cgi-bin/tags/create", tag={"name": "安和社区"})
    tag = made["tag"]["id"]
    await stage.call("/cgi-bin/tags/members/batchtagging", tagid=tag, openid_list=[first])

    told = await stage.call(ALL, filter={"is_to_all": False, "tag_id": tag}, **said("今晚停水"))

    await report_of(stage, told["msg_id"])
    assert (await words_of(stage, first), await words_of(stage, second)) == (["今晚停水"], [])


async def test_the_fifth_message_of_a_month_fails_for_whoever_had_four(stage):
    first, second = await stage.follower(0), await stage.follower(1)
    third = await stage.follower(2)
    for n in range(4):
        await stage.call(NAMED, touser=[first, second], **said(f"第{n}条"))

    told = await stage.call(NAMED, touser=[first, third], **said("第五条"))

    report = await report_of(stage, told["msg_id"])
    assert (report["SentCount"], report["ErrorCount"]) == ("1", "1")
    assert await words_of(stage, third) == ["第五条"]
    await stage.advance(32 * DAY)
    again = await stage.call(NAMED, touser=[first, third], **said("下个月"))
    assert (await report_of(stage, again["msg_id"]))["SentCount"] == "2"


async def test_everybody_is_written_to_once_a_day_and_four_times_a_month(stage):
    await stage.follower()
    codes = []
    for n in range(6):
        told = await stage.call(ALL, filter={"is_to_all": True}, **said(f"第{n}条"))
        codes.append(told["errcode"])
        if n:
            await stage.advance(2 * DAY)

    assert codes[:2] == [0, 45028]


async def test_a_client_id_sends_once_and_names_the_first(stage):
    openid = await stage.follower()
    other = await stage.follower(1)
    wish = said("只发一次", touser=[openid, other], clientmsgid="warn-1")

    first = await stage.call(NAMED, **wish)
    second = await stage.call(NAMED, **wish)

    assert (second["errcode"], second["msg_id"]) == (45065, first["msg_id"])
    assert await words_of(stage, openid) == ["只发一次"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"touser": ["o-one"]}, 40130),
        ({"touser": "o-one"}, 40031),
        ({"filter": {"is_to_all": False, "tag_id": 777}}, 45159),
        ({"touser": ["a", "b"], "msgtype": "song"}, 40008),
        ({"touser": ["a", "b"], "text": {"content": ""}}, 44004),
    ],
)
async def test_a_wrong_message_is_refused(stage, wish, code):
    told = await stage.call(NAMED, **{**said("好"), **wish})

    assert told["errcode"] == code


async def test_under_protection_it_waits_for_the_administrator(tmp_path):
    settings = replace(Settings(), mass=MassRules(needs_confirmation=True))
    async with on_stage(tmp_path, settings=settings) as stage:
        openid, other = await stage.follower(0), await stage.follower(1)
        first = await stage.call(NAMED, touser=[openid, other], **said("等一等"))
        state = await stage.call("/cgi-bin/message/mass/get", msg_id=str(first["msg_id"]))
        assert (state["msg_status"], await words_of(stage, openid)) == ("SENDING", [])

        await stage.control("masses/decide", msg_id=first["msg_id"])
        assert await words_of(stage, openid) == ["等一等"]

        late = await stage.call(NAMED, touser=[openid, other], **said("太晚了"))
        await stage.advance(1801)
        await stage.control("masses/decide", msg_id=late["msg_id"])
        assert (await report_of(stage, late["msg_id"]))["Status"] == "send fail"
        assert await words_of(stage, openid) == ["等一等"]


async def test_its_makers_look_at_it_first(stage):
    openid = await stage.follower()

    told = await stage.call("/cgi-bin/message/mass/preview", touser=openid, **said("预览"))

    assert (told["errcode"], await words_of(stage, openid)) == (0, ["预览"])


async def test_the_speed_is_kept(stage):
    before = await stage.call("/cgi-bin/message/mass/speed/get")
    await stage.call("/cgi-bin/message/mass/speed/set", speed=4)
    wrong = await stage.call("/cgi-bin/message/mass/speed/set", speed=5)

    after = await stage.call("/cgi-bin/message/mass/speed/get")

    assert (before["realspeed"], after["realspeed"], wrong["errcode"]) == (80, 10, 45083)
