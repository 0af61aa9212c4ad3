"""A process that works in a slot until it is killed: ``python -m tests.storage.workplace``."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from domain.jobs import SendNotice
from domain.notices import Delivery, Way
from storage.job_worker import JobWorker
from storage.jobs import LOOKS
from storage.keys import load
from storage.store import SqlStore


async def work(url: str, slot: str, looks: float, keys: Path, tried: Path) -> None:
    store = await SqlStore.open(url, load(keys))

    async def send(job: SendNotice) -> None:
        with tried.open("a") as log:  # what the outside world would see
            log.write(f"{job.notice_id}\n")
        await asyncio.sleep(0.02)
        async with store.begin() as opened:
            notice = await opened.notices.get(job.notice_id)
            if notice.state is not Delivery.WAITING:
                return
            await opened.notices.save(replace(notice, state=Delivery.SENT, way=Way.SMS))
            await opened.cases.next_number("sent", 2026)

    often = dict.fromkeys(LOOKS, looks)
    worker = JobWorker(url, slot, {SendNotice: send}, concurrency=4, looks=often)
    await worker.start()
    print("at work", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    database, name, seconds, key_folder, seen = sys.argv[1:]
    asyncio.run(work(database, name, float(seconds), Path(key_folder), Path(seen)))
