"""Who sits beside somebody, or is called, takes part too: noted by the mediator, with consent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import Actor
from domain.companions import MOST, Joining, Now
from domain.consents import RECORDING
from domain.errors import BadInput, IllegalMove, NotAllowed, NotFound
from domain.manifests import Files, Record, manifest_of
from domain.meetings import Meeting
from domain.ports.rooms import Order
from services.names import names_by_device
from tests.factories import LI, NOON
from tests.services import test_rooms
from tests.services.house import House, other_side
from tests.services.test_rooms import Live, came_back

live = test_rooms.live
BESIDE, PHONE = Joining.BESIDE, Joining.PHONE


async def noted(house: House, live: Live, name: str = "王奶奶", *, agreed: bool = True):
    return await house.meetings.note_companion(
        live.li, live.wang.participant, name=name, how=BESIDE, agreed=agreed
    )


async def events(house: House, live: Live) -> list[tuple[str, dict[str, str]]]:
    async with house.store.read() as work:
        history = await work.cases.history(live.quarrel.case_id)
    return [(one.kind, dict(one.detail)) for one in history if "companion" in one.kind]


async def test_whoever_sits_beside_a_party_is_noted_at_their_seat(house: House, live: Live) -> None:
    await noted(house, live)

    seat = await came_back(house, live.wang)
    (kind, told) = (await events(house, live))[0]
    assert [(one.name, one.how, one.agreed) for one in seat.company] == [("王奶奶", BESIDE, True)]
    assert (await came_back(house, live.zhang)).company == ()
    assert (kind, told["participant"], told["how"]) == (
        "meeting.companion-noted",
        live.wang.participant,
        "beside",
    )
    assert "王奶奶" not in json.dumps(told)


async def test_the_parties_do_not_read_in_the_history_who_came_along(
    house: House, live: Live
) -> None:
    async def lines(actor: Actor) -> list[str]:
        case = await house.cases.view(actor, live.quarrel.case_id)
        return [one.words for one in case.history]

    sides = (live.quarrel.wang, other_side(live.quarrel))
    before, of_staff = [await lines(one) for one in sides], await lines(LI)

    await house.meetings.take_aside(live.li, [live.wang.participant])
    known = len(await lines(LI))
    company = await noted(house, live)
    for now in (Now.REFUSED, Now.AGREED, Now.GONE):
        await house.meetings.change_companion(live.li, company.people[0].id, now)

    assert [await lines(one) for one in sides] == before
    assert (known, len(await lines(LI))) == (len(of_staff) + 1, len(of_staff) + 5)


async def test_one_who_does_not_agree_counts_like_one_at_the_table(
    house: House, live: Live
) -> None:
    await house.meetings.consent(live.wang, given=True, text_version=RECORDING.version)
    company = await noted(house, live, agreed=False)
    before = await came_back(house, live.wang)

    await house.meetings.change_companion(live.li, company.people[0].id, Now.AGREED)
    after = await came_back(house, live.wang)
    await house.meetings.change_companion(live.li, company.people[0].id, Now.REFUSED)
    again = await came_back(house, live.wang)
    await house.meetings.change_companion(live.li, company.people[0].id, Now.GONE)
    alone = await came_back(house, live.wang)

    assert [one.all_agreed for one in (before, after, again, alone)] == [False, True, False, True]
    assert [kind.removeprefix("meeting.companion-") for kind, _ in await events(house, live)] == [
        *("noted", "agreed", "refused", "gone")
    ]


async def test_the_mediator_calls_somebody_on_their_own_telephone(house: House, live: Live) -> None:
    company = await house.meetings.note_companion(
        live.li, live.li.participant, name="老李", how=PHONE, agreed=True
    )

    assert company.people[0].how is PHONE
    assert [one.name for one in (await came_back(house, live.li)).company] == ["老李"]


async def test_only_the_mediators_seat_notes_and_only_who_is_there(
    house: House, live: Live
) -> None:
    with pytest.raises(NotAllowed):
        await house.meetings.note_companion(
            live.wang, live.wang.participant, name="王奶奶", how=BESIDE, agreed=True
        )
    company = await noted(house, live)
    with pytest.raises(NotAllowed):
        await house.meetings.change_companion(live.wang, company.people[0].id, Now.GONE)
    with pytest.raises(NotFound):
        await house.meetings.change_companion(live.li, "nobody", Now.GONE)
    for name in ("", " ", "王" * 41):
        with pytest.raises(BadInput):
            await noted(house, live, name)
    with pytest.raises(NotFound):
        await house.meetings.note_companion(
            live.li, "nobody", name="王奶奶", how=BESIDE, agreed=True
        )


async def test_more_than_a_few_are_noted_by_hand_and_none_after_the_end(
    house: House, live: Live
) -> None:
    company = await noted(house, live)
    for number in range(1, MOST):
        await noted(house, live, f"亲戚{number}")
    with pytest.raises(BadInput):
        await noted(house, live)
    await house.meetings.change_companion(live.li, company.people[0].id, Now.GONE)
    await noted(house, live)

    await house.meetings.end(live.li)
    with pytest.raises(IllegalMove):
        await noted(house, live)


async def test_the_signed_list_and_the_film_name_them(house: House, live: Live) -> None:
    company = await noted(house, live)
    await house.meetings.change_companion(live.li, company.people[0].id, Now.GONE)
    async with house.store.read() as work:
        meeting = await work.meetings.get(live.meeting_id)

        named = await names_by_device(work, meeting, meeting.id)

    files = Files(segments=())
    told = manifest_of(meeting, named, files, (), committee="枫桥", edition=1, at=NOON)
    people = told["participants"]
    assert isinstance(people, list)
    company_of = {one["participant"]: one["company"] for one in people}
    (beside,) = company_of[live.wang.participant]
    assert (beside["name"], beside["how"], beside["consented"]) == ("王奶奶", "beside", True)
    assert beside["gone"]
    assert named[live.wang.participant] == "王小明、王奶奶"


async def test_who_is_taken_out_takes_their_companions_along(house: House, live: Live) -> None:
    await noted(house, live)
    await house.meetings.order(live.li, Order.REMOVE, live.wang.participant)
    await house.meetings.order(live.li, Order.READMIT, live.wang.participant)

    assert (await came_back(house, live.wang)).company == ()


async def test_the_signed_list_tells_what_each_companion_said_of_the_recording_and_when(
    house: House, live: Live
) -> None:
    company = await noted(house, live, agreed=False)
    aunt = company.people[0].id
    for now in (Now.AGREED, Now.REFUSED, Now.AGREED, Now.GONE):
        house.clock.forward(timedelta(minutes=1))
        await house.meetings.change_companion(live.li, aunt, now)
    uncle = (await noted(house, live, "王伯伯")).people[0].id
    _, listed = await list_of(house, live, live.meeting_id)

    told: Any = listed["consents"]
    assert [(one["companion"], one["said"], one["given"], one["text"]) for one in told] == [
        (aunt, "noted", False, ""),
        (aunt, "agreed", True, RECORDING.version),
        (aunt, "refused", False, ""),
        (aunt, "agreed", True, RECORDING.version),
        (aunt, "gone", True, RECORDING.version),
        (uncle, "noted", True, RECORDING.version),
    ]
    assert {one["participant"] for one in told} == {live.wang.participant}
    assert told[4]["at"] == house.clock().isoformat()
    assert "王奶奶" not in json.dumps([listed["consents"], listed["events"]], ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a film and a signed list tell of companions."""

    film: str  #: the names at 王's device
    company: list[str]
    consents: list[str]
    events: list[str]


