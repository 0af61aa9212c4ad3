"""Recording with real pages: after everybody agreed, one film per person, true to each."""

import asyncio

import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.films import apart
from tests.webrtc.house import go_in, hears_and_sees, until
from tests.webrtc.killing import a_recorded_meeting, everything_plays

pytestmark = pytest.mark.media

COLOURS = {"li": (192, 0, 0), "wang": (0, 160, 0), "zhao": (0, 0, 192)}
TWO_COLOURS = {"li": (192, 0, 0), "wang": (0, 160, 0)}
CODECS_SEEN = """
async () => {
  const all = [];
  for (const connection of window.connections)
    if (connection.connectionState !== "closed")
      for (const stats of [await connection.getStats()])
        for (const one of stats.values())
          if (one.type === "inbound-rtp") all.push(stats.get(one.codecId)?.mimeType);
  return all.sort();
}
"""
PITCHES = {"li": 400, "wang": 700, "zhao": 1100}


def is_lit(page):
    return page.is_visible("#light")


async def test_each_recording_holds_its_own_colour_and_pitch_in_step(house):
    roles = {"li": SeatRole.MEDIATOR}
    pages = [
        await house.a_page(
            name,
            colour="rgb({},{},{})".format(*COLOURS[name]),
            pitch=PITCHES[name],
            role=roles.get(name, SeatRole.PARTY),
        )
        for name in COLOURS
    ]
    for page in pages:
        await go_in(page, agree=True)
    await asyncio.gather(*(hears_and_sees(page, others=2) for page in pages))

    await pages[0].click("#record")
    await asyncio.gather(*(until(lambda p=p: is_lit(p), 10, "the light") for p in pages))
    await until(lambda: _seconds(house) > 8, 20, "eight recorded seconds of each")
    await pages[0].click("#stop")
    await until(lambda: all(s.closed for s in house.gate.segments.values()), 30, "closed")

    assert not await is_lit(pages[1])
    assert ("recording", "on", "li", "m1") in house.gate.told
    assert sorted(s.participant for s in house.gate.segments.values()) == sorted(COLOURS)
    for file in house.worker.recordings.rglob("*.*"):
        octets = file.read_bytes()
        assert not any(plain in octets for plain in (b"V_VP8", b"A_OPUS", b"OpusHead"))
    for segment in house.gate.segments.values():
        found = house.worker.verified(segment.journal)
        assert found.stored.closed
        assert found.stored.sha256 == segment.sha256
        film = await asyncio.to_thread(house.worker.watched, segment.playback)
        assert film.colour == pytest.approx(COLOURS[segment.participant], abs=48)
        assert film.pitch == pytest.approx(PITCHES[segment.participant], abs=25)
        assert film.seconds == pytest.approx(segment.seconds, abs=1.0)
        assert max(apart(film)) < 0.2


@pytest.mark.parametrize("house", ["H264"], indirect=True)
async def test_a_room_of_h264_is_kept_as_it_came_and_plays_everywhere(house):
    await a_recorded_meeting(house)
    li, wang = (context.pages[0] for browser in house.browsers for context in browser.contexts)
    await until(lambda: len(house.gate.segments) == 2, 20, "both are recorded")
    await until(
        lambda: min(s.seconds for s in house.gate.segments.values()) > 5, 30, "five seconds"
    )
    seen = [await page.evaluate(CODECS_SEEN) for page in (li, wang)]
    await li.click("#stop")
    await until(lambda: all(s.closed for s in house.gate.segments.values()), 30, "closed")

    assert seen == [["audio/opus", "video/H264"]] * 2
    for segment in house.gate.segments.values():
        assert segment.playback.endswith(".mkv")
        film = await asyncio.to_thread(house.worker.watched, segment.playback)
        assert film.colour == pytest.approx(TWO_COLOURS[segment.participant], abs=48)
        assert film.seconds == pytest.approx(segment.seconds, abs=1.0)
        assert max(apart(film)) < 0.2
    found = await everything_plays(house, wang)
    assert (found.films, found.complaints) == (2, [])


def _seconds(house) -> float:
    """What every one of the three has on disk."""
    stored = [s.seconds for s in house.gate.segments.values()]
    return min(stored) if len(stored) == 3 else 0.0


async def test_recording_waits_for_everybody_pauses_for_a_newcomer_and_stops_on_withdrawal(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR)
    wang = await house.a_page("wang", colour="#00a000")
    await go_in(li, agree=True)
    await go_in(wang, agree=False)

    await li.click("#record")
    await until(lambda: _says(li, "等待在场的每个人同意"), 5, "waiting")
    assert not house.gate.segments

    await wang.click("#agree")
    await until(lambda: is_lit(li), 10, "the light once everybody agrees")

    zhao = await house.a_page("zhao", colour="#0000c0")
    await go_in(zhao, agree=None)
    await until(lambda: _is_dark(li), 2, "dark while the newcomer has not agreed")
    await until(lambda: all(s.ended for s in house.gate.segments.values()), 5, "ended")

    await zhao.click("#yes")
    await until(lambda: is_lit(zhao), 10, "the light after the newcomer agreed")
    assert {s.number for s in house.gate.segments.values()} == {1, 2}

    await wang.click("#withdraw")
    await until(lambda: _is_dark(li), 1, "dark within a second of a withdrawal")
    await until(lambda: all(s.ended for s in house.gate.segments.values()), 5, "ended")
    assert ("withdraw", "wang", "2026-1") in house.gate.told


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#state")


async def _is_dark(page) -> bool:
    return not await page.is_visible("#light")
