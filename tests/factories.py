"""Things of the trade for tests; each factory states only what matters to the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from domain.actors import Resident, Role, Staff
from domain.agreements import Content, Draft, Frozen, Inked, Sealed, Shown, Signer, Signing
from domain.cases import (
    Case,
    CaseState,
    Party,
    Proposal,
    Report,
    Side,
    Spot,
    Suggestion,
)
from domain.clauses import Clause, ClauseKind
from domain.ids import (
    AgreementId,
    CaseId,
    CellId,
    MatterId,
    MeetingId,
    ObligationId,
    PersonId,
    StaffId,
)
from domain.matters import Matter, MatterState
from domain.meetings import Attendee, Meeting, MeetingState
from domain.obligations import Obligation, ObligationState
from domain.originals import How, Mark, Original, Scan
from domain.people import Person, StaffMember
from domain.places import Cell
from domain.ports.papers import Stroke
from domain.ports.rooms import SeatRole

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  #: 12:00 in Shanghai
REGION = "999999001001"  #: the invented district of the demo
VILLAGE = "999999001"

CLERK = Staff(id=StaffId("clerk"), name="陈分派", role=Role.DISPATCHER, region="999999")
LI = Staff(id=StaffId("li"), name="李调解", role=Role.MEDIATOR, region="999999")
ZHAO = Staff(
    id=StaffId("zhao"), name="赵主任", role=Role.SUPERVISOR, region="999999", seal_right=True
)

UNSURE = Suggestion(value="", reason="请人工选择", sure=False)


def a_person(key: str = "wang", **changes: Any) -> Person:
    """Someone with a name and a demo number."""
    return replace(Person(id=PersonId(key), name="王小明", phone="+8610000000001"), **changes)


def a_member(acting: Staff, *, password: str = "", totp_secret: str = "") -> StaffMember:
    """The member of staff who acts so."""
    return StaffMember(
        id=acting.id,
        login=acting.id,
        name=acting.name,
        phone=f"+861000001{sum(map(ord, acting.id)):04d}",
        region=acting.region,
        roles=(acting.role,),
        password=password,
        totp_secret=totp_secret,
        seal_right=acting.seal_right,
    )


def a_cell(key: str = "cell-1", *mediators: StaffId) -> Cell:
    """A square cell of one hundredth of a degree."""
    return Cell(
        id=CellId(key),
        name="枫桥社区第一网格",
        region=REGION,
        words=("枫溪路", "和平小区"),
        outline=((120.00, 30.00), (120.01, 30.00), (120.01, 30.01), (120.00, 30.01)),
        mediators=mediators,
    )


def a_report(story: str = "楼上漏水，把我家天花板泡坏了", **changes: Any) -> Report:
    """A report, complete enough to become a case."""
    return replace(Report(story=story, spot=Spot(words="枫溪路 8 号")), **changes)


def a_case(
    state: CaseState = CaseState.REPORTED, *, mediator: StaffId | None = LI.id, key: str = "case-1"
) -> Case:
    """A case of 王 against 张, in the wanted state."""
    return Case(
        id=CaseId(key),
        number="〔2026〕枫综字第0001号",
        reporter=PersonId("wang"),
        story="楼上漏水",
        spot=Spot(words="枫溪路 8 号"),
        region=REGION,
        reported_at=NOON,
        proposal=Proposal(
            type_code=Suggestion(value="02", reason="提到“楼上”", sure=True),
            cell=UNSURE,
            mediator=UNSURE,
        ),
        parties=(
            Party(person_id=PersonId("wang"), side=Side.APPLICANT),
            Party(person_id=PersonId("zhang"), side=Side.RESPONDENT),
        ),
        state=state,
        mediator=mediator,
    )


def a_matter(
    state: MatterState = MatterState.RECEIVED, *, key: str = "matter-1", **told: Any
) -> Matter:
    """A street lamp that 王 reported, in the wanted state."""
    known: dict[str, Any] = {
        "id": MatterId(key),
        "number": f"枫民2026第{key}号",
        "reporter": PersonId("wang"),
        "told": "枫溪路8号门口的路灯坏了半个月",
        "spot": Spot(words="枫溪路8号门口"),
        "region": REGION,
        "reported_at": NOON,
        "reply_by": NOON + timedelta(days=7),
        "state": state,
    }
    return Matter(**{**known, **told})


def a_meeting(state: MeetingState = MeetingState.FIXED) -> Meeting:
    """A meeting of the mediator and both parties."""
    return Meeting(
        id=MeetingId("meeting-1"),
        case_id=CaseId("case-1"),
        starts_at=NOON + timedelta(days=1),
        attendees=(
            Attendee(participant="p-li", role=SeatRole.MEDIATOR, staff_id=LI.id),
            Attendee(participant="p-wang", role=SeatRole.PARTY, person_id=PersonId("wang")),
            Attendee(participant="p-zhang", role=SeatRole.PARTY, person_id=PersonId("zhang")),
        ),
        state=state,
    )


def a_payment(**changes: Any) -> Clause:
    """张三 pays 王小明, as clearly as a court wants it."""
    clause = Clause(
        kind=ClauseKind.PAY,
        debtor="张三",
        creditor="王小明",
        what="天花板修复费",
        amount_fen=300_000,
        due=date(2026, 12, 1),
        how="银行转账",
        default="按每日万分之五支付违约金",
    )
    return replace(clause, **changes)


def a_content(*clauses: Clause) -> Content:
    """The words of an agreement; without clauses, one clear payment."""
    return Content(facts="楼上漏水，泡坏天花板", clauses=clauses or (a_payment(),))


def signers() -> tuple[Signer, ...]:
    """Both parties and the mediator."""
    return (
        Signer(field="party-1", name="王小明", person_id=PersonId("wang")),
        Signer(field="party-2", name="张三", person_id=PersonId("zhang")),
        Signer(field="mediator", name=LI.name, staff_id=LI.id),
    )


def a_draft(*clauses: Clause, confirmed: bool = False) -> Draft:
    """A draft, confirmed by both if wanted."""
    draft = Draft(
        id=AgreementId("paper-1"),
        case_id=CaseId("case-1"),
        number="〔2026〕枫调字第0001号",
        edition=1,
        content=a_content(*clauses),
        signers=signers(),
    )
    return _confirmed(draft) if confirmed else draft


def _confirmed(draft: Draft) -> Draft:
    for person in (PersonId("wang"), PersonId("zhang")):
        draft, _ = draft.confirm(person, by=Resident(id=person), at=NOON)
    return draft


SHOWN = Shown(document_sha256="d" * 64, consent="esign-2026-11", consent_sha256="c" * 64)


def a_frozen() -> Frozen:
    """Words that are fixed."""
    return a_draft(confirmed=True).freeze(by=LI, at=NOON)[0]


def a_signing(*, head: str = "head-0", done: tuple[str, ...] = ()) -> Signing:
    """A paper that collects signatures, some of them in the file already."""
    signing, _ = a_frozen().open(
        head=head, pages=2, expires_at=NOON + timedelta(days=7), by=LI, at=NOON
    )
    for field in done:
        signing, _ = signing.wish(field, evidence_sha256=f"e-{field}", shown=SHOWN, by=LI, at=NOON)
        signing, _ = signing.signed(
            field, before=signing.head, head=f"head-{field}", serial="1", by=LI, at=NOON
        )
    return signing


def a_sealed() -> Sealed:
    """An agreement in effect."""
    signing = a_signing(done=("party-1", "party-2", "mediator"))
    sealing, _ = signing.wish_seal(reason="各方已签", evidence_sha256="e", by=ZHAO, at=NOON)
    sealed, _ = sealing.seal(
        before=sealing.head, head="sealed", final="final", serial="2", by=ZHAO, at=NOON
    )
    return sealed


DIVORCE = Clause(
    kind=ClauseKind.STATUS, debtor="王小明", creditor="张三", what="双方自愿离婚", default="无"
)


def an_inked() -> Inked:
    """A divorce, printed for paper and ink."""
    draft = a_draft(DIVORCE, confirmed=True)
    return draft.print_for_ink(head="printed", pages=2, on=NOON.date(), by=LI, at=NOON)[0]


def an_original(**changes: Any) -> Original:
    """What came back with every mark on it."""
    original = Original(
        scans=(Scan(sha256="a" * 64, kind="application/pdf", size=9),),
        marks=(
            Mark(field="party-1", how=How.SIGNED),
            Mark(field="party-2", how=How.FINGERPRINT),
            Mark(field="mediator", how=How.SIGNED),
            Mark(field="committee", how=How.STAMPED),
        ),
        signed_on=NOON.date(),
        witnesses="社区干部孙二",
        recorded_by=LI.ref,
        recorded_at=NOON,
    )
    return replace(original, **changes)


def an_obligation(state: ObligationState = ObligationState.OPEN) -> Obligation:
    """What 张 owes 王."""
    return Obligation(
        id=ObligationId("promise-1"),
        agreement_id=AgreementId("paper-1"),
        case_id=CaseId("case-1"),
        clause=0,
        text="支付人民币3,000.00元",
        debtor=PersonId("zhang"),
        creditor=PersonId("wang"),
        due=date(2026, 12, 1),
        state=state,
    )


def a_handwriting() -> tuple[Stroke, ...]:
    """Two crossing strokes as a finger draws them."""
    first = tuple((100.0 + 8 * i, 60.0 + 3 * i, 10.0 * i, 0.5) for i in range(30))
    second = tuple((330.0 - 7 * i, 60.0 + 4 * i, 400.0 + 10.0 * i, 0.5) for i in range(30))
    return Stroke(points=first), Stroke(points=second)


MEMBERS: Mapping[StaffId, Staff] = MappingProxyType({one.id: one for one in (CLERK, LI, ZHAO)})
