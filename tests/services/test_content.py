"""WeChat's content check helps staff a little and stops nobody's report."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from domain.actors import Resident
from domain.cases import CaseState
from domain.conversations import Incoming, MessageKind
from domain.errors import Unavailable
from domain.happenings import MediaChecked
from domain.ids import CaseId
from domain.jobs import CheckContent
from domain.ports.outside import Refusal
from services.content import ContentDesk, Opinion
from tests.factories import CLERK, a_report
from tests.fakes import Troubled
from tests.services.house import CENTRE, MINI, House

CHECKING = replace(CENTRE, check_content=True)


@dataclass
class FakeCheck(Troubled):
    """Thinks what it is told to think."""

    advice: str = "pass"
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def words(self, openid: str, text: str) -> Opinion:
        """Look, unless trouble was prepared."""
        self.asked.append((openid, text))
        self.meet_trouble()
        return Opinion(trace_id="t1", advice=self.advice, label="100")


@pytest.fixture
def check() -> FakeCheck:
    return FakeCheck()


async def reported(house: House, *, by: str = MINI) -> tuple[CheckContent, str]:
    """Somebody reports, and what was left to be looked at."""
    opened = await house.identity.wechat_login(by, "o-wang")
    assert isinstance(opened.actor, Resident)
    desk = replace(house.reports, intake=replace(house.reports.intake, centre=CHECKING))
    filed = await desk.file_own(opened.actor, a_report(story="楼上漏水三个月"))
    (job,) = [one for one in house.store.waiting if isinstance(one, CheckContent)]
    return job, filed.case_id


def content(house: House, check: FakeCheck) -> ContentDesk:
    return ContentDesk(store=house.store, clock=house.clock, check=check, centre=CHECKING)


async def hint(house: House, case_id: str) -> str:
    return (await house.cases.view(CLERK, CaseId(case_id))).content_hint


@pytest.mark.parametrize(
    ("advice", "told"), [("pass", False), ("review", True), ("risky", True), ("new-word", False)]
)
async def test_what_wechat_doubts_is_a_hint_for_staff(
    house: House, check: FakeCheck, advice: str, *, told: bool
) -> None:
    check.advice = advice
    job, case_id = await reported(house)

    await content(house, check).look(job)

    assert check.asked == [("o-wang", "楼上漏水三个月")]
    assert bool(await hint(house, case_id)) is told
    assert (await house.case(job.case_id)).state is CaseState.REPORTED


@pytest.mark.parametrize("code", ["61010", "43104", "45009", "87014"])
async def test_a_check_that_wechat_refuses_changes_nothing(
    house: House, check: FakeCheck, code: str
) -> None:
    job, case_id = await reported(house)
    check.troubles.append(Refusal(code))

    await content(house, check).look(job)

    assert await hint(house, case_id) == ""
    async with house.store.read() as work:
        (kept,) = await work.hints.of_case(job.case_id)
    assert (kept.advice, kept.label) == ("none", code)


async def test_while_wechat_is_away_the_case_is_there_all_the_same(
    house: House, check: FakeCheck
) -> None:
    job, _ = await reported(house)
    check.troubles.append(Unavailable("45011"))

    with pytest.raises(Unavailable):
        await content(house, check).look(job)

    assert (await house.case(job.case_id)).state is CaseState.REPORTED


async def test_of_whoever_does_not_use_the_mini_program_nothing_is_asked(
    house: House, check: FakeCheck
) -> None:
    job, _ = await reported(house, by="wx-official")

    await content(house, check).look(job)

    assert check.asked == []


async def test_an_answer_that_wechat_pushes_later_is_kept(house: House, check: FakeCheck) -> None:
    check.advice = "asked"
    job, case_id = await reported(house)
    await content(house, check).look(job)
    pushed = MediaChecked(trace_id="t1", advice="risky", label="20001", error_code="0")

    event = Incoming(
        key="e",
        appid=MINI,
        openid="o-wang",
        kind=MessageKind.EVENT,
        sent_at=house.clock(),
        happenings=(pushed,),
    )

    async with house.store.begin() as work:
        await house.outreach.take_note(work, event)

    assert await hint(house, case_id)


async def test_without_the_setting_nothing_goes_to_wechat(house: House) -> None:
    opened = await house.identity.wechat_login(MINI, "o-wang")
    assert isinstance(opened.actor, Resident)

    await house.reports.file_own(opened.actor, a_report())

    assert not [one for one in house.store.waiting if isinstance(one, CheckContent)]
