from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.errors import NotFound, Stale
from domain.ids import CaseId, MeetingId
from domain.meetings import Aside
from domain.montages import Montage
from storage.store import SqlStore
from tests.storage.samples import NOW, a_meeting, a_segment, an_event

MEETING = MeetingId("meeting-1")


async def test_a_consent_is_kept_with_its_event(store: SqlStore):
    async with store.begin() as work:
        await work.meetings.add(a_meeting(), an_event("meeting.fixed"))

    async with store.begin() as work:
        meeting = await work.meetings.get(MEETING)
        agreed, event = meeting.consent("a1", given=True, text_version="3", by=SYSTEM, at=NOW)
        await work.meetings.save(agreed, event)

    async with store.read() as work:
        kept = await work.meetings.get(MEETING)
        assert kept == replace(agreed, version=1)
        assert kept.attendee("a1").consent_at == NOW
        history = await work.cases.history(CaseId("case-1"))
        assert [one.kind for one in history] == ["meeting.fixed", "meeting.consented"]


async def test_a_meeting_that_somebody_else_changed_is_not_overwritten(store: SqlStore):
    async with store.begin() as work:
        await work.meetings.add(a_meeting())
        await work.meetings.save(a_meeting(recording=True))

    with pytest.raises(Stale):
        async with store.begin() as work:
            await work.meetings.save(a_meeting())


async def test_the_newest_meeting_of_a_case_stands_first(store: SqlStore):
    async with store.begin() as work:
        await work.meetings.add(a_meeting("early", starts_at=NOW))
        await work.meetings.add(a_meeting("late", starts_at=NOW + timedelta(days=1)))

    async with store.read() as work:
        meetings = await work.meetings.of_case(CaseId("case-1"))

    assert [one.id for one in meetings] == ["late", "early"]


async def test_recorded_seconds_grow_and_never_shrink(store: SqlStore):
    longer = a_segment(seconds=20.0, sha256="bb", playback="a1.webm", closed=True)

    async with store.begin() as work:
        await work.meetings.keep_segment(a_segment())
        await work.meetings.keep_segment(longer)
        await work.meetings.keep_segment(a_segment(seconds=15.0, sha256="cc"))

    async with store.read() as work:
        assert await work.meetings.segments(MEETING) == [longer]


async def test_a_late_report_that_a_short_segment_closed_closes_the_long_one(store: SqlStore):
    async with store.begin() as work:
        await work.meetings.keep_segment(a_segment(seconds=20.0, sha256="bb"))
        await work.meetings.keep_segment(a_segment(seconds=15.0, sha256="cc", closed=True))

    async with store.read() as work:
        (kept,) = await work.meetings.segments(MEETING)

    assert (kept.seconds, kept.sha256, kept.closed) == (20.0, "bb", True)


async def test_segments_are_listed_by_participant_and_number(store: SqlStore):
    async with store.begin() as work:
        await work.meetings.keep_segment(a_segment(participant="b", number=0))
        await work.meetings.keep_segment(a_segment(number=1, gap_before=2.5))
        await work.meetings.keep_segment(a_segment(number=0))

    async with store.read() as work:
        kept = await work.meetings.segments(MEETING)

    assert [(one.participant, one.number) for one in kept] == [("a1", 0), ("a1", 1), ("b", 0)]
    assert kept[1].gap_before == 2.5


async def test_who_came_is_noted_without_changing_the_meeting(store: SqlStore):
    async with store.begin() as work:
        await work.meetings.add(a_meeting())
        await work.meetings.note(an_event("meeting.joined"))

    async with store.read() as work:
        assert (await work.meetings.get(MEETING)).version == 0
        assert len(await work.cases.history(CaseId("case-1"))) == 1


async def test_a_recording_leads_to_its_meeting_whether_of_the_table_or_of_a_talk_apart(
    store: SqlStore,
):
    aside = Aside(id="talk_1", members=("a1",), began_at=NOW)
    async with store.begin() as work:
        await work.meetings.add(a_meeting("other"))
        await work.meetings.add(a_meeting("meant", asides=(aside,)))

    async with store.read() as work:
        found = [(await work.meetings.of_recording(one)).id for one in ("meant", "talk_1")]
        for nobodys in ("talkX1", "talk", "%"):
            with pytest.raises(NotFound):
                await work.meetings.of_recording(nobodys)

    assert found == ["meant", "meant"]


async def test_how_far_a_film_is_is_kept_and_another_one_takes_its_place(store: SqlStore):
    first = Montage(recording="meeting-1", meeting_id=MEETING, made_of="aa").came_to(2, 5)
    async with store.begin() as work:
        await work.meetings.keep_montage(first)
        assert await work.meetings.montage("meeting-1") == first
        await work.meetings.keep_montage(first.made(70.5))
        await work.meetings.keep_montage(first.again("bb"))

    async with store.read() as work:
        kept = await work.meetings.montage("meeting-1")
        nothing = await work.meetings.montage("meeting-2")

    assert kept == Montage(recording="meeting-1", meeting_id=MEETING, made_of="bb", number=2)
    assert nothing is None


async def test_of_two_films_of_a_recording_the_one_that_was_wanted_later_stays(store: SqlStore):
    first = Montage(recording="meeting-1", meeting_id=MEETING, made_of="aa")
    wanted = first.again("bb")
    async with store.begin() as work:
        await work.meetings.keep_montage(first)
        await work.meetings.keep_montage(wanted)

    for late in (first.came_to(1, 2), first.made(9.0), first.again("cc")):
        with pytest.raises(Stale):
            async with store.begin() as work:
                await work.meetings.keep_montage(late)

    async with store.read() as work:
        assert await work.meetings.montage("meeting-1") == wanted