async def test_who_came_only_to_a_talk_apart_is_named_in_what_was_recorded_of_it_alone(
    house: House, live: Live
) -> None:
    early = (await noted(house, live, "早走的")).people[0].id
    await noted(house, live, "一直在")
    house.clock.forward(timedelta(minutes=1))
    await house.meetings.change_companion(live.li, early, Now.GONE)
    house.clock.forward(timedelta(minutes=1))
    first = (await house.meetings.take_aside(live.li, [live.wang.participant])).aside
    house.clock.forward(timedelta(minutes=1))
    came = (await noted(house, live, "王姑姑")).people[-1].id
    house.clock.forward(timedelta(minutes=1))
    second = (await house.meetings.take_aside(live.li, [live.wang.participant])).aside
    house.clock.forward(timedelta(minutes=1))
    await house.meetings.change_companion(live.li, came, Now.GONE)
    last = (await noted(house, live, "王叔叔")).people[-1].id
    house.clock.forward(timedelta(minutes=1))
    await house.meetings.order(live.li, Order.PAUSE)
    house.clock.forward(timedelta(minutes=1))
    await house.meetings.change_companion(live.li, last, Now.GONE)
    await house.meetings.order(live.li, Order.TOGETHER)
    house.clock.forward(timedelta(minutes=1))
    await noted(house, live, "晚来的")
    house.clock.forward(timedelta(minutes=1))
    await house.meetings.end(live.li)

    assert await told_of(house, live, live.meeting_id) == Told(
        film="王小明、早走的、一直在、晚来的",
        company=["早走的", "一直在", "晚来的"],
        consents=["早走的", "一直在", "早走的", "晚来的"],
        events=["早走的 noted", "一直在 noted", "早走的 gone", "晚来的 noted"],
    )
    assert await told_of(house, live, first) == Told(
        film="王小明、一直在、王姑姑",
        company=["一直在", "王姑姑"],
        consents=["一直在", "王姑姑", "王姑姑"],
        events=["王姑姑 noted"],
    )
    assert await told_of(house, live, second) == Told(
        film="王小明、一直在、王姑姑、王叔叔",
        company=["一直在", "王姑姑", "王叔叔"],
        consents=["一直在", "王姑姑", "王姑姑", "王叔叔", "王叔叔"],
        events=["王姑姑 gone", "王叔叔 noted"],
    )


