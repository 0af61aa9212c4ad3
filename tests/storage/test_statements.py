"""How little a server is asked for the messages of one moment, however many they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from domain.conversations import Incoming, MessageKind, Reply, Talk
from domain.ids import PersonId
from domain.people import Person, WeChatIdentity
from domain.ports.talks import Lease, Stamp
from services.rounds import Claim, Done, Rounds
from storage.store import SqlStore
from tests.engines import Postgres
from tests.stores import a_store

APPID = "wx-official"
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
MANY = 40

#: Of a message's two rounds: stamps, who holds a turn, the turns, what is kept, talks, people; and
#: turns given back, messages, talks.
TO_CLAIM, TO_KEEP = 6, 3


@pytest.fixture
async def server(postgres: Postgres) -> AsyncIterator[SqlStore]:
    async with a_store(postgres.emptied()) as opened:
        async with opened.begin() as work:
            for number in range(MANY):
                person = Person(id=PersonId(f"p-{number}"))
                await work.people.add(person)
                await work.people.link(
                    WeChatIdentity(appid=APPID, openid=f"o-{number}", person_id=person.id)
                )
        yield opened


@contextmanager
def heard() -> Iterator[list[str]]:
    """Write down what any server is told, a statement of many rows as often as it is run."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, _: Any, many: Any) -> None:
        told.extend([text] * (len(values) if many else 1))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def answer_all(rounds: Rounds, messages: list[Incoming]) -> tuple[list[str], list[str]]:
    """Answer messages of one moment; give what the server was told to claim and to keep them."""
    leases = [Lease(one.sender, f"holder-{one.key}") for one in messages]
    stamps = [Stamp("1", one.key, "digest") for one in messages]
    with heard() as claiming:
        found = await asyncio.gather(
            *(
                rounds.claim(Claim(incoming=one, lease=lease, stamp=stamp))
                for one, lease, stamp in zip(messages, leases, stamps, strict=True)
            )
        )
    assert all(one.taken and one.person is not None for one in found)
    with heard() as keeping:
        await asyncio.gather(
            *(
                rounds.keep(
                    Done(
                        incoming=one,
                        lease=lease,
                        reply=Reply(text=f"答{one.key}"),
                        talk=Talk(state="report:what", answers={"heard": one.key}),
                    )
                )
                for one, lease in zip(messages, leases, strict=True)
            )
        )
    return claiming, keeping


def from_all(count: int, kind: str) -> list[Incoming]:
    return [
        Incoming(
            key=f"{kind}-{number}",
            appid=APPID,
            openid=f"o-{number}",
            kind=MessageKind.TEXT,
            sent_at=NOON,
            text=f"楼上漏水 {number}",
        )
        for number in range(count)
    ]


async def test_many_messages_are_answered_with_the_statements_of_one(server):
    rounds = Rounds(server, lambda: NOON)
    await answer_all(rounds, from_all(2, "first"))  # old stamps are forgotten once a minute

    of_one = await answer_all(rounds, from_all(1, "one"))
    of_many = await answer_all(rounds, from_all(MANY, "many"))

    assert of_many == of_one  # texts and number: each is built, parsed and planned once
    assert [len(told) for told in of_many] == [TO_CLAIM, TO_KEEP]


async def test_each_of_many_rows_is_kept_as_it_was(server):
    rounds = Rounds(server, lambda: NOON)
    messages = from_all(MANY, "many")

    await answer_all(rounds, messages)

    async with server.read() as work:
        kept = await work.inbox.find_all([one.key for one in messages])
        talks = await work.talks.get_all([one.sender for one in messages])
    assert [kept[one.key].incoming for one in messages] == messages
    assert [kept[one.key].reply for one in messages] == [
        Reply(text=f"答{one.key}") for one in messages
    ]
    assert not any(one.late or one.delivered for one in kept.values())
    assert [talks[one.sender].answers for one in messages] == [
        {"heard": one.key} for one in messages
    ]
