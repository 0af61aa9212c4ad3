"""People whose network lets nothing through but a TURN server see and hear one another."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page

from commands.ice import TURN_SPAN, ice_servers
from config import load
from domain.ports.rooms import SeatRole
from tests.webrtc.coturn import SECRET, a_turn_server, spki
from tests.webrtc.house import CAMERA, FREELY, House, go_in, hears_and_sees, until

pytestmark = pytest.mark.media

#: As behind a strict firewall: the browser may use no other candidate than the server's.
RELAYED = """
  const Direct = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Direct {
    constructor(told) { super({ ...told, iceTransportPolicy: "relay" }); }
  };
"""
PAIRS = """
async () => {
  const pairs = [];
  for (const connection of window.connections) {
    if (connection.connectionState === "closed") continue;
    const stats = await connection.getStats();
    for (const stat of stats.values())
      if (stat.type === "candidate-pair" && stat.bytesSent + stat.bytesReceived > 0)
        pairs.push({ local: stats.get(stat.localCandidateId).candidateType,
                     relayProtocol: stats.get(stat.localCandidateId).relayProtocol,
                     bytes: stat.bytesSent + stat.bytesReceived });
  }
  return pairs;
}
"""


@pytest.mark.parametrize("way", ["udp", "tcp"])
async def test_two_pages_meet_through_the_turn_server_alone(house: House, tmp_path: Path, way: str):
    allowed = ("--allow-loopback-peers", "--allowed-peer-ip=127.0.0.1")
    with a_turn_server(tmp_path, *allowed) as port:
        house.ice = told(port, way, at=datetime.now(UTC))
        pages = [await a_shut_in(house, "li", SeatRole.MEDIATOR), await a_shut_in(house, "wang")]

        for page in pages:
            await go_in(page, agree=None)
        await asyncio.gather(*(hears_and_sees(page, others=1) for page in pages))

        for page in pages:
            await until(lambda page=page: carries_both_ways(page), 10, "two pairs at work")
            pairs = await page.evaluate(PAIRS)
            assert {(pair["local"], pair["relayProtocol"]) for pair in pairs} == {("relay", way)}


async def test_a_page_whose_network_knows_only_tls_gets_in_through_the_turn_server(
    house: House, tmp_path: Path
):
    allowed = ("--allow-loopback-peers", "--allowed-peer-ip=127.0.0.1")
    with a_turn_server(tmp_path, *allowed, tls=True) as port:
        trusted = f"--ignore-certificate-errors-spki-list={spki(tmp_path)}"
        browser = await house.a_browser(FREELY, trusted)
        house.ice = told(port, "tcp", at=datetime.now(UTC), scheme="turns")
        pages = [
            await a_shut_in(house, "li", SeatRole.MEDIATOR, browser=browser),
            await a_shut_in(house, "wang", browser=browser),
        ]

        for page in pages:
            await go_in(page, agree=None)
        await asyncio.gather(*(hears_and_sees(page, others=1) for page in pages))

        for page in pages:
            await until(lambda page=page: carries_both_ways(page), 10, "two pairs at work")
            pairs = await page.evaluate(PAIRS)
            assert {(pair["local"], pair["relayProtocol"]) for pair in pairs} == {("relay", "tls")}


async def test_credentials_that_are_over_lead_nowhere(house: House, tmp_path: Path):
    with a_turn_server(tmp_path, "--allow-loopback-peers", "--allowed-peer-ip=127.0.0.1") as port:
        over = datetime.now(UTC) - TURN_SPAN - timedelta(seconds=5)
        house.ice = told(port, "udp", at=over)
        page = await a_shut_in(house, "li", SeatRole.MEDIATOR)
        await page.evaluate(WATCH)
        await go_in(page, agree=None)

        await until(lambda: page.evaluate("window.refused.length > 0"), 20, "a refusal")

        assert set(await page.evaluate("window.refused")) == {401}
        assert await page.evaluate(PAIRS) == []


async def carries_both_ways(page: Page) -> bool:
    """Does one pair carry what is shown, and another what is sent?"""
    pairs = await page.evaluate(PAIRS)
    return sum(pair["bytes"] > 10_000 for pair in pairs) >= 2


#: Notes what the TURN server answers (icecandidateerror carries its code).
WATCH = """
() => {
  window.refused = [];
  const Noted = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Noted {
    constructor(told) {
      super(told);
      this.addEventListener("icecandidateerror", (event) => window.refused.push(event.errorCode));
    }
  };
}
"""


def told(port: int, way: str, *, at: datetime, scheme: str = "turn") -> str:
    """What a page is told by the configuration of a centre with this TURN server."""
    settings = load(
        None,
        {
            "webrtc.turn_urls": (f"{scheme}:127.0.0.1:{port}?transport={way}",),
            "webrtc.turn_secret": SECRET,
        },
        environment={},
    )
    return ice_servers(settings.webrtc, at)


async def a_shut_in(house: House, name: str, role: SeatRole = SeatRole.PARTY, **facts):
    """Open the page of somebody behind a strict firewall."""
    film = {"colour": "#c00000" if name == "li" else "#00a000", "pitch": 440}
    camera = f"{RELAYED}({CAMERA})({json.dumps(film)})"
    return await house.a_page(name, colour="", camera=camera, role=role, **facts)
