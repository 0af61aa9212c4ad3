"""Step 3: both sides are invited, see and hear one another, and are recorded by consent."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.people import (
    PATIENCE,
    address_in,
    enters_by_wechat,
    folder_of_recordings,
    proves_the_number,
)
from tests.webrtc.films import apart, watch
from tests.webrtc.house import go_in, hears_and_sees, is_let_in

COLOURS = {"mediator": (0xC0, 0, 0), "wang": (0, 0xA0, 0), "liu": (0, 0, 0xC0)}
PITCHES = {"mediator": 400, "wang": 700, "liu": 1100}


def camera(who):
    red, green, blue = COLOURS[who]
    return {"colour": f"#{red:02x}{green:02x}{blue:02x}", "pitch": PITCHES[who]}


async def meet(town, wang, liu, case_address):
    """3. Both sides are invited by what they have; three browsers see and hear one another."""
    page = town["mediator"].page
    first = page.locator("aside .party").first
    await first.get_by_text("登记姓名、电话").click()
    own = first.locator("form", has=page.locator("input[name=phone]"))
    await own.locator("input[name=name]").fill("王秀兰")
    await own.locator("input[name=phone]").fill("12000000001")
    await own.get_by_role("button", name="保存").click()
    await expect(page.locator("aside .party").first).to_contain_text("王秀兰")
    await page.get_by_text("补充当事人").click()
    added = page.locator("aside form", has=page.locator("select[name=side]"))
    await added.locator("input[name=name]").fill("刘大勇")
    await added.locator("input[name=phone]").fill("12000000002")
    await added.get_by_role("button", name="加入").click()
    others = page.locator("aside .party", has_text="被申请人")
    await expect(others).to_contain_text("刘大勇")  # who stands there before is only proposed
    soon = datetime.now(UTC) + timedelta(hours=8, minutes=3)
    await page.locator("input[name=starts_at]").fill(soon.strftime("%Y-%m-%dT%H:%M"))
    await page.get_by_role("button", name="约定并通知各方").click()
    await expect(page.get_by_role("link", name="进入调解室")).to_be_visible()

    room_of_wang = await wang.last_notice("调解时间已定")
    await town["wang"].shows(wang.phone, "phone-notice")
    await liu.takes_the_phone()
    room_of_liu = address_in(await liu.last_sms("/room/"))
    await town["liu"].shows(liu.phone, "phone-sms")
    assert "/room/" in room_of_wang
    assert "/room/" in room_of_liu

    stranger = await town["supervisor"].goes_to(room_of_liu)
    await expect(stranger.get_by_text("要先确认是您本人")).to_be_visible()
    assert "刘大勇" not in await stranger.content()
    await stranger.close()

    wang_page = await enters_by_wechat(wang, room_of_wang)
    liu_page = await town["liu"].goes_to(room_of_liu)
    await town["liu"].shows(liu_page, "invitation")
    await proves_the_number(liu, liu_page)
    await page.get_by_role("link", name="进入调解室").click()
    pages = (page, wang_page, liu_page)
    for one in pages:
        await expect(one.locator("#enter")).to_be_enabled(timeout=PATIENCE)
    await town["liu"].shows(liu_page, "room-before")
    await tries_devices_and_line(town["liu"], liu_page)
    await go_in(page)
    for one in (wang_page, liu_page):
        await is_let_in(one, page, untold=True)
        await page.locator("#people").get_by_role("button", name="看过证件").click()
    await page.locator("#people").get_by_role("button", name="正式开始调解").click()
    await expect(page.locator("#people")).to_contain_text("调解已经正式开始")
    await asyncio.gather(*(hears_and_sees(one, others=2, within=60) for one in pages))
    await page.locator("#record").click()
    for one in pages:
        await expect(one.locator("#light")).to_be_visible(timeout=PATIENCE)
    await asyncio.sleep(8)  # the meeting itself: what is said and shown for eight seconds
    await town["mediator"].shows(page, "room-desk")
    await town["liu"].shows(liu_page, "room-phone")
    await page.locator("#stop").click()
    for one in pages:
        await expect(one.locator("#light")).to_be_hidden(timeout=PATIENCE)
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator("#end").click()
    await expect(liu_page.locator("#after")).to_be_visible(timeout=PATIENCE)
    await town["liu"].shows(liu_page, "room-after")
    await wang_page.close()
    await liu_page.close()
    await page.goto(case_address)
    await expect(page.get_by_text("已结束").first).to_be_visible(timeout=PATIENCE)
    await town["mediator"].shows(page, "desk-met")
    return folder_of_recordings(town["demo"])


async def tries_devices_and_line(who, page):
    """From the room's entrance and back to it; the others notice nothing."""
    await page.get_by_role("link", name="试一试设备和网络").click()
    await page.get_by_role("button", name="开始试").click()
    await page.get_by_role("button", name="听到了").click()
    await expect(page.locator("#result")).to_have_text("可以开视频", timeout=PATIENCE)
    await who.shows(page, "trial")
    await page.get_by_role("link", name="进入调解室").click()
    await expect(page.locator("#enter")).to_be_enabled(timeout=PATIENCE)


def check_recordings(folder: Path):
    """One playable file for each, in its own colour and pitch, flash and beep together."""
    key = (folder.parents[1] / "keys" / "recordings.key").read_bytes()
    films = [
        watch(path, key, f"recordings/{path.relative_to(folder)}")
        for path in sorted(folder.glob("*/*/*.webm"))
    ]

    assert len(films) == 3
    found = {nearest(film.colour): film for film in films}
    assert set(found) == set(COLOURS)
    for who, film in found.items():
        assert abs(film.pitch - PITCHES[who]) < 40, (who, film.pitch)
        assert film.seconds > 6
        assert max(apart(film)) < 0.2, (who, apart(film))


def nearest(colour):
    return min(
        COLOURS,
        key=lambda who: sum((a - b) ** 2 for a, b in zip(colour, COLOURS[who], strict=True)),
    )
