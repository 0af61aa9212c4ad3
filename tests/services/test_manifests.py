"""When a meeting is over and everything of it is kept, it is listed: what, why, who agreed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.canonical import canonical, sha256_of
from domain.errors import LedgerAway, NotFound, Stale
from domain.jobs import MakeManifest
from domain.manifests import Record
from domain.ports.rooms import Segment, Source
from domain.ports.store import Work
from services.manifests import KINDS
from services.meetings import CONSENT_TEXT
from tests.factories import LI, NOON, ZHAO
from tests.fakes import QueuingStore
from tests.services.house import House, a_report_filed, accepted, meeting_fixed


@pytest.fixture
async def seats(house: House):
    """A meeting in which the mediator and a party are."""
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    li = await house.meetings.enter(await house.meetings.ticket(LI, meeting_id))
    wang = await house.meetings.enter(await house.meetings.ticket(quarrel.wang, meeting_id))
    await house.meetings.consent(wang, given=True, text_version=CONSENT_TEXT)
    return li, wang


async def newest(house: House, seat) -> str:
    lists = await house.manifests.list_for(LI, seat.meeting_id)
    return next((one.sha256 for one in lists if not one.aside), "")


async def test_the_list_says_what_was_recorded_why_it_ended_and_who_agreed(house: House, seats):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1, ended="size"))
    await house.meetings.recorded(a_segment(wang, number=2, gap_before=4.5))
    await house.meetings.recorded(a_segment(wang, number=3, gap_before=2.0, ended="stopped"))
    await house.meetings.end(li)

    await house.work_off()

    file = await house.manifests.file(LI, wang.meeting_id)
    told = json.loads(file)["manifest"]
    assert [one["ended"] for one in told["segments"]] == ["size", "crash", "stopped"]
    assert [one["gap"]["because"] for one in told["segments"]] == ["", "size", "crash"]
    assert [one["participant"] for one in told["consents"]] == [wang.participant]
    assert {one["name"] for one in told["participants"]} == {"李调解", "王小明", "张三"}
    assert await newest(house, wang) == sha256_of(file.decode())


async def test_what_was_shown_is_listed_as_such_and_explains_no_gap_of_a_camera(
    house: House, seats
):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1, ended="size"))
    await house.meetings.recorded(a_segment(wang, number=2, ended="away", source=Source.SCREEN))
    await house.meetings.recorded(a_segment(wang, number=3, gap_before=0.1, ended="stopped"))
    await house.meetings.end(li)

    await house.work_off()

    told = json.loads(await house.manifests.file(LI, wang.meeting_id))["manifest"]
    assert [one["source"] for one in told["segments"]] == ["camera", "screen", "camera"]
    assert [one["gap"]["because"] for one in told["segments"]] == ["", "", "size"]
    views = await house.meetings.segments(LI, wang.meeting_id)
    assert [one.source for one in views] == [Source.CAMERA, Source.SCREEN, Source.CAMERA]


async def test_nothing_is_listed_while_the_meeting_goes_on_or_something_is_written(
    house: House, seats
):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.work_off()
    assert await newest(house, wang) == ""

    await house.meetings.recorded(a_segment(wang, number=2, closed=False))
    await house.meetings.end(li)
    await house.work_off()
    assert await newest(house, wang) == ""

    await house.meetings.recorded(a_segment(wang, number=2))
    await house.work_off()
    assert len(await newest(house, wang)) == 64


async def test_what_comes_to_light_later_is_in_another_edition(house: House, seats):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.meetings.end(li)
    await house.work_off()
    first = await newest(house, wang)

    await house.meetings.recorded(a_segment(wang, number=2))
    await house.work_off()

    told = json.loads(await house.manifests.file(LI, wang.meeting_id))["manifest"]
    assert (told["made"]["edition"], len(told["segments"])) == (3, 2)
    assert await newest(house, wang) != first


async def test_jobs_that_list_at_once_after_a_meeting_make_one_edition(house: House, seats):
    li, wang = seats
    for number in (1, 2, 3):
        await house.meetings.recorded(a_segment(wang, number=number))
    await house.meetings.end(li)
    await house.work_off_together()
    house.store.waiting[:] = [one for one in house.store.waiting if isinstance(one, MakeManifest)]
    assert len(house.store.waiting) > 2

    await house.work_off_together()

    async with house.store.read() as work:
        meeting = await work.meetings.get(wang.meeting_id)
        history = await work.cases.history(meeting.case_id)
    (listed,) = [one for one in history if one.kind == KINDS[False]]
    file = await house.manifests.file(LI, wang.meeting_id)
    assert (listed.detail["edition"], listed.detail["sha256"]) == ("1", sha256_of(file.decode()))


class Signer:
    """Signs, each time otherwise, as ECDSA does."""

    def __init__(self) -> None:
        self.signed = 0

    def attest(self, record: Record) -> bytes:
        """Give the file."""
        self.signed += 1
        return canonical({"manifest": record, "signature": self.signed}).encode()


async def test_of_jobs_that_list_at_once_one_signs(house: House, seats):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.meetings.end(li)
    signer = Signer()
    desk = replace(house.manifests, attestor=signer)

    jobs = (desk.make(MakeManifest(wang.meeting_id)) for _ in range(3))
    ended = await asyncio.gather(*jobs, return_exceptions=True)

    file = await house.manifests.file(LI, wang.meeting_id)
    assert [house.objects.kept[one] for one in lists_kept(house)] == [file]
    assert signer.signed == 1
    assert {type(one) for one in ended} <= {type(None), Stale}


@dataclass
class BreaksOnce:
    """The books, away once at the end of a transaction that writes."""

    store: QueuingStore
    committed: bool  #: by then
    broke: bool = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """Open a transaction that may write."""
        async with self.store.begin() as work:
            yield work
            self._away(committed=False)
        self._away(committed=True)

    def _away(self, *, committed: bool) -> None:
        if committed == self.committed and not self.broke:
            self.broke = True
            raise LedgerAway

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.mark.parametrize("committed", [False, True])
async def test_a_list_that_did_not_come_into_the_history_is_not_left_as_an_edition(
    house: House, seats, *, committed: bool
):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.meetings.end(li)
    desk = replace(house.manifests, store=BreaksOnce(house.store, committed))

    with pytest.raises(LedgerAway):
        await desk.make(MakeManifest(wang.meeting_id))
    left = lists_kept(house)
    house.clock.forward(timedelta(seconds=1))
    await desk.make(MakeManifest(wang.meeting_id))

    file = await house.manifests.file(LI, wang.meeting_id)
    assert len(left) == int(committed)
    assert [house.objects.kept[one] for one in lists_kept(house)] == [file]


def lists_kept(house: House) -> list[str]:
    return [key for key in house.objects.kept if "manifest-" in key]


async def test_a_list_that_an_earlier_version_kept_is_still_found(house: House, seats):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.meetings.end(li)
    await house.work_off()
    file = await house.manifests.file(LI, wang.meeting_id)
    (newest,) = [key for key in house.objects.kept if "manifest-2" in key]

    former = f"recordings/{wang.meeting_id}/manifest-2.json"
    house.objects.kept[former] = house.objects.kept.pop(newest)

    assert await house.manifests.file(LI, wang.meeting_id) == file


async def test_the_film_is_listed_with_its_hash_and_what_it_was_made_of(house: House, seats):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.meetings.end(li)
    await house.work_off()

    told = json.loads(await house.manifests.file(LI, wang.meeting_id))["manifest"]

    (film,) = told["films"]
    name = f"{wang.meeting_id}/montage-1.webm"
    assert film["file"] == name
    assert film["sha256"] == (await house.recordings.measure(f"recordings/{name}")).sha256
    assert [one["file"] for one in film["made_of"]] == [told["segments"][0]["journal"]["file"]]
    assert film["made_of"][0]["last_block"] == told["segments"][0]["journal"]["last_block"]
    assert "films" in told["seals"]


async def test_of_a_meeting_without_a_recording_there_is_no_list(house: House, seats):
    li, wang = seats

    await house.meetings.end(li)
    await house.work_off()

    with pytest.raises(NotFound):
        await house.manifests.file(LI, wang.meeting_id)


async def test_who_may_not_play_it_does_not_get_it(house: House, seats):
    li, wang = seats
    await house.meetings.recorded(a_segment(wang, number=1))
    await house.meetings.end(li)
    await house.work_off()

    with pytest.raises(NotFound):
        await house.manifests.file(ZHAO, wang.meeting_id)


def a_segment(seat, *, number: int, **facts: Any) -> Segment:
    """A finished segment of ten seconds."""
    folder = f"{seat.meeting_id}/{seat.participant}/{number:04d}"
    segment = Segment(
        meeting_id=seat.meeting_id,
        participant=seat.participant,
        number=number,
        started=NOON,
        seconds=10.0,
        journal=f"{folder}.journal",
        playback=f"{folder}.webm",
        sha256=f"{number:064x}",
        closed=True,
    )
    return replace(segment, **facts)
