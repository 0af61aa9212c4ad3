"""Who makes and signs papers: processes of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from commands.ground import Ground
from commands.places import pki_dir
from documents.paper_place import Place
from documents.paper_room import PaperRoom


@asynccontextmanager
async def paper_room(on: Ground) -> AsyncIterator[PaperRoom]:
    """Open a pool of paper processes; its fonts are read while the first work is still coming."""
    place = Place(
        pki=pki_dir(on.config),
        fonts=on.config.documents.fonts,
        tsa_url=on.config.documents.tsa_url,
    )
    room = PaperRoom(place)
    warming = asyncio.create_task(room.warm())
    try:
        yield room
    finally:
        warming.cancel()
        await room.close()
