"""The built-in certificate and time-stamp authority as the web serves it."""

from __future__ import annotations

import asyncio

from commands.ground import Ground
from commands.places import pki_dir
from documents.authority import Authority as Keys
from documents.paper_room import PaperRoom
from domain.errors import NotFound
from web.ports import Authority


def authority(on: Ground, papers: PaperRoom) -> Authority:
    """Serve root, revocation lists and time stamps from the keys of this installation."""
    folder = pki_dir(on.config)
    keys = Keys.at(folder)

    async def stamp(request: bytes) -> bytes:
        return await papers.stamp(request, at=on.clock())

    async def root() -> bytes:
        return await asyncio.to_thread((folder / "root.pem").read_bytes)

    async def crl(name: str) -> bytes:
        if name == "root":
            return await asyncio.to_thread(keys.root_list)
        if name == "issuer":
            return await asyncio.to_thread(keys.fresh_list, on.clock())
        raise NotFound(name)

    return Authority(stamp=stamp, root=root, crl=crl)
