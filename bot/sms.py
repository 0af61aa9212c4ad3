"""Text messages through the centre's gateway: one signed HTTP call each."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field

import aiohttp

from domain.errors import Unavailable
from domain.ports.outside import Clock, Refusal

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
ACCEPTED = 200
SERVER_FAILED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsGateway:
    """The gateway knows every message by its id, so that trying again never sends it twice."""

    session: aiohttp.ClientSession = field(repr=False)
    url: str  #: the whole address, such as https://sms.example.cn/sms/send
    key: str = field(repr=False)
    clock: Clock

    async def send(self, *, key: str, to: str, text: str) -> None:
        """Hand the message over; without an answer it is handed over again with the same key."""
        if not self.url:
            raise Refusal("no-gateway")
        body = json.dumps({"id": key, "to": to, "text": text}, ensure_ascii=False).encode()
        try:
            async with self.session.post(
                self.url,
                data=body,
                headers=self._signed(body),
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                status, said = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("the SMS gateway does not answer") from error
        if status >= SERVER_FAILED:
            raise Unavailable(f"the SMS gateway answers {status}")
        if status != ACCEPTED:
            raise Refusal(_code(said) or str(status))

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self.clock().timestamp()))
        words = timestamp.encode() + b"." + body
        signed = hmac.new(self.key.encode(), words, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "Authorization": f"HMAC-SHA256 {signed}",
        }


def _code(said: bytes) -> str:
    try:
        found = json.loads(said)
    except ValueError:
        return ""
    return str(found.get("code", "")) if isinstance(found, dict) else ""
