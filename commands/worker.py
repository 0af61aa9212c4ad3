"""The job worker: durable jobs, due rows, and messages that nobody answers any more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

import structlog

from commands.ending import wait_for_end
from commands.ground import Ground, ground
from commands.office import Office, office
from commands.papers import paper_room
from commands.places import database_url
from commands.refusing import CommandRefused
from config import Config
from domain.jobs import (
    ActOnDue,
    AnswerLate,
    AskWho,
    CheckContent,
    DropObject,
    EndCopy,
    EraseData,
    FetchPicture,
    HandBackCases,
    HearVoice,
    Job,
    MakeCopy,
    MakeFilm,
    MakeManifest,
    MakePaper,
    MakePlayable,
    PutSeal,
    PutSignature,
    ReadAloud,
    ReviewRooms,
    SendNotice,
    SendSms,
    StoreRecording,
)
from storage.due_rows import Sweeper
from storage.job_worker import Handler, JobWorker
from storage.slots import SlotTaken

log = structlog.get_logger(__name__)

HOLD_EVERY = 5.0  #: seconds between two looks whether the slot is still ours
PURGE_EVERY = 24 * 3600.0
JOBS_KEPT = timedelta(days=7)  #: finished jobs, for looking into what went wrong
TAKE_UP_EVERY = 30.0
SWEEP_EVERY = 0.5  #: seconds; a deadline is felt in seconds, not in milliseconds


async def run(config: Config, slot: str, lifeline: int | None) -> None:
    """Work until told to stop or the supervisor is gone."""
    async with AsyncExitStack() as stack:
        on = await stack.enter_async_context(ground(config))
        papers = await stack.enter_async_context(paper_room(on))
        desks = office(on, papers)
        worker = JobWorker(database_url(config), slot, handlers(desks))
        await _start(worker, slot)
        stack.push_async_callback(worker.stop)
        sweeping = asyncio.create_task(_sweep(on, desks))
        taking_up = asyncio.create_task(_take_up(worker))
        keeping = asyncio.create_task(_keep_house(worker))
        ending = asyncio.create_task(wait_for_end(lifeline))
        try:
            await asyncio.wait({ending, keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sweeping, taking_up, keeping, ending):
                task.cancel()


async def _start(worker: JobWorker, slot: str) -> None:
    try:
        await worker.start()
    except SlotTaken:
        raise CommandRefused(
            f"Another job worker works under slot {slot}: give --slot another name.",
            f"已经有一个后台进程用着 {slot}，请用 --slot 换一个名字。",
        ) from None


def handlers(desks: Office) -> Mapping[type[Job], Handler]:
    """Who does which job."""

    async def answer_late(job: AnswerLate) -> None:
        await desks.conversations.late.bring(job.inbox_key)

    return {
        SendNotice: desks.courier.send,
        SendSms: desks.courier.send_sms,
        MakePaper: desks.paperwork.make,
        PutSignature: desks.paperwork.put_signature,
        PutSeal: desks.paperwork.put_seal,
        FetchPicture: desks.media.fetch,
        MakePlayable: desks.voices.make_playable,
        HearVoice: desks.voices.hear,
        ReadAloud: desks.reading.read,
        AskWho: desks.persons.learn,
        CheckContent: desks.content.look,
        AnswerLate: answer_late,
        ActOnDue: desks.deadlines.act,
        ReviewRooms: desks.meetings.review,
        HandBackCases: desks.departures.hand_back,
        EraseData: desks.privacy.erase,
        MakeCopy: desks.privacy.make_copy,
        EndCopy: desks.privacy.end_copy,
        DropObject: desks.privacy.drop_object,
        StoreRecording: desks.meetings.store_recording,
        MakeManifest: desks.manifests.make,
        MakeFilm: desks.films.make,
    }


async def _keep_house(worker: JobWorker) -> None:
    """Throw finished jobs away daily; return, and so end the process, if the slot is lost."""
    purged = -PURGE_EVERY
    loop = asyncio.get_running_loop()
    while worker.holds_slot():
        if loop.time() - purged >= PURGE_EVERY:
            await worker.purge(JOBS_KEPT)
            purged = loop.time()
        await asyncio.sleep(HOLD_EVERY)
    log.error("slot lost")


async def _sweep(on: Ground, desks: Office) -> None:
    sweeper = Sweeper(on.store, on.clock)
    while True:
        try:
            await sweeper.sweep()
            await desks.conversations.run_pending()
            await desks.courier.let_go()
        except Exception:  # the next sweep tries again; what is due stays due
            log.exception("sweep failed")
        await asyncio.sleep(SWEEP_EVERY)


async def _take_up(worker: JobWorker) -> None:
    while True:
        try:
            await worker.take_up()
        except Exception:  # the database may be away; the next look finds the same jobs
            log.exception("jobs could not be taken up again")
        await asyncio.sleep(TAKE_UP_EVERY)
