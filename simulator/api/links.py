"""Links from outside into the mini-program."""

from __future__ import annotations

from typing import Final

from simulator import links
from simulator.api.door import MINIPROGRAM, OK, Answer, Api, Call


async def _url_link(call: Call) -> Answer:
    made = await call.world.store.within(
        links.url_link, call.account, call.world.base_url, call.body, at=call.at
    )
    return {**OK, "url_link": made}


async def _scheme(call: Call) -> Answer:
    made = await call.world.store.within(links.scheme, call.account, call.body, at=call.at)
    return {**OK, "openlink": made}


APIS: Final = (
    Api("POST", "/wxa/generate_urllink", _url_link, serves=MINIPROGRAM),
    Api("POST", "/wxa/generatescheme", _scheme, serves=MINIPROGRAM),
)
