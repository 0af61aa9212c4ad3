"""The pages in a real browser: accessible, large enough to hit, small enough to load, alive."""

from __future__ import annotations

import asyncio
import json

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from domain.actors import Resident
from domain.codes import Purpose
from domain.jobs import SendNotice
from services.tidings import DESK as TIDINGS
from tests.fakes import FailedOnce
from tests.web import browsing
from tests.web.browsing import DESK, PHONE
from tests.web.centre import totp
from tests.web.test_agreements import DIVORCE, WORDS
from web.api.agreements import ContentInput

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES
TARGETS = """() => [...document.querySelectorAll(
  'a[href]:not(.skip, .code), button, summary, select, textarea, label.check, .stars label,'
  + 'input:not([type=hidden],[type=checkbox],[type=radio])')]
  .filter(one => one.checkVisibility())
  .map(one => ({name: one.textContent.trim().slice(0, 20) || one.name,
    height: one.getBoundingClientRect().height}))"""
#: Buttons, cards and headings that stand on top of one another without a gap.
TOUCHING = """() => { const seen = [...document.querySelectorAll('.button, .card, .line, h2')]
  .filter(one => one.checkVisibility()).map(one => [one, one.getBoundingClientRect()]);
  const named = one => one.tagName + ' ' + one.textContent.trim().slice(0, 20);
  return seen.flatMap(([one, upper]) => seen.filter(([other, lower]) =>
    !one.contains(other) && !other.contains(one) && upper.right > lower.left
    && lower.right > upper.left && lower.top >= upper.bottom - 1 && lower.top < upper.bottom + 6)
    .map(([other]) => [named(one), named(other)])); }"""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


async def a_draft(office, *who, words=WORDS):
    case_id = await office.accepted(*who)
    await office.meeting(case_id)
    content = ContentInput.model_validate_json(json.dumps(words)).as_content()
    mediator = await office.staff("tiaojie")
    return case_id, await office.desks.agreements.draft(mediator, case_id, content)


async def a_signing(office):
    case_id, agreement = await a_draft(office)
    desk, mediator = office.desks.agreements, await office.staff("tiaojie")
    for party in (await office.desks.cases.view(mediator, case_id)).parties:
        await desk.confirm(
            Resident(id=party.person_id), agreement, version=await version(office, agreement)
        )
    await desk.freeze(mediator, agreement, version=await version(office, agreement))
    await office.work()
    return case_id, agreement


async def a_print(office):
    """A divorce, confirmed and printed for ink."""
    case_id, agreement = await a_draft(office, words=DIVORCE)
    desk, mediator = office.desks.agreements, await office.staff("tiaojie")
    for party in (await office.desks.cases.view(mediator, case_id)).parties:
        await desk.confirm(
            Resident(id=party.person_id), agreement, version=await version(office, agreement)
        )
    seen = await version(office, agreement)
    await office.desks.originals.print(mediator, agreement, version=seen)
    return case_id, agreement


async def version(office, agreement):
    async with office.store.read() as work:
        return (await work.agreements.get(agreement)).version


async def every_page(office):
    """Address, who looks, and the size of their screen."""
    case_id, agreement = await a_signing(office)
    mediator = await office.staff("tiaojie")
    view = await office.desks.cases.view(mediator, case_id)
    office.desks.operations.jobs.failed.append(FailedOnce("n1", SendNotice("n1")))
    fresh = await office.reported("o-danger", "他拿刀说要弄死我全家")
    _, draft = await a_draft(office, "o-li", "12000000003")
    other = next(one.person_id for one in view.parties if one.name == "刘大勇")
    phone: dict = {"size": PHONE, "resident": "o-wang"}
    clerk: dict = {"size": DESK, "staff": "fenpai"}
    return [
        ("/m/", phone),
        ("/m/report", phone),
        ("/m/cases", phone),
        ("/m/me/phone", phone),
        ("/m/messages", phone),
        (f"/m/cases/{case_id}", phone),
        (f"/m/agreements/{agreement}", phone),
        ("/m/enter", {}),
        ("/v", {}),
        (view.code_url.partition("//")[2].partition("/")[2].join(("/", "")), {}),
        (await office.link(Purpose.ROOM, case_id, other), {}),
        ("/desk/login", {"size": DESK}),
        ("/desk", clerk),
        (f"/desk/cases/{fresh}", clerk),
        (f"/desk/cases/{case_id}", {"size": DESK, "staff": "tiaojie"}),
        (f"/desk/agreements/{agreement}", {"size": DESK, "staff": "tiaojie"}),
        (f"/desk/agreements/{draft}", {"size": DESK, "staff": "tiaojie"}),
        (f"/m/agreements/{draft}", {"resident": "o-li"}),
        ("/desk/accounts", {"size": DESK, "staff": "guanli"}),
        ("/desk/operations", {"size": DESK, "staff": "guanli"}),
    ]


