"""Tags of followers and the black list, within the platform's limits."""

from __future__ import annotations

TAGGING = "/cgi-bin/tags/members/batchtagging"


async def a_tag(stage, name="安和社区"):
    return (await stage.call("/cgi-bin/tags/create", tag={"name": name}))["tag"]["id"]


async def test_a_person_keeps_their_tags_until_they_are_taken_off(stage):
    openid, tag = await stage.follower(), await a_tag(stage)
    await stage.call(TAGGING, tagid=tag, openid_list=[openid])

    having = await stage.call("/cgi-bin/user/tag/get", tagid=tag)
    known = await stage.ask(
        "GET",
        "/cgi-bin/user/info",
        params={"access_token": await stage.token(), "openid": openid},
    )
    await stage.call("/cgi-bin/tags/members/batchuntagging", tagid=tag, openid_list=[openid])
    after = await stage.call("/cgi-bin/tags/getidlist", openid=openid)

    assert having["data"]["openid"] == [openid]
    assert known["tagid_list"] == [tag]
    assert after["tagid_list"] == []


async def test_a_tag_is_renamed_and_deleted_with_what_it_was_on(stage):
    openid, tag = await stage.follower(), await a_tag(stage)
    await stage.call(TAGGING, tagid=tag, openid_list=[openid])
    await stage.call("/cgi-bin/tags/update", tag={"id": tag, "name": "老年人"})
    listed = await stage.ask(
        "GET", "/cgi-bin/tags/get", params={"access_token": await stage.token()}
    )

    await stage.call("/cgi-bin/tags/delete", tag={"id": tag})

    assert listed["tags"] == [{"id": tag, "name": "老年人", "count": 1}]
    assert (await stage.call("/cgi-bin/tags/getidlist", openid=openid))["tagid_list"] == []


async def test_limits_of_tags_are_the_platforms(stage):
    openid = await stage.follower()
    tags = [await a_tag(stage, f"标签{n}") for n in range(21)]

    codes = [
        (await stage.call(TAGGING, tagid=tag, openid_list=[openid]))["errcode"] for tag in tags
    ]
    many = await stage.call(TAGGING, tagid=tags[0], openid_list=[openid] * 51)
    same = await stage.call("/cgi-bin/tags/create", tag={"name": "标签1"})
    own = await stage.call("/cgi-bin/tags/delete", tag={"id": 2})
    stranger = await stage.call(TAGGING, tagid=tags[0], openid_list=["o-nobody"])

    assert codes == [0] * 20 + [45059]
    assert [one["errcode"] for one in (many, same, own, stranger)] == [40032, 45157, 45058, 40003]


async def test_whom_the_account_blacklists_it_neither_hears_nor_reaches(stage):
    openid = await stage.follower()
    await stage.call("/cgi-bin/tags/members/batchblacklist", openid_list=[openid])

    custom = await stage.call(
        "/cgi-bin/message/custom/send", touser=openid, msgtype="text", text={"content": "在吗"}
    )
    spoken = await stage.control("send", openid=openid, type="text", text="你好")
    listed = await stage.call("/cgi-bin/tags/members/getblacklist", begin_openid="")
    await stage.call("/cgi-bin/tags/members/batchunblacklist", openid_list=[openid])
    again = await stage.control("send", openid=openid, type="text", text="你好")

    assert custom["errcode"] == 43019
    assert "black list" in spoken["error"]
    assert listed["data"]["openid"] == [openid]
    assert again["outcome"] == "success"
