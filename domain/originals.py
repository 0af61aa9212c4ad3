"""The signed original (原件) of an agreement on paper: who signed it how, and its scan.

Marriage, adoption and inheritance are signed with ink (电子签名法 3); what the ledger keeps of such
a paper is a record of what people saw on it, with pictures that prove what they had before them.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.actors import ActorRef
from domain.errors import BadInput, NotReady

COMMITTEE = "committee"
MEDIATOR = "mediator"
MOST_SCANS = 20
LONGEST_WITNESSES = 200


class How(enum.StrEnum):
    """How somebody put their mark on the paper (人民调解法 29)."""

    SIGNED = "signed"  #: 签名
    STAMPED = "stamped"  #: 盖章
    FINGERPRINT = "fingerprint"  #: 按指印


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands in one place of the paper: ``party-1`` ..., ``mediator``, ``committee``."""

    field: str
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One file of the scan, named by its bytes."""

    sha256: str
    kind: str  #: content type
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What was recorded when the signed paper came back."""

    scans: tuple[Scan, ...]
    marks: tuple[Mark, ...]
    signed_on: date  #: the day of the last signature, fingerprint or seal: then it takes effect
    witnesses: str  #: who was there when it was signed
    recorded_by: ActorRef
    recorded_at: datetime

    def check(self, fields: Sequence[str], *, printed_on: date, today: date) -> None:
        """Refuse what would not take effect: marks of all, on a day that can be (人民调解法 29)."""
        if not 1 <= len(self.scans) <= MOST_SCANS:
            raise BadInput("scans", "1 to 20 files")
        if len({scan.sha256 for scan in self.scans}) != len(self.scans):
            raise BadInput("scans", "each file once")
        if len(self.witnesses) > LONGEST_WITNESSES:
            raise BadInput("witnesses", "200 characters at most")
        if not printed_on <= self.signed_on <= today:
            raise BadInput("signed_on", "between the day it was printed and today")
        found = {mark.field: mark.how for mark in self.marks}
        if len(found) != len(self.marks) or not found.keys() <= {*fields, COMMITTEE}:
            raise BadInput("marks", "one for each place of the paper")
        if missing := [field for field in (*fields, COMMITTEE) if field not in found]:
            raise NotReady(f"the paper lacks {', '.join(missing)}")
        if found[MEDIATOR] is not How.SIGNED or found[COMMITTEE] is not How.STAMPED:
            raise BadInput("marks", "the mediator signs, the committee stamps")
