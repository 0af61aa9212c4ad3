"""One person, however many of the centre's WeChat apps they use."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.actors import SYSTEM, Actor, Resident
from domain.codes import BY_PHONE
from domain.errors import NotOnePerson
from domain.history import Event
from domain.ids import PersonId
from domain.jobs import AskWho
from domain.people import Person, WeChatIdentity
from domain.ports.outside import Chat, Clock, Refusal
from domain.ports.store import Store, Work
from domain.scope import EVERYTHING
from services.settings import Centre

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDesk:
    """The desk that learns whose account an account is."""

    store: Store
    clock: Clock
    chats: Mapping[str, Chat]
    centre: Centre

    async def learn(self, job: AskWho) -> None:
        """Ask WeChat for a follower's unionid, and keep to whom it belongs.

        Raises :class:`~domain.errors.Unavailable` while WeChat cannot say: try again.
        """
        if job.appid != self.centre.official_appid:
            return  # the mini-program's own log-in has named it
        try:
            unionid = await self.chats[job.appid].unionid(job.openid)
        except Refusal as refusal:
            logger.warning("whose account it is was refused: %s", refusal.code)
            return
        async with self.store.begin() as work:
            identity = await work.people.identity(job.appid, job.openid)
            if unionid and identity is not None:
                await recognise(work, identity, unionid, at=self.clock())


async def ask_who(work: Work, appid: str, openid: str, *, about: str) -> None:
    """Have WeChat asked, after this transaction, whose account it is; once for ``about``."""
    key = hashlib.sha256(about.encode()).hexdigest()[:26]
    await work.jobs.add(AskWho(appid=appid, openid=openid), key=f"who-{key}")


async def recognise(
    work: Work, identity: WeChatIdentity, unionid: str, *, at: datetime
) -> PersonId:
    """Keep the unionid of an account, make all who share it one person, and say which.

    It looks for others each time: two accounts linked in the same moment do not see one another.
    """
    if identity.unionid != unionid:
        await work.people.link(replace(identity, unionid=unionid))
    known, *others = sorted(await work.people.with_unionid(unionid), key=_rank)
    who = identity.person_id
    for other in others:
        if await _are_one(work, known, other):
            known = await _merge(work, other, known, at=at)
            who = known.id if who == other.id else who
    return who


def _rank(person: Person) -> tuple[bool, bool, str]:
    """Whom the centre knows better stays."""
    return not person.phone, not person.name, person.id


async def may_join(work: Work, proven: PersonId, account: PersonId) -> bool:
    """May whoever proved a number and has this WeChat account be one person?

    Nobody of the centre is joined, and nobody who has an account with the same app already.
    """
    if await work.staff.by_person(proven) or await work.staff.by_person(account):
        return False
    ones = await work.people.identities(proven), await work.people.identities(account)
    mine, theirs = ({identity.appid for identity in one} for one in ones)
    if mine & theirs or not theirs:
        return False
    return await _are_one(work, await work.people.get(proven), await work.people.get(account))


async def join(
    work: Work, proven: PersonId, account: PersonId, *, by: Resident, at: datetime
) -> PersonId:
    """Make whoever proved a number and has a WeChat account one person; raises NotOnePerson."""
    people = await work.people.get(proven), await work.people.get(account)
    known, gone = sorted(people, key=_rank)
    if known.id == gone.id:
        return known.id
    if not await may_join(work, people[0].id, people[1].id):
        raise NotOnePerson(proven)
    return (await _merge(work, gone, known, at=at, by=by, proof=BY_PHONE)).id


async def _are_one(work: Work, known: Person, other: Person) -> bool:
    """Is what the centre knows of two people no reason to leave them apart?

    Two names, numbers or days of birth were put down by somebody who saw two people (a family may
    share one account); and nobody makes peace with themselves.
    """
    told = (
        (known.name, other.name),
        (known.phone, other.phone),
        (known.born, other.born),
    )
    same = all(not one or not another or one == another for one, another in told)
    if same and not await _meet_in_a_case(work, known.id, other.id):
        return True
    logger.warning("two people who share a WeChat account were left apart")
    return False


async def _meet_in_a_case(work: Work, one: PersonId, other: PersonId) -> bool:
    """Do both stand in one case, on two sides or with meetings and papers of their own?"""
    shared = set(await work.people.cases_of(one)) & set(await work.people.cases_of(other))
    for case_id in shared:
        case = await work.cases.get(case_id, EVERYTHING)
        places = [case.party_of(one), case.party_of(other)]
        sides = {place.side for place in places if place is not None}
        talked = await work.meetings.of_case(case_id) or await work.agreements.of_case(case_id)
        if None not in places and (len(sides) > 1 or talked):
            return True
    return False


async def _merge(
    work: Work,
    gone: Person,
    known: Person,
    *,
    at: datetime,
    by: Actor = SYSTEM,
    proof: str = "",
) -> Person:
    """Let everything of the one be the other's; the history of each case tells it.

    Where a proof joined them, that of the cases of both does: somebody more can open them.
    """
    whole = replace(
        known,
        name=known.name or gone.name,
        phone=known.phone or gone.phone,
        gender=known.gender or gone.gender,
        address=known.address or gone.address,
        born=known.born or gone.born,
    )
    concerned = set(await work.people.cases_of(gone.id))
    if proof:
        concerned |= set(await work.people.cases_of(known.id))
    events = [
        Event(
            subject=known.id,
            case_id=case_id,
            kind="person.merged",
            by=by.ref,
            at=at,
            detail={"gone": gone.id, "into": known.id} | ({"proof": proof} if proof else {}),
        )
        for case_id in ("", *sorted(concerned))
    ]
    await work.people.merge(gone, whole, *events)
    return replace(whole, version=whole.version + 1)
