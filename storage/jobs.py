"""The work that follows a change, kept in the same transaction as the change (DBOS)."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus
from sqlalchemy.orm import Session

from domain.errors import Stale, Unavailable
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
from storage.engines import job_engine
from storage.forms import Form
from storage.transaction import Transaction

log = logging.getLogger(__name__)

APPLICATION = "fengqiao"
WORKFLOW = "job"
UNDONE = ["ENQUEUED", "PENDING"]
GIVEN_UP = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"]
FORGOTTEN_AT_ONCE = 500
AWAY = (Unavailable, Stale)  #: reasons that may be gone at the next try
MOST_DOUBLINGS = 6  #: of the rest between two rounds: from a minute to about an hour
MOST_ROUNDS = 48  #: nearly two days, as long as WeChat takes answers to a message
PLAIN = DBOSPortableJSONSerializer()  #: JSON: whoever can write rows must not be able to run code

#: Which queue a kind of job waits in: what is slow never stands before what is not.
QUEUES: Mapping[type[Job], str] = MappingProxyType(
    {
        ActOnDue: "deadlines",
        ReviewRooms: "rooms",
        HandBackCases: "deadlines",
        StoreRecording: "recordings",
        MakeManifest: "recordings",
        MakeFilm: "films",
        SendNotice: "wechat",
        AnswerLate: "wechat",
        SendSms: "sms",
        FetchPicture: "asking",
        AskWho: "asking",
        CheckContent: "asking",
        MakePlayable: "voices",
        HearVoice: "voices",
        ReadAloud: "reading",
        MakePaper: "papers",
        PutSignature: "papers",
        PutSeal: "papers",
        MakeCopy: "recordings",
        EndCopy: "deadlines",
        DropObject: "deadlines",
        EraseData: "deadlines",
    }
)
#: A queue of an earlier version: what waits there is done, nothing is added.
FORMER_QUEUE = "outside"
#: Seconds between two looks into a queue.  Each look costs a transaction, also when nothing waits,
#: so it is as rare as nobody feels: who signs or leaves a room waits at the screen, who gets a
#: message or reaches a deadline does not.
LOOKS: Mapping[str, float] = MappingProxyType(
    {
        "papers": 0.3,
        "rooms": 0.4,
        "wechat": 0.5,
        "sms": 0.5,
        "deadlines": 0.5,
        "asking": 1.0,
        "recordings": 1.0,
        "voices": 1.0,
        "reading": 1.0,
        "films": 2.0,
        FORMER_QUEUE: 5.0,
    }
)
#: Queues whose jobs fill a core each: one at a time per worker.
ALONE = frozenset({"films"})
KINDS: Mapping[str, type[Job]] = MappingProxyType({kind.__name__: kind for kind in QUEUES})
FORMS: Mapping[str, Form[Any]] = MappingProxyType({name: Form(KINDS[name]) for name in KINDS})


def written(job: Job) -> str:
    """Return the job as JSON: its name and its fields."""
    return json.dumps({"job": type(job).__name__, "with": asdict(job)}, ensure_ascii=False)


def read_job(text: str) -> Job:
    """Return the job; raises ValueError for a name or a field that is none."""
    match json.loads(text):
        case {"job": str(name), "with": dict(fields), **rest} if name in FORMS and not rest:
            job: Job = FORMS[name].read(json.dumps(fields))
            return job
        case _:
            raise ValueError("not a job")


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that was given up, and the class of the error that ended it."""

    key: str
    job: Job
    why: str
    since: datetime  #: by the machine's clock

    @property
    def rounds(self) -> int:
        """How often it was taken up again before this."""
        _, _, count = self.key.partition("~")
        return int(count or 0)

    @property
    def comes_back(self) -> bool:
        """Is it taken up again by itself?"""
        return self.rests_until(timedelta()) is not None

    def rests_until(self, first: timedelta) -> datetime | None:
        """Tell from when it is worth another round; None if it is given up for good."""
        if self.why not in {kind.__name__ for kind in AWAY} or self.rounds >= MOST_ROUNDS:
            return None
        return self.since + first * int(2 ** min(self.rounds, MOST_DOUBLINGS))

    def next_key(self) -> str:
        """Name the next round, the same for every worker that takes it up."""
        return f"{self.key.partition('~')[0]}~{self.rounds + 1}"


