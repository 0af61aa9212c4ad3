"""How far a case is, in six steps that everybody understands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.cases import CaseState

STEPS = ("上报", "受理", "调解", "签协议", "履行", "办结")

_REACHED: Mapping[CaseState, int] = MappingProxyType(
    {
        CaseState.REPORTED: 0,
        CaseState.REGISTERED: 1,
        CaseState.DISPATCHED: 1,
        CaseState.ACCEPTED: 2,
        CaseState.MEDIATING: 2,
        CaseState.SIGNING: 3,
        CaseState.PERFORMING: 4,
        CaseState.BREACHED: 4,
        CaseState.PERFORMED: 5,
        CaseState.ARCHIVED: 5,
    }
)


def reached(state: CaseState) -> int | None:
    """The step a case has reached, from 0; None where the way ended before its goal."""
    return _REACHED.get(state)
