"""The answer to a daily-life matter (民生事项): rated, and complained of."""

from __future__ import annotations

from bot import daily, held
from bot.answered import ask_grade, ask_what_is_meant, closed_lately, hold, tell_more
from bot.choosing import with_chosen, with_one
from bot.daily import Asked
from bot.guidance import Asked as Told
from bot.routing import BESIDE, DialogueState, Router, Turn, during, kind, text
from bot.texts import chat, deeds
from bot.texts import matters as texts
from bot.unfinished import Unfinished
from domain.conversations import MatterLine, MessageKind, RateMatter, Reply
from domain.daily_matters import is_daily, is_quarrel
from domain.matters import LONGEST_TOLD, Grade
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


def _which(turn: Turn) -> str:
    return chat.which_case(_rateable(turn, turn.answers.get(f"{BESIDE}{GRADE}")))


first = Router("matter-answers-first")
router = Router(
    "matter-answers",
    questions={
        Asked.GRADE: _how_good,
        Asked.MORE: texts.WHAT_IS_WRONG,
        Which.MATTER: _which,
    },
    stories=frozenset({Asked.MORE}),
)
free = Router("matter-answers-free")
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
        asked = ask_grade(turn, waiting[0])
        if _cases_wait(turn):
            return asked
        return _doubted(turn, grade) or _rate(turn, waiting[0], grade)
    return turn.again(texts.RATED_ALREADY) if closed_lately(turn) else None


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
        return Reply(text=turn.question()) if _says_nothing(turn) else hold(turn, line)
    turn.step_out()
    return None if line is None else _of_answer(turn, line)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.GRADE))
async def hold_medium(turn: Turn) -> Reply | None:
    """Keep what is sent of an answer until it is rated."""
    line = daily.about(turn)
    return None if line is None else hold(turn, line)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(Asked.MORE))
async def show_more(turn: Turn) -> Reply | None:
    """Add a picture of what is wrong; the words may still follow."""
    line = daily.about(turn)
    if line is None:
        return None
    if line.to_rate:  # answered again meanwhile
        return hold(turn, line)
    tell_more(turn, line, texts.ADDED, media=(turn.fetch(),))
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
        return hold(turn, line) if grade is None else _rate(turn, line, grade)
    tell_more(turn, line, texts.PASSED_ON, words=words)
    return turn.done("{matter_told}")


@free.on(text(), lambda turn: turn.state in _FREE)
async def take_free_words(turn: Turn) -> Reply | None:
    """What is written while an answer waits to be rated, however long, is about that answer."""
    if turn.said in (*chat.BEGIN_REPORT, *chat.START_OVER, *texts.GRADES):
        return None
    waiting = held.waiting(turn) or _not_done_after_all(turn)
    if _cases_wait(turn):
        return None
    if not turn.state and held.may_rate_by_number(turn):
        return with_one(turn, waiting, Which.MATTER, ask_grade)
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
        return _not_yet(turn, grade)
    if turn.state:
        turn.step_out()
    if len(waiting) == 1:
        return _rate(turn, waiting[0], grade)
    return turn.ask_beside(Which.MATTER, **{GRADE: grade})


def _not_yet(turn: Turn, grade: Grade) -> Reply | None:
    """Say when the answer comes to whoever rates a matter before it; 不满意 is passed on."""
    awaited = [one for one in turn.known.matters if not one.over and not one.to_rate]
    if not awaited:
        return None
    said = texts.not_answered_yet(awaited[0])
    if grade is not Grade.UNSATISFIED or len(awaited) > 1:
        return turn.aside(said)
    tell_more(turn, awaited[0], texts.PASSED_ON, words=turn.message.text.strip())
    return turn.aside(f"{{matter_told}}\n{said}")


def _says_nothing(turn: Turn) -> bool:
    """Is it nothing that whoever has a matter in hand could use?"""
    said = turn.said
    return not said or said.isdecimal() or said in chat.NODS or said in chat.GREETINGS


def _of_answer(turn: Turn, line: MatterLine) -> Reply | None:
    """Hold words about an answer until it is rated, and ask if they may be about something else."""
    if turn.state or turn.alarmed or not _comes_before_stopped(turn):
        return None
    if turn.paused:
        return hold(turn, line)
    if turn.said in chat.NODS:
        return ask_grade(turn, line)
    if _says_nothing(turn):
        return None
    if _perhaps_another(turn.said):
        return ask_what_is_meant(turn, line)
    return hold(turn, line)


def _comes_before_stopped(turn: Turn) -> bool:
    """Does it say how a matter went, rather than go on with something that was stopped?"""
    went = texts.HOW_IT_WENT.search(turn.said) is not None and not is_quarrel(turn.said)
    return not turn.paused or (went and not turn.alarmed)


def _perhaps_another(said: str) -> bool:
    """May it be a matter or a dispute of its own?"""
    dispute = propose_type(said).sure and texts.HOW_IT_WENT.search(said) is None
    return dispute or is_daily(said) or is_quarrel(said)


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
        tell_more(turn, line, texts.PASSED_ON, words=told, media=shot)
    return words


def _doubted(turn: Turn, grade: Grade) -> Reply | None:
    """Ask once more where a good grade, which ends it, follows words that it is not done."""
    said = held.said_not_done(turn)
    if grade is Grade.UNSATISFIED or not said or f"{BESIDE}{DOUBTED}" in turn.answers:
        return None
    turn.answers[f"{BESIDE}{DOUBTED}"] = "1"
    return Reply(text=texts.is_it_done(said, grade))


def _rateable(turn: Turn, grade: str | None) -> list[MatterLine]:
    """Give what waits for a grade; where nothing does, a 不满意 may mean what was closed lately."""
    return held.waiting(turn) or (closed_lately(turn) if grade == Grade.UNSATISFIED else [])


def _not_done_after_all(turn: Turn) -> list[MatterLine]:
    """Give what was closed lately, if somebody says that something is not done."""
    return closed_lately(turn) if texts.NOT_DONE.search(turn.said) else []


def _cases_wait(turn: Turn) -> bool:
    return any(case.page == "rate" for case in turn.known.cases)
