"""What a person may ask about their own data: to know it, to have a copy, to have it deleted.

个人信息保护法 15, 44, 45, 47, 50. What the law wants kept stays, and is said with its article.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from domain.actors import SYSTEM, ActorRef, Resident
from domain.deadlines import TERMS, Due, DueKind
from domain.errors import NotFound, TooManyTries
from domain.history import Event
from domain.ids import PersonId
from domain.jobs import DropObject, EndCopy, EraseData, MakeCopy
from domain.notices import NoticeKind
from domain.ports.outside import Chance, Clock, Objects
from domain.ports.store import Store, Work
from domain.privacy import (
    MOST_COPIES,
    WISHES,
    Cause,
    CopyState,
    DataCopy,
    Datum,
    Erasure,
    Wish,
    revoked,
    stays,
)
from services.contention import built_upon
from services.dues import set_due
from services.erasing import drop_later, erase
from services.guarding import GuardDesk
from services.notices import NoticeDesk
from services.own_data import OwnData, own_data
from services.personal_copy import PersonalCopy, collect, with_files
from services.rooms import review_rooms_of_person
from services.settings import Centre
from services.standing import standing_of


class CopyWriter(Protocol):
    """Makes the file that a person takes away."""

    def write(self, copy: PersonalCopy) -> bytes:
        """Return a ZIP: JSON, a page to read, and the files as they came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyDesk:
    """The desk that answers for what is kept about people."""

    store: Store
    clock: Clock
    chance: Chance
    objects: Objects
    notices: NoticeDesk
    guards: GuardDesk
    writer: CopyWriter
    centre: Centre

    async def own(self, resident: Resident) -> OwnData:
        """Tell a logged-in resident what is kept about them."""
        async with self.store.read() as work:
            return await own_data(work, resident.id)

    @built_upon
    async def ask_own_copy(self, resident: Resident) -> None:
        """Have a copy made for a logged-in resident."""
        async with self.store.begin() as work:
            if not await self.ask_copy(work, await work.people.hold(resident.id)):
                raise TooManyTries(resident.id)

    async def ask_copy(self, work: Work, person: PersonId) -> bool:
        """Have a copy made; False if there were too many today. One in the making is enough."""
        now = self.clock()
        copies = await work.privacy.copies(person)
        if any(one.state is CopyState.MAKING for one in copies):
            return True
        if sum(now - one.asked_at < timedelta(days=1) for one in copies) >= MOST_COPIES:
            return False
        copy = DataCopy(id=self.chance.id(), person_id=person, asked_at=now)
        await work.privacy.add_copy(copy, self._event("privacy.copy-asked", person, copy.id))
        await work.jobs.add(MakeCopy(copy.id), key=f"copy-{copy.id}")
        return True

    async def make_copy(self, job: MakeCopy) -> None:
        """Put the copy together, and tell the person that it waits behind their log-in."""
        async with self.store.read() as work:
            copy = await work.privacy.copy(job.copy_id)
            if copy.state is not CopyState.MAKING:
                return
            gathered, media = await collect(work, copy.person_id, self.centre, self.clock())
        whole = await with_files(gathered, self.objects, media)
        data, sha256 = await asyncio.to_thread(self._packed, whole)
        await self.objects.put(copy.object_key, data)
        async with self.store.begin() as work:
            copy = await work.privacy.copy(job.copy_id)  # its person may be another by now
            if copy.state is not CopyState.MAKING:
                return
            made = copy.made(sha256, at=self.clock())
            await work.privacy.save_copy(
                made, self._event("privacy.copy-made", copy.person_id, copy.id)
            )
            at = made.ends_at or self.clock()
            await set_due(work, self.chance, DueKind.COPY_ENDS, copy.id, at=at)
            await self.notices.post(
                work,
                NoticeKind.COPY_READY,
                case_id=None,
                to_person=copy.person_id,
                facts={"url": f"{self.centre.public_url}/m/me"},
            )

    async def take_copy(self, resident: Resident, copy_id: str) -> bytes:
        """Hand the copy to its person, once; for anybody else, or later, there is none."""
        async with self.store.read() as work:
            copy = await self._waiting(work, resident, copy_id)
        data = await self.objects.get(copy.object_key)
        async with self.store.begin() as work:
            copy = await self._waiting(work, resident, copy_id)
            taken = replace(copy, state=CopyState.TAKEN)
            await work.privacy.save_copy(
                taken, self._event("privacy.copy-taken", resident.id, copy.id)
            )
            await work.jobs.add(EndCopy(copy.id), key=f"copy-end-{copy.id}")
        return data

    async def end_copy(self, job: EndCopy) -> None:
        """Delete the file of a copy that was fetched, or whose time is over."""
        async with self.store.begin() as work:
            copy = await work.privacy.copy(job.copy_id)
            if copy.state is CopyState.READY and self._over(copy):
                await work.privacy.save_copy(replace(copy, state=CopyState.OVER))
            elif copy.state in (CopyState.MAKING, CopyState.READY):
                return
            await work.dues.drop(DueKind.COPY_ENDS, copy.id)
            await drop_later(work, copy.object_key)

    async def drop_object(self, job: DropObject) -> None:
        """Delete the bytes of what is gone; what is not there any more is deleted."""
        await self.objects.drop(job.key)

    async def act(self, work: Work, due: Due) -> None:
        """Go on where a deadline left off; what was deleted once is deleted again harmlessly."""
        if due.kind is DueKind.COPY_ENDS:
            await work.jobs.add(EndCopy(due.subject), key=f"copy-over-{due.subject}")
        else:
            again = f"erase-{due.subject}-{due.version}"
            await work.jobs.add(EraseData(due.subject), key=again)

    @built_upon
    async def take_own_back(self, resident: Resident, wish: Wish) -> None:
        """Take a logged-in resident's consent back."""
        async with self.store.begin() as work:
            await self.take_back(work, await work.people.hold(resident.id), wish)

    async def take_back(self, work: Work, person: PersonId, wish: Wish) -> None:
        """End the processing at once, and have deleted what may go (个人信息保护法 15, 47)."""
        await self._want(work, person, WISHES[wish], Cause.ASKED, ())

    async def heard(
        self, work: Work, person: PersonId, cause: Cause, codes: Collection[str]
    ) -> None:
        """Do what WeChat says that a person took back; nothing that we keep is noted only."""
        wanted = frozenset(Datum) if cause is Cause.CANCELLED else revoked(codes)
        if cause is Cause.MODIFIED:
            wanted = frozenset()
        await self._want(work, person, wanted, cause, tuple(codes))

    async def erase(self, job: EraseData) -> None:
        """Delete what may go now; what may go later falls due again."""
        async with self.store.begin() as work:
            erasure = await work.privacy.erasure(job.erasure_id)
            if erasure.done_at is None:
                await self._erase(work, erasure)

    async def _want(
        self,
        work: Work,
        person: PersonId,
        wanted: Collection[Datum],
        cause: Cause,
        codes: tuple[str, ...],
    ) -> None:
        erasure = Erasure(
            id=self.chance.id(),
            person_id=person,
            cause=cause,
            codes=codes,
            wanted=tuple(one for one in Datum if one in wanted),
            asked_at=self.clock(),
        )
        by = SYSTEM.ref if cause is not Cause.ASKED else Resident(id=person).ref
        event = self._event("privacy.taken-back", person, *erasure.wanted, by=by)
        if Datum.ACCOUNT in wanted:
            await work.logins.revoke_person(person)
            await review_rooms_of_person(work, person)
        await work.privacy.add_erasure(erasure, event)
        await work.jobs.add(EraseData(erasure.id), key=f"erase-{erasure.id}")

    async def _erase(self, work: Work, erasure: Erasure) -> None:
        person, now = erasure.person_id, self.clock()
        standing = await standing_of(work, person)
        left = {one: why for one in erasure.open if (why := stays(one, standing)) is not None}
        going = frozenset(erasure.open) - set(left)
        left |= await erase(work, erasure, going, now)
        if Datum.WARNINGS in going:
            await self.guards.end(work, person)
            await work.guarding.drop_of_person(person)
        tried = erasure.tried(left, at=now)
        gone = self._event("privacy.erased", person, *sorted(going - set(left)), by=SYSTEM.ref)
        await work.privacy.save_erasure(tried, gone)
        if tried.done_at is None:
            at = now + TERMS[DueKind.ERASURE].span
            version = tried.version + 1
            await set_due(work, self.chance, DueKind.ERASURE, erasure.id, at=at, version=version)

    def _packed(self, whole: PersonalCopy) -> tuple[bytes, str]:
        data = self.writer.write(whole)
        return data, hashlib.sha256(data).hexdigest()

    async def _waiting(self, work: Work, resident: Resident, copy_id: str) -> DataCopy:
        """Return a copy that waits for this person; raises NotFound."""
        copy = await work.privacy.copy(copy_id)
        mine = copy.person_id == resident.id
        if not mine or copy.state is not CopyState.READY or self._over(copy):
            raise NotFound(copy_id)
        return copy

    def _over(self, copy: DataCopy) -> bool:
        return copy.ends_at is not None and self.clock() >= copy.ends_at

    def _event(self, kind: str, person: PersonId, *what: str, by: ActorRef = "") -> Event:
        return Event(
            subject=person,
            case_id="",
            kind=kind,
            by=by or Resident(id=person).ref,
            at=self.clock(),
            detail={"what": " ".join(what)},
        )
