"""What a request to delete takes away, within one transaction; what is too young stays for now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from domain.conversations import MessageKind
from domain.ids import PersonId
from domain.jobs import DropObject
from domain.matters import OVER
from domain.media import Medium
from domain.people import WeChatIdentity
from domain.ports.store import Work
from domain.privacy import YOUNG, Datum, Erasure, Stays
from services.rooms import review_rooms_of_person
from services.standing import LOOSE

#: What a dialogue remembers of a location, whatever it is kept beside, put by or held for.
_PLACES = frozenset({"place", "latitude", "longitude", "danger-place"})


async def erase(
    work: Work, erasure: Erasure, going: Collection[Datum], now: datetime
) -> dict[Datum, Stays]:
    """Delete what may go of a request; say what of it has to wait."""
    person = erasure.person_id
    left = await _erase_talks(work, erasure, going, now)
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
    return left


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
    kept = {name: told for name, told in talk.answers.items() if not _is_place(name)}
    if kept != talk.answers:
        await work.talks.save(appid, openid, replace(talk, answers=kept))


def _is_place(name: str) -> bool:
    return name.rpartition(":")[2] in _PLACES


async def _erase_media(work: Work, erasure: Erasure, going: Collection[Datum]) -> None:
    for medium in await work.media.of_person(erasure.person_id):
        meant = _goes(medium, going) and medium.received_at <= erasure.asked_at
        if meant and await work.media.drop_loose(medium.id):
            for key in medium.objects:
                await drop_later(work, key)


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
                    await drop_later(work, key)
        await work.notices.drop_of_matter(matter.reporter, matter.number)
        await work.matters.drop(matter.id)


async def drop_later(work: Work, key: str) -> None:
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
