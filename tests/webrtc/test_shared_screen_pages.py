"""A screen and a picture of a paper, shown by real pages, seen and recorded by themselves."""

import asyncio

import pytest
from PIL import Image

from domain.ports.rooms import SeatRole, Source
from tests.webrtc.house import FIGURES, FREELY, go_in, hears_and_sees, until

pytestmark = pytest.mark.media

DESK = {"width": 1440, "height": 900}
CHOOSING = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
KEPT = """
() => {
  const real = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getDisplayMedia = async (wish) => (window.shown = await real(wish));
}
"""
SCREENS = """
() => [...document.querySelectorAll("#tiles .screen")].map((tile) => [
  tile.dataset.participant, tile.querySelector("video").videoWidth > 0,
  tile.querySelector("figcaption").textContent,
])
"""
OPEN = "() => window.connections.filter((one) => one.connectionState !== 'closed').length"
PAPER = (200, 120, 40)


async def test_a_screen_and_then_a_paper_are_shown_and_recorded_by_themselves(house, tmp_path):
    browser = await house.a_browser(FREELY, *CHOOSING)
    li = await house.a_page(
        "li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK, browser=browser
    )
    wang = await house.a_page("wang", colour="#00a000")
    for page in (li, wang):
        await go_in(page, agree=True)
    await hears_and_sees(wang, others=1)
    await li.click("#record")
    await until(lambda: wang.is_visible("#light"), 10, "the light")
    cameras = await li.evaluate(OPEN)
    assert not await wang.is_visible("#paper")

    await li.evaluate(KEPT)
    await li.click("#screen")
    await until(lambda: _shows(wang, "li"), 15, "the screen at 王's")
    assert await li.evaluate(OPEN) == cameras + 1
    frames = await _frames(wang)
    await until(lambda: _more_of_each(wang, frames), 15, "both pictures go on")
    assert "大家都看得到" in await li.inner_text("#showing")
    await li.locator("#people").get_by_role("button", name="让他共享屏幕").click()
    await wang.wait_for_selector("#paper:not([hidden])")
    paper = tmp_path / "paper.png"
    Image.new("RGB", (400, 560), PAPER).save(paper)
    await wang.set_input_files("#file", paper)
    await until(lambda: _says(wang, "li先生正在给大家看材料"), 5)

    await li.evaluate("dispatchEvent(new Event('online'))")
    await until(lambda: _segments_of_screens(house, "li") > 1, 15, "it is shown anew")
    frames = await _frames(wang)
    await until(lambda: _more_of_each(wang, frames), 15, "both pictures go on")
    await until(lambda: _seconds(house, "li") > 2, 15, "two seconds of the screen")
    await li.evaluate("window.shown.getTracks()[0].dispatchEvent(new Event('ended'))")
    await until(lambda: _nothing_shown(wang), 10, "the screen is gone")
    assert await li.evaluate(OPEN) == cameras

    await wang.set_input_files("#file", paper)
    await until(lambda: _shows(li, "wang"), 15, "the paper at 李's")
    await until(lambda: _seconds(house, "wang") > 2, 15, "two seconds of the paper")
    await li.locator("#people").get_by_role("button", name="不再让他共享").click()
    await until(lambda: _nothing_shown(li), 10, "the paper is gone")
    assert "已经停止" in await wang.inner_text("#showing")
    assert not await wang.is_visible("#paper")
    await li.click("#stop")
    await until(lambda: all(s.closed for s in house.gate.segments.values()), 10, "closed")

    segments = house.gate.segments.values()
    assert sorted((one.participant, one.source) for one in segments) == [
        ("li", Source.CAMERA),
        ("li", Source.SCREEN),
        ("li", Source.SCREEN),
        ("wang", Source.CAMERA),
        ("wang", Source.SCREEN),
    ]
    for segment in segments:
        found = house.worker.verified(segment.journal)
        assert found.stored.closed
        assert found.about.source == segment.source
    (shown,) = [one for one in segments if (one.participant, one.source) == ("wang", "screen")]
    film = await asyncio.to_thread(house.worker.watched, shown.playback)
    assert film.colour == pytest.approx(PAPER, abs=48)
    assert film.seconds == pytest.approx(shown.seconds, abs=1.5)
    assert [c for c in house.complaints if "rror" in c] == []


async def _shows(page, whom: str) -> bool:
    shown = await page.evaluate(SCREENS)
    return [one[:2] for one in shown] == [[whom, True]]


async def _frames(page) -> dict[str, int]:
    seen = (await page.evaluate(FIGURES))["seen"]
    return {one["track"]: one["frames"] for one in seen if one["kind"] == "video"}


async def _more_of_each(page, before: dict[str, int]) -> bool:
    now = await _frames(page)
    return len(before) == 2 and all(now[track] > before[track] for track in before)


async def _nothing_shown(page) -> bool:
    return await page.evaluate(SCREENS) == []


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#state")


def _segments_of_screens(house, whom: str) -> int:
    kept = house.gate.segments.values()
    return len([one for one in kept if (one.participant, one.source) == (whom, "screen")])


def _seconds(house, whom: str) -> float:
    screens = [one for one in house.gate.segments.values() if one.source is Source.SCREEN]
    return sum(one.seconds for one in screens if one.participant == whom)
