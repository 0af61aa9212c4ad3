"""A resident reports a dispute: what, where, who, danger, evidence, and a summary to confirm."""

from __future__ import annotations

from dataclasses import replace

from bot import daily
from bot.guidance import (
    KEPT_AS,
    Asked,
    choices_of,
    extra_of,
    extras_of,
    following,
    place_in,
)
from bot.heeding import (
    ASKED_AGAIN,
    asked_again,
    may_name_it_still,
    names_no_place,
    no_answer,
    says_nothing,
    told_before,
)
from bot.helping import helped, kept_for
from bot.listening import await_words
from bot.offering import offering
from bot.places import spot_of, tell_who_was_called
from bot.ringing import alarm, media_of
from bot.routing import NOTES, OFFERED, PAUSED, Router, Turn, click, during, kind, text
from bot.texts import chat as texts
from bot.texts import errands, guidance, matters
from bot.texts.voices import VOICE_KEPT
from bot.unfinished import Unfinished, unfinished
from domain.cases import LONGEST_STORY, SHORTEST_STORY, Report
from domain.conversations import (
    FileReport,
    JudgeHeard,
    Link,
    MessageKind,
    Reply,
)
from domain.daily_matters import is_daily
from domain.ids import MediaId
from domain.matters import MOST_MEDIA
from domain.self_told import self_told
from domain.taxonomy import TypeCode

STORY_FROM = 8  #: characters: a text as long as that, sent out of the blue, may be a report

ANEW = "media-anew"  #: the answer that lets the next picture replace those sent before

_TOLD_BEFORE_WHO = ("story", "more", "and_more", NOTES)
AT_DANGER = "at-danger"  #: the answer that holds what was written before the yes or no

MISSED = "missed"  #: the answer that says that the offer was answered with something else

ITEMS = {
    "1": Asked.WHAT,
    "2": Asked.WHERE,
    "3": Asked.WHO,
    "4": Asked.DANGER,
    "5": Asked.PICTURES,
    "6": Asked.MORE,
    "7": Asked.AND_MORE,
}


def _offer(turn: Turn) -> str:
    return matters.OFFER if is_daily(turn.answers.get("story", "")) else guidance.OFFER


def _who(turn: Turn) -> str:
    """Ask for the others; for the teller too, unless we have or were just told who that is."""
    if helped(turn) is not None or turn.known.named:
        return texts.WHO_IS_INVOLVED
    told = self_told("\n".join(turn.answers.get(name, "") for name in _TOLD_BEFORE_WHO))
    return texts.WHO_IS_INVOLVED if told and told.name and told.phone else texts.WHO_WITH_YOU


def _which_kind(turn: Turn) -> str:
    choices = [guidance.EVERYDAY[code] for code in choices_of(turn)]
    return guidance.WHICH_KIND.format(choices=texts.numbered(choices))


def _where(turn: Turn) -> str:
    place = place_in(turn)
    return guidance.IS_IT_THERE.format(place=place) if place else texts.WHERE_WAS_IT


def _more(turn: Turn) -> str:
    extra = extra_of(turn, turn.state)
    return extra.asks if extra else texts.TELL_MORE


def _pictures(turn: Turn) -> str:
    count = len(media_of(turn))
    return texts.PICTURES_KEPT.format(count=count) if count else texts.PICTURES


def _which_item(turn: Turn) -> str:
    return texts.which_item([extra.label for extra in extras_of(turn)])


def _summary(turn: Turn) -> str:
    told, told_for = turn.answers, helped(turn)
    words = texts.summary(
        story=told["story"],
        notes=told.get(NOTES, ""),
        place=told.get("place", ""),
        others=told.get("others", ""),
        danger=told.get("danger", ""),
        media=len(media_of(turn)),
        more=_told_besides(turn),
        begun=turn.known.begun,
    )
    if told_for is None:
        return words
    return f"{errands.on_behalf(told_for.name, told_for.phone, told_for.agreed)}\n{words}"


router = Router(
    "report",
    questions={
        Asked.OFFER: _offer,
        Asked.WHAT: texts.WHAT_HAPPENED,
        Asked.KIND: _which_kind,
        Asked.WHERE: _where,
        Asked.MORE: _more,
        Asked.AND_MORE: _more,
        Asked.WHO: _who,
        Asked.DANGER: texts.IN_DANGER,
        Asked.PICTURES: _pictures,
        Asked.CONFIRM: _summary,
        Asked.CHANGE: _which_item,
    },
    stories=frozenset({Asked.WHAT, Asked.DANGER}),
)
last = Router("report-last")


