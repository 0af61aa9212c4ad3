"""Whoever is in mortal danger talks with a human, whatever was asked, until that is ended."""

from __future__ import annotations

from dataclasses import replace

from bot import in_danger
from bot.helping import helped
from bot.passing_on import ForHuman, pass_on
from bot.places import is_within, nothing_but_a_place, place_in_danger, place_told
from bot.routing import Router, Turn, click, during, kind, text
from bot.texts import chat as texts
from bot.texts import danger as danger_texts
from bot.texts import places
from bot.texts.checks import CHECK
from domain.conversations import AskHuman, MessageKind, PassOn, RaiseAlarm, Reply, TellPlace
from domain.daily_matters import is_daily, is_quarrel

BY_MACHINE = (*texts.MY_CASES, *texts.LARGE, *CHECK)  #: is answered between, and read along
SAID = set(MessageKind) - {MessageKind.EVENT, MessageKind.HEARD}
SHORTEST_STORY = 8  #: characters, out of the blue
IN_DISTRESS = during(ForHuman.DISTRESS)

first = Router("distress-first", questions={ForHuman.DISTRESS: danger_texts.SAY_IT_HERE})
last = Router("distress")


def is_theirs(turn: Turn) -> bool:
    """Does whoever is in danger write themselves? A grid worker tells it of somebody else."""
    return turn.alarmed and helped(turn) is None


def open_talk(turn: Turn) -> Reply:
    """Call a human into the chat; what was being told is put by and asked for no more."""
    call_beside(turn)
    _stay(turn)
    _note_place(turn)
    placed = in_danger.PLACE_TOLD in turn.answers
    return Reply(text=danger_texts.say_it_here(waits=turn.paused, placed=placed))


def call_beside(turn: Turn) -> None:
    """Call a human who reads this, and let the talk go on as it does."""
    in_danger.go_on(turn)
    _call(turn)


def warn_human(turn: Turn) -> None:
    """Let the talk that a human has already be one about danger."""
    if turn.alarmed:
        in_danger.go_on(turn)
        turn.wants(AskHuman(danger=True))


def let_read_on(turn: Turn) -> None:
    """Whoever was called reads on, also while the person goes on with something else."""
    passed = any(isinstance(one, PassOn) for one in turn.intents)
    heard = turn.message.kind in SAID and not (passed or turn.human)
    if heard and in_danger.is_open(turn) and turn.known.human_asked:
        turn.wants(PassOn())


def let_go_after_a_day(turn: Turn) -> None:
    """Whoever wrote nothing for a day is free; the alarm stays, and so does the desk's talk."""
    if turn.state == ForHuman.DISTRESS and not (turn.human or in_danger.is_going_on(turn)):
        turn.step_out()
        in_danger.end(turn)
    if in_danger.SINCE in turn.answers and not in_danger.is_remembered(turn):
        in_danger.forget(turn)


def come_back(turn: Turn) -> None:
    """After what was asked for between, what is said is for the human again."""
    if in_danger.BETWEEN in turn.answers and not (turn.state or turn.human):
        del turn.answers[in_danger.BETWEEN]
        turn.ask_beside(ForHuman.DISTRESS)


def puts_oneself_first(turn: Turn, *, now: bool) -> bool:
    """Did this person speak of self-harm, now or before in the same talk?"""
    if now and is_theirs(turn):
        turn.answers[in_danger.ONESELF] = ""
    return now or (is_theirs(turn) and in_danger.ONESELF in turn.answers)


def _note_place(turn: Turn) -> None:
    """Remember the place told with the danger, now or in the report it belongs to."""
    before = turn.answers.get(in_danger.PLACE_TOLD)
    if told := nothing_but_a_place(turn.message, before=before):
        turn.wants(TellPlace(spot=told, within=is_within(turn.message, before=before)))
    raised = [one.spot for one in turn.intents if isinstance(one, RaiseAlarm) and one.spot]
    if named := told or place_told(turn.message) or next(iter(raised), None):
        turn.answers[in_danger.PLACE_TOLD] = places.address_in(named.words)


def _keep_place(turn: Turn) -> str:
    """Put a place that was told before whoever was called, and give the words that say so."""
    before = turn.answers.get(in_danger.PLACE_TOLD)
    told = place_in_danger(turn.message, before=before)
    if told is None:
        return ""
    turn.wants(TellPlace(spot=told, within=is_within(turn.message, before=before)))
    turn.answers[in_danger.PLACE_TOLD] = told.words
    return danger_texts.place_kept(told.words)


def _call(turn: Turn) -> None:
    """Call somebody (asked again, it is the same call) and show them what was said."""
    turn.wants(AskHuman(danger=True))
    pass_on(turn, in_danger=True)


def _stay(turn: Turn) -> None:
    if turn.state != ForHuman.DISTRESS:
        turn.put_by()
        turn.ask_beside(ForHuman.DISTRESS)


def _is_looked_after(turn: Turn) -> bool:
    """Is an alarm of this person open, from here or from a page, or not a day old?"""
    return in_danger.is_going_on(turn) or bool(turn.known.alarm_told)


def _is_read(turn: Turn) -> bool:
    """Is nothing else open, and the talk about danger not over?"""
    return not turn.state and in_danger.is_open(turn) and turn.known.human_asked


