"""What offer and answer settled for one m-line, in our own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """A stream that the browser sends us."""

    mid: str
    payload_type: int
    repair_type: int | None  #: payload type of RTX (RFC 4588)
    ssrc: int | None  #: as far as the offer tells
    repair_ssrc: int | None
    extensions: dict[str, int]  #: header extension number by URI
    resends: bool  #: whether what was lost may be asked for (generic NACK, RFC 4585)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLine:
    """A stream that we send the browser."""

    mid: str
    payload_type: int
    repair_type: int | None
    ssrc: int
    repair_ssrc: int
    extensions: dict[str, int]
    resends: bool  #: whether the browser asks for what was lost
