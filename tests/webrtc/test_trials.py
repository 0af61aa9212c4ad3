"""A trial of devices and line: one's own streams come back, to oneself alone, and not for long."""

import asyncio
import time

import pytest
from aiohttp import ClientSession

from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import until
from webrtc import control, seams, wire
from webrtc.port import MediaPort
from webrtc.trial import SECONDS
from webrtc.trials import MOST, Trials


class Heard:
    """A web process's line to which a worker speaks."""

    def __init__(self) -> None:
        self.told: list[tuple[str, wire.News]] = []

    def write(self, message: control.TryTold) -> None:
        self.told.append((message.participant, message.news))

    def of(self, participant: str) -> list[str]:
        return [news.type for one, news in self.told if one == participant]


@pytest.fixture
async def trials():
    port = MediaPort("127.0.0.1")
    port.open()
    with seams.installed(port):
        opened = Trials()
        yield opened
        await opened.close()
    port.close()


async def test_who_tries_gets_their_own_back_and_those_in_the_room_notice_nothing(house, call):
    li, wang = call
    before = len(li.news), len(wang.news)
    async with ClientSession() as session:
        zhang = Caller(session, house.address)
        ticket = house.gate.issue(a_seat("zhang"))

        await zhang.enter({"type": "try", "ticket": ticket})

        await until(lambda: zhang.received > 10, 15, "one's own sound")
        house.plane.count()
        await until(lambda: house.plane.figures, 5)
        figures = house.plane.figures[house.worker.socket]
        await zhang.say({"type": "chat", "text": "有人吗"})
        await until(lambda: zhang.last("problem"), 5)
        await zhang.close()
    names = {"trying", "published", "offer", "problem"}
    assert {news["type"] for news in zhang.news} == names
    assert zhang.last("trying")["seconds"] == SECONDS
    assert zhang.last("problem")["code"] == "not-allowed"
    assert (figures["people"], figures["trials"], figures["trials_begun"]) == (2, 1, 1)
    assert figures["trials_packets_in"] > 0
    assert {news["type"] for news in li.news[before[0] :]} <= {"speaker", "beat"}
    assert {news["type"] for news in wang.news[before[1] :]} <= {"speaker", "beat"}
    assert ("joined", "zhang") not in house.gate.told
    assert not list(house.worker.recordings.rglob("*.journal"))


async def test_a_page_in_which_somebody_tries_anew_ends_the_one_before(house):
    async with ClientSession() as session:
        first, second = Caller(session, house.address), Caller(session, house.address)
        await first.enter({"type": "try", "ticket": house.gate.issue(a_seat("wang"))})
        await until(lambda: first.received > 0, 15)

        await second.enter({"type": "try", "ticket": house.gate.issue(a_seat("wang"))})

        await until(lambda: first.last("replaced"), 5)
        await until(lambda: second.received > 0, 15)
        await asyncio.gather(first.close(), second.close())


async def test_without_a_good_ticket_nothing_comes_back(house):
    used = house.gate.issue(a_seat("wang"))
    await house.gate.trial(used)

    said = await asyncio.gather(told(house, "nobody's"), told(house, used))

    expired = [{"type": "problem", "code": "expired"}]
    assert list(said) == [expired, expired]


async def test_a_trial_ends_by_itself(trials):
    line, now = Heard(), time.monotonic()
    trials.hear(line, control.Try(meeting="m1", participant="wang"), now)

    trials.tick(now + SECONDS - 1)
    assert line.of("wang") == ["trying"]
    trials.tick(now + SECONDS)

    assert line.of("wang") == ["trying", "tried"]
    assert len(trials) == 0
    assert trials.begun == 1


async def test_one_offer_is_answered_and_no_other(trials):
    line, now = Heard(), time.monotonic()
    browser = seams.new_connection()
    browser.addTransceiver("audio", "sendonly")
    await browser.setLocalDescription()
    offer = wire.Publish(sdp=browser.localDescription.sdp)
    trials.hear(line, control.Try(meeting="m1", participant="wang"), now)

    for _ in range(2):
        asked = control.TryAsked(meeting="m1", participant="wang", deed=offer)
        trials.hear(line, asked, now)

    await until(lambda: {"problem", "published", "offer"} <= set(line.of("wang")), 10)
    assert line.of("wang").count("published") == 1
    assert wire.Problem(code="too-many-tries") in [news for _, news in line.told]
    await browser.close()


async def test_few_try_at_once_and_another_web_process_ends_nobodys_trial(trials):
    line, other, now = Heard(), Heard(), time.monotonic()
    for number in range(MOST + 1):
        trials.hear(line, control.Try(meeting="m1", participant=f"p{number}"), now)

    assert line.of(f"p{MOST}") == ["problem", "tried"]
    trials.hear(other, control.TryLeft(meeting="m1", participant="p0"), now)
    assert len(trials) == MOST
    trials.hear(line, control.TryLeft(meeting="m1", participant="p0"), now)
    assert len(trials) == MOST - 1

    trials.lose(line)

    assert len(trials) == 0


async def told(house, ticket: str) -> list[dict]:
    """Try with a ticket, until there is an answer."""
    async with ClientSession() as session:
        stranger = Caller(session, house.address)
        await stranger.enter({"type": "try", "ticket": ticket})
        await until(lambda: stranger.news, 5)
        await stranger.close()
    return stranger.news
