"""Reports: what a person told becomes a case with a number, a code and proposals."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from domain.access import Action, can
from domain.actors import Actor, Resident, Role
from domain.cases import LONGEST_STORY, Case, CaseState, Party, Report, Side, Spot
from domain.codes import Purpose, Token
from domain.conversations import CaseLine, Known, Talk
from domain.danger import alarms
from domain.deadlines import TERMS, DueKind
from domain.errors import BadInput, NotFound
from domain.history import Event
from domain.ids import CaseId, MediaId, PersonId
from domain.jobs import FetchPicture
from domain.notices import NoticeKind
from domain.people import Person
from domain.ports.outside import Bus, Chance, Chat, Clock, Objects, Refusal
from domain.ports.store import CaseFilter, Medium, Store, Work
from domain.proposals import propose
from domain.scope import EVERYTHING, scope_of
from services.dues import set_due
from services.duty import on_duty, those_with
from services.next_steps import next_step, page_for
from services.notices import NoticeDesk
from services.settings import Centre
from services.tidings import case_changed
from services.words import CASE_STATES, DANGER_TOLD, NO_PLACE_TOLD, OTHERS_TOLD

_ANY = CaseFilter()
_GOING_ON = CaseFilter(
    states=frozenset(CaseState) - {CaseState.REFUSED, CaseState.ENDED, CaseState.ARCHIVED}
)
LONGEST_REQUEST = 200  #: characters of a request for a human that staff are shown
LARGEST_UPLOAD = 10 * 1024 * 1024
PICTURES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


class CodePictures(Protocol):
    """Draws an address as a QR code."""

    def png(self, address: str) -> bytes:
        """Return a PNG that any scanner reads."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the reporter gets: the number, and the code that shows what happens next."""

    case_id: CaseId
    case_number: str
    code_url: str
    code_picture_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """The desk where reports come in, from every channel."""

    store: Store
    clock: Clock
    chance: Chance
    objects: Objects
    bus: Bus
    notices: NoticeDesk
    pictures: CodePictures
    chats: Mapping[str, Chat]  #: by appid: a platform id belongs to one app
    centre: Centre

    async def file_own(self, resident: Resident, report: Report) -> Filed:
        """Make a case of what a logged-in resident told on a page."""
        async with self.store.begin() as work:
            filed = await self.file(work, report, reporter=resident.id)
        await case_changed(self.bus, filed.case_id)
        return filed

    async def file(self, work: Work, report: Report, *, reporter: PersonId) -> Filed:
        """Make a case within the running transaction; the caller publishes it afterwards."""
        now = self.clock()
        case = await self._case(work, report, reporter)
        found = [alarm.words for alarm in alarms(f"{report.story}\n{report.danger_told}")]
        case = replace(case, danger=tuple(found))
        await work.cases.add(
            case,
            Event(
                subject=case.id,
                case_id=case.id,
                kind="case.reported",
                by=Resident(id=reporter).ref,
                at=now,
            ),
        )
        await self._attach(work, case)
        if case.danger:
            await self._alarm(work, case.id)
        at = now + TERMS[DueKind.REGISTER].span
        await set_due(work, self.chance, DueKind.REGISTER, case.id, at=at)
        return await self._give_code(work, case)

    async def raise_alarm(self, work: Work, *, person: PersonId, words: str, text: str) -> None:
        """Tell people at once that somebody may be in mortal danger, case or no case yet."""
        cases, _ = await work.cases.page(scope_of(Resident(id=person)), _GOING_ON, limit=1)
        if cases and not cases[0].alarmed:
            case = cases[0]
            marked = replace(case, danger=(*case.danger, words), danger_seen_by=None)
            await work.cases.save(marked, self._danger_event(case.id, person))
            await self._alarm(work, case.id)
        elif not cases:
            report = Report(
                story=text.strip()[:LONGEST_STORY].ljust(2, "。"), spot=Spot(words=NO_PLACE_TOLD)
            )
            filed = await self.file(work, report, reporter=person)
            case = await work.cases.get(filed.case_id, EVERYTHING)
            if not case.danger:
                await work.cases.save(
                    replace(case, danger=(words,)), self._danger_event(case.id, person)
                )
                await self._alarm(work, case.id)

    async def ask_human(self, work: Work, *, person: PersonId, text: str) -> None:
        """Have somebody of the centre call the person back."""
        staff = await on_duty(work)
        for member in staff[:1]:
            await self.notices.post(
                work,
                NoticeKind.ASKED_FOR_HUMAN,
                case_id=None,
                to_staff=member.id,
                facts={"person": person, "text": text[:LONGEST_REQUEST]},
            )

    async def keep_fetchable(
        self,
        work: Work,
        *,
        person: PersonId,
        media_id: MediaId,
        appid: str,
        platform_id: str,
        kind: str,
    ) -> None:
        """Note a picture or voice that has to be fetched before it expires at the platform."""
        await work.media.add(
            Medium(
                id=media_id,
                person_id=person,
                case_id=None,
                kind=kind,
                appid=appid,
                platform_id=platform_id,
                received_at=self.clock(),
            )
        )
        await work.jobs.add(FetchPicture(media_id), key=f"media-{media_id}")

    async def fetch(self, job: FetchPicture) -> None:
        """Fetch the original bytes, keep them with their hash; never recompressed."""
        async with self.store.read() as work:
            medium = await work.media.get(job.media_id)
        chat = self.chats.get(medium.appid)
        if medium.object_key or chat is None:
            return
        try:
            data, content_type = await chat.fetch(medium.platform_id)
        except Refusal:
            return  # expired there: the row without object tells so
        await self._keep(medium, data, content_type)

    async def keep_upload(self, resident: Resident, data: bytes, content_type: str) -> MediaId:
        """Keep a picture that a resident sent from a page."""
        signature = PICTURES.get(content_type)
        if signature is None or not data.startswith(signature):
            raise BadInput("picture", "JPEG or PNG")
        if len(data) > LARGEST_UPLOAD:
            raise BadInput("picture", "10 MiB at most")
        medium = Medium(
            id=MediaId(self.chance.id()),
            person_id=resident.id,
            case_id=None,
            kind="image",
            appid="",
            platform_id="",
            received_at=self.clock(),
        )
        async with self.store.begin() as work:
            await work.media.add(medium)
        await self._keep(medium, data, content_type)
        return medium.id

    async def medium(self, actor: Actor, case_id: CaseId, media_id: MediaId) -> tuple[bytes, str]:
        """Return a picture of a case to somebody who may see its story."""
        async with self.store.read() as work:
            case = await work.cases.get(case_id, scope_of(actor))
            if not can(actor, Action.SEE_STORY, case).allow:
                raise NotFound(case_id)
            medium = await work.media.get(media_id)
        if medium.case_id != case_id or not medium.object_key:
            raise NotFound(media_id)
        return await self.objects.get(medium.object_key), medium.content_type

    async def known(self, work: Work, person: Person, talk: Talk) -> Known:
        """Tell a dialogue what it may know of the person it talks to."""
        scope = scope_of(Resident(id=person.id))
        cases, _ = await work.cases.page(scope, _ANY, limit=5)
        lines = [await self._line(work, case, person.id) for case in cases]
        duty = await on_duty(work)
        return Known(
            talk=talk,
            named=bool(person.name and person.phone),
            cases=tuple(lines),
            office_phone=self.centre.phone,
            hotline_name=duty[0].name if duty else self.centre.name,
            pages_url=self.centre.public_url,
        )

    async def _line(self, work: Work, case: Case, person: PersonId) -> CaseLine:
        step = await next_step(work, case)
        token = await work.tokens.text(Purpose.CASE, case.id)
        return CaseLine(
            case_id=case.id,
            number=case.number,
            state=CASE_STATES[case.state],
            next_step=step.words,
            due=step.due,
            code_url=self.centre.case_code(token),
            open_url=await page_for(work, case, person, self.centre.public_url),
        )

    async def _case(self, work: Work, report: Report, reporter: PersonId) -> Case:
        year = self.clock().astimezone(self.centre.zone).year
        count = await work.cases.next_number("case", year)
        cells = await work.cells.all()
        mediators = await those_with(work, Role.MEDIATOR)
        proposal = propose(
            report.story,
            report.spot,
            cells=cells,
            mediators=mediators,
            open_cases=await work.cases.open_counts(),
        )
        cell = next((cell for cell in cells if cell.id == proposal.cell.value), None)
        return Case(
            id=CaseId(self.chance.id()),
            number=f"〔{year}〕{self.centre.number_word}综字第{count:04d}号",
            reporter=reporter,
            story=_story(report),
            spot=report.spot,
            region=cell.region if cell else self.centre.region,
            reported_at=self.clock(),
            proposal=proposal,
            parties=(Party(person_id=reporter, side=Side.APPLICANT),),
            media=report.media,
        )

    async def _attach(self, work: Work, case: Case) -> None:
        for media_id in case.media:
            medium = await work.media.get(media_id)
            if medium.person_id != case.reporter or medium.case_id is not None:
                raise NotFound(media_id)
            await work.media.save(replace(medium, case_id=case.id))

    async def _give_code(self, work: Work, case: Case) -> Filed:
        secret = self.chance.id()
        await work.tokens.add(
            secret, Token(purpose=Purpose.CASE, subject=case.id, case_id=case.id), keep_text=True
        )
        address = self.centre.case_code(secret)
        key = f"codes/{case.id}.png"
        await self.objects.put(key, self.pictures.png(address))
        return Filed(
            case_id=case.id, case_number=case.number, code_url=address, code_picture_key=key
        )

    async def _alarm(self, work: Work, case_id: CaseId) -> None:
        """Tell the first on duty now and let the next one follow after 60 s."""
        for member in (await on_duty(work))[:1]:
            await self.notices.post(
                work,
                NoticeKind.ALARM,
                case_id=case_id,
                to_staff=member.id,
                facts={"url": self.centre.desk_page(case_id), "turn": "1"},
            )
        at = self.clock() + TERMS[DueKind.DANGER].span
        await set_due(work, self.chance, DueKind.DANGER, case_id, at=at, version=1)

    def _danger_event(self, case_id: CaseId, person: PersonId) -> Event:
        return Event(
            subject=case_id,
            case_id=case_id,
            kind="case.danger",
            by=Resident(id=person).ref,
            at=self.clock(),
        )

    async def _keep(self, medium: Medium, data: bytes, content_type: str) -> None:
        key = f"media/{medium.id}"
        await self.objects.put(key, data)
        async with self.store.begin() as work:
            fresh = await work.media.get(medium.id)
            await work.media.save(
                replace(
                    fresh,
                    object_key=key,
                    sha256=hashlib.sha256(data).hexdigest(),
                    content_type=content_type,
                )
            )


def _story(report: Report) -> str:
    parts = [report.story.strip()]
    if report.others.strip():
        parts.append(OTHERS_TOLD.format(others=report.others.strip()))
    if report.danger_told.strip():
        parts.append(DANGER_TOLD.format(told=report.danger_told.strip()))
    return "\n".join(parts)
