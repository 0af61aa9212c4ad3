"""What WeChat tells of itself: what became of a notice, what a person allowed or took back."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeAlias


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


class PrivacyStep(enum.StrEnum):
    """What a person did about the data that WeChat gave us."""

    MODIFIED = "modified"  #: the profile changed
    REVOKED = "revoked"  #: consent withdrawn: the data named must go
    CANCELLED = "cancelled"  #: the account was closed: all data must go


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyChange:
    """A person's data changed, or we may not keep it any longer.

    The person is the ``openid`` of the message; its law is the consent of 个人信息保护法 第十五条.
    """

    step: PrivacyStep
    codes: tuple[str, ...]  #: of RevokeInfo, as they came: unknown ones too


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaChecked:
    """What WeChat thinks of a picture or sound that it was asked to look at (wxa_media_check)."""

    trace_id: str  #: of the call that asked
    advice: str  #: ``pass``, ``review`` or ``risky``; empty if the check itself failed
    label: str
    error_code: str


Happening: TypeAlias = (
    TemplateSent | SubscribedSent | SubscriptionChosen | PrivacyChange | MediaChecked
)
