"""Draws the pages of a paper as pictures, for reading on a phone."""

from __future__ import annotations

import asyncio
import io
import threading

import pypdfium2

from domain.errors import BadInput, NotFound

WIDEST = 2000  #: pixels


class PagePictures:
    """Renders in a thread; PDFium is not thread-safe, so one page at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    async def picture(self, pdf: bytes, page: int, width: int) -> bytes:
        """Return page ``page`` (from 1) as a PNG of that width; NotFound beyond the last."""
        if not 1 <= width <= WIDEST:
            raise BadInput("width", "1 to 2000")
        return await asyncio.to_thread(self._draw, pdf, page, width)

    def _draw(self, pdf: bytes, page: int, width: int) -> bytes:
        with self._turn, pypdfium2.PdfDocument(pdf) as document:
            document.init_forms()  # signatures and seals are form fields: else they are left out
            if not 1 <= page <= len(document):
                raise NotFound(f"page {page}")
            sheet = document[page - 1]
            picture = sheet.render(scale=width / sheet.get_width(), may_draw_forms=True).to_pil()
            drawn = io.BytesIO()
            picture.save(drawn, "PNG", optimize=True)
            return drawn.getvalue()
