"""背靠背 in the books: kept apart, and to the other side the same as a plain pause."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from domain.actors import Resident
from domain.canonical import sha256_of
from domain.errors import BadInput, NotAllowed, NotFound
from domain.ids import MeetingId
from domain.jobs import MakeManifest
from domain.manifests import Files, manifest_of
from domain.ports.rooms import Order, Seat, Where
from services.meetings import CONSENT_TEXT
from tests.factories import LI
from tests.services.house import (
    House,
    Quarrel,
    a_report_filed,
    accepted,
    meeting_fixed,
    other_side,
)
from tests.services.test_rooms import a_segment, came_back, came_in, let_in


class Talk:
    """A meeting that goes on: 李, 王 and 张 in the room, recorded."""

    def __init__(self, house: House, quarrel: Quarrel, seats: list[Seat]) -> None:
        self.house, self.quarrel = house, quarrel
        self.li, self.wang, self.zhang = seats
        self.meeting = self.li.meeting_id

    @property
    def other(self) -> Resident:
        return other_side(self.quarrel)

    async def apart(self, who: Seat) -> str:
        """Take somebody aside and record it; give the recording's id."""
        doors = await self.house.meetings.take_aside(self.li, [who.participant])
        li = self.li.participant
        await self.house.meetings.recording(
            self.meeting, on=True, wanted=True, by=li, aside=doors.aside
        )
        await self.recorded(doors.aside, who, seconds=7.0)
        return doors.aside

    async def recorded(self, of: str, who: Seat, *, seconds: float, number: int = 1) -> None:
        made = a_segment(MeetingId(of), who.participant, closed=True)
        place = f"{of}/{who.participant}/{number:04d}"
        journal, playback = f"{place}.journal", f"{place}.webm"
        await self.house.meetings.recorded(
            replace(made, number=number, seconds=seconds, journal=journal, playback=playback)
        )

    async def everything_the_other_side_can_fetch(self, *, over: bool = False) -> str:
        """What 张 sees of the case and of what was recorded, without ids and numbers."""
        case = await self.house.cases.view(self.other, self.quarrel.case_id)
        segments = await self.house.meetings.segments(self.other, self.meeting)
        films = await self.house.films.list_for(self.other, self.meeting)
        shown = [*(asdict(one) for one in segments), *(asdict(one) for one in films)]
        seat = None if over else await came_back(self.house, self.zhang)
        told = repr((asdict(case), shown, seat))
        for known in (case.line.number, case.line.id, self.meeting, *_participants(self)):
            told = told.replace(known, "")
        return re.sub(r"[A-Za-z0-9_-]{20,}", "id", told)


def _participants(talk: Talk) -> list[str]:
    return [one.participant for one in (talk.li, talk.wang, talk.zhang)]


async def begun(house: House) -> Talk:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    li = await came_in(house, LI, meeting_id)
    parties = (quarrel.wang, other_side(quarrel))
    seats = [await let_in(house, li, await came_in(house, who, meeting_id)) for who in parties]
    return Talk(house, quarrel, [li, *seats])


async def test_everything_the_other_side_can_fetch_is_the_same_for_a_pause_and_a_talk_apart(
    house: House,
) -> None:
    seen: dict[str, list[str]] = {}
    for how in ("pause", "aside"):
        began = house.clock()
        talk = await begun(house)
        seen[how] = []
        await house.meetings.recording(talk.meeting, on=True, wanted=True, by=talk.li.participant)
        await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
        await house.meetings.recording(talk.meeting, on=False, wanted=True, by=talk.li.participant)
        if how == "pause":
            await house.meetings.order(talk.li, Order.PAUSE)
        else:
            await talk.apart(talk.wang)
        seen[how].append(await talk.everything_the_other_side_can_fetch())
        await house.meetings.order(talk.li, Order.TOGETHER)
        await house.meetings.recording(talk.meeting, on=True, wanted=True, by=talk.li.participant)
        await talk.recorded(talk.meeting, talk.zhang, seconds=9.0, number=2)
        seen[how].append(await talk.everything_the_other_side_can_fetch())
        await house.meetings.end(talk.li)
        await house.work_off()
        seen[how].append(await talk.everything_the_other_side_can_fetch(over=True))
        assert house.clock() == began

    assert seen["pause"] == seen["aside"]
    assert "'seconds': 9.0" in seen["aside"][1]
    assert "'ready': True" in seen["aside"][2]


async def test_only_who_was_in_it_and_the_mediator_play_a_talk_apart(house: House) -> None:
    talk = await begun(house)
    aside = await talk.apart(talk.wang)
    meetings, participant = house.meetings, talk.wang.participant

    for who in (talk.quarrel.wang, LI):
        (kept,) = await meetings.segments(who, talk.meeting)
        assert (kept.aside, kept.seconds) == (aside, 7.0)
        key = await house.playback.film(who, talk.meeting, participant, 1, aside=aside)
        assert key == f"recordings/{aside}/{participant}/0001.webm"

    assert await meetings.segments(talk.other, talk.meeting) == ()
    for guess in (aside, ""):
        with pytest.raises(NotFound):
            await house.playback.film(talk.other, talk.meeting, participant, 1, aside=guess)


