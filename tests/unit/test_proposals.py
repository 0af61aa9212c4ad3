"""What is proposed for a report: type, cell, mediator, and how sure it is."""

from __future__ import annotations

from dataclasses import replace

from domain.cases import Spot
from domain.ids import StaffId
from domain.proposals import propose, propose_mediator, propose_type
from domain.taxonomy import DISPUTE_TYPES, OTHER, TypeCode
from tests.factories import LI, a_cell, a_member

SUN = replace(a_member(replace(LI, id=StaffId("sun"), name="孙调解")), skills=("07",))
MEMBER = a_member(LI)


TWO_MATTERS = "借给前男友的钱不还，田埂也被隔壁占了"


def test_the_reason_names_the_words_that_spoke() -> None:
    proposed = propose_type("老板拖欠我三个月工资")

    assert (proposed.value, proposed.sure) == ("07", True)
    assert proposed.reason.startswith("提到“")
    assert "“工资”" in proposed.reason
    assert proposed.reason.endswith("，像是劳动争议纠纷")


def test_an_unsure_reason_names_the_likely_types() -> None:
    proposed = propose_type(TWO_MATTERS)

    assert not proposed.sure
    assert proposed.others
    assert f"可能是{DISPUTE_TYPES[TypeCode(proposed.value)]}纠纷" in proposed.reason
    assert f"也可能是{DISPUTE_TYPES[TypeCode(proposed.others[0])]}纠纷" in proposed.reason


def test_a_story_that_says_nothing_is_left_to_people() -> None:
    proposed = propose_type("。。。")

    assert (proposed.value, proposed.sure) == (OTHER, False)
    assert proposed.reason == "看不出是哪一类纠纷，请人工选择"


def test_the_mediator_of_the_cell_comes_first() -> None:
    cell = a_cell("cell-1", LI.id)

    proposed = propose_mediator(
        [SUN, MEMBER], cell=cell, type_code=TypeCode("07"), open_cases={LI.id: 9}
    )

    assert (proposed.value, proposed.sure) == ("li", True)
    assert proposed.reason == "李调解：负责枫桥社区第一网格，手上有9件在办"


def test_without_a_cell_skill_counts_before_work_load() -> None:
    proposed = propose_mediator(
        [MEMBER, SUN], cell=None, type_code=TypeCode("07"), open_cases={SUN.id: 5}
    )

    assert (proposed.value, proposed.sure) == ("sun", False)
    assert "擅长劳动争议纠纷" in proposed.reason


def test_among_equals_the_least_busy_is_proposed() -> None:
    proposed = propose_mediator(
        [MEMBER, SUN], cell=None, type_code=TypeCode("02"), open_cases={LI.id: 2, SUN.id: 1}
    )

    assert proposed.value == "sun"


def test_a_centre_without_mediators_proposes_nobody() -> None:
    proposed = propose_mediator([], cell=None, type_code=OTHER, open_cases={})

    assert (proposed.value, proposed.sure) == ("", False)


def test_a_report_gets_everything_a_dispatcher_decides() -> None:
    proposal = propose(
        "楼上漏水",
        Spot(words="和平小区 3 幢"),
        cells=[a_cell("cell-1", LI.id)],
        mediators=[SUN, MEMBER],
        open_cases={},
    )

    assert (proposal.type_code.value, proposal.cell.value, proposal.mediator.value) == (
        "02",
        "cell-1",
        "li",
    )
