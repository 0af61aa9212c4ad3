"""One room as a worker hosts it: its people, what their pages ask for, and its recording desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from domain.errors import NotAllowed, NotReady, TooManyTries
from domain.ids import MeetingId
from domain.ports.outside import Clock
from domain.ports.rooms import Beside, Seat, Where
from webrtc import control, seeing, speaking, wire
from webrtc.codecs import VP8, VideoCodec
from webrtc.negotiating import Negotiating, refuse
from webrtc.participant import Participant
from webrtc.recording import Process
from webrtc.sharing import Sharing
from webrtc.tables import Tables

_log = structlog.get_logger()
_OUTSIDE = (wire.Consent, wire.Withdraw, wire.Acknowledge)  # what one may do while waiting
_WAITING = 32  # deeds of one person; a page never has so many open


class HostedRoom:
    """A room with everything that a worker adds to it."""

    def __init__(
        self,
        meeting_id: MeetingId,
        process: Process,
        clock: Clock,
        tell_web: Callable[[control.FromWorker], None],
        codec: VideoCodec = VP8,
    ) -> None:
        self._codec = codec
        self.meeting_id = meeting_id
        self.people: dict[str, Participant] = {}
        self.epoch = 0  #: of the room's place, as web knows it
        self._listen_at = 0.0
        self._tables = Tables(meeting_id, process, clock, self, codec)
        self._sharing = Sharing(self.people, self._tables, self._begin)
        self._negotiating = Negotiating(self.people, self._tables, self._sharing, self.changed)
        self._tell_web = tell_web
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_recorded(self) -> bool:
        """Whether somebody asked for recording and nobody stopped it."""
        return any(table.desk.state != "off" for table in self._tables.all)

    def seat(self, seat: Seat, tell: Callable[[wire.News], None]) -> Participant:
        """Let a person in, or find the one who is already here."""
        person = self.people.get(seat.participant)
        if person is None:
            person = Participant(seat, tell, self._codec)
            self.people[seat.participant] = person
            if (table := self._tables.of(seat)) is not None:
                table.room.join(person)
        else:
            person.find_page(tell)
            self._take_seat(person, seat)
        return person

    def ask(self, participant: str, deed: wire.Deed) -> None:
        """Begin what a person's page asks for."""
        person = self.people.get(participant)
        if person is None:
            return
        if person.seat.waiting and not isinstance(deed, _OUTSIDE):
            refuse(person, deed, NotReady("waits outside"))
        elif isinstance(deed, wire.Own):
            self._do_own(person, deed)
        elif isinstance(deed, wire.Lead):
            self._lead(person, deed)
        elif person.asked >= _WAITING:
            person.tell(wire.Problem(code=TooManyTries.code))
        else:
            person.asked += 1
            if isinstance(deed, wire.Unshare):  # at once, and again behind what is in the making
                self._sharing.end(person, told=False)
                self.changed()
            self._begin(self._negotiating.in_turn(person, deed))

    def review(self) -> None:
        """Look at the recording again after a change, and show everybody who is here."""
        self._tables.review()
        self.changed()

    def place(self, *, paused: bool, aside: str, members: Sequence[str]) -> None:
        """Put everybody where the books have them: all leave before anybody joins."""
        seats = {}
        for person in self.people.values():
            with_them = bool(aside) and (person.leads or person.name in members)
            others = Where.PAUSED if paused or aside else Where.TABLE
            where = Where.ASIDE if with_them else others
            seats[person.name] = replace(person.seat, where=where, aside=aside if with_them else "")
        for person in self.people.values():
            if (person.seat.where, person.seat.aside) != (
                seats[person.name].where,
                seats[person.name].aside,
            ):
                self._leave(person)
        for person in self.people.values():
            self._take_seat(person, seats[person.name])
        self._tables.end_asides(but=aside)
        self.review()

    def lose_page(self, participant: str) -> None:
        """Note that a person's page does not answer; they may come back."""
        person = self.people.get(participant)
        if person is not None:
            person.lose_page()
            self.changed()

    def let_go(self, participant: str, news: wire.News | None = None) -> None:
        """Stop a person's media, then tell them, then the others."""
        person = self.people.pop(participant, None)
        if person is None:
            return
        self._leave(person)
        self._begin(person.drop_media())
        if news is not None:
            person.tell(news)
        self.review()

    def close(self) -> None:
        """End the meeting for everybody."""
        for table in self._tables.all:
            table.desk.stop()
        for participant in list(self.people):
            self.let_go(participant, wire.Ended())

    async def end(self) -> None:
        """Stop everything because the worker ends; the pages will start over with another."""
        for table in self._tables.all:
            table.desk.interrupt()
        for task in self._tasks:
            task.cancel()
        people = self.people.values()
        await asyncio.gather(*(p.drop_media() for p in people), return_exceptions=True)

    def tick(self, now: float) -> None:
        """Send what feedback is due, and listen who speaks."""
        for person in self.people.values():
            person.tick(now)
        if now >= self._listen_at:
            self._listen_at = now + speaking.EVERY
            self.listen({one.name: one.take_loudness() for one in self.people.values()}, now)

    def listen(self, levels: Mapping[str, float], now: float) -> None:
        """Tell those at each table who speaks there; who is at none is told nothing."""
        for table in self._tables.all:
            here = [one for one in self.people.values() if self._tables.of(one.seat) is table]
            heard = {one.name: levels.get(one.name, 0.0) for one in here if not one.seat.muted}
            table.speaking.hear(heard, now)
            for person in here:
                person.hear_of(table.speaking.speaker)
        for person in self.people.values():
            if self._tables.of(person.seat) is None:
                person.forget_speaker()

    def sweep(self, now: float) -> None:
        """Let those go who stayed away for too long; have dead media published anew."""
        for participant, person in list(self.people.items()):
            if person.is_gone(now):
                self.let_go(participant)
                gone = control.Gone(meeting=self.meeting_id, participant=participant)
                self._tell_web(gone)
            elif person.is_dead(now):
                self._tables.unpublish(person.seat)
                self._begin(person.drop_media())
                person.tell(wire.StartOver())
            elif person.share_is_dead(now):
                self._sharing.end(person)
                self.changed()

    def recorded(self, segment: control.Recorded) -> None:
        """Tell how far a segment is on disk."""
        self._tell_web(segment)

    def turned(self, *, on: bool, wanted: bool, by: str) -> None:
        """Tell that recording began or stopped, or is wanted or not any more."""
        self.turned_apart("", on=on, wanted=wanted, by=by)

    def turned_apart(self, aside: str, *, on: bool, wanted: bool, by: str) -> None:
        """Tell the same of a talk apart."""
        self._tell_web(
            control.RecordingTurned(
                meeting=self.meeting_id, on=on, wanted=wanted, by=by, aside=aside
            )
        )

    def changed(self) -> None:
        """Show everybody who is with them and whether they are recorded; nothing twice.

        For whom it is a pause sees only themselves, and hears nothing of what goes on meanwhile:
        not even that something was told again.
        """
        for person in self.people.values():
            person.show(seeing.seen_by(person, self.people.values(), self._tables))

    def _lead(self, person: Participant, deed: wire.Lead) -> None:
        """Do at once what only the mediator may ask for."""
        if not person.leads:
            refuse(person, deed, NotAllowed("only the mediator"))
            return
        match deed:
            case wire.Record() | wire.Stop():
                self._record(person, deed)
            case wire.Allow():
                self._sharing.allow(deed.participant, on=deed.on)
                self.changed()
            case wire.Lower():
                self._show_hand(deed.participant, up=False)
            case wire.Mute():
                self._seat_anew(deed.participant, lambda seat: replace(seat, muted=deed.on))
            case wire.Admit():
                self._seat_anew(deed.participant, lambda seat: replace(seat, waiting=False))
            case wire.Identity():
                self._seat_anew(deed.participant, lambda seat: replace(seat, identified=True))

    def _record(self, person: Participant, deed: wire.Record | wire.Stop) -> None:
        """Record where the mediator is, or stop it there."""
        if (table := self._tables.of(person.seat)) is None:
            refuse(person, deed, NotReady("a pause"))
        elif isinstance(deed, wire.Record):
            table.desk.start(person.name)
        else:
            table.desk.stop()

    def _do_own(self, person: Participant, deed: wire.Own) -> None:
        """Do at once what concerns nobody's connections: a withdrawal waits behind no media."""
        match deed:
            case wire.Consent() | wire.Withdraw():
                self._consent(person, given=isinstance(deed, wire.Consent))
            case wire.Acknowledge():
                self._seat_anew(person.name, lambda seat: replace(seat, acknowledged=True))
            case wire.Chat() if self._tables.of(person.seat) is None:
                refuse(person, deed, NotReady("a pause"))
            case wire.Chat():
                said = wire.Said(participant=person.name, name=person.seat.name, text=deed.text)
                for other in seeing.together(person, self.people.values(), self._tables):
                    other.tell(said)
            case wire.Hand():
                self._show_hand(person.name, up=deed.up)

    def _show_hand(self, participant: str, *, up: bool) -> None:
        person = self.people.get(participant)
        if person is not None and person.hand is not up:
            person.hand = up
            self.changed()

    def accompany(self, participant: str, people: tuple[Beside, ...]) -> None:
        """Take note of who is at somebody's device now; who agreed and no more does, withdrew."""
        person = self.people.get(participant)
        if person is None:
            return
        agreed = {one.id for one in person.seat.company if one.agreed}
        person.seat = replace(person.seat, company=people)
        if any(one.id in agreed and not one.agreed for one in people):
            self._stop_for(person)
        self.review()

    def doubt(self, participant: str, new: Beside) -> None:
        """Count somebody as not agreeing who is about to be noted at a device."""
        if participant in self.people:
            self.accompany(participant, (*self.people[participant].seat.company, new))

    def doubt_again(self, companion: str) -> None:
        """Count a companion as not agreeing any more, before that is in the books."""
        for person in self.people.values():
            people = person.seat.company
            if any(one.id == companion and one.agreed for one in people):
                others = [one for one in people if one.id != companion]
                doubted = [replace(one, agreed=False) for one in people if one.id == companion]
                self.accompany(person.name, (*others, *doubted))
                return

    def _seat_anew(self, participant: str, change: Callable[[Seat], Seat]) -> None:
        """Do what the mediator decided about somebody."""
        person = self.people.get(participant)
        if person is not None:
            self._take_seat(person, change(person.seat))
            self.review()

    def _take_seat(self, person: Participant, seat: Seat) -> None:
        """Give somebody another seat: let in, they join; muted, their sound leaves the room."""
        before, after = self._tables.of(person.seat), self._tables.of(seat)
        waited = person.seat.waiting
        if before is not after:
            self._leave(person)
        person.seat = seat
        if after is not None:
            if person.name not in after.room:
                after.room.join(person)
            after.room.publish(person.name, person.given)
        if waited and not seat.waiting:
            person.tell(wire.Admitted())

    def _leave(self, person: Participant) -> None:
        """Take somebody out of the room they are in: from here on they hear nobody there.

        What they show was for those who were there, and ends.
        """
        self._sharing.end(person)
        if (table := self._tables.of(person.seat)) is not None:
            table.room.leave(person.name)

    def _consent(self, person: Participant, *, given: bool) -> None:
        person.seat = replace(person.seat, consented=given)
        if not given:
            self._stop_for(person)
        self.review()

    def _stop_for(self, person: Participant) -> None:
        """Record no more where somebody is who withdrew, nor at the table."""
        for table in {self._tables.main, self._tables.of(person.seat) or self._tables.main}:
            if table.desk.state != "off":
                table.desk.stop("withdrawn")

    def _begin(self, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("deed-failed", exc_info=task.exception())
