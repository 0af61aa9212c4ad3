"""The answer to a daily-life matter (民生事项): rated, complained of, told more about."""

from __future__ import annotations

from bot import daily, held
from bot.choosing import with_chosen, with_one
from bot.daily import Asked
from bot.guidance import Asked as Told
from bot.routing import BESIDE, NOTES, DialogueState, Router, Turn, during, kind, text
from bot.texts import chat, deeds
from bot.texts import matters as texts
from bot.unfinished import Unfinished
from domain.conversations import MatterLine, MessageKind, RateMatter, Reply, TellMatter
from domain.daily_matters import is_daily, is_quarrel
from domain.ids import MediaId
from domain.matters import LONGEST_TOLD, MOST_MEDIA, SHORTEST_TOLD, Grade
from domain.proposals import propose_type

DOUBTED = "doubted"  #: the answer that says that a grade was asked for once more
GRADE = "grade"  #: the answer that waits for the matter it is about
_FREE = ("", Unfinished.WHICH)  #: nothing is asked, or only what becomes of something stopped


class Which(DialogueState):
    """Which of several matters is rated."""

    MATTER = "matter:which"


def _how_good(turn: Turn) -> str:
    asked = texts.how_good(daily.about(turn), doubtful=bool(held.said_not_done(turn)))
    return f"{texts.HELD}\n\n{asked}" if held.holds(turn, daily.about(turn)) else asked


def _which_is_meant(turn: Turn) -> str:
    line = _meant(turn)
    return texts.which_is_meant(line.number if line else "")


def _which(turn: Turn) -> str:
    return chat.which_case(_rateable(turn, turn.answers.get(f"{BESIDE}{GRADE}")))


first = Router("matter-answers-first")
router = Router(
    "matter-answers",
    questions={
        Asked.GRADE: _how_good,
        Asked.MORE: texts.WHAT_IS_WRONG,
        Asked.ADDED: texts.ADD_HERE,
        Asked.MEANT: _which_is_meant,
        Which.MATTER: _which,
    },
    stories=frozenset({Asked.MORE, Asked.ADDED}),
)
last = Router("matter-answers-last")


@first.on(text(*chat.BEGIN_REPORT, *chat.START_OVER), during(Asked.GRADE, Asked.MORE, Asked.ADDED))
async def report_instead(turn: Turn) -> None:
    """Whoever asks for a report by name does not answer our question."""
    turn.step_out()


@first.on(text(*deeds.RATE))
async def begin_rating(turn: Turn) -> Reply | None:
    """Ask how good an answer is, unless a case waits to be rated."""
    if not held.waiting(turn) or _cases_wait(turn):
        return None
    return with_one(turn, held.waiting(turn), Which.MATTER, daily.tell)


@first.on(text(*texts.GRADES), during(*daily.TELLING, *Told))
async def take_grade_between(turn: Turn) -> Reply | None:
    """A grade answers nothing that is asked of something told; that is asked again after it."""
    grade = texts.GRADES[turn.said]
    waiting = _rateable(turn, grade)
    if len(waiting) > 1:
        return turn.ask_beside(Which.MATTER, **{GRADE: grade})
    if waiting:
        asked = _grade(turn, waiting[0])
        if _cases_wait(turn):
            return asked
        return _doubted(turn, grade) or _rate(turn, waiting[0], grade)
    return turn.again(texts.RATED_ALREADY) if _closed_lately(turn) else None


@first.on(text(), during(Asked.WHAT))
async def ask_whose_words(turn: Turn) -> Reply | None:
    """Whoever begins a matter with words that something is not done may mean an answer."""
    if turn.alarmed or "told" in daily.told(turn) or not _means_not_done(turn):
        return None
    line = next(iter(held.waiting(turn) or _closed_lately(turn)), None)
    if line is None:
        return None
    daily.keep(turn, **{"told": turn.message.text.strip(), daily.ABOUT: line.matter_id})
    return turn.detour(Asked.MEANT)


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
    if line is not None and held.holds(turn, line):
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
    if turn.said in chat.NODS:
        return _grade(turn, newest) if newest.to_rate else Reply(text=turn.question())
    if is_quarrel(turn.said) and not turn.alarmed:
        return _ask_what_is_meant(turn, newest)
    return _belong(turn, newest)


