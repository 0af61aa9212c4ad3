"""The page of what broke: words, buttons, and figures for a machine that watches."""

from __future__ import annotations

import pytest

from domain.ids import AgreementId
from domain.jobs import PutSignature, SendNotice
from tests.fakes import FailedOnce

PAGE = "/desk/operations"
SIGNATURE = PutSignature(AgreementId("paper-1"), "party-1")


@pytest.fixture
def jobs(office):
    """What could not be done: a signature, and a notice that comes back by itself."""
    failed = office.desks.operations.jobs
    notice = FailedOnce("n1", SendNotice("n1"), why="Unavailable", comes_back=True)
    failed.failed += [FailedOnce("s1", SIGNATURE), notice]
    return failed


async def test_what_broke_is_told_in_plain_words(visitor, jobs):
    boss = await visitor(staff="guanli")

    page = await (await boss.get(PAGE)).text()

    assert "把签名写进协议" in page
    assert "程序出错，详细情况在日志里" in page
    assert "对方系统、数据库或者存储一直没有答应" in page
    assert "过一会儿会自动再办" in page
    assert "自动重启过 2 次" in page
    assert page.count("不用再办了</button>") == 1


async def test_a_job_is_done_again_by_one_button(visitor, office, jobs):
    boss = await visitor(staff="guanli")
    trouble = (await (await boss.get("/api/v1/operations")).json())["troubles"][0]

    answer = await boss.post(f"{PAGE}/{trouble['id']}/retry")
    page = await answer.text()

    assert (answer.status, answer.url.path) == (200, PAGE)
    assert jobs.again == [SIGNATURE]
    assert "再办一次：把签名写进协议" in page


async def test_a_program_sees_and_decides_the_same(visitor, jobs):
    supervisor = await visitor(staff="duban")
    told = await (await supervisor.get("/api/v1/operations")).json()
    signature, notice = told["troubles"]

    refused = await supervisor.post(f"/api/v1/operations/{signature['id']}/drop")
    dropped = await supervisor.post(f"/api/v1/operations/{notice['id']}/drop")

    assert [one["name"] for one in told["processes"]] == ["web", "media-0"]
    assert (refused.status, dropped.status) == (409, 204)
    assert [one.job for one in jobs.failed] == [SIGNATURE]


@pytest.mark.parametrize("login", ["fenpai", "tiaojie", "shenji"])
async def test_for_others_there_is_no_such_page(visitor, jobs, login):
    staff = await visitor(staff=login)

    assert (await staff.get(PAGE)).status == 404
    assert "/desk/operations" not in await (await staff.get("/desk")).text()


async def test_the_figures_are_measured_from_inside(visitor, jobs):
    machine = await visitor()

    figures = await (await machine.get("/metrics")).text()

    assert 'fengqiao_jobs_failed{job="PutSignature"} 1.0' in figures
    assert 'fengqiao_process_alive{process="media-0"} 1.0' in figures
    assert 'fengqiao_process_restarts{process="media-0"} 2.0' in figures
