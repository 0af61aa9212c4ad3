"""The film of a meeting: made once when all is kept, one for each audience, for who may play it."""

from dataclasses import replace

import pytest

from domain.actors import Actor
from domain.errors import NotFound
from domain.ids import MeetingId
from domain.jobs import MakeFilm
from tests.factories import CLERK, LI
from tests.services.house import House
from tests.services.test_talks_apart import Talk, begun


async def ended(house: House, talk: Talk) -> None:
    await house.meetings.end(talk.li)
    await house.work_off()


async def test_the_film_of_the_table_and_of_a_talk_apart_are_made_of_their_own_recordings(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    aside = await talk.apart(talk.wang)
    assert house.maker.wanted == []

    await ended(house, talk)

    made_of = {one.key: [s.journal for s in one.segments] for one in house.maker.wanted}
    zhang, wang = talk.zhang.participant, talk.wang.participant
    assert made_of == {
        f"recordings/{talk.meeting}/montage-1.webm": [f"{talk.meeting}/{zhang}/0001.journal"],
        f"recordings/{aside}/montage-1.webm": [f"{aside}/{wang}/0001.journal"],
    }
    assert [one.apart for one in house.maker.wanted] == [False, True]


async def test_the_other_side_neither_plays_nor_hears_of_the_film_of_a_talk_apart(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    aside = await talk.apart(talk.wang)
    await ended(house, talk)

    whose: list[tuple[Actor, list[str]]] = [
        (LI, ["", aside]),
        (talk.quarrel.wang, ["", aside]),
        (talk.other, [""]),
    ]
    for actor, playable in whose:
        films = await house.films.list_for(actor, talk.meeting)
        assert [one.aside for one in films] == playable
        for one in films:
            key = await house.playback.side_by_side(actor, talk.meeting, aside=one.aside)
            assert key == f"recordings/{one.aside or talk.meeting}/montage-1.webm"
            assert await house.films.turns(actor, talk.meeting, aside=one.aside)

    for actor, of in ((talk.other, aside), (CLERK, "")):
        with pytest.raises(NotFound):
            await house.playback.side_by_side(actor, talk.meeting, aside=of)
        with pytest.raises(NotFound):
            await house.films.turns(actor, talk.meeting, aside=of)


async def test_turns_bear_the_names_of_those_on_whose_line_a_voice_was(house: House) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    await ended(house, talk)

    (turn,) = await house.films.turns(LI, talk.meeting)

    assert (turn.name, turn.begin, turn.end) == ("张三", 1.0, 2.5)


async def test_how_far_a_film_is_can_be_seen_and_after_a_crash_it_is_finished(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    house.maker.breaks_at = 1
    await house.meetings.end(talk.li)
    with pytest.raises(ProcessLookupError):
        await house.work_off()

    (half,) = await house.films.list_for(talk.other, talk.meeting)
    with pytest.raises(NotFound):
        await house.playback.side_by_side(LI, talk.meeting)
    house.maker.breaks_at = None
    await house.films.make(MakeFilm(MeetingId(talk.meeting), talk.meeting, 1))
    await house.films.make(MakeFilm(MeetingId(talk.meeting), talk.meeting, 1))

    (whole,) = await house.films.list_for(talk.other, talk.meeting)
    assert (half.ready, half.done, half.parts) == (False, 1, 2)
    assert (whole.ready, whole.done, whole.parts, whole.seconds) == (True, 2, 2, 90.0)
    assert len(house.maker.wanted) == 2
    assert house.maker.tidied == [f"recordings/{talk.meeting}/montage-1.webm"] * 2


async def test_what_comes_to_light_later_makes_another_film_and_the_former_goes(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    await ended(house, talk)

    await talk.recorded(talk.meeting, talk.wang, seconds=12.0)
    await house.work_off()

    films = sorted(key for key in house.objects.kept if "montage" in key)
    place = f"recordings/{talk.meeting}/montage-2"
    assert films == [f"{place}.turns.json", f"{place}.webm"]
    assert await house.playback.side_by_side(LI, talk.meeting) == f"{place}.webm"


async def test_a_film_that_another_one_overtakes_while_it_is_made_leaves_nothing(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)

    async def more_comes_to_light_and_another_worker_makes_all_of_it() -> None:
        await talk.recorded(talk.meeting, talk.wang, seconds=12.0)
        await house.work_off()

    house.maker.meanwhile.append(more_comes_to_light_and_another_worker_makes_all_of_it)
    await ended(house, talk)

    place = f"recordings/{talk.meeting}/montage"
    films = sorted(key for key in house.objects.kept if "montage" in key)
    assert films == [f"{place}-2.turns.json", f"{place}-2.webm"]
    assert [len(one.segments) for one in house.maker.wanted] == [1, 2]
    assert await house.playback.side_by_side(LI, talk.meeting) == f"{place}-2.webm"
    assert house.maker.tidied[-1] == f"{place}-1.webm"


async def test_what_comes_to_light_before_a_film_is_begun_is_made_into_one_film_by_one_worker(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    await ended_but_for_films(house, talk)
    await talk.recorded(talk.meeting, talk.wang, seconds=12.0)
    await house.do(house.store.waiting.pop())

    await house.work_off_together()

    assert [one.key for one in house.maker.wanted] == [f"recordings/{talk.meeting}/montage-2.webm"]


async def ended_but_for_films(house: House, talk: Talk) -> None:
    await house.meetings.end(talk.li)
    while any(not isinstance(one, MakeFilm) for one in house.store.waiting):
        house.store.waiting.sort(key=lambda one: isinstance(one, MakeFilm))
        await house.do(house.store.waiting.pop(0))


async def test_a_former_film_that_a_crash_left_goes_when_the_job_is_done_again(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    await ended(house, talk)
    former = {key: kept for key, kept in house.objects.kept.items() if "montage-1" in key}
    await talk.recorded(talk.meeting, talk.wang, seconds=12.0)
    await house.work_off()
    house.objects.kept.update(former)
    house.maker.tidied.clear()

    await house.films.make(MakeFilm(MeetingId(talk.meeting), talk.meeting, 2))

    assert len(former) == 2
    assert not former.keys() & house.objects.kept.keys()
    assert f"recordings/{talk.meeting}/montage-1.webm" in house.maker.tidied


async def test_a_recording_of_which_no_film_is_wanted_is_not_said_to_be_in_the_making(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    await house.meetings.end(talk.li)
    house.store.waiting.clear()  # as of a case that was closed before there were films

    assert await house.films.list_for(LI, talk.meeting) == ()


async def test_while_a_recording_is_still_written_after_its_meeting_its_film_is_awaited(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    async with house.store.begin() as work:
        (segment,) = await work.meetings.segments(MeetingId(talk.meeting))
        await work.meetings.keep_segment(replace(segment, number=2, closed=False))
    before = await house.films.list_for(LI, talk.meeting)
    await ended(house, talk)

    (awaited,) = await house.films.list_for(LI, talk.meeting)

    assert before == ()
    assert (awaited.aside, awaited.ready, awaited.parts) == ("", False, 0)
    assert house.maker.wanted == []


async def test_a_recording_in_which_there_is_nothing_to_see_gets_no_film_and_keeps_nobody_waiting(
    house: House,
) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    house.maker.nothing = True
    await ended_but_for_films(house, talk)
    (waiting,) = await house.films.list_for(LI, talk.meeting)

    await house.work_off()

    assert (waiting.ready, waiting.parts) == (False, 0)
    assert await house.films.list_for(LI, talk.meeting) == ()
    with pytest.raises(NotFound):
        await house.playback.side_by_side(LI, talk.meeting)


async def test_playing_the_film_is_noted_for_the_auditor(house: House) -> None:
    talk = await begun(house)
    await talk.recorded(talk.meeting, talk.zhang, seconds=30.0)
    await ended(house, talk)

    for _ in range(3):
        await house.playback.side_by_side(talk.other, talk.meeting)

    async with house.store.read() as work:
        history = await work.cases.history(talk.quarrel.case_id)
    played = [one for one in history if one.kind == "meeting.recording-played"]
    assert [(one.by, one.detail["film"]) for one in played] == [(talk.other.ref, "1")]


async def test_of_a_meeting_that_was_not_recorded_there_is_no_film(house: House) -> None:
    talk = await begun(house)

    await ended(house, talk)

    assert house.maker.wanted == []
    assert await house.films.list_for(LI, talk.meeting) == ()
