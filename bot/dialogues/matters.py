"""A daily-life matter (民生事项): what, where, pictures, said back; later its answer is rated."""

from __future__ import annotations

from bot import daily
from bot.choosing import with_chosen, with_one
from bot.daily import Asked
from bot.guidance import Asked as Told
from bot.guidance import following
from bot.listening import await_words
from bot.places import spot_of, tell_who_was_called
from bot.routing import (
    BESIDE,
    HELD_FOR,
    NOTES,
    PAUSED,
    DialogueState,
    Router,
    Turn,
    during,
    kind,
    text,
)
from bot.texts import chat, deeds, guidance
from bot.texts import matters as texts
from bot.unfinished import Unfinished
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
from domain.proposals import propose_type

BEFORE = {
    Asked.QUARREL: Asked.WHAT,
    Asked.WHERE: Asked.WHAT,
    Asked.PICTURES: Asked.WHERE,
    Asked.CONFIRM: Asked.PICTURES,
    Asked.CHANGE: Asked.CONFIRM,
}
ITEMS = {"1": Asked.WHAT, "2": Asked.WHERE, "3": Asked.PICTURES}
DOUBTED = "doubted"  #: the answer that says that a grade was asked for once more
GRADE = "grade"  #: the answer that waits for the matter it is about
HELD = f"{HELD_FOR}words:"  #: what was written of an answer, by its matter, and
SHOT = f"{HELD_FOR}media:"  #: what was sent of it, before it was rated
_FREE = ("", Unfinished.WHICH)  #: nothing is asked, or only what becomes of something stopped


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


def _pictures(turn: Turn) -> str:
    count = len(_media(turn))
    return chat.PICTURES_KEPT.format(count=count) if count else texts.PICTURES


def _how_good(turn: Turn) -> str:
    asked = texts.how_good(daily.about(turn), doubtful=bool(_said_not_done(turn)))
    return f"{texts.HELD}\n\n{asked}" if _holds(turn, daily.about(turn)) else asked


def _which_is_meant(turn: Turn) -> str:
    line = _meant(turn)
    return texts.which_is_meant(line.number if line else "")


def _which(turn: Turn) -> str:
    return chat.which_case(_rateable(turn, turn.answers.get(f"{BESIDE}{GRADE}")))


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
        Asked.GRADE: _how_good,
        Asked.MORE: texts.WHAT_IS_WRONG,
        Asked.ADDED: texts.ADD_HERE,
        Asked.MEANT: _which_is_meant,
        Which.MATTER: _which,
    },
    stories=frozenset({Asked.WHAT, Asked.MORE, Asked.ADDED}),
    lasting=frozenset(daily.TELLING),
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
    turn.finish_beside()
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
        return Reply(text=f"{noted}\n\n{daily.after(turn).text}")
    return turn.again(noted)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(*daily.TELLING))
async def take_medium(turn: Turn) -> Reply:
    """Keep a picture or voice, whenever it comes."""
    anew = turn.state == Asked.PICTURES and daily.ANEW in daily.told(turn)
    media = [] if anew else _media(turn)
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
    if turn.said in (*guidance.YES, *chat.CONFIRM) and _place_in(turn):
        place = _place_in(turn)
    daily.forget(turn, "latitude", "longitude")
    daily.keep(turn, place=place)
    tell_who_was_called(turn, daily.told(turn))
    return _next(turn)


@router.on(text(*chat.SEND_ANEW), during(Asked.PICTURES), lambda turn: bool(_media(turn)))
async def send_anew(turn: Turn) -> Reply:
    """Put the next picture in the place of those sent before; until it comes they stay."""
    daily.keep(turn, **{daily.ANEW: "1"})
    return Reply(text=chat.ANEW.format(count=len(_media(turn))))


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


