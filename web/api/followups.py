"""After the agreement: promises kept or not, and the rating."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.actors import Resident, Staff
from domain.ids import ObligationId
from web.api.operations import Api
from web.api.shapes import Id, Input, Rung, SecretPath, Words
from web.desks import Desks

api = Api("follow-up")


class ObligationPath(Input):
    """The promise meant."""

    obligation_id: Id


class Rated(Input):
    """How the service was."""

    stars: int = Field(ge=1, le=5)
    words: Annotated[Words, Field(description="想说的话")] = ""


@api.post("/obligations/{obligation_id}/claim", "我已经做到了")
async def claim(desks: Desks, actor: Staff | Resident, path: ObligationPath) -> None:
    """Say that a promise was kept, as who gave it."""
    await desks.followups.claim(actor, ObligationId(path.obligation_id))


@api.post("/obligations/{obligation_id}/confirm", "对方确实做到了")
async def confirm_obligation(desks: Desks, actor: Staff | Resident, path: ObligationPath) -> None:
    """Confirm that a promise was kept."""
    await desks.followups.confirm(actor, ObligationId(path.obligation_id))


@api.post("/obligations/{obligation_id}/breach", "没有做到")
async def note_breach(desks: Desks, actor: Staff | Resident, path: ObligationPath) -> None:
    """Note that a promise was not kept."""
    await desks.followups.breach(actor, ObligationId(path.obligation_id))


@api.post("/ratings/{secret}", "给服务打分")
async def rate(desks: Desks, actor: Resident, path: SecretPath, body: Rated) -> Rung:
    """Rate the service, once; words of mortal danger ring."""
    await desks.followups.rate(actor, path.secret, stars=body.stars, words=body.words)
    return Rung(called=await desks.alarms.who_was_called(actor))
