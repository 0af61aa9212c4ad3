"""The web process's end of the trials of devices and line (docs/room-protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.errors import Unavailable
from domain.ports.rooms import Seat
from webrtc import control, wire
from webrtc.codecs import CodecName
from webrtc.link import Link
from webrtc.placing import choose


@dataclass(slots=True, eq=False)
class TryingPage:
    """One page that tries devices and line through this process."""

    seat: Seat
    link: Link
    tell: Callable[[wire.News], None]
    hang_up: Callable[[], None]

    @property
    def key(self) -> tuple[str, str]:
        """Whose trial it is."""
        return (self.seat.meeting_id, self.seat.participant)


class Trying:
    """Every trial that goes on through this process."""

    def __init__(self, links: Mapping[str, Link], ice: Callable[[], str], codec: CodecName) -> None:
        self._links = links
        self._ice = ice
        self._codec: CodecName = codec
        self._pages: dict[tuple[str, str], TryingPage] = {}

    def begin(
        self, seat: Seat, *, tell: Callable[[wire.News], None], hang_up: Callable[[], None]
    ) -> TryingPage:
        """Begin a trial at the worker that has the room or will have it, in place of another.

        Raises :class:`Unavailable` without a worker.
        """
        page = TryingPage(seat, self._link(seat), tell, hang_up)
        before = self._pages.get(page.key)
        if before is not None:
            self.end(before)
            self._finish(before, wire.Replaced())
        self._pages[page.key] = page
        meeting, participant = page.key
        begun = control.Try(meeting=meeting, participant=participant, codec=self._codec)
        page.link.send(begun)
        return page

    def ask(self, page: TryingPage, deed: wire.Trial) -> None:
        """Pass on what a page asks for."""
        meeting, participant = page.key
        asked = control.TryAsked(meeting=meeting, participant=participant, deed=deed)
        if self._pages.get(page.key) is page:
            page.link.send(asked)

    def end(self, page: TryingPage) -> None:
        """End the trial of a page that is gone."""
        if self._pages.get(page.key) is page:
            meeting, participant = page.key
            del self._pages[page.key]
            page.link.send(control.TryLeft(meeting=meeting, participant=participant))

    def hear(self, link: Link, message: control.TryTold) -> None:
        """Tell a page what the worker says."""
        page = self._pages.get((message.meeting, message.participant))
        if page is None or page.link is not link:
            return
        news = message.news
        if isinstance(news, wire.Tried | wire.Replaced):
            del self._pages[page.key]
            self._finish(page, news)
        elif isinstance(news, wire.Trying):
            page.tell(wire.Trying(seconds=news.seconds, ice=json.loads(self._ice())))
        else:
            page.tell(news)

    def lose(self, link: Link) -> None:
        """Tell everybody whose worker is gone that nothing came of it."""
        for page in [page for page in self._pages.values() if page.link is link]:
            del self._pages[page.key]
            self._finish(page, wire.Problem(code=Unavailable.code))

    @staticmethod
    def _finish(page: TryingPage, news: wire.News) -> None:
        page.tell(news)
        page.hang_up()

    def _link(self, seat: Seat) -> Link:
        living = [name for name, link in self._links.items() if link.answers]
        if not living:
            raise Unavailable("no media worker")
        there = seat.place.worker
        return self._links[there if there in living else choose(seat.meeting_id, living)]