async def test_the_list_of_what_was_recorded_tells_of_no_talk_apart(house: House) -> None:
    talk = await begun(house)
    await talk.apart(talk.wang)
    await house.work_off()
    async with house.store.read() as work:
        meeting = await work.meetings.get(talk.meeting)
        events = await work.cases.history(talk.quarrel.case_id)
    names = dict.fromkeys(_participants(talk), "")

    listed = manifest_of(
        meeting, names, Files(segments=[]), events, committee="", edition=1, at=house.clock()
    )

    assert "meeting.aside" in {event.kind for event in events}
    assert "aside" not in repr(listed)
    assert meeting.asides[0].id not in repr(listed)


async def test_a_talk_apart_has_a_signed_list_of_its_own_that_tells_of_nobody_else(
    house: House,
) -> None:
    talk = await begun(house)
    await house.meetings.consent(talk.wang, given=True, text_version=CONSENT_TEXT)
    await house.meetings.consent(talk.zhang, given=True, text_version=CONSENT_TEXT)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    aside = await talk.apart(talk.wang)
    house.clock.forward(timedelta(minutes=5))
    both = [talk.wang.participant, talk.zhang.participant]
    await house.meetings.take_aside(talk.li, both)
    await house.meetings.end(talk.li)
    await house.work_off()

    lists = await house.manifests.list_for(LI, talk.meeting)
    file = await house.manifests.file(LI, talk.meeting, aside=aside)

    assert [one.aside for one in lists] == ["", aside]
    assert lists[1].sha256 == sha256_of(file.decode())
    told = json.loads(file)["manifest"]
    assert (told["meeting"]["id"], told["meeting"]["apart_in"]) == (aside, talk.meeting)
    assert (told["meeting"]["began"], told["meeting"]["ended"]) == (
        (house.clock() - timedelta(minutes=5)).isoformat(),
        house.clock().isoformat(),
    )
    assert [one["seconds"] for one in told["segments"]] == [7.0]
    assert [one["file"] for one in told["films"]] == [f"{aside}/montage-1.webm"]
    assert [one["participant"] for one in told["consents"]] == [talk.wang.participant]
    assert [one["kind"] for one in told["events"]] == ["meeting.aside"]
    assert talk.zhang.participant.encode() not in file
    assert "张三".encode() not in file
    table = await house.manifests.file(LI, talk.meeting)
    assert aside.encode() not in table
    with pytest.raises(NotFound):
        await house.manifests.file(LI, talk.meeting, aside="another")


async def test_the_lists_of_table_and_talk_are_made_at_once_and_neither_waits_for_the_other(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    aside = await talk.apart(talk.wang)
    await house.meetings.end(talk.li)

    jobs = [MakeManifest(MeetingId(talk.meeting), one) for one in ("", aside)]
    await asyncio.gather(*(house.manifests.make(job) for job in jobs))

    lists = await house.manifests.list_for(LI, talk.meeting)
    assert [one.aside for one in lists] == ["", aside]


async def test_where_everybody_is_outlives_page_and_worker(house: House) -> None:
    talk = await begun(house)
    aside = await talk.apart(talk.wang)

    seats = [await came_back(house, one) for one in (talk.li, talk.wang, talk.zhang)]
    assert [one.where for one in seats] == [Where.ASIDE, Where.ASIDE, Where.PAUSED]
    assert [one.aside for one in seats] == [aside, aside, ""]

    await house.meetings.order(talk.li, Order.PAUSE)
    assert (await came_back(house, talk.wang)).where is Where.PAUSED
    await house.meetings.order(talk.li, Order.TOGETHER)
    assert (await came_back(house, talk.zhang)).where is Where.TABLE


async def test_a_talk_apart_that_was_recorded_is_so_again_after_a_break_and_nobody_reads_of_it(
    house: House,
) -> None:
    talk = await begun(house)
    before = await _history(talk)
    stirred = len(house.bus.told)
    await talk.apart(talk.wang)

    seats = [await came_back(house, one) for one in (talk.li, talk.wang, talk.zhang)]
    assert [one.records for one in seats] == [True, False, False]
    assert await _history(talk) == [*before, "meeting.aside"]
    assert len(house.bus.told) == stirred

    await house.meetings.order(talk.li, Order.TOGETHER)
    assert not (await came_back(house, talk.li)).records
    await house.meetings.take_aside(talk.li, [talk.wang.participant])
    assert not (await came_back(house, talk.li)).records


async def _history(talk: Talk) -> list[str]:
    async with talk.house.store.read() as work:
        return [one.kind for one in await work.cases.history(talk.quarrel.case_id)]


async def test_who_comes_to_a_talk_that_goes_on_is_not_given_what_was_said_before(
    house: House,
) -> None:
    talk = await begun(house)
    first = await talk.apart(talk.wang)
    house.clock.forward(timedelta(minutes=5))

    both = [talk.wang.participant, talk.zhang.participant]
    second = (await house.meetings.take_aside(talk.li, both)).aside
    await talk.recorded(second, talk.zhang, seconds=3.0)

    assert first != second
    (kept,) = await house.meetings.segments(talk.other, talk.meeting)
    assert kept.aside == second


async def test_only_the_mediators_seat_takes_somebody_aside_and_only_who_was_let_in(
    house: House,
) -> None:
    talk = await begun(house)
    await house.meetings.order(talk.li, Order.REMOVE, talk.zhang.participant)

    with pytest.raises(NotAllowed):
        await house.meetings.take_aside(talk.wang, [talk.wang.participant])
    for nobody in ([], [talk.li.participant], [talk.zhang.participant]):
        with pytest.raises(BadInput):
            await house.meetings.take_aside(talk.li, nobody)
