"""Warnings by choice, and a family member who is told of what both sides agreed to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain import masking
from domain.actors import Resident
from domain.consents import GUARDING, WARNINGS
from domain.danger import Danger, alarms
from domain.errors import Expired, IllegalMove
from domain.guarding import Guard, GuardSide, GuardState, Scope, Subscription, Topic
from domain.history import Event
from domain.ids import PersonId
from domain.notices import NoticeKind
from domain.ports.outside import Chance, Clock
from domain.ports.store import Work
from services import words
from services.notices import NoticeDesk

CODE_DIGITS = 8
TRIES, WINDOW = 10, 3600  #: wrong codes in so many seconds
#: Violence and threats often come from the family itself: a guardian is never told of them.
FOR_THE_FAMILY = frozenset({Danger.SELF_HARM, Danger.FIRE, Danger.RESCUE})
KINDS = {Scope.FRAUD: NoticeKind.GUARD_FRAUD, Scope.DANGER: NoticeKind.GUARD_DANGER}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardDesk:
    """The desk of warnings and of families."""

    clock: Clock
    chance: Chance
    notices: NoticeDesk

    async def subscribe(self, work: Work, person: PersonId, topic: Topic) -> None:
        """Note that a person wants these warnings, since when, and by which words."""
        chosen = Subscription(
            person_id=person, topic=topic, consent=WARNINGS.version, since=self.clock()
        )
        await work.guarding.subscribe(chosen)

    async def unsubscribe(self, work: Work, person: PersonId) -> None:
        """End every subscription of a person."""
        for one in await work.guarding.subscriptions(person):
            if one.ended_at is None:
                await work.guarding.subscribe(replace(one, ended_at=self.clock()))

    async def invite(
        self, work: Work, person: PersonId, scopes: tuple[Scope, ...]
    ) -> Mapping[str, str]:
        """Give a code by which a family member can agree to be told."""
        code = self.chance.digits(CODE_DIGITS)
        guard = Guard(
            id=self.chance.id(),
            guarded=person,
            code_hash=_hash(code),
            scopes=scopes,
            consent=GUARDING.version,
            asked_at=self.clock(),
            told_at={},
        )
        await work.guarding.add(guard, self._event(guard, "guard.invited", person))
        return {"guard_code": code}

    async def asked_by(self, work: Work, person: PersonId, code: str) -> Mapping[str, str]:
        """Say what a code asks somebody to agree to."""
        guard = await self._find(work, person, code)
        if guard is None:
            return {"guard_asks": words.NO_SUCH_CODE}
        who = await self._name(work, guard.guarded)
        return {"guard_asks": words.guard_asks(who, guard.scopes)}

    async def agree(self, work: Work, person: PersonId, code: str) -> Mapping[str, str]:
        """Let the guardian agree; both sides hear of it."""
        guard = await self._find(work, person, code)
        if guard is None:
            return {"guard_agreed": words.NO_SUCH_CODE}
        agreed = guard.agree(person, at=self.clock())
        await work.guarding.save(agreed, self._event(agreed, "guard.agreed", person))
        await self._tell(work, NoticeKind.GUARD_BEGUN, agreed.guarded, about=person)
        return {"guard_agreed": words.GUARD_AGREED}

    async def end(
        self, work: Work, person: PersonId, sides: tuple[GuardSide, ...] = ()
    ) -> Mapping[str, str]:
        """End the guards in which somebody stands on these sides; the other side hears of it.

        Without a side, whoever is guarded and guards somebody else is asked which is meant.
        """
        guards = await work.guarding.of_person(person)
        if not sides and len({guard.side_of(person) for guard in guards}) > 1:
            return {"guard_ended": words.GUARD_WHICH}
        guards = [one for one in guards if not sides or one.side_of(person) in sides]
        for guard in guards:
            ended = guard.end(at=self.clock())
            await work.guarding.save(ended, self._event(ended, "guard.ended", person))
            other = guard.guarded if person == guard.guardian else guard.guardian
            if other is not None:
                await self._tell(work, NoticeKind.GUARD_ENDED, other, about=person)
        return {"guard_ended": words.GUARD_OVER if guards else words.NO_GUARD}

    async def warn_of_danger(self, work: Work, told: str, person: PersonId) -> None:
        """Tell the guardians of danger, if both sides agreed and it can't come from them."""
        kinds = {one.kind for one in alarms(told)}
        if kinds and kinds <= FOR_THE_FAMILY:
            await self.warn(work, person, Scope.DANGER)

    async def warn(self, work: Work, person: PersonId, scope: Scope) -> None:
        """Tell the guardians of a person, if both sides agreed to it: that, and nothing more."""
        now = self.clock()
        for guard in await work.guarding.of_person(person):
            if guard.guarded == person and guard.guardian and guard.tells(scope, at=now):
                await work.guarding.save(
                    guard.telling(scope, at=now), self._event(guard, f"guard.told-{scope}", person)
                )
                await self._tell(work, KINDS[scope], guard.guardian, about=person)

    async def _find(self, work: Work, person: PersonId, code: str) -> Guard | None:
        """Return the open invitation of a code; guessing is counted."""
        tries = await work.logins.count(f"guard/{person}", at=self.clock(), window_seconds=WINDOW)
        guard = await work.guarding.by_code(_hash(code)) if tries <= TRIES else None
        if guard is None or guard.state is not GuardState.INVITED:
            return None
        try:
            guard.agree(person, at=self.clock())
        except (Expired, IllegalMove):
            return None
        return guard

    async def _name(self, work: Work, person: PersonId) -> str:
        return masking.name((await work.people.get(person)).name) or words.YOUR_FAMILY

    async def _tell(self, work: Work, kind: NoticeKind, to: PersonId, *, about: PersonId) -> None:
        who = await self._name(work, about)
        await self.notices.post(work, kind, case_id=None, to_person=to, facts={"who": who})

    def _event(self, guard: Guard, kind: str, person: PersonId) -> Event:
        by = Resident(id=person).ref
        return Event(subject=guard.id, case_id="", kind=kind, by=by, at=self.clock())


def _hash(code: str) -> str:
    return hashlib.sha256(f"guard/{code}".encode()).hexdigest()
