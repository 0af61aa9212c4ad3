"""How often somebody still lets us send them messages of a template (订阅消息).

Each yes to a one-time template (一次性订阅) is one message, without an end; a long-term one
(长期订阅) is any number until it is taken back.  A yes may be told twice: by the phone that was
asked and by the platform's event.  Both count the same answers: the larger count is the true one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Teller(enum.StrEnum):
    """Who told us of an answer."""

    PHONE = "phone"  #: the mini-program, at once
    PLATFORM = "platform"  #: its event


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one account lets us send by one template."""

    template_id: str
    long_term: bool = False
    by_phone: int = 0  #: yeses that the phone told
    by_platform: int = 0  #: yeses that the platform told
    spent: int = 0
    refused: bool = False  #: the last answer was no
    last_tap: str = ""  #: the phone's own id of the last answer it told

    @property
    def left(self) -> int:
        """How many messages are allowed now; of a long-term one always one more."""
        if self.refused:
            return 0
        told = max(self.by_phone, self.by_platform)
        return min(told, 1) if self.long_term else max(told - self.spent, 0)

    def accepted(self, teller: Teller, *, tap: str = "") -> Subscription:
        """Count a yes; one that the phone tells again (same tap) counts once."""
        if tap and tap == self.last_tap:
            return self
        if teller is Teller.PLATFORM:
            return replace(self, by_platform=self.by_platform + 1, refused=False)
        return replace(self, by_phone=self.by_phone + 1, refused=False, last_tap=tap)

    def rejected(self) -> Subscription:
        """Take a no: what was allowed before is not used either."""
        return replace(self.emptied(), refused=True)

    def used(self) -> Subscription:
        """Use one up; a long-term one stays."""
        return self if self.long_term else replace(self, spent=self.spent + 1)

    def given_back(self) -> Subscription:
        """It surely was not sent after all."""
        return self if self.long_term else replace(self, spent=max(self.spent - 1, 0))

    def emptied(self) -> Subscription:
        """Nothing is left: the platform said so (43101), whatever we counted."""
        told = max(self.by_phone, self.by_platform)
        if self.long_term:
            return replace(self, by_phone=0, by_platform=0)
        return replace(self, by_phone=told, by_platform=told, spent=told)
