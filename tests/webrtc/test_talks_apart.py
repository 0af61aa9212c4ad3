"""背靠背: one side apart with the mediator; to the other side it is a plain pause."""

import asyncio
import signal
from pathlib import Path

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.async_api import expect

from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.fakes import FakeClock
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import FIGURES, go_in, hears_and_sees, until
from tests.webrtc.test_consents import Tape
from tests.webrtc.test_led_rooms import hears_nothing_more
from webrtc import wire
from webrtc.hosted import HostedRoom
from webrtc.speaking import EVERY

DESK = {"width": 1440, "height": 900}
SAID = wire.Chat(text="我最多出三千")
#: What happens where 李 and 王 are, while 赵 has a pause.
DEEDS: dict[str, tuple[str, wire.Deed]] = {
    "chat": ("wang", SAID),
    "answer": ("li", SAID),
    "hand": ("wang", wire.Hand(up=True)),
    "hand down": ("wang", wire.Hand(up=False)),
    "record": ("li", wire.Record()),
    "stop": ("li", wire.Stop()),
    "mute": ("li", wire.Mute(participant="wang", on=True)),
    "unmute": ("li", wire.Mute(participant="wang", on=False)),
    "allow": ("li", wire.Allow(participant="wang", on=True)),
    "forbid": ("li", wire.Allow(participant="wang", on=False)),
    "unshare": ("wang", wire.Unshare()),
    "withdraw": ("wang", wire.Withdraw(text_version="1")),
    "consent": ("wang", wire.Consent(text_version="1")),
}
STEPS = st.lists(st.sampled_from([*DEEDS, "lost", "back", "gone", "outsider's hand"]), max_size=12)


class Watched:
    """A room of 李, 王 and 赵, and everything that 赵 is told in it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.now = 100.0
        self.tape = Tape()
        self.to_web: list = []
        self.room = HostedRoom(MeetingId("m1"), self.tape, FakeClock(), self.to_web.append)
        self.sit("li", role=SeatRole.MEDIATOR)
        self.sit("wang")
        seat = a_seat("zhao", consented=True)
        self.room.seat(seat, lambda news: self.told.append(news.model_dump_json()))
        self.room.review()

    def sit(self, name, **facts):
        self.room.seat(a_seat(name, consented=True, **facts), lambda _: None)

    def listen(self, *, apart: bool) -> None:
        """Let two seconds pass in which everybody speaks; 赵's pause is silent for the rest."""
        louder = {"li": 100.0, "wang": 110.0} if apart else {"li": 80.0}
        for step in range(10):
            self.now += EVERY
            self.room.listen({"zhao": 90.0} | (louder if step % 2 else {}), self.now)

    def do(self, step):
        match step:
            case "lost":
                self.room.lose_page("wang")
            case "back":
                if (wang := self.room.people.get("wang")) is not None:
                    self.room.seat(wang.seat, lambda _: None)
                    self.room.review()
            case "gone":
                self.room.let_go("wang")
            case "outsider's hand":
                self.room.ask("zhao", wire.Hand(up=True))
            case _:
                self.room.ask(*DEEDS[step])


@given(recorded=st.booleans(), steps=STEPS)
@settings(max_examples=120, deadline=None)
def test_whatever_happens_in_a_talk_apart_the_other_side_is_told_what_a_pause_tells(
    recorded, steps
):
    async def told(*, paused: bool, aside: str, members: list[str]) -> list[str]:
        watched = Watched()
        if recorded:
            watched.room.ask("li", wire.Record())
        watched.listen(apart=False)
        watched.room.place(paused=paused, aside=aside, members=members)
        for step in steps if aside else [one for one in steps if one.startswith("outsider")]:
            watched.do(step)
        watched.listen(apart=bool(aside))
        if "gone" not in steps:  # else who left is missing at the table, after a pause, too
            watched.room.place(paused=False, aside="", members=[])
            watched.room.listen({"zhao": 100.0, "li": 90.0}, watched.now + EVERY)
        return [one for one in watched.told if "wang" not in one or '"place":"table"' not in one]

    async def both() -> tuple[list[str], list[str]]:
        pause = await told(paused=True, aside="", members=[])
        return pause, await told(paused=False, aside="talk", members=["wang"])

    pause, apart = asyncio.run(both())
    assert pause == apart


async def test_who_speaks_is_told_at_the_same_table_and_nowhere_else():
    watched = Watched()
    heard_by_wang: list[wire.News] = []
    watched.room.seat(a_seat("wang", consented=True), heard_by_wang.append)
    watched.listen(apart=False)
    assert '{"type":"speaker","participant":"zhao"}' in watched.told
    watched.room.place(paused=False, aside="talk", members=["wang"])
    before = list(watched.told)

    watched.listen(apart=True)

    assert heard_by_wang[-1] == wire.Speaker(participant="wang")
    assert watched.told == before


async def test_the_other_side_is_alone_and_may_not_even_write():
    watched = Watched()
    watched.room.place(paused=False, aside="talk", members=["wang"])
    seen = wire.Roster.model_validate_json(watched.told[-1])

    watched.room.ask("zhao", SAID)

    assert [one.participant for one in seen.people] == ["zhao"]
    assert (seen.place, seen.recording, seen.apart) == ("paused", "off", [])
    assert wire.Problem(code="not-ready").model_dump_json() == watched.told[-1]