@router.on(text(), during(Which.MATTER))
async def take_matter(turn: Turn) -> Reply:
    """Rate the chosen matter, with the grade that was said already, if one was."""
    grade = turn.answers.get(f"{BESIDE}{GRADE}")
    return with_chosen(
        turn,
        _rateable(turn, grade),
        daily.tell if grade is None else lambda turn, line: _rate(turn, line, Grade(grade)),
    )


@router.on(text(), during(Asked.GRADE))
async def take_grade(turn: Turn) -> Reply | None:
    """Keep how good the answer is, by number or word; other words are held, or something else."""
    by_number = dict(zip("123", texts.OFFERED_GRADES, strict=True))
    word = by_number.get(chat.digits(turn.said), turn.said)
    line = daily.about(turn)
    if line is not None and word in texts.GRADES:
        return _doubted(turn, texts.GRADES[word]) or _rate(turn, line, texts.GRADES[word])
    if line is not None and _holds(turn, line):
        return Reply(text=turn.question()) if _says_nothing(turn) else _hold(turn, line)
    turn.step_out()
    return None if line is None else _of_answer(turn, line)


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


@router.on(
    text(), during(Asked.MORE, Asked.ADDED), lambda turn: len(turn.message.text) > LONGEST_TOLD
)
async def too_long_to_add(turn: Turn) -> Reply:
    """Say that it can't be taken, instead of a part of it."""
    return turn.again(chat.TOO_LONG)


@router.on(text(*chat.SKIP), during(Asked.MORE))
async def leave_it(turn: Turn) -> Reply:
    """Nothing more to say of it."""
    return turn.done(texts.LEFT_AS_IS)


@router.on(text(), during(Asked.MORE, Asked.ADDED), lambda turn: turn.alarmed)
async def keep_danger_apart(turn: Turn) -> Reply:
    """Whoever has the matter in hand reads nothing of a person's danger."""
    return Reply(text=turn.question())


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
    newest = next(iter(turn.known.matters), None)
    if newest is None or newest.over or _something_else(turn):
        turn.step_out()
        return None
    if turn.said in texts.NODS:
        return _grade(turn, newest) if newest.to_rate else Reply(text=turn.question())
    if is_quarrel(turn.said) and not turn.alarmed:
        return _ask_what_is_meant(turn, newest)
    return _belong(turn, newest)


@first.on(text(*texts.OTHER_MATTER, *chat.BEGIN_REPORT), during(Asked.MEANT))
async def take_as_another(turn: Turn) -> Reply:
    """Offer to report what was written and sent."""
    words, media = _kept_meanwhile(turn), turn.answers.get("media", "")
    turn.begin(Told.OFFER)
    turn.answers.update({"story": words, "media": media})
    return Reply(text=turn.question())


@router.on(text(*texts.SAME_MATTER), during(Asked.MEANT))
async def take_as_the_same(turn: Turn) -> Reply:
    """Let what was written and sent belong to the matter."""
    line, words, media = _meant(turn), _kept_meanwhile(turn), _media(turn)
    turn.end("")
    if line is None:
        return Reply(text=texts.not_added(turn.known))
    turn.ask_beside(Asked.ADDED)
    return _belong(turn, line, words, tuple(MediaId(one) for one in media))


@router.on(text(), during(Asked.MEANT))
async def write_meanwhile(turn: Turn) -> Reply:
    """Keep what is written besides, and ask again."""
    turn.note(turn.message.text.strip())
    return turn.again(texts.ALSO_KEPT)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.MEANT))
async def send_meanwhile(turn: Turn) -> Reply:
    """Keep what is sent besides, and ask again."""
    if len(_media(turn)) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH)
    turn.answers["media"] = " ".join([*_media(turn), turn.fetch()])
    return turn.again(texts.PICTURE_FIRST)


