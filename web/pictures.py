"""Pages of a paper as pictures, for phones that show no PDF; drawn once per state of the paper."""

from __future__ import annotations

from collections import OrderedDict

from domain.actors import Resident, Staff
from domain.errors import NotFound
from domain.ids import AgreementId
from web.desks import Desks

WIDTH = 1200  #: pixels; sharp on a phone when zoomed
MOST_KEPT = 64


class PagePictures:
    """Draws pages, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    async def page(
        self, desks: Desks, actor: Staff | Resident, agreement_id: AgreementId, page: int
    ) -> bytes:
        """Draw one page for somebody who may see the agreement; the right is asked every time."""
        view = await desks.agreements.view(actor, agreement_id)
        if not 1 <= page <= view.pages:
            raise NotFound(agreement_id)
        key = (view.sha256, page)
        if key not in self._kept:
            pdf = await desks.agreements.pdf(actor, agreement_id)
            self._kept[key] = await desks.pages.picture(pdf, page, WIDTH)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]
