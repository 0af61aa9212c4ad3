"""Tags of followers and the black list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator import people, tags
from simulator.api.door import OFFICIAL, OK, Answer, Api, Call
from simulator.errors import Refusal
from simulator.store import Db


async def _create(call: Call) -> Answer:
    name = str(_inner(call).get("name", ""))
    tag = await call.world.store.within(tags.create, call.account.appid, name)
    return {"tag": {"id": tag, "name": name}}


async def _rename(call: Call) -> Answer:
    inner = _inner(call)
    await call.world.store.within(
        tags.rename, call.account.appid, _number(inner, "id"), str(inner.get("name", ""))
    )
    return OK


async def _delete(call: Call) -> Answer:
    await call.world.store.within(tags.delete, call.account.appid, _number(_inner(call), "id"))
    return OK


async def _every(call: Call) -> Answer:
    return {"tags": await call.world.store.within(tags.every, call.account.appid)}


async def _put_on(call: Call) -> Answer:
    await call.world.store.within(
        tags.put_on, call.account.appid, _number(call.body, "tagid"), listed(call, "openid_list")
    )
    return OK


async def _take_off(call: Call) -> Answer:
    await call.world.store.within(
        tags.take_off, call.account.appid, _number(call.body, "tagid"), listed(call, "openid_list")
    )
    return OK


async def _of_person(call: Call) -> Answer:
    return {
        "tagid_list": await call.world.store.within(
            _tags_of, call.account.appid, call.word("openid")
        )
    }


def _tags_of(db: Db, appid: str, openid: str) -> list[int]:
    try:
        known = people.identity(db, openid)
    except people.NoSuchUser as error:
        raise Refusal(40003) from error
    if known.appid != appid:
        raise Refusal(49003)
    return tags.of_person(db, openid)


async def _people(call: Call) -> Answer:
    tag = _number(call.body, "tagid")
    having = await call.world.store.within(tags.people_with, call.account.appid, tag)
    page = [openid for openid in having if openid > call.word("next_openid")][:10_000]
    data = {"data": {"openid": page}} if page else {}
    return {"count": len(page), **data, "next_openid": page[-1] if page else ""}


async def _blacklist(call: Call) -> Answer:
    await call.world.store.within(tags.blacklist, call.account.appid, listed(call, "openid_list"))
    return OK


async def _forgive(call: Call) -> Answer:
    await call.world.store.within(tags.forgive, call.account.appid, listed(call, "openid_list"))
    return OK


async def _blacklisted(call: Call) -> Answer:
    found = await call.world.store.within(tags.blacklisted, call.account.appid)
    page = [openid for openid in found if openid > call.word("begin_openid")][:10_000]
    data = {"data": {"openid": page}} if page else {}
    last = page[-1] if page else ""
    return {"total": len(found), "count": len(page), **data, "next_openid": last}


def listed(call: Call, name: str) -> list[str]:
    """Read a list of openids of the body."""
    value = call.body.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refusal(40031)
    return value


def _inner(call: Call) -> Mapping[str, Any]:
    tag = call.body.get("tag")
    if not isinstance(tag, Mapping):
        raise Refusal(47001)
    return tag


def _number(asked: Mapping[str, Any], name: str) -> int:
    value = asked.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(45159)
    return value


APIS: Final = (
    Api("POST", "/cgi-bin/tags/create", _create, serves=OFFICIAL, shows_escapes=True),
    Api("POST", "/cgi-bin/tags/update", _rename, serves=OFFICIAL, shows_escapes=True),
    Api("POST", "/cgi-bin/tags/delete", _delete, serves=OFFICIAL),
    Api("GET", "/cgi-bin/tags/get", _every, serves=OFFICIAL),
    Api("POST", "/cgi-bin/tags/members/batchtagging", _put_on, serves=OFFICIAL),
    Api("POST", "/cgi-bin/tags/members/batchuntagging", _take_off, serves=OFFICIAL),
    Api("POST", "/cgi-bin/tags/getidlist", _of_person, serves=OFFICIAL),
    Api("POST", "/cgi-bin/user/tag/get", _people, serves=OFFICIAL),
    Api("POST", "/cgi-bin/tags/members/batchblacklist", _blacklist, serves=OFFICIAL),
    Api("POST", "/cgi-bin/tags/members/batchunblacklist", _forgive, serves=OFFICIAL),
    Api("POST", "/cgi-bin/tags/members/getblacklist", _blacklisted, serves=OFFICIAL),
)
