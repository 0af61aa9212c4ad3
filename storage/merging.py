"""Two people who turned out to be one: whatever names the one names the other from now on.

The history, the evidence of signatures and the revisions stay as they are; whom an old id means
there is told by ``people.merged_into`` and by an event in every case concerned.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Text, delete, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute

from domain.ids import CaseId, PersonId
from storage.rows.access import LoginCodeRow, RenewalRow, SessionRow, TokenRow
from storage.rows.agreements import AgreementRow, ObligationRow
from storage.rows.cases import CaseRow, PartyRow
from storage.rows.chat import MediumRow
from storage.rows.checks import CheckRow
from storage.rows.follow import NoticeRow, RatingRow
from storage.rows.guarding import GuardRow, WarningRow
from storage.rows.handovers import HandOverRow
from storage.rows.matters import MatterRow
from storage.rows.meetings import MeetingRow
from storage.rows.people import IdentityRow, PersonRow, StaffRow
from storage.rows.privacy import CopyRow, ErasureRow
from storage.rows.questions import QuestionRow
from storage.transaction import Transaction

#: Columns that name a person and nothing else of the row depends on.
PLAIN: Sequence[tuple[type, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]]] = (
    (NoticeRow, NoticeRow.to_person),
    (SessionRow, SessionRow.person_id),
    (MediumRow, MediumRow.person_id),
    (IdentityRow, IdentityRow.person_id),
    (PersonRow, PersonRow.merged_into),
    (ErasureRow, ErasureRow.person_id),
    (CopyRow, CopyRow.person_id),
    (HandOverRow, HandOverRow.person_id),
    (QuestionRow, QuestionRow.asked_by),
    (CheckRow, CheckRow.person_id),
    (MatterRow, MatterRow.reporter),
    (StaffRow, StaffRow.person_id),
    (GuardRow, GuardRow.guarded_person),
    (GuardRow, GuardRow.guardian_person),
)

#: Every column that holds a person, those within kept JSON aside; a test compares it.
HANDED_OVER = frozenset(
    {
        "case_parties.person_id",
        "cases.reporter",
        "checks.person_id",
        "copies.person_id",
        "erasures.person_id",
        "guards.guarded_person",
        "guards.guardian_person",
        "warning_subscriptions.person_id",
        "hand_overs.person_id",
        "login_codes.person_id",
        "matters.reporter",
        "media.person_id",
        "notices.to_person",
        "obligations.creditor",
        "obligations.debtor",
        "people.merged_into",
        "questions.asked_by",
        "ratings.person_id",
        "renewals.person_id",
        "sessions.person_id",
        "staff.person_id",
        "tokens.person_id",
        "wechat_identities.person_id",
    }
)


async def cases_of(tx: Transaction, person: PersonId) -> set[CaseId]:
    """Name the cases somebody reported or stands in."""
    quarrels = await tx.all(select(PartyRow.case_id).where(PartyRow.person_id == person))
    reported = await tx.all(select(CaseRow.id).where(CaseRow.reporter == person))
    return {CaseId(one) for one in (*quarrels, *reported)}


async def hand_over(
    tx: Transaction, gone: PersonId, into: PersonId, cases: Sequence[CaseId]
) -> None:
    """Let everything that names the one name the other."""
    for row, column in PLAIN:
        await tx.run(update(row).where(column == gone).values({column.key: into}))
    await tx.run(delete(LoginCodeRow).where(LoginCodeRow.person_id == gone))
    await _hand_over_warnings(tx, gone, into)
    # A log-in that renews itself was somebody else's: it ends, and the next one is the person's.
    ending = update(RenewalRow).where(RenewalRow.person_id == gone)
    await tx.run(ending.values(person_id=into, revoked=True))
    await _hand_over_tokens(tx, gone, into)
    await _hand_over_ratings(tx, gone, into)
    await _hand_over_promises(tx, gone, into)
    for case in cases:
        await _hand_over_case(tx, gone, into, case)


async def _hand_over_tokens(tx: Transaction, gone: PersonId, into: PersonId) -> None:
    """Invitations are found again by case and person."""
    own = update(TokenRow).where(TokenRow.person_id == gone)
    renamed = func.replace(TokenRow.subject, literal(f"/{gone}", Text), literal(f"/{into}", Text))
    await tx.run(own.values(person_id=into, subject=renamed))


async def _hand_over_ratings(tx: Transaction, gone: PersonId, into: PersonId) -> None:
    """One person rates a case once: where both have, both ratings stay under their own names."""
    rated = select(RatingRow.case_id).where(RatingRow.person_id == into).scalar_subquery()
    own = update(RatingRow).where(RatingRow.person_id == gone, RatingRow.case_id.not_in(rated))
    await tx.run(own.values(person_id=into))


async def _hand_over_warnings(tx: Transaction, gone: PersonId, into: PersonId) -> None:
    """A topic is chosen once: where both have, what the one who stays chose counts."""
    chosen = select(WarningRow.topic).where(WarningRow.person_id == into).scalar_subquery()
    own = update(WarningRow).where(WarningRow.person_id == gone, WarningRow.topic.not_in(chosen))
    await tx.run(own.values(person_id=into))
    await tx.run(delete(WarningRow).where(WarningRow.person_id == gone))


async def _hand_over_promises(tx: Transaction, gone: PersonId, into: PersonId) -> None:
    for column in (ObligationRow.debtor, ObligationRow.creditor):
        own = update(ObligationRow).where(column == gone)
        await tx.run(own.values({column.key: into, "version": ObligationRow.version + 1}))


async def _hand_over_case(tx: Transaction, gone: PersonId, into: PersonId, case: CaseId) -> None:
    """The case, its people, meetings and papers; who has one open hears that it changed."""
    own = update(CaseRow).where(CaseRow.id == case)
    await tx.run(own.values(version=CaseRow.version + 1))
    await tx.run(own.where(CaseRow.reporter == gone).values(reporter=into))
    here = PartyRow.case_id == case
    if await tx.maybe(select(PartyRow).where(here, PartyRow.person_id == into)) is None:
        await tx.run(
            update(PartyRow).where(here, PartyRow.person_id == gone).values(person_id=into)
        )
    await tx.run(delete(PartyRow).where(here, PartyRow.person_id == gone))
    await _rename_within(
        tx, MeetingRow, MeetingRow.attendees, MeetingRow.case_id == case, gone, into
    )
    await _rename_within(
        tx, AgreementRow, AgreementRow.body, AgreementRow.case_id == case, gone, into
    )


async def _rename_within(
    tx: Transaction,
    row: type[MeetingRow | AgreementRow],
    column: InstrumentedAttribute[str],
    wanted: ColumnElement[bool],
    gone: PersonId,
    into: PersonId,
) -> None:
    """Rename within kept JSON: an id is a quoted word there that nothing else can be."""
    for key, version, text in await tx.tuples(select(row.id, row.version, column).where(wanted)):
        if f'"{gone}"' in text:
            renamed = text.replace(f'"{gone}"', f'"{into}"')
            await tx.swap(row, key, version, **{column.key: renamed})
