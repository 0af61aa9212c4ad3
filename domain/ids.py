"""Names of things: random strings that never count and never tell."""

from __future__ import annotations

from typing import NewType

PersonId = NewType("PersonId", str)  #: a resident, known to the centre or not yet
StaffId = NewType("StaffId", str)  #: somebody who works for the centre
CaseId = NewType("CaseId", str)
MeetingId = NewType("MeetingId", str)
AgreementId = NewType("AgreementId", str)
ObligationId = NewType("ObligationId", str)
CellId = NewType("CellId", str)
MatterId = NewType("MatterId", str)
MediaId = NewType("MediaId", str)  #: a picture or voice a person sent, kept as its original bytes
QuestionId = NewType("QuestionId", str)
DueId = NewType("DueId", str)
