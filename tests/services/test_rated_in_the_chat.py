"""A rating that is given in the chat counts once, like the one on the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import deeds
from domain.actors import Resident
from domain.cases import Case, CaseState
from domain.codes import Purpose
from domain.errors import AlreadyRated
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from tests.bot.office import an_office, message

SKIPPED = ("跳过", "1", "跳过")


async def says(office, text: str) -> str:
    reply = await office.desk.receive(message(text))
    assert reply is not None
    return reply.text


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        for text in (
            "我要反映纠纷",
            "楼上天天漏水没人管",
            "枫桥路8号",
            "跳过",
            "1",
            "跳过",
            "确认",
        ):
            await opened.desk.receive(message(text))
        yield opened


async def the_case(office) -> Case:
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    return case


async def is_performed(office) -> str:
    """Everything promised is done, and the reporter is asked for a rating."""
    case = await the_case(office)
    async with office.store.begin() as work:
        await work.cases.save(replace(case, state=CaseState.PERFORMED))
        return await office.followups.invitations.invite(
            work,
            Purpose.RATE,
            case_id=case.id,
            person=case.reporter,
            about=case.id,
            until=None,
        )


async def test_stars_and_sentence_are_kept_with_an_event_and_only_once(office):
    await is_performed(office)

    asked = await says(office, "评价")
    thanked = await says(office, "4 谢谢李调解员")
    again = await says(office, "评价")

    case = await the_case(office)
    async with office.store.read() as work:
        (rating,) = await work.ratings.of_case(case.id)
        history = [event.kind for event in await work.cases.history(case.id)]
    assert case.number in asked
    assert thanked == deeds.thanks(4)
    assert (rating.stars, rating.words, rating.person_id) == (4, "谢谢李调解员", case.reporter)
    assert history.count("case.rated") == 1
    assert again == deeds.RATED_BEFORE


async def test_who_rated_on_the_page_meanwhile_is_told_so_kindly(office):
    address = await is_performed(office)
    case = await the_case(office)
    await says(office, "评价")

    await office.followups.rate(
        Resident(id=case.reporter), address.rpartition("/")[2], stars=5, words=""
    )
    async with office.store.begin() as work:
        told = office.followups.rate_by_chat(work, case.id, person=case.reporter, stars=1, words="")
        with pytest.raises(AlreadyRated):
            await told

    async with office.store.read() as work:
        (rating,) = await work.ratings.of_case(case.id)
    assert rating.stars == 5
