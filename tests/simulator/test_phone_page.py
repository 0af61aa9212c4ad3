"""The phone in a real Chromium: what a person sees and does."""

from __future__ import annotations

import asyncio
import io
import os
import re
import shutil
from pathlib import Path

import av
import pytest
import pytest_asyncio
import segno
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

from simulator.media import silence
from tests.simulator.stage import on_stage
from tests.simulator.test_sms import send as send_sms

pytestmark = pytest.mark.asyncio(loop_scope="module")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest_asyncio.fixture(loop_scope="module")
async def stage(tmp_path):
    async with on_stage(tmp_path) as raised:
        yield raised


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        try:
            yield started
        finally:
            async with asyncio.timeout(20):
                await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser, stage):
    """A phone of 390 x 844 that fails the test on any error of its page."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = await context.new_page()
    page.set_default_timeout(10_000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: troubles.append(said.text) if said.type == "error" else None,
    )
    await page.goto(f"{stage.url}/phone")
    yield page
    await context.close()
    assert troubles == []


async def picture(page, name):
    """Keep a picture for a reader, where one is wanted."""
    folder = os.environ.get("SIMULATOR_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def open_app(page, name):
    await page.get_by_role("link", name=name).click()


async def follow(page):
    await open_app(page, "公众号")
    await page.get_by_role("button", name="关注公众号").click()
    await expect(page.get_by_placeholder("在这里写字")).to_be_visible()


def replying(stage, text):
    async def reply(seen):
        return stage.product.sealed(seen, text)

    return reply


async def test_a_person_follows_and_is_answered(stage, phone):
    await picture(phone, "home")
    stage.product.says(replying(stage, "您好，请说说发生了什么事。"))

    await follow(phone)
    await phone.get_by_placeholder("在这里写字").fill("我要反映纠纷 <b>不是标记</b>")
    await phone.get_by_role("button", name="发送").click()

    await expect(phone.locator("#bubbles li.me")).to_contain_text("<b>不是标记</b>")
    await expect(phone.locator("#bubbles li.them").last).to_contain_text("发生了什么事")
    await expect(phone.get_by_placeholder("在这里写字")).to_have_value("")
    await picture(phone, "chat")


async def test_the_phone_shows_that_an_answer_is_awaited_and_that_none_came(stage, phone):
    async def error(_seen):
        return web.Response(status=500)

    await follow(phone)
    stage.product.says(error)
    await phone.get_by_placeholder("在这里写字").fill("有人吗")
    await phone.get_by_placeholder("在这里写字").press("Enter")

    await expect(phone.get_by_text("正在等公众号回答")).to_be_visible()
    await expect(phone.get_by_text("该公众号暂时无法提供服务")).to_be_visible()
    await expect(phone.get_by_text("正在等公众号回答")).to_be_hidden()
    await picture(phone, "unavailable")


async def test_a_double_tap_sends_once(stage, phone):
    await follow(phone)
    stage.product.seen.clear()

    await phone.get_by_placeholder("在这里写字").fill("只说一次")
    await phone.get_by_role("button", name="发送").dblclick()

    await expect(phone.locator("#bubbles li.me")).to_have_count(1)
    assert len(stage.product.seen) == 1


async def test_pictures_and_places_are_sent(stage, phone):
    await follow(phone)

    await phone.get_by_role("button", name="图片 · 位置").click()
    await picture(phone, "panel")
    await phone.get_by_role("button", name="发示例图片").click()
    await expect(phone.locator("#bubbles li.me img")).to_be_visible()
    await phone.get_by_role("button", name="图片 · 位置").click()
    await phone.get_by_role("button", name="枫溪菜市场").click()
    await expect(phone.locator("#bubbles li.me").last).to_contain_text("枫溪菜市场")
    await phone.get_by_role("button", name="图片 · 位置").click()
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": qr_picture("x")}
    await phone.set_input_files("#picture", [photo])
    await expect(phone.locator("#bubbles li.me img")).to_have_count(2)

    kinds = [one.message.type for one in stage.product.seen]
    assert kinds == ["event", "image", "location", "image"]


async def test_what_is_spoken_is_sent_as_the_amr_of_a_real_phone(stage, phone):
    await follow(phone)

    await phone.get_by_role("button", name="语音").click()
    await picture(phone, "voice")
    await phone.get_by_role("button", name="开始说话").click()
    await expect(phone.locator("#seconds")).to_have_text("1")
    await picture(phone, "speaking")
    await phone.get_by_role("button", name="说完了，发送").click()

    await expect(phone.locator("#bubbles li.me")).to_contain_text("语音消息")
    await expect(phone.get_by_role("button", name="开始说话")).to_be_visible()
    spoken = stage.product.seen[-1].message
    voice = await fetched(stage, spoken.media_id)
    assert (spoken.type, spoken.format, voice[:6]) == ("voice", "amr", b"#!AMR\n")
    assert loudest(voice) > 1000


async def test_a_voice_that_is_dropped_or_left_is_not_sent(stage, phone):
    await follow(phone)
    stage.product.seen.clear()
    await phone.get_by_role("button", name="语音").click()

    await phone.get_by_role("button", name="开始说话").click()
    await phone.get_by_role("button", name="不发了").click()
    await phone.get_by_role("button", name="开始说话").click()
    await expect(phone.get_by_text("正在听")).to_be_visible()
    await phone.get_by_role("button", name="返回").click()
    await open_app(phone, "公众号")

    await expect(phone.get_by_role("button", name="语音")).to_be_visible()
    await expect(phone.get_by_text("正在听")).to_be_hidden()
    assert stage.product.seen == []


async def test_who_leaves_while_the_browser_asks_for_the_microphone_is_not_heard(stage, phone):
    await follow(phone)
    stage.product.seen.clear()
    await phone.evaluate(
        """() => {
          const devices = navigator.mediaDevices;
          const ask = devices.getUserMedia.bind(devices);
          const allowed = new Promise((allow) => { window.allow = allow; });
          window.asked = new Promise((known) => {
            devices.getUserMedia = (wanted) => {
              known();
              window.line = allowed.then(() => ask(wanted));
              return window.line;
            };
          });
        }"""
    )
    await phone.get_by_role("button", name="语音").click()
    await phone.get_by_role("button", name="开始说话").click()
    await phone.evaluate("window.asked")

    await phone.get_by_role("button", name="返回").click()
    states = await phone.evaluate(
        """async () => {
          window.allow();
          const line = await window.line;
          await new Promise((done) => setTimeout(done));  // after whoever waits for the line
          return line.getTracks().map((one) => one.readyState);
        }"""
    )

    await open_app(phone, "公众号")
    await expect(phone.get_by_text("正在听")).to_be_hidden()
    assert (states, stage.product.seen) == (["ended"], [])


async def test_a_recording_is_chosen_and_what_is_none_is_refused(stage, phone):
    await follow(phone)
    await phone.get_by_role("button", name="语音").click()
    whole = {"name": "a.amr", "mimeType": "audio/amr", "buffer": silence(3)}
    await phone.set_input_files("#recording", [whole])
    await expect(phone.locator("#bubbles li.me")).to_contain_text("语音消息")
    voice = await fetched(stage, stage.product.seen[-1].message.media_id)

    answer = await phone.request.post(
        f"{stage.url}/phone/voice",
        multipart={"voice": {"name": "x", "mimeType": "audio/webm", "buffer": b"no voice"}},
    )

    assert voice == silence(3)
    assert (answer.status, await answer.json()) == (
        400,
        {"error": "这段录音听不出来，请再录一次，或换一个文件。"},
    )


async def fetched(stage, media_id):
    """Give a medium as the product gets it."""
    asked = {"access_token": await stage.token(), "media_id": media_id}
    async with stage.http.get(f"{stage.url}/cgi-bin/media/get", params=asked) as answer:
        return await answer.read()


def loudest(voice):
    """Give the largest deflection of a voice, of 32767."""
    with av.open(io.BytesIO(voice), "r") as heard:
        return max(abs(int(one)) for frame in heard.decode(audio=0) for one in heights(frame))


def heights(frame):
    bridge = av.AudioResampler(format="s16", layout="mono", rate=8000)
    return [height for piece in bridge.resample(frame) for height in piece.to_ndarray()[0]]


async def test_the_menu_taps_and_opens(stage, phone):
    page_url = f"{stage.product.url}/m/report"
    button = [
        {"type": "click", "name": "我要反映", "key": "REPORT"},
        {"name": "更多", "sub_button": [{"type": "view", "name": "网页", "url": page_url}]},
    ]
    await stage.call("/cgi-bin/menu/create", button=button)
    await follow(phone)

    await phone.get_by_role("button", name="菜单").click()
    await picture(phone, "menu")
    await phone.get_by_role("button", name="我要反映").click()
    await phone.get_by_role("button", name="菜单").click()
    await phone.get_by_role("button", name="网页").click()

    await expect(phone.frame_locator("#frame").get_by_text("登录的是")).to_be_visible()
    click, view = [one.message for one in stage.product.seen[1:]]
    assert (click.event, click.key) == ("click", "REPORT")
    assert (view.event, view.url) == ("view", page_url)


async def test_a_link_opens_through_a_login_for_the_person_who_holds_the_phone(stage, phone):
    link = f"{stage.product.url}/room/abc?x=1"
    await follow(phone)
    stage.product.says(replying(stage, f"请打开 {link}，谢谢"))
    await phone.get_by_placeholder("在这里写字").fill("在哪")
    await phone.get_by_role("button", name="发送").click()

    await phone.get_by_role("button", name=link).click()

    inside = phone.frame_locator("#frame")
    await expect(inside.locator("#who")).to_have_text(await stage.openid(0))
    await expect(inside.locator("#where")).to_have_text("/room/abc?x=1")
    await expect(inside.locator("#devices")).to_have_text("相机可用")
    await picture(phone, "page")
    await phone.get_by_role("button", name="返回").click()
    await expect(phone.locator("#bubbles")).to_be_visible()


async def test_another_person_is_logged_in_after_the_phone_changed_hands(stage, phone):
    await open_app(phone, "换一个人")
    await picture(phone, "people")
    await phone.get_by_role("button", name="换成赵春兰").click()
    await expect(phone.get_by_text("赵春兰的手机")).to_be_visible()

    await open_app(phone, "小程序")

    inside = phone.frame_locator("#frame")
    await expect(inside.locator("#who")).to_have_text(await stage.openid(2))
    await expect(inside.locator("#where")).to_have_text("/m/")
    await expect(phone.get_by_text("不执行 WXML")).to_be_visible()
    await picture(phone, "twin")


async def test_two_browsers_are_two_phones(browser, stage, phone):
    other = await browser.new_context(viewport={"width": 390, "height": 844})
    second = await other.new_page()
    await second.goto(f"{stage.url}/phone#people")
    await second.get_by_role("button", name="换成李长河").click()
    await expect(second.get_by_text("李长河的手机")).to_be_visible()

    await follow(second)
    await second.get_by_placeholder("在这里写字").fill("我是李长河")
    await second.get_by_role("button", name="发送").click()
    await expect(second.locator("#bubbles li.me")).to_have_count(1)
    await phone.reload()

    await expect(phone.get_by_text("王小满的手机")).to_be_visible()
    await expect(phone.locator("#bubbles li")).to_have_count(0)
    assert stage.product.seen[-1].query["openid"] == await stage.openid(1)
    await other.close()


async def test_a_new_person_gets_the_phone(phone):
    await open_app(phone, "换一个人")
    await phone.get_by_label("姓名").fill("孙大山")
    await phone.get_by_label("手机号").fill("+8612000000077")
    await phone.get_by_role("button", name="添加并使用").click()

    await expect(phone.get_by_text("孙大山的手机")).to_be_visible()
    await expect(phone.get_by_text("+8612000000077", exact=True)).to_be_visible()


async def test_sms_arrive_live_and_their_links_open_without_a_login(stage, phone):
    text = f"【枫溪】调解会明天九点，请打开 {stage.product.url}/room/xyz 。"
    await send_sms(stage, to="+8612000000001", text=text)

    await expect(phone.locator('[data-unread="sms"]')).to_have_text("1")
    await open_app(phone, "短信")
    await picture(phone, "sms")
    await phone.get_by_role("button", name="/room/xyz").click()

    inside = phone.frame_locator("#frame")
    await expect(inside.locator("#where")).to_have_text("/room/xyz")
    await expect(inside.locator("#who")).to_have_text("没有登录")


async def test_foreign_links_are_not_opened(stage, phone):
    await send_sms(stage, to="+8612000000001", text="中奖了 http://evil.example/x")

    await open_app(phone, "短信")
    await phone.get_by_role("button", name="evil.example").click()

    await expect(phone.get_by_text("只打开本产品的页面")).to_be_visible()


async def test_a_service_notice_opens_its_page(stage, phone):
    openid = await stage.openid(kind="miniprogram")
    accepted = {"template_id": "T", "choice": "accept", "wait": False}
    await stage.control("subscriptions", openid=openid, **accepted)
    data = {"thing1": {"value": "张某与李某纠纷调解会"}, "time2": {"value": "11月23日 09:00"}}
    page = "pages/case/case?c=abc"
    asked = {"touser": openid, "template_id": "T", "page": page, "data": data}
    await stage.call("/cgi-bin/message/subscribe/send", "miniprogram", **asked)

    await open_app(phone, "服务通知")
    await picture(phone, "notices")
    await phone.get_by_role("button", name="进入小程序查看").click()

    inside = phone.frame_locator("#frame")
    await expect(inside.locator("#where")).to_have_text("/m/case?c=abc")


async def test_the_authenticator_shows_codes_and_no_secrets(stage, phone):
    await stage.control("authenticators", name="调度员 钱敏", secret="GEZDGNBVGY3TQOJQ")

    await open_app(phone, "验证器")

    await expect(phone.locator(".totp")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    assert "GEZDGNBVGY3TQOJQ" not in await phone.content()
    await picture(phone, "authenticator")


async def test_a_code_is_scanned_from_text_and_from_a_picture(stage, phone):
    asked = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "case-7"}}}
    made = await stage.call("/cgi-bin/qrcode/create", expire_seconds=600, **asked)

    await open_app(phone, "扫一扫")
    await expect(phone.get_by_text("公众号二维码 · case-7")).to_be_visible()
    await picture(phone, "scan")
    await phone.get_by_label("码里的内容").fill(made["url"])
    await phone.get_by_role("button", name="扫这个码").first.click()
    await expect(phone.get_by_text("已经扫码关注公众号")).to_be_visible()
    await phone.goto(f"{stage.url}/phone#scan")
    photo = qr_picture(f"{stage.product.url}/c/token")
    file = {"name": "qr.png", "mimeType": "image/png", "buffer": photo}
    await phone.set_input_files("#code-picture", [file])

    inside = phone.frame_locator("#frame")
    await expect(inside.locator("#where")).to_have_text("/c/token")


async def test_a_picture_from_the_account_is_scanned_where_it_stands(stage, phone):
    kept = await stage.upload(qr_picture(f"{stage.product.url}/c/in-chat"))
    await follow(phone)
    openid = await stage.openid(0)
    await stage.call(
        "/cgi-bin/message/custom/send",
        touser=openid,
        msgtype="image",
        image={"media_id": kept["media_id"]},
    )

    await phone.get_by_role("button", name="识别图中的码").click()

    inside = phone.frame_locator("#frame")
    await expect(inside.locator("#where")).to_have_text("/c/in-chat")


async def test_the_chat_goes_to_its_end_once_a_picture_is_there(stage, phone):
    kept = await stage.upload(qr_picture(f"{stage.product.url}/c/in-chat"))
    await follow(phone)
    custom, openid = "/cgi-bin/message/custom/send", await stage.openid(0)
    long_story = {"content": "您说的我们都记下了。\n" * 12}
    await stage.call(custom, touser=openid, msgtype="text", text=long_story)

    await stage.call(custom, touser=openid, msgtype="image", image={"media_id": kept["media_id"]})

    await expect(phone.get_by_role("button", name="识别图中的码")).to_be_in_viewport(ratio=1)


async def test_menu_answers_articles_and_notices_stand_in_the_chat(stage, phone):
    await follow(phone)
    openid = await stage.openid(0)
    custom = "/cgi-bin/message/custom/send"
    items = [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}]
    menu = {"head_content": "您满意吗？", "list": items, "tail_content": "谢谢"}
    article = {"title": "办事指南", "description": "怎么办", "url": stage.product.url, "picurl": ""}
    await stage.call(custom, touser=openid, msgtype="msgmenu", msgmenu=menu)
    await stage.call(custom, touser=openid, msgtype="news", news={"articles": [article]})
    data = {"thing1": {"value": "调解会改期"}}
    notice = {"touser": openid, "template_id": "T", "data": data, "url": stage.product.url}
    await stage.call("/cgi-bin/message/template/send", **notice)

    await phone.get_by_role("button", name="满意", exact=True).click()

    await expect(phone.locator("#bubbles li.me")).to_contain_text("满意")
    await expect(phone.get_by_text("办事指南")).to_be_visible()
    await expect(phone.get_by_text("调解会改期")).to_be_visible()
    await picture(phone, "bubbles")


async def test_every_target_is_large_enough_and_nothing_overflows(stage, phone):
    await follow(phone)
    measured = """() => [...document.querySelectorAll('[data-view]')].flatMap((view) => {
        for (const one of document.querySelectorAll('[data-view]')) one.hidden = one !== view;
        return [...view.querySelectorAll('button:not(.link), a, input:not(.unseen), textarea')]
          .filter((one) => one.offsetParent)
          .map((one) => [view.dataset.view, one.textContent.trim(), one.offsetHeight])
          .concat([[view.dataset.view, 'overflow', 1000 - view.scrollWidth + view.clientWidth]]);
      })"""

    sizes = await phone.evaluate(measured)

    assert len(sizes) > 20
    assert [one for one in sizes if one[2] < 48] == []
    assert [one for one in sizes if one[1] == "overflow" and one[2] < 1000] == []


async def test_the_phone_says_when_the_platform_is_gone(tmp_path, browser):
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    async with on_stage(tmp_path) as stage:
        await page.goto(f"{stage.url}/phone")
        await expect(page.get_by_text("王小满的手机")).to_be_visible()

    await expect(page.get_by_text("正在重新连接")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("view", ["", "chat", "sms", "notices", "scan", "codes", "people"])
async def test_every_view_is_accessible(stage, phone, view):
    openid = await stage.follower()
    await stage.control("send", openid=openid, type="text", text="看 http://evil.example/x")
    await stage.control("authenticators", name="调度员", secret="GEZDGNBVGY3TQOJQ")
    await send_sms(stage, to="+8612000000001", text="短信")
    await expect(phone.locator('[data-unread="sms"]')).to_have_text("1")

    await phone.evaluate("view => { location.hash = view }", view)
    tags = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
    found = await Axe().run(phone, context={"exclude": ["#frame"]}, options=tags)

    assert [one["id"] for one in found.response["violations"]] == []


async def test_simulated_is_printed_on_every_page(stage, phone):
    await expect(phone.get_by_text("SIMULATED 模拟")).to_be_visible()
    async with stage.http.get(f"{stage.url}/phone/open?url=http://evil.example/") as answer:
        assert answer.status == 400
        assert "SIMULATED 模拟" in await answer.text()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def qr_picture(text: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(text).save(drawn, kind="png", scale=6)
    return drawn.getvalue()
