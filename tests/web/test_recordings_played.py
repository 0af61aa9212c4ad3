"""Playing a recording in a real browser: faster, back, under the viewer's name, and noted."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.web import browsing
from tests.web.browsing import DESK, PHONE
from tests.web.centre import a_recorded_meeting
from tests.web.test_in_browser import what_is_wrong
from tests.webrtc.film_archive import the_archive
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
        await expect(page.locator("figure .viewer")).to_contain_text("李春和")
        await page.locator("figure [data-speed]").select_option("2")
        await page.evaluate("document.querySelector('figure video').play()")
        await page.evaluate(REACHED, ["figure video", 0.5])
        rate = await page.evaluate("document.querySelector('figure video').playbackRate")
        await page.evaluate("document.querySelector('figure video').pause()")
        await page.locator("figure").get_by_role("button", name="退 15 秒").click()
        begun = await page.evaluate("document.querySelector('figure video').currentTime")
        covered = await page.evaluate(COVERED, "figure")

    assert (rate, begun) == (2, 0)
    assert covered
    async with office.store.read() as work:
        kinds = [event.kind for event in await work.cases.history(case_id)]
    assert kinds.count("meeting.recording-played") == 1


async def test_the_film_of_everybody_jumps_to_whoever_spoke_for_mediator_and_party(
    office, opened, tmp_path
):
    case_id, meeting_id = await a_recorded_meeting(office)
    archive = the_archive(tmp_path)
    await archive.make()
    film = archive.plain()
    await office.desks.objects.put(f"recordings/{meeting_id}/montage-1.webm", film)
    pages = [
        (f"/desk/cases/{case_id}/meetings/{meeting_id}/recordings", DESK, {"staff": "tiaojie"}),
        (f"/m/cases/{case_id}/meetings/{meeting_id}/recordings", PHONE, {"resident": "o-wang"}),
    ]
    shown = []

    for address, size, who in pages:
        async with opened(address, size=size, **who) as page:
            assert await what_is_wrong(page, least=43.5) == []
            await page.get_by_role("button", name="下一次：李春和").click()
            await page.evaluate(REACHED, [".film video", 1.2])
            await expect(page.locator(".turns [aria-current]")).to_contain_text("0:01 李春和")
            assert await page.evaluate(COVERED, ".film")
            shown.append(await page.evaluate(SIZE))

    assert shown == [[1280, 720, 10.5]] * 2
    async with office.store.read() as work:
        history = await work.cases.history(case_id)
    played = [one.by for one in history if one.kind == "meeting.recording-played"]
    assert len(set(played)) == 2


async def test_how_far_the_film_is_can_be_seen_and_it_comes_by_itself(office, opened):
    case_id, meeting_id = await a_recorded_meeting(office)
    async with office.store.begin() as work:
        ready = await work.meetings.montage(meeting_id)
        await work.meetings.keep_montage(replace(ready, ready=False, done=0, parts=0))

    async with opened(
        f"/m/cases/{case_id}/meetings/{meeting_id}/recordings", resident="o-wang"
    ) as page:
        await page.clock.install()
        await page.reload()
        await expect(page.get_by_text("排在队里")).to_be_visible()
        await expect(page.get_by_text("已经做好")).to_be_hidden()
        await come_to(office, replace(ready, ready=False, done=3, parts=8))
        await page.clock.fast_forward(LOOKS)
        await expect(page.get_by_text("已经做好 3 段，一共 8 段")).to_be_visible()
        await expect(page.get_by_text("排在队里")).to_be_hidden()
        assert await what_is_wrong(page, least=43.5) == []
        await come_to(office, ready)
        await page.clock.fast_forward(LOOKS)
        await expect(page.locator(".film video")).to_be_visible(timeout=20_000)


async def test_the_viewers_name_and_the_time_are_whole_wherever_they_stand(office, opened):
    case_id, meeting_id = await a_recorded_meeting(office)

    async with opened(
        f"/m/cases/{case_id}/meetings/{meeting_id}/recordings", resident="o-wang", care=True
    ) as page:
        await page.clock.install()
        await page.reload()
        places = [await stands(page) for _ in range(5)]

    assert len({where for _, where in places}) == 5
    assert [covered for covered, _ in places] == [True] * 5


async def stands(page):
    await page.clock.fast_forward(STAYS)
    where = await page.evaluate("document.querySelector('figure .viewer').style.inset")
    return await page.evaluate(COVERED, "figure"), where


async def come_to(office, montage):
    async with office.store.begin() as work:
        await work.meetings.keep_montage(montage)


LOOKS = 20_000  # ms between two questions of the page
STAYS = 20_000  # ms for which the name stands in one place


REACHED = """([which, second]) => new Promise((reached) => {
  const video = document.querySelector(which);
  const look = () => video.currentTime > second && reached();
  video.addEventListener("timeupdate", look);
  look();
})"""
#: The name lies over the picture and takes no clicks from it.
COVERED = """(within) => {
  const own = document.querySelector(within);
  const [mark, video] = [".viewer", "video"].map((one) => own.querySelector(one));
  const [upper, lower] = [mark, video].map((one) => one.getBoundingClientRect());
  return getComputedStyle(mark).pointerEvents === "none" && upper.top >= lower.top
    && upper.bottom <= lower.bottom && upper.left >= lower.left && upper.right <= lower.right;
}"""
SIZE = """() => {
  const { videoWidth, videoHeight, duration } = document.querySelector(".film video");
  return [videoWidth, videoHeight, Math.round(duration * 10) / 10];
}"""
