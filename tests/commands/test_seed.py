"""Invented cases only where everything is invented, and only once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import commands.seed
from commands.installing import establish
from commands.ledger import ledger
from domain.cases import CaseState
from domain.deadlines import Due
from domain.matters import MatterState
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.commands.calling import Said, call, config_of, said


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A data folder that is marked as a demo."""
    (tmp_path / "demo").touch()
    return tmp_path


def seed(capsys: pytest.CaptureFixture[str], folder: Path, cases: int) -> Said:
    return said(capsys, lambda: commands.seed.run(config_of(folder), cases=cases, seed=1))


async def states(folder: Path) -> dict[CaseState, int]:
    async with ledger(config_of(folder)) as store, store.read() as work:
        return dict(await work.cases.counts(EVERYTHING))


async def test_an_empty_demo_gets_cases_in_every_early_state(demo: Path):
    done = call("seed", "--cases", "14", data__dir=demo)

    assert (done.status, done.out) == (
        0,
        "7 members of staff, 14 cases, 7 daily-life matters, all invented\n",
    )
    assert await states(demo) == {
        CaseState.REPORTED: 2,
        CaseState.REGISTERED: 2,
        CaseState.DISPATCHED: 2,
        CaseState.ACCEPTED: 2,
        CaseState.REFUSED: 2,
        CaseState.ENDED: 2,
        CaseState.ARCHIVED: 2,
    }


def test_every_seeded_case_has_its_history_and_nothing_is_overdue(
    demo: Path, capsys: pytest.CaptureFixture[str]
):
    seed(capsys, demo, 7)

    kinds, late = asyncio.run(history_and_late_ones(demo))

    assert kinds == ["case.reported", "case.registered", "case.dispatched", "case.accepted"]
    assert late == []


async def history_and_late_ones(folder: Path) -> tuple[list[str], list[Due]]:
    """What happened to the accepted case, and what should have been done before the newest."""
    async with ledger(config_of(folder)) as store, store.read() as work:
        cases, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=20)
        accepted = next(one for one in cases if one.state is CaseState.ACCEPTED)
        kinds = [event.kind for event in await work.cases.history(accepted.id)]
        newest = max(one.reported_at for one in cases)
        dues = await work.dues.of_subjects([one.id for one in cases])
    return kinds, [due for due in dues if due.due_at < newest]


def test_there_is_a_daily_life_matter_in_every_state_but_one(
    demo: Path, capsys: pytest.CaptureFixture[str]
):
    seed(capsys, demo, 1)

    found = asyncio.run(matters(demo))

    assert set(found) == set(MatterState) - {MatterState.DISPUTE}


async def matters(folder: Path) -> list[MatterState]:
    async with ledger(config_of(folder)) as store, store.read() as work:
        found, _ = await work.matters.page(EVERYTHING, frozenset(MatterState), limit=20)
    return [one.state for one in found]


def test_a_second_time_nothing_is_added(demo: Path, capsys: pytest.CaptureFixture[str]):
    seed(capsys, demo, 1)

    again = seed(capsys, demo, 1)

    assert again.status == 2
    assert "已经有数据" in again.err


def test_a_real_centre_is_never_seeded(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    establish(config_of(tmp_path))
    before = (tmp_path / "ledger.db").read_bytes()

    refused = seed(capsys, tmp_path, 1)

    assert refused.status == 2
    assert "演示" in refused.err
    assert (tmp_path / "ledger.db").read_bytes() == before