async def test_who_is_still_there_when_a_meeting_ends_in_a_talk_apart_was_not_at_the_table(
    house: House, live: Live
) -> None:
    aside = (await house.meetings.take_aside(live.li, [live.wang.participant])).aside
    house.clock.forward(timedelta(minutes=1))
    await noted(house, live)
    await house.meetings.note_companion(
        live.li, live.zhang.participant, name="张妈妈", how=BESIDE, agreed=True
    )
    house.clock.forward(timedelta(minutes=1))
    await house.meetings.end(live.li)

    table = await told_of(house, live, live.meeting_id)
    apart = await told_of(house, live, aside)

    assert table == Told(film="王小明", company=[], consents=[], events=[])
    assert (apart.film, apart.company) == ("王小明、王奶奶", ["王奶奶"])


async def list_of(house: House, live: Live, recording: str) -> tuple[Meeting, Record]:
    """The meeting, and what would be signed of this recording now."""
    async with house.store.read() as work:
        meeting = await work.meetings.get(live.meeting_id)
        history = await work.cases.history(live.quarrel.case_id)
    aside = next((one for one in meeting.asides if one.id == recording), None)
    names = {one.participant: "某人" for one in meeting.attendees}
    files = Files(segments=(), aside=aside)
    return meeting, manifest_of(
        meeting, names, files, history, committee="枫桥", edition=1, at=house.clock()
    )


async def told_of(house: House, live: Live, recording: str) -> Told:
    meeting, listed = await list_of(house, live, recording)
    async with house.store.read() as work:
        film = (await names_by_device(work, meeting, recording))[live.wang.participant]
    name = {one.id: one.name for one in meeting.companions}
    people: Any = listed["participants"]
    consents: Any = listed["consents"]
    events: Any = listed["events"]
    return Told(
        film=film,
        company=[one["name"] for person in people for one in person["company"]],
        consents=[name[one["companion"]] for one in consents],
        events=[
            f"{name[one['detail']['companion']]} {one['kind'].rpartition('-')[2]}"
            for one in events
            if "companion" in one["kind"]
        ],
    )
