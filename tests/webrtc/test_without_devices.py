"""Without a camera by sound, without a microphone by picture, without either by watching."""

import io

import av
import pytest

from domain.ports.rooms import SeatRole
from sealing.whole import opened
from tests.webrtc.house import CAMERA, FIGURES, KEY, House, go_in, hears_and_sees, until

pytestmark = pytest.mark.media

#: Gives only what is there: a wish for more is answered as a browser without that device does.
ONLY = """
  const whole = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (%(lacking)s) throw new DOMException("", "%(error)s");
    const stream = await whole();
    for (const track of stream.getTracks())
      if (!wish[track.kind]) stream.removeTrack(track);
    return stream;
  };
"""
FILM = '({"colour": "#00a000", "pitch": 700})'
NO_CAMERA = f"({CAMERA}){FILM};" + ONLY % {"lacking": "wish.video", "error": "NotFoundError"}
CAMERA_REFUSED = f"({CAMERA}){FILM};" + ONLY % {"lacking": "wish.video", "error": "NotAllowedError"}
NO_MICROPHONE = f"({CAMERA}){FILM};" + ONLY % {"lacking": "wish.audio", "error": "NotFoundError"}
NOTHING = f"({CAMERA}){FILM};" + ONLY % {"lacking": "true", "error": "NotAllowedError"}


@pytest.fixture
async def li(house: House):
    """A mediator with camera and microphone is in the room."""
    page = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR)
    await go_in(page, agree=True)
    return page


@pytest.mark.parametrize(("camera", "why"), [(NO_CAMERA, "没有找到"), (CAMERA_REFUSED, "没有允许")])
async def test_without_a_camera_one_comes_in_by_sound_and_is_recorded(house, li, camera, why):
    wang = await house.a_page("wang", colour="", camera=camera)
    await wang.wait_for_selector("#trouble:not([hidden])")
    assert why in await wang.inner_text("#trouble")
    assert "别人听得到您说话，看不到您" in await wang.inner_text("#without")
    assert await wang.is_hidden("#mirror")

    await go_in(wang, agree=True)

    await hears_and_sees(wang, others=1)
    await until(lambda: loud(li), 15, "sound and no picture")
    assert "只有声音" in await li.inner_text('[data-participant="wang"] .unseen')
    assert await wang.is_hidden("#camera")
    assert await wang.is_visible("#mic")
    await li.click("#record")
    await until(lambda: seconds_of(house, "wang") > 5, 20, "recorded sound")
    await li.click("#stop")
    await until(lambda: all(s.closed for s in house.gate.segments.values()), 30, "closed")
    assert kinds_in(house, "wang") == ["audio"]
    assert sorted(kinds_in(house, "li")) == ["audio", "video"]


async def test_without_a_microphone_one_is_seen_hears_and_may_type(house, li):
    wang = await house.a_page("wang", colour="", camera=NO_MICROPHONE)
    await wang.wait_for_selector("#without:not([hidden])")
    assert "别人看得到您，听不到您说话" in await wang.inner_text("#without")

    await go_in(wang, agree=True)

    await hears_and_sees(wang, others=1)
    await until(lambda: li.evaluate(SEES, "wang"), 10, "a picture")
    assert "没有声音" in await li.inner_text('[data-participant="wang"] figcaption')
    assert await wang.is_hidden("#mic")
    await wang.fill("#words", "我听得到")
    await wang.press("#words", "Enter")
    await until(lambda: li.inner_text("#said"), 5)


async def test_who_opens_nothing_watches_listens_and_types(house, li):
    wang = await house.a_page("wang", colour="", camera=NOTHING)

    await go_in(wang, agree=True)

    await hears_and_sees(wang, others=1)
    assert "在看和听" in await li.inner_text('[data-participant="wang"] .unseen')
    await li.click("#record")
    await until(lambda: seconds_of(house, "li") > 1, 20, "the mediator is recorded")
    assert {s.participant for s in house.gate.segments.values()} == {"li"}
    await wang.click("#withdraw")
    await until(lambda: li.is_hidden("#light"), 3, "dark: who only watches counts, too")


async def test_who_only_watched_comes_back_after_the_worker_died(house, li):
    wang = await house.a_page("wang", colour="", camera=NOTHING)
    await go_in(wang, agree=True)
    await hears_and_sees(wang, others=1)

    await house.worker.end()
    await until(lambda: told(wang, "正在自动恢复"), 5)
    await house.worker.start()

    await until(lambda: told(wang, ""), 20)
    await hears_and_sees(wang, others=1)


async def test_a_page_that_is_loaded_again_is_back_in_the_room_without_a_question(house, li):
    wang = await house.a_page("wang", colour="#00a000")
    await go_in(wang, agree=True)
    await hears_and_sees(li, others=1)

    await wang.reload()

    await wang.wait_for_selector("#inside:not([hidden])", timeout=5_000)
    await hears_and_sees(wang, others=1)
    await hears_and_sees(li, others=1)
    assert await wang.is_hidden("#consent")
    assert await wang.is_visible("#withdraw")
    assert ("left", "wang") not in house.gate.told


async def test_who_did_not_agree_is_not_asked_again_after_a_reload_but_may(house, li):
    wang = await house.a_page("wang", colour="#00a000")
    await go_in(wang, agree=False)

    await wang.reload()
    await wang.wait_for_selector("#agree:not([hidden])")

    assert await wang.is_hidden("#consent")


async def test_a_place_that_is_gone_leads_to_the_door_and_not_to_a_wall(house, li):
    wang = await house.a_page("wang", colour="#00a000")
    await go_in(wang, agree=False)
    seat = house.gate.seats.pop(("m1", "wang"))
    address = f"/room/{house.gate.issue(seat)}"

    await wang.evaluate(MOVED, address)
    await wang.reload()

    await wang.wait_for_selector("#enter:enabled")
    await go_in(wang, agree=True)
    assert await wang.is_visible("#inside")


async def test_who_left_is_not_taken_back_by_a_reload(house, li):
    wang = await house.a_page("wang", colour="#00a000")
    await go_in(wang, agree=True)

    await wang.click("#leave")
    await wang.wait_for_selector("#after:not([hidden])")

    assert await wang.evaluate("sessionStorage.length") == 0


#: The page was loaded again with a new ticket, and its tab remembers the place of before.
MOVED = """
(address) => {
  sessionStorage.setItem(`room:${address}`, Object.values(sessionStorage)[0]);
  history.replaceState(null, "", `${address}?role=party&care=`);
}
"""
SEES = """
(participant) =>
  document.querySelector(`[data-participant="${participant}"] video`)?.videoWidth > 0
"""


async def told(page, words: str) -> bool:
    state = await page.inner_text("#state")
    return words in state if words else not state


async def loud(page) -> bool:
    seen = (await page.evaluate(FIGURES))["seen"]
    kinds = {line["kind"] for line in seen if line["energy"] > 0 or line["frames"] > 0}
    return kinds == {"audio"}


def seconds_of(house: House, participant: str) -> float:
    own = [s.seconds for s in house.gate.segments.values() if s.participant == participant]
    return max(own, default=0.0)


def kinds_in(house: House, participant: str) -> list[str]:
    (one,) = [s for s in house.gate.segments.values() if s.participant == participant]
    octets = (house.worker.recordings / one.playback).read_bytes()
    with av.open(io.BytesIO(opened(KEY, f"recordings/{one.playback}", octets)), "r") as film:
        return [stream.type for stream in film.streams]
