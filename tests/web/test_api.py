"""The JSON API: the way of a case through it, and who may not follow."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from domain.codes import Purpose
from tests.web.centre import STORY, handwriting
from web.app import description

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


async def test_a_resident_reports_and_the_desk_takes_it_on(visitor, office):
    resident, clerk = await visitor(resident="o-wang"), await visitor(staff="fenpai")

    kept = await resident.post(
        "/api/v1/uploads", data=PICTURE, headers={"Content-Type": "image/png"}
    )
    told = {"story": STORY, "place": "枫溪路18号", "media": [(await kept.json())["id"]]}
    filed = await (await resident.post("/api/v1/reports", json=told)).json()
    case = f"/api/v1/cases/{filed['case_id']}"
    body = {"version": 0, "type_code": "02", "cell": "cell-1"}
    registered = await clerk.post(f"{case}/register", json=body)
    dispatched = await clerk.post(
        f"{case}/dispatch", json={"version": 1, "mediator": "staff-tiaojie"}
    )
    queue = await (await clerk.get("/api/v1/cases")).json()

    assert registered.status == dispatched.status == 204
    (line,) = queue["items"]
    assert line["number"] == filed["case_number"]
    assert line["mediator"] == "李春和"
    assert line["reported_at"].endswith(("Z", "+00:00"))


async def test_a_report_completes_the_case_that_an_alarm_in_the_chat_began(visitor, office):
    begun = await office.alarmed("o-wang")
    resident = await visitor(resident="o-wang")

    told = {"story": STORY, "place": "枫溪路18号"}
    filed = await (await resident.post("/api/v1/reports", json=told)).json()
    case = await (await resident.get(f"/api/v1/cases/{filed['case_id']}")).json()

    assert filed["case_number"] == begun.case_number
    assert filed["code_url"] == begun.code_url
    assert case["full_story"] == f"他拿着刀来了\n{STORY}"
    assert case["place"] == "枫溪路18号"


async def test_two_clerks_in_the_same_second_do_not_overwrite_each_other(visitor, office):
    case_id = await office.reported()
    one, other = await visitor(staff="fenpai"), await visitor(staff="fenpai")
    address, body = f"/api/v1/cases/{case_id}/register", {"version": 0, "type_code": "02"}

    first = await one.post(address, json=body)
    second = await other.post(address, json=body)

    assert (first.status, second.status) == (204, 409)
    assert (await second.json())["code"] in ("stale", "illegal-move")


async def test_a_list_goes_on_where_the_page_before_ended(visitor, office):
    numbers = {await office.reported(story=f"{STORY}{n}") for n in range(5)}
    clerk = await visitor(staff="fenpai")

    seen: list[str] = []
    after = ""
    for _ in range(3):
        page = await (
            await clerk.get("/api/v1/cases", params={"limit": "2", "after": after})
        ).json()
        seen += [line["id"] for line in page["items"]]
        after = page["next"]

    assert after == ""
    assert len(seen) == 5
    assert set(seen) == numbers


async def test_a_mediator_sees_only_their_own_cases(visitor, office):
    case_id = await office.accepted()
    own, other = await visitor(staff="tiaojie"), await visitor(staff="tiaojie2")

    assert (await own.get(f"/api/v1/cases/{case_id}")).status == 200
    assert (await other.get(f"/api/v1/cases/{case_id}")).status == 404


async def test_a_party_never_gets_the_number_of_the_other_side(visitor, office):
    case_id = await office.accepted()
    resident = await visitor(resident="o-wang")

    text = await (await resident.get(f"/api/v1/cases/{case_id}")).text()

    assert "12000000002" not in text
    assert "120****0002" not in text


async def test_the_case_code_tells_nothing_personal(visitor, office):
    case_id = await office.accepted()
    resident, stranger = await visitor(resident="o-wang"), await visitor()
    url = (await (await resident.get(f"/api/v1/cases/{case_id}")).json())["code_url"]
    secret = url.rpartition("/")[2]

    public = await (await stranger.get(f"/api/v1/public/cases/{secret}")).json()
    page = await (await stranger.get(f"/c/{secret}")).text()

    assert set(public) == {"state", "state_words", "next_step", "office", "phone"}
    for personal in ("王秀兰", "刘大勇", "李春和", "漏水", "18号", case_id):
        assert personal not in page
        assert personal not in json.dumps(public, ensure_ascii=False)


async def test_a_reissued_code_kills_the_one_before(visitor, office):
    case_id = await office.reported()
    clerk, stranger = await visitor(staff="fenpai"), await visitor()
    old = (await (await clerk.get(f"/api/v1/cases/{case_id}")).json())["code_url"]

    made = await (await clerk.post(f"/api/v1/cases/{case_id}/code")).json()

    assert (await stranger.get(old.partition("0.0.1")[2].partition("/")[2])).status == 404
    path = "/c/" + made["code_url"].rpartition("/")[2]
    assert (await stranger.get(path)).status == 200


async def test_a_room_opens_only_with_a_ticket_of_ones_own(visitor, office):
    case_id = await office.accepted()
    meeting = await office.meeting(case_id)
    party, foreign = await visitor(resident="o-wang"), await visitor(resident="o-zhao")

    own = await party.post(f"/api/v1/meetings/{meeting}/ticket")
    other = await foreign.post(f"/api/v1/meetings/{meeting}/ticket")

    assert own.status == 201
    assert re.fullmatch(r"[a-z2-7]{26}\.[0-9a-f]{64}", (await own.json())["ticket"])
    assert other.status == 404


async def test_a_meeting_time_needs_its_offset(visitor, office):
    case_id = await office.accepted()
    mediator = await visitor(staff="tiaojie")
    version = await office.version(case_id)
    address = f"/api/v1/cases/{case_id}/meetings"
    naive = (office.clock.now + timedelta(hours=2)).replace(tzinfo=None).isoformat()

    without = await mediator.post(address, json={"version": version, "starts_at": naive})
    given = await mediator.post(address, json={"version": version, "starts_at": naive + "Z"})

    assert without.status == 422
    assert (await without.json())["field"] == "starts_at"
    assert given.status == 201


async def test_an_alarm_is_taken_care_of_by_name(visitor, office):
    case_id = await office.reported(story="他拿刀说要弄死我全家，我不想活了")
    clerk = await visitor(staff="fenpai")

    before = await (await clerk.get("/api/v1/cases")).json()
    taken = await clerk.post(f"/api/v1/cases/{case_id}/acknowledge")
    after = await (await clerk.get(f"/api/v1/cases/{case_id}")).json()

    assert before["items"][0]["alarmed"]
    assert await taken.json() == {"page": f"/desk/cases/{case_id}"}
    assert not after["line"]["alarmed"]
    assert after["danger_seen_by"] == "陈晓分"


async def test_the_linter_names_what_is_unclear(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    mediator = await visitor(staff="tiaojie")
    clause = {"kind": "pay", "debtor": "刘大勇", "creditor": "王秀兰", "what": "尽快付修理费"}

    answer = await mediator.post(
        f"/api/v1/cases/{case_id}/agreements/lint", json={"facts": "漏水", "clauses": [clause]}
    )

    codes = {one["code"] for one in (await answer.json())["items"]}
    assert {"no-amount", "no-date", "vague"} <= codes


async def test_money_is_whole_fen(visitor, office):
    case_id = await office.accepted()
    mediator = await visitor(staff="tiaojie")
    clause = {"kind": "pay", "debtor": "刘大勇", "amount_fen": 12.5}

    answer = await mediator.post(
        f"/api/v1/cases/{case_id}/agreements/lint", json={"facts": "漏水", "clauses": [clause]}
    )

    assert answer.status == 422
    assert (await answer.json())["field"] == "clauses.0.amount_fen"


@pytest.mark.parametrize("kind", ["room", "sign", "rate"])
async def test_an_unknown_invitation_leads_nowhere(visitor, kind):
    stranger = await visitor()

    answer = await stranger.get(f"/api/v1/invitations/{kind}/{'a' * 26}")

    assert answer.status == 404


async def test_an_invitation_says_nothing_of_anybody(visitor, office):
    case_id = await office.accepted()
    await office.meeting(case_id)
    other = next(
        one
        for one in (await office.desks.cases.view(await office.staff("tiaojie"), case_id)).parties
        if one.name == "刘大勇"
    )
    link = await office.link(Purpose.ROOM, case_id, other.person_id)
    stranger = await visitor()

    told = await (await stranger.get(f"/api/v1/invitations{link}")).json()

    assert told["masked_phone"] == "120****0002"
    assert set(told) == {"purpose", "masked_phone", "office", "phone", "starts_at"}


async def everything_with_an_id(office):
    """Every operation that names something, with ids of things that exist."""
    case_id = await office.accepted("o-wang")
    meeting = await office.meeting(case_id)
    view = await office.desks.cases.view(await office.staff("tiaojie"), case_id)
    names = {
        "case_id": case_id,
        "meeting_id": meeting,
        "person_id": view.parties[0].person_id,
        "participant": "a" * 26,
        "agreement_id": "a" * 26,
        "obligation_id": "a" * 26,
        "media_id": "a" * 26,
        "number": "0",
        "page": "1",
    }
    spec = description(office.settings)
    for path, methods in spec["paths"].items():
        wanted = re.findall(r"{(\w+)}", path)
        if wanted and set(wanted) <= set(names):
            for method, operation in methods.items():
                yield method, path.format(**names), _body(spec, operation)


def _body(spec, operation):
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    schema = spec["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    required = schema.get("required", [])
    body = {name: _example(spec, schema["properties"][name]) for name in required}
    return {**body, "strokes": handwriting()} if "strokes" in body else body


def _example(spec, schema):
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date-time":
        return "2026-11-22T10:00:00+08:00"
    if schema.get("format") == "date":
        return "2026-11-22"
    if schema.get("pattern", "").startswith("^[0-9a-f]{64}"):
        return "0" * 64
    if schema.get("type") == "object":
        return {
            name: _example(spec, schema["properties"][name]) for name in schema.get("required", [])
        }
    return {"integer": 1, "number": 1.0, "array": [], "string": "x", "boolean": True}[
        schema["type"]
    ]


async def test_whatever_one_names_is_not_there_for_a_stranger(visitor, office):
    calls = [call async for call in everything_with_an_id(office)]
    stranger = await visitor(resident="o-zhao")
    outsider = await visitor(staff="tiaojie2")

    found = {
        (method, path): [
            (await browser.request(method, path, json=body)).status
            for browser in (stranger, outsider)
        ]
        for method, path, body in calls
    }

    assert len(found) > 35
    told = {call: seen for call, seen in found.items() if not set(seen) <= {401, 404}}
    assert told == {}, "401 only where residents or staff have no business at all"


async def test_what_is_not_mine_looks_exactly_like_what_is_missing(visitor, office):
    case_id = await office.reported()
    stranger = await visitor(resident="o-zhao")

    foreign = await (await stranger.get(f"/api/v1/cases/{case_id}")).json()
    missing = await (await stranger.get(f"/api/v1/cases/{'a' * 26}")).json()

    assert {**foreign, "ref": ""} == {**missing, "ref": ""}
