from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOSClient, EnqueueOptions

from domain.deadlines import Due, DueKind
from domain.errors import LedgerAway, Stale, Unavailable
from domain.ids import DueId, MediaId, MeetingId
from domain.jobs import (
    ActOnDue,
    AnswerLate,
    FetchPicture,
    Job,
    MakeFilm,
    MakePaper,
    PutSignature,
    SendNotice,
    SendSms,
)
from domain.notices import Delivery, Notice, NoticeKind
from storage.due_rows import Sweeper
from storage.engines import job_engine
from storage.job_worker import JobWorker
from storage.jobs import (
    APPLICATION,
    FORMER_QUEUE,
    KINDS,
    LOOKS,
    PLAIN,
    QUEUES,
    WORKFLOW,
    FailedJob,
    read_job,
    written,
)
from storage.keys import establish
from storage.slots import SlotTaken, take_slot
from storage.store import SqlStore
from tests.storage.samples import NOW
from tests.stores import keys_of_this_run

Handler = Callable[[Any], Awaitable[None]]


@contextlib.asynccontextmanager
async def working(
    url: str, handlers: dict[type[Any], Handler], **how: Any
) -> AsyncIterator[JobWorker]:
    worker = JobWorker(
        url, "w0", handlers, first_wait=0.02, looks=dict.fromkeys(LOOKS, 0.05), **how
    )
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop(grace=0)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await true():
            await asyncio.sleep(0.05)


async def nothing_waits(store: SqlStore) -> None:
    async def empty() -> bool:
        return not await store.waiting_jobs()

    await until(empty)


@pytest.mark.parametrize(
    "job",
    [
        SendNotice("n1"),
        PutSignature(agreement_id="a1", field="party-1"),  # type: ignore[arg-type]  # plain text is enough
        FetchPicture(MediaId("m1")),
        ActOnDue(DueId("d1")),
    ],
)
def test_a_job_is_written_and_read_back(job: Job):
    assert read_job(written(job)) == job


def test_a_film_that_an_earlier_version_wanted_without_its_number_is_read():
    text = '{"job": "MakeFilm", "with": {"meeting_id": "m1", "recording": "m1"}}'

    assert read_job(text) == MakeFilm(MeetingId("m1"), "m1", 1)


def test_every_kind_of_job_has_its_form_and_its_queue_is_looked_into():
    assert set(KINDS.values()) == set(Job.__args__)
    assert {*QUEUES.values(), FORMER_QUEUE} == set(LOOKS)


@pytest.mark.parametrize(
    "text",
    [
        '{"job": "SendNotice", "with": {"notice_id": "n1", "extra": 1}}',
        '{"job": "SendNotice", "with": {}}',
        '{"job": "SendNotice", "with": {"notice_id": 5}}',
        '{"job": "os.system", "with": {"command": "true"}}',
        '{"job": "SendNotice", "with": {"notice_id": "n1"}, "more": 1}',
        '["SendNotice"]',
        "gASVIAAAAAAAAACMBXBvc2l4",
    ],
)
def test_what_is_no_job_is_not_done(text: str):
    with pytest.raises(ValueError):  # noqa: PT011  # json and pydantic raise kinds of their own
        read_job(text)


async def test_a_job_is_done_after_the_commit_and_once_for_its_key(store: SqlStore, url: str):
    done: list[Job] = []

    async def note(job: Job) -> None:
        done.append(job)

    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"), key="notice-n1")
        await work.jobs.add(SendNotice("n1"), key="notice-n1")
        await work.jobs.add(MakePaper(agreement_id="a1"))  # type: ignore[arg-type]  # plain text is enough
    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"), key="notice-n1")

    assert len(await store.waiting_jobs()) == 2
    async with working(url, {SendNotice: note, MakePaper: note}):
        await nothing_waits(store)

    assert Counter(done) == {SendNotice("n1"): 1, MakePaper("a1"): 1}  # type: ignore[arg-type]  # plain text is enough


async def test_what_is_away_for_a_while_is_tried_again(store: SqlStore, url: str):
    tried: list[str] = []

    async def send(job: SendNotice) -> None:
        tried.append(job.notice_id)
        if len(tried) == 1:
            raise Unavailable("the provider is away")
        if len(tried) == 2:
            raise Stale("somebody else saved")

    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"))
    async with working(url, {SendNotice: send}):
        await nothing_waits(store)

    assert tried == ["n1"] * 3
    assert await store.failed_jobs() == []


