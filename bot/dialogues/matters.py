"""A daily-life matter (民生事项) is told: what, where, pictures, said back, handed in."""

from __future__ import annotations

from bot import daily
from bot.daily import Asked
from bot.guidance import Asked as Told
from bot.guidance import following
from bot.heeding import ASKED_AGAIN, asked_again, may_name_it_still, names_no_place
from bot.listening import await_words
from bot.places import spot_of, tell_who_was_called
from bot.routing import PAUSED, Router, Turn, during, kind, text
from bot.texts import chat, guidance
from bot.texts import matters as texts
from domain.conversations import FileMatter, Link, MessageKind, Reply
from domain.daily_matters import is_quarrel
from domain.ids import MediaId
from domain.matters import LONGEST_TOLD, MOST_MEDIA, SHORTEST_TOLD, MatterReport

BEFORE = {
    Asked.QUARREL: Asked.WHAT,
    Asked.WHERE: Asked.WHAT,
    Asked.PICTURES: Asked.WHERE,
    Asked.CONFIRM: Asked.PICTURES,
    Asked.CHANGE: Asked.CONFIRM,
}
ITEMS = {"1": Asked.WHAT, "2": Asked.WHERE, "3": Asked.PICTURES}


def _where(turn: Turn) -> str:
    place = _place_in(turn)
    return texts.is_it_there(place) if place else texts.WHERE


def _summary(turn: Turn) -> str:
    known = daily.told(turn)
    return texts.summary(
        told=daily.whole_story(turn), place=known.get("place", ""), pictures=len(daily.media(turn))
    )


def _pictures(turn: Turn) -> str:
    count = len(daily.media(turn))
    return chat.PICTURES_KEPT.format(count=count) if count else texts.PICTURES


first = Router("matters-first")
router = Router(
    "matters",
    questions={
        Asked.WHAT: texts.WHAT,
        Asked.QUARREL: texts.QUARREL,
        Asked.WHERE: _where,
        Asked.PICTURES: _pictures,
        Asked.CONFIRM: _summary,
        Asked.CHANGE: texts.WHICH_ITEM,
    },
    stories=frozenset({Asked.WHAT}),
    lasting=frozenset(daily.TELLING),
)


@first.on(text(*chat.BACK), during(*BEFORE), lambda turn: turn.beside)
async def back(turn: Turn) -> Reply:
    """Ask the question before; what was told beside something else has no trail."""
    return daily.ask(turn, BEFORE[Asked(turn.state)])


@first.on(text(*chat.BEGIN_REPORT), during(*daily.TELLING))
async def report_instead(turn: Turn) -> Reply | None:
    """Whoever asks for a report by name does not answer our question."""
    if not turn.beside:
        return turn.again(chat.ALREADY_ASKING)
    turn.step_out()
    return None


@first.on(text(*chat.START_OVER), during(*daily.TELLING))
@first.on(text(*chat.START_OVER), during(Asked.MEANT), lambda turn: turn.beside)
async def start_over(turn: Turn) -> Reply:
    """Forget what was told of the matter and ask from the start."""
    if not turn.beside:
        return turn.begin(Asked.WHAT)
    turn.finish_beside()
    return daily.begin(turn)


@router.on(text(*texts.MATTER))
async def begin(turn: Turn) -> Reply | None:
    """Ask what it is."""
    if turn.state == Told.OFFER:
        return None  # its answer 3 says the same
    if turn.state in daily.TELLING:
        return turn.again(chat.ALREADY_ASKING)
    if turn.answers.get(PAUSED) in daily.TELLING:
        return turn.resume(chat.GOING_ON)
    turn.step_out()
    if turn.tells_beside:
        return turn.again(chat.GOING_ON)
    return turn.take_back(chat.GOING_ON) if turn.set_aside else daily.begin(turn)


@router.on(kind(MessageKind.LOCATION), during(*daily.TELLING))
async def take_point(turn: Turn) -> Reply:
    """Keep the place on the map and say it back; whatever was asked, it is the place."""
    daily.keep(
        turn,
        place=turn.message.label,
        latitude=str(turn.message.latitude),
        longitude=str(turn.message.longitude),
    )
    tell_who_was_called(turn, daily.told(turn))
    noted = chat.place_noted(turn.message.label, cell=turn.known.cell)
    if turn.state == Asked.WHERE:
        return Reply(text=f"{noted}\n\n{_next(turn).text}")
    return turn.again(noted)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(*daily.TELLING))
async def take_medium(turn: Turn) -> Reply:
    """Keep a picture or voice, whenever it comes."""
    anew = turn.state == Asked.PICTURES and daily.ANEW in daily.told(turn)
    media = [] if anew else daily.media(turn)
    if len(media) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH)
    media_id = turn.fetch()
    daily.forget(turn, daily.ANEW)
    daily.keep(turn, media=" ".join([*media, media_id]))
    if turn.message.kind is MessageKind.VOICE and turn.known.listens:
        return await_words(turn, media_id)
    if turn.state == Asked.PICTURES:
        return Reply(text=texts.kept(len(media) + 1))
    return turn.again(texts.PICTURE_BESIDES)


