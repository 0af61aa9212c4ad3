"""Accounts: the first administrator, whoever they take on, and the end of a log-in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from domain.accounts import AccountState, ChangedAccount, NewAccount
from domain.actors import Role, Staff
from domain.cases import CaseState
from domain.errors import (
    BadInput,
    Expired,
    IllegalMove,
    NotFound,
    NotLoggedIn,
    Stale,
    Unavailable,
    WrongCredentials,
)
from domain.ids import StaffId
from domain.people import StaffMember
from services.accounts import AccountDesk, Choice, Link
from storage.chance import SystemChance
from tests.factories import CLERK, LI, ZHAO
from tests.fakes import QUICK_PASSWORDS, one_time_code
from tests.services.house import CENTRE, House, a_report_filed, accepted

PASSWORD = "correct horse battery"


class Remembered:
    """Draws nothing and remembers what it was to draw."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def png(self, address: str) -> bytes:
        self.addresses.append(address)
        return b"PNG"


@pytest.fixture
def drawn() -> Remembered:
    return Remembered()


@pytest.fixture
def desk(house: House, drawn: Remembered) -> AccountDesk:
    """The desk of the accounts, in a centre without an administrator."""
    return AccountDesk(
        store=house.store,
        clock=house.clock,
        chance=SystemChance(),
        passwords=QUICK_PASSWORDS,
        pictures=drawn,
        centre=CENTRE,
    )


def secret_of(link: Link) -> str:
    return link.address.rpartition("/")[2]


async def begin(house: House, desk: AccountDesk, link: Link, **changes: str) -> str:
    """Open the link, scan the picture, and choose; the TOTP secret is given."""
    shown = await desk.begin(secret_of(link))
    choice = Choice(
        login=shown.login or "sunshouyi",
        name=shown.name or "孙守一",
        password=PASSWORD,
        totp_secret=shown.totp_secret,
        code=one_time_code(shown.totp_secret, house.clock()),
    )
    await desk.choose(secret_of(link), replace(choice, **changes))
    return shown.totp_secret


async def log_in(house: House, login: str, secret: str, role: str = "") -> tuple[str, Staff]:
    house.clock.forward(timedelta(seconds=30))
    code = one_time_code(secret, house.clock())
    opened = await house.identity.staff_login(login, PASSWORD, code, address="10.0.0.1", role=role)
    assert isinstance(opened.actor, Staff)
    return opened.secret, opened.actor


async def an_administrator(house: House, desk: AccountDesk) -> Staff:
    link = await desk.invite_administrator(again=False)
    secret = await begin(house, desk, link)
    return (await log_in(house, "sunshouyi", secret))[1]


def wanted(**changes) -> NewAccount:
    usual = NewAccount(
        login="wangfang",
        name="王芳",
        phone="10000000007",
        region="",
        roles=(Role.MEDIATOR, Role.DISPATCHER),
        skills=("02",),
    )
    return replace(usual, **changes)


async def test_the_first_administrator_chooses_everything_and_logs_in(
    house: House, desk: AccountDesk, drawn: Remembered
) -> None:
    link = await desk.invite_administrator(again=False)

    secret = await begin(house, desk, link)

    _, actor = await log_in(house, "sunshouyi", secret)
    assert (actor.name, actor.role, actor.region) == ("孙守一", Role.ADMINISTRATOR, "999999001001")
    scanned = urlsplit(drawn.addresses[0])
    assert (scanned.scheme, scanned.netloc) == ("otpauth", "totp")
    assert unquote(scanned.path) == "/枫桥镇综治中心"
    assert parse_qs(scanned.query) == {"secret": [secret], "issuer": ["枫桥镇综治中心"]}


async def test_a_link_works_once_and_for_a_day(house: House, desk: AccountDesk) -> None:
    used = await desk.invite_administrator(again=False)
    await begin(house, desk, used)
    with pytest.raises(Expired):
        await desk.begin(secret_of(used))

    late = await desk.invite_administrator(again=True)
    house.clock.forward(timedelta(hours=24))

    with pytest.raises(Expired):
        await desk.begin(secret_of(late))
    with pytest.raises(NotFound):
        await desk.begin("a" * 26)


