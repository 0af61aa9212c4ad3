"""What is remembered while a daily-life matter (民生事项) is told, alone or beside a report."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.guidance import Asked as Told
from bot.places import RANG
from bot.routing import BESIDE, COMES_BACK, NOTES, PAUSED, SET_ASIDE, DialogueState, Turn
from bot.texts import matters as texts
from domain.conversations import Link, MatterLine, Reply
from domain.daily_matters import is_daily
from domain.danger import Danger, alarms


class Asked(DialogueState):
    """What we last asked about a matter."""

    WHAT = "matter:what"
    QUARREL = "matter:quarrel"
    WHERE = "matter:where"
    PICTURES = "matter:pictures"
    CONFIRM = "matter:confirm"
    CHANGE = "matter:change"
    GRADE = "matter:grade"
    MORE = "matter:more"
    ADDED = "matter:added"
    MEANT = "matter:meant"


TELLING = (
    Asked.WHAT,
    Asked.QUARREL,
    Asked.WHERE,
    Asked.PICTURES,
    Asked.CONFIRM,
    Asked.CHANGE,
)
ANEW = "media-anew"  #: the answer that lets the next picture replace those sent before
NAMES = (
    *("told", "place", "latitude", "longitude", "media", "shown", "as_matter"),
    *(ANEW, RANG, NOTES),
)
#: What a report and a matter keep under the same names: nothing of it is lost between them.
SHARED = ("place", "latitude", "longitude", "media", RANG, NOTES)
ABOUT = "matter"  #: the answer that says which matter is rated
#: A fire may be the matter itself; of every other danger nobody hears who has a matter in hand.
OF_THINGS = frozenset({Danger.FIRE, Danger.RESCUE})


def begin(turn: Turn) -> Reply:
    """Ask what it is; whatever else is open or stopped stays so."""
    if turn.state or turn.paused:
        return turn.ask_beside(Asked.WHAT)
    return turn.begin(Asked.WHAT)


def take_up(turn: Turn, story: str) -> Reply:
    """Go on with what was told and sent already, alone: story, notes, place and pictures."""
    known = {name: turn.answers[name] for name in SHARED if name in turn.answers}
    turn.begin(Asked.WHAT)
    return after(turn, **known, told=story, as_matter="1")


def after(turn: Turn, **more: str) -> Reply:
    """Keep an answer and ask what is still open; at last show everything."""
    keep(turn, **more)
    known = told(turn)
    if "place" not in known:
        return ask(turn, Asked.WHERE)
    return ask(turn, Asked.CONFIRM if "shown" in known else Asked.PICTURES)


def told(turn: Turn) -> dict[str, str]:
    """Give what was told of the matter so far."""
    return _under(turn, BESIDE if turn.beside else "")


def _under(turn: Turn, prefix: str) -> dict[str, str]:
    return {
        name: turn.answers[f"{prefix}{name}"] for name in NAMES if f"{prefix}{name}" in turn.answers
    }


def in_hand(turn: Turn) -> dict[str, str] | None:
    """Give what was told of the matter that is open or stopped; nothing if none is."""
    prefix = _where_in_hand(turn)
    if prefix is None:
        return None
    known = _under(turn, prefix)
    return {**known, "told": _story(known)}


def note_alarm(turn: Turn) -> None:
    """Remember that an alarm was raised from the matter in hand."""
    turn.answers[f"{_where_in_hand(turn) or ''}{RANG}"] = "1"


def _where_in_hand(turn: Turn) -> str | None:
    """Say under which names the answers of the matter in hand are kept."""
    if turn.tells_beside:
        return BESIDE
    if turn.set_aside and (COMES_BACK in turn.answers or not turn.telling):
        return SET_ASIDE
    alone = turn.telling in TELLING or turn.answers.get(PAUSED) in TELLING
    return "" if alone else None


def may_become_one(turn: Turn) -> bool:
    """Is what was asked last about a matter, or whether it is one?"""
    return turn.state in {*Asked, Told.OFFER}


def without_danger(told: str) -> str:
    """Give what an alarming story tells of the matter; of a person's danger nothing."""
    found = {one.kind for one in alarms(told)}
    if found and found <= OF_THINGS:
        return told
    sentences = re.findall(r"[^。！？!?\n]+[。！？!?\n]?", told)
    calm = "".join(one for one in sentences if not alarms(one)).strip()
    return calm if found and is_daily(calm) and not alarms(calm) else ""


def whole_story(turn: Turn) -> str:
    """Give what it is, with what was told besides while something else was asked."""
    return _story(told(turn))


def _story(known: Mapping[str, str]) -> str:
    return "\n".join(filter(None, (known.get("told", ""), known.get(NOTES, ""))))


def media(turn: Turn) -> list[str]:
    """Name what was sent of the matter so far."""
    return told(turn).get("media", "").split()


def keep(turn: Turn, **more: str) -> None:
    """Remember answers."""
    prefix = BESIDE if turn.beside else ""
    turn.answers.update({f"{prefix}{name}": value for name, value in more.items()})


def forget(turn: Turn, *names: str) -> None:
    """Forget answers that are given anew."""
    prefix = BESIDE if turn.beside else ""
    for name in names:
        turn.answers.pop(f"{prefix}{name}", None)


def ask(turn: Turn, state: Asked) -> Reply:
    """Ask the next question; what was told stays."""
    return turn.ask_beside(state, **told(turn)) if turn.beside else turn.ask(state)


def filed(turn: Turn, words: str, *links: Link) -> Reply:
    """Say that it is handed in; what is written next belongs to it, unless a report waits."""
    if turn.beside:
        turn.finish_beside()
        return turn.aside(words, *links)
    turn.end(words)
    asked = turn.ask_beside(Asked.ADDED)
    return Reply(text=f"{words}\n{asked.text}", links=links)


def about(turn: Turn) -> MatterLine | None:
    """Give the matter that is being rated."""
    wanted = turn.answers.get(f"{BESIDE}{ABOUT}")
    return next((one for one in turn.known.matters if one.matter_id == wanted), None)


def tell(turn: Turn, line: MatterLine) -> Reply:
    """Tell how a matter stands; an answer that waits is to be rated."""
    link = Link(title=texts.MATTER_LINK, url=line.url)
    if not line.to_rate:
        return turn.done(texts.matter_lines(line), link)
    asked = turn.ask_beside(Asked.GRADE, **{ABOUT: line.matter_id})
    return Reply(text=f"{texts.matter_lines(line)}\n\n{asked.text}", links=(link,))
