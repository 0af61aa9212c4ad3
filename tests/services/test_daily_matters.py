"""A daily-life matter: told in the chat, given to a unit, answered in the chat, and rated there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.texts import chat, guidance, matters
from domain.actors import Resident, Role, Staff
from domain.cases import Case, Spot
from domain.conversations import MessageKind
from domain.daily_matters import is_daily, is_quarrel
from domain.deadlines import DueKind
from domain.errors import NotFound, Stale
from domain.helping import Helped, HowAgreed
from domain.ids import PersonId, StaffId
from domain.jobs import EraseData, SendNotice, SendSms
from domain.matters import MOST_MORE, Grade, Matter, MatterReport, MatterState
from domain.media import Medium
from domain.notices import Delivery, Notice, NoticeKind
from domain.ports.cases import CaseFilter
from domain.privacy import Datum, Stays, Wish
from domain.scope import EVERYTHING
from tests.bot.office import APPID, an_office, message
from tests.factories import CLERK, LI, ZHAO, a_cell, a_member
from tests.stores import sqlite_url

LAMP = "枫溪路18号门口的路灯坏了半个月了"
WHOLE = ("民生事项", LAMP, "1", "跳过", "确认")


@pytest.fixture
async def office(tmp_path):
    """What differs between the databases is tested with the store itself."""
    async with an_office(sqlite_url(tmp_path)) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, ZHAO):
                await work.staff.add(a_member(acting))
            await work.cells.add(a_cell())
        yield opened


async def says(office, *told: str) -> str:
    words = ""
    for text in told:
        reply = await office.desk.receive(message(text, at=office.clock()))
        assert reply is not None
        words = "\n".join([reply.text, *(link.url for link in reply.links)])
    return words


async def sends(office, kind: MessageKind, **told) -> str:
    sent = replace(message("", at=office.clock()), kind=kind, **told)
    reply = await office.desk.receive(sent)
    assert reply is not None
    return reply.text


async def person(office) -> Resident:
    async with office.store.read() as work:
        found = await work.people.by_openid(APPID, "o-li")
    assert found is not None
    return Resident(id=found.id)


async def own(office) -> list[Matter]:
    async with office.store.read() as work:
        return list(await work.matters.of_person((await person(office)).id))


async def the_matter(office) -> Matter:
    (matter,) = await own(office)
    return matter


async def told(office, kind: NoticeKind) -> list[Notice]:
    """What somebody is to be told of one kind."""
    jobs = [one for one in await office.store.waiting_jobs() if isinstance(one, SendNotice)]
    async with office.store.read() as work:
        notices = [await work.notices.get(job.notice_id) for job in jobs]
    return [one for one in notices if one.kind is kind]


async def answered(office, words: str = "灯泡换好了，今晚会亮") -> None:
    matter = await the_matter(office)
    await office.matters.answer(CLERK, matter.id, version=matter.version, words=words)


async def answered_by_number(office, number: str) -> None:
    (matter,) = [one for one in await own(office) if one.number == number]
    await office.matters.answer(CLERK, matter.id, version=matter.version, words="明天来清")


async def fall_due(office, **span: float) -> list[DueKind]:
    """Let time pass, and do what fell due for matters."""
    office.clock.moves(**span)
    done = []
    while True:
        async with office.store.begin() as work:
            due = await work.dues.claim(office.clock(), limit=9)
            for one in due:
                await office.matters.act(work, one)
                await office.matters.after_reminder(work, one)
                done.append(one.kind)
        if not due:
            return done


async def test_a_place_in_no_words_is_asked_for_again(office):
    asked = await says(office, "民生事项", "门口的路灯坏了半个月了")

    again = await says(office, "  ")

    assert again == f"{chat.CANNOT_READ}\n\n{asked}"


async def test_it_is_asked_said_back_and_has_a_number_and_a_day(office):
    offered = await says(office, "民生事项", LAMP)
    summary = await says(office, "1", "跳过")
    filed = await says(office, "确认")

    matter = await the_matter(office)
    assert "就在“枫溪路18号门口”吗" in offered
    assert f"什么事：{LAMP}" in summary
    assert matter.number == "枫民2025第1号"
    assert matter.number in filed
    assert "最晚11月28日（周五）答复您" in filed
    assert f"https://mediate.example/m/matters/{matter.id}" in filed
    assert (matter.told, matter.spot.words) == (LAMP, "枫溪路18号门口")
    assert matter.region == a_cell().region
    assert matter.reply_by.astimezone(office.matters.centre.zone).hour == 17


async def test_pictures_and_a_place_on_the_map_belong_to_it(office):
    await says(office, "民生事项")
    besides = await sends(office, MessageKind.IMAGE, media_id="p1")
    await says(office, LAMP)
    there = await sends(
        office, MessageKind.LOCATION, latitude=30.005, longitude=120.005, label="枫溪路"
    )
    kept = await sends(office, MessageKind.IMAGE, media_id="p2")
    await says(office, "好了", "确认")

    matter = await the_matter(office)
    async with office.store.read() as work:
        media = [await work.media.get(one) for one in matter.media]
    assert besides.startswith(matters.PICTURE_BESIDES)
    assert "枫桥社区第一网格" in there
    assert kept == matters.kept(2)
    assert [one.matter_id for one in media] == [matter.id, matter.id]
    assert matter.cell == "cell-1"


async def test_an_answer_is_corrected_before_it_counts(office):
    await says(office, *WHOLE[:4], "修改", "2", "枫溪路20号")
    summary = await says(office, "修改", "1")
    await says(office, "路灯晚上不亮，白天亮")
    filed = await says(office, "确认")

    matter = await the_matter(office)
    assert summary == matters.WHAT
    assert matter.number in filed
    assert (matter.told, matter.spot.words) == ("路灯晚上不亮，白天亮", "枫溪路20号")


async def test_one_goes_back_and_stops_and_goes_on_the_next_day(office):
    await says(office, "民生事项", LAMP, "1")
    before = await says(office, "返回")
    stopped = await says(office, "取消")
    office.clock.moves(hours=30)
    again = await says(office, "继续")
    await says(office, "枫溪路19号", "跳过", "确认")

    assert "就在“枫溪路18号门口”吗" in before
    assert stopped == chat.PAUSED
    assert "就在“枫溪路18号门口”吗" in again
    assert (await the_matter(office)).spot.words == "枫溪路19号"


async def test_one_starts_over_and_asks_for_a_report_by_name(office):
    over = await says(office, "民生事项", LAMP, "重新开始")
    by_name = await says(office, "我要反映纠纷")

    assert over == matters.WHAT
    assert by_name.startswith(chat.ALREADY_ASKING)
    assert await office.talk_of() == "matter:what"


async def test_a_report_that_is_being_told_waits_meanwhile(office):
    await says(office, "我要反映纠纷", "邻居天天吵架，没法住了")
    await says(office, "民生事项", LAMP)
    back = await says(office, "返回")
    filed = await says(office, LAMP, "枫溪路18号", "跳过", "确认")

    assert back == matters.WHAT
    assert filed.startswith("登记好了")
    assert chat.WHERE_WAS_IT in filed
    assert await office.talk_of() == "report:where"
    assert (await the_matter(office)).told == LAMP


async def test_the_same_words_again_are_the_same_matter(office):
    first = await says(office, *WHOLE)
    again = await says(office, *WHOLE)
    office.clock.moves(hours=1)
    later = await says(office, *WHOLE)

    assert first == again
    assert first != later
    assert len(await own(office)) == 2


async def test_what_is_written_and_sent_next_belongs_to_it_and_another_matter_does_not(office):
    filed = await says(office, *WHOLE)
    added = await says(office, "已经三天了")
    await sends(office, MessageKind.IMAGE, media_id="p1")
    office.clock.moves(minutes=1)
    another = await says(office, "小区门口的垃圾没人清")

    matter = await the_matter(office)
    assert filed.splitlines()[-2] == matters.ADD_HERE
    assert added == matters.ADDED
    assert ([one.words for one in matter.more], len(matter.media)) == (["已经三天了"], 1)
    assert another == matters.OFFER


async def test_what_is_written_after_the_answer_is_kept_with_a_bad_grade(office):
    await says(office, *WHOLE)
    await answered(office)
    asked = await says(office, "没修好，晚上还是黑的")
    again = await says(office, "都一个月了")
    shown = await sends(office, MessageKind.IMAGE, media_id="p1")
    before = await the_matter(office)
    sorry = await says(office, "3")

    matter = await the_matter(office)
    assert "3 不满意\n1 满意\n2 基本满意" in asked
    assert asked == again == shown
    assert matters.ADDED not in asked
    assert (before.more, before.media) == ((), ())
    assert sorry.startswith("对不起，没给您办好")
    assert sorry.endswith(matters.PASSED_ON)
    assert matter.state is MatterState.IN_HAND
    assert [one.words for one in matter.more] == ["没修好，晚上还是黑的\n都一个月了"]
    assert len(matter.media) == 1


async def test_what_is_written_after_a_good_answer_does_not_open_it_again(office):
    await says(office, *WHOLE)
    await answered(office)
    await says(office, "师傅来得很快")
    thanks = await says(office, "1")

    matter = await the_matter(office)
    assert thanks == matters.THANKS[Grade.SATISFIED].format(matter_reopens=7)
    assert (matter.state, matter.more) == (MatterState.CLOSED, ())


async def test_an_addition_too_many_is_not_confirmed(office):
    await says(office, *WHOLE)
    added = [await says(office, f"第{count}回说") for count in range(1, MOST_MORE + 1)]
    refused = await says(office, "再说一回")

    assert set(added) == {matters.ADDED}
    assert refused.startswith(matters.NOT_ADDED)
    assert office.matters.centre.phone in refused
    assert len((await the_matter(office)).more) == MOST_MORE


async def test_a_story_of_something_to_be_mended_is_offered_the_short_way(office):
    offered = await says(office, LAMP)
    asked = await says(office, "1")
    await says(office, "1", "跳过", "确认")

    assert offered == matters.OFFER
    assert "就在“枫溪路18号门口”吗" in asked
    assert (await the_matter(office)).told == LAMP


async def test_whoever_begins_a_report_of_a_lamp_is_offered_the_short_way_too(office):
    offered = await says(office, "我要反映纠纷", LAMP)
    await says(office, "1")

    assert offered == matters.OFFER
    assert await office.talk_of() == "matter:where"


async def test_a_lamp_that_people_quarrel_about_is_mediated(office):
    asked = await says(office, LAMP, "3")

    assert asked == chat.WHERE_WAS_IT
    assert await office.talk_of() == "report:where"


async def test_a_quarrel_is_offered_a_mediator(office):
    offered = await says(office, "民生事项", "隔壁邻居的狗天天叫，说了就骂人")
    asked = await says(office, "1")

    assert offered == matters.QUARREL
    assert asked == chat.WHERE_WAS_IT
    assert await office.talk_of() == "report:where"


async def test_whoever_wants_no_mediator_goes_on(office):
    await says(
        office, "民生事项", "隔壁邻居的狗天天叫，说了就骂人", "2", "枫溪路8号", "跳过", "确认"
    )

    assert (await the_matter(office)).state is MatterState.RECEIVED


async def test_a_quarrel_out_of_the_blue_is_offered_no_short_way(office):
    offered = await says(office, "邻居把垃圾堆在楼道里不让清")

    assert offered == guidance.OFFER


async def test_words_of_danger_ring_and_the_matter_goes_on(office):
    heard = await says(office, "民生事项", "楼道着火了，有人被困在里面，快来救命")
    await says(office, "继续", "枫溪路8号")

    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert heard.startswith("您说的情况很要紧")
    assert case.alarmed
    assert await office.talk_of() == "matter:pictures"


FIRE = "着火了，有人困在里面"
EARLIER = "先前说的地点："


async def the_alarm(office) -> Case:
    """The case that the alarm made."""
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    return case


async def test_the_place_told_after_the_alarm_is_in_its_case_at_once(office):
    await says(office, "民生事项", "门口的路灯半个月不亮了", FIRE)
    before = await the_alarm(office)

    await says(office, "枫溪路18号")

    case = await the_alarm(office)
    assert before.spot.words == "没有说明"
    assert (case.spot.words, case.alarmed) == ("枫溪路18号", True)
    assert EARLIER not in case.story


async def test_the_place_told_after_the_alarm_of_a_report_is_in_its_case_at_once(office):
    await says(office, "我要反映纠纷", "楼上漏水，说了两次不管", FIRE, "枫溪路18号", "取消")

    assert (await the_alarm(office)).spot.words == "枫溪路18号"


async def test_of_two_places_of_danger_the_case_keeps_both(office):
    await says(office, "民生事项", LAMP, "1", FIRE)
    await sends(office, MessageKind.LOCATION, latitude=30.005, longitude=120.005)
    await says(office, "我不想活了", "继续", "跳过", "2", "2", "枫溪苑5幢")

    case = await the_alarm(office)
    assert case.spot == Spot(words="枫溪苑5幢")
    assert f"{EARLIER}枫溪路18号门口" in case.story.splitlines()
    assert f"{EARLIER}北纬30.00500度，东经120.00500度" in case.story.splitlines()
    assert FIRE in case.story


async def test_a_place_in_another_region_rings_there(office):
    far = Staff(id=StaffId("far"), name="钱", role=Role.DISPATCHER, region="999999002001")
    east = ((121.00, 30.00), (121.01, 30.00), (121.01, 30.01), (121.00, 30.01))
    async with office.store.begin() as work:
        await work.cells.add(replace(a_cell("cell-9"), region=far.region, words=(), outline=east))
        await work.staff.add(a_member(far))
    await says(office, "民生事项", "门口的路灯半个月不亮了", FIRE)
    await sends(office, MessageKind.LOCATION, latitude=30.005, longitude=121.005)

    called = [one.to_staff for one in await told(office, NoticeKind.ALARM)]
    assert (await the_alarm(office)).region == far.region
    assert len(called) == 2
    assert called[1] == far.id


async def test_danger_in_a_matter_on_a_page_rings_with_its_place(office):
    await says(office, "你好")
    resident = await person(office)

    await office.matters.file_own(resident, MatterReport(told=FIRE, spot=Spot(words="枫溪路18号")))

    assert (await the_alarm(office)).spot.words == "枫溪路18号"


async def test_danger_told_later_of_a_matter_rings_with_its_place(office):
    await says(office, *WHOLE)
    matter = await the_matter(office)

    await office.matters.say_more_own(await person(office), matter.id, FIRE)

    case = await the_alarm(office)
    assert (case.spot.words, case.story.splitlines()) == ("枫溪路18号门口", [LAMP, FIRE])


async def alarm_and_medium(office) -> tuple[Case, Medium]:
    """The only case there is, and the only thing that was sent."""
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
        (medium,) = await work.media.of_person((await person(office)).id)
    return case, medium


async def test_a_picture_that_an_alarm_took_along_shows_the_matter_too(office):
    await says(office, "路口的路灯半个月不亮了，晚上很黑")
    await sends(office, MessageKind.IMAGE, media_id="p1")
    await says(office, FIRE)
    filed = await says(office, "继续", "1", "枫溪路18号", "跳过", "确认")

    matter = await the_matter(office)
    case, medium = await alarm_and_medium(office)
    assert matter.number in filed
    assert case.alarmed
    assert (case.media, matter.media) == ((medium.id,), (medium.id,))
    assert (medium.case_id, medium.matter_id) == (case.id, matter.id)


async def test_a_picture_of_a_matter_in_which_danger_was_told_is_in_all_three(office):
    await says(office, "民生事项", LAMP, "1")
    await sends(office, MessageKind.IMAGE, media_id="p1")
    await says(office, FIRE, "继续", "跳过", "确认")
    alarm, medium = await alarm_and_medium(office)
    async with office.store.begin() as work:
        kept = medium.keep(key="media/p1", sha256="0" * 64, content_type="image/jpeg")
        await work.media.save(kept)
    matter = await the_matter(office)

    made = await office.matters.make_case(CLERK, matter.id, version=0)

    desk = office.matters.reports.intake.media
    shown = [await desk.original(ZHAO, one, medium.id) for one in (alarm.id, made)]
    assert alarm.spot.words == "枫溪路18号门口"
    assert (alarm.story.splitlines(), alarm.alarmed) == ([LAMP, FIRE], True)
    assert [one.object_key for one in shown] == ["media/p1", "media/p1"]
    assert matter.media == (medium.id,)


async def test_a_voice_that_rang_while_an_answer_waits_goes_with_the_bad_grade(office):
    await says(office, *WHOLE)
    await answered(office)
    await sends(office, MessageKind.VOICE, media_id="v1")
    async with office.store.read() as work:
        (voice,) = await work.media.of_person((await person(office)).id)
    await sends(office, MessageKind.HEARD, media_id=voice.id, text=FIRE)
    sorry = await says(office, "3")

    case, medium = await alarm_and_medium(office)
    assert case.media == (await the_matter(office)).media == (medium.id,)
    assert sorry.startswith("对不起，没给您办好")


async def test_a_case_made_of_a_matter_holds_every_word_of_it(office):
    long = "门口的路灯坏了半个月。" + "晚上看不见路。" * 550
    await says(office, "民生事项", long, "枫溪路18号", "跳过", "确认")
    await says(office, *(f"第{at}次补充，{'还是没有人来。' * 200}" for at in (1, 2, 3)))
    matter = await the_matter(office)

    made = await office.matters.make_case(CLERK, matter.id, version=matter.version)

    async with office.store.read() as work:
        case = await work.cases.get(made, EVERYTHING)
    assert len(matter.told) == len(long)
    assert case.story == "\n".join((long, *(one.words for one in matter.more)))
    assert len(matter.more) == 3


async def test_the_whole_way_to_a_good_rating(office):
    await says(office, *WHOLE)
    matter = await the_matter(office)
    await office.matters.take(CLERK, matter.id, version=0, unit="市政所")
    hand = await says(office, "我的案件")
    await answered(office)
    (notice,) = await told(office, NoticeKind.MATTER_ANSWERED)
    thanks = await says(office, "满意")
    over = await says(office, "我的事项")

    closed = await the_matter(office)
    assert "现在：正在办\n下一步：市政所办好以后答复您（最晚11月28日）" in hand
    assert notice.facts["words"] == "灯泡换好了，今晚会亮"
    assert notice.facts["url"].endswith(f"/m/matters/{matter.id}")
    assert thanks == matters.THANKS[Grade.SATISFIED].format(matter_reopens=7)
    assert "现在：已办结\n答复：灯泡换好了，今晚会亮" in over
    assert (closed.state, closed.answers[0].grade) == (MatterState.CLOSED, Grade.SATISFIED)


async def test_who_is_not_satisfied_gets_a_second_answer_and_supervisors_hear_of_it(office):
    await says(office, *WHOLE)
    await answered(office)
    office.clock.moves(days=2)
    shown = await says(office, "我的案件")
    sorry = await says(office, "3")
    shot = await sends(office, MessageKind.IMAGE, media_id="p9")
    await says(office, "灯还是不亮")
    again = await the_matter(office)
    await answered(office, "线也换了")
    last = await says(office, "不满意")
    await says(office, "跳过")

    closed = await the_matter(office)
    assert "1 满意\n2 基本满意\n3 不满意" in shown
    assert sorry.startswith("对不起，没给您办好")
    assert "最晚12月1日（周一）再答复您" in sorry
    assert matters.WHAT_IS_WRONG in sorry
    assert shot.startswith(matters.ADDED)
    assert len(again.media) == 1
    assert (again.state, [one.words for one in again.more]) == (
        MatterState.IN_HAND,
        ["灯还是不亮"],
    )
    assert last.startswith(matters.THANKS[Grade.UNSATISFIED])
    assert closed.state is MatterState.CLOSED
    assert len(await told(office, NoticeKind.MATTER_UNSATISFIED)) == 2


async def test_who_finds_it_not_done_after_all_opens_it_again_within_a_week(office):
    await says(office, *WHOLE)
    await answered(office)
    thanked = await says(office, "满意")
    before = (await the_matter(office)).reply_by
    office.clock.moves(days=6, hours=23)

    asked = await says(office, "不满意")
    await says(office, "昨天夜里又不亮了")

    matter = await the_matter(office)
    seen = await office.matters.view(CLERK, matter.id)
    assert "7天内发现没办好，回复“不满意”" in thanked
    assert "对不起，没给您办好。已经退回重新办" in asked
    assert matters.WHAT_IS_WRONG in asked
    assert matter.state is MatterState.IN_HAND
    assert matter.reply_by > before
    assert seen.line.reopened
    assert [one.words for one in seen.more] == ["昨天夜里又不亮了"]
    assert "办结以后又说不满意，重新办" in [one.words for one in seen.history]
    listed, _ = await office.matters.listed(CLERK, over=False, limit=9, after="")
    assert [one.number for one in listed] == [matter.number]
    async with office.store.read() as work:
        dues = await work.dues.of_subjects([matter.id])
    assert [one.kind for one in dues] == [DueKind.MATTER_REPLY]
    await answered(office, "换了整盏灯")
    assert (await the_matter(office)).state is MatterState.ANSWERED


async def test_who_says_that_it_is_broken_again_is_asked_and_their_words_go_along(office):
    await says(office, *WHOLE)
    await answered(office)
    await says(office, "满意")
    office.clock.moves(days=2)

    asked = await says(office, "还是不亮，修了等于没修")
    await says(office, "3")

    matter = await the_matter(office)
    assert "3 不满意\n1 满意" in asked
    assert matter.state is MatterState.IN_HAND
    assert [one.words for one in matter.more] == ["还是不亮，修了等于没修"]


async def test_a_grade_told_beside_another_matter_is_neither_its_place_nor_lost(office):
    await says(office, *WHOLE)
    await answered(office)
    office.clock.moves(hours=1)
    await says(office, "民生事项", "楼道里的灯也坏了")

    thanked = await says(office, "基本满意")
    sorry = await says(office, "不满意")
    back = await says(office, "灯只亮了一晚上又灭了")
    await says(office, "枫溪路20号", "跳过", "确认")

    newer, older = sorted(await own(office), key=lambda one: len(one.more))
    assert thanked.startswith("谢谢您，已经记下：基本满意")
    assert thanked.endswith(matters.WHERE)
    assert matters.WHAT_IS_WRONG in sorry
    assert back.endswith(matters.WHERE)
    assert older.state is not MatterState.CLOSED
    assert [one.words for one in older.more] == ["灯只亮了一晚上又灭了"]
    assert (newer.told, newer.spot.words) == ("楼道里的灯也坏了", "枫溪路20号")


async def test_after_a_week_a_bad_grade_opens_nothing(office):
    await says(office, *WHOLE)
    await answered(office)
    await says(office, "满意")
    office.clock.moves(days=7)

    await says(office, "不满意")

    assert (await the_matter(office)).state is MatterState.CLOSED


async def test_after_a_second_bad_grade_the_centre_can_call_as_promised(office):
    await says(office, *WHOLE)
    resident = await person(office)
    async with office.store.begin() as work:
        known = await work.people.get(resident.id)
        await work.people.save(replace(known, phone="+8612000000001"))
    seen = []
    for _ in range(2):
        await answered(office)
        await says(office, "不满意")
        seen.append((await office.matters.view(CLERK, (await the_matter(office)).id)).phone)

    ours = await office.matters.view(CLERK, (await the_matter(office)).id)
    theirs = await office.matters.view(resident, ours.line.id)
    assert seen == ["120****0001", "+8612000000001"]
    assert ours.line.next_step.words == "居民两次不满意：请联系居民，在微信里说话或者打电话"
    assert theirs.line.next_step.words == "负责人会联系您"


async def test_who_has_it_in_hand_hears_of_additions_once_in_a_while(office):
    await says(office, *WHOLE)
    matter = await the_matter(office)
    await office.matters.take(CLERK, matter.id, version=0, unit="市政所")
    await says(office, "已经三天了")
    await says(office, "老人晚上不敢出门")
    office.clock.moves(hours=1)
    await says(office, "又坏了一盏")

    heard = await told(office, NoticeKind.MATTER_TOLD_MORE)
    assert [one.to_staff for one in heard] == [CLERK.id, CLERK.id]
    assert heard[0].facts["url"].endswith(f"/desk/matters/{matter.id}")


async def test_which_of_two_answers_is_rated_is_asked(office):
    await says(office, *WHOLE)
    office.clock.moves(minutes=1)
    await says(office, "民生事项", "小区门口的垃圾没人清", "枫溪路1号", "跳过", "确认")
    for matter in await own(office):
        await office.matters.answer(CLERK, matter.id, version=0, words="办好了")
    asked = await says(office, "基本满意")
    await says(office, "2")

    assert "是哪一件" in asked
    grades = {one.number: one.answers[0].grade for one in await own(office)}
    assert grades == {"枫民2025第2号": None, "枫民2025第1号": Grade.MOSTLY}


async def test_without_a_word_it_closes_by_itself(office):
    await says(office, *WHOLE)
    await answered(office)

    done = await fall_due(office, days=7)

    assert done == [DueKind.MATTER_CLOSES]
    assert (await the_matter(office)).state is MatterState.CLOSED


async def test_an_answer_that_reached_nobody_is_not_closed_as_if_nobody_objected(office):
    await says(office, *WHOLE)
    await answered(office)
    (notice,) = await told(office, NoticeKind.MATTER_ANSWERED)
    async with office.store.begin() as work:
        await work.notices.save(replace(notice, state=Delivery.UNREACHABLE))

    await fall_due(office, days=7)

    view = await office.matters.view(CLERK, (await the_matter(office)).id)
    assert view.line.state is MatterState.CLOSED
    assert view.history[-1].words == "答复没有送到本人，到期办结"


async def test_an_answer_is_reminded_of_and_then_late(office):
    await says(office, *WHOLE)
    early = await fall_due(office, days=4)
    reminded = await fall_due(office, days=1)
    (due,) = await told(office, NoticeKind.MATTER_DUE)
    late = await fall_due(office, days=2)
    (line,), _ = await office.matters.listed(CLERK, over=False, limit=5, after="")
    again = await fall_due(office, days=30)

    assert (early, reminded, late, again) == (
        [],
        [DueKind.MATTER_REPLY],
        [DueKind.MATTER_REPLY],
        [],
    )
    assert (due.facts["number"], due.to_staff) == ("枫民2025第1号", CLERK.id)
    assert len(await told(office, NoticeKind.MATTER_OVERDUE)) == 1
    assert line.next_step.overdue
    async with office.store.read() as work:
        kinds = [one.kind for one in await work.matters.history(line.id)]
    assert kinds == ["matter.reported", "matter.overdue"]


async def test_a_refusal_tells_where_to_go(office):
    await says(office, *WHOLE)
    matter = await the_matter(office)
    await office.matters.refuse(
        CLERK, matter.id, version=0, reason="路灯归供电公司管", instead="打95598报修"
    )
    (notice,) = await told(office, NoticeKind.MATTER_REFUSED)
    shown = await says(office, "我的案件")

    assert (notice.facts["reason"], notice.facts["instead"]) == ("路灯归供电公司管", "打95598报修")
    assert "现在：不归我们办\n原因：路灯归供电公司管\n下一步：打95598报修" in shown


async def test_a_quarrel_becomes_a_case_with_what_was_sent(office):
    await says(office, "民生事项", LAMP, "1")
    await sends(office, MessageKind.IMAGE, media_id="p1")
    await says(office, "好了", "确认")
    matter = await the_matter(office)

    case_id = await office.matters.make_case(CLERK, matter.id, version=0)

    async with office.store.read() as work:
        case = await work.cases.get(case_id, EVERYTHING)
        medium = await work.media.get(matter.media[0])
        came = [one.kind for one in await work.cases.history(case_id)]
        history = [one.kind for one in await work.matters.history(matter.id)]
    view = await office.matters.view(await person(office), matter.id)
    assert came == ["case.reported", "matter.became-case"]
    assert history == ["matter.reported", "matter.became-case"]
    assert (case.story, case.media, medium.case_id) == (LAMP, matter.media, case_id)
    assert (view.line.state, view.case_number) == (MatterState.DISPUTE, case.number)
    assert len(await told(office, NoticeKind.MATTER_BECAME_CASE)) == 1


ELSEWHERE = Staff(id=StaffId("far"), name="远", role=Role.DISPATCHER, region="888888")
AUDITOR = Staff(id=StaffId("audit"), name="审", role=Role.AUDITOR, region="999999")


@pytest.mark.parametrize(
    "actor", [LI, ELSEWHERE, AUDITOR, Resident(id=PersonId("stranger"))], ids=lambda one: one.ref
)
async def test_for_anybody_else_there_is_no_such_matter(office, actor):
    await says(office, *WHOLE)
    matter = await the_matter(office)

    with pytest.raises(NotFound):
        await office.matters.view(actor, matter.id)
    with pytest.raises(NotFound):
        await office.matters.answer(actor, matter.id, version=0, words="好了")
    with pytest.raises(NotFound):
        await office.matters.rate_own(actor, matter.id, Grade.SATISFIED)


async def test_who_reported_it_handles_it_not_and_who_handles_it_rates_it_not(office):
    await says(office, *WHOLE)
    matter = await the_matter(office)

    with pytest.raises(NotFound):
        await office.matters.take(await person(office), matter.id, version=0, unit="我自己")
    async with office.store.begin() as work:
        with pytest.raises(NotFound):
            await office.matters.rate(
                work, matter.id, person=PersonId(CLERK.id), grade=Grade.SATISFIED
            )


async def test_the_second_of_two_clerks_is_refused(office):
    await says(office, *WHOLE)
    matter = await the_matter(office)
    await office.matters.take(CLERK, matter.id, version=0, unit="市政所")

    with pytest.raises(Stale):
        await office.matters.answer(ZHAO, matter.id, version=0, words="好了")


async def test_the_centre_sees_who_reported_it_masked_and_what_happened(office):
    await says(office, *WHOLE)
    resident = await person(office)
    async with office.store.begin() as work:
        known = await work.people.get(resident.id)
        await work.people.save(replace(known, name="王秀兰", phone="+8612000000001"))
    await office.matters.take(CLERK, (await the_matter(office)).id, version=0, unit="市政所")

    seen = await office.matters.view(CLERK, (await the_matter(office)).id)
    theirs = await office.matters.view(resident, seen.line.id)

    assert (seen.who, seen.phone) == ("王*兰", "120****0001")
    assert [(one.words, one.by) for one in seen.history] == [
        ("反映", "本人"),
        ("交给市政所办", "陈分派"),
    ]
    assert (theirs.who, theirs.phone, theirs.history) == ("", "", ())
    assert (seen.handles, theirs.handles, theirs.adds) == (True, False, True)


async def test_a_clerk_takes_it_down_for_somebody_who_called(office):
    report = MatterReport(told=LAMP, spot=Spot(words="枫溪路18号"))
    helped = Helped(name="王秀兰", phone="12000000001", agreed=HowAgreed.BY_PHONE)
    matter = await office.matters.take_down(CLERK, report, helped)
    again = await office.matters.take_down(CLERK, report, helped)

    jobs = [one for one in await office.store.waiting_jobs() if isinstance(one, SendSms)]
    async with office.store.read() as work:
        known = await work.people.get(matter.reporter)
        (notice,) = [await work.notices.get(job.notice_id) for job in jobs]
        (event,) = await work.matters.history(matter.id)
    assert again == matter
    assert (known.name, known.phone) == ("王秀兰", "+8612000000001")
    assert (notice.to_person, notice.facts["number"]) == (known.id, matter.number)
    assert (event.kind, event.by, event.detail["agreed"]) == (
        "matter.taken-down",
        CLERK.ref,
        "by-phone",
    )
    with pytest.raises(NotFound):
        await office.matters.take_down(AUDITOR, report, helped)


async def test_danger_that_a_clerk_takes_down_rings_as_the_clerks_deed(office):
    report = MatterReport(told="楼道着火了，有人被困在里面，快来救命", spot=Spot(words="枫溪路8号"))
    helped = Helped(name="王秀兰", phone="12000000001", agreed=HowAgreed.BY_PHONE)
    await office.matters.take_down(CLERK, report, helped)
    await office.matters.take_down(CLERK, replace(report, told="有人拿刀砍人，救命"), helped)

    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
        history = await work.cases.history(case.id)
    assert case.alarmed
    assert case.helper == CLERK.id
    assert {one.by for one in history} == {CLERK.ref}
    assert history[0].detail["agreed"] == "by-phone"


async def test_a_matter_that_rang_is_marked_and_leads_to_the_case_of_the_danger(office):
    helped = Helped(name="王秀兰", phone="12000000001", agreed=HowAgreed.BY_PHONE)
    calm = MatterReport(told=LAMP, spot=Spot(words="枫溪路18号"))
    rang = replace(calm, told="三楼那个男的天天把他娃绑在阳台上打")
    lamp = await office.matters.take_down(CLERK, calm, helped)
    child = await office.matters.take_down(CLERK, rang, helped)

    listed, _ = await office.matters.listed(CLERK, over=False, limit=10, after="")
    seen = [await office.matters.view(CLERK, one.id) for one in (lamp, child)]
    theirs = await office.matters.view(Resident(id=child.reporter), child.id)

    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert {one.id: one.danger for one in listed} == {lamp.id: False, child.id: True}
    assert [one.alarm for one in seen] == [None, case.id]
    assert (theirs.line.danger, theirs.alarm) == (False, None)


async def test_a_page_takes_it_too_and_its_words_of_danger_ring(office):
    await says(office, "你好")
    resident = await person(office)
    calm = MatterReport(told=LAMP, spot=Spot(words="枫溪路18号"))
    matter = await office.matters.file_own(resident, calm)
    fire = replace(calm, told="楼道着火了，有人被困在里面，快来救命")
    await office.matters.file_own(resident, fire)
    await office.matters.say_more_own(resident, matter.id, "他拿着刀要砍人，快来")

    async with office.store.read() as work:
        cases, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    assert ("desk", {"matter": matter.id}) in office.bus.told
    assert [one.alarmed for one in cases] == [True]
    assert len(cases[0].danger) > 1


async def test_what_is_done_goes_with_its_pictures_and_what_is_open_stays(office):
    await says(office, "民生事项", LAMP, "1")
    await sends(office, MessageKind.IMAGE, media_id="p1")
    await says(office, "好了", "确认")
    await answered(office)
    await says(office, "满意")
    office.clock.moves(minutes=1)
    await says(office, "民生事项", "小区门口的垃圾没人清", "枫溪路1号", "跳过", "确认")
    resident = await person(office)
    (closed_media,) = (await own(office))[1].media
    (of_open,) = [one.number for one in await own(office) if one.media == ()]
    await answered_by_number(office, of_open)
    office.clock.moves(minutes=1)

    await office.privacy.take_own_back(resident, Wish.MATTERS)
    for job in await office.store.waiting_jobs():
        if isinstance(job, EraseData):
            await office.privacy.erase(job)

    left = await own(office)
    async with office.store.read() as work:
        (erasure,) = await work.privacy.erasures(resident.id)
        with pytest.raises(NotFound):
            await work.media.get(closed_media)
        notices = await work.notices.of_person(resident.id)
    assert [one.told for one in left] == ["小区门口的垃圾没人清"]
    assert {one.facts["number"] for one in notices} == {of_open}
    assert erasure.left == {Datum.MATTERS: Stays.OPEN_MATTER}


async def test_ones_copy_holds_the_matter_and_the_answer(office):
    await says(office, *WHOLE)
    await answered(office)
    resident = await person(office)

    own_data = await office.privacy.own(resident)

    (line,) = [one for one in own_data.lines if one.category == "matters"]
    assert line.there == "1件"


@pytest.mark.parametrize(
    ("story", "daily"),
    [
        (LAMP, True),
        ("我们这里停水三天了没人管", True),
        ("路中间的井盖不见了很危险", True),
        ("楼下的路灯晚上不亮", True),
        ("工地半夜施工太吵，睡不着", True),
        ("下水道堵了，臭得很", True),
        ("电梯坏了一个礼拜没人来修", True),
        ("今年暖气不热", True),
        ("路灯坏了半个月，打了几次电话没人来", True),
        ("楼道垃圾没人打扫，垃圾成堆", True),
        ("小区电梯坏了，门打不开", True),
        ("为了垃圾桶放哪里他打了我", False),
        ("楼上水管爆了把我家泡了", False),
        ("包工头拖欠工资，工地还停电了", False),
        ("我在工地摔了，老板不赔", False),
        ("我想问问低保怎么办", False),
    ],
)
def test_what_wants_mending_is_told_from_what_wants_mediating(story, daily):
    assert is_daily(story) is daily


@pytest.mark.parametrize(
    ("story", "quarrel"),
    [("楼上水管爆了把我家泡了", True), (LAMP, False), ("我想问问低保怎么办", False)],
)
def test_a_quarrel_is_known_by_the_other_side(story, quarrel):
    assert is_quarrel(story) is quarrel
