"""A grid worker reports for a resident: who, reached how, agreed how; then the report itself."""

from __future__ import annotations

from bot.guidance import Asked as Told
from bot.helping import FOR_AGREED, FOR_NAME, FOR_PHONE
from bot.routing import PAUSED, DialogueState, Router, Turn, during, kind, text
from bot.texts import chat
from bot.texts import errands as texts
from domain.conversations import BindStaff, MessageKind, Reply
from domain.errors import BadInput
from domain.helping import LONGEST_NAME, HowAgreed
from domain.matters import MOST_MEDIA
from domain.phones import e164


class Asked(DialogueState):
    """What we last asked the grid worker."""

    NAME = "errand:name"
    PHONE = "errand:phone"
    AGREED = "errand:agreed"
    MANDATE = "errand:mandate"


router = Router(
    "errands",
    questions={
        Asked.NAME: texts.WHOSE_NAME,
        Asked.PHONE: texts.WHOSE_PHONE,
        Asked.AGREED: texts.IS_IT_AGREED,
        Asked.MANDATE: texts.MANDATE,
    },
)


@router.on(text(), lambda turn: texts.BIND.fullmatch(turn.said) is not None)
async def bind(turn: Turn) -> Reply | None:
    """Let a member of staff be known by their WeChat account, by a code of the workbench."""
    found = texts.BIND.fullmatch(turn.said)
    if found is None:
        return None
    turn.wants(BindStaff(code=str(int(found["code"])).zfill(8), refused=texts.BIND_REFUSED))
    return turn.aside(texts.BOUND)


@router.on(text(*texts.FOR_SOMEBODY))
async def begin(turn: Turn) -> Reply:
    """Ask for whom, if this is a grid worker."""
    turn.step_out()
    if not turn.known.helps:
        return turn.aside(texts.NOT_BOUND)
    if turn.state:
        return turn.again(chat.ALREADY_ASKING)
    if PAUSED in turn.answers:
        if turn.shelves:
            return Reply(text=chat.TOO_MANY_UNFINISHED)
        turn.shelve()
    return turn.begin(Asked.NAME)


@router.on(text(), during(Asked.NAME))
async def take_name(turn: Turn) -> Reply:
    """Keep the resident's name."""
    name = "".join(turn.said.split())
    known = (*texts.HOW, *chat.NO_TESTIMONY, *chat.GREETINGS)
    digits = any(one.isdecimal() for one in name)
    if not 1 < len(name) <= LONGEST_NAME or digits or turn.said in known:
        return turn.again(texts.NOT_A_NAME)
    return turn.ask(Asked.PHONE, **{FOR_NAME: name})


@router.on(text(), during(Asked.PHONE))
async def take_phone(turn: Turn) -> Reply:
    """Keep the resident's number, if they have one."""
    if turn.said in chat.SKIP:
        return turn.ask(Asked.AGREED, **{FOR_PHONE: ""})
    try:
        e164(turn.said, demo=turn.known.demo)
    except BadInput:
        return turn.again(texts.NOT_A_PHONE)
    return turn.ask(Asked.AGREED, **{FOR_PHONE: turn.said})


@router.on(text(), during(Asked.AGREED))
async def take_consent(turn: Turn) -> Reply:
    """Keep how the resident agreed, and ask what happened."""
    how = texts.HOW.get(turn.said) or texts.HOW.get(chat.digits(turn.said))
    if how is None:
        return turn.again(texts.SAY_HOW)
    next_asked = Asked.MANDATE if how is HowAgreed.IN_WRITING else Told.WHAT
    return turn.ask(next_asked, **{FOR_AGREED: how})


@router.on(text(*chat.DONE, *chat.SKIP), during(Asked.MANDATE))
async def without_mandate(turn: Turn) -> Reply:
    """The paper may be handed in later; go on with what happened."""
    return turn.ask(Told.WHAT)


@router.on(text(), during(Asked.MANDATE))
async def show_mandate(turn: Turn) -> Reply:
    """Ask again for the picture."""
    return turn.again(texts.PICTURE_OR_SKIP)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(*Asked))
async def take_medium(turn: Turn) -> Reply:
    """Keep what is sent for the report; a picture of the mandate answers the question for it."""
    if len(_media(turn)) >= MOST_MEDIA:
        return turn.again(chat.ENOUGH_PICTURES)
    turn.answers["media"] = " ".join([*_media(turn), turn.fetch()])
    if turn.state == Asked.MANDATE and turn.message.kind is MessageKind.IMAGE:
        return Reply(text=f"{texts.MEDIUM_KEPT}\n\n{turn.ask(Told.WHAT).text}")
    return turn.again(texts.MEDIUM_KEPT)


def _media(turn: Turn) -> list[str]:
    return turn.answers.get("media", "").split()
