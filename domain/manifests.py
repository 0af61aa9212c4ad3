"""The manifest of a recorded meeting: what there is, what is missing and why, who agreed when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.canonical import canonical, sha256_of
from domain.companions import Companion, Now
from domain.history import Event
from domain.measures import PIECE, Measured
from domain.meetings import Aside, Attendee, Meeting
from domain.ports.rooms import Segment
from domain.presence import companions_in, is_in, is_within

FORMAT = "fengqiao-recording-1"
CRASH = "crash"  #: the reason of a gap after a segment that nobody ended
CLOCKS = {
    "segments": "the centre's clock when a segment begins, the host's even clock from there on",
    "films": "the publisher's clock, by RTCP sender reports that the journal holds",
    "events": "the centre's clock",
}

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A finished segment and its files; a journal in which nothing can be played has no film."""

    segment: Segment
    journal: Measured
    film: Measured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilm:
    """The film that was made of all segments after the meeting."""

    name: str
    seconds: float
    file: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What there is of a recording; the film is made later than the first list."""

    segments: Sequence[Kept]
    film: KeptFilm | None = None
    aside: Aside | None = None  #: the talk apart that they are of


def manifest_of(
    meeting: Meeting,
    names: Mapping[str, str],
    files: Files,
    events: Iterable[Event],
    *,
    committee: str,
    edition: int,
    at: datetime,
    piece: int = PIECE,
) -> Record:
    """Write down everything about a recording; ``names`` are those of the participants.

    Each section has its own hash under ``seals``, by which an altered one is located.  The list of
    the table says nothing of a talk apart, that of a talk apart nothing of who was not in it.
    """
    aside = files.aside
    own = [event for event in events if event.subject == meeting.id and event.at <= at]
    people = [one for one in meeting.attendees if aside is None or is_in(aside, one)]
    company = companions_in(meeting, own, aside)
    told = [event for event in own if _is_of(company, event)]
    sections: dict[str, object] = {
        "format": FORMAT,
        "meeting": _meeting(meeting, aside),
        "made": {"by": committee, "at": at.isoformat(), "edition": edition, "piece": piece},
        "participants": [_participant(one, names[one.participant], company) for one in people],
        "consents": [
            _consent(event)
            for event in told
            if _is_consent(event) and (aside is None or _is_by(people, event))
        ],
        "events": [_event(event) for event in told if _is_told(event, meeting, aside)],
        "segments": [_segment(one, files.segments) for one in files.segments],
        "films": [_film(files.film, files.segments)] if files.film else [],
        "clocks": CLOCKS,
    }
    return sections | {"seals": seals_of(sections)}


def seals_of(sections: Record) -> dict[str, str]:
    """Give the hash of each section."""
    return {name: sha256_of(canonical({name: section})) for name, section in sections.items()}


#: What one side may not read of a talk with the other (背靠背); to it, all of them are a pause.
_APART = frozenset({"meeting.pause", "meeting.aside", "meeting.together"})


def _is_apart(event: Event) -> bool:
    return event.kind in _APART or "aside" in event.detail


def _is_told(event: Event, meeting: Meeting, aside: Aside | None) -> bool:
    """Of a talk apart its own list tells that it began and who came along to it, nothing else."""
    if event.kind in _OF_COMPANIONS:
        talk = _talk_of(event, meeting)
        return talk == aside
    if aside is None:
        return not _is_apart(event)
    return event.kind == "meeting.aside" and event.at == aside.began_at


def _talk_of(event: Event, meeting: Meeting) -> Aside | None:
    """Find the talk apart in which a companion's host was then."""
    host = meeting.attendee(event.detail["participant"])
    talks = (one for one in meeting.asides if is_in(one, host) and is_within(one, event.at))
    return next(talks, None)


def _is_of(company: Sequence[Companion], event: Event) -> bool:
    """Is it no event of a companion, or one of these companions'?"""
    return event.kind not in _OF_COMPANIONS or event.detail["companion"] in {
        one.id for one in company
    }


def _is_consent(event: Event) -> bool:
    return event.kind in _CONSENTS or event.kind in _OF_COMPANIONS


def _is_by(people: Sequence[Attendee], event: Event) -> bool:
    return event.detail.get("participant") in {one.participant for one in people}


_CONSENTS: Mapping[str, bool] = {"meeting.consented": True, "meeting.consent-withdrawn": False}

#: What the mediator notes of whoever came along, each with the text agreed to by then.
_OF_COMPANIONS: Mapping[str, str] = {
    "meeting.companion-noted": "noted",
    **{f"meeting.companion-{now}": now.value for now in Now},
}


def _meeting(meeting: Meeting, aside: Aside | None) -> Record:
    """Say of what it is a list; ``id`` names the folder of its files."""
    told: dict[str, object] = {
        "id": meeting.id,
        "case": meeting.case_id,
        "fixed_for": meeting.starts_at.isoformat(),
    }
    if aside is None:
        return told
    ended = aside.ended_at.isoformat() if aside.ended_at else ""
    span = {"began": aside.began_at.isoformat(), "ended": ended}
    return told | {"id": aside.id, "apart_in": meeting.id} | span


def _participant(one: Attendee, name: str, companions: Sequence[Companion]) -> Record:
    return {
        "participant": one.participant,
        "role": one.role,
        "name": name,
        "company": [
            _companion(other) for other in companions if other.participant == one.participant
        ],
    }


def _companion(one: Companion) -> Record:
    return {
        "companion": one.id,
        "name": one.name,
        "how": one.how,
        "came": one.came_at.isoformat(),
        "gone": one.gone_at.isoformat() if one.gone_at else None,
        "consented": bool(one.consent_version),
    }


def _consent(event: Event) -> Record:
    if event.kind in _OF_COMPANIONS:
        return {
            "participant": event.detail["participant"],
            "companion": event.detail["companion"],
            "said": _OF_COMPANIONS[event.kind],
            "given": bool(event.detail["text"]),
            "text": event.detail["text"],
            "at": event.at.isoformat(),
        }
    return {
        "participant": event.detail.get("participant", ""),
        "given": _CONSENTS[event.kind],
        "text": event.detail.get("text", ""),
        "at": event.at.isoformat(),
    }


def _event(event: Event) -> Record:
    return {
        "kind": event.kind,
        "at": event.at.isoformat(),
        "by": event.by,
        "detail": dict(event.detail),
    }


def _segment(one: Kept, kept: Sequence[Kept]) -> Record:
    segment = one.segment
    before = [
        other.segment.ended or CRASH
        for other in sorted(kept, key=lambda one: one.segment.number)
        if (other.segment.participant, other.segment.source)
        == (segment.participant, segment.source)
        and other.segment.number < segment.number
    ]
    return {
        "participant": segment.participant,
        "number": segment.number,
        "source": segment.source,
        "started": segment.started.isoformat(),
        "seconds": segment.seconds,
        "lost": segment.lost,
        "ended": segment.ended or CRASH,
        "gap": {"seconds": segment.gap_before, "because": before[-1] if before else ""},
        "journal": _file(segment.journal, one.journal) | {"last_block": segment.sha256},
        "film": _file(segment.playback, one.film) if one.film else None,
    }


def _film(one: KeptFilm, kept: Sequence[Kept]) -> Record:
    made_of = [{"file": each.segment.journal, "last_block": each.segment.sha256} for each in kept]
    return _file(one.name, one.file) | {"seconds": one.seconds, "made_of": made_of}


def _file(name: str, measured: Measured) -> dict[str, object]:
    pieces = list(measured.pieces)
    return {"file": name, "octets": measured.octets, "sha256": measured.sha256, "pieces": pieces}
