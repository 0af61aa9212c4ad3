"""A daily-life matter (民生事项): what, where, pictures, said back; later its answer is rated."""

from __future__ import annotations

from bot import daily
from bot.choosing import with_chosen, with_one
from bot.daily import Asked
from bot.guidance import Asked as Told
from bot.guidance import following
from bot.listening import await_words
from bot.routing import BESIDE, PAUSED, DialogueState, Router, Turn, during, kind, text
from bot.texts import chat, deeds, guidance
from bot.texts import matters as texts
from domain.cases import Spot
from domain.conversations import (
    FileMatter,
    Link,
    MatterLine,
    MessageKind,
    RateMatter,
    Reply,
    TellMatter,
)
from domain.daily_matters import is_daily, is_quarrel
from domain.ids import MediaId
from domain.matters import LONGEST_TOLD, MOST_MEDIA, SHORTEST_TOLD, Grade, MatterReport

BEFORE = {
    Asked.QUARREL: Asked.WHAT,
    Asked.WHERE: Asked.WHAT,
    Asked.PICTURES: Asked.WHERE,
    Asked.CONFIRM: Asked.PICTURES,
    Asked.CHANGE: Asked.CONFIRM,
}
ITEMS = {"1": Asked.WHAT, "2": Asked.WHERE, "3": Asked.PICTURES}
GRADE = "grade"  #: the answer that waits for the matter it is about
HELD = "held"  #: what was written of an answer, and
SHOT = "shot"  #: what was sent of it, before it was rated


class Which(DialogueState):
    """Which of several matters is rated."""

    MATTER = "matter:which"


def _where(turn: Turn) -> str:
    place = _place_in(turn)
    return texts.is_it_there(place) if place else texts.WHERE


def _summary(turn: Turn) -> str:
    known = daily.told(turn)
    return texts.summary(
        told=daily.whole_story(turn), place=known.get("place", ""), pictures=len(_media(turn))
    )


def _how_good(turn: Turn) -> str:
    asked = texts.how_good(daily.about(turn))
    return f"{texts.HELD}\n\n{asked}" if _holds(turn) else asked


def _which(turn: Turn) -> str:
    return chat.which_case(_waiting(turn))


first = Router("matters-first")
router = Router(
    "matters",
    questions={
        Asked.WHAT: texts.WHAT,
        Asked.QUARREL: texts.QUARREL,
        Asked.WHERE: _where,
        Asked.PICTURES: texts.PICTURES,
        Asked.CONFIRM: _summary,
        Asked.CHANGE: texts.WHICH_ITEM,
        Asked.GRADE: _how_good,
        Asked.MORE: texts.WHAT_IS_WRONG,
        Asked.ADDED: texts.ADD_HERE,
        Which.MATTER: _which,
    },
    stories=frozenset({Asked.WHAT, Asked.MORE, Asked.ADDED}),
)
last = Router("matters-last")


@first.on(text(*chat.BACK), during(*BEFORE), lambda turn: turn.beside)
async def back(turn: Turn) -> Reply:
    """Ask the question before; what was told beside something else has no trail."""
    return daily.ask(turn, BEFORE[Asked(turn.state)])


@first.on(text(*chat.BEGIN_REPORT), during(*daily.TELLING))
@first.on(text(*chat.BEGIN_REPORT, *chat.START_OVER), during(Asked.GRADE, Asked.MORE, Asked.ADDED))
async def report_instead(turn: Turn) -> Reply | None:
    """Whoever asks for a report by name does not answer our question."""
    if not turn.beside:
        return turn.again(chat.ALREADY_ASKING)
    turn.step_out()
    return None


@first.on(text(*chat.START_OVER), during(*daily.TELLING))
async def start_over(turn: Turn) -> Reply:
    """Forget what was told of the matter and ask from the start."""
    if not turn.beside:
        return turn.begin(Asked.WHAT)
    turn.step_out()
    return daily.begin(turn)


@first.on(text(*deeds.RATE))
async def begin_rating(turn: Turn) -> Reply | None:
    """Ask how good an answer is, unless a case waits to be rated."""
    if not _waiting(turn) or _cases_wait(turn):
        return None
    return with_one(turn, _waiting(turn), Which.MATTER, daily.tell)


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
    return daily.begin(turn)


@router.on(kind(MessageKind.LOCATION), during(*daily.TELLING))
async def take_point(turn: Turn) -> Reply:
    """Keep the place on the map and say it back; whatever was asked, it is the place."""
    daily.keep(
        turn,
        place=turn.message.label,
        latitude=str(turn.message.latitude),
        longitude=str(turn.message.longitude),
    )
    noted = chat.place_noted(turn.message.label, cell=turn.known.cell)
    if turn.state == Asked.WHERE:
        return Reply(text=f"{noted}\n\n{daily.after(turn).text}")
    return turn.again(noted)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(*daily.TELLING))
