"""Who sits beside somebody, or is called, takes part too: noted by the mediator, with consent."""

from __future__ import annotations

import json

import pytest

from domain.actors import Actor
from domain.companions import MOST, Joining, Now
from domain.consents import RECORDING
from domain.errors import BadInput, IllegalMove, NotAllowed, NotFound
from domain.manifests import Files, manifest_of
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

        named = await names_by_device(work, meeting)

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
