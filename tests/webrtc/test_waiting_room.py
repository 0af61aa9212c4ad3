"""Who is new waits outside: neither seen nor shown anything, until the mediator lets them in."""

import asyncio

import pytest
from aiohttp import ClientSession

from domain.ids import MeetingId
from domain.ports.rooms import SeatRole
from tests.fakes import FakeClock
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import go_in, hears_and_sees, is_let_in, until
from tests.webrtc.test_consents import Tape
from webrtc import wire
from webrtc.hosted import HostedRoom

DESK = {"width": 1440, "height": 900}


@pytest.fixture
def told():
    """A room with 李, who leads and records, and 赵; 王 waits outside."""
    heard: dict[str, list[wire.News]] = {"li": [], "zhao": [], "wang": []}
    room = HostedRoom(MeetingId("m1"), Tape(), FakeClock(), lambda _: None)
    seats = (
        a_seat("li", role=SeatRole.MEDIATOR, consented=True),
        a_seat("zhao", consented=True),
        a_seat("wang", waiting=True),
    )
    for seat in seats:
        room.seat(seat, heard[seat.participant].append)
    room.ask("li", wire.Record())
    room.review()
    return room, heard


async def test_only_the_mediator_sees_who_waits_and_who_waits_sees_nobody(told):
    room, heard = told

    room.ask("li", wire.Chat(text="只给在场的人"))

    assert {news.type for news in heard["wang"]} == {"waiting"}
    assert heard["wang"][-1].mediator
    rosters = [[one for one in heard[who] if one.type == "roster"][-1] for who in ("li", "zhao")]
    assert [len(roster.people) for roster in rosters] == [2, 2]
    assert [[one.participant for one in roster.waiting] for roster in rosters] == [["wang"], []]


@pytest.mark.parametrize(
    "deed", [wire.Watch(), wire.Publish(sdp=""), wire.Chat(text="喂"), wire.Hand(up=True)]
)
async def test_who_waits_outside_does_nothing_in_the_room(told, deed):
    room, heard = told
    before = len(heard["zhao"])

    room.ask("wang", deed)

    assert heard["wang"][-1] == wire.Problem(code="not-ready")
    assert len(heard["zhao"]) == before


async def test_recording_needs_no_consent_of_who_waits_and_theirs_once_they_are_in(told):
    room, heard = told
    assert heard["li"][-1].recording == "starting"

    room.ask("li", wire.Admit(participant="wang"))

    assert (heard["li"][-1].recording, heard["li"][-1].reason) == ("waiting", "consent")
    assert "admitted" in [news.type for news in heard["wang"]]


async def test_a_party_lets_nobody_in(told):
    room, heard = told

    room.ask("zhao", wire.Admit(participant="wang"))

    assert heard["zhao"][-1] == wire.Problem(code="not-allowed")
    assert room.people["wang"].seat.waiting


@pytest.mark.media
async def test_who_is_let_in_hears_and_is_heard_and_does_not_wait_again(house, call):
    li, _ = call
    async with ClientSession() as session:
        zhao = Caller(session, house.address)
        seat = a_seat("zhao", waiting=True)
        await zhao.enter({"type": "enter", "ticket": house.gate.issue(seat)})
        await until(lambda: li.last("roster")["waiting"], 5)
        assert zhao.last("welcome")["waiting"]
        assert zhao.last("offer") is None

        await li.say({"type": "admit", "participant": "zhao"})
        await until(lambda: zhao.received > 20, 15, "sound of the others")
        assert [one["participant"] for one in li.last("roster")["people"]] == ["li", "wang", "zhao"]

        token = zhao.last("welcome")["resume"]
        await zhao.close()
        again = Caller(session, house.address)
        await again.enter({"type": "resume", "token": token})
        await until(lambda: again.last("welcome"), 5)
        assert not again.last("welcome")["waiting"]
        await again.close()


@pytest.mark.media
async def test_the_page_says_that_one_is_awaited_and_the_mediators_opens_the_door(house):
    wang = await house.a_page("wang", colour="#00a000", waiting=True)
    await wang.click("#enter")
    await until(lambda: _says(wang, "还没有到"), 5)
    assert await wang.is_hidden("#inside")

    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    await go_in(li, agree=True)
    await until(lambda: _says(wang, "已经看到您在等"), 5)
    zhao = await house.a_page("zhao", colour="#0000c0", waiting=True)
    await li.click("#people .awaited >> text=请进来")
    await wang.wait_for_selector("#consent[open]")
    await wang.click("#yes")
    await is_let_in(zhao, li)

    await asyncio.gather(hears_and_sees(li, others=2), hears_and_sees(wang, others=2))


@pytest.mark.media
async def test_everybody_is_told_and_known_before_the_mediation_begins(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    unknown = {"waiting": True, "acknowledged": False, "identified": False}
    wang = await house.a_page("wang", colour="#00a000", **unknown)
    await go_in(li, agree=True)

    await is_let_in(wang, li, untold=True)
    people = li.locator("#people")
    await people.get_by_text("还不能正式开始，还差：wang先生（核对身份）", exact=True).wait_for()
    assert await people.get_by_text("还没看完权利告知").count() == 0
    await people.get_by_role("button", name="看过证件").click()
    await people.get_by_role("button", name="正式开始调解").click()

    await people.get_by_text("调解已经正式开始").wait_for()
    assert ("acknowledge", "wang", "rights-1") in house.gate.told
    assert ("identity-document", "wang") in house.gate.told
    assert [c for c in house.complaints if "rror" in c] == []


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#seen")
