"""The mediator leads: hands, mutes, who is out, and the door, seen by pages and on the disk."""

import asyncio
import signal
import time
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from domain.companions import Joining
from domain.ports.rooms import Beside, SeatRole
from tests.webrtc.gate import a_seat
from tests.webrtc.house import go_in, until

pytestmark = pytest.mark.media

DESK = {"width": 1440, "height": 900}


async def recorded(house, participant: str) -> float:
    """Give how many seconds of somebody are on the disk."""
    segments = house.gate.segments.values()
    return sum(one.seconds for one in segments if one.participant == participant)


async def hears_nothing_more(caller) -> int:
    """Wait until what was on its way is played; give how many frames were heard until then."""
    heard = [-1, 0.0]

    def still() -> bool:
        if heard[0] != caller.received:
            heard[:] = caller.received, time.monotonic()
        return time.monotonic() - heard[1] > 0.5  # seconds: 25 frames

    await until(still, 10, "nothing more is heard")
    return caller.received


async def recording(house, li, *others) -> None:
    """Have everybody agree and the recorder run."""
    for caller in (li, *others):
        await caller.say({"type": "consent", "text_version": "2026-1"})
    await li.say({"type": "record"})
    await until(lambda: _line(li)["recording"] == "on", 10, "recording")


async def test_who_is_muted_is_neither_heard_nor_recorded_until_unmuted(house, call):
    li, wang = call
    await recording(house, li, wang)

    await li.say({"type": "mute", "participant": "wang", "on": True})
    await until(lambda: _person(wang, "wang")["muted"], 5, "told")
    before = await recorded(house, "wang")
    await until(lambda: _closed(house, "wang"), 5, "the segment of sound alone ends")
    heard, kept = await hears_nothing_more(li), await recorded(house, "wang")
    other_way = wang.received
    await until(lambda: wang.received > other_way + 50, 10, "a second of the other way")
    assert li.received == heard
    assert await recorded(house, "wang") == kept
    assert kept - before < 1.0

    await li.say({"type": "mute", "participant": "wang", "on": False})
    heard = li.received
    await until(lambda: li.received > heard + 25, 10, "heard again")
    assert [told[0] for told in house.gate.told if told[-1] == "wang"][-2:] == ["mute", "unmute"]


async def test_while_the_books_are_away_nobody_is_recorded_by_what_was_known_before(house, call):
    li, wang = call
    await recording(house, li, wang)
    beside = Beside(id="c1", name="王奶奶", how=Joining.BESIDE, agreed=False)
    seats = house.gate.seats
    seats["m1", "wang"] = replace(seats["m1", "wang"], company=(beside,))  # told to no worker

    house.gate.away = 3
    await house.worker.end(signal.SIGKILL)
    await house.worker.start()

    await until(lambda: house.gate.away == 0, 15, "the books were asked again")
    await until(lambda: _line(li).get("reason") == "consent", 15, "it waits for who was not told")
    await until(lambda: _person(li, "wang").get("company"), 15, "who is there")
    await until(lambda: _person(li, "wang")["consented"], 15, "王 had agreed all the time")


async def test_a_mute_outlives_the_page_and_the_worker(house, call):
    li, wang = call
    await li.say({"type": "mute", "participant": "wang", "on": True})
    await until(lambda: ("mute", "wang") in house.gate.told, 5)

    await house.worker.end(signal.SIGKILL)
    await until(lambda: wang.last("interrupted"), 5)
    wang.news.clear()
    await house.worker.start()

    await until(lambda: wang.last("roster"), 20)
    assert _person(wang, "wang")["muted"]


async def test_of_who_is_taken_out_not_a_packet_goes_on_and_no_ticket_lets_them_in(house, call):
    li, wang = call
    await recording(house, li, wang)

    await li.say({"type": "remove", "participant": "wang"})
    await until(lambda: wang.last("removed"), 5)
    await until(lambda: _closed(house, "wang"), 5, "their segment is closed")
    heard, kept = await hears_nothing_more(li), await recorded(house, "wang")
    size = _size(house, "wang")
    await until(lambda: house.gate.segments["m1/li/0001.journal"].seconds > kept + 1.5, 10)

    assert li.received == heard
    assert (await recorded(house, "wang"), _size(house, "wang")) == (kept, size)
    assert li.last("doors")["removed"] == [{"participant": "wang", "name": "wang先生"}]
    assert await first_answer(house, a_seat("wang")) == {"type": "problem", "code": "removed"}

    await li.say({"type": "readmit", "participant": "wang"})
    await until(lambda: li.last("doors")["removed"] == [], 5)
    assert (await first_answer(house, a_seat("wang")))["type"] == "welcome"


