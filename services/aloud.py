"""What is said when a page is listened to: its words, with what only eyes see put into words."""

from __future__ import annotations

from services.views import AgreementView
from services.words import ALOUD_AGREEMENT, ALOUD_CLAUSE


def agreement_aloud(view: AgreementView) -> str:
    """Say an agreement from its number to its last clause."""
    clauses = [
        ALOUD_CLAUSE.format(number=number, words=words)
        for number, words in enumerate(view.spoken, 1)
    ]
    return ALOUD_AGREEMENT.format(number=view.number, facts=view.facts, clauses="\n".join(clauses))
