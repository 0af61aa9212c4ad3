"""What a message of the chat causes, all of it within the message's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.conversations import (
    Answer,
    AskMediator,
    BindStaff,
    FetchMedia,
    FileReport,
    Follow,
    Incoming,
    Intent,
    JudgeHeard,
    PassOn,
    RaiseAlarm,
    RateCase,
    Reply,
    TakeNote,
    TellPlace,
)
from domain.errors import AlreadyRated
from domain.ids import CaseId, PersonId
from domain.media import Medium
from domain.ports.outside import Clock
from domain.ports.store import Work
from services.bindings import BindingDesk
from services.care import CareDesk
from services.filed import Filed
from services.followups import FollowUpDesk
from services.media import MediaDesk
from services.outreach import Outreach
from services.persons import ask_who
from services.questions import QuestionDesk
from services.raising import AlarmDesk
from services.reports import ReportDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an intent changed: a case that was filed, or told of, or other words to say."""

    case_id: CaseId | None = None
    filed: Filed | None = None
    shows_code: bool = True  #: in danger nobody needs a picture
    instead: str = ""  #: what to say in place of the dialogue's words

    def tell(self, reply: Reply) -> Reply:
        """Put what came of it into the reply."""
        if self.filed is not None:
            told = _with_case(reply, self.filed)
            return replace(told, picture=self.filed.code_url if self.shows_code else "")
        return replace(reply, text=self.instead) if self.instead else reply


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkDeeds:
    """Does what a dialogue wants done, and puts into its reply what came of it."""

    clock: Clock
    alarms: AlarmDesk
    reports: ReportDesk
    care: CareDesk
    followups: FollowUpDesk
    questions: QuestionDesk
    media: MediaDesk
    bindings: BindingDesk
    outreach: Outreach

    async def do(
        self, work: Work, answer: Answer, incoming: Incoming, person: PersonId
    ) -> tuple[Reply, CaseId | None]:
        """Do everything that is wanted, in turn; give the whole reply and the case it changed."""
        reply, case_id = answer.reply, None
        for intent in answer.intents:
            await self._carry_out(work, intent, incoming, person)
            effect = await self._for_case(work, intent, person)
            if effect is not None:
                reply, case_id = effect.tell(reply), effect.case_id or case_id
            facts = await self.care.carry_out(work, intent, incoming, person)
            reply = _with_facts(reply, facts)
        return reply, case_id

    async def _for_case(self, work: Work, intent: Intent, person: PersonId) -> Effect | None:
        """Do what the dialogue wants done to one of the person's cases."""
        match intent:
            case FileReport():
                return await self._file(work, intent, person)
            case RaiseAlarm() | TellPlace() | PassOn(for_alarm=True):
                return await self._alarm(work, intent, person)
            case AskMediator(case_id=case_id, text=text):
                await self.questions.ask(work, case_id, person=person, text=text)
                return Effect(case_id=case_id)
            case RateCase():
                return await self._rate(work, intent, person)
            case BindStaff(code=code, refused=refused):
                bound = await self.bindings.bind(work, person, code)
                return None if bound else Effect(instead=refused)
            case _:
                return None

    async def _alarm(
        self, work: Work, intent: RaiseAlarm | TellPlace | PassOn, person: PersonId
    ) -> Effect | None:
        if isinstance(intent, PassOn):
            shown = intent.media_id and await self.alarms.show(work, intent.media_id, person)
            return Effect(case_id=shown) if shown else None
        if isinstance(intent, TellPlace):
            placed = await self.alarms.tell_place(work, intent, person=person)
            return Effect(case_id=placed.case_id) if placed else None
        filed = await self.alarms.raise_alarm(work, intent, person=person)
        return Effect(case_id=filed.case_id, filed=filed, shows_code=False)

    async def _carry_out(
        self, work: Work, intent: Intent, incoming: Incoming, person: PersonId
    ) -> None:
        """Do what the dialogue wants done that is about no case."""
        match intent:
            case FetchMedia() | JudgeHeard():
                await self._look_after(work, intent, incoming, person)
            case Follow(following=following):
                await self._follow(work, incoming, person, following=following)
            case TakeNote():
                await self.outreach.take_note(work, incoming)

    async def _file(self, work: Work, told: FileReport, person: PersonId) -> Effect:
        if told.helped is None:
            filed = await self.reports.file(work, told.report, reporter=person)
        elif await self.reports.may_help(work, person):
            filed = await self.reports.file_for(work, told.report, told.helped, teller=person)
        else:
            return Effect(instead=told.refused)
        return Effect(case_id=filed.case_id, filed=filed)

    async def _rate(self, work: Work, rating: RateCase, person: PersonId) -> Effect:
        try:
            await self.followups.rate_by_chat(
                work, rating.case_id, person=person, stars=rating.stars, words=rating.words
            )
        except AlreadyRated:
            return Effect(case_id=rating.case_id, instead=rating.rated_before)
        return Effect(case_id=rating.case_id)

    async def _look_after(
        self, work: Work, intent: FetchMedia | JudgeHeard, incoming: Incoming, person: PersonId
    ) -> None:
        if isinstance(intent, FetchMedia):
            await self.media.keep_fetchable(work, self._medium(intent, incoming, person))
        else:
            await self.media.judge(work, intent.media_id, person=person, right=intent.right)

    def _medium(self, wanted: FetchMedia, incoming: Incoming, person: PersonId) -> Medium:
        return Medium(
            id=wanted.media_id,
            person_id=person,
            case_id=None,
            kind=wanted.kind,
            appid=incoming.appid,
            openid=incoming.openid,
            platform_id=wanted.platform_id,
            received_at=self.clock(),
        )

    async def _follow(
        self, work: Work, incoming: Incoming, person: PersonId, *, following: bool
    ) -> None:
        for known in await work.people.identities(person):
            if (known.appid, known.openid) == (incoming.appid, incoming.openid):
                await work.people.link(replace(known, following=following))
                if following and not known.unionid:
                    await ask_who(work, incoming.appid, incoming.openid, about=incoming.key)


def _with_facts(reply: Reply, facts: Mapping[str, str]) -> Reply:
    """Put into the reply what only the ledger knows."""
    text = _filled(reply.text, facts)
    links = tuple(replace(link, url=_filled(link.url, facts)) for link in reply.links)
    return replace(reply, text=text.strip() if facts else text, links=links)


def _filled(words: str, facts: Mapping[str, str]) -> str:
    for name, fact in facts.items():
        words = words.replace(f"{{{name}}}", fact)
    return words


def _with_case(reply: Reply, filed: Filed) -> Reply:
    """Put the number and the code of the new case into the reply."""

    def told(words: str) -> str:
        facts = {
            "{alarm_told}": filed.alarm_told,
            "{case_number}": filed.case_number,
            "{case_code}": filed.code_url,
        }
        for name, fact in facts.items():
            words = words.replace(name, fact)
        return words

    return Reply(
        text=told(reply.text),
        links=tuple(replace(link, url=told(link.url)) for link in reply.links),
    )
