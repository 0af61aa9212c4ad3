"""What happened, kept for ever: every change of anything is one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.actors import ActorRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the append-only history; ``detail`` holds codes, ids and reasons people gave."""

    subject: str  #: id of the case, meeting, agreement ... that changed
    case_id: str  #: the case it belongs to; empty where there is none
    kind: str  #: ``case.registered``, ``agreement.sealed`` ...
    by: ActorRef
    at: datetime
    detail: Mapping[str, str] = field(default_factory=dict)