@pytest.mark.parametrize(("error", "tries"), [(Unavailable("away"), 3), (ValueError("x"), 1)])
async def test_a_job_that_is_given_up_is_seen(
    store: SqlStore, url: str, error: Exception, tries: int
):
    tried: list[str] = []

    async def send(job: SendNotice) -> None:
        tried.append(job.notice_id)
        raise error

    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"), key="notice-n1")
    async with working(url, {SendNotice: send}, attempts=3):
        await nothing_waits(store)

    (failed,) = await store.failed_jobs()
    assert (failed.key, failed.job, failed.why) == (
        "notice-n1",
        SendNotice("n1"),
        type(error).__name__,
    )
    assert len(tried) == tries


async def test_a_job_that_was_given_up_is_done_again_when_asked_for_or_struck_off(
    store: SqlStore, url: str
):
    broken, done = {"n1", "n2"}, []

    async def send(job: SendNotice) -> None:
        if job.notice_id in broken:
            raise ValueError("not now")
        done.append(job.notice_id)

    async with store.begin() as work:
        for notice in ("n1", "n2"):
            await work.jobs.add(SendNotice(notice), key=f"notice-{notice}")
    async with working(url, {SendNotice: send}):
        await nothing_waits(store)
        assert not any(one.comes_back for one in await store.failed_jobs())
        broken.clear()
        await store.retry_job("notice-n1")
        await store.retry_job("notice-n1")
        await store.forget_job("notice-n2")
        await store.forget_job("notice-n1")
        await nothing_waits(store)

    assert done == ["n1"]
    assert await store.failed_jobs() == []


@pytest.mark.parametrize("away", [Unavailable, LedgerAway])
async def test_what_was_given_up_while_the_other_side_was_away_is_taken_up_again(
    store: SqlStore, url: str, away: type[Unavailable]
):
    tried: list[str] = []

    async def send(job: SendNotice) -> None:
        tried.append(job.notice_id)
        if job.notice_id == "bad":
            raise ValueError
        if len(tried) <= 2:
            raise away("away for longer than all attempts")

    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"), key="notice-n1")
    async with working(url, {SendNotice: send}, attempts=2) as worker:
        await nothing_waits(store)
        async with store.begin() as work:
            await work.jobs.add(SendNotice("bad"), key="notice-bad")
        await nothing_waits(store)
        at_once = await worker.take_up()
        later = await worker.take_up(timedelta(0))
        await nothing_waits(store)
        twice = await worker.take_up(timedelta(0))

    assert (at_once, later, twice) == (0, 1, 0)
    assert tried == ["n1", "n1", "bad", "n1"]
    assert [one.key for one in await store.failed_jobs()] == ["notice-bad"]


def test_the_rounds_of_a_job_last_longer_than_a_day_and_end():
    failed = FailedJob(key="notice-n1", job=SendNotice("n1"), why="Unavailable", since=NOW)
    rounds = [
        replace(failed, key=f"notice-n1~{count}").rests_until(timedelta(minutes=1))
        for count in range(49)
    ]

    waits = [until - NOW for until in rounds if until is not None]
    assert (failed.next_key(), rounds[-1]) == ("notice-n1~1", None)
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == timedelta(minutes=64)
    assert sum(waits, timedelta()) > timedelta(hours=24)