@router.on(text(*texts.BEGIN_REPORT))
@router.on(click("REPORT"))
async def begin(turn: Turn) -> Reply:
    """Ask what happened, unless something told before waits to be finished."""
    turn.step_out()
    if turn.state == Asked.OFFER:
        return _next(turn)
    if turn.state:
        return turn.again(texts.ALREADY_ASKING)
    return unfinished(turn) if turn.paused else turn.begin(Asked.WHAT)


@router.on(text(*texts.START_OVER))
async def start_over(turn: Turn) -> Reply:
    """Forget what was told and ask what happened, unless that was just said."""
    offered, told_for = turn.answers.get(OFFERED, ""), kept_for(turn)
    asked = turn.begin(Asked.WHAT)
    turn.answers.update(told_for)
    return _next(turn, story=offered) if offered else asked


@router.on(text(*texts.ONE_MORE), during(Unfinished.WHICH))
async def begin_one_more(turn: Turn) -> Reply:
    """Tell a new matter first; what was stopped is kept and comes back after it."""
    if turn.shelves:
        human = texts.ask_a_human(turn.known)
        return Reply(text=f"{turn.again(texts.TOO_MANY_UNFINISHED).text}\n\n{human}")
    turn.step_out()
    story = turn.answers.pop(OFFERED, "")
    if PAUSED in turn.answers:
        turn.shelve()
    turn.begin(Asked.WHAT)
    if is_daily(story):
        return daily.take_up(turn, story)
    return _next(turn, story=story) if story else Reply(text=turn.question())


@last.on(text())
async def offer(turn: Turn) -> Reply | None:
    """Take a whole story that somebody sends at once, before any question."""
    story = turn.message.text.strip()
    busy = turn.state not in ("", Unfinished.WHICH)
    if turn.alarmed or busy or len(story) < STORY_FROM:
        return None
    if len(story) > LONGEST_STORY:
        return Reply(text=texts.TOO_LONG)
    if turn.paused:
        return unfinished(turn, story)
    turn.begin(Asked.OFFER)
    turn.answers["story"] = story
    return Reply(text=turn.question())


@router.on(text(*guidance.YES, *texts.CONFIRM), during(Asked.OFFER))
async def take_offer(turn: Turn) -> Reply:
    """Go on with what was told already: as a daily-life matter, if it sounds like one."""
    return _as_matter(turn) if is_daily(turn.answers["story"]) else _next(turn)


@router.on(text(*guidance.NOT_THAT), during(Asked.OFFER))
async def leave_offer(turn: Turn) -> Reply:
    """It was meant for something else."""
    turn.end(texts.HELP_WORDS)
    return offering(turn, texts.HELP_WORDS)


@router.on(text(*matters.MATTER), during(Asked.OFFER))
async def hand_on(turn: Turn) -> Reply:
    """It is a daily-life matter."""
    return _as_matter(turn)


@router.on(text(*matters.RATHER_A_DISPUTE), during(Asked.OFFER))
async def mediate_all_the_same(turn: Turn) -> Reply | None:
    """It sounds like a daily-life matter, and people quarrel about it."""
    return _next(turn) if is_daily(turn.answers["story"]) else None


@router.on(text(), during(Asked.OFFER))
async def tell_more(turn: Turn) -> Reply:
    """A story told in several messages is one story."""
    turn.answers["story"] = f"{turn.answers['story']}\n{turn.message.text.strip()}"
    if MISSED not in turn.answers:
        turn.answers[MISSED] = "1"
        return turn.again(guidance.OFFER_KEPT)
    phone = turn.known.office_phone
    call = guidance.OR_CALL.format(phone=phone) if phone else ""
    return turn.again(guidance.OFFER_KEPT_AGAIN.format(phone=call))


@router.on(text(*texts.AMEND), during(*(one for one in KEPT_AS if one is not Asked.WHAT)))
async def correct_the_last(turn: Turn) -> Reply:
    """Before the summary, to correct means the answer given last."""
    return turn.back()


@router.on(text(), during(Asked.WHAT))
async def take_story(turn: Turn) -> Reply:
    """Keep the story and ask what it leaves open."""
    story = turn.message.text.strip()
    if len(story) > LONGEST_STORY:
        return Reply(text=texts.TOO_LONG)
    if len(story) < SHORTEST_STORY or (says_nothing(turn) and not turn.alarmed):
        return turn.again(texts.TELL_MORE)
    if is_daily(story) and not turn.alarmed and not turn.trail and helped(turn) is None:
        turn.answers["story"] = story
        return turn.ask(Asked.OFFER)
    return _next(turn, story=story)


