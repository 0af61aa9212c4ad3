"""The words on and around the films of a meeting."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.ports.rooms import Ended

TABLE = "调解录像"
ASIDE = "单独谈话录像"
CLOCK = "中心时间"
NO_PICTURE = "没有画面"
LINE_BROKEN = "线路中断，没有录上"
LOST = "存储设备跟不上，没有录上"
NOT_YET = "这时还没有录到"
NOT_MADE = "这一段合成不出来，请看每个人单独的录像"
NOBODY = "没有录音录像"
PAUSE = "休会"
SCREEN = "共享的屏幕"
NOT_SHOWN = "这时没有共享"
TURNED_OVER = frozenset({Ended.SIZE})  #: the next stretch follows at once

#: What is said of time that was not recorded, by why the stretch before it ended.
NOT_RECORDED: Mapping[str | None, str] = MappingProxyType(
    {
        Ended.STOPPED: "录音录像已停止",
        Ended.AWAY: "不在调解室，没有录",
        Ended.RECESS: "休会，没有录",
        Ended.CONSENT: "等待在场的人同意，没有录",
        Ended.WITHDRAWN: "有人不再同意，没有录",
        Ended.SIZE: "没有录上",
        Ended.RECORDER: "录制中断，没有录上",
        Ended.WORKER: "录制中断，没有录上",
        Ended.FULL: "存储设备已满，没有录上",
        Ended.FAILED: "存储设备有故障，没有录上",
        "": "录制中断，没有录上",
        None: NOT_YET,
    }
)

#: Why somebody's recording is in more than one file, by why the one before ended.
ANOTHER_FILE: Mapping[str, str] = MappingProxyType(
    {
        Ended.STOPPED: "录音录像停过，后来又开始",
        Ended.AWAY: "离开过调解室，或者线路断过",
        Ended.RECESS: "中间休会，停过",
        Ended.CONSENT: "停下来等在场的人同意",
        Ended.WITHDRAWN: "有人不再同意，停过",
        Ended.SIZE: "画面的大小变了，另起一段接着录",
        Ended.RECORDER: "录制中断过",
        Ended.WORKER: "录制中断过",
        Ended.FULL: "存储设备满了，停过",
        Ended.FAILED: "存储设备出了故障，停过",
        "": "录制中断过",
    }
)


def long(seconds: int) -> str:
    """Say how long something took."""
    hours, minutes = divmod(seconds // 60, 60)
    told = f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"
    return told if hours else f"{told} {seconds % 60} 秒"