async def test_work_that_was_cut_off_is_done_by_the_next_in_the_slot(store: SqlStore, url: str):
    begun = asyncio.Event()
    done: list[Job] = []

    async def hang(_job: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def note(job: Job) -> None:
        done.append(job)

    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"))
    async with working(url, {SendNotice: hang}):
        await asyncio.wait_for(begun.wait(), 20)

    async with working(url, {SendNotice: note}):
        await nothing_waits(store)

    assert done == [SendNotice("n1")]


async def test_what_was_done_is_forgotten_and_what_failed_is_kept(store: SqlStore, url: str):
    async def send(job: SendNotice) -> None:
        if job.notice_id == "bad":
            raise ValueError

    async with store.begin() as work:
        await work.jobs.add(SendNotice("good"))
        await work.jobs.add(SendNotice("bad"))
    async with working(url, {SendNotice: send}) as worker:
        await nothing_waits(store)
        kept = await worker.purge(timedelta(days=30))
        forgotten = await worker.purge(timedelta(seconds=-5))

    assert (kept, forgotten) == (0, 1)
    assert [one.job for one in await store.failed_jobs()] == [SendNotice("bad")]


async def test_a_slot_belongs_to_one_live_worker(url: str):
    async with working(url, {}) as worker:
        assert worker.holds_slot()
        with pytest.raises(SlotTaken):
            await JobWorker(url, "w0", {}).start()
        take_slot(url, "w1").release()

    take_slot(url, "w0").release()


def test_a_slot_has_a_plain_name(tmp_path: Path):
    with pytest.raises(ValueError, match="name of a slot"):
        take_slot(f"sqlite:///{tmp_path}/ledger.db", "../w0")


async def test_nothing_is_written_to_the_terminal(
    store: SqlStore, url: str, capfd: pytest.CaptureFixture[str]
):
    async def note(_job: Job) -> None: ...

    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"))
    async with working(url, {SendNotice: note}):
        await nothing_waits(store)

    assert tuple(capfd.readouterr()) == ("", "")


async def test_deadlines_that_have_come_become_jobs_once(store: SqlStore, second_store: SqlStore):
    now = NOW
    async with store.begin() as work:
        for number in range(45):
            await work.dues.add(
                Due(
                    id=DueId(f"d{number}"),
                    kind=DueKind.FOLLOW_UP,
                    subject="case-1",
                    due_at=NOW + timedelta(days=number),
                )
            )
    sweepers = [Sweeper(one, lambda: now) for one in (store, second_store)]

    first = await asyncio.gather(*(one.sweep() for one in sweepers))
    now = NOW + timedelta(days=60)
    later = await asyncio.gather(*(one.sweep() for one in sweepers))

    assert (sum(first), sum(later)) == (1, 44)
    waiting = await store.waiting_jobs()
    assert Counter(waiting) == Counter(ActOnDue(DueId(f"d{number}")) for number in range(45))


@pytest.mark.parametrize(
    ("slow", "quick"), [(SendSms, SendNotice), (SendNotice, SendSms), (SendSms, AnswerLate)]
)
async def test_a_gateway_that_hangs_keeps_nobody_else_waiting(
    store: SqlStore, url: str, slow: type[Any], quick: type[Any]
):
    released, begun, done = asyncio.Event(), [], []

    async def hang(job: Job) -> None:
        begun.append(job)
        await released.wait()

    async def note(job: Job) -> None:
        done.append(job)

    async def all_quick() -> bool:
        return len(done) == 20

    async with store.begin() as work:
        for number in range(40):
            await work.jobs.add(slow(f"slow-{number}"), key=f"slow-{number}")
    async with working(url, {slow: hang, quick: note}, concurrency=4):
        await until(lambda: _at_least(begun, 4))
        async with store.begin() as work:
            for number in range(20):
                await work.jobs.add(quick(f"quick-{number}"), key=f"quick-{number}")
        await until(all_quick)
        held = len(begun)
        released.set()
        await nothing_waits(store)

    assert held == 4
    assert (len(begun), len(done)) == (40, 20)


async def _at_least(things: list[Job], count: int) -> bool:
    return len(things) >= count


async def hand_in_text(url: str, text: str, *, key: str, queue: str) -> None:
    """Put a job's text into a queue, as another version of the program wrote it."""
    engine = job_engine(url)
    client = DBOSClient(
        system_database_engine=engine, serializer=PLAIN, application_name=APPLICATION, lazy=True
    )
    place: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": queue,
        "workflow_id": key,
        "application_name": APPLICATION,
    }
    await asyncio.to_thread(client.enqueue, place, text)
    client.destroy()
    engine.dispose()


async def test_what_an_earlier_version_left_in_its_queue_is_done(store: SqlStore, url: str):
    done: list[Job] = []

    async def note(job: Job) -> None:
        done.append(job)

    await hand_in_text(url, written(SendNotice("n1")), key="notice-n1", queue=FORMER_QUEUE)
    async with working(url, {SendNotice: note}):
        await nothing_waits(store)

    assert done == [SendNotice("n1")]


