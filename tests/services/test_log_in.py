"""Logging in: two factors for staff, WeChat or the number on file for residents."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Actor, Resident, Role, Staff
from domain.codes import Purpose
from domain.errors import (
    BadInput,
    Expired,
    MeetingOver,
    NotFound,
    NotLoggedIn,
    TooManyTries,
    WrongCredentials,
)
from tests.factories import CLERK, LI, ZHAO
from tests.fakes import QUICK_PASSWORDS, one_time_code
from tests.services.house import (
    APPID,
    MINI,
    TOTP_SECRETS,
    ZHANG_PHONE,
    House,
    a_report_filed,
    accepted,
    frozen,
    in_effect,
    meeting_fixed,
    other_side,
)

PASSWORD = "枫桥经验-1963"


@pytest.fixture
async def staffed(house: House) -> House:
    """A centre whose dispatcher has a password."""
    async with house.store.begin() as work:
        member = await work.staff.get(CLERK.id)
        hashed = QUICK_PASSWORDS.hash(PASSWORD)
        await work.staff.save(
            replace(member, password=hashed, roles=(Role.DISPATCHER, Role.AUDITOR))
        )
    return house


async def log_in(house: House, password: str = PASSWORD, code: str = "", role: str = "") -> Staff:
    opened = await house.identity.staff_login(
        "clerk", password, code or house.one_time_code(CLERK), address="10.0.0.1", role=role
    )
    actor = await house.identity.who(opened.secret)
    assert isinstance(actor, Staff)
    return actor


async def test_password_and_code_open_a_session_in_one_role(staffed: House) -> None:
    first = await log_in(staffed)
    second = await log_in(staffed, role="auditor")
    unknown = await log_in(staffed, role="administrator")

    assert [one.role for one in (first, second, unknown)] == [
        Role.DISPATCHER,
        Role.AUDITOR,
        Role.DISPATCHER,
    ]


async def test_a_wrong_factor_never_tells_which(staffed: House) -> None:
    for login, password, code in (
        ("clerk", "wrong", staffed.one_time_code(CLERK)),
        ("clerk", PASSWORD, "000000"),
        ("nobody", PASSWORD, staffed.one_time_code(CLERK)),
        ("li", "", staffed.one_time_code(LI)),
    ):
        with pytest.raises(WrongCredentials):
            await staffed.identity.staff_login(login, password, code, address="10.0.0.1")


async def test_after_five_failures_the_right_password_waits_too(staffed: House) -> None:
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await log_in(staffed, password="wrong")

    with pytest.raises(TooManyTries):
        await log_in(staffed)
    staffed.clock.forward(timedelta(minutes=16))
    assert (await log_in(staffed)).id == CLERK.id


async def test_a_success_forgets_the_failures(staffed: House) -> None:
    for _ in range(4):
        with pytest.raises(WrongCredentials):
            await log_in(staffed, password="wrong")
    await log_in(staffed)

    for _ in range(4):
        with pytest.raises(WrongCredentials):
            await log_in(staffed, password="wrong")
    await log_in(staffed)


async def test_a_one_time_code_opens_nothing_twice(staffed: House) -> None:
    code = staffed.one_time_code(CLERK)
    await log_in(staffed, code=code)

    with pytest.raises(WrongCredentials):
        await log_in(staffed, code=code)


async def test_a_code_of_two_minutes_ago_is_too_old(staffed: House) -> None:
    code = one_time_code(TOTP_SECRETS[CLERK.id], staffed.clock())
    staffed.clock.forward(timedelta(minutes=2))

    with pytest.raises(WrongCredentials):
        await log_in(staffed, code=code)


async def test_two_log_ins_with_one_code_in_the_same_second_open_one_session(
    staffed: House,
) -> None:
    code = staffed.one_time_code(CLERK)

    outcomes = await asyncio.gather(
        log_in(staffed, code=code), log_in(staffed, code=code), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["Staff", "WrongCredentials"]


async def test_who_left_the_centre_does_not_log_in(staffed: House) -> None:
    async with staffed.store.begin() as work:
        await work.staff.save(replace(await work.staff.get(CLERK.id), active=False))

    with pytest.raises(WrongCredentials):
        await log_in(staffed)


async def test_a_session_of_staff_ends_when_idle_at_last_and_when_closed(staffed: House) -> None:
    async def open_session() -> str:
        code = staffed.one_time_code(CLERK)
        opened = await staffed.identity.staff_login("clerk", PASSWORD, code, address="10.0.0.1")
        return opened.secret

    idle = await open_session()
    staffed.clock.forward(timedelta(minutes=15))
    with pytest.raises(NotLoggedIn):
        await staffed.identity.who(idle)

    busy = await open_session()
    for _ in range(47):
        staffed.clock.forward(timedelta(minutes=10))
        await staffed.identity.who(busy)
    staffed.clock.forward(timedelta(minutes=10))
    with pytest.raises(NotLoggedIn):
        await staffed.identity.who(busy)

    closed = await open_session()
    await staffed.identity.close(closed)
    with pytest.raises(NotLoggedIn):
        await staffed.identity.who(closed)


async def test_a_role_taken_away_ends_its_sessions(staffed: House) -> None:
    code = staffed.one_time_code(CLERK)
    opened = await staffed.identity.staff_login("clerk", PASSWORD, code, address="10.0.0.1")
    async with staffed.store.begin() as work:
        await work.staff.save(replace(await work.staff.get(CLERK.id), roles=(Role.AUDITOR,)))

    with pytest.raises(NotLoggedIn):
        await staffed.identity.who(opened.secret)


async def test_one_wechat_account_is_one_person(house: House) -> None:
    first = await house.identity.wechat_login(APPID, "o-wang")
    again = await house.identity.wechat_login(APPID, "o-wang")
    other = await house.identity.wechat_login(APPID, "o-zhang")

    assert first.actor == again.actor != other.actor
    assert first.secret != again.secret


async def test_the_mini_program_finds_the_same_person_by_union_id(house: House) -> None:
    chat = await house.identity.wechat_login(APPID, "o-wang", "union-1")
    mini = await house.identity.wechat_login("wx-mini", "m-wang", "union-1")

    assert chat.actor == mini.actor


async def test_two_first_messages_in_the_same_second_make_one_person(house: House) -> None:
    opened = await asyncio.gather(*(house.identity.wechat_login(APPID, "o-new") for _ in range(3)))

    assert len({str(one.actor) for one in opened}) == 1


async def invited(house: House) -> str:
    await meeting_fixed(await accepted(await a_report_filed(house)))
    await house.work_off()
    secret = house.last_link(ZHANG_PHONE, "meeting-fixed")
    await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.9")
    await house.work_off()
    return secret


async def test_five_wrong_codes_and_the_right_one_is_worthless(house: House) -> None:
    secret = await invited(house)
    right = house.last_code(ZHANG_PHONE)

    for wrong in ("111111", "222222", "333333", "444444", "555555"):
        with pytest.raises(WrongCredentials):
            await house.identity.enter_code(Purpose.ROOM, secret, wrong, address="10.0.0.9")
    with pytest.raises(TooManyTries):
        await house.identity.enter_code(Purpose.ROOM, secret, right, address="10.0.0.9")


async def test_a_code_works_once(house: House) -> None:
    secret = await invited(house)
    code = house.last_code(ZHANG_PHONE)
    await house.identity.enter_code(Purpose.ROOM, secret, code, address="10.0.0.9")

    with pytest.raises(Expired):
        await house.identity.enter_code(Purpose.ROOM, secret, code, address="10.0.0.9")


async def test_a_code_lives_for_five_minutes(house: House) -> None:
    secret = await invited(house)
    house.clock.forward(timedelta(minutes=5))

    with pytest.raises(Expired):
        await house.identity.enter_code(
            Purpose.ROOM, secret, house.last_code(ZHANG_PHONE), address="10.0.0.9"
        )


async def test_a_new_code_makes_the_one_before_worthless(house: House) -> None:
    secret = await invited(house)
    first = house.last_code(ZHANG_PHONE)
    await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.9")
    await house.work_off()

    with pytest.raises(WrongCredentials):
        await house.identity.enter_code(Purpose.ROOM, secret, first, address="10.0.0.9")
    await house.identity.enter_code(
        Purpose.ROOM, secret, house.last_code(ZHANG_PHONE), address="10.0.0.9"
    )


async def test_a_number_gets_five_codes_an_hour(house: House) -> None:
    secret = await invited(house)
    for address in range(4):
        await house.identity.ask_code(Purpose.ROOM, secret, address=f"10.0.0.{address}")

    with pytest.raises(TooManyTries):
        await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.99")
    house.clock.forward(timedelta(hours=1, seconds=1))
    await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.99")


async def test_a_code_goes_only_to_the_number_on_file(house: House) -> None:
    secret = await invited(house)

    view = await house.identity.invitation(Purpose.ROOM, secret)

    assert view.masked_phone == "100****0002"
    codes = [one.to for one in house.sms.inbox.values() if one.text.startswith("login-code")]
    assert codes == [f"+86{ZHANG_PHONE}"]


async def test_an_invitation_that_is_over_leads_nowhere(house: House) -> None:
    secret = await invited(house)
    house.clock.forward(timedelta(days=2, seconds=1))

    with pytest.raises(MeetingOver):
        await house.identity.invitation(Purpose.ROOM, secret)
    with pytest.raises(MeetingOver):
        await house.identity.ask_code(Purpose.ROOM, secret, address="10.0.0.9")


async def test_a_made_up_invitation_is_nothing(house: House) -> None:
    with pytest.raises(NotFound):
        await house.identity.invitation(Purpose.ROOM, "made-up")
    with pytest.raises(NotLoggedIn):
        await house.identity.who("made-up")


async def test_the_case_code_shows_nothing_personal(house: House) -> None:
    quarrel, _ = await in_effect(house)
    view = await house.cases.view(CLERK, quarrel.case_id)

    shown = repr(await house.cases.public(view.code_url.rpartition("/")[2]))

    assert "协议已生效" in shown
    personal = ("王小明", "张三", "李调解", "枫溪路", "漏水", "0000001", "0000002", "枫综字")
    assert [one for one in (*personal, quarrel.case_id, quarrel.wang.id) if one in shown] == []


async def test_a_reissued_case_code_revokes_the_one_before(house: House) -> None:
    quarrel = await a_report_filed(house)
    first = (await house.cases.view(CLERK, quarrel.case_id)).code_url.rpartition("/")[2]

    second = (await house.cases.reissue_code(CLERK, quarrel.case_id)).rpartition("/")[2]

    assert (await house.cases.public(second)).state == "reported"
    with pytest.raises(NotFound):
        await house.cases.public(first)
    printed = await house.cases.code_picture(CLERK, quarrel.case_id)
    assert printed.decode().endswith(second)


async def test_printing_a_case_code_again_is_no_re_issue(house: House) -> None:
    quarrel = await a_report_filed(house)

    first = await house.cases.code_picture(quarrel.wang, quarrel.case_id)
    second = await house.cases.code_picture(CLERK, quarrel.case_id)

    assert first == second


async def test_only_who_answers_for_the_case_reissues_its_code(house: House) -> None:
    quarrel = await a_report_filed(house)
    auditor = replace(ZHAO, role=Role.AUDITOR)

    with pytest.raises(NotFound):
        await house.cases.reissue_code(quarrel.wang, quarrel.case_id)
    with pytest.raises(NotFound):
        await house.cases.reissue_code(auditor, quarrel.case_id)


async def test_the_paper_code_alone_names_nobody(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    paper = await frozen(quarrel)
    view = await house.agreements.view(quarrel.wang, paper)

    shown = await house.verifying.public(view.verify_url.rpartition("/")[2])

    assert (shown.number, shown.state) == ("〔2026〕枫调字第0001号", "signing")
    assert [one for one in ("王小明", "张三", "李调解") if one in repr(shown)] == []


async def test_a_link_of_one_kind_opens_no_other_door(house: House) -> None:
    quarrel = await accepted(await a_report_filed(house))
    await meeting_fixed(quarrel)
    await house.work_off()
    room = house.last_link(ZHANG_PHONE, "meeting-fixed")

    with pytest.raises(NotFound):
        await house.cases.public(room)
    with pytest.raises(NotFound):
        await house.signing.from_invitation(other_side(quarrel), room)
    with pytest.raises(NotFound):
        await house.followups.rate(Resident(id=other_side(quarrel).id), room, stars=5, words="")


async def test_a_program_stays_logged_in_by_renewing_a_short_session(house: House) -> None:
    first = await house.identity.program_login(APPID, "o-wang")
    house.clock.forward(timedelta(minutes=15))
    with pytest.raises(NotLoggedIn):
        await house.identity.who(first.secret)

    second = await house.identity.renew(first.renewal)

    assert _id(await house.identity.who(second.secret)) == _id(first.actor)
    assert len({first.secret, second.secret, first.renewal, second.renewal}) == 4


async def test_a_renewal_used_twice_ends_everything_of_that_log_in(house: House) -> None:
    first = await house.identity.program_login(APPID, "o-wang")
    other = await house.identity.program_login(APPID, "o-wang")
    second = await house.identity.renew(first.renewal)

    with pytest.raises(NotLoggedIn):
        await house.identity.renew(first.renewal)

    for gone in (first.secret, second.secret):
        with pytest.raises(NotLoggedIn):
            await house.identity.who(gone)
    with pytest.raises(NotLoggedIn):
        await house.identity.renew(second.renewal)
    assert _id(await house.identity.who(other.secret)) == _id(first.actor)


async def test_of_two_who_renew_at_once_with_one_secret_none_is_left(house: House) -> None:
    first = await house.identity.program_login(APPID, "o-wang")

    ends = await asyncio.gather(
        *(house.identity.renew(first.renewal) for _ in range(2)), return_exceptions=True
    )

    renewed = [one for one in ends if not isinstance(one, BaseException)]
    assert [type(one) for one in ends if isinstance(one, BaseException)] == [NotLoggedIn]
    with pytest.raises(NotLoggedIn):
        await house.identity.who(renewed[0].secret)


async def test_a_log_in_is_renewed_for_thirty_days_and_no_longer(house: House) -> None:
    opened = await house.identity.program_login(APPID, "o-wang")
    house.clock.forward(timedelta(days=29))
    opened = await house.identity.renew(opened.renewal)
    house.clock.forward(timedelta(days=1))

    with pytest.raises(NotLoggedIn):
        await house.identity.renew(opened.renewal)


async def test_logging_out_on_every_device_leaves_nothing_open(house: House) -> None:
    phone = await house.identity.program_login(APPID, "o-wang")
    browser = await house.identity.wechat_login(APPID, "o-wang")
    assert isinstance(phone.actor, Resident)

    await house.identity.end_everywhere(phone.actor)

    for secret in (phone.secret, browser.secret):
        with pytest.raises(NotLoggedIn):
            await house.identity.who(secret)
    with pytest.raises(NotLoggedIn):
        await house.identity.renew(phone.renewal)


async def test_logging_out_ends_the_renewal_too(house: House) -> None:
    phone = await house.identity.program_login(APPID, "o-wang")

    await house.identity.close(phone.secret)

    with pytest.raises(NotLoggedIn):
        await house.identity.renew(phone.renewal)


async def test_who_turned_out_to_be_another_logs_in_anew(house: House) -> None:
    known = await house.identity.program_login(MINI, "m-wang", "u-wang")
    gone = await house.identity.program_login(APPID, "o-wang")

    await house.identity.program_login(APPID, "o-wang", "u-wang")

    ended = [one for one in (known, gone) if not await renews(house, one.renewal)]
    assert len(ended) == 1


async def renews(house: House, renewal: str) -> bool:
    try:
        await house.identity.renew(renewal)
    except NotLoggedIn:
        return False
    return True


async def test_a_number_that_wechat_vouches_for_is_kept_and_one_on_file_stays(
    house: House,
) -> None:
    opened = await house.identity.program_login(APPID, "o-wang")
    assert isinstance(opened.actor, Resident)

    masked = await house.identity.learn_phone(opened.actor, "+8612000000009")

    assert masked.endswith("0009")
    with pytest.raises(BadInput):
        await house.identity.learn_phone(opened.actor, "+8612000000008")
    assert await house.identity.learn_phone(opened.actor, "+8612000000009") == masked


def _id(actor: Actor) -> str:
    assert isinstance(actor, Resident)
    return actor.id
