"""A resident's page about their own data, with and without scripts, and in a browser."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from domain.jobs import EraseData, MakeCopy
from tests.web import browsing
from tests.web.browsing import DESK, PHONE
from tests.web.test_in_browser import what_is_wrong

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


async def do(office, kind):
    deeds = {EraseData: office.desks.privacy.erase, MakeCopy: office.desks.privacy.make_copy}
    for job in await office.store.waiting_jobs():
        if isinstance(job, kind):
            await deeds[kind](job)


async def look_at(page, name):
    """Keep the picture that the documents show, if wanted."""
    if "FENGQIAO_KEEP_PICTURES" in os.environ:
        await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def test_the_page_says_what_why_by_which_article_and_how_long(visitor, office):
    await office.reported("o-wang")
    resident = await visitor(resident="o-wang")

    text = await (await resident.get("/m/me")).text()

    assert "您的案件" in text
    assert "人民调解法第二十七条" in text
    assert "随案卷保管" in text


async def test_nobody_sees_another_persons_data_or_copy(visitor, office):
    mine, other = await visitor(resident="o-wang"), await visitor(resident="o-zhang")
    stranger = await visitor()
    await mine.post("/api/v1/my/copies", json={})
    await do(office, MakeCopy)
    (copy,) = (await (await mine.get("/api/v1/my/data")).json())["copies"]

    assert (await other.get("/api/v1/my/data")).status == 200
    assert (await (await other.get("/api/v1/my/data")).json())["copies"] == []
    assert (await other.post(f"/m/me/copies/{copy['id']}")).status == 404
    assert (await stranger.get("/api/v1/my/data")).status == 401


async def test_a_copy_is_taken_once_without_scripts(visitor, office):
    await office.reported("o-wang")
    resident = await visitor(resident="o-wang")
    await resident.post("/api/v1/my/copies", json={})
    await do(office, MakeCopy)
    (copy,) = (await (await resident.get("/api/v1/my/data")).json())["copies"]

    answer = await resident.post(f"/m/me/copies/{copy['id']}")
    again = await resident.post(f"/m/me/copies/{copy['id']}")

    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(await answer.read())) as packed:
        assert "data.json" in packed.namelist()
    assert again.status == 404


async def test_who_takes_back_their_log_in_is_logged_out(visitor, office):
    resident = await visitor(resident="o-wang")

    answer = await resident.post("/api/v1/my/withdrawals", json={"wish": "account"})

    assert answer.status == 204
    assert (await resident.get("/api/v1/my/data")).status == 401


@pytest.mark.parametrize(("size", "care"), [(PHONE, False), (PHONE, True), (DESK, False)])
async def test_the_page_is_accessible_and_easy_to_hit(office, opened, size, care):
    await office.reported("o-wang")

    async with opened("/m/me", resident="o-wang", size=size, care=care) as page:
        faults = await what_is_wrong(page, least=59.5 if care else 43.5)
        if size is PHONE and not care:
            await look_at(page, "me")

    assert faults == []


async def test_taking_back_asks_once_more_and_tells_what_became_of_it(office, opened):
    await office.reported("o-wang")

    async with opened("/m/me", resident="o-wang") as page:
        await page.locator("summary", has_text="没有交到案件里的图片、语音").click()
        await page.get_by_role("button", name="撤回：没有交到案件里的图片、语音").click()
        await page.get_by_role("button", name="是的，确定").click()
        await page.get_by_role("heading", name="您撤回过的").wait_for()
        await do(office, EraseData)
        await page.reload()
        assert "已经办完" in await page.content()
