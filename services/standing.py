"""What there is of a person, what of it may go when they wish so, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.cases import CaseState
from domain.conversations import MessageKind
from domain.ids import PersonId
from domain.matters import OVER
from domain.people import Person, WeChatIdentity
from domain.ports.store import Work
from domain.privacy import DATA, STAYS, WISHES, Datum, Standing, Stays, Wish, stays
from domain.scope import EVERYTHING

_OVER = frozenset({CaseState.REFUSED, CaseState.ENDED, CaseState.ARCHIVED})
LOOSE = {Datum.PICTURES: ("image", "video"), Datum.VOICES: ("voice",)}
#: Of an account's latest messages: their kind is sealed, and each has to be opened to know it.
LOOKED_THROUGH = 100


def words_of(left: Mapping[Datum, Stays]) -> tuple[str, ...]:
    """Say what stays and why."""
    return tuple(f"{DATA[datum]}：{STAYS[why]}" for datum, why in left.items())


def foreseen(wish: Wish, standing: Standing) -> tuple[str, ...]:
    """Say beforehand what of a wish would have to stay, and why."""
    left = {one: why for one in Datum if one in WISHES[wish] and (why := stays(one, standing))}
    return words_of(left)


def going(wish: Wish, standing: Standing) -> tuple[str, ...]:
    """Name what there is of a wish, and would be deleted."""
    meant = [one for one in Datum if one in WISHES[wish] and one in standing.held]
    return tuple(DATA[one] for one in meant if stays(one, standing) is None)


async def wishes_held(work: Work, person: Person) -> frozenset[Wish]:
    """Say of what there is anything; whoever writes has a talk and an account."""
    held = await _held_beside(work, person) | {Datum.CHAT, Datum.ACCOUNT}
    return frozenset(wish for wish in Wish if WISHES[wish] & held)


async def standing_of(work: Work, person: PersonId) -> Standing:
    """Say what of a person's affairs speaks against deleting."""
    states = [
        (await work.cases.get(case_id, EVERYTHING)).state
        for case_id in await work.people.cases_of(person)
    ]
    matters = await work.matters.of_person(person)
    return Standing(
        in_a_case=bool(states),
        in_an_open_case=any(state not in _OVER for state in states),
        in_an_open_matter=any(one.state not in OVER for one in matters),
        held=await _held(work, await work.people.get(person)),
    )


async def _held(work: Work, person: Person) -> frozenset[Datum]:
    """Say what there is of a person at all; of places, what was sent lately."""
    accounts = await work.people.identities(person.id)
    there = {
        Datum.CHAT: sum([await work.inbox.count_of_account(a.appid, a.openid) for a in accounts]),
        Datum.LOCATION: any([await _sent_places(work, account) for account in accounts]),
        Datum.CHECKS: await work.checks.count_of_person(person.id),
        Datum.ACCOUNT: accounts or await work.logins.of_person(person.id),
    }
    return await _held_beside(work, person) | {datum for datum, found in there.items() if found}


async def _sent_places(work: Work, account: WeChatIdentity) -> bool:
    lately = await work.inbox.of_account(account.appid, account.openid, limit=LOOKED_THROUGH)
    return any(one.incoming.kind is MessageKind.LOCATION for one in lately)


async def _held_beside(work: Work, person: Person) -> frozenset[Datum]:
    """Say what there is beside the talk and its account."""
    loose = {one.kind for one in await work.media.of_person(person.id) if one.loose}
    there = {
        Datum.PICTURES: not loose.isdisjoint(LOOSE[Datum.PICTURES]),
        Datum.VOICES: not loose.isdisjoint(LOOSE[Datum.VOICES]),
        Datum.WARNINGS: await work.guarding.subscriptions(person.id)
        or await work.guarding.of_person(person.id),
        Datum.MATTERS: await work.matters.of_person(person.id, limit=1),
        Datum.NAME: person.name or person.gender or person.born,
        Datum.PHONE: person.phone,
        Datum.ADDRESS: person.address,
    }
    return frozenset(datum for datum, found in there.items() if found)
