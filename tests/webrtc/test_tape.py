"""A participant's tape: another segment begins exactly where a film could not go on."""

from dataclasses import replace

import pytest

from domain.ports.rooms import Ended, Source
from tests.webrtc.films import watch
from tests.webrtc.packets import START, marks, pictures, sound
from webrtc import journal
from webrtc.journal import NANOSECONDS, Kind, Record, verify
from webrtc.mending import Mending
from webrtc.shelf import Report, Shelf
from webrtc.tape import Tape

SMALL = (80, 48)


class Played:
    """A tape and what it told."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.reports: dict[str, Report] = {}
        self.tape = Tape(Shelf(folder), None, ("m1", "wang"), START, self._told)

    def play(self, *records: Record) -> None:
        for record in records:
            self.tape.take(record)
        self.tape.close(0, Ended.STOPPED)
        for report in self.reports.values():
            assert not report.closed  # before there is a film
            mended = Mending(Shelf(self.folder)).mend(self.folder / report.journal)
            assert mended == replace(report, closed=True)

    def film(self, number: int):
        return watch(self.folder / f"m1/wang/{number:04d}.webm")

    @property
    def ended(self) -> list[str]:
        return [report.ended for report in self.reports.values()]

    def _told(self, report: Report) -> None:
        self.reports[report.journal] = report


@pytest.fixture
def played(tmp_path):
    return Played(tmp_path)


def in_order(*many) -> list[Record]:
    return sorted((one for some in many for one in some), key=lambda record: record.arrival)


def test_pictures_that_come_after_long_sound_alone_are_in_the_same_film(played):
    played.play(*in_order(marks(), sound(6.5), pictures(1.5, begin=5)))

    assert played.ended == ["stopped"]
    film = played.film(1)
    assert film.frames == 30
    assert film.flashes[0] == pytest.approx(5, abs=0.06)
    assert film.beeps[0] == pytest.approx(0, abs=0.06)


def test_a_picture_of_another_size_begins_a_new_segment(played):
    large, small = pictures(2), pictures(1, begin=2, size=SMALL, sequence=100)

    played.play(*in_order(marks(), sound(3), large, small))

    assert played.ended == ["size", "stopped"]
    assert (played.film(1).frames, played.film(2).frames) == (40, 20)
    assert all(verify(played.folder / one).broken_at is None for one in played.reports)


def test_packets_that_overtook_the_first_of_the_new_picture_come_along(played):
    large = list(pictures(2))
    small = list(pictures(0.5, begin=2, size=SMALL, sequence=100))
    swapped = [*large, small[1], small[2], small[0], *small[3:]]

    played.play(*marks(), *swapped)

    assert played.ended == ["size", "stopped"]
    second = list(journal.read(played.folder / "m1/wang/0002.journal"))
    kept = [record for record in second if record.kind is Kind.VIDEO]
    assert kept[:4] == [small[0], small[1], small[2], small[3]]


def test_a_phone_that_changes_its_mind_stays_in_one_film(played):
    sizes = [(160, 96), SMALL] * 4
    flapping = [
        pictures(0.4, begin=n * 0.4, size=size, sequence=n * 100) for n, size in enumerate(sizes)
    ]

    played.play(*in_order(marks(), *flapping))

    assert len(played.reports) <= 3
    assert all(segment.seconds > 1 for segment in played.reports.values())


def test_sound_and_picture_stay_in_step_in_the_second_segment(played):
    large, small = pictures(2), pictures(3, begin=2, size=SMALL, sequence=100)

    played.play(*in_order(marks(), sound(5, skew=0.35), large, small))

    second = played.film(2)
    assert len(second.flashes) == 3
    assert all(min(abs(f - b) for b in second.beeps) < 0.06 for f in second.flashes[1:])


def test_a_film_that_could_not_be_written_is_made_the_next_time(played):
    """What is in its place is not left in half: there is a whole film, or none."""
    in_the_way = played.folder / "m1/wang/0001.webm"
    in_the_way.mkdir(parents=True)
    shelf = Shelf(played.folder)

    with pytest.raises(OSError, match="webm"):
        played.play(*in_order(marks(), sound(2), pictures(2)))
    in_the_way.rmdir()
    (mended,) = [Mending(shelf).mend(path) for path in shelf.unkept()]

    assert mended is not None
    assert (mended.closed, mended.ended) == (True, "stopped")
    assert played.film(1).frames == 40


def test_what_the_recorder_missed_is_told(played):
    missing = Record(kind=Kind.DROPPED, arrival=START + 3 * NANOSECONDS, data=b"")

    played.play(*marks(), *sound(1), missing)

    (report,) = played.reports.values()
    assert report.lost == pytest.approx(2, abs=0.1)
    assert report.seconds == pytest.approx(1, abs=0.1)


def test_what_somebody_shows_has_numbers_among_their_own_and_no_gap_before_it(tmp_path):
    reports: dict[str, Report] = {}

    def told(report: Report) -> None:
        reports[report.journal] = report

    shelf = Shelf(tmp_path)
    whose = ("m1", "wang")
    camera = Tape(shelf, None, whose, START, told)
    shown = Tape(shelf, None, whose, START + NANOSECONDS, told, Source.SCREEN)
    for record in in_order(marks(), sound(3), pictures(3)):
        camera.take(record)
    for record in pictures(3, size=SMALL):
        shown.take(record)
    for tape in (camera, shown):
        tape.close(0, Ended.STOPPED)
    later = START + 9 * NANOSECONDS
    _, after = shelf.next_segment(*whose, later)
    _, again = shelf.next_segment(*whose, later, Source.SCREEN)

    assert list(reports) == ["m1/wang/0001.journal", "m1/wang/0002-screen.journal"]
    assert [one.source for one in reports.values()] == [Source.CAMERA, Source.SCREEN]
    assert after.number == again.number == 3
    assert after.gap_before == pytest.approx(6, abs=0.1)
    assert again.gap_before == 0
    shows = tmp_path / "m1/wang/0002-screen.journal"
    assert verify(shows).about.source == Source.SCREEN
    mended = Mending(shelf).mend(shows)
    assert mended == replace(reports["m1/wang/0002-screen.journal"], closed=True)
    assert watch(shows.with_suffix(".webm")).frames == 60


def test_of_a_screen_on_which_nothing_moves_every_second_counts(tmp_path):
    reports: list[Report] = []
    tape = Tape(Shelf(tmp_path), None, ("m1", "wang"), START, reports.append, Source.SCREEN)
    first, *_ = pictures(1)

    for second in range(5):
        arrival = START + int(second * 1.2 * NANOSECONDS)
        tape.take(Record(kind=Kind.VIDEO, arrival=arrival, data=first.data))
    tape.close(0, Ended.STOPPED)

    assert reports[-1].seconds == pytest.approx(4.8)
    assert verify(tmp_path / reports[-1].journal).stored.seconds == pytest.approx(4.8)
