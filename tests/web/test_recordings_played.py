"""Playing a recording in a real browser: faster, back, under the viewer's name, and noted."""

import pytest
from playwright.async_api import expect

from tests.web import browsing
from tests.web.browsing import DESK
from tests.web.centre import a_recorded_meeting
from tests.web.test_in_browser import what_is_wrong
from tests.webrtc.packets import speaking, written
from webrtc.webm import derive

pytestmark = pytest.mark.asyncio(loop_scope="module")
chromium, office, opened, server, visitor = browsing.FIXTURES


async def test_a_recording_is_played_faster_and_again_under_the_viewers_name(
    office, opened, tmp_path
):
    case_id, meeting_id = await a_recorded_meeting(office)
    written(tmp_path / "0001.journal", speaking(3))
    derive(tmp_path / "0001.journal", tmp_path / "film.webm")
    film = (tmp_path / "film.webm").read_bytes()
    await office.desks.objects.put("recordings/m1/li/0001.webm", film)

    address = f"/desk/cases/{case_id}/meetings/{meeting_id}/recordings"
    async with opened(address, size=DESK, staff="tiaojie") as page:
        await expect(page.locator(".viewer")).to_contain_text("李春和")
        assert await what_is_wrong(page, least=43.5) == []
        await page.select_option("[data-speed]", "2")
        await page.evaluate("document.querySelector('video').play()")
        await page.evaluate(REACHED, 0.5)
        rate = await page.evaluate("document.querySelector('video').playbackRate")
        await page.evaluate("document.querySelector('video').pause()")
        await page.get_by_role("button", name="退 15 秒").click()
        begun = await page.evaluate("document.querySelector('video').currentTime")
        covered = await page.evaluate(COVERED)

    assert (rate, begun) == (2, 0)
    assert covered
    async with office.store.read() as work:
        kinds = [event.kind for event in await work.cases.history(case_id)]
    assert kinds.count("meeting.recording-played") == 1


REACHED = """(second) => new Promise((reached) => {
  const video = document.querySelector("video");
  const look = () => video.currentTime > second && reached();
  video.addEventListener("timeupdate", look);
  look();
})"""
#: The name lies over the picture and takes no clicks from it.
COVERED = """() => {
  const [mark, video] = [".viewer", "video"].map((one) => document.querySelector(one));
  const [upper, lower] = [mark, video].map((one) => one.getBoundingClientRect());
  return getComputedStyle(mark).pointerEvents === "none" && upper.top >= lower.top
    && upper.bottom <= lower.bottom && upper.left >= lower.left;
}"""
