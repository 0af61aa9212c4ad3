"""The centre's words for daily-life matters, the same in chat, pages and API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from domain.history import Event
from domain.matters import Grade, Matter, MatterState
from domain.office_hours import WEEKDAYS

MATTER_STATES: Mapping[MatterState, str] = MappingProxyType(
    {
        MatterState.RECEIVED: "已收到",
        MatterState.IN_HAND: "正在办",
        MatterState.ANSWERED: "已答复",
        MatterState.CLOSED: "已办结",
        MatterState.REFUSED: "不归我们办",
        MatterState.DISPUTE: "已转为纠纷",
    }
)
GRADES: Mapping[Grade, str] = MappingProxyType(
    {Grade.SATISFIED: "满意", Grade.MOSTLY: "基本满意", Grade.UNSATISFIED: "不满意"}
)
NEXT: Mapping[MatterState, str] = MappingProxyType(
    {
        MatterState.RECEIVED: "综治中心交给有关单位办，办好答复您",
        MatterState.IN_HAND: "{unit}办好以后答复您",
        MatterState.ANSWERED: "请看答复，说一声满不满意",
        MatterState.CLOSED: "这件事已经办完，没有下一步",
        MatterState.REFUSED: "{instead}",
        MatterState.DISPUTE: "按纠纷接着办，编号{case}",
    }
)
NEXT_FOR_STAFF: Mapping[MatterState, str] = MappingProxyType(
    {
        **NEXT,
        MatterState.RECEIVED: "交给有关单位办，或者直接答复居民",
        MatterState.IN_HAND: "{unit}办好以后答复居民",
        MatterState.ANSWERED: "等居民评价",
    }
)
AGAIN_FOR_STAFF = "居民不满意：重新办好，再答复一次"
AGAIN = "上次没办好，正在重新办，办好再答复您"
TO_CALL_FOR_STAFF = "居民两次不满意：请联系居民，在微信里说话或者打电话"
#: Whoever left no way is promised nothing that cannot be kept.
CANNOT_CALL_FOR_STAFF = "居民两次不满意：没有微信，也没有电话，等居民打来"
TO_CALL = "负责人会联系您"
CANNOT_CALL = "我们没有您的电话，请打{phone}，说编号，找负责人"
NO_UNIT = "综治中心"
CLOSES = "不评价就自动办结："
OVERDUE = "已经超过期限"

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "matter.reported": "反映",
        "matter.taken-down": "替居民登记",
        "matter.taken": "交给{unit}办",
        "matter.answered": "答复",
        "matter.refused": "不归我们办",
        "matter.became-case": "转为纠纷",
        "matter.rated": "评价：{grade}",
        "matter.reopened": "评价：不满意，重新办",
        "matter.reopened-late": "办结以后又说不满意，重新办",
        "matter.rated-late": "办结以后又说{grade}，请联系居民",
        "matter.closed": "没有提出意见，办结",
        "matter.closed-unheard": "答复没有送到本人，到期办结",
        "matter.told-more": "补充情况",
        "matter.talk-begun": "在微信里找居民说话",
        "matter.overdue": "超过期限没有答复",
        "matter.number-shown": "查看居民的完整号码",
    }
)
ACTORS: Mapping[str, str] = MappingProxyType({"resident": "本人", "system": "系统"})


def next_step(matter: Matter, *, case: str, staff: bool, phone: str = "") -> str:
    """Say what happens next with a matter, to the centre or to who reported it.

    ``phone``: the centre's, where they have left no way to be reached.
    """
    if matter.state is MatterState.IN_HAND and matter.reopened:
        return AGAIN_FOR_STAFF if staff else AGAIN
    if matter.to_call and phone:
        return CANNOT_CALL_FOR_STAFF if staff else CANNOT_CALL.format(phone=phone)
    if matter.to_call:
        return TO_CALL_FOR_STAFF if staff else TO_CALL
    said = (NEXT_FOR_STAFF if staff else NEXT)[matter.state]
    return said.format(unit=matter.unit or NO_UNIT, instead=matter.instead, case=case)


def event(event: Event) -> str:
    """Tell a line of a matter's history."""
    detail = dict(event.detail)
    if "grade" in detail:
        detail["grade"] = GRADES[Grade(detail["grade"])]
    return EVENTS[event.kind].format(**detail)


def spoken_day(day: date) -> str:
    """Tell a day of the near future: 11月27日（周五）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.isoweekday() - 1]}）"
