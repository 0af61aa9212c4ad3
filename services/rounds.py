"""Group commit: what messages ask of the ledger in the same moment, it does in one transaction.

A message asks twice: for its turn with all that is known (:class:`Claim`), and to be kept with its
reply (:class:`Done`).  While one round is on its way to the disk, the next one gathers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.conversations import Incoming, Reply, Talk
from domain.errors import LedgerAway, Stale
from domain.people import Person
from domain.ports.outside import Clock
from domain.ports.store import Store, Work
from domain.ports.talks import Kept, Lease, Stamp

LEASE_SECONDS = 30.0  #: how long a message may keep its person's turn before another takes over
STAMPS_KEPT = timedelta(days=1)  #: far longer than a message may be on its way
FORGETTING_EVERY = timedelta(minutes=1)
LARGEST_ROUND = 128  #: wishes; a writing transaction stays short


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that wants its person's turn."""

    incoming: Incoming
    lease: Lease
    stamp: Stamp | None  #: none where no delivery of WeChat is behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of a message and of who wrote it."""

    replayed: bool = False
    kept: Kept | None = None  #: it came before: done, or pending
    taken: bool = False  #: the turn is ours, and what follows is what was known then
    talk: Talk = field(default_factory=Talk)
    person: Person | None = None  #: None: writes for the first time

    @property
    def is_done(self) -> bool:
        """Has it got its reply already?"""
        return _is_done(self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A message that caused nothing but its reply and how the talk goes on."""

    incoming: Incoming
    lease: Lease
    reply: Reply
    talk: Talk | None  #: None: as it was


@dataclass(frozen=True, slots=True)
class _Asked:
    wish: Claim | Done | Lease
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class Rounds:
    """The rounds of one process: whatever waits when one begins is in it."""

    store: Store
    clock: Clock
    lease_seconds: float = LEASE_SECONDS
    _asked: list[_Asked] = field(default_factory=list, init=False)
    _running: asyncio.Task[None] | None = field(default=None, init=False)
    _forgotten_at: datetime | None = field(default=None, init=False)

    async def claim(self, claim: Claim) -> Found:
        """Take the person's turn, if nobody has it, and learn what is known."""
        found: Found = await self._ask(claim)
        return found

    async def keep(self, done: Done) -> None:
        """Keep the message and give the turn back; it is on disk when this returns.

        Raises :class:`~domain.errors.Stale` if the message or its turn is not ours any more.
        """
        await self._ask(done)

    async def release(self, lease: Lease) -> None:
        """Give the turn back, if we have it."""
        await self._ask(lease)

    def _ask(self, wish: Claim | Done | Lease) -> asyncio.Future[Any]:
        asked = _Asked(wish, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return asked.answer

    async def _run(self) -> None:
        try:
            while self._asked:
                await self._gather()
                asked = self._asked[:LARGEST_ROUND]
                del self._asked[:LARGEST_ROUND]
                await self._answer(asked)
        finally:
            self._running = None

    async def _gather(self) -> None:
        """Let whoever is about to ask do so, as long as each turn of the loop brings more."""
        known = 0
        while known < len(self._asked) < LARGEST_ROUND:
            known = len(self._asked)
            await asyncio.sleep(0)

    async def _answer(self, asked: Sequence[_Asked]) -> None:
        """Do it all together; where that fails, one by one, so that each fails only for itself.

        A ledger that is away fails all alike: each would only wait for it once more.
        """
        asked = [one for one in asked if not one.answer.done()]  # done: cancelled meanwhile
        if not asked:
            return
        try:
            answers = await self._together([one.wish for one in asked])
        except Exception as failure:  # noqa: BLE001  # whoever asked gets it
            if len(asked) > 1 and not isinstance(failure, LedgerAway):
                for one in asked:
                    await self._answer([one])
            else:
                for one in asked:
                    _tell(one, failure)
        else:
            for one, answer in zip(asked, answers, strict=True):
                _tell(one, answer)

    async def _together(self, wishes: Sequence[Claim | Done | Lease]) -> list[Found | Stale | None]:
        return await self.store.together(partial(self._round, wishes, self.clock()))

    async def _round(
        self, wishes: Sequence[Claim | Done | Lease], at: datetime, work: Work
    ) -> list[Found | Stale | None]:
        done = [wish for wish in wishes if isinstance(wish, Done)]
        claims = [wish for wish in wishes if isinstance(wish, Claim)]
        kept = await _keep(work, done, [wish for wish in wishes if isinstance(wish, Lease)])
        found = iter(await self._claim(work, claims, at))
        return [next(found) if isinstance(wish, Claim) else _outcome(wish, kept) for wish in wishes]

    async def _claim(self, work: Work, claims: Sequence[Claim], at: datetime) -> list[Found]:
        """Judge replays, take the turns, find what is done and load what is known."""
        await self._forget_old_stamps(work, at)
        stamps = [claim.stamp for claim in claims if claim.stamp]
        replayed = frozenset(await work.inbox.replayed(stamps, at=at))
        genuine = [claim for claim in claims if claim.stamp not in replayed]
        wanted = [claim.lease for claim in genuine]
        taken = set(await work.talks.take_leases(wanted, seconds=self.lease_seconds))
        # Looked for behind the turn: who had it before may have kept this very message.
        kept = await work.inbox.find_all([claim.incoming.key for claim in genuine])
        done = {one.lease for one in genuine if _is_done(kept.get(one.incoming.key))}
        await work.talks.release_all(taken & done)
        taken -= done
        senders = [lease.sender for lease in taken]
        talks, people = await work.talks.get_all(senders), await work.people.by_senders(senders)
        return [
            Found(
                replayed=claim.stamp in replayed,
                kept=kept.get(claim.incoming.key),
                taken=claim.lease in taken,
                talk=talks.get(claim.incoming.sender, Talk()),
                person=people.get(claim.incoming.sender),
            )
            for claim in claims
        ]

    async def _forget_old_stamps(self, work: Work, at: datetime) -> None:
        if self._forgotten_at is None or at - self._forgotten_at >= FORGETTING_EVERY:
            await work.inbox.forget_stamps(before=at - STAMPS_KEPT)
            self._forgotten_at = at


def _tell(one: _Asked, answer: Found | Exception | None) -> None:
    if one.answer.done():  # cancelled meanwhile
        return
    if isinstance(answer, Exception):
        one.answer.set_exception(answer)
    else:
        one.answer.set_result(answer)


async def _keep(work: Work, done: Sequence[Done], given_up: Sequence[Lease]) -> Collection[Lease]:
    """Keep the messages that are new and whose turns are still ours, and name those turns."""
    ours = set(await work.talks.release_all([*(one.lease for one in done), *given_up]))
    still = {one.incoming.key: one for one in done if one.lease in ours}
    new = await work.inbox.finish_all(
        {key: (one.incoming, one.reply) for key, one in still.items()}
    )
    kept = [still[key] for key in new]
    talks = {one.incoming.sender: one.talk for one in kept if one.talk is not None}
    await work.talks.save_all(talks)
    return {one.lease for one in kept}


def _outcome(wish: Done | Lease, kept: Collection[Lease]) -> Stale | None:
    if isinstance(wish, Done) and wish.lease not in kept:
        return Stale("somebody else took the turn over, or kept the message")
    return None


def _is_done(kept: Kept | None) -> bool:
    return kept is not None and kept.reply is not None
