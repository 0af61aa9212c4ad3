"""What people ask about their own data, in the chat, over the real desk on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from typing_extensions import override

from bot.in_danger import PLACE_TOLD
from bot.texts import chat
from bot.texts import privacy as texts
from domain.actors import Resident
from domain.cases import CaseState
from domain.codes import Session
from domain.conversations import Incoming, MessageKind, Talk
from domain.errors import NotFound, Stale, Unavailable
from domain.happenings import PrivacyChange, PrivacyStep
from domain.ids import MediaId, PersonId
from domain.jobs import DropObject, EndCopy, EraseData, MakeCopy, SendNotice
from domain.media import Medium
from domain.privacy import YOUNG, Category, CopyState, Datum, Stays, Wish
from domain.scope import EVERYTHING
from tests.bot.office import APPID, NOON, a_staffed_office, message, tell
from tests.factories import CLERK
from tests.fakes import FakeObjects

REPORT = ("我要反映纠纷", "楼上漏水，说了两次不管", "枫桥路18号", "王大哥", "1", "跳过", "确认")


@pytest.fixture
async def office(url):
    async with a_staffed_office(url, CLERK) as opened:
        yield opened


async def person_of(office, openid="o-li"):
    async with office.store.read() as work:
        return await work.people.by_openid(APPID, openid)


async def know(office, openid="o-li", **told):
    person = await person_of(office, openid)
    async with office.store.begin() as work:
        await work.people.save(replace(person, **told))


async def do(office, kind):
    """Do the waiting jobs of one kind, and delete what they left to delete, as a worker would."""
    deeds = {
        EraseData: office.privacy.erase,
        MakeCopy: office.privacy.make_copy,
        EndCopy: office.privacy.end_copy,
        DropObject: office.privacy.drop_object,
    }
    for each in (kind, DropObject):
        for job in await office.store.waiting_jobs():
            if isinstance(job, each):
                await deeds[each](job)


async def requests_of(office, person):
    async with office.store.read() as work:
        return await work.privacy.erasures(person.id)


async def add_picture(office, person, *, case_id=None, name="m1", kind="image", at=NOON):
    medium = Medium(
        id=MediaId(name),
        person_id=person.id,
        case_id=case_id,
        kind=kind,
        appid=APPID,
        platform_id="p",
        received_at=at,
        object_key=f"media/{name}",
        sha256="00",
        content_type="image/jpeg",
    )
    await office.objects.put(medium.object_key, b"\xff\xd8\xff picture")
    async with office.store.begin() as work:
        await work.media.add(medium)


def changed(step, *codes, openid="o-li"):
    change = PrivacyChange(step=step, codes=codes)
    return Incoming(
        key=f"privacy-{step}-{codes}",
        appid=APPID,
        openid=openid,
        kind=MessageKind.EVENT,
        sent_at=NOON,
        event="user_authorization_revoke",
        happenings=(change,),
    )


def happened(event, event_key=""):
    return Incoming(
        key=f"{event}-{event_key}",
        appid=APPID,
        openid="o-li",
        kind=MessageKind.EVENT,
        sent_at=NOON,
        event=event,
        event_key=event_key,
    )


async def test_a_person_hears_what_is_kept_with_their_number_masked(office):
    await tell(office, *REPORT)
    await know(office, name="李小明", phone="+8613800138000")

    told = await tell(office, "你们知道我什么")

    assert "李*明 138****8000" in told
    assert "13800138000" not in told
    assert "您的案件：1件" in told
    assert "撤回同意" in told


async def test_what_was_told_of_oneself_in_the_chat_is_owned_up_to(office):
    who = "李小明12000000041，对方王大哥"
    await tell(office, *(who if one == "王大哥" else one for one in REPORT))

    told = await tell(office, "我的信息")

    assert "姓名、电话、地址：没有登记（您反映时说的姓名、电话写在案件里）" in told
    assert "您的案件：1件；您反映时自己说的姓名、电话写在1件里" in told


async def test_what_is_there_is_counted_for_each_alone(office):
    await tell(office, "您好", "您好")
    await tell(office, "查一查", "把验证码发给我，马上转账到安全账户", openid="o-zhang")
    mine, other = await person_of(office), await person_of(office, "o-zhang")
    await add_picture(office, mine)
    await tell(office, "要副本")
    await do(office, MakeCopy)

    own = {one.category: one.there for one in await lines_of(office, mine)}
    others = {one.category: one.there for one in await lines_of(office, other)}

    kinds = (Category.TALKS, Category.MEDIA, Category.CHECKS, Category.NOTICES)
    assert [own[kind] for kind in kinds] == ["3条", "1份", "0条", "1条"]
    assert [others[kind] for kind in kinds] == ["2条", "0份", "1条", "0条"]


async def lines_of(office, person):
    return (await office.privacy.own(Resident(id=person.id))).lines


async def test_the_copy_holds_ones_own_data_whole_and_others_masked(office):
    await tell(office, *REPORT)
    await know(office, name="李小明", phone="+8613800138000")
    person = await person_of(office)
    await add_picture(office, person)
    assert "整理一份副本" in await tell(office, "要副本")

    await do(office, MakeCopy)

    (copy,) = (await office.privacy.own(Resident(id=person.id))).copies
    assert copy.state is CopyState.READY
    sent = [job for job in await office.store.waiting_jobs() if isinstance(job, SendNotice)]
    assert sent, "the person is told that the copy waits"
    data = await office.privacy.take_copy(Resident(id=person.id), copy.id)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        kept = json.loads(packed.read("data.json"))
        page = packed.read("个人信息.html").decode()
        assert packed.read("files/m1.jpeg") == b"\xff\xd8\xff picture"
        assert "files/m1.jpeg" in packed.read("files.txt").decode()
    assert kept["data"]["identity"][0]["phone"] == "+8613800138000"
    assert "楼上漏水" in kept["data"]["cases"][0]["story"]
    assert "楼上漏水" in page
    assert any(row["said"] == "枫桥路18号" for row in kept["data"]["talks"])


async def test_a_copy_is_fetched_once_by_its_person_alone_and_not_after_a_day(office):
    await tell(office, "要副本")
    await tell(office, "您好", openid="o-zhang")
    person, other = await person_of(office), await person_of(office, "o-zhang")
    await do(office, MakeCopy)
    (copy,) = (await office.privacy.own(Resident(id=person.id))).copies

    with pytest.raises(NotFound):
        await office.privacy.take_copy(Resident(id=other.id), copy.id)
    await office.privacy.take_copy(Resident(id=person.id), copy.id)
    with pytest.raises(NotFound):
        await office.privacy.take_copy(Resident(id=person.id), copy.id)
    await do(office, EndCopy)
    assert copy.object_key not in office.objects.kept

    await tell(office, "要副本")
    await do(office, MakeCopy)
    late = (await office.privacy.own(Resident(id=person.id))).copies[0]
    office.clock.moves(hours=25)
    with pytest.raises(NotFound):
        await office.privacy.take_copy(Resident(id=person.id), late.id)
    await office.privacy.end_copy(EndCopy(late.id))
    await do(office, DropObject)
    assert late.object_key not in office.objects.kept


class GatedObjects(FakeObjects):
    """Files on a disk that is slow: a test lets it go on; two of them may wait at once."""

    def __init__(self):
        super().__init__()
        self.asked, self.open = asyncio.Semaphore(0), asyncio.Event()

    @override
    async def get(self, key):
        """Return the bytes, once the test lets it."""
        self.asked.release()
        await self.open.wait()
        return await super().get(key)


async def test_of_two_that_fetch_a_copy_at_once_one_gets_it_and_nobody_waits_for_the_disk(office):
    objects = GatedObjects()
    privacy = replace(office.privacy, objects=objects)
    await tell(office, "要副本")
    person = await person_of(office)
    await do(replace(office, privacy=privacy), MakeCopy)
    (copy,) = (await privacy.own(Resident(id=person.id))).copies

    both = [
        asyncio.create_task(privacy.take_copy(Resident(id=person.id), copy.id)) for _ in range(2)
    ]
    for _ in both:
        await asyncio.wait_for(objects.asked.acquire(), 20)
    await tell(office, "您好")  # the ledger writes meanwhile
    objects.open.set()
    taken = await asyncio.gather(*both, return_exceptions=True)

    assert len([one for one in taken if isinstance(one, bytes)]) == 1
    assert len([one for one in taken if isinstance(one, NotFound | Stale)]) == 1


class MergingWriter:
    """Writes a copy while the person turns out to be another one."""

    def __init__(self, writer, merge):
        self.writer, self.merge = writer, merge

    def write(self, copy):
        """Write the file, after the merge."""
        self.merge()
        return self.writer.write(copy)


async def test_a_copy_belongs_to_whom_its_person_turned_out_to_be_while_it_was_made(office):
    await tell(office, "要副本")
    await tell(office, "您好", openid="o-zhang")
    person, other = await person_of(office), await person_of(office, "o-zhang")
    loop = asyncio.get_running_loop()

    async def merge():
        async with office.store.begin() as work:
            await work.people.merge(person, other)

    def merge_from_the_thread():
        asyncio.run_coroutine_threadsafe(merge(), loop).result(20)

    writer = MergingWriter(office.privacy.writer, merge_from_the_thread)
    await do(replace(office, privacy=replace(office.privacy, writer=writer)), MakeCopy)

    (copy,) = (await office.privacy.own(Resident(id=other.id))).copies
    assert (copy.state, copy.person_id) == (CopyState.READY, other.id)
    assert await office.privacy.take_copy(Resident(id=other.id), copy.id)


async def test_more_than_three_copies_a_day_are_not_made(office):
    for _ in range(3):
        await tell(office, "要副本")
        await do(office, MakeCopy)

    assert "今天已经要过三次" in await tell(office, "要副本")


async def test_before_consent_is_taken_back_the_person_hears_what_must_stay_and_why(office):
    await tell(office, *REPORT)
    await know(office, name="李小明", phone="+8613800138000")

    told = await tell(office, "撤回同意", "3")

    assert "姓名、性别、出生日期：写进了案卷，依照人民调解法第二十七条" in told
    assert "电话：您还有案件在办" in told
    assert "地址" not in told
    assert texts.CONFIRM in told
    assert not await requests_of(office, await person_of(office)), "nothing happens yet"


async def test_nothing_is_listed_that_is_not_held(office):
    await tell(office, *REPORT)

    contact = await tell(office, "撤回同意", "3")
    talks = await tell(office, "撤回同意", "1")
    everything = await tell(office, "取消", "撤回同意", "7")

    assert contact.startswith("姓名、电话、地址：我们没有保存，不用撤回。")
    assert talks.startswith("会删掉：聊天记录。")
    assert "姓名" not in everything
    assert "会删掉：聊天记录。" in everything
    assert "微信账号和登录：您还有案件在办" in everything


async def test_a_place_that_was_sent_is_named_among_what_goes(office):
    await tell(office, "您好")
    place = replace(message("", at=office.clock()), kind=MessageKind.LOCATION, label="和平小区")
    await office.desk.receive(place)

    talks = await tell(office, "取消", "撤回同意", "1")

    assert talks.startswith("会删掉：聊天记录、发来的位置。")


async def test_what_is_said_beforehand_is_what_then_goes(office):
    await tell(office, "您好")
    await know(office, phone="+8613800138000")
    person = await person_of(office)

    told = await tell(office, "撤回同意", "3")
    await tell(office, "确认")
    await do(office, EraseData)

    async with office.store.read() as work:
        left = await work.people.get(person.id)
    assert "会删掉：电话。" in told
    assert "姓名" not in told
    assert left.phone == ""


async def test_what_may_go_is_deleted_and_the_case_file_stays(office):
    await tell(office, *REPORT)
    await know(office, name="李小明", phone="+8613800138000", address="枫桥路18号")
    person = await person_of(office)
    await add_picture(office, person)
    (case_id,) = [one.case_id for one in (await known_cases(office, person))]
    await add_picture(office, person, case_id=case_id, name="m2")

    assert await tell(office, "撤回同意", "7", "确认") == texts.TAKEN_BACK
    await do(office, EraseData)

    async with office.store.read() as work:
        left = await work.people.get(person.id)
        media = await work.media.of_person(person.id)
        case = await work.cases.get(case_id, EVERYTHING)
    assert (left.name, left.address, left.phone) == ("李小明", "枫桥路18号", "+8613800138000")
    assert [one.id for one in media] == ["m2"]
    assert set(office.objects.kept) >= {"media/m2"}
    assert "media/m1" not in office.objects.kept
    assert "楼上漏水" in case.story
    (request,) = await requests_of(office, person)
    assert request.done_at is None
    assert request.left == {
        Datum.NAME: Stays.CASE_FILE,
        Datum.ADDRESS: Stays.CASE_FILE,
        Datum.PHONE: Stays.OPEN_CASE,
        Datum.ACCOUNT: Stays.OPEN_CASE,
        Datum.CHAT: Stays.YOUNG,
    }


async def known_cases(office, person):
    async with office.store.read() as work:
        return (
            await office.desk.acquaintance.known(work, person, await work.talks.get("", ""))
        ).cases


async def test_what_had_to_wait_is_deleted_when_its_time_has_come(office):
    await tell(office, *REPORT)
    await know(office, name="李小明", phone="+8613800138000")
    person = await person_of(office)
    (line,) = await known_cases(office, person)
    await tell(office, "撤回同意", "7", "确认")
    await do(office, EraseData)
    async with office.store.begin() as work:
        case = await work.cases.get(line.case_id, EVERYTHING)
        await work.cases.save(replace(case, state=CaseState.ARCHIVED))

    (request,) = await requests_of(office, person)
    office.clock.moves(days=2, minutes=1)
    async with office.store.begin() as work:
        (due,) = await work.dues.of_subjects([request.id])
        await office.privacy.act(work, due)
    assert due.due_at < office.clock()
    await do(office, EraseData)

    assert await person_of(office) is None, "the account is forgotten"
    (request,) = await requests_of(office, person)
    assert request.done_at == office.clock()
    assert request.left == {Datum.NAME: Stays.CASE_FILE}
    async with office.store.read() as work:
        assert (await work.people.get(person.id)).phone == ""
        assert not await work.inbox.of_account(APPID, "o-li")
        told = " ".join(str(one.detail) for one in await work.cases.history(case_id_of_none()))
    assert "李小明" not in told
    assert "13800138000" not in told


def case_id_of_none():
    return ""


async def test_what_came_after_the_request_stays_when_it_is_tried_again(office):
    await tell(office, *REPORT)
    person = await person_of(office)
    await add_picture(office, person)
    await tell(office, "查一查", "安全账户，马上转账", "订阅", "1")
    await tell(office, "撤回同意", "7", "确认")
    await do(office, EraseData)
    assert not await subscribed(office, person)
    assert not await checked(office, person)

    office.clock.moves(hours=1)
    await tell(office, "订阅", "2", "查一查", "把验证码发给我，马上转账到安全账户")
    await tell(office, "我要反映纠纷", "楼下太吵，说了两次不管")
    await add_picture(office, person, name="m3", at=office.clock())
    before = (await subscribed(office, person), await checked(office, person))
    office.clock.moves(days=2)
    await act_again(office, person)

    async with office.store.read() as work:
        told = [one.incoming.text for one in await work.inbox.of_account(APPID, "o-li")]
        talk = await work.talks.get(APPID, "o-li")
        media = await work.media.of_person(person.id)
        (request,) = await work.privacy.erasures(person.id)
    assert "楼下太吵，说了两次不管" in told
    assert "楼上漏水，说了两次不管" not in told
    assert talk.answers["story"] == "楼下太吵，说了两次不管"
    assert [one.id for one in media] == ["m3"]
    assert "media/m3" in office.objects.kept
    assert all(before)
    assert (await subscribed(office, person), await checked(office, person)) == before
    assert request.left[Datum.ACCOUNT] is Stays.OPEN_CASE
    assert Datum.CHAT not in request.left


async def subscribed(office, person):
    async with office.store.read() as work:
        return await work.guarding.subscriptions(person.id)


async def checked(office, person):
    async with office.store.read() as work:
        return await work.checks.of_person(person.id)


async def act_again(office, person):
    """Let the deadline of a request come, and do what it asks for."""
    (request,) = await requests_of(office, person)
    async with office.store.begin() as work:
        (due,) = await work.dues.of_subjects([request.id])
        await office.privacy.act(work, due)
    assert due.due_at <= office.clock()
    await do(office, EraseData)


async def test_a_request_that_is_done_touches_nothing_any_more(office):
    await tell(office, "您好")
    person = await person_of(office)
    await add_picture(office, person)
    await tell(office, "撤回同意", "2", "确认")
    await do(office, EraseData)
    (request,) = await requests_of(office, person)
    assert request.done_at is not None
    await add_picture(office, person, name="m2")

    await office.privacy.erase(EraseData(request.id))
    await do(office, DropObject)

    assert "media/m2" in office.objects.kept
    async with office.store.read() as work:
        assert [one.id for one in await work.media.of_person(person.id)] == ["m2"]


class StuckObjects(FakeObjects):
    """Files on a disk that does not delete at the first try."""

    stuck = True

    @override
    async def drop(self, key):
        """Delete the bytes; raises Unavailable the first time."""
        if self.stuck:
            self.stuck = False
            raise Unavailable(key)
        await super().drop(key)


@pytest.mark.parametrize("fetched", [False, True])
async def test_the_file_of_a_copy_goes_even_if_it_could_not_be_deleted_at_first(office, fetched):
    objects = StuckObjects()
    office = replace(office, objects=objects, privacy=replace(office.privacy, objects=objects))
    await tell(office, "要副本")
    person = await person_of(office)
    await do(office, MakeCopy)
    (copy,) = (await office.privacy.own(Resident(id=person.id))).copies
    if fetched:
        await office.privacy.take_copy(Resident(id=person.id), copy.id)
    office.clock.moves(hours=25)

    for _ in range(2):
        with contextlib.suppress(Unavailable):
            await office.privacy.end_copy(EndCopy(copy.id))
            await do(office, DropObject)

    assert not objects.stuck
    assert copy.object_key not in objects.kept


async def test_log_ins_end_at_once(office):
    await tell(office, "您好")
    person = await person_of(office)
    async with office.store.begin() as work:
        await work.logins.open(a_session(person.id))

    await tell(office, "撤回同意", "4", "确认")

    async with office.store.read() as work:
        session = await work.logins.session("hash")
    assert session.revoked


def a_session(person: PersonId) -> Session:
    return Session(
        id_hash="hash",
        person_id=person,
        staff_id="",
        role="",
        made_at=NOON,
        seen_at=NOON,
        ends_at=NOON + timedelta(days=30),
        how="wechat",
    )


async def test_a_report_that_waits_is_not_lost_by_asking_about_ones_data(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")

    during = await tell(office, "撤回同意")
    after = await tell(office, "取消")
    await tell(office, "取消", "撤回同意", "取消")
    later = await tell(office, "继续")

    assert during == texts.which({Wish.TALKS, Wish.ACCOUNT, Wish.EVERYTHING})
    assert chat.WHERE_WAS_IT in after
    assert chat.WHERE_WAS_IT in later


async def test_beside_a_report_what_is_taken_back_leaves_the_rest_of_it(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    await know(office, phone="+8613800138000")

    before = await tell(office, "撤回同意", "3")
    after = await tell(office, "确认")
    filed = await tell(office, "枫桥路18号", "王大哥", "1", "跳过", "确认")

    assert texts.DRAFT_STAYS in before
    assert after.startswith(texts.TAKEN_BACK)
    assert chat.WHERE_WAS_IT in after
    (line,) = await known_cases(office, await person_of(office))
    assert line.number in filed
    async with office.store.read() as work:
        story = (await work.cases.get(line.case_id, EVERYTHING)).story
    assert story.startswith("楼上漏水，说了两次不管")
    assert not {"3", "7", "撤回同意"} & set(story.splitlines())


@pytest.mark.parametrize("choice", ["1", "4", "7"])
async def test_a_report_that_goes_with_the_talks_is_said_to_go_and_is_gone_at_once(office, choice):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管", "枫桥路18号")

    before = await tell(office, "撤回同意", choice)
    after = await tell(office, "确认")
    state = await office.talk_of()
    await tell(office, "确认", "继续", "确认")

    assert texts.DRAFT_GOES in before
    assert after == texts.TAKEN_BACK
    assert state == ""
    assert not await known_cases(office, await person_of(office))


async def test_the_pictures_of_a_report_go_and_its_words_stay(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    picture = replace(message("", at=office.clock()), kind=MessageKind.IMAGE, media_id="p1")
    await office.desk.receive(picture)

    before = await tell(office, "撤回同意", "2")
    await tell(office, "确认")
    await do(office, EraseData)
    filed = await tell(office, "枫桥路18号", "王大哥", "1", "跳过", "确认")

    assert texts.DRAFT_WITHOUT_MEDIA in before
    (line,) = await known_cases(office, await person_of(office))
    assert line.number in filed
    async with office.store.read() as work:
        assert (await work.cases.get(line.case_id, EVERYTHING)).media == ()


async def test_a_tap_on_the_menu_leaves_what_was_asked_beside_a_report(office):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管", "撤回同意", "1")

    reply = await office.desk.receive(happened("click", "REPORT"))

    assert reply is not None
    assert chat.WHERE_WAS_IT in reply.text
    assert await office.talk_of() == "report:where"


async def test_the_list_names_what_there_is_and_nothing_else(office):
    await tell(office, "您好")
    bare = await tell(office, "撤回同意")
    person = await person_of(office)
    await know(office, phone="+8613800138000")
    await add_picture(office, person)
    await tell(office, "取消", "查一查", "安全账户，马上转账", "订阅", "1")

    more = await tell(office, "撤回同意")

    assert bare == (
        "哪一项不想让我们保存了？请回复数字：\n1 聊天记录、位置和查过的消息\n"
        "4 微信账号和登录\n7 全部能删的\n都留着，请回复“取消”。"
    )
    assert [line[0] for line in more.splitlines()[1:-1]] == list("123457")


@pytest.mark.parametrize("choice", ["2", "3", "5", "6"])
@pytest.mark.parametrize("before", [(), ("我要反映纠纷", "楼上漏水，说了两次不管")])
async def test_of_what_is_not_kept_nothing_is_to_be_confirmed(office, choice, before):
    await tell(office, "您好", "取消", *before)
    state = await office.talk_of()

    told = await tell(office, "撤回同意", choice)

    assert told.startswith(f"{texts.NAMES[texts.CHOICES[choice]]}：我们没有保存，不用撤回。")
    assert "确认" not in told
    assert await office.talk_of() == state
    assert not await requests_of(office, await person_of(office))


async def test_what_was_told_in_a_case_is_owned_up_to_where_nothing_else_is_kept(office):
    await tell(office, *REPORT)

    assert (await tell(office, "撤回同意", "3")).endswith(texts.TOLD_IN_CASES)


async def test_a_wrong_answer_is_asked_again(office):
    assert await tell(office, "撤回同意", "随便") == texts.SAY_WHICH
    assert await tell(office, "1", "随便") == texts.SAY_CONFIRM
    assert await tell(office, "取消") == chat.STOPPED


@pytest.mark.parametrize("told", [("撤回同意",), ("撤回同意", "1")])
@pytest.mark.parametrize("event", ["location", "view", "templatesendjobfinish"])
async def test_what_a_phone_tells_by_itself_is_no_answer(office, told, event):
    open_question = await tell(office, *told)
    state = await office.talk_of("o-li")

    reply = await office.desk.receive(happened(event))

    assert open_question
    assert reply is not None
    assert reply.text == ""
    assert await office.talk_of("o-li") == state != ""


@pytest.mark.parametrize("told", [("撤回同意",), ("撤回同意", "1")])
async def test_a_tap_on_the_menu_leaves_the_small_talk(office, told):
    await tell(office, *told)

    reply = await office.desk.receive(happened("click", "REPORT"))

    assert reply is not None
    assert reply.text == chat.WHAT_HAPPENED
    assert await office.talk_of("o-li") == "report:what"


async def test_a_tap_that_is_answered_at_once_does_not_ask_the_small_talk_again(office):
    await tell(office, "撤回同意")

    reply = await office.desk.receive(happened("click", "HUMAN"))

    assert reply is not None
    assert "哪一项不想让我们保存了" not in reply.text
    assert await office.talk_of("o-li") == "human:waiting"


async def test_a_number_taken_back_at_wechat_is_deleted_once(office):
    await tell(office, "您好")
    await know(office, name="李小明", phone="+8613800138000")
    person = await person_of(office)

    await office.desk.receive(changed(PrivacyStep.REVOKED, "8", "99"))
    await office.desk.receive(changed(PrivacyStep.REVOKED, "8", "99"))
    await do(office, EraseData)
    await do(office, EraseData)

    async with office.store.read() as work:
        left = await work.people.get(person.id)
    assert (left.name, left.phone) == ("李小明", "")
    (request,) = await requests_of(office, person)
    assert request.codes == ("8", "99")
    assert request.wanted == (Datum.PHONE,)
    assert request.done_at is not None


@pytest.mark.parametrize("code", ["13", "18", "206"])
async def test_a_place_taken_back_goes_from_talk_and_messages(office, code):
    await tell(office, "我要反映纠纷", "楼上漏水，说了两次不管")
    spot = replace(
        message("", at=office.clock()),
        kind=MessageKind.LOCATION,
        latitude=30.0,
        longitude=120.0,
        label="和平小区",
    )
    await office.desk.receive(spot)
    office.clock.moves(hours=YOUNG.total_seconds() / 3600, minutes=1)

    await office.desk.receive(changed(PrivacyStep.REVOKED, code))
    await do(office, EraseData)

    async with office.store.read() as work:
        talk = await work.talks.get(APPID, "o-li")
        kinds = [one.incoming.kind for one in await work.inbox.of_account(APPID, "o-li")]
    assert "latitude" not in talk.answers
    assert talk.answers["story"]
    assert MessageKind.LOCATION not in kinds


async def test_a_place_told_in_danger_goes_with_those_taken_back(office):
    await tell(office, "我不想活了，你们谁都不管", "枫桥新村3幢402")
    async with office.store.read() as work:
        before = await work.talks.get(APPID, "o-li")
    office.clock.moves(hours=YOUNG.total_seconds() / 3600, minutes=1)

    await office.desk.receive(changed(PrivacyStep.REVOKED, "13"))
    await do(office, EraseData)

    async with office.store.read() as work:
        after = await work.talks.get(APPID, "o-li")
    assert [name for name in before.answers if name not in after.answers] == [PLACE_TOLD]


@pytest.mark.parametrize("kept", ["beside:place", "set-aside:place", "shelved:latitude"])
async def test_a_place_told_in_what_was_put_by_goes_with_those_taken_back(office, kept):
    await tell(office, "您好")
    async with office.store.begin() as work:
        await work.talks.save(APPID, "o-li", Talk(answers={kept: "30.1", "shelved:story": "漏水"}))
    office.clock.moves(hours=YOUNG.total_seconds() / 3600, minutes=1)

    await office.desk.receive(changed(PrivacyStep.REVOKED, "13"))
    await do(office, EraseData)

    async with office.store.read() as work:
        talk = await work.talks.get(APPID, "o-li")
    assert dict(talk.answers) == {"shelved:story": "漏水"}


@pytest.mark.parametrize(("code", "kind"), [("5", "voice"), ("14", "image"), ("207", "image")])
async def test_a_loose_picture_or_voice_goes_with_its_file(office, code, kind):
    await tell(office, "您好")
    person = await person_of(office)
    await add_picture(office, person, kind=kind)
    await add_picture(office, person, kind="other", name="m2")

    await office.desk.receive(changed(PrivacyStep.REVOKED, code))
    await do(office, EraseData)

    async with office.store.read() as work:
        assert [one.id for one in await work.media.of_person(person.id)] == ["m2"]
    assert "media/m1" not in office.objects.kept


async def test_a_closed_account_loses_everything_that_may_go(office):
    await tell(office, "您好")
    await know(office, name="李小明", phone="+8613800138000")
    person = await person_of(office)

    await office.desk.receive(changed(PrivacyStep.CANCELLED))
    office.clock.moves(hours=49)
    await do(office, EraseData)

    assert await person_of(office) is None
    async with office.store.read() as work:
        left = await work.people.get(person.id)
    assert (left.name, left.phone) == ("", "")
    assert (await requests_of(office, person))[0].done_at is not None


async def test_with_the_account_go_the_messages_that_nobody_could_ask_for_without_it(office):
    await tell(office, "您好", "撤回同意")
    assert "会删掉：聊天记录、微信账号和登录。" in await tell(office, "4")
    await tell(office, "确认")
    await do(office, EraseData)
    person = await person_of(office)
    assert person is not None, "the messages are too young, and found by the account"

    office.clock.moves(days=2, minutes=1)
    await act_again(office, person)

    assert await person_of(office) is None
    async with office.store.read() as work:
        assert not await work.inbox.of_account(APPID, "o-li")


async def test_a_profile_that_changed_is_noted_and_deletes_nothing(office):
    await tell(office, "您好")
    await know(office, phone="+8613800138000")

    await office.desk.receive(changed(PrivacyStep.MODIFIED, "8"))
    await do(office, EraseData)

    assert (await person_of(office)).phone == "+8613800138000"
    (request,) = await requests_of(office, await person_of(office))
    assert request.wanted == ()


@pytest.mark.parametrize("wish", Wish)
def test_every_wish_can_be_chosen_and_says_what_happens(wish):
    assert wish in texts.CHOICES.values()
    assert texts.WHAT_HAPPENS[wish]
