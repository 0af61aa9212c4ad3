"""The bot as the desk sees it: every dialogue behind one question and one answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import daily, ringing
from bot.bare_answers import only_answers
from bot.dialogues import (
    asking,
    cases,
    checks,
    distress,
    errands,
    guarding,
    guide,
    human,
    inquiring,
    matter_answers,
    matter_more,
    matters,
    privacy,
    rating,
    report,
    room,
    steps,
    tidings,
    voice,
    welcome,
)
from bot.passing_on import ForHuman
from bot.routing import Router, Turn
from bot.texts import chat as texts
from bot.texts import danger as danger_texts
from bot.texts import voices
from domain.conversations import (
    Answer,
    Incoming,
    Known,
    Link,
    MessageKind,
    RaiseAlarm,
    Reply,
    Talk,
)
from domain.danger import LONGEST_PIECE, Alarm, Danger, alarms, hear, told_together
from domain.glances import MoreToKnow
from domain.ids import MediaId
from domain.long_answers import PAGE
from domain.ports.outside import Chance

logger = logging.getLogger(__name__)
MOST_KEPT = 10_000  #: characters of a talk; a report or matter that is made of it takes more
SHORTLY = timedelta(minutes=5)  #: so long two messages may tell one thing

ROUTER = Router("bot")
ROUTER.include(
    distress.first,
    guide.menu,
    tidings.router,
    welcome.router,
    voice.router,
    human.first,
    matters.first,
    matter_answers.first,
    matter_more.first,
    steps.router,
    inquiring.router,
    human.router,
    cases.router,
    privacy.router,
    guarding.router,
    checks.router,
    room.router,
    rating.router,
    asking.router,
    errands.router,
    guide.router,
    matters.router,
    matter_answers.router,
    matter_more.router,
    matter_answers.free,
    report.router,
    matter_answers.last,
    rating.last,
    distress.last,
    human.last,
    report.last,
    voice.last,
    guide.last,
)


@dataclass(frozen=True, slots=True)
class Bot:
    """Answers a message from what is known; words of mortal danger come before everything."""

    chance: Chance

    async def answer(self, message: Incoming, known: Known) -> Answer:
        """Say what to reply, how the talk goes on, and what is to be done."""
        turn = self._turn(message, known)
        try:
            answer = replace(turn.answer(await _reply(turn)), door=_door(turn))
            if _has_room(answer.talk) or not _grew(answer.talk, known.talk):
                return answer
            return _without(turn, self._turn(message, known))
        except MoreToKnow:
            raise
        except Exception:
            logger.exception("a dialogue failed in state %s", known.talk.state)
            return Answer(reply=Reply(text=texts.sorry(known)), talk=known.talk)

    def _turn(self, message: Incoming, known: Known) -> Turn:
        return Turn(
            message=message,
            known=known,
            new_id=self.chance.id,
            questions=ROUTER.questions,
            state=known.talk.state,
            answers=dict(known.talk.answers),
            trail=list(known.talk.trail),
            passing=ROUTER.passing_states,
            lasting=ROUTER.lasting,
            human=known.talk.human,
            nearly=known.talk.nearly,
            nearly_at=known.talk.nearly_at,
        )


def _length(talk: Talk) -> int:
    return sum(map(len, talk.answers.values()))


def _has_room(talk: Talk) -> bool:
    return _length(talk) <= MOST_KEPT


def _grew(talk: Talk, before: Talk) -> bool:
    return _length(talk) > _length(before)


def _without(turn: Turn, before: Turn) -> Answer:
    """Say that this message can't be kept, rather than a part of it; an alarm in it rings."""
    before.intents = [one for one in turn.intents if isinstance(one, RaiseAlarm)]
    before.nearly, before.nearly_at = turn.nearly, turn.nearly_at
    if not distress.is_theirs(before):
        reply = before.again(texts.no_room(turn.known))
        return before.answer(_help_first(turn, reply) if turn.alarmed else reply)
    told = distress.open_talk(before)
    return before.answer(
        _help_first(turn, replace(told, text=f"{texts.no_room(turn.known)}\n\n{told.text}"))
    )


async def _reply(turn: Turn) -> Reply:
    distress.let_go_after_a_day(turn)
    if not human.is_awaited(turn):
        turn.lapse()
    voice.take_as_said(turn)
    _look_for_danger(turn)
    shelved = turn.shelves
    if human.has_human(turn):
        reply = human.answer(turn)
        distress.warn_human(turn)
    else:
        reply = await _machine_s(turn)
    distress.come_back(turn)
    distress.let_read_on(turn)
    if shelved and not turn.shelves and not turn.alarmed:
        reply = replace(reply, text=f"{reply.text}\n\n{texts.STILL_UNFINISHED}")
    return _help_first(turn, reply) if turn.alarmed else reply


