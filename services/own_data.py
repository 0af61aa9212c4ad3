"""What is kept about one person, as they are told: how much, why, by which article, how long."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain import masking
from domain.ids import PersonId
from domain.people import Person
from domain.ports.store import Work
from domain.privacy import DATA, HOLDINGS, Category, DataCopy, Erasure, Standing
from domain.self_told import SelfTold
from services import words
from services.self_told import told_in_cases
from services.standing import standing_of, words_of


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


async def own_data(work: Work, person_id: PersonId) -> OwnData:
    """Tell what is kept about a person."""
    person = await work.people.get(person_id)
    there = await _there(work, person)
    return OwnData(
        lines=tuple(_line(category, there[category]) for category in HOLDINGS),
        copies=tuple(await work.privacy.copies(person_id)),
        requests=tuple(_request(one) for one in await work.privacy.erasures(person_id)),
        standing=await standing_of(work, person_id),
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