@router.on(text(), lambda turn: turn.state in _FREE)
async def take_free_words(turn: Turn) -> Reply | None:
    """What is written while an answer waits to be rated, however long, is about that answer."""
    if turn.said in (*chat.BEGIN_REPORT, *chat.START_OVER, *texts.GRADES):
        return None
    waiting = _waiting(turn) or _not_done_after_all(turn)
    if len(waiting) != 1 or _cases_wait(turn) or not _comes_before_stopped(turn):
        return None
    if turn.state:
        turn.step_out()
    return _of_answer(turn, waiting[0])


@last.on(text(*texts.GRADES))
async def take_bare_grade(turn: Turn) -> Reply | None:
    """Who answers an answer with 满意 has rated it."""
    grade = texts.GRADES[turn.said]
    waiting = _rateable(turn, grade)
    if turn.state not in _FREE or not waiting or _cases_wait(turn):
        return None
    if turn.state:
        turn.step_out()
    if len(waiting) == 1:
        return _rate(turn, waiting[0], grade)
    return turn.ask_beside(Which.MATTER, **{GRADE: grade})


def _something_else(turn: Turn) -> bool:
    """Is it another matter, a rating, a number of some list, or thanks?"""
    rates = turn.said in texts.GRADES or turn.said.isdecimal() or turn.said in texts.GREETINGS
    return rates or is_daily(turn.said) or chat.THANKS.fullmatch(turn.said) is not None


def _says_nothing(turn: Turn) -> bool:
    """Is it nothing that whoever has a matter in hand could use?"""
    said = turn.said
    return not said or said.isdecimal() or said in texts.NODS or said in texts.GREETINGS


def _of_answer(turn: Turn, line: MatterLine) -> Reply | None:
    """Hold words about an answer until it is rated, and ask if they may be about something else."""
    if turn.state or turn.alarmed or not _comes_before_stopped(turn):
        return None
    if turn.paused:
        return _hold(turn, line)
    if turn.said in texts.NODS:
        return _grade(turn, line)
    if _says_nothing(turn):
        return None
    if _perhaps_another(turn.said):
        return _ask_what_is_meant(turn, line)
    return _hold(turn, line)


def _comes_before_stopped(turn: Turn) -> bool:
    """Does it say how a matter went, rather than go on with something that was stopped?"""
    went = texts.HOW_IT_WENT.search(turn.said) is not None and not is_quarrel(turn.said)
    return not turn.paused or (went and not turn.alarmed)


def _perhaps_another(said: str) -> bool:
    """May it be a matter or a dispute of its own?"""
    dispute = propose_type(said).sure and texts.HOW_IT_WENT.search(said) is None
    return dispute or is_daily(said) or is_quarrel(said)


def _ask_what_is_meant(turn: Turn, line: MatterLine) -> Reply:
    """Ask whether it belongs to a matter or is another; nothing else may be open."""
    words = turn.message.text.strip()
    turn.begin(Asked.MEANT)
    turn.answers.update({daily.ABOUT: line.matter_id, "told": words})
    return Reply(text=turn.question())


def _meant(turn: Turn) -> MatterLine | None:
    wanted = turn.answers.get(daily.ABOUT)
    return next((one for one in turn.known.matters if one.matter_id == wanted), None)


def _kept_meanwhile(turn: Turn) -> str:
    return "\n".join(filter(None, (turn.answers.get("told"), turn.answers.get(NOTES))))


def _belong(
    turn: Turn, line: MatterLine, words: str = "", media: tuple[MediaId, ...] = ()
) -> Reply:
    """Add it to a matter; once that is answered, hold it until the answer is rated."""
    if line.to_rate or line.reopens:
        return _hold(turn, line, words, media)
    if not words and not media:
        words = turn.message.text.strip()
        media = () if words else (turn.fetch(),)
    _tell_more(turn, line, texts.ADDED, words=words, media=media)
    return Reply(text="{matter_told}")


def _next(turn: Turn, **answers: str) -> Reply:
    return daily.after(turn, **answers)


