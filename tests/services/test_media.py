"""Pictures and voices: fetched in time, kept as they were sent, shown as lost when they are."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.cases import Report, Spot
from domain.errors import NotFound, Unavailable
from domain.ids import MediaId
from domain.jobs import FetchPicture, MakePlayable
from domain.media import Hearing, Medium, MediumState
from domain.ports.speech import NotPlayable, WhyNot
from services.media import EXPIRED
from services.voices import AGAIN
from tests.factories import CLERK
from tests.services.house import APPID, House
from tests.voices import a_voice

STORY = "楼上漏水，把我家天花板泡坏了"


async def sent(house: House, *, kind="voice", platform_id="m1"):
    """Somebody sends a medium in the chat and then files a report with it."""
    wang = await house.follower("o-wang")
    medium = Medium(
        id=MediaId(f"medium-{platform_id}"),
        person_id=wang.id,
        case_id=None,
        kind=kind,
        appid=APPID,
        openid="o-wang",
        platform_id=platform_id,
        received_at=house.clock(),
    )
    async with house.store.begin() as work:
        await house.media.keep_fetchable(work, medium)
    report = Report(story=STORY, spot=Spot(words="枫桥路18号"), media=(medium.id,))
    filed = await house.reports.file_own(wang, report)
    return medium.id, filed.case_id


async def medium_of(house, media_id):
    async with house.store.read() as work:
        return await work.media.get(media_id)


async def seen(house, case_id):
    (view,) = (await house.cases.view(CLERK, case_id)).media
    return view


async def test_a_voice_is_kept_as_it_was_sent_and_its_copy_names_its_original(house):
    voice = a_voice(1.0)
    house.chat.media["m1"] = (voice, "audio/amr")
    media_id, case_id = await sent(house)

    await house.work_off()

    kept = await medium_of(house, media_id)
    assert await house.objects.get(kept.object_key) == voice
    assert kept.sha256 == hashlib.sha256(voice).hexdigest()
    assert kept.copy is not None
    assert kept.copy.made_from == kept.sha256
    played = await house.objects.get(await house.media.playable(CLERK, case_id, media_id))
    assert kept.copy.sha256 == hashlib.sha256(played).hexdigest()
    view = await seen(house, case_id)
    assert (view.state, view.seconds) == (MediumState.KEPT, pytest.approx(1.0, abs=0.05))
    assert view.hearing is Hearing.NONE


async def test_what_is_no_amr_is_kept_without_a_copy_and_says_so(house):
    house.chat.media["m1"] = (b"Speex   " + bytes(200), "audio/speex")
    media_id, case_id = await sent(house)

    await house.work_off()
    await house.do(MakePlayable(media_id))

    view = await seen(house, case_id)
    assert (view.state, view.seconds, view.no_copy) == (MediumState.KEPT, None, "format")
    assert (await house.media.original(CLERK, case_id, media_id)).sha256 == view.sha256
    with pytest.raises(NotFound):
        await house.media.playable(CLERK, case_id, media_id)


class StoppedVoices:
    """Whoever makes copies is stopped before one is made."""

    async def playable(self, original):
        assert original
        raise NotPlayable(WhyNot.TOO_MUCH)


async def test_a_busy_machine_tries_again_and_says_so_only_when_it_stays_so(house):
    house.chat.media["m1"] = (a_voice(0.2), "audio/amr")
    media_id, case_id = await sent(house)
    await house.media.fetch(FetchPicture(media_id))
    desk = replace(house.voices, voices=StoppedVoices())

    with pytest.raises(Unavailable):
        await desk.make_playable(MakePlayable(media_id))
    house.clock.forward(AGAIN)
    await desk.make_playable(MakePlayable(media_id))

    assert (await seen(house, case_id)).no_copy == WhyNot.TOO_MUCH


async def test_making_a_copy_again_makes_no_second_one(house):
    house.chat.media["m1"] = (a_voice(0.2), "audio/amr")
    media_id, _ = await sent(house)
    await house.work_off()
    first = await medium_of(house, media_id)

    await house.do(MakePlayable(media_id))
    await house.do(FetchPicture(media_id))

    assert await medium_of(house, media_id) == first


async def test_what_wechat_threw_away_is_lost_and_its_sender_is_asked_to_send_it_again(house):
    media_id, case_id = await sent(house)

    await house.work_off()

    assert (await medium_of(house, media_id)).lost == "40007"
    assert (await seen(house, case_id)).state is MediumState.LOST
    assert "medium-lost" in [title for title, _ in house.chat.to("o-wang")]


async def test_while_wechat_is_away_it_is_tried_again_and_after_three_days_it_is_lost(house):
    house.chat.media["m1"] = (a_voice(0.2), "audio/amr")
    media_id, case_id = await sent(house)
    house.store.waiting.clear()
    house.chat.troubles = [Unavailable("away")] * 8

    with pytest.raises(Unavailable):
        await house.do(FetchPicture(media_id))
    waiting = await seen(house, case_id)
    house.chat.troubles.clear()
    await house.sweep(timedelta(days=3, seconds=1))

    assert waiting.state is MediumState.AWAITED
    assert (await medium_of(house, media_id)).lost == EXPIRED
    assert "medium-lost" in [title for title, _ in house.chat.to("o-wang")]


async def test_what_came_in_time_is_not_given_up_after_three_days(house):
    house.chat.media["m1"] = (b"\xff\xd8\xff", "image/jpeg")
    media_id, case_id = await sent(house, kind="image")
    await house.work_off()

    await house.sweep(timedelta(days=4))

    assert (await seen(house, case_id)).state is MediumState.KEPT
    assert "medium-lost" not in [title for title, _ in house.chat.to("o-wang")]
    assert (await medium_of(house, media_id)).copy is None


async def test_who_is_told_that_something_is_lost_is_told_once(house):
    media_id, _ = await sent(house)
    await house.work_off()

    async with house.store.begin() as work:
        await house.media.give_up(work, media_id)
    await house.work_off()

    assert [title for title, _ in house.chat.to("o-wang")].count("medium-lost") == 1


async def test_nobody_takes_a_voice_out_of_another_case(house):
    house.chat.media.update({"m1": (a_voice(0.2), ""), "m2": (a_voice(0.2), "")})
    media_id, _ = await sent(house)
    other, case_id = await sent(house, platform_id="m2")
    await house.work_off()

    assert other != media_id
    with pytest.raises(NotFound):
        await house.media.original(CLERK, case_id, media_id)
    with pytest.raises(NotFound):
        await house.media.playable(CLERK, case_id, media_id)
