"""Every message of a person has its effect exactly once, whatever dies in between."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest
from typing_extensions import override

from bot.texts import chat as texts
from domain.cases import Case
from domain.conversations import MessageKind
from domain.errors import NotFound, Replayed, Unavailable
from domain.ids import PersonId
from domain.jobs import AnswerLate, AskWho
from domain.notices import Delivery
from domain.people import Person
from domain.ports.cases import CaseFilter
from domain.ports.outside import Refusal, Uncertain
from domain.ports.talks import Stamp
from domain.scope import EVERYTHING
from storage.chance import SystemChance
from tests.bot.office import APPID, NOON, an_office, message, on_another_process
from tests.fakes import QueuingStore

REPORT = (
    "我要反映纠纷",
    "楼上漏水，说了两次不管",
    "枫桥路18号",
    "跳过",
    "1",
    "跳过",
)


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        yield opened


async def tell(office, *texts_told, openid="o-li"):
    reply = None
    for text in texts_told:
        reply = await office.desk.receive(message(text, openid=openid))
    return reply


async def cases_of(office) -> list[Case]:
    async with office.store.read() as work:
        found, _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=50)
    return list(found)


async def pieces_of(office) -> list[Delivery]:
    async with office.store.read() as work:
        return [notice.state for notice in await work.notices.unknown()]


async def left_of(office) -> int:
    """How many answers WeChat still lets us send."""
    async with office.store.begin() as work:
        windows = await office.desk.late.outreach.windows(work, APPID, "o-li")
    return windows.left(office.clock())


async def test_a_report_becomes_a_case_with_number_link_and_picture(office):
    await tell(office, *REPORT)

    reply = await tell(office, "确认")

    (case,) = await cases_of(office)
    assert case.number in reply.text
    assert reply.links[0].url.startswith("https://mediate.example/c/")
    assert reply.picture == reply.links[0].url
    assert office.objects.kept == {}
    assert ("desk", {"case": case.id}) in office.bus.told


async def test_whoever_writes_first_becomes_a_person_once(office):
    await tell(office, "你好", "我要反映纠纷")

    async with office.store.read() as work:
        person = await work.people.by_openid(APPID, "o-li")
        accounts = await work.people.identities(person.id)
    assert [(account.appid, account.openid) for account in accounts] == [(APPID, "o-li")]


async def test_a_second_delivery_gets_the_kept_reply_and_nothing_happens_twice(office):
    await tell(office, *REPORT)
    confirmation = message("确认")

    first = await office.desk.receive(confirmation)
    second = await on_another_process(office).desk.receive(confirmation)

    assert second == first
    assert len(await cases_of(office)) == 1


async def test_deliveries_at_the_same_moment_are_one_message(office):
    await tell(office, *REPORT)
    confirmation = message("确认")
    other = on_another_process(office)

    replies = await asyncio.gather(
        *(desk.receive(confirmation) for desk in (office.desk, other.desk) for _ in range(3))
    )

    assert len(set(replies)) == 1
    assert len(await cases_of(office)) == 1


async def test_a_delivery_waits_for_the_one_that_is_being_answered(office):
    going_on = asyncio.Event()
    other = on_another_process(office)
    for thinker in (office.thinker, other.thinker):
        thinker.gates.append(going_on.wait)
    greeting = message("你好")

    first = asyncio.create_task(office.desk.receive(greeting))
    second = asyncio.create_task(other.desk.receive(greeting))
    await asyncio.wait({first, second}, timeout=0.3)
    going_on.set()

    assert await first == await second
    assert office.thinker.thought + other.thinker.thought == [greeting.key]


async def test_two_messages_of_one_person_are_answered_one_after_the_other(office):
    await tell(office, "我要反映纠纷")
    going_on = asyncio.Event()
    office.thinker.gates.append(going_on.wait)

    story = asyncio.create_task(office.desk.receive(message("楼上漏水，说了两次不管")))
    await asyncio.wait({story}, timeout=0.2)
    place = asyncio.create_task(office.desk.receive(message("枫桥路18号")))
    await asyncio.wait({place}, timeout=0.2)
    going_on.set()

    assert (await story).text == texts.WHERE_WAS_IT
    assert (await place).text == texts.WHO_WITH_YOU


async def test_a_message_whose_turn_does_not_come_is_unavailable(office):
    impatient = replace(office.desk, patience=0.2)
    async with office.store.begin() as work:
        await work.talks.take_lease(APPID, "o-li", "somebody", seconds=30)

    with pytest.raises(Unavailable):
        await impatient.receive(message("你好"))


async def test_a_message_that_died_with_its_process_is_answered_by_the_next_delivery(office):
    await tell(office, *REPORT)
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


@dataclass
class DryChance(SystemChance):
    """Runs dry in the middle of what is to be kept: after the case has its id."""

    left: int = 1

    @override
    def id(self) -> str:
        if self.left == 0:
            raise Unavailable("no chance is left")
        self.left -= 1
        return super().id()


async def test_a_failing_transaction_leaves_nothing_behind(office):
    await tell(office, *REPORT)
    confirmation = message("确认")

    deeds = office.desk.deeds
    intake = replace(deeds.reports.intake, chance=DryChance())
    torn = replace(deeds, reports=replace(deeds.reports, intake=intake))
    with pytest.raises(Unavailable):
        await replace(office.desk, deeds=torn).receive(confirmation)

    assert await cases_of(office) == []
    reply = await office.desk.receive(confirmation)
    assert len(await cases_of(office)) == 1
    assert "{case_number}" not in reply.text


async def test_a_postponed_message_is_run_by_the_worker_and_brought_by_the_courier(office):
    await tell(office, *REPORT)
    confirmation = message("确认")
    await office.desk.postpone(confirmation)

    ran = await office.desk.run_pending()
    await office.desk.late.bring(confirmation.key)

    (case,) = await cases_of(office)
    words, picture = office.chat.heard
    assert ran == 1
    assert case.number in words[1].text
    assert picture[1].picture == words[1].links[0].url


async def test_a_late_answer_is_brought_once(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()

    await office.desk.late.bring(greeting.key)
    await office.desk.late.bring(greeting.key)

    assert [reply.text for _, reply in office.chat.heard] == [texts.HELP_WORDS]


async def test_a_late_answer_is_never_also_told_passively(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)

    assert await office.desk.receive(greeting) is None
    assert await office.desk.receive(greeting) is None


async def test_what_was_done_before_it_could_be_postponed_is_told_passively(office):
    greeting = message("你好")
    told = await office.desk.receive(greeting)

    assert await office.desk.postpone(greeting) == told


async def test_a_case_code_told_in_time_is_followed_by_its_picture_only(office):
    await tell(office, *REPORT)
    confirmation = message("确认")
    reply = await office.desk.receive(confirmation)

    await office.desk.late.bring(confirmation.key)

    ((_, piece),) = office.chat.heard
    assert (piece.text, piece.picture) == ("", reply.picture)


async def test_an_uncertain_answer_is_shown_as_unknown_and_never_sent_again(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()
    office.chat.failures.append(Uncertain())

    await office.desk.late.bring(greeting.key)
    await office.desk.late.bring(greeting.key)

    assert office.chat.heard == []
    assert await pieces_of(office) == [Delivery.UNKNOWN]


async def test_an_answer_that_surely_did_not_go_out_is_sent_again(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()
    office.chat.failures.append(Unavailable("no connection"))

    with pytest.raises(Unavailable):
        await office.desk.late.bring(greeting.key)
    await office.desk.late.bring(greeting.key)

    assert [reply.text for _, reply in office.chat.heard] == [texts.HELP_WORDS]


async def test_a_refused_answer_is_not_tried_again(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()
    office.chat.failures.append(Refusal("45015"))

    await office.desk.late.bring(greeting.key)
    await office.desk.late.bring(greeting.key)

    assert (office.chat.heard, await pieces_of(office)) == ([], [])


async def test_an_answer_that_wechat_refused_has_cost_nothing(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()
    before = await left_of(office)
    office.chat.failures.append(Refusal("45002"))

    await office.desk.late.bring(greeting.key)

    assert office.chat.heard == []
    assert await left_of(office) == before


async def test_the_pieces_of_an_answer_that_waited_go_out_as_one_job(office):
    await tell(office, *REPORT)
    confirmation = message("确认")
    await office.desk.postpone(confirmation)
    await office.desk.run_pending()
    office.chat.failures.append(Refusal("45015"))
    await office.desk.late.bring(confirmation.key)
    queue = QueuingStore(office.store)

    async with queue.begin() as work:
        person = await work.people.by_openid(APPID, "o-li")
        assert person is not None
        held = [one.state for one in await work.notices.held_for(person.id)]
        await office.desk.late.outreach.release(work, person.id)

    assert held == [Delivery.HELD, Delivery.HELD]
    assert queue.waiting == [AnswerLate(confirmation.key)]


async def test_an_answer_whose_courier_died_while_sending_is_shown_as_unknown(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()
    office.chat.failures.append(asyncio.CancelledError())

    with pytest.raises(asyncio.CancelledError):
        await office.desk.late.bring(greeting.key)
    await office.desk.late.bring(greeting.key)

    assert office.chat.heard == []
    assert await pieces_of(office) == [Delivery.UNKNOWN]


async def test_an_answer_to_nothing_is_not_found(office):
    with pytest.raises(NotFound):
        await office.desk.late.bring("nothing")


async def test_one_message_that_cannot_be_answered_does_not_keep_the_others(office):
    office.thinker.gates.append(failing)
    await office.desk.postpone(message("你好", openid="o-1"))
    await office.desk.postpone(message("你好", openid="o-2"))

    at_once = await office.desk.run_pending()
    resting = await office.desk.run_pending()
    elsewhere = await on_another_process(office).desk.run_pending()

    assert (at_once, resting, elsewhere) == (1, 0, 1)


async def test_messages_that_rest_do_not_hide_newer_ones(office):
    office.thinker.gates.extend([failing, failing])
    for openid in ("o-1", "o-2", "o-3", "o-4"):
        office.clock.moves(seconds=1)
        await office.desk.postpone(message("你好", openid=openid, at=office.clock()))

    runs = [await office.desk.run_pending(limit=2) for _ in range(3)]

    assert runs == [0, 2, 0]


async def test_a_message_whose_rest_is_over_is_tried_again_and_forgotten(office):
    office.thinker.gates.append(failing)
    greeting = message("你好")
    await office.desk.postpone(greeting)
    await office.desk.run_pending()
    office.desk.resting.update({greeting.key: 0.0, "answered elsewhere": 0.0})

    assert await office.desk.run_pending() == 1
    assert office.desk.resting == {}


async def test_a_message_too_old_for_any_answer_is_closed(office):
    greeting = message("你好")
    await office.desk.postpone(greeting)
    office.clock.moves(hours=49)

    closed = await office.desk.run_pending()

    assert (closed, office.thinker.thought) == (1, [])
    assert await office.desk.run_pending() == 0
    assert await office.desk.receive(greeting) is None


async def failing() -> None:
    raise OSError("the disk is gone")


async def test_danger_is_told_to_staff_though_nothing_was_filed_yet(office):
    reply = await tell(office, "我不想活了")

    (case,) = await cases_of(office)
    assert case.alarmed
    assert "12356" in reply.text


async def test_another_message_under_the_same_stamp_is_a_replay(office):
    first, replay = Stamp("1763784000", "n1", "a"), Stamp("1763784000", "n1", "b")
    greeting = message("你好")

    told = await office.desk.receive(greeting, first)
    again = await office.desk.receive(greeting, first)
    with pytest.raises(Replayed):
        await office.desk.receive(message("我要反映纠纷"), replay)
    with pytest.raises(Replayed):
        await office.desk.postpone(message("我要反映纠纷"), replay)

    assert again == told
    assert office.thinker.thought == [greeting.key]


async def test_people_do_not_wait_for_one_another(office):
    office.thinker.gates.append(asyncio.Event().wait)
    stuck = asyncio.create_task(office.desk.receive(message("你好", openid="o-slow")))
    await asyncio.wait({stuck}, timeout=0.1)

    reply = await asyncio.wait_for(office.desk.receive(message("你好", openid="o-fast")), 2)

    assert reply.text == texts.HELP_WORDS
    stuck.cancel()
    await asyncio.wait({stuck})


async def test_whose_account_it_is_is_asked_after_the_first_message_and_each_new_follow(office):
    await tell(office, "你好")
    first = await office.store.waiting_jobs()
    await office.desk.receive(followed(at=NOON))
    await tell(office, "你好")

    asked = await office.store.waiting_jobs()
    assert first == [AskWho(appid=APPID, openid="o-li")]
    assert asked == [*first, AskWho(appid=APPID, openid="o-li")]


async def test_a_message_thought_about_while_its_person_is_merged_belongs_to_who_stays(office):
    await tell(office, *REPORT)
    async with office.store.begin() as work:
        gone = await work.people.by_openid(APPID, "o-li")
        await work.people.add(Person(id=PersonId("known"), name="李四"))
    going_on = asyncio.Event()
    office.thinker.gates.append(going_on.wait)
    confirmation = asyncio.create_task(office.desk.receive(message("确认")))
    await asyncio.wait({confirmation}, timeout=0.2)

    async with office.store.begin() as work:
        await work.people.merge(gone, await work.people.get(PersonId("known")))
    going_on.set()
    await confirmation

    (case,) = await cases_of(office)
    assert case.reporter == "known"


def followed(*, at):
    return replace(
        message("", at=at), kind=MessageKind.EVENT, event="subscribe", key=f"follow-{at}"
    )
