from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from domain.ports.outside import Bus
from storage.bus import BusHub, LiveBus, SocketBus
from storage.fanout import MOST_WAITING
from storage.redis_bus import RedisBus
from tests.engines import redis_server
from tests.fakes import FakeBus

Opener = Callable[[], Awaitable[Bus]]


@pytest.fixture(params=["socket", "redis", "fake"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens one more process's end of the same bus."""
    if request.param == "fake":
        only = FakeBus()
        yield lambda: as_one_more(only)
        return
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "redis":
            url = await stack.enter_async_context(redis_server())
        else:
            hub = BusHub(tmp_path / "bus")
            await hub.start()
            stack.push_async_callback(hub.close)

        async def one_more() -> LiveBus:
            bus = RedisBus(url) if request.param == "redis" else SocketBus(tmp_path / "bus")
            await bus.start()
            stack.push_async_callback(bus.close)
            async with asyncio.timeout(10):
                await bus.connected()
            return bus

        yield one_more


async def as_one_more(bus: FakeBus) -> FakeBus:
    """Everybody of a test shares one process."""
    return bus


async def hear(listening: AsyncIterator[Mapping[str, str]]) -> Mapping[str, str]:
    async with asyncio.timeout(10):
        return await anext(listening)


async def test_everybody_who_listens_hears_it(opened: Opener):
    web, worker = await opened(), await opened()
    in_web, in_worker = web.subscribe("case:1"), worker.subscribe("case:1")

    await worker.publish("case:1", {"version": "2"})

    assert await hear(in_web) == {"version": "2"}
    assert await hear(in_worker) == {"version": "2"}


async def test_messages_of_one_speaker_keep_their_order_and_their_topic(opened: Opener):
    web, worker = await opened(), await opened()
    listening = web.subscribe("case:1")

    await worker.publish("case:2", {"n": "other"})
    for number in range(50):
        await worker.publish("case:1", {"n": str(number), "说": "漏水\n"})

    heard = [(await hear(listening))["n"] for _ in range(50)]
    assert heard == [str(number) for number in range(50)]


async def test_who_stopped_listening_hears_no_more(opened: Opener):
    bus = await opened()
    left, stayed = bus.subscribe("case:1"), bus.subscribe("case:1")
    await left.aclose()  # type: ignore[attr-defined]  # both kinds have it

    await bus.publish("case:1", {"n": "1"})

    assert await hear(stayed) == {"n": "1"}
    with pytest.raises(StopAsyncIteration):
        await hear(left)


async def test_a_slow_listener_misses_the_oldest_and_hinders_nobody(opened: Opener):
    bus = await opened()
    slow, quick = bus.subscribe("busy"), bus.subscribe("last")

    for number in range(MOST_WAITING + 10):
        await bus.publish("busy", {"n": str(number)})
    await bus.publish("last", {})
    await hear(quick)

    assert await hear(slow) == {"n": "10"}


async def test_a_message_that_carries_more_than_ids_is_refused(opened: Opener):
    bus = await opened()

    with pytest.raises(ValueError, match="ids only"):
        await bus.publish("case:1", {"story": "长" * 20_000})


async def test_closing_ends_every_listener(opened: Opener):
    bus = await opened()
    listening = bus.subscribe("case:1")

    await bus.close()

    with pytest.raises(StopAsyncIteration):
        await hear(listening)


async def test_a_process_finds_the_hub_again(tmp_path: Path):
    hub = BusHub(tmp_path / "bus")
    await hub.start()
    bus = SocketBus(tmp_path / "bus")
    await bus.start()
    async with asyncio.timeout(10):
        await bus.connected()
    listening = bus.subscribe("case:1")

    await hub.close()
    new_hub = BusHub(tmp_path / "bus")
    await new_hub.start()
    other = SocketBus(tmp_path / "bus")
    await other.start()
    async with asyncio.timeout(10):
        await other.connected()
        while not new_hub._writers or len(new_hub._writers) < 2:
            await asyncio.sleep(0.02)
    await other.publish("case:1", {"n": "after"})

    assert await hear(listening) == {"n": "after"}
    for one in (bus, other, new_hub):
        await one.close()


async def test_without_a_hub_the_own_process_is_still_told(tmp_path: Path):
    bus = SocketBus(tmp_path / "none")
    await bus.start()
    listening = bus.subscribe("case:1")

    await bus.publish("case:1", {"n": "1"})

    assert await hear(listening) == {"n": "1"}
    await bus.close()


@pytest.mark.parametrize(
    "nonsense", [b"hello\n", b'{"topic": 1}\n', b'{"topic":"t","message":{"a":1}}\n', b"x" * 99_999]
)
async def test_who_speaks_nonsense_is_cut_off_and_the_others_go_on(tmp_path: Path, nonsense: bytes):
    hub = BusHub(tmp_path / "bus")
    await hub.start()
    bus = SocketBus(tmp_path / "bus")
    await bus.start()
    async with asyncio.timeout(10):
        await bus.connected()
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "bus"))

    writer.write(nonsense)
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    listening = bus.subscribe("case:1")
    await bus.publish("case:1", {"n": "1"})

    assert await hear(listening) == {"n": "1"}
    writer.close()
    await bus.close()
    await hub.close()


async def test_a_redis_that_is_away_keeps_updates_in_the_process():
    bus = RedisBus("redis://127.0.0.1:1/0")
    await bus.start()
    listening = bus.subscribe("case:1")

    await bus.publish("case:1", {"n": "1"})

    assert await hear(listening) == {"n": "1"}
    await bus.close()
