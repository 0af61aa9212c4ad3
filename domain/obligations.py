"""What somebody promised in an agreement (履行事项), and whether it was done."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from domain.actors import Actor
from domain.errors import IllegalMove, NotDueYet
from domain.history import Event
from domain.ids import AgreementId, CaseId, ObligationId, PersonId


class ObligationState(enum.StrEnum):
    """Where a promise stands."""

    OPEN = "open"  #: 待履行
    CLAIMED = "claimed"  #: 称已履行: the debtor says so, the creditor has not confirmed
    DONE = "done"  #: 已履行: the creditor, or the mediator on proof, confirmed
    BREACHED = "breached"  #: 未履行


MOVES: Mapping[ObligationState, frozenset[ObligationState]] = MappingProxyType(
    {
        ObligationState.OPEN: frozenset(
            {ObligationState.CLAIMED, ObligationState.DONE, ObligationState.BREACHED}
        ),
        ObligationState.CLAIMED: frozenset({ObligationState.DONE, ObligationState.BREACHED}),
        ObligationState.BREACHED: frozenset({ObligationState.CLAIMED, ObligationState.DONE}),
        ObligationState.DONE: frozenset(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One promise of one sealed agreement."""

    id: ObligationId
    agreement_id: AgreementId
    case_id: CaseId
    clause: int  #: position in the agreement, from 0
    text: str
    debtor: PersonId
    creditor: PersonId | None
    due: date  #: a legal day in the centre's time zone
    state: ObligationState = ObligationState.OPEN
    version: int = 0

    def claim(self, *, by: Actor, at: datetime) -> tuple[Obligation, Event]:
        """The debtor says that it is done."""
        return self._moved(ObligationState.CLAIMED, by, at)

    def confirm(self, *, by: Actor, at: datetime) -> tuple[Obligation, Event]:
        """The creditor, or the mediator on proof, confirms that it is done."""
        return self._moved(ObligationState.DONE, by, at)

    def breach(self, *, by: Actor, at: datetime, today: date) -> tuple[Obligation, Event]:
        """Note that it was not done; raises NotDueYet while its day is not over.

        Whoever said that it was done may be contradicted at once.
        """
        if self.state is ObligationState.OPEN and today <= self.due:
            raise NotDueYet(f"obligation {self.id}: {self.due}")
        return self._moved(ObligationState.BREACHED, by, at)

    def _moved(self, to: ObligationState, by: Actor, at: datetime) -> tuple[Obligation, Event]:
        if to not in MOVES[self.state]:
            raise IllegalMove(f"obligation {self.id}: {self.state} -> {to}")
        event = Event(
            subject=self.id,
            case_id=self.case_id,
            kind=f"obligation.{to}",
            by=by.ref,
            at=at,
            detail={"clause": str(self.clause)},
        )
        return replace(self, state=to), event
