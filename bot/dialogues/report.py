"""A resident reports a dispute: what, where, who, danger, evidence, and a summary to confirm."""

from __future__ import annotations

from bot.routing import NOTES, DialogueState, Router, Turn, click, during, kind, text
from bot.texts import chat as texts
from domain.cases import LONGEST_STORY, SHORTEST_STORY, Report, Spot
from domain.conversations import FetchMedia, FileReport, Link, MessageKind, RaiseAlarm, Reply
from domain.ids import MediaId

MOST_MEDIA = 9


class Asked(DialogueState):
    """What we last asked the resident."""

    WHAT = "report:what"
    WHERE = "report:where"
    WHO = "report:who"
    DANGER = "report:danger"
    PICTURES = "report:pictures"
    CONFIRM = "report:confirm"
    CHANGE = "report:change"


ITEMS = {
    "1": Asked.WHAT,
    "2": Asked.WHERE,
    "3": Asked.WHO,
    "4": Asked.DANGER,
    "5": Asked.PICTURES,
}


def _who(turn: Turn) -> str:
    return texts.WHO_IS_INVOLVED if turn.known.named else texts.WHO_WITH_YOU


def _summary(turn: Turn) -> str:
    told = turn.answers
    return texts.summary(
        story=told["story"],
        notes=told.get(NOTES, ""),
        place=told.get("place", ""),
        others=told.get("others", ""),
        danger=told.get("danger", ""),
        media=len(_media(turn)),
        begun=turn.known.begun,
    )


router = Router(
    "report",
    questions={
        Asked.WHAT: texts.WHAT_HAPPENED,
        Asked.WHERE: texts.WHERE_WAS_IT,
        Asked.WHO: _who,
        Asked.DANGER: texts.IN_DANGER,
        Asked.PICTURES: texts.PICTURES,
        Asked.CONFIRM: _summary,
        Asked.CHANGE: texts.WHICH_ITEM,
    },
    stories=frozenset({Asked.WHAT, Asked.DANGER}),
)


@router.on(text(*texts.BEGIN_REPORT))
@router.on(click("REPORT"))
async def begin(turn: Turn) -> Reply:
    """Ask what happened, unless something told before waits to be finished."""
    if turn.state:
        return turn.again(texts.ALREADY_ASKING)
    if turn.paused:
        return Reply(text=texts.UNFINISHED)
    return turn.begin(Asked.WHAT)


@router.on(text(*texts.START_OVER))
async def start_over(turn: Turn) -> Reply:
    """Forget what was told and ask what happened."""
    return turn.begin(Asked.WHAT)


@router.on(text(*texts.AMEND), during(Asked.WHERE, Asked.WHO, Asked.DANGER, Asked.PICTURES))
async def correct_the_last(turn: Turn) -> Reply:
    """Before the summary, to correct means the answer given last."""
    return turn.back()


@router.on(text(), during(Asked.WHAT))
async def take_story(turn: Turn) -> Reply:
    """Keep the story, ask for the place."""
    story = turn.message.text.strip()
    if len(story) < SHORTEST_STORY:
        return turn.again(texts.TELL_MORE)
    if len(story) > LONGEST_STORY:
        return Reply(text=texts.TOO_LONG)
    return _next(turn, Asked.WHERE, story=story)


@router.on(text(), during(Asked.WHERE))
async def take_place(turn: Turn) -> Reply:
    """Keep the address, ask who is involved."""
    place = turn.message.text.strip()
    if not place:
        return turn.again(texts.CANNOT_READ)
    turn.answers.pop("latitude", None)
    turn.answers.pop("longitude", None)
    return _next(turn, Asked.WHO, place=place)


@router.on(kind(MessageKind.LOCATION), during(*Asked))
async def take_point(turn: Turn) -> Reply:
    """Keep the place on the map; whatever was asked, it is the place."""
    turn.answers["place"] = turn.message.label
    turn.answers["latitude"] = str(turn.message.latitude)
    turn.answers["longitude"] = str(turn.message.longitude)
    if turn.state == Asked.WHERE:
        return _next(turn, Asked.WHO)
    return turn.again(texts.PLACE_NOTED)


@router.on(text(), during(Asked.WHO))
async def take_people(turn: Turn) -> Reply:
    """Keep who is involved, ask for danger."""
    others = "" if turn.said in texts.SKIP else turn.message.text.strip()
    return _next(turn, Asked.DANGER, others=others)


