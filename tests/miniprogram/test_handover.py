"""From the mini-program into a web page: the same person, without a secret in the address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp
import pytest

from tests.miniprogram.conftest import Centre

WEB_VIEW = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.60 miniProgram/wxdemo"
REPORT = {"story": "楼上漏水，泡坏了地板", "place": "枫溪苑3幢"}


class MiniProgram:
    """What the mini-program knows of one person, and the web page that it opens for them."""

    def __init__(self, centre: Centre, client: aiohttp.ClientSession) -> None:
        self.centre = centre
        self.client = client
        self.secret = ""
        self.openid = ""

    async def picked_up(self, name: str, number: str) -> MiniProgram:
        """Log in as the mini-program's api.js does."""
        control = f"{self.centre.demo.simulator}/_sim"
        person = await self.post(f"{control}/users", {"name": name, "phone": number})
        self.openid = person["openids"]["miniprogram"]
        opened = await self.post(
            f"{self.centre.demo.pages}/api/v1/residents/sessions", {"code": await self.code()}
        )
        self.secret = opened["secret"]
        return self

    async def code(self) -> str:
        """A fresh code, as wx.login gives it."""
        control = f"{self.centre.demo.simulator}/_sim"
        made = await self.post(f"{control}/codes", {"openid": self.openid, "kind": "js"})
        return str(made["code"])

    async def post(self, address: str, body: dict, *, secret: str = ""):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        async with self.client.post(address, json=body, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None) if answer.status != 204 else {}

    async def get(self, path: str, *, secret: str):
        address = f"{self.centre.demo.pages}/api/v1{path}"
        headers = {"Authorization": f"Bearer {secret}"}
        async with self.client.get(address, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def web_page(self, path: str, *, code: str = "", agent: str = WEB_VIEW):
        """Follow the entrance that pages/web puts into its web-view, which keeps its cookies."""
        ticket = code or await self.code()
        door = f"{self.centre.demo.pages}/api/v1/residents/page"
        asked = f"{door}?code={ticket}&next={quote(path, safe='')}"
        jar = aiohttp.CookieJar(unsafe=True)
        async with (
            aiohttp.ClientSession(cookie_jar=jar, headers={"User-Agent": agent}) as view,
            view.get(asked) as answer,
        ):
            return answer.status, answer.url.path, await answer.text()


@pytest.fixture
async def on_the_phone(centre):
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield MiniProgram(centre, client)


async def test_a_web_page_opens_as_the_person_who_reported_in_the_mini_program(on_the_phone):
    phone = await on_the_phone.picked_up("章同人", "+8612000000881")
    api = f"{phone.centre.demo.pages}/api/v1"
    filed = await phone.post(f"{api}/reports", REPORT, secret=phone.secret)

    status, path, page = await phone.web_page(f"/m/cases/{filed['case_id']}")

    assert (status, path) == (200, f"/m/cases/{filed['case_id']}")
    assert REPORT["story"] in page
    assert phone.secret not in page


async def test_the_main_button_of_a_fixed_meeting_ends_in_the_room(on_the_phone, centre):
    phone = await on_the_phone.picked_up("云进屋", "+8612000000882")
    api = f"{centre.demo.pages}/api/v1"
    filed = await phone.post(f"{api}/reports", REPORT, secret=phone.secret)
    await fix_meeting(phone, filed["case_id"])

    to_do = (await phone.get(f"/cases/{filed['case_id']}", secret=phone.secret))["to_do"]
    status, path, page = await phone.web_page(to_do.removeprefix(centre.demo.pages))

    assert status == 200
    assert path.startswith(f"/m/cases/{filed['case_id']}/meetings/")
    assert "data-ticket" in page


async def test_somebody_elses_phone_does_not_open_the_page(on_the_phone, centre):
    phone = await on_the_phone.picked_up("潘主人", "+8612000000883")
    api = f"{centre.demo.pages}/api/v1"
    filed = await phone.post(f"{api}/reports", REPORT, secret=phone.secret)
    await phone.picked_up("葛外人", "+8612000000884")

    status, _, page = await phone.web_page(f"/m/cases/{filed['case_id']}")

    assert status == 404
    assert REPORT["story"] not in page


async def test_a_code_lets_in_once(on_the_phone):
    phone = await on_the_phone.picked_up("范一次", "+8612000000885")
    code = await phone.code()
    assert (await phone.web_page("/m/cases", code=code))[:2] == (200, "/m/cases")

    status, path, _ = await phone.web_page("/m/cases", code=code)

    assert (status, path) == (200, "/m/enter")


async def test_a_link_with_somebodys_code_logs_no_ordinary_browser_in(on_the_phone):
    phone = await on_the_phone.picked_up("彭设局", "+8612000000886")

    status, path, page = await phone.web_page("/m/cases", agent="Mozilla/5.0 MicroMessenger/8.0")

    assert (status, path) == (200, "/m/enter")
    assert re.search("登录", page)


async def test_the_entrance_leads_to_no_other_site(on_the_phone):
    phone = await on_the_phone.picked_up("郎不迷", "+8612000000887")

    _, path, _ = await phone.web_page("https://evil.example/m/")

    assert path == "/m/cases"


async def test_large_print_goes_along(on_the_phone):
    phone = await on_the_phone.picked_up("鲁大字", "+8612000000888")

    status, path, page = await phone.web_page("/care?on=1&next=/m/cases")

    assert (status, path) == (200, "/m/cases")
    assert '<html lang="zh-CN" class="care">' in page


async def fix_meeting(phone: MiniProgram, case_id: str) -> None:
    api = f"{phone.centre.demo.pages}/api/v1/cases/{case_id}"
    dispatcher, mediator = phone.centre.dispatcher, phone.centre.mediator

    async def version(secret: str):
        return (await phone.get(f"/cases/{case_id}", secret=secret))["version"]

    choices = await phone.get("/choices", secret=dispatcher)
    own = next(one["value"] for one in choices["mediators"] if "李春和" in one["words"])
    taken = {"version": await version(dispatcher), "type_code": "02", "cell": ""}
    await phone.post(f"{api}/register", taken, secret=dispatcher)
    handed = {"version": await version(dispatcher), "mediator": own}
    await phone.post(f"{api}/dispatch", handed, secret=dispatcher)
    await phone.post(f"{api}/accept", {"version": await version(mediator)}, secret=mediator)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    fixed = {"version": await version(mediator), "starts_at": tomorrow}
    await phone.post(f"{api}/meetings", fixed, secret=mediator)