@router.on(text(), during(Asked.WHAT))
async def take_story(turn: Turn) -> Reply:
    """Keep what it is; a quarrel is offered a mediator instead."""
    story = turn.message.text.strip()
    if turn.alarmed:
        story = daily.without_danger(story)
    if len(story) < SHORTEST_TOLD:
        return turn.again(texts.MORE_PLEASE)
    if len(story) > LONGEST_TOLD:
        return Reply(text=chat.TOO_LONG)
    daily.keep(turn, told=story)
    decided = turn.beside or turn.alarmed or "as_matter" in daily.told(turn)
    if is_quarrel(story) and not decided:
        return daily.ask(turn, Asked.QUARREL)
    return _next(turn)


@router.on(text(*texts.AS_DISPUTE), during(Asked.QUARREL))
async def hand_on(turn: Turn) -> Reply:
    """It is a dispute: go on as a report, with what was told and sent."""
    known = daily.told(turn)
    turn.begin(Told.WHAT)
    turn.answers["story"] = known["told"]
    for name in daily.SHARED:
        if name in known:
            turn.answers[name] = known[name]
    return turn.ask(following(turn))


@router.on(text(*texts.AS_MATTER), during(Asked.QUARREL))
async def keep_as_matter(turn: Turn) -> Reply:
    """It is a matter all the same."""
    return _next(turn, as_matter="1")


@router.on(text(), during(Asked.QUARREL))
async def say_which(_turn: Turn) -> Reply:
    """Ask again for one of the two."""
    return Reply(text=texts.SAY_WHICH)


@router.on(text(), during(Asked.WHERE))
async def take_place(turn: Turn) -> Reply:
    """Keep the address, or the one that was named."""
    place = turn.message.text.strip()
    if not place:
        return turn.again(chat.CANNOT_READ)
    named = not names_no_place(turn)
    if turn.said in (*guidance.YES, *chat.CONFIRM) and _place_in(turn):
        place, named = _place_in(turn), True
    if not named and (again := asked_again(turn)):
        return again
    named = named or may_name_it_still(turn)
    daily.forget(turn, "latitude", "longitude")
    daily.keep(turn, place=place)
    if named:
        tell_who_was_called(turn, daily.told(turn))
    return _next(turn)


@router.on(text(*chat.SEND_ANEW), during(Asked.PICTURES), lambda turn: bool(daily.media(turn)))
async def send_anew(turn: Turn) -> Reply:
    """Put the next picture in the place of those sent before; until it comes they stay."""
    daily.keep(turn, **{daily.ANEW: "1"})
    return Reply(text=chat.ANEW.format(count=len(daily.media(turn))))


@router.on(text(*chat.DONE), during(Asked.PICTURES))
async def end_pictures(turn: Turn) -> Reply:
    """Show everything told, to be confirmed."""
    daily.forget(turn, daily.ANEW)
    return _next(turn, shown="1")


@router.on(text(), during(Asked.PICTURES))
async def picture_or_skip(_turn: Turn) -> Reply:
    """Ask for a picture, or to go on."""
    return Reply(text=texts.PICTURE_OR_SKIP)


@router.on(text(*chat.CONFIRM, *chat.YES_TO_ALL), during(Asked.CONFIRM))
async def file(turn: Turn) -> Reply:
    """Hand it in; the desk puts number, day and address into the reply."""
    turn.wants(FileMatter(report=_report(turn)))
    return daily.filed(
        turn, texts.filed(turn.known), Link(title=texts.MATTER_LINK, url="{matter_page}")
    )


@router.on(text(*chat.CHANGE, *chat.NOT_ALL), during(Asked.CONFIRM))
async def choose_item(turn: Turn) -> Reply:
    """Ask which answer is wrong."""
    return daily.ask(turn, Asked.CHANGE)


@router.on(text(*ITEMS), during(Asked.CHANGE))
async def correct(turn: Turn) -> Reply:
    """Ask the chosen question again."""
    item = ITEMS[turn.said]
    daily.forget(turn, daily.ANEW)
    return daily.ask(turn, item)


@router.on(text(), during(Asked.CHANGE))
async def say_a_number(turn: Turn) -> Reply:
    """Ask again which answer is wrong."""
    return turn.again(texts.SAY_A_NUMBER)


@router.on(text(), during(Asked.CONFIRM))
async def say_yes_or_change(turn: Turn) -> Reply:
    """Ask again for a yes or a correction."""
    return turn.again(chat.CONFIRM_OR_CHANGE)


@router.on(kind(MessageKind.VIDEO, MessageKind.LINK, MessageKind.UNKNOWN), during(*daily.TELLING))
async def cannot_read(turn: Turn) -> Reply:
    """Say so, and repeat the question."""
    return turn.again(texts.IN_WORDS)


def _next(turn: Turn, **answers: str) -> Reply:
    daily.forget(turn, ASKED_AGAIN)
    return daily.after(turn, **answers)


def _place_in(turn: Turn) -> str:
    found = texts.ADDRESS.search(daily.told(turn).get("told", ""))
    return found["place"] if found else ""


def _report(turn: Turn) -> MatterReport:
    known = daily.told(turn)
    return MatterReport(
        told=daily.whole_story(turn),
        spot=spot_of(known),
        media=tuple(MediaId(one) for one in daily.media(turn)),
    )