async def test_what_is_written_in_a_talk_apart_stays_in_it():
    watched = Watched()
    watched.room.place(paused=False, aside="talk", members=["wang"])
    before = list(watched.told)

    watched.room.ask("wang", SAID)

    assert watched.told == before


async def test_the_recording_of_the_table_rests_meanwhile_and_the_talk_has_its_own():
    watched = Watched()
    watched.room.ask("li", wire.Record())
    turned = len(watched.to_web)

    watched.room.place(paused=False, aside="talk", members=["wang"])
    watched.room.ask("li", wire.Record())

    assert watched.room.is_recorded
    told = [one for one in watched.to_web[turned:] if one.type == "recording-turned"]
    assert [(one.aside, one.on, one.wanted) for one in told] == [("talk", False, True)]
    assert {one.meeting for one in watched.to_web[turned:] if one.type == "recording-turned"} <= {
        "m1"
    }


@pytest.mark.media
async def test_when_the_worker_dies_the_talk_is_recorded_again_and_after_it_the_table(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    wang = await house.a_page("wang", colour="#00a000")
    for page in (li, wang):
        await go_in(page, agree=True)
    await li.click("#record")
    await until(lambda: _numbers(house, "m1") == {1}, 20, "the table recorded")
    wangs = li.locator("#people p", has_text="wang先生")
    await wangs.get_by_role("button", name="和他单独谈").click()
    await until(lambda: _says(wang, "单独和您谈"))
    await li.click("#record")
    await until(lambda: _numbers(house, "m1-aside-1") == {1}, 20, "the talk recorded")

    await house.worker.end(signal.SIGKILL)
    await house.worker.start()

    await until(lambda: _numbers(house, "m1-aside-1") == {1, 2}, 30, "a second segment of the talk")
    assert _numbers(house, "m1") == {1}
    await li.get_by_role("button", name="请大家回来").click()
    await until(lambda: _numbers(house, "m1") == {1, 2}, 30, "the table recorded again")
    assert [c for c in house.complaints if "rror" in c] == []


def _numbers(house, of: str) -> set[int]:
    kept = [one for one in house.gate.segments.values() if one.meeting_id == of]
    return {one.number for one in kept if one.seconds > 0}


@pytest.mark.media
async def test_apart_nobody_else_hears_a_packet_and_the_recording_is_kept_by_itself(house, call):
    li, wang = call
    async with ClientSession() as session:
        zhao = Caller(session, house.address)
        await zhao.enter({"type": "enter", "ticket": house.gate.issue(a_seat("zhao"))})
        await until(lambda: zhao.received > 20, 15, "sound of the others")
        for caller in (li, wang):
            await caller.say({"type": "consent", "text_version": "2026-1"})

        await li.say({"type": "aside", "participants": ["wang"]})
        await until(lambda: zhao.last("roster")["place"] == "paused", 5)
        await li.say({"type": "record"})
        await until(lambda: li.last("roster")["recording"] == "on", 10, "the talk is recorded")
        heard, told = await hears_nothing_more(zhao), len(zhao.news)
        await wang.say({"type": "chat", "text": "我最多出三千"})
        await until(lambda: li.last("said"), 5)
        await until(lambda: _recorded(house, "wang") > 1.5, 10, "a second and more of the talk")
        assert zhao.received == heard
        assert [one for one in zhao.news[told:] if one["type"] != "offer"] == []
        assert {one.meeting_id for one in house.gate.segments.values()} == {"m1-aside-1"}
        folders = {path.relative_to(house.worker.recordings).parts[:2] for path in _journals(house)}
        assert folders == {("m1-aside-1", "li"), ("m1-aside-1", "wang")}

        await li.say({"type": "together"})
        await until(lambda: zhao.last("roster")["place"] == "table", 5)
        await until(lambda: all(one.closed for one in house.gate.segments.values()), 30)
        await zhao.close()


@pytest.mark.media
async def test_the_pages_say_a_pause_to_one_side_and_a_talk_apart_to_the_other(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    wang = await house.a_page("wang", colour="#00a000")
    zhao = await house.a_page("zhao", colour="#0000c0")
    for page in (li, wang, zhao):
        await go_in(page, agree=True)
    people = li.locator("#people")
    wangs = people.locator("p", has_text="wang先生")
    await wangs.get_by_role("button", name="和他单独谈").click()

    await until(lambda: _says(zhao, "现在休会"))
    await until(lambda: _says(wang, "单独和您谈"))
    await expect(zhao.locator("#tiles .tile:not(.own)")).to_have_count(0)
    assert await zhao.is_hidden("#say")
    still, frames = (await zhao.evaluate(FIGURES))["seen"], await _frames(wang)
    await until(lambda: _more_frames(wang, frames + 30), 15, "the talk goes on")
    assert (await zhao.evaluate(FIGURES))["seen"] == still

    await people.get_by_role("button", name="请大家回来").click()
    await hears_and_sees(zhao, others=2)
    assert await zhao.is_hidden("#place")
    assert [c for c in house.complaints if "rror" in c] == []


def _recorded(house, participant: str) -> float:
    kept = [one for one in house.gate.segments.values() if one.participant == participant]
    return sum(one.seconds for one in kept)


async def _frames(page) -> int:
    return sum(line["frames"] for line in (await page.evaluate(FIGURES))["seen"])


async def _more_frames(page, than: int) -> bool:
    return await _frames(page) > than


def _journals(house) -> list[Path]:
    return list(house.worker.recordings.rglob("*.journal"))


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#place")
