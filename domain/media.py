"""What people send besides words: original bytes, the copy that plays, and what was heard in it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import IllegalMove
from domain.ids import CaseId, MatterId, MediaId, PersonId

VOICE = "voice"
KEPT_THERE = timedelta(days=3)  #: WeChat throws what people send away after this (临时素材)
MOST_SECONDS = 600.0  #: of a voice that gets a copy; WeChat records 60


class MediumState(enum.StrEnum):
    """What is known of the bytes."""

    AWAITED = "awaited"  #: still at the platform
    KEPT = "kept"  #: with us, as they were sent
    LOST = "lost"  #: they never came, and never will


class Hearing(enum.StrEnum):
    """What became of the words in a voice; only a confirmed one speaks for the person."""

    NONE = "none"  #: nobody listened
    OFFERED = "offered"  #: the person was asked whether that is what they said
    CONFIRMED = "confirmed"
    DENIED = "denied"
    UNCLEAR = "unclear"  #: nothing that could be offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that browsers play, beside the untouched original it was made from."""

    key: str
    sha256: str
    made_from: str  #: SHA-256 of the original
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A picture or voice a person sent; original bytes under ``object_key`` once fetched."""

    id: MediaId
    person_id: PersonId
    case_id: CaseId | None
    kind: str
    appid: str
    platform_id: str
    received_at: datetime
    openid: str = ""  #: the chat it came from
    object_key: str = ""
    sha256: str = ""
    content_type: str = ""
    lost: str = ""  #: why the bytes never came: the platform's own word, or ``expired``
    copy: Copy | None = None
    no_copy: str = ""  #: why a voice cannot be played
    heard: str = ""  #: what was made out in a voice
    hearing: Hearing = Hearing.NONE
    matter_id: MatterId | None = None  #: the daily-life matter it shows

    @property
    def state(self) -> MediumState:
        """What is known of the bytes."""
        if self.object_key:
            return MediumState.KEPT
        return MediumState.LOST if self.lost else MediumState.AWAITED

    @property
    def loose(self) -> bool:
        """Does it belong to nothing that somebody works on?"""
        return self.case_id is None and self.matter_id is None

    @property
    def objects(self) -> tuple[str, ...]:
        """Name every object that holds something of it."""
        return tuple(filter(None, (self.object_key, self.copy.key if self.copy else "")))

    @property
    def ends_at(self) -> datetime:
        """When the platform throws it away."""
        return self.received_at + KEPT_THERE

    def keep(self, *, key: str, sha256: str, content_type: str) -> Medium:
        """Note where the original is and what proves that it is untouched."""
        return replace(self, object_key=key, sha256=sha256, content_type=content_type, lost="")

    def lose(self, why: str) -> Medium:
        """Note that the bytes will never come."""
        if self.state is not MediumState.AWAITED:
            raise IllegalMove(f"medium {self.id} is {self.state}")
        return replace(self, lost=why)

    def with_copy(self, copy: Copy) -> Medium:
        """Put a playable copy beside the original it was made from."""
        if copy.made_from != self.sha256:
            raise IllegalMove(f"medium {self.id}: a copy of something else")
        return replace(self, copy=copy, no_copy="")

    def offer(self, heard: str) -> Medium:
        """Note what was made out, or that it was nothing."""
        if not heard:
            return replace(self, hearing=Hearing.UNCLEAR)
        return replace(self, heard=heard, hearing=Hearing.OFFERED)

    def judge(self, *, right: bool) -> Medium:
        """Note whether the person said that this is what they said."""
        if self.hearing is Hearing.NONE or self.hearing is Hearing.UNCLEAR:
            raise IllegalMove(f"medium {self.id}: nothing was offered")
        return replace(self, hearing=Hearing.CONFIRMED if right else Hearing.DENIED)