async def test_one_who_used_the_link_meanwhile_is_the_only_one(
    house: House, desk: AccountDesk
) -> None:
    link = await desk.invite_administrator(again=False)
    shown = await desk.begin(secret_of(link))
    code = one_time_code(shown.totp_secret, house.clock())
    await begin(house, desk, link, login="faster")

    late = Choice(
        login="slower", name="慢", password=PASSWORD, totp_secret=shown.totp_secret, code=code
    )
    with pytest.raises(Expired):
        await desk.choose(secret_of(link), late)


async def test_a_new_link_makes_the_one_before_worthless(house: House, desk: AccountDesk) -> None:
    lost = await desk.invite_administrator(again=False)
    await desk.invite_administrator(again=False)

    with pytest.raises(NotFound):
        await desk.begin(secret_of(lost))


async def test_where_there_is_an_administrator_another_is_asked_for_by_name(
    house: House, desk: AccountDesk
) -> None:
    await an_administrator(house, desk)

    with pytest.raises(IllegalMove):
        await desk.invite_administrator(again=False)
    await begin(house, desk, await desk.invite_administrator(again=True), login="second")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "elevenchars"}, "password"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "sunshouyi-2026"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"login": "孙守一"}, "login"),
        ({"login": "ab"}, "login"),
        ({"login": "clerk"}, "login"),
        ({"name": " "}, "name"),
        ({"totp_secret": "JBSWY3DP"}, "totp_secret"),
    ],
)
async def test_what_cannot_be_an_account_is_named_and_the_link_lives_on(
    house: House, desk: AccountDesk, changes: dict[str, str], field: str
) -> None:
    link = await desk.invite_administrator(again=False)

    with pytest.raises(BadInput) as refusal:
        await begin(house, desk, link, **changes)

    assert refusal.value.field == field
    await begin(house, desk, link)


async def test_a_wrong_code_makes_no_account(house: House, desk: AccountDesk) -> None:
    link = await desk.invite_administrator(again=False)

    with pytest.raises(WrongCredentials):
        await begin(house, desk, link, code="000000")

    await begin(house, desk, link)


async def test_the_code_of_the_set_up_opens_nothing_again(house: House, desk: AccountDesk) -> None:
    link = await desk.invite_administrator(again=False)
    secret = await begin(house, desk, link)
    seen = one_time_code(secret, house.clock())

    with pytest.raises(WrongCredentials):
        await house.identity.staff_login("sunshouyi", PASSWORD, seen, address="10.0.0.1")


async def test_somebody_taken_on_sets_their_own_secrets_and_picks_a_role(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    link = await desk.add(boss, wanted())
    invited = await desk.accounts(boss)

    secret = await begin(house, desk, link, login="somebody-else", name="别人")

    _, mediator = await log_in(house, "wangfang", secret)
    _, dispatcher = await log_in(house, "wangfang", secret, role="dispatcher")
    assert (mediator.name, mediator.role) == ("王芳", Role.MEDIATOR)
    assert dispatcher.role is Role.DISPATCHER
    states = {one.login: one.state for one in invited}
    assert states["wangfang"] is AccountState.INVITED
    now = {one.login: one.state for one in await desk.accounts(boss)}
    assert now["wangfang"] is AccountState.ACTIVE


async def test_nobody_logs_in_before_the_link_was_used(house: House, desk: AccountDesk) -> None:
    boss = await an_administrator(house, desk)
    await desk.add(boss, wanted())

    with pytest.raises(WrongCredentials):
        await house.identity.staff_login("wangfang", "", "000000", address="10.0.0.1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "clerk"}, "login"),
        ({"login": "Wang Fang"}, "login"),
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"region": "888888"}, "region"),
        ({"region": "99999"}, "code"),
        ({"roles": ()}, "roles"),
        ({"roles": (Role.ADMINISTRATOR, Role.AUDITOR)}, "roles"),
        ({"skills": ("77",)}, "skills"),
        ({"seal_right": True}, "seal_right"),
    ],
)
async def test_an_account_that_makes_no_sense_is_refused_by_field(
    house: House, desk: AccountDesk, changes: dict[str, object], field: str
) -> None:
    boss = await an_administrator(house, desk)

    with pytest.raises(BadInput) as refusal:
        await desk.add(boss, wanted(**changes))

    assert refusal.value.field == field


