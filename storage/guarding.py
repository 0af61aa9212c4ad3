"""Subscriptions of warnings and guards of families, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, or_, select

from domain.guarding import Guard, GuardState, Subscription, Topic
from domain.history import Event
from domain.ids import PersonId
from storage.forms import Form
from storage.history import keep_events
from storage.rows.guarding import GuardRow, WarningRow
from storage.transaction import Transaction

GUARD = Form(Guard)


class SqlGuarding:
    """Who wants warnings, and who looks after whom."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def subscribe(self, subscription: Subscription) -> None:
        """Keep what somebody chose about a topic."""
        values = {
            "consent": subscription.consent,
            "since": subscription.since,
            "ended_at": subscription.ended_at,
        }
        new = self._tx.insert(WarningRow).values(
            person_id=subscription.person_id, topic=subscription.topic, **values
        )
        await self._tx.run(
            new.on_conflict_do_update(index_elements=["person_id", "topic"], set_=values)
        )

    async def subscriptions(self, person: PersonId) -> Sequence[Subscription]:
        """Return what somebody chose, ended ones too."""
        own = select(WarningRow).where(WarningRow.person_id == person).order_by(WarningRow.topic)
        return [
            Subscription(
                person_id=PersonId(row.person_id),
                topic=Topic(row.topic),
                consent=row.consent,
                since=row.since,
                ended_at=row.ended_at,
            )
            for row in await self._tx.all(own)
        ]

    async def add(self, guard: Guard, *events: Event) -> None:
        """Keep a new invitation."""
        new = self._tx.insert(GuardRow).values(id=guard.id, version=guard.version, **_values(guard))
        await self._tx.run(new)
        await keep_events(self._tx, events)

    async def save(self, guard: Guard, *events: Event) -> None:
        """Keep the changed guard."""
        await self._tx.swap(GuardRow, guard.id, guard.version, **_values(guard))
        await keep_events(self._tx, events)

    async def by_code(self, code_hash: str) -> Guard | None:
        """Find an invitation by its code."""
        row = await self._tx.maybe(select(GuardRow).where(GuardRow.code_hash == code_hash))
        return None if row is None else _guard(row)

    async def of_person(self, person: PersonId) -> Sequence[Guard]:
        """Return the guards in which somebody is either side and that are not over."""
        own = select(GuardRow).where(_names(person), GuardRow.state != GuardState.ENDED)
        return [_guard(row) for row in await self._tx.all(own.order_by(GuardRow.id))]

    async def drop_of_person(self, person: PersonId) -> None:
        """Delete somebody's subscriptions and the guards that are over."""
        await self._tx.run(delete(WarningRow).where(WarningRow.person_id == person))
        over = GuardRow.state == GuardState.ENDED
        await self._tx.run(delete(GuardRow).where(_names(person), over))


def _names(person: PersonId) -> Any:
    return or_(GuardRow.guarded_person == person, GuardRow.guardian_person == person)


def _values(guard: Guard) -> dict[str, Any]:
    return {
        "guarded_person": guard.guarded,
        "guardian_person": guard.guardian,
        "code_hash": guard.code_hash or None,
        "state": guard.state,
        "body": GUARD.write(guard),
    }


def _guard(row: GuardRow) -> Guard:
    return replace(
        GUARD.read(row.body),
        guarded=PersonId(row.guarded_person),
        guardian=PersonId(row.guardian_person) if row.guardian_person else None,
        version=row.version,
    )
