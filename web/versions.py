"""The version of an agreement that a form about it has to name."""

from __future__ import annotations

from domain.actors import Resident, Staff
from domain.ids import AgreementId
from services.views import AgreementView
from web.desks import Desks


async def agreement_with_version(
    desks: Desks, actor: Staff | Resident, agreement_id: AgreementId
) -> tuple[AgreementView, int]:
    """Show an agreement to one who may see it, with its version at that moment or before.

    The version is read first: if somebody changes the words in between, the form is refused as
    stale rather than accepted for words that were not shown.
    """
    async with desks.agreements.store.read() as work:
        version = (await work.agreements.get(agreement_id)).version
    return await desks.agreements.view(actor, agreement_id), version
