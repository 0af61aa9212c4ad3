"""What a person may ask about their own data: to know it, to have a copy, to have it deleted.

个人信息保护法 15, 44, 45, 47, 50. What the law wants kept stays, and is said with its article.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from domain import masking
from domain.actors import SYSTEM, ActorRef, Resident
from domain.cases import CaseState
from domain.conversations import MessageKind
from domain.deadlines import TERMS, Due, DueKind
from domain.errors import NotFound, TooManyTries
from domain.history import Event
from domain.ids import PersonId
from domain.jobs import DropObject, EndCopy, EraseData, MakeCopy
from domain.matters import OVER
from domain.media import Medium
from domain.notices import NoticeKind
from domain.people import Person, WeChatIdentity
from domain.ports.outside import Chance, Clock, Objects
from domain.ports.store import Store, Work
from domain.privacy import (
    DATA,
    HOLDINGS,
    MOST_COPIES,
    WISHES,
    YOUNG,
    Category,
    Cause,
    CopyState,
    DataCopy,
    Datum,
    Erasure,
    Standing,
    Stays,
    Wish,
    revoked,
    stays,
)
from domain.self_told import SelfTold
from services import words
from services.contention import built_upon
from services.dues import set_due
from services.guarding import GuardDesk
from services.notices import NoticeDesk
from services.personal_copy import PersonalCopy, collect, with_files
from services.rooms import review_rooms_of_person
from services.self_told import told_in_cases
from services.settings import Centre
from services.standing import LOOSE, standing_of, words_of

_OVER = frozenset({CaseState.REFUSED, CaseState.ENDED, CaseState.ARCHIVED})
#: What a dialogue remembers of a location, also of one that was told beside something else.
_PLACES = frozenset(
    f"{beside}{name}" for beside in ("", "beside:") for name in ("place", "latitude", "longitude")
)


class CopyWriter(Protocol):
    """Makes the file that a person takes away."""

    def write(self, copy: PersonalCopy) -> bytes:
        """Return a ZIP: JSON, a page to read, and the files as they came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """One kind of data: what there is, why, by which article, and for how long."""

    category: Category
    name: str
    there: str  #: a count, or the value masked
    purpose: str
    basis: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request to delete and what became of it, in words."""

    asked_at: datetime
    done_at: datetime | None
    wanted: tuple[str, ...]
    left: tuple[str, ...]  #: each with why


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What is kept about one person, as they are told."""

    lines: tuple[OwnLine, ...]
    copies: tuple[DataCopy, ...]  #: newest first
    requests: tuple[RequestLine, ...]
    standing: Standing


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
            return await self.told(work, resident.id)

    async def told(self, work: Work, person_id: PersonId) -> OwnData:
        """Tell what is kept about a person."""
        person = await work.people.get(person_id)
        there = await _there(work, person)
        return OwnData(
            lines=tuple(_line(category, there[category]) for category in HOLDINGS),
            copies=tuple(await work.privacy.copies(person_id)),
            requests=tuple(_request(one) for one in await work.privacy.erasures(person_id)),
            standing=await standing_of(work, person_id),
        )

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
            await _drop_later(work, copy.object_key)

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
        left |= await _erase_talks(work, erasure, going, now)
        await _erase_media(work, erasure, going)
        if Datum.MATTERS in erasure.open:
            await _erase_matters(work, erasure)
        if Datum.CHECKS in going:
            await work.checks.drop_of_person(person, until=erasure.asked_at)
        await _erase_person(work, person, going)
        if Datum.ACCOUNT in going and Datum.CHAT not in left and Datum.LOCATION not in left:
            await work.people.unlink(person)
            await work.logins.drop_of_person(person)
            await review_rooms_of_person(work, person)
        elif Datum.ACCOUNT in going:
            left[Datum.ACCOUNT] = Stays.YOUNG
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


async def _there(work: Work, person: Person) -> Mapping[Category, str]:
    """Say of each kind of data what there is: a count, or the value masked."""
    accounts = await work.people.identities(person.id)
    messages = [await work.inbox.count_of_account(each.appid, each.openid) for each in accounts]
    cases = await work.people.cases_of(person.id)
    meetings = [one for case in cases for one in await work.meetings.of_case(case)]
    papers = [one for case in cases for one in await work.agreements.of_case(case)]
    sessions = await work.logins.of_person(person.id)
    requests = await work.privacy.erasures(person.id)
    copies = await work.privacy.copies(person.id)
    wanted = [one for one in await work.guarding.subscriptions(person.id) if one.ended_at is None]
    live = sum(not one.revoked for one in sessions)
    told = await told_in_cases(work, person.id, cases)
    return {
        Category.IDENTITY: _identity(person, told),
        Category.ACCOUNT: words.ACCOUNTS_THERE.format(accounts=len(accounts), log_ins=live),
        Category.TALKS: f"{sum(messages)}条",
        Category.MEDIA: f"{await work.media.count_of_person(person.id)}份",
        Category.CHECKS: f"{await work.checks.count_of_person(person.id)}条",
        Category.WARNINGS: f"{len(wanted) + len(await work.guarding.of_person(person.id))}项",
        Category.MATTERS: f"{len(await work.matters.of_person(person.id))}件",
        Category.CASES: _cases(len(cases), told),
        Category.MEETINGS: f"{len(meetings)}次",
        Category.PAPERS: f"{len(papers)}份",
        Category.NOTICES: f"{await work.notices.count_of_person(person.id)}条",
        Category.REQUESTS: f"{len(requests) + len(copies)}次",
    }


