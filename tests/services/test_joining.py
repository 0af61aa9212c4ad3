"""A respondent with a proven number follows the account: one person, if they say so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from domain.actors import Resident
from domain.codes import Purpose
from domain.errors import NotFound, NotOnePerson, TooManyTries, WrongCredentials
from domain.ids import PersonId
from services.joining import JoiningDesk
from tests.factories import LI, a_report
from tests.services.house import (
    APPID,
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


def joining(house: House) -> JoiningDesk:
    return JoiningDesk(store=house.store, clock=house.clock, identity=house.identity, centre=CENTRE)


async def invited(house: House) -> Quarrel:
    """A meeting is fixed, and 张三 was invited by SMS."""
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await house.work_off()
    return quarrel


async def by_phone(house: House) -> Resident:
    """张三 opens the invitation and proves the number."""
    link = house.last_link(ZHANG_PHONE, "meeting-fixed")
    await house.identity.ask_code(Purpose.ROOM, link, address="10.0.0.9")
    await house.work_off()
    code = house.last_code(ZHANG_PHONE)
    opened = await house.identity.enter_code(Purpose.ROOM, link, code, address="10.0.0.9")
    return await logged_in(house, opened.secret)


async def by_wechat(house: House, openid: str = "o-zhang") -> Resident:
    opened = await house.identity.wechat_login(APPID, openid)
    return await logged_in(house, opened.secret)


async def logged_in(house: House, secret: str) -> Resident:
    actor = await house.identity.who(secret)
    assert isinstance(actor, Resident)
    return actor


async def owner(house: House, openid: str = "o-zhang") -> PersonId:
    async with house.store.read() as work:
        person = await work.people.by_openid(APPID, openid)
    assert person is not None
    return person.id


async def cases_of(house: House, person: PersonId) -> set[str]:
    return {line.id for line in await house.cases.mine(Resident(id=person))}


async def test_whoever_proved_the_number_and_is_there_by_wechat_has_the_cases_of_both(
    house: House,
) -> None:
    quarrel = await invited(house)
    phone = await by_phone(house)
    wechat = await by_wechat(house)
    own = await house.reports.file_own(wechat, a_report("老板拖欠工资"))

    offer = await joining(house).offer(wechat, phone)
    await joining(house).join(wechat, phone)

    assert offer is not None
    assert (offer.phone, offer.name) == ("100****0002", "张*")
    assert await owner(house) == other_side(quarrel).id
    assert await cases_of(house, await owner(house)) == {quarrel.case_id, own.case_id}


async def test_the_history_of_both_sides_cases_tells_who_joined_them_and_by_what(
    house: House,
) -> None:
    quarrel = await invited(house)
    phone, wechat = await by_phone(house), await by_wechat(house)
    own = await house.reports.file_own(wechat, a_report("老板拖欠工资"))

    await joining(house).join(wechat, phone)

    async with house.store.read() as work:
        histories = [await work.cases.history(one) for one in (quarrel.case_id, own.case_id)]
    merged = [[one for one in told if one.kind == "person.merged"] for told in histories]
    assert [len(told) for told in merged] == [1, 1]
    assert {told[0].detail["proof"] for told in merged} == {"sms"}
    assert {told[0].by for told in merged} == {wechat.ref}


async def test_two_log_ins_by_wechat_or_one_that_ended_join_nothing(house: House) -> None:
    await invited(house)
    one, other = await by_wechat(house), await by_wechat(house, "o-sun")
    phone = await by_phone(house)
    await house.identity.end_everywhere(phone)

    assert await joining(house).offer(one, other) is None
    assert await joining(house).offer(one, phone) is None
    for proven in (other, phone, replace(one, session="")):
        with pytest.raises(NotFound):
            await joining(house).join(one, proven)


async def test_a_member_of_staff_who_lent_their_phone_is_never_joined(house: House) -> None:
    await invited(house)
    phone, wechat = await by_phone(house), await by_wechat(house)
    async with house.store.begin() as work:
        member = await work.staff.get(LI.id)
        await work.staff.save(replace(member, person_id=wechat.id))

    assert await joining(house).offer(wechat, phone) is None
    with pytest.raises(NotOnePerson):
        await joining(house).join(wechat, phone)


async def test_the_opponent_who_lent_their_phone_is_never_joined(house: House) -> None:
    await invited(house)
    phone, wang = await by_phone(house), await by_wechat(house, "o-wang")

    assert await joining(house).offer(wang, phone) is None
    with pytest.raises(NotOnePerson):
        await joining(house).join(wang, phone)


async def test_joining_twice_in_the_same_moment_joins_once(house: House) -> None:
    quarrel = await invited(house)
    phone, wechat = await by_phone(house), await by_wechat(house)

    await asyncio.gather(
        *(joining(house).join(wechat, phone) for _ in range(2)), return_exceptions=True
    )

    async with house.store.read() as work:
        history = await work.cases.history(quarrel.case_id)
    assert [one.kind for one in history].count("person.merged") == 1
    assert await owner(house) == other_side(quarrel).id


async def test_whoever_is_there_by_wechat_proves_the_number_by_a_code(house: House) -> None:
    quarrel = await invited(house)
    wechat = await by_wechat(house)

    masked = await joining(house).ask_code(wechat, ZHANG_PHONE)
    await house.work_off()
    told = house.sms.to(f"+86{ZHANG_PHONE}")[-1]
    await joining(house).prove(wechat, ZHANG_PHONE, house.last_code(ZHANG_PHONE))

    assert told.startswith("join-code")
    assert masked == "100****0002"
    assert await cases_of(house, await owner(house)) == {quarrel.case_id}


async def test_a_number_that_is_corrected_takes_the_account_off_that_came_by_it(
    house: House,
) -> None:
    quarrel = await invited(house)
    phone, wechat = await by_phone(house), await by_wechat(house)
    await joining(house).join(wechat, phone)

    await house.parties.name(
        LI, quarrel.case_id, other_side(quarrel).id, name="张三", phone="10000000033"
    )

    for session in (phone, wechat):
        async with house.store.read() as work:
            kept = await work.logins.session(session.session)
        assert kept is not None
        assert kept.revoked
    again = await by_wechat(house)
    assert await cases_of(house, again.id) == set()
    assert "person.parted" in await house.kinds(quarrel.case_id)


async def test_a_corrected_number_leaves_an_account_that_was_there_before(house: House) -> None:
    quarrel = await invited(house)

    await house.parties.name(
        LI, quarrel.case_id, quarrel.wang.id, name="王小明", phone="10000000044"
    )

    assert await owner(house, "o-wang") == quarrel.wang.id
    assert "person.parted" not in await house.kinds(quarrel.case_id)


async def test_a_typed_number_without_its_code_joins_nothing(house: House) -> None:
    await invited(house)
    wechat, thief = await by_wechat(house), await by_wechat(house, "o-thief")
    await joining(house).ask_code(wechat, ZHANG_PHONE)
    await house.work_off()
    code = house.last_code(ZHANG_PHONE)

    with pytest.raises(WrongCredentials):
        await joining(house).prove(thief, ZHANG_PHONE, code)  # asked for by somebody else
    with pytest.raises(WrongCredentials):
        await joining(house).prove(wechat, ZHANG_PHONE, "000000")

    assert await cases_of(house, await owner(house)) == set()
    assert await cases_of(house, await owner(house, "o-thief")) == set()


async def test_a_code_to_log_in_joins_nothing(house: House) -> None:
    await invited(house)
    wechat = await by_wechat(house)
    link = house.last_link(ZHANG_PHONE, "meeting-fixed")
    await house.identity.ask_code(Purpose.ROOM, link, address="10.0.0.9")
    await house.work_off()

    with pytest.raises(WrongCredentials):
        await joining(house).prove(wechat, ZHANG_PHONE, house.last_code(ZHANG_PHONE))


async def test_nobody_learns_whether_the_centre_has_a_number(house: House) -> None:
    await invited(house)
    wechat = await by_wechat(house)
    before = len(house.sms.to("+8610000000077"))

    unknown = await joining(house).ask_code(wechat, "10000000077")
    taken = await joining(house).ask_code(wechat, WANG_PHONE)  # has a WeChat account already
    await house.work_off()

    assert (unknown, taken) == ("100****0077", "100****0001")
    assert len(house.sms.to("+8610000000077")) == before
    assert not any(one.startswith("join-code") for one in house.sms.to(f"+86{WANG_PHONE}"))
    with pytest.raises(WrongCredentials):
        await joining(house).prove(wechat, "10000000077", "123456")


async def test_one_person_asks_for_five_codes_an_hour(house: House) -> None:
    await invited(house)
    wechat = await by_wechat(house)
    for last in range(5):
        await joining(house).ask_code(wechat, f"1000000001{last}")

    with pytest.raises(TooManyTries):
        await joining(house).ask_code(wechat, ZHANG_PHONE)


async def test_of_a_household_that_shares_a_number_nobody_is_chosen(house: House) -> None:
    quarrel = await invited(house)
    async with house.store.begin() as work:
        zhang = await work.people.get(other_side(quarrel).id)
        await work.people.add(replace(zhang, id=PersonId("wife"), name="", version=0))
    wechat = await by_wechat(house)

    await joining(house).ask_code(wechat, ZHANG_PHONE)
    await house.work_off()

    assert not any(one.startswith("join-code") for one in house.sms.to(f"+86{ZHANG_PHONE}"))


async def test_a_stranger_who_types_the_number_takes_no_code_from_its_owner(house: House) -> None:
    await invited(house)
    link = house.last_link(ZHANG_PHONE, "meeting-fixed")
    await house.identity.ask_code(Purpose.ROOM, link, address="10.0.0.9")
    await house.work_off()
    code = house.last_code(ZHANG_PHONE)
    stranger = await by_wechat(house, "o-stranger")

    for _ in range(3):
        await joining(house).ask_code(stranger, ZHANG_PHONE)
    for _ in range(7):
        with pytest.raises((WrongCredentials, TooManyTries)):
            await joining(house).prove(stranger, ZHANG_PHONE, "000000")
    opened = await house.identity.enter_code(Purpose.ROOM, link, code, address="10.0.0.9")

    assert isinstance(opened.actor, Resident)
    assert len([text for text in house.sms.to(f"+86{ZHANG_PHONE}") if "join-code" in text]) <= 2


async def test_ten_tries_tell_nothing_of_the_number(house: House) -> None:
    await invited(house)
    answers = []
    for openid, number in (("o-one", ZHANG_PHONE), ("o-two", "10099998888")):
        asking = await by_wechat(house, openid)
        await joining(house).ask_code(asking, number)
        answers.append([await refusal(house, asking, number) for _ in range(10)])

    assert answers[0] == answers[1]
    assert answers[0][0] is WrongCredentials
    assert answers[0][-1] is TooManyTries


async def refusal(house: House, resident: Resident, number: str) -> type[Exception]:
    with pytest.raises((WrongCredentials, TooManyTries)) as refused:
        await joining(house).prove(resident, number, "000000")
    return refused.type
