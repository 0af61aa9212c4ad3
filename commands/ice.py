"""Which STUN and TURN servers a browser is told, with credentials that end soon."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta

from config import WebRtc

TURN_SPAN = timedelta(minutes=10)


def ice_servers(rtc: WebRtc, at: datetime) -> str:
    """Give ``iceServers`` as JSON; TURN by the shared secret (draft-uberti-behave-turn-rest-00)."""
    servers: list[dict[str, object]] = [{"urls": [url]} for url in rtc.ice_servers]
    if rtc.turn_urls and rtc.turn_secret:
        ends = int((at + TURN_SPAN).timestamp())
        name = f"{ends}:{secrets.token_hex(8)}"
        mac = hmac.new(rtc.turn_secret.encode(), name.encode(), hashlib.sha1).digest()
        servers.append(
            {
                "urls": list(rtc.turn_urls),
                "username": name,
                "credential": base64.b64encode(mac).decode(),
            }
        )
    return json.dumps(servers)
