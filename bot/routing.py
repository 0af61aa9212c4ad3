"""A small router for chat messages: filters pick the handler, the handler returns the reply."""

from __future__ import annotations

import enum
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from domain.conversations import (
    Answer,
    FetchMedia,
    Incoming,
    Intent,
    Known,
    Link,
    MessageKind,
    RaiseAlarm,
    Reply,
    Talk,
)
from domain.ids import MediaId

Handler: TypeAlias = "Callable[[Turn], Awaitable[Reply | None]]"
Filter: TypeAlias = "Callable[[Turn], bool]"
Question: TypeAlias = "str | Callable[[Turn], str]"
T = TypeVar("T")

LAPSES_AFTER = timedelta(hours=24)  #: an older question is not what the person answers now
PAUSED = "paused"  #: the answer that holds the state a stopped dialogue goes on from
NOTES = "notes"  #: what was told besides, while another question was open
BESIDE = "beside:"  #: the answers of a question that is asked beside another begin so
HELD_FOR = "held-for:"  #: what is held for something else begins so, and outlives every dialogue
LEFT_OPEN = f"{BESIDE}from"  #: the question that stays open meanwhile, or none
UNDER = f"{BESIDE}under"  #: the question that a detour beside leads back to
SET_ASIDE = "set-aside:"  #: what was told beside and left begins so, and outlives every dialogue
ASKED_LAST = f"{SET_ASIDE}state"  #: the question it goes on from
COMES_BACK = f"{SET_ASIDE}comes-back"  #: it goes on by itself, after a small thing between
SHELVED = "shelved:"  #: what was stopped when something new was begun comes back after it
OFFERED = "offered"  #: a story that came while an earlier report waits to be finished
_OUTLIVES = (HELD_FOR, SET_ASIDE, SHELVED)  #: what outlives every dialogue
_TRAIL = "trail"
_LONGEST_COMMAND = 40  #: characters
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_GREETING = re.compile(r"^[\u60a8\u4f60]\u597d[\s\uff0c,\u3002.\uff01!\u3001]+(?=\S)")
_PUNCTUATION = " \t\r\n。.！!，,、；;：:“”\"'‘’（）()【】[]「」"


def _plain(name: str) -> str:
    """Give the name of an answer, wherever it waits."""
    return name.rpartition(":")[2]