@first.on(text(*texts.OTHER_MATTER, *chat.BEGIN_REPORT), during(Asked.MEANT))
async def take_as_another(turn: Turn) -> Reply:
    """Offer to report what was written and sent."""
    if _begins_another(turn):
        return _go_on_with_another(turn)
    words, media = daily.whole_story(turn), turn.answers.get("media", "")
    turn.begin(Told.OFFER)
    turn.answers.update({"story": words, "media": media})
    return Reply(text=turn.question())


@router.on(text(*texts.SAME_MATTER), during(Asked.MEANT))
async def take_as_the_same(turn: Turn) -> Reply:
    """Let what was written and sent belong to the matter."""
    line, words, media = _meant(turn), daily.whole_story(turn), daily.media(turn)
    _leave_meant(turn)
    if line is None:
        return turn.again(texts.not_added(turn.known))
    if not turn.state:
        turn.ask_beside(Asked.ADDED)
    said = _belong(turn, line, words, tuple(MediaId(one) for one in media))
    return said if turn.state in (Asked.ADDED, Asked.GRADE) else turn.again(said.text)


@router.on(text(), during(Asked.MEANT))
async def write_meanwhile(turn: Turn) -> Reply:
    """Keep what is written besides, and ask again."""
    turn.note(turn.message.text.strip())
    return turn.again(texts.ALSO_KEPT)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.MEANT))
async def send_meanwhile(turn: Turn) -> Reply:
    """Keep what is sent besides, and ask again."""
    if len(daily.media(turn)) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH)
    daily.keep(turn, media=" ".join([*daily.media(turn), turn.fetch()]))
    return turn.again(texts.PICTURE_FIRST)


@router.on(text(), lambda turn: turn.state in _FREE)
async def take_free_words(turn: Turn) -> Reply | None:
    """What is written while an answer waits to be rated, however long, is about that answer."""
    if turn.said in (*chat.BEGIN_REPORT, *chat.START_OVER, *texts.GRADES):
        return None
    waiting = held.waiting(turn) or _not_done_after_all(turn)
    if _cases_wait(turn):
        return None
    if not turn.state and held.may_rate_by_number(turn):
        return with_one(turn, waiting, Which.MATTER, _grade)
    if len(waiting) != 1 or not _comes_before_stopped(turn):
        return None
    if turn.state:
        turn.step_out()
    return _of_answer(turn, waiting[0])


@last.on(text(*texts.GRADES))
async def take_bare_grade(turn: Turn) -> Reply | None:
    """Who answers an answer with 满意 has rated it."""
    grade = texts.GRADES[turn.said]
    waiting = _rateable(turn, grade)
    if turn.state not in _FREE or _cases_wait(turn):
        return None
    if not waiting:
        return _not_yet(turn)
    if turn.state:
        turn.step_out()
    if len(waiting) == 1:
        return _rate(turn, waiting[0], grade)
    return turn.ask_beside(Which.MATTER, **{GRADE: grade})


def _not_yet(turn: Turn) -> Reply | None:
    """Say when the answer comes to whoever rates a matter before it."""
    awaited = [one for one in turn.known.matters if not one.over and not one.to_rate]
    return turn.aside(texts.not_answered_yet(awaited[0])) if awaited else None


def _something_else(turn: Turn) -> bool:
    """Is it another matter, a rating, a number of some list, or thanks?"""
    rates = turn.said in texts.GRADES or turn.said.isdecimal() or turn.said in chat.GREETINGS
    return rates or is_daily(turn.said) or chat.THANKS.fullmatch(turn.said) is not None


def _says_nothing(turn: Turn) -> bool:
    """Is it nothing that whoever has a matter in hand could use?"""
    said = turn.said
    return not said or said.isdecimal() or said in chat.NODS or said in chat.GREETINGS