async def take_medium(turn: Turn) -> Reply:
    """Keep a picture or voice, whenever it comes."""
    media = _media(turn)
    if len(media) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH)
    media_id = turn.fetch()
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
    if len(story) < SHORTEST_TOLD:
        return turn.again(texts.MORE_PLEASE)
    if len(story) > LONGEST_TOLD:
        return Reply(text=texts.TOO_LONG)
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
    for name in ("place", "latitude", "longitude", "media"):
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
    if turn.said in (*guidance.YES, *chat.CONFIRM) and _place_in(turn):
        place = _place_in(turn)
    daily.forget(turn, "latitude", "longitude")
    return _next(turn, place=place[:LONGEST_TOLD])


@router.on(text(*chat.DONE), during(Asked.PICTURES))
async def end_pictures(turn: Turn) -> Reply:
    """Show everything told, to be confirmed."""
    return _next(turn, shown="1")


@router.on(text(), during(Asked.PICTURES))
async def picture_or_skip(_turn: Turn) -> Reply:
    """Ask for a picture, or to go on."""
    return Reply(text=texts.PICTURE_OR_SKIP)


@router.on(text(*chat.CONFIRM), during(Asked.CONFIRM))
async def file(turn: Turn) -> Reply:
    """Hand it in; the desk puts number, day and address into the reply."""
    turn.wants(FileMatter(report=_report(turn)))
    return daily.filed(
        turn, texts.filed(turn.known), Link(title=texts.MATTER_LINK, url="{matter_page}")
    )


@router.on(text(*chat.CHANGE), during(Asked.CONFIRM))
async def choose_item(turn: Turn) -> Reply:
    """Ask which answer is wrong."""
    return daily.ask(turn, Asked.CHANGE)


@router.on(text(*ITEMS), during(Asked.CHANGE, Asked.CONFIRM))
async def correct(turn: Turn) -> Reply:
    """Ask the chosen question again."""
    item = ITEMS[turn.said]
    if item is Asked.PICTURES:
        daily.forget(turn, "media", "shown")
    return daily.ask(turn, item)


@router.on(text(), during(Asked.CHANGE))
async def say_a_number(turn: Turn) -> Reply:
    """Ask again which answer is wrong."""
    return turn.again(texts.SAY_A_NUMBER)


@router.on(text(), during(Asked.CONFIRM))
async def say_yes_or_change(turn: Turn) -> Reply:
    """Ask again for a yes or a correction."""
    return turn.again(texts.CONFIRM_OR_CHANGE)


@router.on(kind(MessageKind.VIDEO, MessageKind.LINK, MessageKind.UNKNOWN), during(*daily.TELLING))
async def cannot_read(turn: Turn) -> Reply:
    """Say so, and repeat the question."""
    return turn.again(texts.IN_WORDS)


@router.on(text(), during(Which.MATTER))
async def take_matter(turn: Turn) -> Reply:
    """Rate the chosen matter, with the grade that was said already, if one was."""
    grade = turn.answers.get(f"{BESIDE}{GRADE}")
    return with_chosen(
        turn,
        _waiting(turn),
        daily.tell if grade is None else lambda turn, line: _rate(turn, line, Grade(grade)),
    )


@router.on(text(), during(Asked.GRADE))
async def take_grade(turn: Turn) -> Reply | None:
    """Keep how good the answer is, by number or word; anything else is about something else."""
    by_number = dict(zip("123", texts.OFFERED_GRADES, strict=True))
    word = by_number.get(chat.digits(turn.said), turn.said)
    line = daily.about(turn)
    known = word in texts.GRADES or _something_else(turn)
    if line is not None and _holds(turn) and not known:
        return _hold(turn, line)
    if line is None or word not in texts.GRADES:
        turn.step_out()
        return None
    return _rate(turn, line, texts.GRADES[word])


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.GRADE))
async def hold_medium(turn: Turn) -> Reply | None:
    """Keep what is sent of an answer until it is rated."""
    line = daily.about(turn)
    return None if line is None else _hold(turn, line)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.MORE))
async def show_more(turn: Turn) -> Reply | None:
    """Add a picture of what is wrong; the words may still follow."""
    line = daily.about(turn)
    if line is None:
        return None
    if line.to_rate:  # answered again meanwhile
        return _hold(turn, line)
    _tell_more(turn, line, texts.ADDED, media=(turn.fetch(),))
    return turn.again("{matter_told}")


@router.on(text(*chat.SKIP), during(Asked.MORE))
async def leave_it(turn: Turn) -> Reply:
    """Nothing more to say of it."""
    return turn.done(texts.LEFT_AS_IS)


@router.on(text(), during(Asked.MORE))
async def take_more(turn: Turn) -> Reply:
    """Add what is wrong with the answer."""
    line, words = daily.about(turn), turn.message.text.strip()
    if line is None or not words:
        return turn.done(texts.LEFT_AS_IS)
    if line.to_rate:  # answered again meanwhile
        grade = texts.GRADES.get(turn.said)
        return _hold(turn, line) if grade is None else _rate(turn, line, grade)
    _tell_more(turn, line, texts.PASSED_ON, words=words)
    return turn.done("{matter_told}")


