"""A party asks the mediator in the chat, the answer comes back, and both stay with the case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.actors import Resident, Staff
from domain.cases import Case, CaseState
from domain.errors import BadInput, IllegalMove, NotFound
from domain.ids import PersonId
from domain.notices import Notice, NoticeKind
from domain.ports.cases import CaseFilter
from domain.questions import Question, QuestionState
from domain.scope import EVERYTHING
from services.case_views import CaseViews
from services.views import CaseView
from tests.bot.office import CENTRE, an_office, message
from tests.factories import CLERK, LI, ZHAO, a_member

TOLD = ("我要反映纠纷", "楼上天天漏水没人管", "枫桥路8号", "跳过", "1", "跳过", "确认")


async def says(office, text: str) -> str:
    reply = await office.desk.receive(message(text))
    assert reply is not None
    return reply.text


@pytest.fixture
async def office(url):
    async with an_office(url) as opened:
        async with opened.store.begin() as work:
            for acting in (CLERK, LI, ZHAO):
                await work.staff.add(a_member(acting))
        for text in TOLD:
            await says(opened, text)
        yield opened


async def the_case(office) -> Case:
    async with office.store.read() as work:
        (case,), _ = await work.cases.page(EVERYTHING, CaseFilter(), limit=5)
    return case


async def is_with_li(office) -> None:
    """The mediator 李 has the case in hand."""
    case = await the_case(office)
    async with office.store.begin() as work:
        await work.cases.save(replace(case, state=CaseState.ACCEPTED, mediator=LI.id))


async def questions(office) -> list[Question]:
    async with office.store.read() as work:
        return list(await work.questions.of_case((await the_case(office)).id))


async def notices(office, kind: NoticeKind) -> list[Notice]:
    async with office.store.read() as work:
        of_case = await work.notices.of_case((await the_case(office)).id)
    return [one for one in of_case if one.kind is kind]


async def seen_by(office, actor: Staff | Resident) -> CaseView:
    async with office.store.read() as work:
        return await CaseViews(centre=CENTRE, now=office.clock()).whole(
            work, await the_case(office), actor
        )


async def test_a_question_goes_to_the_mediator_and_its_answer_back_to_who_asked(office):
    await is_with_li(office)

    passed_on = await says(office, "问调解员，下次什么时候谈？")
    (question,) = await questions(office)
    before = await seen_by(office, LI)
    await office.questions.answer(LI, question.case_id, question.id, words="下周三上午九点")

    (told,) = await notices(office, NoticeKind.QUESTION_ASKED)
    (answered,) = await notices(office, NoticeKind.QUESTION_ANSWERED)
    after = await seen_by(office, LI)
    assert LI.name in passed_on
    assert (question.text, told.to_staff) == ("下次什么时候谈？", LI.id)
    assert (answered.to_person, answered.facts["words"]) == (question.asked_by, "下周三上午九点")
    assert (before.line.unanswered, after.line.unanswered) == (1, 0)
    assert [line.words for line in after.history][-2:] == ["当事人提问", "回复当事人"]


async def test_the_asker_reads_both_and_the_other_side_neither(office):
    await is_with_li(office)
    await says(office, "问调解员，下次什么时候谈？")
    (question,) = await questions(office)
    await office.questions.answer(LI, question.case_id, question.id, words="下周三")

    asker = await seen_by(office, Resident(id=question.asked_by))
    other = await seen_by(office, Resident(id=PersonId("other-side")))

    assert [(one.text, one.answer) for one in asker.questions] == [("下次什么时候谈？", "下周三")]
    assert other.questions == ()
    assert "当事人提问" not in [line.words for line in other.history]


async def test_without_a_mediator_whoever_is_on_duty_hears_of_it_and_may_answer(office):
    told = await says(office, "问调解员，受理了吗？")
    (question,) = await questions(office)

    await office.questions.answer(CLERK, question.case_id, question.id, words="今天就受理")

    (notice,) = await notices(office, NoticeKind.QUESTION_ASKED)
    assert "还没有调解员" in told
    assert notice.to_staff == CLERK.id
    assert (await questions(office))[0].state is QuestionState.ANSWERED


async def test_a_question_is_answered_once_with_words_by_who_may(office):
    await is_with_li(office)
    await says(office, "问调解员，下次什么时候谈？")
    (question,) = await questions(office)
    stranger = replace(LI, id=ZHAO.id)

    with pytest.raises(NotFound):
        await office.questions.answer(stranger, question.case_id, question.id, words="好")
    with pytest.raises(BadInput):
        await office.questions.answer(LI, question.case_id, question.id, words=" ")
    await office.questions.answer(LI, question.case_id, question.id, words="下周三")

    with pytest.raises(IllegalMove):
        await office.questions.answer(LI, question.case_id, question.id, words="下周四")


async def test_danger_in_a_question_raises_the_alarm_and_is_passed_on_all_the_same(office):
    await is_with_li(office)

    await says(office, "问调解员")
    told = await says(office, "他拿着刀说要杀了我，怎么办")

    assert told.startswith("您说的情况很要紧")
    assert (await the_case(office)).alarmed
    assert [one.text for one in await questions(office)] == ["他拿着刀说要杀了我，怎么办"]


async def test_a_message_that_comes_twice_asks_once(office):
    await is_with_li(office)
    question = message("问调解员，下次什么时候谈？")

    first = await office.desk.receive(question)
    again = await office.desk.receive(question)

    assert first == again
    assert len(await questions(office)) == 1


async def test_nobody_asks_about_a_case_that_is_not_theirs(office):
    case = await the_case(office)

    async with office.store.begin() as work:
        with pytest.raises(NotFound):
            await office.questions.ask(
                work, case.id, person=PersonId("other-side"), text="什么时候谈"
            )