async def test_a_member_who_is_ended_is_out_at_once_and_comes_back_by_a_new_link(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    secret = await begin(house, desk, await desk.add(boss, wanted()))
    session, member = await log_in(house, "wangfang", secret)

    await desk.end(boss, member.id)

    with pytest.raises(NotLoggedIn):
        await house.identity.who(session)
    with pytest.raises(WrongCredentials):
        await log_in(house, "wangfang", secret)
    fresh = await begin(house, desk, await desk.invite_again(boss, member.id))
    await log_in(house, "wangfang", fresh)
    with pytest.raises(NotLoggedIn):
        await house.identity.who(session)


async def test_a_lost_phone_is_answered_by_a_link_that_ends_every_session(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    old = await begin(house, desk, await desk.add(boss, wanted()))
    session, member = await log_in(house, "wangfang", old)
    link = await desk.invite_again(boss, member.id)
    assert await house.identity.who(session) == member

    await begin(house, desk, link)

    with pytest.raises(NotLoggedIn):
        await house.identity.who(session)
    with pytest.raises(WrongCredentials):
        await log_in(house, "wangfang", old)


async def test_an_ended_account_cannot_be_begun_by_the_link_it_once_got(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    link = await desk.add(boss, wanted())
    member = next(one for one in await desk.accounts(boss) if one.login == "wangfang")

    await desk.end(boss, member.id)

    with pytest.raises(NotFound):
        await desk.begin(secret_of(link))
    ended = next(one for one in await desk.accounts(boss) if one.login == "wangfang")
    assert ended.state is AccountState.ENDED


async def test_nobody_ends_their_own_account(house: House, desk: AccountDesk) -> None:
    boss = await an_administrator(house, desk)

    with pytest.raises(IllegalMove):
        await desk.end(boss, boss.id)


async def test_the_seal_right_is_granted_and_withdrawn_by_name(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)

    await desk.set_seal_right(boss, ZHAO.id, granted=False)
    without = next(one for one in await desk.accounts(boss) if one.id == ZHAO.id)
    await desk.set_seal_right(boss, ZHAO.id, granted=True)

    assert not without.seal_right
    told = [event for event in await desk.history(boss) if event.subject == ZHAO.id]
    assert [event.kind for event in told] == ["account.seal-granted", "account.seal-withdrawn"]
    assert {event.by for event in told} == {boss.ref}
    with pytest.raises(BadInput):
        await desk.set_seal_right(boss, CLERK.id, granted=True)


def changed(member: Staff | StaffMember, *roles: Role, region: str = "") -> ChangedAccount:
    return ChangedAccount(region=region or member.region, roles=roles)


async def test_who_gets_more_to_do_goes_on_and_who_loses_a_role_is_out_at_once(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    secret = await begin(house, desk, await desk.add(boss, wanted()))
    session, member = await log_in(house, "wangfang", secret)

    more = (Role.MEDIATOR, Role.DISPATCHER, Role.GRID_WORKER)
    await desk.change(boss, member.id, changed(member, *more))
    assert (await house.identity.who(session)).ref == member.ref

    await desk.change(boss, member.id, changed(member, Role.DISPATCHER))
    with pytest.raises(NotLoggedIn):
        await house.identity.who(session)
    told = (await desk.history(boss))[0]
    assert (told.kind, told.by, told.detail["roles"]) == ("account.changed", boss.ref, "dispatcher")


async def test_a_smaller_area_ends_the_sessions_and_other_skills_do_not(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    secret = await begin(house, desk, await desk.add(boss, wanted()))
    session, member = await log_in(house, "wangfang", secret)

    skilled = replace(changed(member, *wanted().roles), skills=("03", "13"))
    await desk.change(boss, member.id, skilled)
    assert (await house.identity.who(session)).ref == member.ref

    async with house.store.begin() as work:
        wide = await work.staff.get(member.id)
        await work.staff.save(replace(wide, region="999999"))
    await desk.change(boss, member.id, skilled)
    with pytest.raises(NotLoggedIn):
        await house.identity.who(session)
    account = next(one for one in await desk.accounts(boss) if one.id == member.id)
    assert (account.skills, account.region) == (("03", "13"), "999999001001")


async def test_the_seal_right_goes_with_the_role_of_supervisor(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)

    await desk.change(boss, ZHAO.id, changed(ZHAO, Role.DISPATCHER))

    account = next(one for one in await desk.accounts(boss) if one.id == ZHAO.id)
    assert (account.roles, account.seal_right) == ((Role.DISPATCHER,), False)
    kinds = [event.kind for event in await desk.history(boss) if event.subject == ZHAO.id]
    assert set(kinds) == {"account.changed", "account.seal-withdrawn"}


async def test_the_last_administrator_stays_one(house: House, desk: AccountDesk) -> None:
    boss = await an_administrator(house, desk)
    whole = changed(boss, Role.SUPERVISOR)
    with pytest.raises(IllegalMove):
        await desk.change(boss, boss.id, whole)

    await begin(house, desk, await desk.invite_administrator(again=True), login="second")

    await desk.change(boss, boss.id, whole)
    with pytest.raises(IllegalMove):
        await desk.invite_administrator(again=False)


async def test_of_two_administrators_who_put_each_other_out_one_stays(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    await begin(house, desk, await desk.invite_administrator(again=True), login="second")
    second = next(one for one in await desk.accounts(boss) if one.login == "second")
    other = replace(boss, id=second.id)

    outcome = await asyncio.gather(
        desk.end(boss, other.id), desk.end(other, boss.id), return_exceptions=True
    )

    left = [one for one in await desk.accounts(boss) if one.state is AccountState.ACTIVE]
    assert [one.login for one in left if Role.ADMINISTRATOR in one.roles] in (
        ["sunshouyi"],
        ["second"],
    )
    (refused,) = [one for one in outcome if one]
    assert isinstance(refused, Stale | IllegalMove | Unavailable)


@pytest.mark.parametrize("how", ["ended", "no mediator any more"])
async def test_a_mediators_open_cases_go_back_to_the_centre(
    house: House, desk: AccountDesk, how: str
) -> None:
    boss = await an_administrator(house, desk)
    quarrel = await accepted(await a_report_filed(house))

    if how == "ended":
        await desk.end(boss, LI.id)
    else:
        await desk.change(boss, LI.id, changed(LI, Role.GRID_WORKER))
    await house.work_off()

    case = await house.case(quarrel.case_id)
    assert (case.state, case.mediator) == (CaseState.REGISTERED, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ()}, "roles"),
        ({"roles": (Role.ADMINISTRATOR, Role.AUDITOR)}, "roles"),
        ({"skills": ("77",)}, "skills"),
        ({"region": "888888"}, "region"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused_by_field(
    house: House, desk: AccountDesk, changes: dict[str, Any], field: str
) -> None:
    boss = await an_administrator(house, desk)
    usual = {"region": "", "roles": (Role.MEDIATOR,), "skills": ()}

    with pytest.raises(BadInput) as refusal:
        await desk.change(boss, LI.id, ChangedAccount(**{**usual, **changes}))

    assert refusal.value.field == field


async def test_only_the_administrator_has_such_a_desk(house: House, desk: AccountDesk) -> None:
    for deed in (
        desk.accounts(CLERK),
        desk.history(ZHAO),
        desk.add(CLERK, wanted()),
        desk.invite_again(CLERK, ZHAO.id),
        desk.end(CLERK, ZHAO.id),
        desk.change(CLERK, ZHAO.id, changed(ZHAO, Role.SUPERVISOR)),
        desk.set_seal_right(ZHAO, ZHAO.id, granted=True),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_what_was_done_to_accounts_tells_nothing_personal(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    await desk.add(boss, wanted(roles=(Role.SUPERVISOR,), skills=(), seal_right=True))

    told = await desk.history(boss)

    assert [event.kind for event in told] == [
        "account.seal-granted",
        "account.added",
        "account.begun",
    ]
    assert "王芳" not in repr(told)
    assert "wangfang" not in repr(told)


async def test_the_second_of_two_who_take_the_same_name_is_refused(
    house: House, desk: AccountDesk
) -> None:
    boss = await an_administrator(house, desk)
    await desk.add(boss, wanted())

    with pytest.raises((BadInput, Stale)):
        await desk.add(boss, wanted(name="王方"))
    with pytest.raises(NotFound):
        await desk.end(boss, StaffId("nobody"))
