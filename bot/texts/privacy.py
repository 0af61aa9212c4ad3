"""What a person asks about their own data, and what the bot says to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from domain.conversations import Known
from domain.privacy import Wish

MINE = ("我的信息", "我的资料", "个人信息", "你们知道我什么", "你们知道我什么信息", "隐私")
COPY = ("要副本", "我要副本", "导出", "导出我的信息", "要一份副本")
TAKE_BACK = ("撤回同意", "撤销同意", "不同意了", "删除我的信息", "删掉我的信息", "注销")
CHOICES: Mapping[str, Wish] = MappingProxyType(
    {
        "1": Wish.TALKS,
        "2": Wish.MEDIA,
        "3": Wish.CONTACT,
        "4": Wish.ACCOUNT,
        "5": Wish.WARNINGS,
        "6": Wish.MATTERS,
        "7": Wish.EVERYTHING,
    }
)

ABOUT_YOU = (
    "我们保存着您的这些信息：\n{my_data}\n\n"
    "为什么保存、依据哪条法律、保存多久，点下面的网址看。\n"
    "要一份副本，请回复“要副本”；不想让我们保存，请回复“撤回同意”。"
)
PAGE_LINK = "我的信息"
COPY_TOLD = "{copy}"
WHICH = "哪一项不想让我们保存了？请回复数字：\n{there}\n都留着，请回复“取消”。"
NAMES: Mapping[Wish, str] = MappingProxyType(
    {
        Wish.TALKS: "聊天记录、位置和查过的消息",
        Wish.MEDIA: "没有交到案件里的图片、语音",
        Wish.CONTACT: "姓名、电话、地址",
        Wish.ACCOUNT: "微信账号和登录",
        Wish.WARNINGS: "反诈提醒和家人守护",
        Wish.MATTERS: "反映的民生事项",
        Wish.EVERYTHING: "全部能删的",
    }
)
SAY_WHICH = "请回复上面的一个数字，或者“取消”。"
NOTHING_HELD = "{name}：我们没有保存，不用撤回。"
TOLD_IN_CASES = "您反映时自己说的，写在案件里，法律规定要留下。"
CONFIRM = "确定不让我们保存了吗？确定请回复“确认”，留着请回复“取消”。"
SAY_CONFIRM = "请回复“确认”或者“取消”。"
FINISH_FIRST = "我们正在说别的事，说过的都留着。不想让我们保存什么，可以点下面的网址办。"

TWO_DAYS = "最近两天的聊天，过两天才删：微信可能重发，免得同一件事办两次。"
#: What comes of it, said behind the list of what there is to go.
WHAT_HAPPENS: Mapping[Wish, str] = MappingProxyType(
    {
        Wish.TALKS: TWO_DAYS,
        Wish.MEDIA: "删掉就找不回来了。",
        Wish.CONTACT: "以后我们不能打电话、发短信联系您。",
        Wish.ACCOUNT: (
            "所有登录马上退出，您的微信和我们这里的联系会断开，收不到微信通知。"
            f"{TWO_DAYS}以后再发消息，我们就不认识您了。"
        ),
        Wish.WARNINGS: "反诈提醒不再发，家人守护结束。",
        Wish.MATTERS: "连同图片和答复一起删，找不回来。",
        Wish.EVERYTHING: f"所有登录马上退出，删掉的找不回来。{TWO_DAYS}",
    }
)
#: What becomes of what is being told, said before it is confirmed.
DRAFT_GOES = "您说了还没交上来的事，也一起删掉。想留着，回复“取消”，交上来以后再撤回。"
DRAFT_WITHOUT_MEDIA = "您说了还没交上来的事，写的话留着，里面的图片、语音删掉。"
DRAFT_STAYS = "您说了还没交上来的事留着，撤回以后接着说。"
TAKEN_BACK = (
    "已经收到，接着就删。办到哪一步，点下面的网址看。\n"
    "以前办的事，不受影响（个人信息保护法第十五条）。"
)


def which(held: Collection[Wish]) -> str:
    """List what there is to take back; each keeps its number."""
    there = [f"{number} {NAMES[wish]}" for number, wish in CHOICES.items() if wish in held]
    return WHICH.format(there="\n".join(there))


def nothing_held(known: Known, wish: Wish) -> str:
    """Say that there is nothing to take back; what was told in a case is another thing."""
    said = NOTHING_HELD.format(name=NAMES[wish])
    return f"{said}{TOLD_IN_CASES}" if wish is Wish.CONTACT and known.cases else said


def before_confirming(draft: str) -> str:
    """Say what will happen, also to what is being told, and what must stay; then ask."""
    told = f"\n{draft}" if draft else ""
    return f"{{stays}}{told}\n\n{CONFIRM}"


def page(known: Known) -> str:
    """Where the page about one's own data is."""
    return f"{known.pages_url}/m/me"
