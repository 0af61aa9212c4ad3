"""One report is one case, also when its beginning was an alarm."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.texts import chat as texts
from domain.actors import SYSTEM, Resident, Staff
from domain.cases import Case, CaseState, RefuseGround, Report, Spot
from domain.conversations import MessageKind
from domain.ids import CellId, PersonId
from domain.places import Cell
from domain.ports.cases import CaseFilter
from domain.scope import EVERYTHING
from domain.taxonomy import TypeCode
from tests.bot.office import APPID, CENTRE, an_office, message, on_another_process
from tests.factories import CLERK, LI, NOON, ZHAO, a_member

STORY = "楼上漏水，说了两次不管"
DANGER = "他拿着刀来了，说要杀了我"
REST = ("枫桥路18号", "楼上的王大哥", "1", "跳过")


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, ZHAO, LI):
                await work.staff.add(a_member(acting))
        yield opened


async def tell(office, *told, openid="o-li"):
    reply = None
    for text in told:
        reply = await office.desk.receive(message(text, openid=openid, at=office.clock()))
    return reply


async def cases_of(office) -> list[Case]:
    async with office.store.read() as work:
        found, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=50)
    return sorted(found, key=lambda case: case.number)


async def history_of(office, case: Case) -> list[str]:
    async with office.store.read() as work:
        return [event.kind for event in await work.cases.history(case.id)]


async def person_of(office, openid: str = "o-li") -> PersonId:
    async with office.store.read() as work:
        person = await work.people.by_openid(APPID, openid)
    assert person is not None
    return person.id


async def a_resident(office, openid: str = "o-li") -> Resident:
    """Somebody who wrote to us before."""
    await tell(office, "你好", openid=openid)
    return Resident(id=await person_of(office, openid))


async def change(office, case: Case, *moves) -> None:
    """Somebody of the centre does something with the case."""
    for move in moves:
        async with office.store.begin() as work:
            changed, event = move(await work.cases.get(case.id, EVERYTHING))
            await work.cases.save(changed, event)


def registering(case: Case):
    return case.register(type_code=TypeCode("02"), cell=None, by=CLERK, at=NOON)


def dispatching(case: Case):
    return case.dispatch(LI.id, by=CLERK, at=NOON)


def accepting(case: Case):
    return case.accept(by=LI, at=NOON)


def meeting(case: Case):
    return case.meet(by=LI, at=NOON)


def refusing(case: Case):
    return case.refuse(RefuseGround.REPORTER_WITHDREW, by=CLERK, at=NOON)


def seeing(case: Case):
    return case.see_danger(CLERK.id, by=CLERK, at=NOON)


async def test_danger_before_the_confirmation_and_the_report_are_one_case(office):
    warned = await tell(office, "我要反映纠纷", STORY, DANGER)
    (begun,) = await cases_of(office)

    confirmed = await tell(office, "继续", *REST, "确认")

    (case,) = await cases_of(office)
    assert (case.id, case.number) == (begun.id, begun.number)
    assert f"编号是：{case.number}" in warned.text
    assert f"编号还是：\n{case.number}" in confirmed.text
    assert confirmed.links[0].url.startswith("https://mediate.example/c/")
    assert confirmed.picture == confirmed.links[0].url
    assert (begun.unfinished, case.unfinished) == (True, False)
    assert all(words in case.story for words in (STORY, DANGER, "楼上的王大哥"))
    assert case.story.count(DANGER) == 1
    assert case.spot == Spot(words="枫桥路18号")
    assert await history_of(office, case) == [
        "case.reported",
        "case.told-more",
        "case.report-confirmed",
    ]


async def test_the_alarm_s_case_knows_at_once_what_was_told_and_where(office):
    await tell(office, "我要反映纠纷", STORY, "枫桥路18号", DANGER)

    (case,) = await cases_of(office)
    assert (case.story, case.spot.words) == (f"{STORY}\n{DANGER}", "枫桥路18号")
    assert case.alarmed


async def test_the_place_of_danger_stays_when_the_report_names_another_place(office):
    await tell(office, "我要反映纠纷", STORY, "枫桥路18号", DANGER)
    resident = Resident(id=await person_of(office))

    elsewhere = Report(story="楼道被旧家具堵住了", spot=Spot(words="枫溪苑5幢"))
    await office.desk.deeds.reports.file_own(resident, elsewhere)

    (case,) = await cases_of(office)
    assert case.spot.words == "枫溪苑5幢"
    assert "先前说的地点：枫桥路18号" in case.story
    assert DANGER in case.story


async def test_evidence_sent_before_and_after_the_alarm_is_in_the_case(office):
    await tell(office, "我要反映纠纷", STORY)
    await office.desk.receive(a_picture("wx-1"))
    await tell(office, DANGER)
    (begun,) = await cases_of(office)

    await tell(office, "继续", "枫桥路18号", "跳过", "1")
    await office.desk.receive(a_picture("wx-2"))
    await tell(office, "好了", "确认")

    (case,) = await cases_of(office)
    async with office.store.read() as work:
        media = await work.media.of_case(case.id)
    assert (len(begun.media), len(case.media)) == (1, 2)
    assert {one.platform_id for one in media} == {"wx-1", "wx-2"}


async def test_type_and_cell_are_proposed_anew_from_the_whole_report(office):
    async with office.store.begin() as work:
        await work.cells.add(a_cell("枫桥路", region="999999001201"))
    await tell(office, "我要反映纠纷", DANGER, "继续")
    (begun,) = await cases_of(office)

    await tell(office, *REST, "修改", "1", "隔壁装修从早吵到晚", "确认")

    (case,) = await cases_of(office)
    assert (begun.proposal.cell.value, case.proposal.cell.value) == ("", "cell-1")
    assert (begun.region, case.region) == (CENTRE.region, "999999001201")
    assert case.proposal.type_code.value != begun.proposal.type_code.value
    assert DANGER in case.story


@pytest.mark.parametrize(
    "detour",
    [
        ("返回", "枫桥路8号"),
        ("修改", "枫桥路8号"),
        ("取消", "继续"),
        ("取消", "我要反映纠纷", "继续"),
        ("取消", "重新开始", STORY),
    ],
)
async def test_going_back_correcting_and_stopping_make_no_second_case(office, detour):
    await tell(office, "我要反映纠纷", STORY, DANGER, "继续")
    after_story = ("枫桥路1号",) if detour[0] in ("返回", "修改") else ()

    await tell(office, *after_story, *detour)
    reply = await tell(office, *(REST[1:] if after_story else REST), "确认")

    (case,) = await cases_of(office)
    assert case.number in reply.text
    assert not case.unfinished


async def test_who_comes_back_days_later_completes_the_same_case(office):
    await tell(office, "我要反映纠纷", STORY, DANGER, "取消")
    (begun,) = await cases_of(office)
    await change(office, begun, seeing, registering, dispatching)
    office.clock.moves(days=9)

    reply = await tell(office, "继续", *REST, "确认")

    (case,) = await cases_of(office)
    assert begun.number in reply.text
    assert (case.state, case.mediator, case.type_code) == (CaseState.DISPATCHED, LI.id, "02")
    assert "楼上的王大哥" in case.story
    assert not case.alarmed


async def test_a_report_begun_only_after_the_alarm_completes_its_case(office):
    await tell(office, "我不想活了")

    await tell(office, "继续", STORY, *REST, "确认")

    (case,) = await cases_of(office)
    assert case.story.startswith(f"我不想活了\n{STORY}")


async def test_a_report_of_something_else_does_not_hide_the_danger(office):
    await tell(office, "我要反映纠纷", STORY, "他拿着 刀来了，说要杀了我")
    resident = Resident(id=await person_of(office))

    report = Report(story="楼道被旧家具堵住了", spot=Spot(words="枫溪苑5幢"))
    await office.desk.deeds.reports.file_own(resident, report)

    (case,) = await cases_of(office)
    assert case.story.splitlines() == [STORY, "他拿着 刀来了，说要杀了我", "楼道被旧家具堵住了"]


@pytest.mark.parametrize(
    "told",
    [
        (STORY, "枫桥路18号", DANGER, "继续", "王大哥", "1", "跳过"),
        (STORY, "枫桥路18号", "王大哥", DANGER, "继续", "跳过"),
        (STORY, "枫桥路18号", "王大哥", "1", "墙是他砸的", DANGER, "继续", "跳过"),
    ],
)
async def test_what_was_told_stands_in_its_order_and_no_line_twice(office, told):
    await tell(office, "我要反映纠纷", *told, "确认")

    (case,) = await cases_of(office)
    lines = case.story.splitlines()
    own = [line for line in told if line in (STORY, DANGER, "墙是他砸的")]
    assert [line for line in lines if line in own] == own
    assert case.story.count(DANGER) == 1


async def test_two_messages_of_one_danger_stand_once_with_their_times(office):
    await tell(office, "我要反映纠纷", STORY, "绳子我都买好了", "你们以后不用再来找我了")
    (begun,) = await cases_of(office)
    await tell(office, "继续", *REST, "确认")

    (case,) = await cases_of(office)
    assert case.story.startswith(begun.story)


async def test_a_case_that_was_closed_meanwhile_is_left_alone(office):
    await tell(office, "我要反映纠纷", STORY, DANGER)
    (begun,) = await cases_of(office)
    await change(office, begun, refusing)

    await tell(office, "继续", *REST, "确认")

    closed, new = await cases_of(office)
    assert (closed.state, closed.story) == (CaseState.REFUSED, begun.story)
    assert not new.unfinished


async def test_a_picture_in_a_refused_alarm_s_case_is_in_the_report_that_is_confirmed_later(office):
    await tell(office, "我要反映纠纷", STORY)
    await office.desk.receive(a_picture("wx-1"))
    await tell(office, DANGER)
    (begun,) = await cases_of(office)
    await change(office, begun, refusing)

    confirmed = await tell(office, "继续", "枫桥路18号", "跳过", "1", "好了", "确认")

    refused, new = await cases_of(office)
    assert f"编号是：\n{new.number}" in confirmed.text
    assert len(begun.media) == 1
    assert refused.media == new.media == begun.media


async def test_new_danger_rings_also_when_its_picture_is_in_a_refused_case(office):
    await tell(office, "我要反映纠纷", STORY)
    await office.desk.receive(a_picture("wx-1"))
    await tell(office, DANGER)
    (begun,) = await cases_of(office)
    await change(office, begun, refusing)

    warned = await tell(office, "继续", "他又来了，要砍死我")

    _, new = await cases_of(office)
    assert f"编号是：{new.number}" in warned.text
    assert new.alarmed
    assert new.media == begun.media


async def test_the_next_report_of_a_person_is_a_case_of_its_own(office):
    await tell(office, "我要反映纠纷", STORY, DANGER, "继续", *REST, "确认")

    await tell(office, "我要反映纠纷", "隔壁装修从早吵到晚", *REST, "确认")

    assert [case.unfinished for case in await cases_of(office)] == [False, False]


async def test_danger_in_a_new_report_is_not_put_on_an_older_matter(office):
    await tell(office, "我要反映纠纷", "隔壁装修从早吵到晚", *REST, "确认")

    await tell(office, "我要反映纠纷", STORY, DANGER, "继续", *REST, "确认")

    older, case = await cases_of(office)
    assert (older.danger, case.alarmed) == ((), True)


async def test_the_confirmation_rings_nobody_again_for_what_was_heard(office):
    await tell(office, "我要反映纠纷", STORY, DANGER)
    (case,) = await cases_of(office)
    await change(office, case, seeing)

    await tell(office, *REST, "确认")

    (case,) = await cases_of(office)
    assert not case.alarmed
    assert await alarms_of(office, case) == 1


async def test_a_confirmation_that_comes_twice_completes_once(office):
    await tell(office, "我要反映纠纷", STORY, DANGER, "继续", *REST)
    confirmation = message("确认")
    other = on_another_process(office)

    replies = await asyncio.gather(
        *(desk.receive(confirmation) for desk in (office.desk, other.desk) for _ in range(3))
    )
    again = await office.desk.receive(confirmation)

    (case,) = await cases_of(office)
    assert {*replies, again} == {again}
    assert (await history_of(office, case)).count("case.report-confirmed") == 1


async def test_a_confirmation_whose_transaction_fails_completes_at_the_next_delivery(office):
    await tell(office, "我要反映纠纷", STORY, DANGER, "继续", *REST)
    confirmation = message("确认")
    office.thinker.gates.append(asyncio.Event().wait)
    dying = asyncio.create_task(office.desk.receive(confirmation))
    await asyncio.wait({dying}, timeout=0.2)

    dying.cancel()
    await asyncio.wait({dying})
    reply = await on_another_process(office).desk.receive(confirmation)

    (case,) = await cases_of(office)
    assert reply is not None
    assert case.number in reply.text
    assert not case.unfinished


async def test_staff_who_move_the_case_at_the_same_moment_lose_nothing(office):
    await tell(office, "我要反映纠纷", STORY, DANGER, "继续", *REST)
    (begun,) = await cases_of(office)

    await asyncio.gather(tell(office, "确认"), change(office, begun, registering))

    (case,) = await cases_of(office)
    assert (case.state, case.unfinished) == (CaseState.REGISTERED, False)


async def test_open_desks_hear_of_an_alarm_on_a_case_they_have(office):
    await tell(office, "我要反映纠纷", STORY, *REST, "确认")
    (case,) = await cases_of(office)
    office.bus.told.clear()

    await tell(office, "我不想活了")

    assert ("desk", {"case": case.id}) in office.bus.told


async def test_a_report_from_a_page_completes_the_alarm_of_the_chat(office):
    await tell(office, "我要反映纠纷", STORY, DANGER)
    (begun,) = await cases_of(office)
    resident = Resident(id=await person_of(office))
    report = Report(story="楼上漏水三个月，天花板坏了", spot=Spot(words="枫桥路18号"))

    first = await office.desk.deeds.reports.file_own(resident, report)
    second = await office.desk.deeds.reports.file_own(resident, report)

    assert first.case_number == begun.number
    assert second.case_number != begun.number
    assert [case.unfinished for case in await cases_of(office)] == [False, False]


async def test_a_page_s_report_of_another_matter_leaves_an_alarm_s_case_alone_that_is_worked_on(
    office,
):
    await tell(office, DANGER)
    (begun,) = await cases_of(office)
    await change(office, begun, seeing, registering, dispatching, accepting, meeting)
    office.clock.moves(days=8)
    resident = Resident(id=await person_of(office))
    report = Report(story="楼上漏水三个月，天花板坏了", spot=Spot(words="枫桥路18号"))

    await office.desk.deeds.reports.file_own(resident, report, form="form-1")
    await office.desk.deeds.reports.file_own(resident, report)

    older, *new = await cases_of(office)
    assert (older.state, older.story) == (CaseState.MEDIATING, begun.story)
    assert [(case.story, case.danger) for case in new] == [(report.story, ())] * 2


async def test_a_page_s_report_completes_an_alarm_s_case_that_is_only_dispatched(office):
    await tell(office, DANGER)
    (begun,) = await cases_of(office)
    await change(office, begun, seeing, registering, dispatching)
    resident = Resident(id=await person_of(office))
    report = Report(story="楼上漏水三个月，天花板坏了", spot=Spot(words="枫桥路18号"))

    filed = await office.desk.deeds.reports.file_own(resident, report)

    assert filed.case_id == begun.id


async def test_an_alarmed_case_does_not_say_that_nobody_is_in_danger(office):
    await tell(office, "我要反映纠纷", STORY, DANGER, "继续", *REST, "确认")
    await a_resident(office, "o-wang")
    wang = Resident(id=await person_of(office, "o-wang"))
    told = Report(story=DANGER, spot=Spot(words="枫桥路1号"), danger_told="没有。")

    await office.desk.deeds.reports.file_own(wang, told)
    await office.desk.deeds.reports.file_own(wang, replace(told, danger_told="有，他还在门口"))

    chat, page, in_danger = await cases_of(office)
    assert "是否有人有危险" not in chat.story + page.story
    assert "是否有人有危险：有，他还在门口" in in_danger.story


async def test_two_reports_from_pages_at_once_complete_it_once(office):
    await tell(office, DANGER)
    resident = Resident(id=await person_of(office))
    report = Report(story="楼上漏水三个月，天花板坏了", spot=Spot(words="枫桥路18号"))

    await asyncio.gather(*(office.desk.deeds.reports.file_own(resident, report) for _ in range(2)))

    histories = [await history_of(office, case) for case in await cases_of(office)]
    assert sorted(kinds.count("case.report-confirmed") for kinds in histories) == [0, 1]


async def test_a_form_that_is_sent_again_is_one_case(office):
    resident, desk = await a_resident(office), office.desk.deeds.reports
    report = Report(story=STORY, spot=Spot(words="枫桥路18号"))

    at_once = await asyncio.gather(
        *(desk.file_own(resident, report, form="form-1") for _ in range(4))
    )
    later = await desk.file_own(resident, report, form="form-1")

    (case,) = await cases_of(office)
    assert {one.case_id for one in (*at_once, later)} == {case.id}
    assert await history_of(office, case) == ["case.reported"]


async def test_another_form_another_person_and_other_words_are_cases_of_their_own(office):
    li, wang = await a_resident(office), await a_resident(office, "o-wang")
    report = Report(story=STORY, spot=Spot(words="枫桥路18号"))
    in_danger = replace(report, danger_told=DANGER)
    from_here = replace(report, spot=Spot(words="枫桥路18号", latitude=30.0, longitude=120.0))

    for who, told, form in (
        (li, report, "form-1"),
        (li, report, "form-2"),
        (wang, report, "form-1"),
        (li, in_danger, "form-1"),
        (li, from_here, "form-1"),
    ):
        await office.desk.deeds.reports.file_own(who, told, form=form)

    cases = await cases_of(office)
    assert len(cases) == 5
    assert [case.alarmed for case in cases].count(True) == 1


async def test_somebody_in_danger_where_nobody_is_on_duty_is_told_so_at_once(office):
    for acting in (CLERK, ZHAO):
        await leave(office, acting)

    warned = await tell(office, "我不想活了")

    (case,) = await cases_of(office)
    assert "现在没有值班的人，请马上打上面的电话" in warned.text
    assert "{" not in warned.text
    assert await history_of(office, case) == ["case.reported", "case.nobody-on-duty"]
    async with office.store.read() as work:
        unheard = (await work.cases.history(case.id))[-1]
    assert unheard.by == SYSTEM.ref


async def test_somebody_in_danger_is_told_who_hears_of_it(office):
    warned = await tell(office, "我不想活了")

    assert f"正在通知值班的{CLERK.name}" in warned.text
    assert texts.WELCOME not in warned.text


async def leave(office, acting: Staff) -> None:
    async with office.store.begin() as work:
        member = await work.staff.get(acting.id)
        await work.staff.save(replace(member, active=False))


async def alarms_of(office, case: Case) -> int:
    async with office.store.read() as work:
        return sum(one.kind == "alarm" for one in await work.notices.of_case(case.id))


def a_picture(media_id: str):
    return replace(message(""), kind=MessageKind.IMAGE, media_id=media_id)


def a_cell(word: str, *, region: str) -> Cell:
    return Cell(
        id=CellId("cell-1"),
        name="枫桥第一网格",
        region=region,
        words=(word,),
        outline=((120.00, 30.00), (120.01, 30.00), (120.01, 30.01), (120.00, 30.01)),
    )
