"""Warnings and family guard: what people type, and what the bot says to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.guarding import GuardSide, Scope, Topic

SUBSCRIBE = ("订阅", "订阅提醒", "订阅反诈", "反诈提醒")
UNSUBSCRIBE = ("退订", "取消订阅", "不要提醒了")
GUARD = ("家人守护", "守护", "守护我")
END_GUARD = ("结束守护", "取消守护", "不守护了")
END_AS: Mapping[str, tuple[GuardSide, ...]] = MappingProxyType(
    {
        "不要守护我": (GuardSide.GUARDED,),
        "不要家人守护我": (GuardSide.GUARDED,),
        "我不守护家人": (GuardSide.GUARDIAN,),
        "我不守护家人了": (GuardSide.GUARDIAN,),
        "全部结束守护": (GuardSide.GUARDED, GuardSide.GUARDIAN),
    }
)
CODE_PREFIXES = ("家人守护", "守护")
AGREE = ("同意守护", "我同意守护", "同意", "1", "好", "好的", "愿意")

TOPICS: Mapping[str, tuple[Topic, str]] = MappingProxyType(
    {
        "1": (Topic.ALL, "全部"),
        "2": (Topic.ELDERLY, "养老、保健、收藏品"),
        "3": (Topic.JOBS, "兼职、刷单"),
        "4": (Topic.MONEY, "贷款、投资、退款"),
    }
)
SCOPES: Mapping[str, tuple[Scope, ...]] = MappingProxyType(
    {"1": (Scope.FRAUD,), "2": (Scope.DANGER,), "3": (Scope.FRAUD, Scope.DANGER)}
)

WHICH_TOPIC = "\n".join(
    [
        "您想收哪一类反诈提醒？请回复数字：",
        *(f"{number} {name}" for number, (_, name) in TOPICS.items()),
        "回复了数字，就是同意我们在微信里发这类提醒给您。提醒从来不要您转钱、不要您回电话。",
        "不想收了，随时回复“退订”。",
    ]
)
SAY_TOPIC = "请回复1到4中的一个数字，或者“取消”。"
SUBSCRIBED = "订好了：{topic}。不想收了，随时回复“退订”。"
UNSUBSCRIBED = "已经退订，不再给您发反诈提醒。想收了再回复“订阅”。"

WHICH_SCOPE = (
    "请一位家人守护您。您希望家人在什么时候知道？请回复数字：\n"
    "1 您请我们查的消息像诈骗的时候\n"
    "2 您说想不开、起火、救命的时候（打人、要打人的事不告诉家人）\n"
    "3 两样都要\n"
    "家人只会知道有这么一回事，看不到您说的话。您和家人随时可以回复“结束守护”。\n"
    "家人给了您8位数的码？请回复“守护”加上码。"
)
SAY_SCOPE = "请回复1、2、3中的一个数字，或者“取消”。"
CODE = (
    "好的。请把这个码告诉家人：{guard_code}\n"
    "请家人24小时内在微信里关注我们，再发“守护{guard_code}”。\n"
    "家人同意了才开始，会通知您。\n"
    "只告诉您信得过的家人。"
)
ASKS = "{guard_asks}"
SAY_AGREE = "同意请回复“同意守护”，不同意请回复“取消”。"
AGREED = "{guard_agreed}"
AGREES = ("同意守护", "我同意守护")
NOTHING_TO_AGREE = "同意过了就不用再回复。\n还没有，请回复“守护”加上家人给您的8个数字。"
ENDED = "{guard_ended}"
