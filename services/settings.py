"""What the desks need to know about their centre; made from the configuration by ``server.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.deadlines import TERMS, DueKind
from domain.ids import CaseId, MatterId
from domain.office_hours import OfficeHours
from domain.working_days import WorkingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginTerms:
    """How long a resident's log-in lasts."""

    access: timedelta = timedelta(minutes=15)  #: of a program's bearer token; then it is renewed
    renewal: timedelta = timedelta(days=30)  #: how long it can be renewed; then WeChat is asked
    page: timedelta = timedelta(days=30)  #: of a browser's cookie


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The centre (综治中心) and its committee (人民调解委员会)."""

    name: str
    committee: str
    phone: str
    region: str  #: 12-digit area code
    zone: ZoneInfo
    public_url: str  #: https://host, no slash at the end
    number_word: str  #: the 枫 in 〔2026〕枫调字第0001号
    official_appid: str
    demo: bool
    miniprogram_appid: str = ""
    check_content: bool = False  #: ask WeChat what it thinks of the words of reports
    hours: OfficeHours = field(default_factory=OfficeHours)
    answer_within: timedelta = TERMS[DueKind.UNTAKEN].span  #: for somebody who asked for a human
    official_numbers: Mapping[str, str] = field(default_factory=dict)  #: number to whose it is
    next_alarm_after: timedelta = TERMS[DueKind.DANGER].span  #: for the next on duty
    quiet_after: timedelta = TERMS[DueKind.QUIET].span  #: a talk with a human ends by itself

    matter_days: int = TERMS[DueKind.MATTER_REPLY].span.days  #: working days for an answer
    units: tuple[str, ...] = ()  #: that take daily-life matters; others may be named too
    matter_closes_after: timedelta = TERMS[DueKind.MATTER_CLOSES].span  #: without a rating
    matter_reopens_within: timedelta = timedelta(days=7)  #: of its closing, by 不满意
    working_days: WorkingDays = field(default_factory=WorkingDays)

    @property
    def queue(self) -> str:
        """Where staff see all cases, the alarmed first."""
        return f"{self.public_url}/desk"

    def desk_page(self, case_id: CaseId) -> str:
        """Where staff open a case."""
        return f"{self.public_url}/desk/cases/{case_id}"

    def party_page(self, case_id: CaseId) -> str:
        """Where a party, logged in, opens their case."""
        return f"{self.public_url}/m/cases/{case_id}"

    def matter_page(self, matter_id: MatterId) -> str:
        """Where who reported it, logged in, opens a daily-life matter."""
        return f"{self.public_url}/m/matters/{matter_id}"

    def case_code(self, secret: str) -> str:
        """What a case code leads to."""
        return f"{self.public_url}/c/{secret}"

    def verify_page(self, secret: str) -> str:
        """Where anybody asks whether a paper is genuine."""
        return f"{self.public_url}/v/{secret}"
