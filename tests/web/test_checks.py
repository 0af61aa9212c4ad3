"""The desk's page of texts that only a human can judge."""

from __future__ import annotations

import pytest

from domain.fraud import judge
from tests.web import browsing
from tests.web.browsing import DESK
from tests.web.test_in_browser import what_is_wrong
from tests.web.test_own_data import look_at

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES
UNCLEAR = "您好，您之前咨询的事情有结果了，麻烦回个电话"


async def asked(office, openid="o-wang"):
    resident = await office.resident(openid)
    async with office.store.begin() as work:
        await office.desks.checks.ask(work, UNCLEAR, judge(UNCLEAR), resident.id)


@pytest.mark.parametrize("login", ["tiaojie", "guanli"])
async def test_nobody_else_sees_the_queue(visitor, office, login):
    await asked(office)
    other = await visitor(staff=login)

    for path in ("/desk/checks", "/api/v1/checks"):
        assert (await other.get(path)).status == 404


async def test_a_text_is_judged_on_the_page(office, opened):
    await asked(office)
    await asked(office, "o-zhang")

    async with opened("/desk/checks", staff="fenpai", size=DESK) as page:
        faults = await what_is_wrong(page, least=43.5)
        await look_at(page, "desk-checks")
        assert "2 个人问过" in await page.content()
        await page.locator("select[name=review]").select_option("fraud")
        await page.get_by_role("button", name="告诉问过的人").click()
        await page.get_by_text("现在没有等人看的消息").wait_for()

    assert faults == []
