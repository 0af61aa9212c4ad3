"""Warnings of fraud: is this text one (查一查), and which warnings somebody wants."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from domain.actors import Resident
from domain.consents import WARNINGS
from domain.fraud import LONGEST_TEXT, Verdict
from domain.fraud_words import SCRIPTS
from domain.guarding import Topic
from web.api.operations import Api
from web.api.shapes import Input, Words
from web.desks import Desks

api = Api("warnings")
SHOWN_WORDS = 5


class AskedAbout(Input):
    """The text that somebody got."""

    text: Annotated[Words, Field(description="收到的消息", min_length=2, max_length=LONGEST_TEXT)]


class LookedAt(BaseModel):
    """What it looks like; texts are empty where there is nothing to say."""

    verdict: Verdict
    script: str  #: how this fraud goes, in words
    words: tuple[str, ...]  #: what decided it
    danger: bool  #: somebody may be in mortal danger: the hot-lines first
    called: str  #: who was told of the danger, by name
    case_number: str  #: of the case in which the danger is
    gone: bool  #: money or a code is gone already: 110 first
    reviewed: str  #: what a human said of the same text
    others: str  #: how many others asked about it
    official: str  #: real numbers in it, which prove nothing


class Chosen(Input):
    """The warnings that are wanted; none of them: unsubscribed."""

    topics: frozenset[Topic]


class Wanted(BaseModel):
    """The warnings somebody wants, and the words they agree to by wanting them."""

    topics: tuple[Topic, ...]
    consent: tuple[str, ...]


@api.post("/my/checks", "查一查：这条消息是不是诈骗")
async def check_text(desks: Desks, actor: Resident, body: AskedAbout) -> LookedAt:
    """Say what a text looks like; what the machine cannot tell, a human looks at."""
    looked = await desks.warnings.look(actor, body.text)
    finding, alarm = looked.finding, looked.alarm
    sure = finding.verdict is not Verdict.UNSURE and finding.script is not None
    return LookedAt(
        verdict=finding.verdict,
        script=SCRIPTS[finding.script] if sure and finding.script else "",
        words=finding.words[:SHOWN_WORDS] if sure else (),
        danger=alarm is not None,
        called=await desks.alarms.who_was_called(actor) if alarm else "",
        case_number=alarm.case_number if alarm else "",
        gone=finding.gone,
        reviewed=looked.reviewed.strip(),
        others=looked.others,
        official=looked.official,
    )


@api.get("/my/warnings", "反诈提醒：订了哪些")
async def see_warnings(desks: Desks, actor: Resident) -> Wanted:
    """Name the warnings that somebody wants."""
    return Wanted(topics=await desks.warnings.topics(actor), consent=WARNINGS.words)


@api.put("/my/warnings", "反诈提醒：订阅或退订")
async def choose_warnings(desks: Desks, actor: Resident, body: Chosen) -> Wanted:
    """Keep which warnings somebody wants from now on."""
    await desks.warnings.choose(actor, body.topics)
    return Wanted(topics=await desks.warnings.topics(actor), consent=WARNINGS.words)
