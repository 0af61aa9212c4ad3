"""The page by itself: what it says when something is missing, how big it is, how it looks."""

import resource
from pathlib import Path

import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.house import PROJECT, go_in, hears_and_sees, until

pytestmark = pytest.mark.media

DESK = {"width": 1440, "height": 900}
REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s') }"
ABSENT = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
SIZES = """
() => [...document.querySelectorAll("button, a, input")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect().height])
"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        (REFUSED % "NotAllowedError", "点“允许”"),
        (REFUSED % "NotFoundError", "没有找到摄像头或麦克风"),
        (REFUSED % "NotReadableError", "正被别的程序使用"),
        (ABSENT, "不能打开摄像头和麦克风"),
    ],
)
async def test_what_is_wrong_with_the_camera_is_said_in_plain_words(house, camera, words):
    page = await house.a_page("wang", colour="", camera=camera)

    await page.wait_for_selector("#trouble:not([hidden])")

    assert words in await page.inner_text("#trouble")
    assert "什么都不打开也可以进去" in await page.inner_text("#without")
    assert await page.is_enabled("#enter")
    assert await page.get_attribute("#before .help a", "href") == "tel:010-12345678"


async def test_a_used_ticket_is_refused_in_plain_words(house):
    page = await house.a_page("wang", colour="#00a000")
    house.gate.tickets.clear()

    await page.click("#enter")

    await until(lambda: _says(page, "用过或过期"), 5)
    assert await page.is_hidden("#inside")


@pytest.mark.parametrize("care", ["", "1"])
async def test_everything_to_press_is_big_enough_and_nothing_is_wider_than_a_phone(house, care):
    page = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, care=care)
    least = 60 if care else 44
    await page.wait_for_selector("#enter:enabled")
    assert await _too_small(page, least) == []

    await go_in(page, agree=None)
    await page.wait_for_selector("#consent[open]")
    assert await _too_small(page, least) == []
    await page.click("#yes")
    await page.wait_for_selector("#withdraw:not([hidden])")

    assert await _too_small(page, least) == []
    assert not await page.evaluate(WIDER)


@pytest.mark.parametrize("care", ["", "1"])
async def test_no_label_lies_on_one_s_own_small_picture(house, care):
    page = await house.a_page("wang", colour="#00a000", care=care)
    await go_in(page, agree=False)

    picture = await page.locator(".own video").bounding_box()
    label = await page.locator(".own figcaption").bounding_box()

    assert await page.inner_text(".own figcaption") == "我"
    assert label["y"] >= picture["y"] + picture["height"] - 1
    assert label["width"] <= picture["width"] + 1


async def test_the_page_is_light_and_breaks_no_rule_of_its_policy(house):
    page = await house.a_page("wang", colour="#00a000")
    await go_in(page, agree=False)

    folder = PROJECT / "web" / "static" / "room"
    assert sum(file.stat().st_size for file in folder.iterdir()) < 50 * 1024
    assert [c for c in house.complaints if "Content Security" in c or "rror" in c] == []


async def test_where_sound_needs_a_tap_the_tap_to_enter_is_enough(house):
    """The nearest local stand-in for the rule of phones: autoplay only after a gesture."""
    browser = await house.a_browser("--autoplay-policy=user-gesture-required")
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000", browser=browser)

    await go_in(li, agree=None)
    await go_in(wang, agree=None)

    await hears_and_sees(wang, others=1)


async def test_a_refused_play_shows_a_button_that_plays(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000")
    await wang.evaluate("""() => {
      const play = HTMLMediaElement.prototype.play;
      let refused = 0;
      HTMLMediaElement.prototype.play = function () {
        if (refused++ < 3 && !this.muted)
          return Promise.reject(new DOMException("", "NotAllowedError"));
        return play.call(this);
      };
    }""")
    await go_in(li, agree=None)
    await go_in(wang, agree=False)

    await wang.wait_for_selector("#tiles .play:not([hidden])")
    await wang.evaluate("document.querySelector('#tiles .play').click()")
    await wang.evaluate("document.querySelector('#tiles .play').click()")
    await wang.evaluate("document.querySelector('#tiles .play').click()")

    await until(lambda: wang.is_hidden("#tiles .play"), 5)


async def test_words_are_carried_to_everybody_as_they_were_typed(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    wang = await house.a_page("wang", colour="#00a000")
    for page in (li, wang):
        await go_in(page, agree=False)

    await wang.fill("#words", "<b>请大声一点</b>")
    await wang.press("#words", "Enter")

    await until(lambda: _heard(li, "wang先生：<b>请大声一点</b>"), 5)


async def test_microphone_and_camera_can_be_turned_off_and_on(house):
    page = await house.a_page("wang", colour="#00a000")
    await go_in(page, agree=False)

    await page.click("#mic")
    assert await page.inner_text("#mic") == "打开麦克风"
    assert await page.get_attribute("#mic", "aria-pressed") == "true"
    await page.click("#mic")

    assert await page.inner_text("#mic") == "关闭麦克风"


async def test_a_full_disk_stops_the_recording_and_the_room_says_so(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR)
    await go_in(li, agree=True)
    await li.click("#record")
    await until(lambda: li.is_visible("#light"), 10)
    house.plane.count()
    await until(lambda: house.plane.figures, 5)

    recorder = house.plane.figures[house.worker.socket]["recorder_pid"]
    size = max(file.stat().st_size for file in house.worker.recordings.rglob("*.journal"))
    resource.prlimit(recorder, resource.RLIMIT_FSIZE, (size + 4096, resource.RLIM_INFINITY))

    await until(lambda: _says(li, "空间满了"), 10)
    assert await li.is_hidden("#light")
    assert await li.is_visible("#record")
    assert Path(f"/proc/{recorder}").exists()


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#state")


async def _heard(page, words: str) -> bool:
    return words in await page.inner_text("#said")


async def _too_small(page, least: int) -> list:
    return [(name, high) for name, high in await page.evaluate(SIZES) if high < least - 0.5]
