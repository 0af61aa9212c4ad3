"""An agreement through the API and the pages: confirmed, signed by hand, sealed, verified."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from domain.codes import Purpose
from tests.web.centre import handwriting, totp
from web.sites.residents import SIGN_CONSENT

WORDS = {
    "facts": "王秀兰家卫生间天花板因刘大勇家漏水损坏。",
    "clauses": [
        {
            "kind": "pay",
            "debtor": "刘大勇",
            "creditor": "王秀兰",
            "what": "天花板维修费",
            "amount_fen": 120_000,
            "due": "2026-12-01",
            "how": "微信转账",
            "default": "每逾期一日支付违约金10元",
        }
    ],
}


@pytest.fixture
async def case_id(office):
    made = await office.accepted()
    await office.meeting(made)
    return made


@pytest.fixture
async def mediator(visitor):
    return await visitor(staff="tiaojie")


async def drafted(mediator, case_id, words=WORDS):
    made = await mediator.post(f"/api/v1/cases/{case_id}/agreements", json=words)
    assert made.status == 201, await made.text()
    return (await made.json())["id"]


async def version(browser, agreement):
    answer = await browser.get(f"/api/v1/agreements/{agreement}")
    return (await answer.json())["version"]


async def by_phone(visitor, office, case_id, agreement):
    """The respondent, who follows nothing, comes through the SMS."""
    view = await office.desks.cases.view(await office.staff("tiaojie"), case_id)
    person = next(one.person_id for one in view.parties if one.name == "刘大勇")
    link = await office.link(Purpose.SIGN, case_id, person)
    browser = await visitor()
    await browser.post(f"{link}/code")
    code = await office.code_sent("+8612000000002")
    page = await browser.post(f"{link}/session", data={"code": code})
    assert str(page.url).endswith(f"/m/agreements/{agreement}")
    return browser


async def confirmed(visitor, office, mediator, case_id, words=WORDS):
    agreement = await drafted(mediator, case_id, words)
    await mediator.post(f"/api/v1/agreements/{agreement}/review")
    parties = [
        await visitor(resident="o-wang"),
        await by_phone(visitor, office, case_id, agreement),
    ]
    for party in parties:
        body = {"version": await version(party, agreement)}
        answer = await party.post(f"/api/v1/agreements/{agreement}/confirm", json=body)
        assert answer.status == 204, await answer.text()
    return agreement, parties


async def sign(office, browser, agreement, code: str):
    view = (await (await browser.get(f"/api/v1/agreements/{agreement}")).json())["agreement"]
    body = {
        "strokes": handwriting(),
        "pages_read": list(range(1, view["pages"] + 1)),
        "seconds_read": 42.0,
        "consent_version": SIGN_CONSENT,
        "code": code,
        "device": "test",
        "shown_sha256": view["sha256"],
    }
    return await browser.post(f"/api/v1/agreements/{agreement}/signature", json=body)


async def test_the_whole_way_of_an_agreement(visitor, office, mediator, case_id):
    agreement, parties = await confirmed(visitor, office, mediator, case_id)
    body = {"version": await version(mediator, agreement)}
    assert (await mediator.post(f"/api/v1/agreements/{agreement}/freeze", json=body)).status == 204
    await office.work()

    page = await (await parties[0].get(f"/m/agreements/{agreement}")).text()
    picture = await parties[0].get(f"/m/agreements/{agreement}/pages/1.png")
    for party, phone in zip(parties, ("+8612000000001", "+8612000000002"), strict=True):
        await party.post(f"/api/v1/agreements/{agreement}/intent-code")
        signed = await sign(office, party, agreement, await office.code_sent(phone))
        assert signed.status == 201, await signed.text()
        await office.work()
    office.clock.moves(seconds=30)
    signed = await sign(office, mediator, agreement, totp(office.clock.now))
    assert signed.status == 201, await signed.text()
    await office.work()
    supervisor = await visitor(staff="duban")
    office.clock.moves(seconds=30)
    sealed = await supervisor.post(
        f"/api/v1/agreements/{agreement}/seal",
        json={"reason": "审核无误", "code": totp(office.clock.now)},
    )
    assert sealed.status == 204, await sealed.text()
    await office.work()

    assert "亲手签名" in page
    assert picture.content_type == "image/png"
    pdf = await (await parties[1].get(f"/m/agreements/{agreement}/paper.pdf")).read()
    stranger = await visitor()
    verdict = await (await verified(stranger, pdf)).json()
    assert verdict["verdict"] == "genuine"
    assert verdict["words"].startswith("这份协议是真的")
    assert "王秀兰" not in str(verdict)
    assert "王*兰" in str(verdict)
    await proven(mediator, parties, agreement, pdf, verdict)
    await kept_and_rated(visitor, office, case_id, parties)
    altered = bytearray(pdf)
    altered[len(altered) // 2] ^= 1
    spoiled = await (await verified(stranger, bytes(altered))).json()
    assert spoiled["verdict"] in ("altered", "unknown")


async def proven(mediator, parties, agreement, pdf: bytes, verdict):
    """The record that the mediator can show is the one in the certificate inside the file."""
    address = f"/api/v1/agreements/{agreement}/evidence"
    for field in ("party-1", "party-2", "mediator"):
        kept = await (await mediator.get(f"{address}/{field}")).json()
        assert sha256(kept["record"].encode()).hexdigest() == kept["sha256"]
        assert kept["sha256"].encode() in pdf.lower()
    assert (await parties[0].get(f"{address}/party-1")).status in (401, 404)
    assert (await mediator.get(f"{address}/stranger")).status == 404
    view = (await (await mediator.get(f"/api/v1/agreements/{agreement}")).json())["agreement"]
    stamped, ours = (datetime.fromisoformat(one["effective_at"]) for one in (verdict, view))
    assert abs(stamped - ours) < timedelta(seconds=1)


async def kept_and_rated(visitor, office, case_id, parties):
    """The money is paid, the creditor says so, and both rate the service."""
    creditor, debtor = parties
    case = await (await debtor.get(f"/api/v1/cases/{case_id}")).json()
    promise = f"/api/v1/obligations/{case['obligations'][0]['id']}"
    assert (await creditor.post(f"{promise}/claim")).status == 404
    assert (await debtor.post(f"{promise}/claim")).status == 204
    assert "对方做到了" in await (await creditor.get(f"/m/cases/{case_id}")).text()
    assert (await creditor.post(f"{promise}/confirm")).status == 204

    resident = await office.resident("o-wang")
    link = await office.link(Purpose.RATE, case_id, resident.id)
    secret = link.rpartition("/")[2]
    forwarded = await (await visitor(resident="o-zhao")).get(link)
    page = await creditor.get(link)
    rated = await creditor.post(f"/api/v1/ratings/{secret}", json={"stars": 5, "words": "谢谢"})
    again = await creditor.post(f"/api/v1/ratings/{secret}", json={"stars": 1})

    assert "很满意" not in await forwarded.text()
    assert "很满意" in await page.text()
    assert (rated.status, (await rated.json())["called"]) == (200, "")
    assert (again.status, (await again.json())["code"]) == (409, "already-rated")
    assert "您已经评价过了" in await (await creditor.get(link)).text()
    assert "请给服务打分" not in await (await creditor.get(f"/m/cases/{case_id}")).text()


async def verified(browser, pdf: bytes):
    return await browser.post(
        "/api/v1/verify", data=io.BytesIO(pdf), headers={"Content-Type": "application/pdf"}
    )


async def test_what_is_no_paper_is_said_to_be_none(visitor):
    stranger = await visitor()

    verdict = await (await verified(stranger, b"%PDF-1.4 nothing")).json()

    assert (verdict["verdict"], verdict["reason"]) == ("unknown", "not-a-paper")


async def test_only_a_pdf_of_20_mb_at_most_is_verified(visitor):
    stranger = await visitor()

    wrong = await stranger.post("/api/v1/verify", json={"a": 1})
    large = await verified(stranger, b"%PDF" + b"0" * (20 * 1024 * 1024))

    assert (wrong.status, large.status) == (415, 413)


async def test_the_code_on_a_paper_shows_no_name(visitor, office, mediator, case_id):
    agreement = await drafted(mediator, case_id)
    view = (await (await mediator.get(f"/api/v1/agreements/{agreement}")).json())["agreement"]
    stranger = await visitor()

    page = await (await stranger.get("/v/" + view["verify_url"].rpartition("/")[2])).text()

    assert view["number"] in page
    assert "王秀兰" not in page
    assert "漏水" not in page


async def test_a_party_declines_with_a_reason(visitor, office, mediator, case_id):
    agreement = await drafted(mediator, case_id)
    party = await visitor(resident="o-wang")

    answer = await party.post(
        f"/api/v1/agreements/{agreement}/decline", json={"reason": "金额不对"}
    )

    assert (answer.status, (await answer.json())["called"]) == (200, "")
    view = (await (await mediator.get(f"/api/v1/agreements/{agreement}")).json())["agreement"]
    assert view["stage"] == "closed"
    again = await (await mediator.get(f"/desk/cases/{case_id}/agreement")).text()
    assert "王秀兰没有同意，原因：金额不对" in again


async def test_words_confirmed_on_an_older_state_are_refused(visitor, office, mediator, case_id):
    agreement = await drafted(mediator, case_id)
    party = await visitor(resident="o-wang")
    seen = await version(party, agreement)

    changed = {"version": seen, "content": {**WORDS, "facts": "另外的事实。"}}
    await mediator.put(f"/api/v1/agreements/{agreement}", json=changed)
    answer = await party.post(f"/api/v1/agreements/{agreement}/confirm", json={"version": seen})

    assert answer.status == 409
    assert (await answer.json())["code"] == "stale"


async def test_the_pages_of_a_draft_show_its_words_and_findings(visitor, mediator, case_id):
    agreement = await drafted(mediator, case_id)
    party = await visitor(resident="o-wang")

    editor = await (await mediator.get(f"/desk/agreements/{agreement}")).text()
    review = await (await party.get(f"/m/agreements/{agreement}")).text()

    assert "微信转账" in editor
    assert "是的，就是这样谈的" in review
    assert "壹仟贰佰元整" in review


async def test_a_page_of_a_paper_is_shown_only_to_its_people(visitor, mediator, case_id):
    agreement = await drafted(mediator, case_id)
    stranger = await visitor(resident="o-zhao")

    answer = await stranger.get(f"/m/agreements/{agreement}/pages/1.png")

    assert answer.status == 404


async def test_the_page_that_verifies_says_what_it_cannot_prove(visitor):
    stranger = await visitor()

    page = await (await stranger.get("/v")).text()

    assert "不是依法设立的电子认证服务机构" in page
    assert "/ca/root.pem" in page


async def test_the_words_that_were_agreed_to_can_be_read_by_their_version(visitor):
    stranger = await visitor()

    answer = await stranger.get(f"/api/v1/consents/{SIGN_CONSENT}")
    unknown = await stranger.get("/api/v1/consents/esign-2001-01")

    told = await answer.json()
    assert "电子签名法第三条" in "".join(told["words"])
    assert told["sha256"] == sha256("\n".join(told["words"]).encode()).hexdigest()
    assert unknown.status == 404


DIVORCE = {
    "facts": "王秀兰与刘大勇离婚后，就子女抚养发生争议。",
    "clauses": [
        {
            "kind": "status",
            "debtor": "刘大勇",
            "creditor": "王秀兰",
            "what": "孩子由王秀兰抚养，刘大勇每月第一个周日探望",
            "default": "由调委会再次调解",
        }
    ],
}


async def test_the_whole_way_of_a_paper_signed_with_ink(visitor, office, mediator, case_id):
    agreement, parties = await confirmed(visitor, office, mediator, case_id, DIVORCE)
    api, desk = f"/api/v1/agreements/{agreement}", f"/desk/agreements/{agreement}"
    body = {"version": await version(mediator, agreement)}
    assert (await mediator.post(f"{api}/freeze", json=body)).status == 409
    assert (await mediator.post(f"{api}/print", json=body)).status == 204
    await office.work()

    form = await (await mediator.get(desk)).text()
    waiting = await (await parties[1].get(f"/m/agreements/{agreement}")).text()
    blank = await (await mediator.get(f"{desk}/paper.pdf")).read()
    scan = b"%PDF-1.7 " + blank[9:] + b"% signed with ink"
    kept = await (await mediator.post(f"{api}/scans", data=scan)).json()
    told = {
        "version": await version(mediator, agreement),
        "scans": [kept["sha256"]],
        "marks": [
            {"field": "party-1", "how": "signed"},
            {"field": "party-2", "how": "fingerprint"},
            {"field": "mediator", "how": "signed"},
            {"field": "committee", "how": "stamped"},
        ],
        "signed_on": office.clock.now.date().isoformat(),
        "witnesses": "社区干部孙二",
    }
    unsealed = await mediator.post(f"{api}/original", json={**told, "marks": told["marks"][:3]})
    recorded = await mediator.post(f"{api}/original", json=told)
    supervisor = await visitor(staff="duban")
    checking = await (await supervisor.get(desk)).text()
    office.clock.moves(seconds=30)
    body = {
        "version": await version(supervisor, agreement),
        "reason": "齐全",
        "code": totp(office.clock.now),
    }
    completed = await supervisor.post(f"{api}/original/complete", json=body)
    await office.work()

    assert "登记签好的原件" in form
    assert "在纸上亲笔签名" in waiting
    assert (unsealed.status, recorded.status, completed.status) == (409, 204, 204)
    assert "核对无误，协议生效" in checking
    assert "社区干部孙二" in checking
    await shown_as_ink_signed(visitor, parties[1], agreement, blank, scan)
    case = await (await mediator.get(f"/api/v1/cases/{case_id}")).json()
    assert case["line"]["state"] == "performing"


async def shown_as_ink_signed(visitor, party, agreement, blank: bytes, scan: bytes):
    """The party keeps a copy, and a stranger is told what a scan can prove and what not."""
    page = await (await party.get(f"/m/agreements/{agreement}")).text()
    address = f"/m/agreements/{agreement}/scans/{sha256(scan).hexdigest()}"
    assert address in page
    copy = await party.get(address)
    assert await copy.read() == scan
    assert copy.headers["Content-Disposition"].startswith("attachment")
    view = (await (await party.get(f"/api/v1/agreements/{agreement}")).json())["agreement"]
    stranger = await visitor()
    public = await (await stranger.get("/v/" + view["verify_url"].rpartition("/")[2])).text()
    genuine = await (await verified(stranger, scan)).json()
    unsigned = await (await verified(stranger, blank)).json()
    assert "网页看不了纸上的签名和印章" in public
    assert "王秀兰" not in public
    assert (genuine["verdict"], genuine["reason"]) == ("genuine", "ink-scan")
    assert "要带原件到中心核对" in genuine["words"]
    assert (unsigned["verdict"], unsigned["reason"]) == ("incomplete", "ink-blank")
    assert (await stranger.get(address, allow_redirects=False)).status == 303


async def test_an_agreement_is_read_aloud_to_its_people_alone(visitor, office, mediator, case_id):
    agreement = await drafted(mediator, case_id)
    party, stranger = await visitor(resident="o-wang"), await visitor(resident="o-zhao")
    asking, sound = (
        f"/api/v1/agreements/{agreement}/spoken",
        f"/m/agreements/{agreement}/spoken.mp3",
    )

    page = await (await party.get(f"/m/agreements/{agreement}")).text()
    first = await (await party.post(asking)).json()
    early = await party.get(sound)
    await office.work()
    second = await (await party.post(asking)).json()
    heard = await party.get(sound)

    assert f'data-sound="{sound}"' in page
    assert (first["ready"], early.status, second["ready"]) == (False, 404, True)
    assert (heard.status, heard.content_type) == (200, "audio/mpeg")
    assert (await stranger.post(asking)).status == 404
    assert (await stranger.get(sound)).status == 404