async def test_a_job_that_cannot_be_read_hides_no_other_and_can_be_struck_off(
    store: SqlStore, url: str
):
    broken, done = {"n1"}, []

    async def send(job: SendNotice) -> None:
        if job.notice_id in broken:
            raise Unavailable("the provider is away")
        done.append(job.notice_id)

    odd = '{"job": "SendNotice", "with": {"to": "somebody"}}'
    await hand_in_text(url, odd, key="odd", queue=QUEUES[SendNotice])
    async with store.begin() as work:
        await work.jobs.add(SendNotice("n1"), key="notice-n1")
    waiting = await store.waiting_jobs()
    async with working(url, {SendNotice: send}, attempts=1) as worker:
        await until(lambda: _are_given_up(url, {"odd", "notice-n1"}))
        failed = [one.key for one in await store.failed_jobs()]
        broken.clear()
        taken_up = await worker.take_up(timedelta(0))
        await nothing_waits(store)
        await store.forget_job("odd")

    assert (waiting, failed) == ([SendNotice("n1")], ["notice-n1"])
    assert (taken_up, done) == (1, ["n1"])
    assert not await _are_given_up(url, {"odd"})


async def _are_given_up(url: str, keys: set[str]) -> bool:
    engine = job_engine(url)
    client = DBOSClient(system_database_engine=engine, serializer=PLAIN, lazy=True)
    rows = await asyncio.to_thread(client.list_workflows, status="ERROR", workflow_ids=list(keys))
    client.destroy()
    engine.dispose()
    return keys == {one.workflow_id for one in rows}


async def test_jobs_of_a_store_opened_without_them_are_refused(url: str):
    store = await SqlStore.open(url, keys_of_this_run(), jobs=False)

    with pytest.raises(Unavailable):
        async with store.begin() as work:
            await work.jobs.add(SendNotice("n1"))

    assert await store.waiting_jobs() == ()
    await store.close()


async def start_workplace(
    url: str, keys: Path, seen: Path, *, looks: float
) -> asyncio.subprocess.Process:
    """Start a worker in a process of its own, with its seconds between two looks."""
    program = [sys.executable, "-m", "tests.storage.workplace"]
    process = await asyncio.create_subprocess_exec(
        *map(str, [*program, url, "w0", looks, keys, seen]), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"at work\n"
    return process


async def kill(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.communicate()


@pytest.mark.faults
async def test_no_acknowledged_job_is_lost_when_its_worker_is_killed(url: str, tmp_path: Path):
    keys, seen = tmp_path / "keys", tmp_path / "seen"
    seen.touch()
    store = await SqlStore.open(url, establish(keys))
    chance = random.Random(20261121)  # a seed, not a secret
    notices = [f"n{number}" for number in range(80)]

    async def acknowledge(notice_id: str) -> None:
        async with store.begin() as work:
            await work.notices.add(
                Notice(id=notice_id, kind=NoticeKind.RATE, case_id=None, made_at=NOW)
            )
            await work.jobs.add(SendNotice(notice_id), key=f"notice-{notice_id}")

    async def at_work(tries: int) -> bool:
        return len(seen.read_text().split()) >= tries

    left_undone = []
    for round_of in range(2):
        # As rarely as it looks, it has seconds of work left when it is killed.
        process = await start_workplace(url, keys, seen, looks=0.5)
        for notice_id in notices[round_of * 40 : round_of * 40 + 40]:
            await acknowledge(notice_id)
        await until(lambda: at_work(10 + 30 * round_of))  # noqa: B023  # awaited within the round
        await asyncio.sleep(chance.uniform(0, 0.05))
        await kill(process)
        left_undone.append(len(await store.waiting_jobs()))
    process = await start_workplace(url, keys, seen, looks=0.05)
    await nothing_waits(store)
    await kill(process)

    async with store.begin() as work:
        states = Counter([(await work.notices.get(one)).state for one in notices])
        effects = await work.cases.next_number("sent", 2026) - 1
    tries = Counter(seen.read_text().split())
    print(f"acked 80, lost 0, undone at the kills {left_undone}, tried {tries.total()}")
    assert min(left_undone) > 0
    assert states == {Delivery.SENT: 80}
    assert effects == 80
    assert await store.failed_jobs() == []
    assert set(tries) == set(notices)
    await store.close()
