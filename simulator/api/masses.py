"""Mass messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator import masses
from simulator.api.door import OFFICIAL, OK, Answer, Api, Call, refused
from simulator.errors import Refusal
from simulator.masses import Job
from simulator.settings import Account
from simulator.store import Db

_STATUS: Final = {"waiting": "SENDING", "sent": "SEND_SUCCESS", "refused": "SEND_FAIL"}


async def _send(call: Call) -> Answer:
    settings = call.world.settings
    try:
        job, delivery = await call.world.store.within(
            _submitted,
            call.account,
            call.body,
            at=call.at,
            confirmed=not settings.mass.needs_confirmation,
            takes=settings.push.job_finish_seconds,
        )
    except masses.AlreadySent as again:
        return {**refused(again), "msg_id": again.msg_id}
    if delivery is not None:
        call.world.postman.start(delivery)
    call.world.doorbell.ring()
    said = {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.id}
    return {**said, "msg_data_id": job.id + 1}


def _submitted(
    db: Db,
    account: Account,
    asked: Mapping[str, Any],
    *,
    at: float,
    confirmed: bool,
    takes: float,
) -> tuple[Job, int | None]:
    """Take a mass message on and, unless it waits, bring it to people, together."""
    job = masses.submit(db, account, asked, at=at, confirmed=confirmed)
    if job.state == "waiting":
        return job, None
    return job, masses.deliver(db, account, job, at=at, done_at=at + takes)


async def _preview(call: Call) -> Answer:
    await call.world.store.within(masses.preview, call.account, call.body, at=call.at)
    call.world.doorbell.ring()
    return {**OK, "errmsg": "preview success"}


async def _state(call: Call) -> Answer:
    named = str(call.body.get("msg_id", ""))
    job = None
    if named.isascii() and named.isdecimal():
        job = await call.world.store.within(masses.find, call.account.appid, int(named))
    if job is None:
        raise Refusal(40097)
    return {"msg_id": job.id, "msg_status": _STATUS[job.state]}


async def _speed(call: Call) -> Answer:
    speed = await call.world.store.within(_kept_speed, call.account.appid)
    return {"speed": speed, "realspeed": masses.SPEEDS[speed]}


async def _set_speed(call: Call) -> Answer:
    speed = call.body.get("speed")
    if isinstance(speed, bool) or not isinstance(speed, int):
        raise Refusal(45084)
    if not 0 <= speed < len(masses.SPEEDS):
        raise Refusal(45083)
    await call.world.store.within(_keep_speed, call.account.appid, speed)
    return OK


def _kept_speed(db: Db, appid: str) -> int:
    row = db.execute("SELECT value FROM memory WHERE name = ?", (f"speed.{appid}",)).fetchone()
    return int(row["value"]) if row else 0


def _keep_speed(db: Db, appid: str, speed: int) -> None:
    db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (f"speed.{appid}", str(speed)))


APIS: Final = (
    Api("POST", "/cgi-bin/message/mass/sendall", _send, OFFICIAL, 100, 60, shows_escapes=True),
    Api("POST", "/cgi-bin/message/mass/send", _send, OFFICIAL, 100, 60, shows_escapes=True),
    Api("POST", "/cgi-bin/message/mass/preview", _preview, OFFICIAL, 100, shows_escapes=True),
    Api("POST", "/cgi-bin/message/mass/get", _state, serves=OFFICIAL),
    Api("POST", "/cgi-bin/message/mass/speed/get", _speed, serves=OFFICIAL),
    Api("POST", "/cgi-bin/message/mass/speed/set", _set_speed, serves=OFFICIAL),
)
