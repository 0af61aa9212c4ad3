"""A copy of everything that is kept about one person; others in it are masked.

个人信息保护法 45: who asks gets their own data, in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain import masking
from domain.cases import Case
from domain.errors import NotFound
from domain.ids import PersonId
from domain.matters import Matter
from domain.media import Medium
from domain.people import Person
from domain.ports.outside import Objects
from domain.ports.store import Work
from domain.privacy import Category
from domain.scope import EVERYTHING
from services.matter_words import GRADES, MATTER_STATES
from services.settings import Centre
from services.words import CASE_STATES, STAGES

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A file as the person sent it, with the hash that was kept when it came."""

    name: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalCopy:
    """Everything, by kind; each row has plain words under short code words."""

    office: str
    phone: str
    made_at: datetime  #: in the centre's time zone
    sections: Mapping[Category, tuple[Row, ...]]
    files: tuple[OwnFile, ...] = ()


async def collect(
    work: Work, person_id: PersonId, centre: Centre, at: datetime
) -> tuple[PersonalCopy, Sequence[Medium]]:
    """Gather what is kept about a person, and name the files that are still to be added."""
    person = await work.people.get(person_id)
    media = await work.media.of_person(person.id)
    cases = [
        await work.cases.get(case_id, EVERYTHING)
        for case_id in await work.people.cases_of(person.id)
    ]

    def when(moment: datetime | None) -> str:
        return moment.astimezone(centre.zone).isoformat(timespec="seconds") if moment else ""

    accounts = await work.people.identities(person.id)
    sections: dict[Category, Sequence[Row]] = {
        Category.IDENTITY: [_identity(person)],
        Category.ACCOUNT: [
            *({"app": one.appid, "following": str(one.following)} for one in accounts),
            *(
                {"logged_in": when(one.made_at), "how": one.how, "ends": when(one.ends_at)}
                for one in await work.logins.of_person(person.id)
            ),
        ],
        Category.TALKS: [
            {
                "at": when(one.incoming.sent_at),
                "kind": one.incoming.kind,
                "said": one.incoming.text or one.incoming.label,
                "answered": one.reply.text if one.reply else "",
            }
            for account in accounts
            for one in await work.inbox.of_account(account.appid, account.openid)
        ]
        + [
            {"at": when(line.at), "by": line.name, "said": line.words}
            for talk in await work.hand_overs.of_person(person.id)
            for line in talk.lines
            if not line.before
        ],
        Category.MEDIA: [
            {
                "at": when(one.received_at),
                "kind": one.kind,
                "sha256": one.sha256,
                "heard": one.heard,
            }
            for one in media
        ],
        Category.CHECKS: [
            {"at": when(one.asked_at), "said": one.text, "answered": one.review or one.verdict}
            for one in await work.checks.of_person(person.id)
        ],
        Category.WARNINGS: [
            *(
                {"at": when(one.since), "topic": one.topic, "ends": when(one.ended_at)}
                for one in await work.guarding.subscriptions(person.id)
            ),
            *(
                {
                    "at": when(one.asked_at),
                    "side": "guarded" if one.guarded == person.id else "guardian",
                    "told_of": " ".join(one.scopes),
                    "agreed_to": one.consent,
                    "agreed_at": when(one.agreed_at),
                }
                for one in await work.guarding.of_person(person.id)
            ),
        ],
        Category.MATTERS: [_matter(one, when) for one in await work.matters.of_person(person.id)],
        Category.CASES: [await _case(work, one, person.id, when(one.reported_at)) for one in cases],
        Category.MEETINGS: [
            {
                "at": when(meeting.starts_at),
                "state": meeting.state,
                "agreed_to": seat.consent_version,
                "agreed_at": when(seat.consent_at),
                "told_rights": seat.rights_version,
                "told_rights_at": when(seat.rights_at),
            }
            for case in cases
            for meeting in await work.meetings.of_case(case.id)
            for seat in meeting.attendees
            if seat.person_id == person.id
        ],
        Category.PAPERS: [
            {"number": paper.number, "stage": STAGES[paper.stage]}
            for case in cases
            for paper in await work.agreements.of_case(case.id)
        ],
        Category.NOTICES: [
            {"at": when(one.made_at), "kind": one.kind, "state": one.state}
            for one in await work.notices.of_person(person.id)
        ],
        Category.REQUESTS: [
            *(
                {
                    "at": when(one.asked_at),
                    "wanted": " ".join(one.wanted),
                    "done": when(one.done_at),
                }
                for one in await work.privacy.erasures(person.id)
            ),
            *(
                {"at": when(one.asked_at), "copy": one.state}
                for one in await work.privacy.copies(person.id)
            ),
        ],
    }
    gathered = PersonalCopy(
        office=centre.name,
        phone=centre.phone,
        made_at=at.astimezone(centre.zone),
        sections={category: tuple(rows) for category, rows in sections.items()},
    )
    return gathered, media


async def with_files(
    gathered: PersonalCopy, objects: Objects, media: Sequence[Medium]
) -> PersonalCopy:
    """Add the files as they came; what was deleted meanwhile is left out."""
    files = [file for one in media for file in await _file(objects, one)]
    return replace(gathered, files=tuple(files))


def _identity(person: Person) -> Row:
    return {
        "name": person.name,
        "phone": person.phone,
        "gender": person.gender,
        "address": person.address,
        "born": person.born.isoformat() if person.born else "",
    }


def _matter(matter: Matter, when: Callable[[datetime], str]) -> Row:
    """A daily-life matter as its reporter told it, with what the centre answered."""
    return {
        "number": matter.number,
        "state": MATTER_STATES[matter.state],
        "reported": when(matter.reported_at),
        "told": matter.told,
        "place": matter.spot.words,
        "unit": matter.unit,
        "more": " / ".join(one.words for one in matter.more),
        "answered": " / ".join(one.words for one in matter.answers),
        "rating": " / ".join(GRADES[one.grade] for one in matter.answers if one.grade),
        "reason": matter.reason,
        "instead": matter.instead,
    }


async def _case(work: Work, case: Case, own: PersonId, reported: str) -> Row:
    """A case as its person may see it: the story is its teller's, other people are masked."""
    names = [
        one.name if one.id == own else masking.name(one.name)
        for one in [await work.people.get(party.person_id) for party in case.parties]
    ]
    ratings = [one for one in await work.ratings.of_case(case.id) if one.person_id == own]
    return {
        "number": case.number,
        "state": CASE_STATES[case.state],
        "reported": reported,
        "story": case.story if case.reporter == own else "",
        "place": case.spot.words if case.reporter == own else "",
        "parties": "、".join(filter(None, names)),
        "questions": " / ".join(
            f"{one.text} → {one.answer}"
            for one in await work.questions.of_case(case.id)
            if one.asked_by == own
        ),
        "rating": " ".join(f"{one.stars} {one.words}".strip() for one in ratings),
    }


async def _file(objects: Objects, medium: Medium) -> Sequence[OwnFile]:
    if not medium.object_key:
        return ()
    try:
        data = await objects.get(medium.object_key)
    except NotFound:
        return ()
    ending = medium.content_type.partition("/")[2].partition(";")[0] or "bin"
    name = f"{medium.id}.{''.join(filter(str.isalnum, ending))[:8]}"
    return (OwnFile(name=name, sha256=medium.sha256, data=data),)