class DialogueState(enum.StrEnum):
    """Base of every dialogue's states: what we last asked this person."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """One message in a dialogue, with what we last asked and what we know so far."""

    message: Incoming
    known: Known
    new_id: Callable[[], str]
    questions: Mapping[str, Question]
    state: str
    answers: dict[str, str]
    trail: list[str]
    passing: frozenset[str] = frozenset()  #: states of small talks that nobody comes back to
    lasting: frozenset[str] = frozenset()  #: states whose answers are kept also when asked beside
    human: str = ""  #: name of the member of staff who has the talk
    nearly: str = ""  #: what was said shortly before that is half of an alarm perhaps
    nearly_at: datetime | None = None
    intents: list[Intent] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The text as commands are compared: without greeting, marks around and blanks within."""
        said = self.message.text.strip(_PUNCTUATION)
        if len(said) > _LONGEST_COMMAND:
            return said
        return _BLANKS.sub("", _GREETING.sub("", said))

    @property
    def paused(self) -> bool:
        """Did the person stop in the middle, free to go on?"""
        return PAUSED in self.answers or self.set_aside

    @property
    def set_aside(self) -> bool:
        """Was something told beside, and left to go on with?"""
        return ASKED_LAST in self.answers

    @property
    def shelves(self) -> bool:
        """Does something stopped wait until something new is told to its end?"""
        return any(name.startswith(SHELVED) for name in self.answers)

    @property
    def told_nothing(self) -> bool:
        """Was nothing answered yet of what is being told?"""
        return all(name.startswith(_OUTLIVES) for name in self.answers)

    @property
    def tells_beside(self) -> bool:
        """Is something told beside that must not get lost, and open?"""
        return self.beside and bool(self._told_under())

    @property
    def tells(self) -> bool:
        """Is something being told, alone or beside, perhaps with something small between?"""
        return bool(self.telling) or self.tells_beside or COMES_BACK in self.answers

    @property
    def alarmed(self) -> bool:
        """Does this message speak of mortal danger?"""
        return any(isinstance(intent, RaiseAlarm) for intent in self.intents)

    @property
    def beside(self) -> bool:
        """Is the open question one that was asked beside another, or beside none?"""
        return LEFT_OPEN in self.answers

    @property
    def telling(self) -> str:
        """The question that is open apart from one asked beside it."""
        return self.answers.get(LEFT_OPEN, self.state)

    def ask_beside(self, state: DialogueState, **answers: str) -> Reply:
        """Ask something small; what was open, or stopped, stays so."""
        if self.state in self.lasting and state in self.lasting:
            self.finish_beside()
        if self.tells_beside:
            self._set_aside()
            self.answers[COMES_BACK] = "1"
        self.finish_beside()
        self._put_beside(state, answers)
        return Reply(text=self.question())

    def step_out(self) -> None:
        """Leave what was asked beside; the question that stayed open is the open one again.

        What was being told beside is kept to go on with; after something small it is asked again.
        """
        comes_back = COMES_BACK in self.answers and not self.tells_beside
        self._leave_beside()
        if comes_back:
            self._take_back()

    def finish_beside(self) -> None:
        """Forget what was asked and told beside; the question that stayed open is open again."""
        self.state = self.telling
        self._forget_those(BESIDE)

    def take_back(self, words: str) -> Reply:
        """Go on with what was told beside and set aside."""
        self._take_back()
        self._note_offered()
        return self.again(words)

    def drop_set_aside(self) -> None:
        """Forget what was told beside and set aside."""
        self._forget_those(SET_ASIDE)

    def _leave_beside(self) -> None:
        if self.tells_beside and not self._told_nothing_beside:
            self._set_aside()
        self.finish_beside()

    @property
    def _told_nothing_beside(self) -> bool:
        return all(name in (LEFT_OPEN, UNDER) for name in self._named(BESIDE))

    def _set_aside(self) -> None:
        """Keep what was told beside, and which question is open."""
        asked = self._told_under()
        if self.state != asked:
            self.trail.pop()  # the detour
        self.drop_set_aside()
        self.answers[ASKED_LAST] = asked
        for name in self._named(BESIDE):
            if name not in (LEFT_OPEN, UNDER):
                self.answers[f"{SET_ASIDE}{name.removeprefix(BESIDE)}"] = self.answers[name]

    def _take_back(self) -> None:
        asked = self.answers[ASKED_LAST]
        kept = {
            name.removeprefix(SET_ASIDE): self.answers[name]
            for name in self._named(SET_ASIDE)
            if name not in (ASKED_LAST, COMES_BACK)
        }
        self.drop_set_aside()
        self._put_beside(asked, kept)

    def _put_beside(self, state: str, answers: Mapping[str, str]) -> None:
        self.answers[LEFT_OPEN] = self.state
        self.answers.update({f"{BESIDE}{name}": value for name, value in answers.items()})
        self.state = state

    def _told_under(self) -> str:
        return self.state if self.state in self.lasting else self.answers.get(UNDER, "")

    def _named(self, prefix: str) -> list[str]:
        return [name for name in self.answers if name.startswith(prefix)]

    def _forget_those(self, prefix: str) -> None:
        for name in self._named(prefix):
            del self.answers[name]

    def done(self, words: str, *links: Link) -> Reply:
        """Say the last word of what was asked beside, and go back."""
        if not self.tells_beside:
            self.step_out()
        return self.aside(words, *links)

    def ask(self, state: DialogueState, **answers: str) -> Reply:
        """Ask the next question and remember the answers; one asked before is returned to."""
        self.answers.update(answers)
        if state in self.trail:
            del self.trail[self.trail.index(state) :]
        elif self.state:
            self.trail.append(self.state)
        self.state = state
        return Reply(text=self.question())

    def detour(self, state: DialogueState) -> Reply:
        """Ask something again without forgetting where we were."""
        if self.tells_beside:
            self.answers[UNDER] = self.state
        self.trail.append(self.state)
        self.state = state
        return Reply(text=self.question())

    def end_detour(self) -> None:
        """Go back to the question that the detour left open."""
        self.state = self.trail.pop()
        self.answers.pop(UNDER, None)

    def again(self, words: str) -> Reply:
        """Say something and repeat the open question."""
        return Reply(text=f"{words}\n\n{self.question()}" if self.state else words)

    def aside(self, words: str, *links: Link) -> Reply:
        """Answer something else; the open question stays open."""
        return Reply(text=self.again(words).text, links=links)

    def back(self) -> Reply:
        """Ask the question before this one."""
        self.state = self.trail.pop()
        return Reply(text=self.question())

    def pause(self) -> None:
        """Stop here; everything told so far is kept; a small talk and an empty one are over."""
        if self.state in self.passing:
            self.state = ""
            return
        if self.told_nothing:
            self.end("")
            return
        self.answers[PAUSED] = self.state
        self.state = ""

    def put_by(self) -> None:
        """Stop all that is being told, alone and beside; it goes on only when the person says."""
        self._leave_beside()
        self.answers.pop(COMES_BACK, None)
        if self._named(SET_ASIDE) == [ASKED_LAST]:
            self.drop_set_aside()
        if self.state:
            self.pause()

    def resume(self, words: str) -> Reply:
        """Go on where the person stopped."""
        self.state = self.answers.pop(PAUSED)
        self._note_offered()
        return self.again(words)

    def shelve(self) -> None:
        """Keep what was stopped until something new is told to its end."""
        for name in [name for name in self.answers if not name.startswith(_OUTLIVES)]:
            self.answers[f"{SHELVED}{name}"] = self.answers.pop(name)
        self.answers[f"{SHELVED}{_TRAIL}"] = " ".join(self.trail)

    def _unshelve(self) -> None:
        for name in self._named(SHELVED):
            self.answers[name.removeprefix(SHELVED)] = self.answers.pop(name)
        self.trail.extend(self.answers.pop(_TRAIL, "").split())

    def _note_offered(self) -> None:
        if offered := self.answers.pop(OFFERED, ""):
            self.note(offered)

    def begin(self, state: DialogueState) -> Reply:
        """Start from the first question, with nothing told yet."""
        self._forget()
        self.trail.clear()
        self.state = state
        return Reply(text=self.question())

    def end(self, words: str, *links: Link) -> Reply:
        """Say the last word of this dialogue."""
        self.state = ""
        self._forget()
        self.trail.clear()
        self._unshelve()
        return Reply(text=words, links=links)

    def _forget(self) -> None:
        self.answers.pop(COMES_BACK, None)
        for name in [name for name in self.answers if not name.startswith(_OUTLIVES)]:
            del self.answers[name]

    def note(self, words: str) -> None:
        """Keep what was told besides."""
        notes = f"{BESIDE}{NOTES}" if self.tells_beside else NOTES
        self.answers[notes] = f"{self.answers.get(notes, '')}\n{words}".strip()

    def has_told(self, name: str) -> bool:
        """Was this told, in anything open, stopped or put by?"""
        return any(_plain(one) == name for one in self.answers)

    def drop_named(self, name: str) -> None:
        """Forget this one answer, in everything open, stopped or put by."""
        for one in [one for one in self.answers if _plain(one) == name]:
            del self.answers[one]

    def drop_all(self) -> None:
        """Forget everything that was told and not handed in, wherever it waits."""
        self.state = ""
        self.trail.clear()
        for one in [one for one in self.answers if not one.startswith(HELD_FOR)]:
            del self.answers[one]

    def wants(self, intent: Intent) -> None:
        """Have this done with the message."""
        self.intents.append(intent)

    def fetch(self) -> MediaId:
        """Have the picture or voice of this message fetched, and give our id for it."""
        media_id, told = MediaId(self.new_id()), self.message
        self.wants(FetchMedia(media_id=media_id, platform_id=told.media_id, kind=told.kind))
        return media_id

    def question(self) -> str:
        """Return the words of the open question."""
        asked = self.questions[self.state]
        return asked if isinstance(asked, str) else asked(self)

    def lapse(self) -> None:
        """Take an old open question, or one this version no longer asks, as stopped."""
        changed = self.known.talk.changed_at
        old = changed is not None and self.message.sent_at - changed > LAPSES_AFTER
        while self.beside and (old or self.state not in self.questions):
            self.step_out()
        if self.answers.get(ASKED_LAST, "") not in ("", *self.questions):
            self.drop_set_aside()
        if self.state and self.state not in self.questions:
            self.state = ""
        elif self.state and old:
            self.pause()

    def answer(self, reply: Reply) -> Answer:
        """Return what the desk has to do now."""
        talk = Talk(
            state=self.state,
            answers=dict(self.answers),
            trail=tuple(self.trail),
            changed_at=self.known.talk.changed_at,
            human=self.human,
            nearly=self.nearly,
            nearly_at=self.nearly_at,
        )
        return Answer(reply=reply, talk=talk, intents=tuple(self.intents))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a handler is for; what is not named may be anything."""

    kinds: frozenset[MessageKind] | None = None
    words: frozenset[str] | None = None  #: the text, without the punctuation around it
    states: frozenset[str] | None = None  #: the open question
    besides: tuple[Filter, ...] = ()

    def __call__(self, turn: Turn) -> bool:
        """Is the handler for this message?"""
        return (
            _has(self.kinds, turn.message.kind)
            and _has(self.words, turn.said)
            and self.is_open_for(turn)
        )

    def is_open_for(self, turn: Turn) -> bool:
        """Does it fit to the open question, and to whatever else it asks for?"""
        return _has(self.states, turn.state) and all(wants(turn) for wants in self.besides)


def text(*words: str) -> Wanted:
    """Match a text message, any of these words or, with none, every text."""
    return Wanted(frozenset({MessageKind.TEXT}), frozenset(words) if words else None)


def kind(*kinds: MessageKind) -> Wanted:
    """Match messages of these kinds."""
    return Wanted(frozenset(kinds))


def event(*names: str) -> Wanted:
    """Match an event by its name in lower case."""
    named = frozenset(names)
    return Wanted(
        frozenset({MessageKind.EVENT}), besides=(lambda turn: turn.message.event in named,)
    )


def click(*keys: str) -> Wanted:
    """Match a tap on our menu."""
    tapped = frozenset(keys)
    return every(event("click"), lambda turn: turn.message.event_key in tapped)


def during(*states: DialogueState) -> Wanted:
    """Match while the dialogue waits for the answer to one of these questions."""
    return Wanted(states=frozenset(states))


def every(*filters: Filter) -> Wanted:
    """Match what all of them match; without any, everything."""
    wanted = [one if isinstance(one, Wanted) else Wanted(besides=(one,)) for one in filters]
    return Wanted(
        kinds=_common(one.kinds for one in wanted),
        words=_common(one.words for one in wanted),
        states=_common(one.states for one in wanted),
        besides=tuple(condition for one in wanted for condition in one.besides),
    )


def _has(wanted: frozenset[T] | None, one: T) -> bool:
    return wanted is None or one in wanted


def _common(wanted: Iterable[frozenset[T] | None]) -> frozenset[T] | None:
    named = [one for one in wanted if one is not None]
    return frozenset.intersection(*named) if named else None


@dataclass(slots=True)
class Router:
    """An ordered list of handlers; the first whose filter matches, and who has a reply, answers."""

    name: str
    questions: dict[str, Question] = field(default_factory=dict)
    stories: frozenset[str] = frozenset()  #: the questions whose answer may speak of danger
    passing: bool = False  #: a small talk: stopped, it is over, and what waits goes on waiting
    passing_states: frozenset[str] = frozenset()
    lasting: frozenset[str] = frozenset()  #: what is told there beside something else is kept
    handlers: list[tuple[Wanted, Handler]] = field(default_factory=list)
    _named: set[str] = field(default_factory=set)  #: every word that a handler names
    _places: dict[tuple[MessageKind, str | None], list[int]] = field(default_factory=dict)

    def on(self, *filters: Filter) -> Callable[[Handler], Handler]:
        """Register the decorated handler."""

        def register(handler: Handler) -> Handler:
            self._add((every(*filters), handler))
            return handler

        return register

    def include(self, *routers: Router) -> None:
        """Append every handler and question of these routers, in order."""
        for router in routers:
            self._add(*router.handlers)
            self.questions.update(router.questions)
            self.stories |= router.stories
            self.lasting |= router.lasting
            if router.passing:
                self.passing_states |= frozenset(router.questions)

    async def answer(self, turn: Turn) -> Reply | None:
        """Return the reply of the first handler that has one, or nothing."""
        begin = 0
        while (place := self._next(turn, begin)) is not None:
            _, handler = self.handlers[place]
            reply = await handler(turn)
            if reply is not None:
                return reply
            begin = place + 1
        return None

    def _add(self, *handlers: tuple[Wanted, Handler]) -> None:
        self.handlers.extend(handlers)
        self._named.update(*(wanted.words or () for wanted, _ in handlers))
        self._places.clear()

    def _next(self, turn: Turn, begin: int) -> int | None:
        """Find the next handler; the one before may have put the message in other words."""
        for place in self._of(turn.message.kind, turn.said):
            if place >= begin and self.handlers[place][0].is_open_for(turn):
                return place
        return None

    def _of(self, kind: MessageKind, said: str) -> list[int]:
        """Find the handlers for this kind and these words; words that none names are all alike."""
        named = said if said in self._named else None
        if (found := self._places.get((kind, named))) is None:
            found = [
                place
                for place, (wanted, _) in enumerate(self.handlers)
                if _has(wanted.kinds, kind) and (wanted.words is None or named in wanted.words)
            ]
            self._places[kind, named] = found
        return found
