"""The bot as the desk sees it: every dialogue behind one question and one answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.dialogues import (
    asking,
    cases,
    guide,
    human,
    privacy,
    rating,
    report,
    room,
    steps,
    tidings,
    welcome,
)
from bot.routing import Router, Turn
from bot.texts import chat as texts
from domain.conversations import Answer, Incoming, Known, MessageKind, Reply
from domain.danger import alarms
from domain.glances import MoreToKnow
from domain.ports.outside import Chance

logger = logging.getLogger(__name__)

ROUTER = Router("bot")
ROUTER.include(
    guide.menu,
    tidings.router,
    welcome.router,
    steps.router,
    human.router,
    cases.router,
    privacy.router,
    room.router,
    rating.router,
    asking.router,
    guide.router,
    report.router,
    report.last,
    rating.last,
    guide.last,
)


@dataclass(frozen=True, slots=True)
class Bot:
    """Answers a message from what is known; words of mortal danger come before everything."""

    chance: Chance

    async def answer(self, message: Incoming, known: Known) -> Answer:
        """Say what to reply, how the talk goes on, and what is to be done."""
        turn = Turn(
            message=message,
            known=known,
            new_id=self.chance.id,
            questions=ROUTER.questions,
            state=known.talk.state,
            answers=dict(known.talk.answers),
            trail=list(known.talk.trail),
            passing=ROUTER.passing_states,
            human=known.talk.human,
        )
        try:
            return turn.answer(await _reply(turn))
        except MoreToKnow:
            raise
        except Exception:
            logger.exception("a dialogue failed in state %s", known.talk.state)
            return Answer(reply=Reply(text=texts.sorry(known)), talk=known.talk)


async def _reply(turn: Turn) -> Reply:
    turn.lapse()
    _look_for_danger(turn)
    if turn.alarmed and turn.state not in ROUTER.stories:
        turn.step_out()
    reply: Reply | None
    if human.has_human(turn):
        reply = human.pass_on(turn)
    elif turn.alarmed and turn.state and turn.state not in ROUTER.stories:
        turn.note(turn.message.text.strip())
        reply = Reply(text=turn.question())
    else:
        reply = await ROUTER.answer(turn)
    if reply is None:
        raise LookupError(turn.message.kind)
    if not turn.alarmed:
        return reply
    return replace(reply, text=f"{texts.help_first(turn.known)}\n\n{reply.text}".strip())


def _look_for_danger(turn: Turn) -> None:
    if turn.message.kind is not MessageKind.TEXT:
        return
    found = alarms(turn.message.text)
    if found:
        turn.wants(
            report.alarm(
                turn,
                words="、".join(alarm.words for alarm in found),
                kind=found[0].kind,
                text=turn.message.text,
            )
        )
