"""Before the meeting: one press, and the page says in one sentence whether it will work."""

import json
from datetime import UTC, datetime

import pytest

from tests.web.test_in_browser import what_is_wrong
from tests.webrtc.coturn import a_turn_server
from tests.webrtc.house import CAMERA, FREELY, PROJECT, House, until
from tests.webrtc.test_relayed_pages import told

pytestmark = pytest.mark.media

#: As in a network that lets no UDP out.
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
FILM = f"({CAMERA})({json.dumps({'colour': '#00a000', 'pitch': 440})});"
NO_CAMERA = (
    FILM
    + """
const open = navigator.mediaDevices.getUserMedia;
navigator.mediaDevices.getUserMedia = async (wish) => {
  if (wish.video) throw new DOMException("Permission denied by system", "NotAllowedError");
  return new MediaStream((await open()).getAudioTracks());
};
"""
)
OPENED = """
async (names) => {
  const { open } = await import("/static/testing/devices.js");
  const { CAMERA, MICROPHONE } = await import("/static/testing/words.js");
  const said = [];
  for (const name of names) {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", name); };
    const { stream, camera, microphone } = await open();
    said.push([stream.getTracks().length, CAMERA[camera], MICROPHONE[microphone]]);
  }
  return said;
}
"""
CONCLUDED = """
async (cases) => {
  const { conclude } = await import("/static/testing/verdict.js");
  const { RESULT } = await import("/static/testing/words.js");
  return cases.map(([line, has]) => RESULT[conclude(line, has)][0]);
}
"""
GOOD = {
    "connected": True,
    "sounds": 300,
    "frames": 20,
    "roundTrip": 0.05,
    "lost": {"audio": 0, "video": 0},
}
ALL = {"picture": True, "sound": True, "spoke": True, "deaf": False}
#: What is measured otherwise than well, what does not work, and what is said.
SENTENCES: list[tuple[dict, dict, str]] = [
    ({}, {}, "可以开视频"),
    ({}, {"spoke": False}, "可以开视频，还没听到您说话"),
    ({}, {"deaf": True}, "可以开视频，您这边没有声音"),
    ({}, {"sound": False}, "可以参加，别人听不到您说话"),
    ({}, {"sound": False, "picture": False}, "可以看和听，别人看不到、听不到您"),
    ({"frames": 2}, {}, "网络慢，画面会少，声音没问题"),
    ({"lost": {"audio": 0.01, "video": 0.3}}, {}, "网络慢，画面会少，声音没问题"),
    ({"roundTrip": 1.5}, {"picture": False}, "网络慢，但可以参加"),
    ({"lost": {"audio": 0.3, "video": 0.3}}, {}, "网络很慢，声音会断断续续"),
    ({"sounds": 0}, {}, "连不上"),
    ({"connected": False}, {}, "连不上"),
    ({"connected": False, "why": "expired"}, {}, "还没有试成"),
]


async def test_who_presses_once_sees_and_hears_and_is_told_that_video_works(house: House):
    page = await house.a_test_page("wang")

    await page.click("#go")

    await until(lambda: is_said(page, "#microphone", "听得到您说话"), 15)
    await page.click("#heard")
    await until(lambda: page.is_visible("#returned"), 15, "one's own picture comes back")
    await until(lambda: page.is_visible("#verdict"), 30)
    assert await page.inner_text("#result") == "可以开视频"
    for step in ("camera", "microphone", "speaker", "network"):
        assert await page.get_attribute(f"#{step}", "data-is") == "good"
    assert "直接连上" in await page.inner_text("#network .said")
    assert await page.get_attribute("#verdict .help a", "href") == "tel:010-12345678"
    figures = await page.text_content("#figures") or ""
    print(figures)
    assert "直连" in figures
    assert "上行 0 kbit/s" not in figures
    assert await what_is_wrong(page, least=43.5) == []
    await until(lambda: nobody_tries(house), 5, "it ends by itself")
    assert house.gate.told == []
    assert not list(house.worker.recordings.rglob("*.journal"))
    assert [c for c in house.complaints if "Content Security" in c or "rror" in c] == []


async def test_a_camera_that_the_system_keeps_is_said_and_where_to_allow_it(house: House):
    page = await house.a_test_page("wang", camera=NO_CAMERA)

    await page.click("#go")

    await until(lambda: is_said(page, "#camera", "打开“设置”"), 10)
    assert await page.is_hidden("#mirror")
    await until(lambda: page.is_visible("#verdict"), 30)
    assert await page.inner_text("#result") == "可以参加，只有声音，没有画面"
    assert await page.get_attribute("#network", "data-is") == "good"


async def test_where_no_udp_goes_out_the_page_says_what_to_do(house: House):
    page = await house.a_test_page("wang", browser=await house.a_browser(FREELY, NO_UDP))

    await page.click("#go")

    await until(lambda: page.is_visible("#verdict"), 30)
    assert await page.inner_text("#result") == "连不上"
    assert "请换个网络，或打这个电话" in await page.inner_text("#verdict")
    assert "挡住了视频" in await page.inner_text("#network .said")
    assert await page.is_hidden("#enter")


async def test_where_only_tcp_goes_out_the_turn_server_is_the_way_and_it_is_said(
    house: House, tmp_path
):
    allowed = ("--allow-loopback-peers", "--allowed-peer-ip=127.0.0.1")
    with a_turn_server(tmp_path, *allowed) as port:
        house.ice = told(port, "tcp", at=datetime.now(UTC))
        page = await house.a_test_page("wang", browser=await house.a_browser(FREELY, NO_UDP))

        await page.click("#go")

        await until(lambda: page.is_visible("#verdict"), 30)
        assert "绕路连上了" in await page.inner_text("#network .said")
        assert "中转（TCP）" in (await page.text_content("#figures") or "")
        assert (await page.inner_text("#result")).startswith("可以开视频")


async def test_of_each_device_that_does_not_open_it_is_said_why(house: House):
    page = await house.a_test_page("wang")

    said = await page.evaluate(OPENED, ["NotAllowedError", "NotFoundError", "NotReadableError"])

    assert [tracks for tracks, *_ in said] == [0, 0, 0]
    assert all("点“允许”" in words for words in said[0][1:])
    assert [words[:9] for words in said[1][1:]] == ["没有找到摄像头。电", "没有找到麦克风。电"]
    assert all("正被别的程序使用" in words for words in said[2][1:])


async def test_the_sentence_follows_from_what_was_measured(house: House):
    page = await house.a_test_page("wang")
    cases = [[GOOD | line, ALL | has] for line, has, _ in SENTENCES]

    said = await page.evaluate(CONCLUDED, cases)

    assert said == [sentence for *_, sentence in SENTENCES]


async def test_the_test_page_is_light(house):
    folder = PROJECT / "web" / "static" / "testing"

    assert sum(file.stat().st_size for file in folder.iterdir()) < 24 * 1024


async def is_said(page, step: str, words: str) -> bool:
    return words in await page.inner_text(f"{step} .said")


async def nobody_tries(house: House) -> bool:
    assert house.plane is not None
    house.plane.count()
    figures = house.plane.figures.get(house.worker.socket, {})
    return figures.get("trials") == 0 and figures.get("trials_begun") == 1