@router.on(text(), during(Asked.KIND))
async def take_kind(turn: Turn) -> Reply:
    """Keep which kind it is; whoever answers in own words has told more of it."""
    choices = choices_of(turn)
    numbers = {str(at): code for at, code in enumerate(choices, 1)}
    names = {guidance.EVERYDAY[code]: code for code in choices}
    chosen = (numbers | names).get(turn.said, "")
    told = not says_nothing(turn) and not told_before(turn) and turn.said not in guidance.NEITHER
    if not chosen and told:
        turn.note(turn.message.text.strip())
    return _next(turn, kind=chosen)


@router.on(text(), during(Asked.WHERE))
async def take_place(turn: Turn) -> Reply:
    """Keep the address, or the one that the story named."""
    place = turn.message.text.strip()
    if not place:
        return turn.again(texts.CANNOT_READ)
    if turn.said in (*guidance.YES, *texts.CONFIRM) and place_in(turn):
        place = place_in(turn)
    elif names_no_place(turn):
        if again := asked_again(turn):
            return again
        if not may_name_it_still(turn):
            return _without_place(turn)
    turn.answers.pop("latitude", None)
    turn.answers.pop("longitude", None)
    turn.answers["place"] = place
    tell_who_was_called(turn, turn.answers, helped(turn))
    return _next(turn)


@router.on(kind(MessageKind.LOCATION), during(*Asked))
async def take_point(turn: Turn) -> Reply:
    """Keep the place on the map and say it back; whatever was asked, it is the place."""
    turn.answers["place"] = turn.message.label
    turn.answers["latitude"] = str(turn.message.latitude)
    turn.answers["longitude"] = str(turn.message.longitude)
    tell_who_was_called(turn, turn.answers, helped(turn))
    noted = texts.place_noted(turn.message.label, cell=turn.known.cell)
    if turn.state == Asked.WHERE:
        return replace(asked := _next(turn), text=f"{noted}\n\n{asked.text}")
    return turn.again(noted)


@router.on(text(), during(Asked.MORE, Asked.AND_MORE))
async def take_more(turn: Turn) -> Reply:
    """Keep what only this kind of matter is asked."""
    kept_as, extra = KEPT_AS[Asked(turn.state)], extra_of(turn, turn.state)
    if turn.said in texts.SKIP:
        return _next(turn, **{kept_as: ""})
    if no_answer(turn) and not (extra and extra.takes(turn.said)):
        return asked_again(turn) or _leave(turn, kept_as)
    return _next(turn, **{kept_as: turn.message.text.strip()})


@router.on(text(), during(Asked.WHO))
async def take_people(turn: Turn) -> Reply:
    """Keep who is involved."""
    if turn.said in texts.SKIP:
        return _next(turn, others="")
    if no_answer(turn):
        return asked_again(turn) or _leave(turn, "others")
    return _next(turn, others=turn.message.text.strip())


@router.on(text(), during(Asked.DANGER))
async def take_danger(turn: Turn) -> Reply:
    """Raise the alarm if somebody is in danger."""
    if turn.alarmed:
        return _next(turn, danger=_with_words(turn, turn.message.text.strip()))
    if turn.said in texts.UNSAFE:
        story = turn.answers["story"]
        turn.wants(alarm(turn, words=texts.TOLD_OF_DANGER, text=story))
        return _next(turn, danger=_with_words(turn, texts.DANGER_TOLD))
    if turn.said in texts.SAFE:
        return _next(turn, danger=_with_words(turn, texts.SAFE_TOLD))
    if not no_answer(turn):
        turn.answers[AT_DANGER] = f"{turn.answers.get(AT_DANGER, '')}\n{turn.message.text}".strip()
    return Reply(text=texts.SAY_ONE_OR_TWO)


@router.on(kind(MessageKind.IMAGE, MessageKind.VOICE), during(*Asked))
async def take_medium(turn: Turn) -> Reply:
    """Keep a picture or voice as evidence, whenever it comes."""
    media = [] if turn.state == Asked.PICTURES and ANEW in turn.answers else media_of(turn)
    if len(media) >= MOST_MEDIA:
        return turn.again(texts.ENOUGH_PICTURES)
    media_id = turn.fetch()
    turn.answers.pop(ANEW, None)
    turn.answers["media"] = " ".join([*media, media_id])
    voice = turn.message.kind is MessageKind.VOICE
    if voice and turn.known.listens:
        return await_words(turn, media_id)
    if turn.state == Asked.PICTURES:
        return Reply(text=texts.pictures_kept(len(media) + 1))
    return turn.again(VOICE_KEPT if voice else texts.TEXT_BESIDES)


@router.on(text(*texts.SEND_ANEW), during(Asked.PICTURES), lambda turn: bool(media_of(turn)))
async def send_anew(turn: Turn) -> Reply:
    """Put the next picture in the place of those sent before; until it comes they stay."""
    turn.answers[ANEW] = "1"
    return Reply(text=texts.ANEW.format(count=len(media_of(turn))))