async def test_a_locked_door_lets_back_in_who_was_in_and_nobody_new(house, call):
    li, _ = call

    await li.say({"type": "lock", "on": True})
    await until(lambda: (li.last("doors") or {}).get("locked"), 5)

    assert await first_answer(house, a_seat("zhao")) == {"type": "problem", "code": "locked"}
    assert (await first_answer(house, a_seat("wang")))["type"] == "welcome"


@pytest.mark.parametrize(
    "order",
    [
        {"type": "mute", "participant": "li", "on": True},
        {"type": "remove", "participant": "li"},
        {"type": "readmit", "participant": "li"},
        {"type": "lock", "on": True},
        {"type": "lower", "participant": "li"},
    ],
)
async def test_a_party_orders_nothing(house, call, order):
    li, wang = call

    await wang.say(order)

    await until(lambda: wang.last("problem"), 5)
    assert wang.last("problem")["code"] == "not-allowed"
    assert not li.last("removed")
    assert house.gate.removed == {}
    assert not house.gate.locked


async def test_the_pages_show_a_hand_a_mute_and_the_door(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    wang = await house.a_page("wang", colour="#00a000")
    await asyncio.gather(go_in(li, agree=True), go_in(wang, agree=True))

    await wang.click("#hand")
    await until(lambda: _shows(li, "#tiles", "举手了"), 5)
    await li.click("text=放下他的手")
    await until(lambda: _shows(wang, "#hand", "举手"), 5)

    await li.click("text=关他的麦克风")
    await until(lambda: wang.is_visible("#held"), 5)
    assert await wang.is_disabled("#mic")
    await li.click("text=打开他的麦克风")
    await until(lambda: wang.is_enabled("#mic"), 5)

    await li.click("text=锁门")
    await until(lambda: _shows(li, "#people", "门锁着"), 5)
    li.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await li.click("text=请出去")
    await until(lambda: _shows(wang, "#farewell", "请出"), 5)
    await until(lambda: _shows(li, "#people", "让他回来"), 5)
    assert [c for c in house.complaints if "rror" in c] == []


async def first_answer(house, seat) -> dict:
    """Knock with a ticket, and give the server's first word."""
    ticket = house.gate.issue(seat)
    headers = {"Origin": house.address}
    async with (
        ClientSession() as session,
        session.ws_connect(f"{house.address}/room/socket", headers=headers) as socket,
    ):
        await socket.send_json({"type": "enter", "ticket": ticket})
        return await socket.receive_json(timeout=5)


def _line(caller) -> dict:
    return caller.last("roster") or {"recording": ""}


def _person(caller, participant: str) -> dict:
    people = (caller.last("roster") or {"people": []})["people"]
    return next((one for one in people if one["participant"] == participant), {"muted": None})


def _closed(house, participant: str) -> bool:
    found = [one for one in house.gate.segments.values() if one.participant == participant]
    return bool(found) and all(one.closed for one in found)


def _size(house, participant: str) -> int:
    folder = house.worker.recordings / "m1" / participant
    return sum(file.stat().st_size for file in folder.glob("*.journal"))


async def _shows(page, where: str, words: str) -> bool:
    return words in await page.inner_text(where)


async def test_recording_waits_for_who_sits_beside_somebody(house):
    li = await house.a_page("li", colour="#c00000", role=SeatRole.MEDIATOR, viewport=DESK)
    wang = await house.a_page("wang", colour="#00a000")
    for page in (li, wang):
        await go_in(page, agree=True)
    await li.wait_for_selector("#people >> text=wang先生")
    await li.click("#record")
    await until(lambda: wang.is_visible("#light"), 10, "recorded")

    await li.click("#people p:has-text('wang先生') >> text=登记同席的人")
    assert "wang先生" in await li.inner_text("#companion")
    await li.fill("#companion-name", "王奶奶")
    await li.click("#companion >> text=不同意")
    await li.click("#companion-note")
    await until(lambda: wang.is_hidden("#light"), 5, "it rests")
    await until(lambda: _says(wang, "还差：王奶奶"), 5, "for whom it waits")
    assert "王奶奶（同席）" in await li.inner_text(".tile[data-participant=wang] figcaption")

    li.on("dialog", lambda dialog: dialog.accept())  # both are asked about once more
    await li.click("#people >> text=他同意录音录像了")
    await until(lambda: wang.is_visible("#light"), 10, "recorded again")
    await li.click("#people .beside >> text=他走了")
    await until(lambda: li.is_hidden("#people .beside"), 5, "gone")
    told = [one for one in house.gate.told if one[0].startswith("companion")]
    assert [one[-1] for one in told] == ["refused", "agreed", "gone"]


async def _says(page, words: str) -> bool:
    return words in await page.inner_text("#state")
