"""What people say, and hear, about daily-life matters (民生事项)."""

from __future__ import annotations

from domain.conversations import Known

MATTER = ("民生事项", "民生", "反映民生", "反映民生事项", "12345", "报修")
OFFER_MATTER = "\n路灯、垃圾、停水这类不用调解的事，回复“3”。"
MATTER_BY_NUMBER = ("3", "三", "民生事项")
WHAT_AND_WHERE = (
    "是什么事、在哪里？请一句话写清楚，比如“枫桥路18号门口路灯不亮”。\n不说了就回复“取消”。"
)
MORE_PLEASE = "请再写清楚一点：是什么事，在哪里。"


def passed_on(known: Known) -> str:
    """Say that a person has it now, without a case and without mediation."""
    when = "" if known.open_now else f"上班时间是{known.office_hours}，上班了就看。"
    return (
        f"这类事不用调解，已经转给工作人员，您刚才写的他看得到，会在这里回复您。{when}\n"
        "也可以打12345。"
    )