@router.on(text(*texts.DONE), during(Asked.PICTURES))
async def end_evidence(turn: Turn) -> Reply:
    """Show everything told, to be confirmed."""
    turn.answers.pop(ANEW, None)
    return _next(turn, shown="1")


@router.on(text(), during(Asked.PICTURES))
async def take_words_besides(turn: Turn) -> Reply:
    """Keep what somebody writes beside the pictures."""
    if not says_nothing(turn) and not told_before(turn):
        turn.note(turn.message.text.strip())
    return Reply(text=texts.PICTURE_OR_DONE)


@router.on(text(*texts.CONFIRM, *texts.YES_TO_ALL), during(Asked.CONFIRM))
async def file(turn: Turn) -> Reply:
    """Hand the report in; the desk puts the number and the code into the reply."""
    told_for = helped(turn)
    turn.wants(FileReport(report=_report(turn), helped=told_for, refused=errands.NO_LONGER))
    words = texts.filed(turn.known)
    if told_for is not None:
        words = errands.filed_for(told_for.name, told_for.phone)
    return turn.end(words, Link(title=texts.CASE_LINK, url="{case_code}"))


@router.on(text(*texts.CHANGE, *texts.NOT_ALL), during(Asked.CONFIRM))
async def choose_item(turn: Turn) -> Reply:
    """Ask which answer is wrong."""
    return turn.detour(Asked.CHANGE)


@router.on(text(*ITEMS), during(Asked.CHANGE))
async def correct(turn: Turn) -> Reply | None:
    """Ask the chosen question again."""
    item = ITEMS[turn.said]
    if item in (Asked.MORE, Asked.AND_MORE) and extra_of(turn, item) is None:
        return None
    turn.answers.pop(ANEW, None)
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


def keep_spoken(turn: Turn) -> None:
    """Keep the voices whose words were just confirmed beside the report that came of them."""
    spoken = [one.media_id for one in turn.intents if isinstance(one, JudgeHeard) and one.right]
    if spoken and turn.state in set(Asked):
        turn.answers["media"] = " ".join(dict.fromkeys([*media_of(turn), *spoken]))


def _as_matter(turn: Turn) -> Reply:
    """Go on as a daily-life matter, with what was told and sent."""
    return daily.take_up(turn, turn.answers["story"])


def _with_words(turn: Turn, answer: str) -> str:
    """Put what was written at the question of danger to its answer."""
    words = " ".join(turn.answers.pop(AT_DANGER, "").split())
    return f"{answer}（{words}）" if words else answer


def _without_place(turn: Turn) -> Reply:
    """Go on without one; a sentence said twice in its stead is a part of the story."""
    if not no_answer(turn):
        turn.note(turn.message.text.strip())
    return _leave(turn, "place", empty=_no_place(turn))


def _no_place(turn: Turn) -> str:
    """Say that no place was told, unless a point on the map was."""
    return "" if "latitude" in turn.answers else texts.NO_PLACE_TOLD


def _leave(turn: Turn, kept_as: str, *, empty: str = "") -> Reply:
    """Keep nothing of what was no answer twice, say so, and go on; what stood there stays."""
    stood = turn.answers.get(kept_as, "")
    said = texts.LEFT_AS_IT_WAS if stood not in ("", empty) else texts.LEFT_EMPTY
    return Reply(text=f"{said}\n\n{_next(turn, **{kept_as: stood or empty}).text}")


def _next(turn: Turn, **answers: str) -> Reply:
    """Ask what is still open, or return to the summary if this was a correction."""
    turn.answers.pop(ASKED_AGAIN, None)
    turn.answers.update(answers)
    return turn.ask(Asked.CONFIRM if Asked.CONFIRM in turn.trail else following(turn))


def _told_besides(turn: Turn) -> list[tuple[str, str]]:
    """Give what this kind of matter was asked, with what it is called."""
    told = (turn.answers.get(KEPT_AS[asked], "") for asked in (Asked.MORE, Asked.AND_MORE))
    return [(extra.label, words) for extra, words in zip(extras_of(turn), told, strict=False)]


def _report(turn: Turn) -> Report:
    told = turn.answers
    besides = [f"{label}：{words}" for label, words in _told_besides(turn) if words]
    story = "\n".join(filter(None, [told["story"], *besides, told.get(NOTES, "")])).strip()
    return Report(
        story=story,
        spot=spot_of(turn.answers),
        others=told.get("others", ""),
        danger_told=told.get("danger", ""),
        media=tuple(MediaId(name) for name in media_of(turn)),
        kind_told=TypeCode(told["kind"]) if told.get("kind") else None,
    )
