"""Whether people reach us: HTTPS, the public address, media, and TURN."""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from cryptography import x509

from commands.checkups.machine import running
from commands.finding import Finding, bad, ok, warn
from commands.ice import ice_servers
from config import Config
from domain.errors import Unavailable
from processes.clock import machine_clock
from webrtc.turn import TurnRefused, relay_of

WITHIN = aiohttp.ClientTimeout(total=5)
SOON = timedelta(days=14)


def is_loopback(url_or_host: str) -> bool:
    """Does it lead to this machine only?"""
    host = urlsplit(url_or_host).hostname if "//" in url_or_host else url_or_host
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


async def https(config: Config) -> Sequence[Finding]:
    """Will browsers give camera and microphone?"""
    url, http = config.http.public_url, config.http
    if is_loopback(url):
        says = f"{url}: for trying things on this machine"
        return [warn("public address", says, "set http.public_url to an https:// name")]
    if urlsplit(url).scheme != "https":
        do = "a certificate in http.tls_cert and tls_key, or a proxy in front; then https:// there"
        return [bad("HTTPS", f"{url}: a phone could not open the camera", do)]
    found = [ok("HTTPS", url)]
    if http.tls_cert is None and not http.trusted_proxies:
        do = "name the proxy in http.trusted_proxies"
        found.append(warn("proxy", "everybody seems to come from its address", do))
    if http.tls_cert is not None:
        found.append(_certificate(http.tls_cert.read_bytes()))
    return found


def _certificate(pem: bytes) -> Finding:
    try:
        ends = x509.load_pem_x509_certificate(pem).not_valid_after_utc
    except ValueError:
        return bad("TLS certificate", "cannot be read", "PEM, the server's own one first")
    says, left = f"until {ends:%Y-%m-%d}", ends - machine_clock()
    if left < timedelta(0):
        return bad("TLS certificate", f"ended {ends:%Y-%m-%d}", "renew it")
    if left < SOON:
        return warn("TLS certificate", says, "renew it")
    return ok("TLS certificate", says)


async def public_address(config: Config) -> Sequence[Finding]:
    """Does the public address lead here?"""
    url = config.http.public_url
    if "web" not in running(config):
        return [warn("reached", "not tried: the web process does not run", "`server.py serve`")]
    try:
        async with (
            aiohttp.ClientSession(timeout=WITHIN) as session,
            session.get(f"{url}/healthz", allow_redirects=False) as answer,
        ):
            if answer.ok:
                return [ok("reached", f"{url} leads here")]
            says = f"{url} answers {answer.status}"
    except (aiohttp.ClientSSLError, ssl.SSLError):
        says = f"the certificate of {url} is not trusted"
    except (aiohttp.ClientError, TimeoutError):
        says = f"{url} does not answer from here"
    return [bad("reached", says, "check name (DNS), proxy, firewall and certificate")]


async def media(config: Config) -> Sequence[Finding]:
    """Can browsers elsewhere send media here?"""
    rtc = config.webrtc
    told = rtc.public_ip.replace(",", " ").split() or [rtc.host]
    address = ", ".join(told)
    if is_loopback(config.http.public_url):
        return [ok("media", f"{address}, like the pages")]
    if any(is_loopback(one) for one in told):
        do = "set webrtc.host, and webrtc.public_ip behind NAT"
        return [bad("media", f"browsers are told {address}, which is their own machine", do)]
    if {"0.0.0.0", "::"} & set(told):  # noqa: S104  # looked for, not listened on
        return [bad("media", f"browsers are told {address}", "set webrtc.public_ip")]
    return [ok("media", f"browsers are told {address}")]


async def turn(config: Config) -> Sequence[Finding]:
    """Do people get through whose network lets no UDP out?"""
    rtc = config.webrtc
    if not rtc.turn_urls:
        if is_loopback(config.http.public_url):
            return [ok("TURN", "not needed on one machine")]
        do = "set webrtc.turn_urls and turn_secret; deploy/turnserver.conf is ready for coturn"
        return [warn("TURN", "none: people behind strict firewalls do not get in", do)]
    if not rtc.turn_secret:
        return [bad("TURN", "no secret", "set webrtc.turn_secret as in the TURN server")]
    server = json.loads(ice_servers(rtc, machine_clock()))[-1]
    return [
        await _turn(url, str(server["username"]), str(server["credential"]))
        for url in rtc.turn_urls
    ]


async def _turn(url: str, username: str, credential: str) -> Finding:
    what = f"TURN {url}"
    try:
        relay = await relay_of(url, username, credential)
    except TurnRefused:
        return bad(what, "gives no relay", "the same static-auth-secret and clock on both sides?")
    except Unavailable:
        return bad(what, "does not answer", "check address, firewall and certificate")
    return ok(what, f"relays at {relay}")