class JobDesk:
    """Where jobs are handed in: DBOS's client on our connection settings."""

    def __init__(self, url: str) -> None:
        self._engine = job_engine(url)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            serializer=PLAIN,
            application_name=APPLICATION,
            lazy=True,
        )

    def open_queues(self, looks: Mapping[str, float], *, concurrency: int) -> None:
        """Make the queues known, each with its seconds between two looks."""
        for queue, seconds in looks.items():
            at_once = 1 if queue in ALONE else concurrency
            self._client.register_queue(
                queue, worker_concurrency=at_once, polling_interval_sec=seconds
            )

    def hand_in(self, session: Session, job: Job, key: str) -> None:
        """Keep the job in the session's transaction."""
        self._client.enqueue_in_transaction(session, _place(job, key), written(job))

    def waiting(self) -> Sequence[Job]:
        """Return the jobs that are not done yet, oldest first."""
        found = self._client.list_workflows(status=UNDONE, name=WORKFLOW)
        return [job for one in found if (job := _legible(one)) is not None]

    def failed(self) -> Sequence[FailedJob]:
        """Return the jobs that were given up, newest first; people look at them."""
        found = self._client.list_workflows(status=GIVEN_UP, name=WORKFLOW, sort_desc=True)
        return [
            FailedJob(
                key=one.workflow_id,
                job=job,
                why=str(one.error or one.status),
                since=_moment(one.updated_at),
            )
            for one in found
            if (job := _legible(one)) is not None
        ]

    def retry(self, key: str) -> None:
        """Hand a job that was given up in again, now, unless somebody did so already."""
        for one in self.failed():
            if one.key == key:
                self._again(one)

    def forget(self, key: str) -> None:
        """Strike off a job that was given up; one that is at work or done is let be."""
        found = self._client.list_workflows(
            workflow_ids=[key], status=GIVEN_UP, name=WORKFLOW, load_input=False, load_output=False
        )
        if found:  # also one that cannot be read
            self._client.delete_workflows([key])

    def take_up(self, *, at: datetime, first_rest: timedelta) -> int:
        """Hand in again what was given up because somebody was away, once it has rested."""
        rested = [one for one in self.failed() if (one.rests_until(first_rest) or _NEVER) <= at]
        for one in rested:
            self._again(one)
        return len(rested)

    def forget_done(self, *, before: datetime) -> int:
        """Remove what is known of jobs done before the moment; failed ones stay."""
        forgotten = 0
        while done := self._client.list_workflows(
            status="SUCCESS",
            name=WORKFLOW,
            completed_before=before.isoformat(),
            limit=FORGOTTEN_AT_ONCE,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([one.workflow_id for one in done])
            forgotten += len(done)
        return forgotten

    def _again(self, failed: FailedJob) -> None:
        # In this order: after a crash between the two the same key is handed in again.
        self._client.enqueue(_place(failed.job, failed.next_key()), written(failed.job))
        self._client.delete_workflows([failed.key])

    def close(self) -> None:
        """Give the connections back."""
        self._client.destroy()
        self._engine.dispose()


_NEVER = datetime.max.replace(tzinfo=UTC)


def _place(job: Job, key: str) -> EnqueueOptions:
    return {
        "workflow_name": WORKFLOW,
        "queue_name": QUEUES[type(job)],
        "workflow_id": key,
        "application_name": APPLICATION,
    }


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)


def _job_of(kept: WorkflowStatus) -> Job:
    if kept.input is None:
        raise ValueError(f"job {kept.workflow_id} was kept without its text")
    return read_job(kept.input["args"][0])


def _legible(kept: WorkflowStatus) -> Job | None:
    """Return the job; None for one that this version cannot read, which hides no other."""
    try:
        return _job_of(kept)
    except (ValueError, KeyError, IndexError, TypeError):
        log.warning("job %s cannot be read; it can be struck off by this key", kept.workflow_id)
        return None


class SqlJobs:
    """The jobs of one transaction."""

    def __init__(self, tx: Transaction, desk: JobDesk | None) -> None:
        self._tx = tx
        self._desk = desk

    async def add(self, job: Job, *, key: str = "") -> None:
        """Keep the job with this transaction; the same key is the same job."""
        desk = self._desk
        if desk is None:
            raise Unavailable("this store was opened without jobs")
        name = key or uuid.uuid4().hex
        await self._tx.within(lambda session: desk.hand_in(session, job, name))
