"""Whoever runs the installation sees what broke, and decides; for others there is no such page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import VISITOR, Actor, Resident, Role
from domain.errors import IllegalMove, NotFound
from domain.ids import AgreementId, PersonId
from domain.jobs import PutSignature, SendNotice
from domain.notices import Delivery, Notice, NoticeKind, Way
from domain.platform import Rest
from domain.ports.running import ProcessLife
from services.operations import OperationsDesk
from tests.factories import CLERK, LI, NOON, ZHAO, a_person
from tests.fakes import FailedOnce, FakeFailedJobs
from tests.services.house import House

BOSS = replace(CLERK, role=Role.ADMINISTRATOR)
SIGNATURE = PutSignature(AgreementId("paper-1"), "party-1")
WEB = ProcessLife(name="web", alive=True, restarts=3, since=NOON, ended="SIGKILL")


@pytest.fixture
def jobs() -> FakeFailedJobs:
    """A notice and a signature that nobody could bring to their end."""
    notice = FailedOnce("notice-1", SendNotice("n1"), why="Unavailable", comes_back=True)
    return FakeFailedJobs([notice, FailedOnce("o-openid-of-wang", SIGNATURE)])


@pytest.fixture
def desk(house: House, jobs: FakeFailedJobs) -> OperationsDesk:
    return OperationsDesk(store=house.store, clock=house.clock, jobs=jobs, processes=lambda: [WEB])


def a_lost_notice(key: str, way: Way) -> Notice:
    return Notice(
        id=key,
        kind=NoticeKind.RATE,
        case_id=None,
        to_person=PersonId("wang"),
        made_at=NOON,
        state=Delivery.UNKNOWN,
        way=way,
    )


@pytest.mark.parametrize("who", [BOSS, ZHAO], ids=["administrator", "supervisor"])
async def test_what_broke_is_shown_with_its_reason(desk: OperationsDesk, who: Actor) -> None:
    shown = await desk.overview(who)

    assert [(one.job, one.why, one.comes_back) for one in shown.troubles] == [
        ("SendNotice", "Unavailable", True),
        ("PutSignature", "ValueError", False),
    ]
    assert shown.processes == (WEB,)
    assert "openid" not in repr(shown)


async def test_messages_of_unknown_fate_are_counted_by_their_way(
    house: House, desk: OperationsDesk
) -> None:
    async with house.store.begin() as work:
        await work.people.add(a_person())
        for number, way in enumerate((Way.SMS, Way.TEMPLATE, Way.SMS)):
            await work.notices.add(a_lost_notice(f"n{number}", way))

    shown = await desk.overview(BOSS)

    assert shown.unknown == {Way.SMS: 2, Way.TEMPLATE: 1}


async def test_a_job_is_done_again_and_it_is_kept_who_wanted_it(
    desk: OperationsDesk, jobs: FakeFailedJobs
) -> None:
    signature = (await desk.overview(BOSS)).troubles[1]

    await desk.retry(BOSS, signature.id)

    assert jobs.again == [SIGNATURE]
    (told,) = await desk.history(ZHAO)
    assert (told.kind, told.by, told.subject) == ("job.retried", BOSS.ref, signature.id)
    assert told.detail == {"job": "PutSignature", "why": "ValueError"}
    with pytest.raises(NotFound):
        await desk.retry(BOSS, signature.id)


async def test_a_message_may_be_struck_off_but_never_a_signature(
    desk: OperationsDesk, jobs: FakeFailedJobs
) -> None:
    notice, signature = (await desk.overview(BOSS)).troubles

    await desk.strike_off(ZHAO, notice.id)
    with pytest.raises(IllegalMove):
        await desk.strike_off(ZHAO, signature.id)

    assert [one.job for one in jobs.failed] == [SIGNATURE]
    assert [one.kind for one in await desk.history(BOSS)] == ["job.struck-off"]


@pytest.mark.parametrize(
    "who",
    [CLERK, LI, replace(CLERK, role=Role.AUDITOR), Resident(id=PersonId("wang")), VISITOR],
    ids=["dispatcher", "mediator", "auditor", "resident", "visitor"],
)
async def test_for_everybody_else_there_is_no_such_desk(desk: OperationsDesk, who: Actor) -> None:
    trouble = (await desk.overview(BOSS)).troubles[0]

    for deed in (
        desk.overview(who),
        desk.history(who),
        desk.retry(who, trouble.id),
        desk.strike_off(who, trouble.id),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_what_wechat_takes_no_more_and_what_waits_for_it_is_shown(
    house: House, desk: OperationsDesk
) -> None:
    until = house.clock() + timedelta(hours=3)
    rest = Rest(appid="wx", path="/cgi-bin/message/template/send", code=45009, until=until)
    held = replace(a_lost_notice("n1", Way.CHAT), state=Delivery.HELD, why="window-closed")
    async with house.store.begin() as work:
        await work.platform.rest(rest)
        await work.people.add(a_person())
        await work.notices.add(held)

    shown = await desk.overview(BOSS)
    house.clock.forward(timedelta(hours=3))

    assert (shown.rests, shown.held) == ((rest,), {"window-closed": 1})
    assert (await desk.overview(BOSS)).rests == ()
