"""Who takes part in a meeting through another's device: beside them, or by telephone (同席)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import BadInput

LONGEST_NAME = 40
MOST = 8  #: in one meeting: more are noted in the record by hand


class Joining(enum.StrEnum):
    """How somebody without a page of their own is there."""

    BESIDE = "beside"  #: sits at the same device
    PHONE = "phone"  #: is called, and heard through that device


class Now(enum.StrEnum):
    """What the mediator notes of a companion later."""

    AGREED = "agreed"  #: to being recorded
    REFUSED = "refused"  #: or takes it back
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Somebody whom the mediator noted, after telling them their rights and learning who they are.

    What they say about the recording is said aloud and noted by the mediator (在线调解规则 17, 22).
    """

    id: str  #: random
    participant: str  #: at whose device
    name: str
    how: Joining
    came_at: datetime
    consent_version: str = ""  #: of the notice that was read to them; empty = not agreed
    consent_at: datetime | None = None
    gone_at: datetime | None = None

    def __post_init__(self) -> None:
        """Raises BadInput for no name or a long one."""
        if not 0 < len(self.name.strip()) <= LONGEST_NAME:
            raise BadInput("name", "one to forty characters")

    def now(self, now: Now, *, text_version: str, at: datetime) -> Companion:
        """Give what they are from now on."""
        if now is Now.GONE:
            return replace(self, gone_at=at)
        given = now is Now.AGREED
        return replace(
            self,
            consent_version=text_version if given else "",
            consent_at=at if given else None,
        )