def _rate(turn: Turn, line: MatterLine, grade: Grade) -> Reply:
    again = grade is Grade.UNSATISFIED and not line.reopened
    said = texts.AGAIN if again else texts.THANKS[grade]
    held, shot = _take_held(turn, line)
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
            words=words,
            media=media,
            said=said,
            too_late=texts.not_added(turn.known),
        )
    )


def _hold(turn: Turn, line: MatterLine, words: str = "", media: tuple[MediaId, ...] = ()) -> Reply:
    """Ask for the grade, and keep what was written and sent until then."""
    if not words and not media:
        words = turn.message.text.strip()
        media = () if words else (turn.fetch(),)
    held, shot = _take_held(turn, line)
    turn.answers[f"{HELD}{line.matter_id}"] = f"{held}\n{words}".strip()
    turn.answers[f"{SHOT}{line.matter_id}"] = " ".join((*shot, *media))
    return _grade(turn, line)


def _grade(turn: Turn, line: MatterLine) -> Reply:
    return turn.ask_beside(Asked.GRADE, **{daily.ABOUT: line.matter_id})


def _holds(turn: Turn, line: MatterLine | None) -> bool:
    return line is not None and f"{HELD}{line.matter_id}" in turn.answers


def _said_not_done(turn: Turn) -> str:
    """Give what was said of the answer, if it says that it is not done."""
    line = daily.about(turn)
    held = turn.answers.get(f"{HELD}{line.matter_id}", "") if line else ""
    return held if texts.NOT_DONE.search(held) else ""


def _doubted(turn: Turn, grade: Grade) -> Reply | None:
    """Ask once more where a good grade, which ends it, follows words that it is not done."""
    said = _said_not_done(turn)
    if grade is Grade.UNSATISFIED or not said or f"{BESIDE}{DOUBTED}" in turn.answers:
        return None
    turn.answers[f"{BESIDE}{DOUBTED}"] = "1"
    return Reply(text=texts.is_it_done(said, grade))


def _take_held(turn: Turn, line: MatterLine) -> tuple[str, tuple[MediaId, ...]]:
    """Give what was held for a matter, and hold only what other answers wait for."""
    words = turn.answers.pop(f"{HELD}{line.matter_id}", "")
    media = turn.answers.pop(f"{SHOT}{line.matter_id}", "").split()
    awaited = {one.matter_id for one in _waiting(turn)}
    for name in [name for name in turn.answers if name.startswith((HELD, SHOT))]:
        if name.rpartition(":")[2] not in awaited:
            del turn.answers[name]
    return words, tuple(MediaId(one) for one in media)


def _waiting(turn: Turn) -> list[MatterLine]:
    return [one for one in turn.known.matters if one.to_rate]


def _rateable(turn: Turn, grade: str | None) -> list[MatterLine]:
    """Give what waits for a grade; where nothing does, a 不满意 may mean what was closed lately."""
    return _waiting(turn) or (_closed_lately(turn) if grade == Grade.UNSATISFIED else [])


def _closed_lately(turn: Turn) -> list[MatterLine]:
    return [one for one in turn.known.matters if one.reopens]


def _not_done_after_all(turn: Turn) -> list[MatterLine]:
    """Give what was closed lately, if somebody says that something is not done."""
    return _closed_lately(turn) if texts.NOT_DONE.search(turn.said) else []


def _cases_wait(turn: Turn) -> bool:
    return any(case.page == "rate" for case in turn.known.cases)


def _media(turn: Turn) -> list[str]:
    return daily.told(turn).get("media", "").split()


def _place_in(turn: Turn) -> str:
    found = texts.ADDRESS.search(daily.told(turn).get("told", ""))
    return found["place"] if found else ""


def _report(turn: Turn) -> MatterReport:
    known = daily.told(turn)
    return MatterReport(
        told=daily.whole_story(turn),
        spot=spot_of(known),
        media=tuple(MediaId(one) for one in _media(turn)),
    )