def _is_over(turn: Turn) -> bool:
    """Was the talk ended within the day or while the alarm rings, and is this no new story?"""
    if turn.state or not in_danger.is_remembered(turn):
        return False
    if in_danger.ENDED not in turn.answers and turn.known.human_asked:
        return False
    return turn.paused or not _tells_something_else(turn)


def _tells_something_else(turn: Turn) -> bool:
    """Is it plainly a story of a lamp or a quarrel, and of no fear?"""
    told = turn.message.text
    if len(turn.said) < SHORTEST_STORY or turn.nearly or danger_texts.says_how_they_feel(told):
        return False
    return is_daily(told) or is_quarrel(told)


def _names_who_was_called(turn: Turn) -> bool:
    """Do they, who spoke of danger here, write the name of whoever was called?"""
    spoke = not turn.state and in_danger.SINCE in turn.answers
    return spoke and danger_texts.asks_for(turn.known.called, turn.said)


def _wants_out(turn: Turn) -> bool:
    """Do they say that all is well, or want no more of it? In an alarm that counts for nothing."""
    leaves = turn.said in (*texts.END_HUMAN, *texts.CANCEL) or danger_texts.says_all_is_well(
        turn.said
    )
    held = turn.state == ForHuman.DISTRESS or _is_read(turn)
    return leaves and (held or _asks_for_end(turn))


def _asks_for_end(turn: Turn) -> bool:
    """Was a human of whom they want no more called for danger, while something else is open?"""
    if turn.state == ForHuman.WAITING:
        return turn.known.danger_talk
    over = in_danger.ENDED in turn.answers
    return turn.said in texts.END_HUMAN and turn.known.danger_talk and not over


def _is_for_human(turn: Turn) -> bool:
    return turn.said not in (*texts.GO_ON, *texts.SHOW_BEFORE, *BY_MACHINE)


@first.on(text(*danger_texts.YES_SAFE), IN_DISTRESS, in_danger.says_safe)
async def let_go(turn: Turn) -> Reply:
    """Whoever is safe has the machine back; the alarm rings on until somebody saw it."""
    pass_on(turn, in_danger=True)
    turn.step_out()
    in_danger.end(turn)
    return Reply(text=danger_texts.back_to_machine(waits=turn.paused))


@first.on(text(), lambda turn: not turn.alarmed, _wants_out)
async def ask_if_safe(turn: Turn) -> Reply:
    """Before anybody is let go, ask; the human reads the words."""
    pass_on(turn, in_danger=True)
    in_danger.go_on(turn)
    _stay(turn)
    return in_danger.ask_if_safe(turn)


@first.on(text(*texts.GO_ON), IN_DISTRESS)
async def go_on(turn: Turn) -> None:
    """By this word alone a form is asked again: what was put by, or a report from its start."""
    if not turn.paused:
        turn.step_out()
        turn.message = replace(turn.message, text=texts.BEGIN_REPORT[0])


@first.on(text(*BY_MACHINE), IN_DISTRESS)
@first.on(click("MY_CASES"), IN_DISTRESS)
async def answer_between(turn: Turn) -> None:
    """What a machine can answer it answers; then the talk goes on."""
    in_danger.go_on(turn)
    turn.answers[in_danger.BETWEEN] = ""


@first.on(kind(*SAID), IN_DISTRESS, _is_for_human)
@first.on(click("REPORT", "HUMAN"), IN_DISTRESS)
@first.on(text(*texts.HELP), _is_read)
@first.on(text(*texts.HUMAN), _is_looked_after)
@first.on(text(), lambda turn: danger_texts.asks_who_comes(turn.said), _is_looked_after)
@first.on(text(), _names_who_was_called, _is_looked_after)
@first.on(click("HUMAN"), _is_looked_after)
@last.on(kind(*SAID), _is_read)
async def listen(turn: Turn) -> Reply:
    """Put what the person says before the human, and say who reads it."""
    in_danger.go_on(turn)
    _call(turn)
    _stay(turn)
    place = _keep_place(turn)
    said = danger_texts.somebody_reads(
        turn.known,
        said=turn.said,
        waits=turn.paused,
        of_oneself=in_danger.ONESELF in turn.answers,
        way_out=in_danger.EXIT_TOLD not in turn.answers,
    )
    turn.answers[in_danger.EXIT_TOLD] = ""
    return Reply(text=texts.received(turn.message.kind, f"{place}\n{said}".strip()))


@last.on(kind(MessageKind.TEXT, MessageKind.LOCATION), _is_over)
async def offer_human(turn: Turn) -> Reply:
    """After the talk no form is asked by itself; whoever needs somebody knows how to call."""
    pass_on(turn, in_danger=True)
    place = _keep_place(turn)
    if not place and danger_texts.says_all_is_well(turn.said):
        return Reply(text=danger_texts.back_to_machine(waits=turn.paused))
    read, of_oneself = turn.known.human_asked, in_danger.ONESELF in turn.answers
    if in_danger.CALL_TOLD in turn.answers:
        said = danger_texts.call_briefly(read=read, of_oneself=of_oneself)
    else:
        said = danger_texts.call_again(read=read, of_oneself=of_oneself, waits=turn.paused)
    turn.answers[in_danger.CALL_TOLD] = ""
    return Reply(text=f"{place}\n{said}".strip())
