"""What was acknowledged against what is there: in the ledger, on phones, on disk, on paper."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import override

from tests.e2e.running import eventually
from tests.faults.path import Walk
from webrtc.journal import verify

SETTLED_WITHIN = 120.0
SEALED = ("party-1", "party-2", "mediator", "committee")
#: What happens at most once in a case, whatever dies; of the others each person does one.
ONCE = {
    "case.reported": 1,
    "case.registered": 1,
    "case.dispatched": 1,
    "case.accepted": 1,
    "case.party-added": 1,
    "case.mediating": 1,
    "meeting.fixed": 1,
    "meeting.opened": 1,
    "meeting.ended": 1,
    "agreement.drafted": 1,
    "agreement.confirmed": 2,
    "agreement.frozen": 1,
    "agreement.opened": 1,
    "case.signing": 1,
    "agreement.signature-given": 3,
    "agreement.signed": 3,
    "agreement.seal-given": 1,
    "agreement.sealed": 1,
    "case.performing": 1,
}
SENT = ("sent", "delivered")
TEMPLATED = ("template", "subscribed", "mini-subscribed")  #: ways whose bubble is a notice


@dataclass
class Counts:
    """What a walk shows: how much was acknowledged, and what is wrong with it."""

    killed: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unknown: int = 0
    seconds_told: float = 0.0
    seconds_kept: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.killed + other.killed,
            self.acknowledged + other.acknowledged,
            self.lost + other.lost,
            self.twice + other.twice,
            self.unknown + other.unknown,
            self.seconds_told + other.seconds_told,
            self.seconds_kept + other.seconds_kept,
        )

    def compare(self, what: str, there: int, *, told: int, most: int) -> None:
        """Count so many acknowledged things, of which so many are there."""
        self.acknowledged += told
        self.lost += [what] * max(0, told - there)
        self.twice += [what] * max(0, there - most)

    @override
    def __str__(self) -> str:
        return (
            f"{self.killed} killed / {self.acknowledged} acknowledged / {len(self.lost)} lost / "
            f"{len(self.twice)} twice / {self.unknown} unknown / "
            f"{self.seconds_told:.1f} s told, {self.seconds_kept:.1f} s kept"
        )


async def compared(walk: Walk) -> Counts:
    """Wait until nothing is under way any more, then count."""
    town = walk.office.town
    await eventually(lambda: _settled(walk), within=SETTLED_WITHIN, every=0.5)
    counts = Counts(killed=len(walk.killer.killed))
    with _book(town.data / "ledger.db") as ledger, _book(_phones(walk)) as phones:
        _history(walk, ledger, counts)
        _messages(walk, ledger, phones, counts)
        _notices(walk, ledger, phones, counts)
        _jobs(ledger, counts)
        unknown = _number(ledger, "SELECT COUNT(*) FROM notices WHERE state = 'unknown'")
    shown = await walk.office.desks["duban"].get("/notices/unknown")
    counts.compare("unknown notice shown", len(shown["items"]), told=unknown, most=unknown)
    _recordings(walk, counts)
    _paper(walk, counts)
    return counts


async def _settled(walk: Walk) -> bool:
    """Is every notice judged, every job done, every message answered, every segment closed?"""
    with _book(walk.office.town.data / "ledger.db") as ledger, _book(_phones(walk)) as phones:
        under_way = (
            _number(ledger, "SELECT COUNT(*) FROM notices WHERE state IN ('waiting', 'sending')")
            + _number(
                ledger,
                "SELECT COUNT(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')",
            )
            + _number(ledger, "SELECT COUNT(*) FROM segments WHERE NOT closed")
            + _number(ledger, "SELECT COUNT(*) FROM inbox WHERE state = 'pending'")
            + _number(phones, "SELECT COUNT(*) FROM deliveries WHERE state = 'pending'")
        )
    return under_way == 0


def _history(walk: Walk, ledger: sqlite3.Connection, counts: Counts) -> None:
    """No acknowledged state is lost, no deed done twice, and no case made twice."""
    rows = ledger.execute(
        "SELECT kind, COUNT(*) FROM events WHERE case_id = ? GROUP BY kind", (walk.case_id,)
    )
    there = Counter(dict(rows.fetchall()))
    for kind, most in ONCE.items():
        counts.compare(kind, there[kind], told=walk.acknowledged[kind], most=most)
    cases = _number(
        ledger,
        "SELECT COUNT(*) FROM cases WHERE reporter = (SELECT reporter FROM cases WHERE id = ?)",
        walk.case_id,
    )
    counts.compare("case", cases, told=1, most=1)


def _messages(
    walk: Walk, ledger: sqlite3.Connection, phones: sqlite3.Connection, counts: Counts
) -> None:
    """Every message that WeChat got an answer to is kept once and answered once."""
    deliveries = phones.execute(
        "SELECT fields, appid, outcome FROM deliveries WHERE openid = ? AND answered_on_screen",
        (walk.wang.openid,),
    ).fetchall()
    for fields, appid, outcome in deliveries:
        sent = json.loads(fields)
        if "MsgId" not in sent:
            continue
        kept = _number(
            ledger,
            "SELECT COUNT(*) FROM inbox WHERE key = ? AND state = 'done'",
            _key_of(sent, appid),
        )
        counts.compare("message", kept, told=int(outcome != "unavailable"), most=1)
    answers = _number(
        phones,
        "SELECT COUNT(*) FROM bubbles JOIN identities USING (user_id, appid)"
        " WHERE openid = ? AND place = 'chat' AND side = 'them' AND kind = 'text'",
        walk.wang.openid,
    )
    counts.compare("answer", answers, told=0, most=len(deliveries))


def _key_of(sent: dict[str, Any], appid: str) -> str:
    """The key of a message in the inbox: a hash, since an openid is personal."""
    parts = (appid, sent["MsgId"], sent["FromUserName"], sent["CreateTime"])
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _notices(
    walk: Walk, ledger: sqlite3.Connection, phones: sqlite3.Connection, counts: Counts
) -> None:
    """What counts as sent is on the phone, once; what nobody can know is counted."""
    sent = ledger.execute(
        "SELECT id, way, state, kind FROM notices WHERE case_id = ? OR to_person"
        " IN (SELECT person_id FROM case_parties WHERE case_id = ?)",
        (walk.case_id, walk.case_id),
    ).fetchall()
    counts.unknown = sum(state == "unknown" for _, _, state, _ in sent)
    told = [one for one in sent if one[3] != "answer"]  # answers are counted with the messages
    for notice, way, state, _ in told:
        there = _arrived(phones, notice, way)
        counts.compare(f"notice by {way}", there, told=int(state in SENT), most=1)
        counts.lost += [f"notice {state}"] * (state in ("failed", "unreachable"))
    bubbles = _number(
        phones,
        "SELECT COUNT(*) FROM bubbles JOIN identities USING (user_id, appid)"
        " WHERE openid = ? AND place = 'notice'",
        walk.wang.openid,
    )
    by_chat = sum(way in TEMPLATED for _, way, _, _ in told)
    counts.compare("notice bubble", bubbles, told=0, most=by_chat)


def _arrived(phones: sqlite3.Connection, notice: str, way: str) -> int:
    if way == "sms":
        return _number(phones, "SELECT COUNT(*) FROM sms WHERE id = ?", notice)
    return _number(phones, "SELECT COUNT(*) FROM sent_notices WHERE client_msg_id = ?", notice)


def _jobs(ledger: sqlite3.Connection, counts: Counts) -> None:
    """No job was given up: each ended well, perhaps in a later round (``key~2``)."""
    rounds: dict[str, set[str]] = {}
    for key, status in ledger.execute("SELECT workflow_uuid, status FROM workflow_status"):
        rounds.setdefault(key.partition("~")[0], set()).add(status)
    counts.lost += [f"job {key}" for key, ended in rounds.items() if "SUCCESS" not in ended]


def _recordings(walk: Walk, counts: Counts) -> None:
    """Every second that the room was told of is in an unbroken journal, and in the ledger."""
    assert walk.room is not None
    data = walk.office.town.data
    key = (data / "keys" / "recordings.key").read_bytes()
    journals = data / "objects" / "recordings" / walk.room.meeting
    for (who, number), told in walk.room.acknowledged.items():
        found = verify(journals / who / f"{number:04d}.journal", key)
        counts.seconds_told += told
        counts.seconds_kept += found.stored.seconds
        broken = found.broken_at is not None or found.torn or found.stored.seconds < told - 0.001
        counts.lost += [f"seconds of segment {number}"] * bool(broken)


def _paper(walk: Walk, counts: Counts) -> None:
    """The paper is genuine, with one signature in each field."""
    fields = Counter(one["field"] for one in walk.verdict["signatures"])
    for name in SEALED:
        counts.compare(f"signature {name}", fields[name], told=1, most=1)
    verdict = (walk.verdict["verdict"], walk.verdict["reason"])
    counts.compare(f"genuine paper, not {verdict}", int(verdict == ("genuine", "")), told=1, most=1)


def _phones(walk: Walk) -> Path:
    return walk.office.town.data / "simulator" / "simulator.sqlite3"


@contextmanager
def _book(path: Path) -> Iterator[sqlite3.Connection]:
    """A database of the running town, to be read."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as book:
        yield book


def _number(book: sqlite3.Connection, query: str, *values: Any) -> int:
    return int(book.execute(query, values).fetchone()[0])