def _of_answer(turn: Turn, line: MatterLine) -> Reply | None:
    """Hold words about an answer until it is rated, and ask if they may be about something else."""
    if turn.state or turn.alarmed or not _comes_before_stopped(turn):
        return None
    if turn.paused:
        return _hold(turn, line)
    if turn.said in chat.NODS:
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
    if turn.beside:
        return daily.about(turn)
    wanted = turn.answers.get(daily.ABOUT)
    return next((one for one in turn.known.matters if one.matter_id == wanted), None)


def _means_not_done(turn: Turn) -> bool:
    """Does it say only that something is not done, or how it went, and not what and where?"""
    said = turn.message.text.strip()
    if len(said) > LONGEST_TOLD or not texts.NOT_DONE.search(said) or is_quarrel(said):
        return False
    return not is_daily(said) or texts.HOW_IT_WENT.search(said) is not None


def _begins_another(turn: Turn) -> bool:
    """Was it asked of the first words of a new matter?"""
    return turn.trail[-1:] == [Asked.WHAT]


def _leave_meant(turn: Turn) -> None:
    """Nothing is left to be asked; what is told beside it goes on."""
    if turn.beside:
        turn.end_detour()
        turn.finish_beside()
    else:
        turn.end("")


def _go_on_with_another(turn: Turn) -> Reply:
    """Take what was written as the story of the matter that was begun."""
    turn.end_detour()
    words = daily.whole_story(turn)
    daily.forget(turn, NOTES, daily.ABOUT)
    daily.keep(turn, told=words)
    return turn.again(texts.MORE_PLEASE) if len(words) < SHORTEST_TOLD else daily.after(turn)


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


def _rate(turn: Turn, line: MatterLine, grade: Grade) -> Reply:
    again = grade is Grade.UNSATISFIED and not line.reopened
    said = texts.AGAIN if again else texts.THANKS[grade]
    told, shot = held.take(turn, line)
    if grade is not Grade.UNSATISFIED:
        words = turn.done("{matter_rated}")
    elif told or shot:
        words = turn.done("{matter_rated}\n{matter_told}")
    else:
        asked = turn.ask_beside(Asked.MORE, **{daily.ABOUT: line.matter_id})
        said, words = f"{said}\n\n{asked.text}", Reply(text="{matter_rated}")
    turn.wants(
        RateMatter(matter_id=line.matter_id, grade=grade, said=said, too_late=texts.TOO_LATE)
    )
    if grade is Grade.UNSATISFIED and (told or shot):
        _tell_more(turn, line, texts.PASSED_ON, words=told, media=shot)
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
    held.keep(turn, line, words, media)
    return _grade(turn, line)


def _grade(turn: Turn, line: MatterLine) -> Reply:
    return turn.ask_beside(Asked.GRADE, **{daily.ABOUT: line.matter_id})


def _doubted(turn: Turn, grade: Grade) -> Reply | None:
    """Ask once more where a good grade, which ends it, follows words that it is not done."""
    said = held.said_not_done(turn)
    if grade is Grade.UNSATISFIED or not said or f"{BESIDE}{DOUBTED}" in turn.answers:
        return None
    turn.answers[f"{BESIDE}{DOUBTED}"] = "1"
    return Reply(text=texts.is_it_done(said, grade))


def _rateable(turn: Turn, grade: str | None) -> list[MatterLine]:
    """Give what waits for a grade; where nothing does, a 不满意 may mean what was closed lately."""
    return held.waiting(turn) or (_closed_lately(turn) if grade == Grade.UNSATISFIED else [])


def _closed_lately(turn: Turn) -> list[MatterLine]:
    return [one for one in turn.known.matters if one.reopens]


def _not_done_after_all(turn: Turn) -> list[MatterLine]:
    """Give what was closed lately, if somebody says that something is not done."""
    return _closed_lately(turn) if texts.NOT_DONE.search(turn.said) else []


def _cases_wait(turn: Turn) -> bool:
    return any(case.page == "rate" for case in turn.known.cases)
