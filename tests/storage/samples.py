"""Invented things for the tests; each call states only what matters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from domain.actors import Role
from domain.agreements import Content, Draft, Signer
from domain.cases import Case, Party, Proposal, Side, Spot, Suggestion
from domain.clauses import Clause, ClauseKind
from domain.conversations import Incoming, MessageKind
from domain.history import Event
from domain.ids import AgreementId, CaseId, MeetingId, PersonId, StaffId
from domain.meetings import Attendee, Meeting
from domain.notices import Notice, NoticeKind
from domain.people import Person, StaffMember
from domain.ports.rooms import SeatRole, Segment

NOW = datetime(2026, 11, 21, 8, 30, 15, 123456, tzinfo=UTC)
LI, WANG = PersonId("li"), PersonId("wang")
ZHOU = StaffId("zhou")
STORY = "楼上漏水三个月，天花板都泡坏了，物业说不归他们管"


def a_suggestion(value: str = "02") -> Suggestion:
    return Suggestion(value=value, reason="说到“漏水”", sure=True)


def a_case(case_id: str = "case-1", **told: Any) -> Case:
    known: dict[str, Any] = {
        "id": CaseId(case_id),
        "number": f"〔2026〕枫综字第{case_id}号",
        "reporter": LI,
        "story": STORY,
        "spot": Spot(words="枫桥社区3幢", latitude=29.8, longitude=120.4),
        "region": "330681100001",
        "reported_at": NOW,
        "proposal": Proposal(
            type_code=a_suggestion(), cell=a_suggestion("cell-1"), mediator=a_suggestion("zhou")
        ),
        "parties": (
            Party(person_id=LI, side=Side.APPLICANT),
            Party(person_id=WANG, side=Side.RESPONDENT),
        ),
    }
    return Case(**{**known, **told})


def an_event(kind: str = "case.reported", case_id: str = "case-1") -> Event:
    return Event(
        subject=case_id, case_id=case_id, kind=kind, by="resident:li", at=NOW, detail={"a": "b"}
    )


def a_person(person_id: str = "li", **told: Any) -> Person:
    known: dict[str, Any] = {
        "id": PersonId(person_id),
        "name": "李小龙女",
        "phone": "+8613800138000",
        "address": "枫桥镇和平路8号",
    }
    return Person(**{**known, **told})


def a_member(staff_id: str = "zhou", **told: Any) -> StaffMember:
    known: dict[str, Any] = {
        "id": StaffId(staff_id),
        "login": staff_id,
        "name": "周调解",
        "phone": "+8657580000000",
        "region": "330681",
        "roles": (Role.MEDIATOR, Role.DISPATCHER),
        "password": "$argon2id$invented",
        "totp_secret": "JBSWY3DPEHPK3PXP",
        "skills": ("02",),
    }
    return StaffMember(**{**known, **told})


def a_meeting(meeting_id: str = "meeting-1", **told: Any) -> Meeting:
    known: dict[str, Any] = {
        "id": MeetingId(meeting_id),
        "case_id": CaseId("case-1"),
        "starts_at": NOW,
        "attendees": (
            Attendee(participant="a1", role=SeatRole.PARTY, person_id=LI),
            Attendee(participant="a2", role=SeatRole.MEDIATOR, staff_id=ZHOU),
        ),
    }
    return Meeting(**{**known, **told})


def a_segment(**told: Any) -> Segment:
    known: dict[str, Any] = {
        "meeting_id": MeetingId("meeting-1"),
        "participant": "a1",
        "number": 0,
        "started": NOW,
        "seconds": 10.0,
        "journal": "meetings/meeting-1/a1/0.journal",
        "playback": "",
        "sha256": "aa",
        "closed": False,
    }
    return Segment(**{**known, **told})


def a_clause(**told: Any) -> Clause:
    known: dict[str, Any] = {
        "kind": ClauseKind.PAY,
        "debtor": "王五",
        "creditor": "李四",
        "amount_fen": 300000,
        "due": date(2026, 12, 31),
        "how": "转账",
        "default": "每日加付千分之一",
    }
    return Clause(**{**known, **told})


def a_draft(agreement_id: str = "paper-1", **told: Any) -> Draft:
    known: dict[str, Any] = {
        "id": AgreementId(agreement_id),
        "case_id": CaseId("case-1"),
        "number": "〔2026〕枫调字第0001号",
        "edition": 1,
        "content": Content(facts="楼上漏水", clauses=(a_clause(),)),
        "signers": (
            Signer(field="party-1", name="李四", person_id=LI),
            Signer(field="party-2", name="王五", person_id=WANG),
            Signer(field="mediator", name="周调解", staff_id=ZHOU),
        ),
    }
    return Draft(**{**known, **told})


def a_message(key: str = "m1", **told: Any) -> Incoming:
    known: dict[str, Any] = {
        "key": key,
        "appid": "wx1",
        "openid": "o-li",
        "kind": MessageKind.TEXT,
        "sent_at": NOW,
        "text": "我要反映纠纷",
    }
    return Incoming(**{**known, **told})


def a_notice(notice_id: str = "n1", **told: Any) -> Notice:
    known: dict[str, Any] = {
        "id": notice_id,
        "kind": NoticeKind.CASE_REGISTERED,
        "case_id": CaseId("case-1"),
        "to_person": LI,
        "facts": {"link": "/c/secret"},
        "made_at": NOW,
    }
    return Notice(**{**known, **told})
