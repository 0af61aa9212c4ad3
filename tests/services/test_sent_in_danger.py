"""What is sent beside words of danger never keeps the alarm from ringing, nor the answer back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actors import SYSTEM, Resident, Role
from domain.cases import MOST_SHOWN, Party, Side
from domain.conversations import MessageKind, RaiseAlarm
from domain.helping import Helped, HowAgreed
from domain.ids import CaseId, MediaId
from domain.people import WeChatIdentity
from domain.scope import EVERYTHING
from tests.bot.office import APPID, an_office, message
from tests.factories import CLERK, LI, ZHAO, a_member, a_report
from tests.services.test_one_report import a_resident

DESPAIR = "我不想活了，你们谁都不管"
PNG = b"\x89PNG\r\n\x1a\n"
FOR_LI = Helped(name="李秀兰", phone="12000000001", agreed=HowAgreed.IN_PERSON)


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, ZHAO):
                await work.staff.add(a_member(acting))
        yield opened


async def tells(office, text: str) -> str:
    reply = await office.desk.receive(message(text, at=office.clock()))
    office.clock.moves(seconds=1)
    return reply.text


async def sends_a_picture(office) -> str:
    sent = replace(message("", at=office.clock()), kind=MessageKind.IMAGE, media_id="wx-picture")
    office.clock.moves(seconds=1)
    return (await office.desk.receive(sent)).text


async def a_picture(office, resident: Resident) -> MediaId:
    return await office.desk.deeds.media.keep_upload(resident, PNG, "image/png")


async def the_case(office, case_id: CaseId):
    async with office.store.read() as work:
        return await work.cases.get(case_id, EVERYTHING)


async def a_grid_worker(office) -> Resident:
    worker = await a_resident(office, "o-grid")
    member = replace(a_member(LI), roles=(Role.GRID_WORKER,), person_id=worker.id)
    async with office.store.begin() as work:
        await work.staff.add(member)
    return worker


async def test_whose_report_a_grid_worker_filed_with_pictures_is_heard_in_danger(office):
    worker, reports = await a_grid_worker(office), office.desk.deeds.reports
    picture = await a_picture(office, worker)
    async with office.store.begin() as work:
        report = a_report(media=(picture,))
        filed = await reports.file_for(work, report, FOR_LI, teller=worker.id)
        case = await work.cases.get(filed.case_id, EVERYTHING)
        follows = WeChatIdentity(appid=APPID, openid="o-li", person_id=case.reporter)
        await work.people.link(follows)

    answer = await tells(office, DESPAIR)

    assert "12356" in answer
    assert (await the_case(office, filed.case_id)).alarmed


async def test_the_other_side_s_picture_after_words_of_danger_stays_with_their_talk(office):
    li, wang = await a_resident(office, "o-wang"), await a_resident(office)
    filed = await office.desk.deeds.reports.file_own(li, a_report())
    await a_party(office, filed.case_id, wang)
    await tells(office, DESPAIR)

    answer = await sends_a_picture(office)

    (talk,) = await office.hand_overs.listed(CLERK)
    assert answer.startswith("图片收到了。")
    assert [bool(line.media_id) for line in talk.lines] == [False, True]
    case = await the_case(office, filed.case_id)
    assert (case.alarmed, case.media) == (True, ())


async def test_a_case_in_danger_takes_only_so_many_pictures_the_talk_all(office):
    await tells(office, DESPAIR)
    (talk,) = await office.hand_overs.listed(CLERK)
    before = await the_case(office, CaseId(talk.case_id))
    full = replace(before, media=tuple(MediaId(f"m{nth}") for nth in range(MOST_SHOWN)))
    async with office.store.begin() as work:
        await work.cases.save(full)

    answer = await sends_a_picture(office)

    (talk,) = await office.hand_overs.listed(CLERK)
    assert answer.startswith("图片收到了。")
    assert talk.lines[-1].media_id
    assert (await the_case(office, full.id)).media == full.media


async def test_a_picture_sent_with_the_same_words_again_is_in_the_case(office):
    wang, reports = await a_resident(office), office.desk.deeds.reports
    filed = await reports.file_own(wang, a_report(DESPAIR))
    picture = await a_picture(office, wang)
    alarm = RaiseAlarm(words="不想活了", text=DESPAIR, media=(picture,))

    async with office.store.begin() as work:
        await office.desk.deeds.alarms.raise_alarm(work, alarm, person=wang.id)

    assert (await the_case(office, filed.case_id)).media == (picture,)


async def a_party(office, case_id: CaseId, resident: Resident) -> None:
    async with office.store.begin() as work:
        case = await work.cases.get(case_id, EVERYTHING)
        party = Party(person_id=resident.id, side=Side.RESPONDENT)
        await work.cases.save(*case.add_party(party, by=SYSTEM, at=office.clock()))
