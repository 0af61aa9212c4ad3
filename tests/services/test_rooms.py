"""Whoever has no place in a room any more is taken out of it, once the change is in the books."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from domain.actors import Actor, Resident, Role, Staff
from domain.codes import Purpose
from domain.consents import RIGHTS
from domain.errors import BadInput, DoorLocked, Expired, NotAllowed, NotReady, TakenOut
from domain.ids import MeetingId, StaffId
from domain.jobs import ReviewRooms
from domain.meetings import MeetingState
from domain.ports.rooms import NOWHERE, Doors, Order, Place, Seat, Segment
from domain.privacy import Wish
from domain.scope import EVERYTHING
from services import words
from services.accounts import AccountDesk
from storage.chance import SystemChance
from tests.factories import LI, NOON
from tests.fakes import QUICK_PASSWORDS, FakeCodePictures
from tests.services.house import (
    CENTRE,
    WANG_PHONE,
    ZHANG_PHONE,
    House,
    Quarrel,
    a_report_filed,
    accepted,
    meeting_fixed,
    other_side,
)

BOSS = Staff(id=StaffId("boss"), name="管理员", role=Role.ADMINISTRATOR, region="999999001")


STAFF_ONLY = [order for order in Order if order is not Order.BEGIN]


@dataclass(kw_only=True)
class Live:
    """A meeting that goes on: the mediator and both parties are in the room."""

    quarrel: Quarrel
    meeting_id: MeetingId
    li: Seat
    wang: Seat
    zhang: Seat
    zhang_secret: str  #: of 张三's session, begun with a code by SMS


@pytest.fixture
async def live(house: House) -> Live:
    """Everybody is in."""
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    await house.work_off()
    secret, zhang = await by_phone(house)
    opened = await house.identity.wechat_login(CENTRE.official_appid, "o-wang")
    wang = await house.identity.who(opened.secret)
    li = await came_in(house, LI, meeting_id)
    seats = [
        li,
        *[await let_in(house, li, await came_in(house, who, meeting_id)) for who in (wang, zhang)],
    ]
    await house.work_off()
    return Live(
        quarrel=quarrel,
        meeting_id=meeting_id,
        li=seats[0],
        wang=seats[1],
        zhang=seats[2],
        zhang_secret=secret,
    )


async def by_phone(house: House) -> tuple[str, Actor]:
    """张三 opens the link and proves the number."""
    link = house.last_link(ZHANG_PHONE, "meeting-fixed")
    await house.identity.ask_code(Purpose.ROOM, link, address="10.0.0.9")
    await house.work_off()
    code = house.last_code(ZHANG_PHONE)
    opened = await house.identity.enter_code(Purpose.ROOM, link, code, address="10.0.0.9")
    return opened.secret, await house.identity.who(opened.secret)


async def came_in(house: House, who: Actor, meeting_id: MeetingId) -> Seat:
    return await house.meetings.enter(await house.meetings.ticket(who, meeting_id))


async def let_in(house: House, li: Seat, waiting: Seat) -> Seat:
    await house.meetings.order(li, Order.ADMIT, waiting.participant)
    return await came_back(house, waiting)


async def came_back(house: House, seat: Seat) -> Seat:
    return await house.meetings.resume(seat.meeting_id, seat.participant, seat.session)


async def test_a_log_out_takes_the_person_out_of_the_room_and_nobody_else(
    house: House, live: Live
) -> None:
    await house.identity.close(live.zhang_secret)
    await house.work_off()

    assert house.rooms.removed == [(live.meeting_id, live.zhang.participant)]
    with pytest.raises(Expired):
        await came_back(house, live.zhang)
    assert (await came_back(house, live.wang)).participant == live.wang.participant


async def test_whoever_takes_their_account_back_leaves_the_room_too(
    house: House, live: Live
) -> None:
    zhang = await house.identity.who(live.zhang_secret)
    assert isinstance(zhang, Resident)

    await house.privacy.take_own_back(zhang, Wish.ACCOUNT)
    await house.work_off()

    assert house.rooms.removed == [(live.meeting_id, live.zhang.participant)]


async def test_who_logs_in_again_comes_in_again_but_not_through_the_log_in_that_ended(
    house: House, live: Live
) -> None:
    await house.identity.close(live.zhang_secret)
    await house.work_off()

    house.clock.forward(timedelta(minutes=1))
    _, zhang = await by_phone(house)
    again = await came_in(house, zhang, live.meeting_id)

    assert (await came_back(house, again)).participant == live.zhang.participant
    with pytest.raises(Expired):
        await came_back(house, live.zhang)


async def test_a_ticket_dies_with_the_log_in_it_was_made_by(house: House, live: Live) -> None:
    zhang = await house.identity.who(live.zhang_secret)
    ticket = await house.meetings.ticket(zhang, live.meeting_id)

    await house.identity.close(live.zhang_secret)

    with pytest.raises(Expired):
        await house.meetings.enter(ticket)


async def test_who_tries_their_line_neither_enters_nor_opens_the_meeting(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    await house.work_off()
    secret, zhang = await by_phone(house)
    ticket = await house.meetings.ticket(zhang, meeting_id)

    seat = await house.meetings.trial(ticket)

    assert seat.name == "张三"
    async with house.store.read() as work:
        meeting = await work.meetings.get(meeting_id)
        kinds = [event.kind for event in await work.cases.history(quarrel.case_id)]
    assert meeting.state is MeetingState.FIXED
    assert meeting.attendee(seat.participant).session == ""
    assert "meeting.joined" not in kinds
    with pytest.raises(Expired):
        await house.meetings.enter(ticket)
    later = await house.meetings.ticket(zhang, meeting_id)
    await house.identity.close(secret)
    with pytest.raises(Expired):
        await house.meetings.trial(later)


async def test_a_corrected_number_takes_out_who_came_by_the_other_phone(
    house: House, live: Live
) -> None:
    await house.parties.name(
        LI, live.quarrel.case_id, other_side(live.quarrel).id, name="张三", phone="10000000009"
    )
    await house.work_off()

    assert house.rooms.removed == [(live.meeting_id, live.zhang.participant)]


async def test_who_came_by_wechat_stays_when_their_number_is_corrected(
    house: House, live: Live
) -> None:
    await house.parties.name(
        LI, live.quarrel.case_id, live.quarrel.wang.id, name="王小明", phone=WANG_PHONE[:-1] + "8"
    )
    await house.work_off()

    assert house.rooms.removed == []


async def test_a_mediator_whose_account_ends_is_taken_out(house: House, live: Live) -> None:
    accounts = AccountDesk(
        store=house.store,
        clock=house.clock,
        chance=SystemChance(),
        passwords=QUICK_PASSWORDS,
        pictures=FakeCodePictures(),
        centre=CENTRE,
    )

    await accounts.end(BOSS, LI.id)
    await house.work_off()

    assert house.rooms.removed == [(live.meeting_id, live.li.participant)]


async def test_another_mediator_or_a_party_who_is_none_any_more_is_taken_out(
    house: House, live: Live
) -> None:
    async with house.store.begin() as work:
        case = await work.cases.get(live.quarrel.case_id, EVERYTHING)
        others = tuple(one for one in case.parties if one.person_id != other_side(live.quarrel).id)
        await work.cases.save(replace(case, mediator=StaffId("qian"), parties=others))

    await house.meetings.review(ReviewRooms(live.quarrel.case_id))

    gone = {participant for _, participant in house.rooms.removed}
    assert gone == {live.li.participant, live.zhang.participant}


async def test_the_room_of_a_meeting_that_ended_is_closed_although_the_page_did_not_do_it(
    house: House, live: Live
) -> None:
    await house.meetings.end(live.li)
    await house.work_off()

    assert house.rooms.closed == [live.meeting_id]


async def test_the_room_of_a_cancelled_meeting_is_closed(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)

    await house.meetings.cancel(LI, meeting_id, reason="一方生病")
    await house.work_off()

    assert set(house.rooms.closed) == {meeting_id}


async def test_no_room_outlives_its_case(house: House, live: Live) -> None:
    version = await live.quarrel.version()

    await house.cases.end(LI, live.quarrel.case_id, version=version, reason="too-far-apart")
    await house.work_off()

    assert set(house.rooms.closed) == {live.meeting_id}


async def test_nobody_is_reminded_of_a_meeting_whose_case_is_over(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)

    await house.cases.end(
        LI, quarrel.case_id, version=await quarrel.version(), reason="too-far-apart"
    )
    await house.sweep(after=timedelta(days=30))

    titles = [title for title, _ in house.chat.to("o-wang")]
    assert "meeting-soon" not in titles
    assert titles[-1] == "case-ended"
    assert set(house.rooms.closed) == {meeting_id}


async def test_nobody_is_taken_out_while_nothing_changed(house: House, live: Live) -> None:
    await house.meetings.review(ReviewRooms(live.quarrel.case_id))

    assert (house.rooms.closed, house.rooms.removed) == ([], [])
    assert isinstance(await house.identity.who(live.zhang_secret), Resident)


async def test_a_recording_that_was_begun_goes_on_through_the_mediator_after_a_break(
    house: House, live: Live
) -> None:
    await house.meetings.recording(live.meeting_id, on=True, wanted=True, by=live.li.participant)
    during = [(await came_back(house, seat)).records for seat in (live.li, live.wang)]

    await house.meetings.recording(live.meeting_id, on=False, wanted=True, by=live.li.participant)
    resting = (await came_back(house, live.li)).records
    await house.meetings.order(live.li, Order.PAUSE)
    paused = (await came_back(house, live.li)).records
    await house.meetings.order(live.li, Order.TOGETHER)
    together = (await came_back(house, live.li)).records
    await house.meetings.recording(live.meeting_id, on=False, wanted=False, by=live.li.participant)

    assert during == [True, False]
    assert (resting, paused, together) == (True, False, True)
    assert not (await came_back(house, live.li)).records


async def test_only_what_is_finished_is_brought_to_the_other_files_and_only_once(
    house: House, live: Live
) -> None:
    growing = a_segment(live.meeting_id, live.wang.participant, closed=False)
    await house.meetings.recorded(growing)
    await house.work_off()
    assert house.recordings.stored == []

    for _ in range(2):  # a media worker tells it until it hears that it is in the books
        await house.meetings.recorded(replace(growing, closed=True))
    await house.work_off()

    assert house.recordings.stored == ["recordings/m1/1.webm", "recordings/m1/1.journal"]


async def test_who_is_taken_out_comes_in_again_only_when_called_back(
    house: House, live: Live
) -> None:
    zhang = await house.identity.who(live.zhang_secret)
    ticket = await house.meetings.ticket(zhang, live.meeting_id)

    doors = await house.meetings.order(live.li, Order.REMOVE, live.zhang.participant)
    await house.work_off()

    assert doors == Doors(locked=False, removed=((live.zhang.participant, "张三"),))
    assert house.rooms.removed == [(live.meeting_id, live.zhang.participant)]
    with pytest.raises(TakenOut):
        await house.meetings.enter(ticket)
    with pytest.raises(TakenOut):
        await house.meetings.ticket(zhang, live.meeting_id)
    with pytest.raises(TakenOut):
        await came_back(house, live.zhang)

    await house.meetings.order(live.li, Order.READMIT, live.zhang.participant)
    assert (await came_in(house, zhang, live.meeting_id)).participant == live.zhang.participant


async def test_a_party_waits_outside_until_the_mediator_lets_them_in_and_never_again(
    house: House,
) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    wang = await came_in(house, quarrel.wang, meeting_id)
    li = await came_in(house, LI, meeting_id)
    await house.meetings.left(meeting_id, wang.participant)
    assert (wang.waiting, li.waiting) == (True, False)
    assert (await came_back(house, wang)).waiting

    await house.meetings.order(li, Order.ADMIT, wang.participant)

    assert not (await came_back(house, wang)).waiting
    assert not (await came_in(house, quarrel.wang, meeting_id)).waiting
    kinds = [kind for kind in await house.kinds(quarrel.case_id) if kind.startswith("meeting.")]
    assert kinds == ["meeting.fixed", "meeting.opened", "meeting.admit", "meeting.joined"]


async def test_the_mediation_begins_when_everybody_was_told_and_is_known(
    house: House, live: Live
) -> None:
    begin = partial(house.meetings.order, live.li, Order.BEGIN)
    with pytest.raises(NotReady):
        await begin()
    for seat in (live.wang, live.zhang):
        await house.meetings.acknowledge(seat, text_version=RIGHTS.version)
    await house.meetings.order(live.li, Order.SEEN, live.wang.participant)
    with pytest.raises(NotReady):
        await begin()
    await house.meetings.order(live.li, Order.KNOWN, live.zhang.participant)

    assert (await begin()).begun

    seat = await came_back(house, live.wang)
    assert (seat.acknowledged, seat.identified) == (True, True)
    async with house.store.read() as work:
        kept = (await work.meetings.get(live.meeting_id)).attendee(live.wang.participant)
    told = (kept.rights_version, kept.rights_at, kept.identity, kept.identity_at)
    assert told == (RIGHTS.version, house.clock(), "identity-document", house.clock())
    seen = await house.cases.view(live.quarrel.wang, live.quarrel.case_id)
    assert words.EVENTS["meeting.begin"] in {line.words for line in seen.history}


async def test_who_comes_after_the_beginning_is_told_before_they_are_let_in(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    li = await came_in(house, LI, meeting_id)
    wang = await came_in(house, quarrel.wang, meeting_id)
    await house.meetings.order(li, Order.BEGIN)

    with pytest.raises(NotReady):
        await let_in(house, li, wang)
    await house.meetings.acknowledge(wang, text_version=RIGHTS.version)

    assert not (await let_in(house, li, wang)).waiting


async def test_another_text_of_the_rights_counts_for_nothing(house: House, live: Live) -> None:
    with pytest.raises(BadInput):
        await house.meetings.acknowledge(live.wang, text_version="rights-1999")

    assert not (await came_back(house, live.wang)).acknowledged


async def test_a_mute_is_in_every_seat_until_it_is_lifted(house: House, live: Live) -> None:
    await house.meetings.order(live.li, Order.MUTE, live.wang.participant)
    during = (await came_back(house, live.wang)).muted
    await house.meetings.order(live.li, Order.UNMUTE, live.wang.participant)

    assert (during, (await came_back(house, live.wang)).muted) == (True, False)


async def test_a_locked_room_lets_back_in_who_was_in_and_nobody_new(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    meeting_id = await meeting_fixed(quarrel)
    await house.work_off()
    li = await came_in(house, LI, meeting_id)
    wang = await let_in(house, li, await came_in(house, quarrel.wang, meeting_id))
    _, zhang = await by_phone(house)

    await house.meetings.order(li, Order.LOCK)

    assert (await came_in(house, quarrel.wang, meeting_id)).participant == wang.participant
    ticket = await house.meetings.ticket(zhang, meeting_id)
    with pytest.raises(DoorLocked):
        await house.meetings.enter(ticket)
    await house.meetings.order(li, Order.UNLOCK)
    entered = await house.meetings.enter(ticket)  # a refused knock uses no ticket up
    assert entered.meeting_id == meeting_id


async def test_only_the_mediators_seat_gives_orders_and_none_about_itself(
    house: House, live: Live
) -> None:
    for deed in (
        house.meetings.order(live.wang, Order.LOCK),
        house.meetings.order(live.li, Order.REMOVE, live.li.participant),
        house.meetings.doors(live.zhang),
    ):
        with pytest.raises(NotAllowed):
            await deed


async def test_what_the_mediator_decided_about_people_is_told_to_no_party(
    house: House, live: Live
) -> None:
    for order in STAFF_ONLY:
        about = "" if order in (Order.LOCK, Order.UNLOCK) else live.zhang.participant
        await house.meetings.order(live.li, order, about)

    seen = await house.cases.view(live.quarrel.wang, live.quarrel.case_id)
    kept = await house.cases.view(LI, live.quarrel.case_id)

    told = {line.words for line in seen.history}
    assert {words.EVENTS[f"meeting.{order}"] for order in STAFF_ONLY}.isdisjoint(told)
    assert {words.EVENTS[f"meeting.{order}"] for order in STAFF_ONLY} <= {
        line.words for line in kept.history
    }


def a_segment(meeting_id: MeetingId, participant: str, *, closed: bool) -> Segment:
    return Segment(
        meeting_id=meeting_id,
        participant=participant,
        number=1,
        started=NOON,
        seconds=3.0,
        journal="m1/1.journal",
        playback="m1/1.webm",
        sha256="00",
        closed=closed,
    )


async def test_of_two_web_processes_that_move_a_room_at_once_one_does_and_both_know_where(
    house: House, live: Live
) -> None:
    first = await house.meetings.settle(live.meeting_id, before=NOWHERE, worker="media-0")
    assert first == Place(worker="media-0", epoch=1)

    moved = await asyncio.gather(
        *(
            house.meetings.settle(live.meeting_id, before=first, worker=worker)
            for worker in ("media-1", "media-2")
        )
    )

    assert moved[0] == moved[1]
    assert moved[0].epoch == 2
    assert (await came_back(house, live.li)).place == moved[0]


async def test_who_still_takes_a_room_for_new_moves_nothing(house: House, live: Live) -> None:
    place = await house.meetings.settle(live.meeting_id, before=NOWHERE, worker="media-0")

    again = await house.meetings.settle(live.meeting_id, before=NOWHERE, worker="media-1")

    assert again == place
