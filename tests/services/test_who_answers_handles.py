"""Who answers somebody in danger takes care of it: one deed takes the talk and the alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actors import Resident
from domain.cases import Report, Spot
from domain.deadlines import DueKind
from domain.errors import BadInput, NotFound
from domain.ids import CaseId
from domain.notices import NoticeKind
from services.reaching import Reaching
from tests.factories import CLERK, ZHAO
from tests.services.house import House, a_house
from tests.stores import sqlite_url

DESPAIR = "钱要不回来，我不想活了"
CAME = frozenset({NoticeKind.DANGER_SEEN, NoticeKind.HUMAN_CAME})


@pytest.fixture
async def house(tmp_path):
    """What differs between the databases is tested with the store itself."""
    async with a_house(sqlite_url(tmp_path)) as opened:
        yield opened


async def a_cry(house: House) -> tuple[Resident, CaseId, str]:
    """王 tells of danger; the alarm rings, and the talk waits."""
    wang = await house.follower("o-wang")
    report = Report(story=DESPAIR, spot=Spot(words="枫溪路18号"))
    case_id = (await house.reports.file_own(wang, report)).case_id
    (talk,) = [one for one in await house.hand_overs.listed(CLERK) if one.state == "waiting"]
    return wang, case_id, talk.id


async def came(house: House, person: Resident) -> list[tuple[NoticeKind, str]]:
    async with house.store.read() as work:
        told = await work.notices.of_person(person.id)
    return [(one.kind, one.facts["name"]) for one in told if one.kind in CAME]


async def still_called(house: House, case_id: CaseId) -> bool:
    async with house.store.read() as work:
        dues = await work.dues.of_subjects([case_id])
    return any(one.kind is DueKind.DANGER for one in dues)


async def told_in_history(house: House, case_id: CaseId) -> list[tuple[str, str, str]]:
    history = (await house.cases.view(CLERK, case_id)).history
    return [(one.words, one.by, one.why) for one in history]


async def test_who_takes_the_talk_takes_the_alarm(house: House) -> None:
    wang, case_id, talk_id = await a_cry(house)
    rang = await still_called(house, case_id)

    await house.hand_overs.take(CLERK, talk_id)

    assert rang
    assert not await still_called(house, case_id)
    assert (await house.case(case_id)).danger_seen_by == CLERK.id
    assert ("有人接手处理危险", CLERK.name, "") in await told_in_history(house, case_id)
    assert await came(house, wang) == [(NoticeKind.DANGER_SEEN, CLERK.name)]
    assert {"case": case_id, "talk": talk_id} in [said for _, said in house.bus.told]


async def test_who_begins_a_talk_while_it_rings_takes_the_alarm(house: House) -> None:
    wang, case_id, talk_id = await a_cry(house)
    async with house.store.begin() as work:
        await house.hand_overs.end_by_person(work, wang.id)

    begun = await Reaching(hand_overs=house.hand_overs).begin(ZHAO, case_id, wang.id)

    assert begun != talk_id
    assert (await house.case(case_id)).danger_seen_by == ZHAO.id
    assert await came(house, wang) == [(NoticeKind.DANGER_SEEN, ZHAO.name)]


async def test_an_alarm_that_a_colleague_has_stays_theirs(house: House) -> None:
    wang, case_id, talk_id = await a_cry(house)
    await house.cases.acknowledge(ZHAO, case_id)

    await house.hand_overs.take(CLERK, talk_id)

    assert (await house.case(case_id)).danger_seen_by == ZHAO.id
    assert sorted(await came(house, wang)) == [
        (NoticeKind.DANGER_SEEN, ZHAO.name),
        (NoticeKind.HUMAN_CAME, CLERK.name),
    ]


async def test_who_may_not_take_care_of_it_takes_no_alarm(house: House) -> None:
    wang, case_id, talk_id = await a_cry(house)
    elsewhere = replace(CLERK, region="888888")
    async with house.store.begin() as work:  # the talk is theirs, the case is not any more
        await work.hand_overs.save(replace(await work.hand_overs.get(talk_id), region="888888001"))

    with pytest.raises(NotFound):
        await house.hand_overs.take(CLERK, talk_id)
    await house.hand_overs.take(elsewhere, talk_id)

    assert (await house.case(case_id)).alarmed
    assert await came(house, wang) == [(NoticeKind.HUMAN_CAME, CLERK.name)]


async def test_a_talk_about_danger_ends_with_what_came_of_it(house: House) -> None:
    _, case_id, talk_id = await a_cry(house)
    await house.hand_overs.take(CLERK, talk_id)

    with pytest.raises(BadInput, match="words"):
        await house.hand_overs.end(CLERK, talk_id, words="  ")
    still = await house.hand_overs.view(CLERK, talk_id)
    await house.hand_overs.end(CLERK, talk_id, words="女儿到家陪着了，说好明天再打电话")

    told = ("结束了和说有危险的人的对话", CLERK.name, "女儿到家陪着了，说好明天再打电话")
    assert still.mine
    assert told in await told_in_history(house, case_id)
    assert not (await house.hand_overs.view(CLERK, talk_id)).mine


async def test_the_parties_read_nothing_of_how_it_ended(house: House) -> None:
    wang, case_id, talk_id = await a_cry(house)
    await house.hand_overs.take(CLERK, talk_id)

    await house.hand_overs.end(CLERK, talk_id, words="女儿到家陪着了")

    theirs = (await house.cases.view(wang, case_id)).history
    assert [one.words for one in theirs] == ["上报"]
