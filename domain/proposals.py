"""What the system proposes for a new case: type, cell and mediator, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.cases import Proposal, Spot, Suggestion
from domain.ids import StaffId
from domain.people import StaffMember
from domain.places import Cell, propose_cell
from domain.taxonomy import DISPUTE_TYPES, OTHER, TypeCode
from domain.type_guess import guess_type


def propose_type(story: str) -> Suggestion:
    """Propose the dispute type by the words that speak for it; unsure where two are close."""
    guess = guess_type(story)
    said = "、".join(f"“{word}”" for word in guess.words)
    if guess.sure:
        reason = f"{f'提到{said}，' if said else ''}像是{_named(guess.code)}"
        return Suggestion(value=guess.code, reason=reason, sure=True)
    if not guess.choices:
        return Suggestion(value=OTHER, reason="看不出是哪一类纠纷，请人工选择", sure=False)
    likely = "，也可能是".join(_named(code) for code in guess.choices)
    reason = f"{f'提到{said}，' if said else ''}可能是{likely}"
    return Suggestion(value=guess.code, reason=reason, sure=False, others=guess.choices[1:])


def likely_types(story: str) -> tuple[TypeCode, ...]:
    """Give the types that a story may be about, the likeliest first: what to ask back with."""
    return guess_type(story).choices


def as_chosen(type_code: TypeCode) -> Suggestion:
    """Propose the type that the reporter chose: they know what it is about."""
    return Suggestion(value=type_code, reason=f"反映人自己选的：{_named(type_code)}", sure=True)


def _named(code: TypeCode) -> str:
    return f"{DISPUTE_TYPES[code]}{'事项' if code == OTHER else '纠纷'}"


def propose_mediator(
    mediators: Sequence[StaffMember],
    *,
    cell: Cell | None,
    type_code: TypeCode,
    open_cases: Mapping[StaffId, int],
) -> Suggestion:
    """Propose who answers for the cell, is good at the type, and has the fewest open cases."""
    if not mediators:
        return Suggestion(value="", reason="没有可用的调解员", sure=False)
    own = cell.mediators if cell else ()

    def rank(member: StaffMember) -> tuple[bool, bool, int, str]:
        busy = open_cases.get(member.id, 0)
        return member.id not in own, type_code not in member.skills, busy, member.id

    best = min(mediators, key=rank)
    reasons = [f"负责{cell.name}"] if cell and best.id in own else []
    if type_code in best.skills:
        reasons.append(f"擅长{DISPUTE_TYPES[type_code]}纠纷")
    reasons.append(f"手上有{open_cases.get(best.id, 0)}件在办")
    return Suggestion(value=best.id, reason=f"{best.name}：{'，'.join(reasons)}", sure=bool(own))


def propose(
    story: str,
    spot: Spot,
    *,
    cells: Sequence[Cell],
    mediators: Sequence[StaffMember],
    open_cases: Mapping[StaffId, int],
    chosen: TypeCode | None = None,
) -> Proposal:
    """Propose everything a dispatcher has to decide for a new report; ``chosen`` by who reports."""
    type_code = as_chosen(chosen) if chosen else propose_type(story)
    where = propose_cell(cells, spot)
    cell = next((cell for cell in cells if cell.id == where.value), None)
    mediator = propose_mediator(
        mediators, cell=cell, type_code=TypeCode(type_code.value), open_cases=open_cases
    )
    return Proposal(type_code=type_code, cell=where, mediator=mediator)
