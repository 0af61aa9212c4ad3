"""What was made out in a voice is the person's word only once they say so."""

from __future__ import annotations

from dataclasses import replace

from bot import listening
from bot.passing_on import ForHuman
from bot.routing import DialogueState, Router, Turn, during, kind, text
from bot.texts import voices as texts
from domain.conversations import JudgeHeard, MessageKind, Reply
from domain.ids import MediaId

HEARD = "voice-heard"  #: the answer that holds what we ask about
HEARD_IN = "voice-heard-in"  #: and in which voices


class Asked(DialogueState):
    """What we last asked whoever spoke."""

    RIGHT = "voice:right"


def _is_it_right(turn: Turn) -> str:
    return texts.IS_IT_RIGHT.format(heard=turn.answers.get(HEARD, ""))


router = Router("voice", questions={Asked.RIGHT: _is_it_right})
last = Router("voice-last")


def take_as_said(turn: Turn) -> None:
    """Let a yes stand for the words it confirms, as if the person had written them."""
    yes = turn.message.kind is MessageKind.TEXT and turn.said in texts.RIGHT
    if turn.state != Asked.RIGHT or turn.human or not yes:
        return
    heard = turn.answers.get(HEARD, "")
    _judge(turn, right=True)
    turn.message = replace(turn.message, text=heard)


@router.on(kind(MessageKind.HEARD))
async def ask_whether_right(turn: Turn) -> Reply:
    """Offer what was heard, if the question it answers is still open."""
    if turn.human or turn.state in set(ForHuman):
        return Reply(text="")  # who is asked by a human is not asked by a machine too
    heard = turn.message.text.strip()
    asking = turn.state == Asked.RIGHT
    if not listening.was_awaited(turn, turn.trail[-1] if asking else turn.state):
        return _too_late(turn, heard)
    if not heard:
        return turn.again(texts.NOT_CLEAR)
    turn.answers[HEARD] = "\n".join(filter(None, (turn.answers.get(HEARD, ""), heard)))
    turn.answers[HEARD_IN] = f"{turn.answers.get(HEARD_IN, '')} {turn.message.media_id}".strip()
    return Reply(text=turn.question()) if asking else turn.detour(Asked.RIGHT)


@router.on(text(*texts.WRONG), during(Asked.RIGHT))
async def say_again(turn: Turn) -> Reply:
    """Nothing was understood right: ask for it again."""
    _judge(turn, right=False)
    return turn.again(texts.SAY_AGAIN)


@router.on(kind(*(set(MessageKind) - {MessageKind.EVENT, MessageKind.HEARD})), during(Asked.RIGHT))
async def answer_otherwise(turn: Turn) -> None:
    """Whoever writes, shows or says it again answers the question before."""
    _leave(turn)


@last.on(kind(MessageKind.VOICE))
async def listen(turn: Turn) -> Reply | None:
    """Listen to a voice that no dialogue has taken, if the centre can."""
    return listening.fetch_and_await(turn) if turn.known.listens else None


def _judge(turn: Turn, *, right: bool) -> None:
    for media_id in turn.answers.get(HEARD_IN, "").split():
        turn.wants(JudgeHeard(media_id=MediaId(media_id), right=right))
    _leave(turn)


def _leave(turn: Turn) -> None:
    """Return to the question that was open when the voice came."""
    turn.answers.pop(HEARD, None)
    turn.answers.pop(HEARD_IN, None)
    turn.state = turn.trail.pop()


def _too_late(turn: Turn, heard: str) -> Reply:
    """The talk went on meanwhile: what was heard answers nothing any more."""
    if turn.message.media_id in turn.answers.get("media", "").split():
        return Reply(text=texts.KEPT_BESIDE)
    return Reply(text=texts.NOT_TAKEN.format(heard=heard) if heard else texts.NOT_CLEAR)