async def test_every_page_is_accessible_and_easy_to_hit(office, opened):
    wrong = {}
    for path, who in await every_page(office):
        for care in (False, True) if "/m/" in path or path == "/desk" else (False,):
            async with opened(path, **who, care=care) as page:
                faults = await what_is_wrong(page, least=59.5 if care else 43.5)
            if faults:
                wrong[path, care] = faults

    assert wrong == {}


async def what_is_wrong(page: Page, *, least: float) -> list[object]:
    """Faults of accessibility, targets that are too small, and width that does not fit."""
    answer = await Axe().run(page, options=RULES)
    faults: list[object] = [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in answer.response["violations"]
    ]
    faults += [one for one in await page.evaluate(TARGETS) if one["height"] < least]
    faults += [f"{one} and {other} touch" for one, other in await page.evaluate(TOUCHING)]
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*faults, f"{wide} pixels too wide"] if wide > 0 else faults


async def test_the_residents_pages_are_small(office, opened):
    case_id = await office.reported()

    for path in ("/m/", "/m/report", "/m/matters/new", f"/m/cases/{case_id}", "/m/enter", "/v"):
        async with opened("", resident="o-wang") as page:
            sizes = await loaded(page, office.settings.centre.public_url + path)
        assert len(sizes) <= 7, path
        assert sum(sizes) <= 30 * 1024, path