async def _machine_s(turn: Turn) -> Reply:
    """Answer as the machine; whoever is in danger talks with a human from now on."""
    if turn.alarmed and turn.state in set(ForHuman):
        return distress.open_talk(turn)
    reply = _noted(turn) or await ROUTER.answer(turn)
    report.keep_spoken(turn)
    if turn.message.kind is MessageKind.HEARD and turn.alarmed:
        distress.call_beside(turn)  # what a machine heard is asked about first
    elif distress.is_theirs(turn):
        return distress.open_talk(turn)
    if reply is None:
        raise LookupError(turn.message.kind)
    return reply


def _noted(turn: Turn) -> Reply | None:
    """Keep danger that was told where something else was asked; who mends a lamp never reads it."""
    if not _says_danger_besides(turn):
        return None
    if not turn.tells_beside:
        turn.step_out()
    if not turn.state:
        return None
    if not daily.may_become_one(turn):
        turn.note(turn.message.text.strip())
    return Reply(text=turn.question())


def _help_first(turn: Turn, reply: Reply) -> Reply:
    of_oneself = distress.puts_oneself_first(turn, now=_of_oneself(turn))
    words = danger_texts.help_first(turn.known, of_oneself=of_oneself)
    return replace(reply, text=f"{words}\n\n{reply.text}".strip())


def _of_oneself(turn: Turn) -> bool:
    """Is self-harm what the words speak of first?"""
    raised = [one for one in turn.intents if isinstance(one, RaiseAlarm)]
    heard = [found for one in raised for found in alarms(f"{one.before}\n{one.text}".strip())]
    return bool(heard) and heard[0].kind is Danger.SELF_HARM


def _door(turn: Turn) -> Link | None:
    """Give the way to where a long answer is in large print and can be heard; in danger none."""
    if turn.alarmed:
        return None
    return Link(title=texts.LISTEN_LINK, url=f"{turn.known.pages_url}/care?on=1&next={PAGE}")


def _says_danger_besides(turn: Turn) -> bool:
    """Did the person write of danger where something else was asked?"""
    told = turn.alarmed and turn.message.kind is MessageKind.TEXT
    return told and turn.state not in ROUTER.stories


def _look_for_danger(turn: Turn) -> None:
    if turn.message.kind is MessageKind.HEARD:
        _look_for_possible_danger(turn)
        return
    told = _told_in(turn.message)
    earlier, at = turn.nearly, turn.nearly_at
    found, together = _danger_in(turn, told) if told else ((), False)
    if not found:
        return
    raised = ringing.alarm(
        turn,
        words="、".join(alarm.words for alarm in found),
        text=told,
        before=earlier if together else "",
    )
    turn.wants(replace(raised, at=turn.message.sent_at, before_at=at if together else None))


def _danger_in(turn: Turn, told: str) -> tuple[Sequence[Alarm], bool]:
    """Judge a message, and with what was said shortly before where neither alarms alone.

    True if both were judged together: they stay two messages.  What rang is forgotten: nobody
    is called twice for the same words.  没有了 to a question is no word about what went before.
    """
    heard = hear(told)
    if not heard.alarms and only_answers(turn):
        return (), False
    earlier, at = turn.nearly, turn.nearly_at
    if at is None or turn.message.sent_at - at > SHORTLY:
        earlier = ""
    both = told_together(earlier, told) if earlier and not heard.alarms else ""
    found = heard.alarms or (alarms(both) if both else ())
    if found or not (earlier or heard.nearly):
        turn.nearly, turn.nearly_at = "", None
    elif heard.nearly:
        cut = told if len(told) <= LONGEST_PIECE else f"…{told[-LONGEST_PIECE:]}"
        turn.nearly, turn.nearly_at = cut, turn.message.sent_at
    return found, bool(found) and not heard.alarms


def _told_in(message: Incoming) -> str:
    """Give what a person says in a message: also in a link's title and beside a place."""
    if message.kind in {MessageKind.TEXT, MessageKind.LINK, MessageKind.CARD}:
        return "\n".join(filter(None, (message.title, message.text)))
    return message.label if message.kind is MessageKind.LOCATION else ""


def _look_for_possible_danger(turn: Turn) -> None:
    """Call somebody to listen at once: what a machine heard may be wrong, and may be true."""
    heard = turn.message.text
    if found := alarms(heard):
        raised = ringing.alarm(
            turn,
            words=voices.POSSIBLE_DANGER.format(words="、".join(one.words for one in found)),
            text=voices.UNCONFIRMED.format(heard=heard),
        )
        media = dict.fromkeys((*raised.media, MediaId(turn.message.media_id)))
        turn.wants(replace(raised, media=tuple(media)))