def _identity(person: Person, told: Collection[SelfTold]) -> str:
    """Give name and number masked; what was only told is no entry of ours, but it is there."""
    held = filter(None, (masking.name(person.name), person.phone and masking.phone(person.phone)))
    what = words.what_was_told(told)
    return " ".join(held) or (words.ONLY_TOLD.format(what=what) if what else words.NOT_HELD)


def _cases(count: int, told: Collection[SelfTold]) -> str:
    cases, what = words.CASES_THERE.format(count=count), words.what_was_told(told)
    return cases + (words.TOLD_IN_CASES.format(what=what, told=len(told)) if what else "")


def _line(category: Category, there: str) -> OwnLine:
    holding = HOLDINGS[category]
    return OwnLine(
        category=category,
        name=holding.name,
        there=there,
        purpose=holding.purpose,
        basis=holding.basis,
        term=holding.term,
    )


def _request(erasure: Erasure) -> RequestLine:
    return RequestLine(
        asked_at=erasure.asked_at,
        done_at=erasure.done_at,
        wanted=tuple(DATA[one] for one in erasure.wanted),
        left=words_of(erasure.left or {}),
    )


async def _erase_talks(
    work: Work, erasure: Erasure, going: Collection[Datum], now: datetime
) -> dict[Datum, Stays]:
    """Delete messages and dialogues up to the request; say what is too young to go."""
    person, until = erasure.person_id, erasure.asked_at
    left: dict[Datum, Stays] = {}
    for datum in (Datum.CHAT, Datum.LOCATION):
        if datum not in going:
            continue
        for account in await work.people.identities(person):
            if await _erase_messages(work, account, datum, until=until, now=now):
                left[datum] = Stays.YOUNG
            if erasure.left is None:  # what is remembered later came after the request
                await _forget(work, account, datum)
    if Datum.CHAT in going:
        await work.hand_overs.drop_ended(person, until=until)
        talking = await work.hand_overs.open_of(person)
        if talking is not None and talking.asked_at <= until:
            left[Datum.CHAT] = Stays.YOUNG
        await work.notices.drop_of_person(person, before=min(now - YOUNG, until))
    return left


async def _erase_messages(
    work: Work, account: WeChatIdentity, datum: Datum, *, until: datetime, now: datetime
) -> bool:
    """Delete the messages of an account up to a moment; True if some are too young to go."""
    messages = [
        one.incoming
        for one in await work.inbox.of_account(account.appid, account.openid)
        if datum is Datum.CHAT or one.incoming.kind is MessageKind.LOCATION
    ]
    meant = [one for one in messages if one.sent_at <= until]
    old = [one.key for one in meant if one.sent_at < now - YOUNG]
    await work.inbox.drop(old)
    return len(old) < len(meant)


async def _forget(work: Work, account: WeChatIdentity, datum: Datum) -> None:
    if datum is Datum.CHAT:
        await work.talks.forget(account.appid, account.openid)
    else:
        await _forget_place(work, account.appid, account.openid)


async def _forget_place(work: Work, appid: str, openid: str) -> None:
    # First: a message that is being answered has read the place, and would bring it back.
    await work.talks.end_turn(appid, openid)
    talk = await work.talks.get(appid, openid)
    kept = {name: told for name, told in talk.answers.items() if name not in _PLACES}
    if kept != talk.answers:
        await work.talks.save(appid, openid, replace(talk, answers=kept))


async def _erase_media(work: Work, erasure: Erasure, going: Collection[Datum]) -> None:
    for medium in await work.media.of_person(erasure.person_id):
        meant = _goes(medium, going) and medium.received_at <= erasure.asked_at
        if meant and await work.media.drop_loose(medium.id):
            for key in medium.objects:
                await _drop_later(work, key)


async def _erase_matters(work: Work, erasure: Erasure) -> None:
    """Delete the daily-life matters that are done, with what was sent and told of them alone."""
    for matter in await work.matters.of_person(erasure.person_id):
        if matter.state not in OVER or matter.reported_at > erasure.asked_at:
            continue
        for media_id in matter.media:
            medium = await work.media.get(media_id)
            await work.media.save(replace(medium, matter_id=None))
            if await work.media.drop_loose(media_id):
                for key in medium.objects:
                    await _drop_later(work, key)
        await work.notices.drop_of_matter(matter.reporter, matter.number)
        await work.matters.drop(matter.id)


async def _drop_later(work: Work, key: str) -> None:
    """Have the bytes deleted once nobody knows of them any more: not before it is certain."""
    await work.jobs.add(DropObject(key), key=f"drop-{key}")


def _goes(medium: Medium, going: Collection[Datum]) -> bool:
    """Is it loose, and of a kind that goes?"""
    kinds: Sequence[str] = [kind for datum in going for kind in LOOSE.get(datum, ())]
    return medium.loose and medium.kind in kinds


async def _erase_person(work: Work, person_id: PersonId, going: Collection[Datum]) -> None:
    person = await work.people.get(person_id)
    kept = person
    if Datum.NAME in going:
        kept = replace(kept, name="", gender="", born=None)
    if Datum.PHONE in going:
        kept = replace(kept, phone="")
    if Datum.ADDRESS in going:
        kept = replace(kept, address="")
    if kept != person:
        await work.people.save(kept)
