"""What WeChat tells of itself: what became of a notice, what a person allowed or took back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


class Fate(enum.StrEnum):
    """What became of a message that was handed to WeChat."""

    DELIVERED = "delivered"
    BLOCKED = "blocked"  #: the person takes nothing from this account
    FAILED = "failed"  #: the platform could not, or for a reason we do not know


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSent:
    """What became of a template message (TEMPLATESENDJOBFINISH)."""

    message_id: str  #: ``msgid`` of the call that sent it
    fate: Fate
    status: str  #: WeChat's own word for it


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribedSent:
    """What became of a subscription message (subscribe_msg_sent_event)."""

    template_id: str
    message_id: str
    error_code: str  #: ``0`` if it arrived
    status: str

    @property
    def fate(self) -> Fate:
        """Say what became of it."""
        return Fate.DELIVERED if self.error_code == "0" else Fate.FAILED


class AskedWhere(enum.StrEnum):
    """Where a person said whether messages of a template may come."""

    PAGE = "page"  #: asked on a page or in an article (subscribe_msg_popup_event)
    SETTINGS = "settings"  #: changed in WeChat's own settings (subscribe_msg_change_event)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChosen:
    """A person allowed or refused the messages of a template."""

    template_id: str
    accepted: bool
    where: AskedWhere


@dataclass(frozen=True, slots=True, kw_only=True)
class MassSent:
    """What became of a message to many (MASSSENDJOBFINISH); the counts are WeChat's estimates."""

    message_id: str
    status: str  #: ``send success``, ``send fail`` or ``err(...)``
    audience: int  #: people it was meant for
    allowed: int  #: of them, those whom the monthly limit and their own choice let through
    reached: int
    failed: int

    @property
    def fate(self) -> Fate:
        """Say what became of it as a whole."""
        return Fate.DELIVERED if self.status.replace(" ", "") == "sendsuccess" else Fate.FAILED


class PrivacyStep(enum.StrEnum):
    """What a person did about the data that WeChat gave us."""

    MODIFIED = "modified"  #: the profile changed
    REVOKED = "revoked"  #: consent withdrawn: the data named must go
    CANCELLED = "cancelled"  #: the account was closed: all data must go


#: What a code of RevokeInfo stands for (微信: 授权用户信息变更; H5 from 201 on). Others may come.
REVOKED_DATA: Final[Mapping[str, str]] = {
    "1": "车牌号",
    "2": "地址",
    "3": "发票信息",
    "4": "蓝牙",
    "5": "麦克风",
    "6": "昵称和头像",
    "7": "摄像头",
    "8": "手机号",
    "12": "微信运动步数",
    "13": "位置信息",
    "14": "选中的图片或视频",
    "15": "选中的文件",
    "16": "邮箱地址",
    "18": "选择的位置信息",
    "19": "昵称",
    "20": "头像",
    "201": "地址",
    "204": "麦克风",
    "205": "昵称和头像",
    "206": "位置信息",
    "207": "选中的图片或视频",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyChange:
    """A person's data changed, or we may not keep it any longer.

    The person is the ``openid`` of the message; its law is the consent of 个人信息保护法 第十五条.
    """

    step: PrivacyStep
    codes: tuple[str, ...]  #: of RevokeInfo, as they came: unknown ones too
    unionid: str
    appid: str  #: the app whose data it is
    plugin_id: str  #: of a plug-in that the app uses
    plugin_openid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaChecked:
    """What WeChat thinks of a picture or sound that it was asked to look at (wxa_media_check)."""

    trace_id: str  #: of the call that asked
    advice: str  #: ``pass``, ``review`` or ``risky``; empty if the check itself failed
    label: str
    error_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRead:
    """A code that a person read by our menu (scancode_push, scancode_waitmsg)."""

    code_kind: str  #: ``qrcode`` or ``barcode``
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesPicked:
    """Pictures chosen by our menu (pic_*); they follow as messages of their own."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePicked:
    """A place chosen by our menu (location_select), in WGS-84; it follows as a message too."""

    latitude: float
    longitude: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTold:
    """Where the phone is (LOCATION, each 5 s while the chat is open): the degrees as they came."""

    raw_latitude: float
    raw_longitude: float
    precision: float


Happening: TypeAlias = (
    TemplateSent
    | SubscribedSent
    | SubscriptionChosen
    | MassSent
    | PrivacyChange
    | MediaChecked
    | CodeRead
    | PicturesPicked
    | PlacePicked
    | PositionTold
)
