"""Is this a fraud? The machine says what it looks like, a human what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.access import Action, can
from domain.actors import Actor, Staff
from domain.checks import Check, CheckState, Review
from domain.errors import BadInput, NotFound
from domain.fraud import Finding, Verdict, fingerprint
from domain.history import Event
from domain.ids import PersonId
from domain.notices import NoticeKind
from domain.ports.outside import Bus, Chance, Clock
from domain.ports.store import Store, Work
from services import words
from services.contention import built_upon
from services.notices import NoticeDesk
from services.settings import Centre
from services.tidings import DESK

LONGEST_REMARK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedText:
    """A text that waits for a human: how many asked, and what the machine saw in it."""

    id: str
    text: str
    people: int
    asked_at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDesk:
    """The desk that looks at forwarded texts."""

    store: Store
    clock: Clock
    chance: Chance
    bus: Bus
    notices: NoticeDesk
    centre: Centre

    async def ask(
        self, work: Work, text: str, finding: Finding, person: PersonId
    ) -> Mapping[str, str]:
        """Keep the question; give what a human said of the same text, and how many asked."""
        same = await work.checks.same_text(fingerprint(text))
        reviewed = next((one for one in same if one.state is CheckState.REVIEWED), None)
        if all(one.person_id != person for one in same):
            await self._keep(work, text, finding, person, reviewed)
        others = {one.person_id for one in same} - {person}
        return {
            "reviewed": words.reviewed(reviewed) if reviewed else "",
            "others": words.OTHERS_ASKED.format(count=len(others)) if others else "",
            "official": words.official(text, self.centre.official_numbers),
        }

    async def queue(self, actor: Actor) -> tuple[AskedText, ...]:
        """Show what a human has to look at, each text once."""
        _reviews(actor)
        async with self.store.read() as work:
            waiting = await work.checks.waiting()
        texts: dict[str, list[Check]] = {}
        for one in waiting:
            texts.setdefault(one.fingerprint, []).append(one)
        return tuple(
            AskedText(
                id=same[0].id,
                text=same[0].text,
                people=len({one.person_id for one in same}),
                asked_at=same[0].asked_at,
                words=same[0].words,
            )
            for same in texts.values()
        )

    @built_upon
    async def review(self, actor: Actor, check_id: str, review: Review, remark: str = "") -> None:
        """Say what a text is; everybody who asked about it hears it, once."""
        staff = _reviews(actor)
        if len(remark) > LONGEST_REMARK:
            raise BadInput("remark", f"{LONGEST_REMARK} characters at most")
        async with self.store.begin() as work:
            first = await work.checks.get(check_id)
            for one in await work.checks.same_text(first.fingerprint):
                if one.id == check_id or one.state is not CheckState.REVIEWED:
                    await self._answer(work, one.reviewed(review, remark.strip(), by=staff), staff)
        await self.bus.publish(DESK, {"check": check_id})

    async def _keep(
        self, work: Work, text: str, finding: Finding, person: PersonId, known: Check | None
    ) -> None:
        unsure = finding.verdict is Verdict.UNSURE
        state = CheckState.WAITING if unsure else CheckState.ANSWERED
        check = Check(
            id=self.chance.id(),
            person_id=person,
            text=text,
            fingerprint=fingerprint(text),
            asked_at=self.clock(),
            verdict=finding.verdict,
            script=finding.script or "",
            words=finding.words,
            state=CheckState.REVIEWED if known else state,
            review=known.review if known else None,
            remark=known.remark if known else "",
            reviewer=known.reviewer if known else "",
        )
        await work.checks.add(check)

    async def _answer(self, work: Work, check: Check, staff: Staff) -> None:
        done = Event(
            subject=check.id, case_id="", kind="check.reviewed", by=staff.ref, at=self.clock()
        )
        await work.checks.save(check, done)
        await self.notices.post(
            work,
            NoticeKind.CHECKED,
            case_id=None,
            to_person=check.person_id,
            facts={
                "name": staff.name,
                "about": words.beginning(check.text),
                "say": words.review(check),
            },
        )


def _reviews(actor: Actor) -> Staff:
    """Whoever looks at asked texts; for anybody else there is no such queue."""
    if not isinstance(actor, Staff) or not can(actor, Action.REVIEW_TEXT).allow:
        raise NotFound("checks")
    return actor
