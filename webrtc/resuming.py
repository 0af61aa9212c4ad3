"""The token by which a page comes back to its place, signed so that nobody else can make one."""

from __future__ import annotations

import base64
import hmac
import json

from domain.errors import Expired
from domain.ids import MeetingId
from domain.ports.rooms import Seat


class ResumeTokens:
    """Makes and reads the tokens of one centre."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, seat: Seat) -> str:
        """Make the token of a seat."""
        text = json.dumps([seat.meeting_id, seat.participant, seat.session])
        body = base64.urlsafe_b64encode(text.encode()).decode()
        return f"{body}.{self._mac(body)}"

    def read(self, token: str) -> tuple[MeetingId, str, str]:
        """Tell whose token this is: meeting, participant, log-in.

        Raises :class:`Expired` for one that is not ours.
        """
        body, _, mac = token.partition(".")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode()):
            raise Expired("resume token")
        meeting, participant, session = json.loads(base64.urlsafe_b64decode(body))
        return MeetingId(meeting), participant, session

    def _mac(self, body: str) -> str:
        return hmac.new(self._key, b"room-resume:" + body.encode(), "sha256").hexdigest()