@router.on(text(), during(Asked.DANGER))
async def take_danger(turn: Turn) -> Reply:
    """Raise the alarm if somebody is in danger; ask for evidence."""
    if turn.alarmed:
        return _next(turn, Asked.PICTURES, danger=turn.message.text.strip())
    if turn.said in texts.UNSAFE:
        story = turn.answers["story"]
        turn.wants(alarm(turn, words=texts.TOLD_OF_DANGER, kind="told", text=story))
        return _next(turn, Asked.PICTURES, danger=texts.DANGER_TOLD)
    if turn.said in texts.SAFE:
        return _next(turn, Asked.PICTURES, danger=texts.SAFE_TOLD)
    return Reply(text=texts.SAY_ONE_OR_TWO)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(*Asked))
async def take_medium(turn: Turn) -> Reply:
    """Keep a picture or voice as evidence, whenever it comes."""
    media = _media(turn)
    if len(media) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH_PICTURES)
    media_id = turn.new_medium()
    turn.wants(
        FetchMedia(media_id=media_id, platform_id=turn.message.media_id, kind=turn.message.kind)
    )
    turn.answers["media"] = " ".join([*media, media_id])
    if turn.state == Asked.PICTURES:
        return Reply(text=texts.pictures_kept(len(media) + 1))
    return turn.again(texts.TEXT_BESIDES)


@router.on(text(*texts.DONE), during(Asked.PICTURES))
async def end_evidence(turn: Turn) -> Reply:
    """Show everything told, to be confirmed."""
    return turn.ask(Asked.CONFIRM)


@router.on(text(), during(Asked.PICTURES))
async def take_words_besides(turn: Turn) -> Reply:
    """Keep what somebody writes beside the pictures."""
    turn.note(turn.message.text.strip())
    return Reply(text=texts.PICTURE_OR_DONE)


@router.on(text(*texts.CONFIRM), during(Asked.CONFIRM))
async def file(turn: Turn) -> Reply:
    """Hand the report in; the desk puts the number and the code into the reply."""
    turn.wants(FileReport(report=_report(turn)))
    return turn.end(texts.filed(turn.known), Link(title=texts.CASE_LINK, url="{case_code}"))


@router.on(text(*texts.CHANGE), during(Asked.CONFIRM))
async def choose_item(turn: Turn) -> Reply:
    """Ask which answer is wrong."""
    return turn.detour(Asked.CHANGE)


@router.on(text(*ITEMS), during(Asked.CHANGE, Asked.CONFIRM))
async def correct(turn: Turn) -> Reply:
    """Ask the chosen question again."""
    item = ITEMS[turn.said]
    if item is Asked.PICTURES:
        turn.answers.pop("media", None)
    return turn.detour(item)


@router.on(text(), during(Asked.CHANGE))
async def say_a_number(turn: Turn) -> Reply:
    """Ask again which answer is wrong."""
    return turn.again(texts.SAY_A_NUMBER)


@router.on(text(), during(Asked.CONFIRM))
async def say_yes_or_change(turn: Turn) -> Reply:
    """Ask again for a yes or a correction."""
    return turn.again(texts.CONFIRM_OR_CHANGE)


@router.on(
    kind(MessageKind.VIDEO, MessageKind.LINK, MessageKind.UNKNOWN, MessageKind.TEXT),
    during(*Asked),
)
async def cannot_read(turn: Turn) -> Reply:
    """Say so, and repeat the question."""
    return turn.again(texts.CANNOT_READ)


def alarm(turn: Turn, *, words: str, kind: str, text: str) -> RaiseAlarm:
    """Raise the alarm with what the report tells so far, if one is being told."""
    told = turn.answers
    telling = turn.state in set(Asked) or turn.paused
    lines = dict.fromkeys((told.get("story", ""), told.get(NOTES, ""), text.strip()))
    return RaiseAlarm(
        words=words,
        kind=kind,
        text=text,
        story="\n".join(filter(None, lines)) if telling else "",
        spot=_spot(turn) if telling and told.get("place", told.get("latitude")) else None,
        media=tuple(MediaId(name) for name in _media(turn)) if telling else (),
    )


def _next(turn: Turn, usual: Asked, **answers: str) -> Reply:
    """Ask the next question, or return to the summary if this was a correction."""
    return turn.ask(Asked.CONFIRM if Asked.CONFIRM in turn.trail else usual, **answers)


def _media(turn: Turn) -> list[str]:
    return turn.answers.get("media", "").split()


def _report(turn: Turn) -> Report:
    told = turn.answers
    story = f"{told['story']}\n{told.get(NOTES, '')}".strip()
    return Report(
        story=story[:LONGEST_STORY],
        spot=_spot(turn),
        others=told.get("others", ""),
        danger_told=told.get("danger", ""),
        media=tuple(MediaId(name) for name in _media(turn)),
    )


def _spot(turn: Turn) -> Spot:
    told = turn.answers
    latitude, longitude = told.get("latitude"), told.get("longitude")
    return Spot(
        words=told.get("place", ""),
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
    )