async def loaded(page: Page, address: str) -> list[float]:
    """The bytes of every request the page makes."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    await page.goto(address, wait_until="networkidle")
    return sizes


async def test_a_report_appears_at_the_desk_without_reloading(office, opened):
    async with opened("/desk", size=DESK, staff="fenpai") as page:
        await expect(page.locator("#live")).to_have_text("实时更新")
        await page.evaluate("window.sameDocument = true")

        await office.reported(story="他拿刀追着我打，快来人")

        await expect(page.locator(".line.alarmed")).to_have_count(1)
        await expect(page.locator("#rail b").first).to_have_text("1")
        assert await page.evaluate("window.sameDocument")


async def test_the_desk_rings_until_it_is_silenced_and_for_the_next_alarm_again(office, opened):
    first = await office.reported(story="他拿刀追着我打，快来人")
    async with opened("/desk", size=DESK, staff="fenpai") as page:
        ring = page.locator("#ring")
        await expect(page.locator("#live")).to_have_text("实时更新")
        await expect(ring).to_have_text("有警报，点这里开铃声")

        await page.get_by_role("heading", name="全部案件").click()
        await expect(ring).to_have_text("正在响铃，点这里静音")
        await ring.click()
        await expect(ring).to_have_text("已静音，警报还没人处理")
        await expect(page.locator(f".line.alarmed a[href$='{first}']")).to_be_visible()

        await office.reported(story="他往我家门上泼汽油，要点火")
        await expect(ring).to_have_text("正在响铃，点这里静音")


async def test_a_deadline_that_falls_is_looked_for_on_every_open_case(office, opened):
    case_id = await office.reported()
    async with opened(f"/desk/cases/{case_id}", size=DESK, staff="fenpai") as page:
        await expect(page.locator("#live")).to_have_text("实时更新")

        async with page.expect_request(lambda asked: asked.resource_type == "fetch") as looked:
            await office.bus.publish(TIDINGS, {"due": "an-obligation"})

        assert (await looked.value).url.endswith(f"/desk/cases/{case_id}")


async def test_what_somebody_is_writing_is_not_taken_away(office, opened):
    case_id = await office.accepted()
    async with opened(f"/desk/cases/{case_id}", size=DESK, staff="tiaojie") as page:
        await expect(page.locator("#live")).to_have_text("实时更新")
        await page.locator("summary", has_text="补充当事人").click()
        name = page.locator("form[data-deed$='/parties'] [name=name]")
        await name.fill("赵小刚")

        await office.meeting(case_id)

        await expect(page.locator("#fresh")).to_be_visible()
        await expect(name).to_have_value("赵小刚")


async def test_a_dispatcher_registers_and_dispatches(office, opened):
    case_id = await office.reported()
    async with opened(f"/desk/cases/{case_id}", size=DESK, staff="fenpai") as page:
        await page.get_by_role("button", name="受理", exact=True).click()
        await page.get_by_role("button", name="分派", exact=True).click()

        await expect(page.locator(".case-head .badge")).to_have_text("已分派，等待调解员接单")


async def test_a_press_before_the_script_is_there_waits_for_it(office, opened):
    case_id = await office.reported()
    address = f"{office.settings.centre.public_url}/desk/cases/{case_id}"
    async with opened("", size=DESK, staff="fenpai") as page:
        there = asyncio.Event()

        async def late(route):
            await there.wait()
            await route.continue_()

        await page.route("**/static/deeds.js*", late)
        await page.goto(address, wait_until="commit")
        await page.get_by_role("button", name="受理", exact=True).click()
        there.set()

        await expect(page.locator(".case-head .badge")).to_have_text("已受理")
        assert page.url == address


async def test_a_script_that_never_came_sends_nothing_and_says_so(office, opened):
    case_id = await office.reported()
    address = f"{office.settings.centre.public_url}/desk/cases/{case_id}"
    async with opened("", size=DESK, staff="fenpai", refused=503) as page:
        await page.route("**/static/deeds.js*", lambda route: route.fulfill(status=503))
        await page.goto(address)

        await page.get_by_role("button", name="受理", exact=True).click()

        await expect(page.get_by_text("请刷新页面再试")).to_be_visible()
        await expect(page.locator("#live")).to_have_text("实时更新")
        async with page.expect_event("requestfinished"):
            await office.bus.publish(TIDINGS, {"due": "an-obligation"})
        await page.evaluate(
            "new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))"
        )
        await expect(page.get_by_text("请刷新页面再试")).to_be_visible()
        assert page.url == address


async def test_a_refusal_is_told_in_plain_words_beside_the_form(office, opened):
    case_id = await office.accepted()
    address = f"/desk/cases/{case_id}"
    async with opened(address, size=DESK, staff="tiaojie", refused=422) as page:
        await page.locator("summary", has_text="补充当事人").click()
        form = page.locator("form[data-deed$='/parties']")
        await form.locator("[name=name]").fill("赵小刚")
        await form.locator("[name=phone]").fill("123")
        async with page.expect_response("**/parties") as answered:
            await form.get_by_role("button", name="加入").click()

        assert (await answered.value).status == 422
        await expect(form.locator(".fault")).to_contain_text("电话号码")


async def test_the_editor_names_what_is_unclear_while_one_writes(office, opened):
    case_id = await office.accepted()
    await office.meeting(case_id)
    async with opened(f"/desk/cases/{case_id}/agreement", size=DESK, staff="tiaojie") as page:
        await page.locator("[name=debtor]").select_option("刘大勇")
        await page.locator("[name=what]").fill("尽快付维修费")
        await expect(page.locator(".clause .findings .block").first).to_be_visible()

        await page.locator("[name=creditor]").select_option("王秀兰")
        await page.locator("[name=amount_fen]").fill("1200.50")
        await page.locator("[name=due]").fill("2026-12-01")
        await page.locator("[name=what]").fill("天花板维修费")
        await expect(page.locator(".clause .findings .block")).to_have_count(0)
        await page.get_by_role("button", name="保存草稿").click()
        await page.wait_for_url("**/desk/agreements/*")

        await expect(page.locator("[name=amount_fen]").first).to_have_value("1200.50")


async def test_a_party_signs_by_hand_on_the_phone(office, opened):
    _, agreement = await a_signing(office)
    async with opened(f"/m/agreements/{agreement}", resident="o-wang") as page:
        await expect(page.locator("#sign")).to_be_disabled()
        await read_everything(page)
        await page.locator("#consent").check()
        await write_name(page)
        await page.locator("#ask-code").click()
        await expect(page.locator("#code-sent")).to_contain_text("120****0001")
        await page.locator("#code").fill(await office.code_sent("+8612000000001"))
        await page.locator("#sign").click()

        await expect(page.locator("#receipt")).to_be_visible()
        evidence = await page.locator("#receipt-evidence").text_content()

    async with office.store.read() as work:
        kept = await work.agreements.evidence(agreement, "party-1")
    assert kept.sha256 == evidence
    assert len(kept.strokes) == 2
    assert sum(len(stroke.points) for stroke in kept.strokes) >= 40
    assert json.loads(kept.record)["pages_read"] == [1, 2]


async def test_the_ink_stays_when_the_phone_is_turned(office, opened):
    _, agreement = await a_signing(office)
    async with opened(f"/m/agreements/{agreement}", resident="o-wang") as page:
        await page.locator("#pad").scroll_into_view_if_needed()
        await write_name(page)
        before = await page.locator("#pad").evaluate("pad => pad.toDataURL()")

        await page.set_viewport_size({"width": 844, "height": 390})
        after = await page.locator("#pad").evaluate("pad => pad.toDataURL()")

        assert before == after


async def test_the_signed_original_of_a_paper_for_ink_is_recorded(office, opened, tmp_path):
    _, agreement = await a_print(office)
    scan = tmp_path / "原件.pdf"
    scan.write_bytes(b"%PDF-1.7 signed with ink")

    async with opened(f"/desk/agreements/{agreement}", size=DESK, staff="tiaojie") as page:
        form = page.locator("#original")
        await form.locator("[name=scans]").set_input_files(scan)
        for place in ("party-1", "party-2", "mediator"):
            await form.locator(f"[data-field={place}]").select_option("signed")
        await form.locator("[data-field=committee]").select_option("stamped")
        await form.locator("[name=signed_on]").fill(office.clock.now.date().isoformat())
        await form.get_by_role("button", name="登记原件").click()
        await expect(page.get_by_role("heading", name="签好的原件", exact=True)).to_be_visible()
        assert await what_is_wrong(page, least=43.5) == []
    async with opened(f"/desk/agreements/{agreement}", size=DESK, staff="duban") as page:
        office.clock.moves(seconds=30)
        await page.locator("[name=code]").fill(totp(office.clock.now))
        await page.get_by_role("button", name="核对无误，协议生效").click()
        await expect(page.get_by_text("当日生效")).to_be_visible()
    async with opened(f"/m/agreements/{agreement}", resident="o-wang") as page:
        await expect(page.get_by_role("link", name="下载扫描件")).to_be_visible()
        assert await what_is_wrong(page, least=43.5) == []


async def test_who_signs_for_a_party_is_put_down_with_a_document(office, opened, tmp_path):
    case_id = await office.accepted()
    mandate = tmp_path / "委托书.pdf"
    mandate.write_bytes(b"%PDF-1.7 a mandate")

    async with opened(f"/desk/cases/{case_id}", size=DESK, staff="tiaojie") as page:
        await page.get_by_text("由别人代签").last.click()
        form = page.locator("form.proof").last
        await form.locator("[name=capacity]").select_option("agent")
        await form.locator("[name=name]").fill("刘小勇")
        await form.get_by_role("button", name="登记代签人").click()
        await expect(form.locator(".fault")).to_contain_text("请选证明文件")
        await form.locator("[name=proof]").set_input_files(mandate)
        await form.get_by_role("button", name="登记代签人").click()
        await expect(page.get_by_text("由委托代理人刘小勇签")).to_be_visible()


async def test_a_report_outlives_a_reload_and_going_back_makes_no_second_one(opened):
    async with opened("/m/report", resident="o-wang") as page:
        await page.locator("[name=story]").fill("楼上漏水，天花板坏了")
        await page.locator("[name=place]").fill("枫溪路18号")
        await page.goto(page.url)
        await expect(page.locator("[name=story]")).to_have_value("楼上漏水，天花板坏了")
        await page.get_by_role("button", name="提交").click()
        await expect(page.get_by_role("heading", name="我们收到了")).to_be_visible()
        number = await page.locator("strong").inner_text()
        assert await page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]

        await page.go_back()
        await page.locator("[name=story]").fill("楼上漏水，天花板坏了")
        await page.locator("[name=place]").fill("枫溪路18号")
        await page.get_by_role("button", name="提交").click()

        await expect(page.get_by_role("heading", name="我们收到了")).to_be_visible()
        assert await page.locator("strong").inner_text() == number


async def test_danger_told_without_a_place_leaves_the_phone_and_is_answered(opened):
    """A browser that asks for the place first would keep a cry for help to itself."""
    async with opened("/m/report", resident="o-wang", size=PHONE, refused=422) as page:
        await page.locator("textarea[name=story]").fill("我老公拿着菜刀追我，我躲在厕所里")
        await page.get_by_role("button", name="提交").click()
        await page.get_by_text("请写清楚在哪里").wait_for()
        page_words = await page.locator("main").inner_text()
        told = await page.locator("textarea[name=story]").input_value()

    assert "110" in page_words.partition("反映纠纷")[0]
    assert "菜刀" in told


async def test_a_paper_is_verified_by_uploading_it(office, opened, tmp_path):
    _, agreement = await a_signing(office)
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(await office.desks.agreements.pdf(await office.staff("tiaojie"), agreement))
    async with opened("/v") as page:
        await page.locator("[name=paper]").set_input_files(pdf)
        await page.get_by_role("button", name="核验").click()

        await expect(page.locator(".verdict")).to_contain_text("还没有签完字", timeout=20_000)


async def test_staff_log_in_with_two_factors(office, opened):
    async with opened("/desk", size=DESK) as page:
        office.clock.moves(seconds=30)
        await page.locator("[name=login]").fill("fenpai")
        await page.locator("[name=password]").fill("twelve-bridges")
        await page.locator("[name=code]").fill(totp(office.clock.now))
        await page.get_by_role("button", name="登录").click()

        await expect(page.locator(".who")).to_contain_text("陈晓分")


async def read_everything(page: Page) -> None:
    for figure in await page.locator("[data-page]").all():
        await figure.evaluate("page => page.scrollIntoView({block: 'end'})")
        await figure.locator("img").evaluate("picture => picture.decode()")
        await figure.evaluate("page => page.scrollIntoView({block: 'end'})")
        await page.wait_for_function(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            ".then(() => true)"
        )
    await expect(page.locator("#reading")).to_have_text("已经看完每一页。")


async def write_name(page: Page) -> None:
    pad = page.locator("#pad")
    await pad.scroll_into_view_if_needed()
    box = await pad.bounding_box()
    assert box
    for start in (0.15, 0.55):
        await page.mouse.move(box["x"] + start * box["width"], box["y"] + 0.3 * box["height"])
        await page.mouse.down()
        for step in range(1, 26):
            x = start + 0.3 * step / 25
            y = 0.3 + 0.4 * ((step * 7) % 25) / 25
            await page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        await page.mouse.up()


async def test_an_agreement_can_be_listened_to(opened, office):
    _, agreement = await a_draft(office)

    async with opened(f"/m/agreements/{agreement}", resident="o-wang", care=True) as page:
        listen = page.get_by_role("button", name="听一听")
        size = await listen.bounding_box()
        await listen.click()
        await expect(page.get_by_text("正在准备声音")).to_be_visible()
        await office.work()
        sound = page.locator("audio")
        await expect(sound).to_be_visible(timeout=20_000)
        await expect(sound).to_have_js_property("readyState", 4, timeout=20_000)

    assert size["height"] >= 60