@router.on(kind(MessageKind.TEXT, MessageKind.IMAGE, MessageKind.VOICE), during(Asked.ADDED))
async def add(turn: Turn) -> Reply | None:
    """What is written and sent next belongs to it, unless it is another matter.

    Once it is answered nobody reads on: the answer is rated, and a 不满意 takes the words along.
    """
    words, newest = turn.message.text.strip(), next(iter(turn.known.matters), None)
    if newest is None or newest.over or _something_else(turn):
        turn.step_out()
        return None
    if newest.to_rate:
        return _hold(turn, newest)
    _tell_more(turn, newest, texts.ADDED, words=words, media=() if words else (turn.fetch(),))
    return Reply(text="{matter_told}")


@last.on(text(*texts.GRADES))
async def take_bare_grade(turn: Turn) -> Reply | None:
    """Who answers an answer with 满意 has rated it."""
    waiting, grade = _waiting(turn), texts.GRADES[turn.said]
    if turn.state or not waiting or _cases_wait(turn):
        return None
    if len(waiting) == 1:
        return _rate(turn, waiting[0], grade)
    return turn.ask_beside(Which.MATTER, **{GRADE: grade})


def _something_else(turn: Turn) -> bool:
    """Is it another matter, a rating, a number of some list, or thanks?"""
    rates = turn.said in texts.GRADES or turn.said.isdecimal()
    return rates or is_daily(turn.said) or chat.THANKS.fullmatch(turn.said) is not None


def _next(turn: Turn, **answers: str) -> Reply:
    return daily.after(turn, **answers)


def _rate(turn: Turn, line: MatterLine, grade: Grade) -> Reply:
    again = grade is Grade.UNSATISFIED and not line.reopened
    said = texts.AGAIN if again else texts.THANKS[grade]
    held, shot = turn.answers.get(f"{BESIDE}{HELD}", ""), _shot(turn)
    if grade is not Grade.UNSATISFIED:
        words = turn.done("{matter_rated}")
    elif held or shot:
        words = turn.done("{matter_rated}\n{matter_told}")
    else:
        asked = turn.ask_beside(Asked.MORE, **{daily.ABOUT: line.matter_id})
        said, words = f"{said}\n\n{asked.text}", Reply(text="{matter_rated}")
    turn.wants(
        RateMatter(matter_id=line.matter_id, grade=grade, said=said, too_late=texts.TOO_LATE)
    )
    if grade is Grade.UNSATISFIED and (held or shot):
        _tell_more(turn, line, texts.PASSED_ON, words=held, media=shot)
    return words


def _tell_more(
    turn: Turn, line: MatterLine, said: str, *, words: str = "", media: tuple[MediaId, ...] = ()
) -> None:
    turn.wants(
        TellMatter(
            matter_id=line.matter_id,
            words=words[:LONGEST_TOLD],
            media=media,
            said=said,
            too_late=texts.not_added(turn.known),
        )
    )


def _hold(turn: Turn, line: MatterLine) -> Reply:
    """Ask for the grade, and keep what was written and sent until then."""
    held, shot = turn.answers.get(f"{BESIDE}{HELD}", ""), _shot(turn)
    if words := turn.message.text.strip():
        held = f"{held}\n{words}".strip()
    else:
        shot = (*shot, turn.fetch())
    kept = {HELD: held, SHOT: " ".join(shot)}
    return turn.ask_beside(Asked.GRADE, **{daily.ABOUT: line.matter_id}, **kept)


def _holds(turn: Turn) -> bool:
    return bool(turn.answers.get(f"{BESIDE}{HELD}") or _shot(turn))


def _shot(turn: Turn) -> tuple[MediaId, ...]:
    return tuple(MediaId(one) for one in turn.answers.get(f"{BESIDE}{SHOT}", "").split())


def _waiting(turn: Turn) -> list[MatterLine]:
    return [one for one in turn.known.matters if one.to_rate]


def _cases_wait(turn: Turn) -> bool:
    return any(case.page == "rate" for case in turn.known.cases)


def _media(turn: Turn) -> list[str]:
    return daily.told(turn).get("media", "").split()


def _place_in(turn: Turn) -> str:
    found = texts.ADDRESS.search(daily.told(turn).get("told", ""))
    return found["place"] if found else ""


def _report(turn: Turn) -> MatterReport:
    known = daily.told(turn)
    latitude, longitude = known.get("latitude"), known.get("longitude")
    return MatterReport(
        told=daily.whole_story(turn)[:LONGEST_TOLD],
        spot=Spot(
            words=known.get("place", ""),
            latitude=float(latitude) if latitude else None,
            longitude=float(longitude) if longitude else None,
        ),
        media=tuple(MediaId(one) for one in _media(turn)),
    )
