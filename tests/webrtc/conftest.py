import asyncio

import aiohttp
import aioice.ice
import pytest

from domain.ports.rooms import SeatRole
from tests.webrtc.caller import Caller
from tests.webrtc.gate import a_seat
from tests.webrtc.house import House, Worker, until


@pytest.fixture
async def house(tmp_path, request):
    """A house that is open: the worker runs and the web part has reached it.

    Its rooms send pictures in the codec that a test asks for.
    """
    worker = Worker(tmp_path)
    await worker.start()
    opened = House(worker, codec=getattr(request, "param", "VP8"))
    try:
        await opened.open_web()
        yield opened
    finally:
        await opened.close()
        print(*opened.complaints, worker.log, sep="\n")


@pytest.fixture
def loopback(monkeypatch):
    """Let aiortc's callers use 127.0.0.1, which aioice leaves out by itself."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


@pytest.fixture
async def call(house, loopback):
    """Two callers who hear each other, 李 the mediator."""
    seats = a_seat("li", role=SeatRole.MEDIATOR), a_seat("wang")
    async with aiohttp.ClientSession() as session:
        li, wang = Caller(session, house.address), Caller(session, house.address)
        for seat, caller in zip(seats, (li, wang), strict=True):
            await caller.enter({"type": "enter", "ticket": house.gate.issue(seat)})
        await until(lambda: li.received > 10 and wang.received > 10, 15, "sound both ways")
        yield li, wang
        await asyncio.gather(li.close(), wang.close())
