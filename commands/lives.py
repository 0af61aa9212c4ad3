"""How the processes of this host fare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commands.places import Places
from domain.ports.running import ProcessLife
from processes.states import lives, read_states


def process_lives(places: Places) -> Sequence[ProcessLife]:
    """Read what their supervisor tells of them."""
    return [
        ProcessLife(
            name=state.name,
            alive=lives(state),
            restarts=state.restarts,
            since=datetime.fromisoformat(state.since),
            ended=state.ended or "",
        )
        for state in read_states(places.run / "processes.json")
    ]
